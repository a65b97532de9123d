"""sample_data is what the simulation makes, small, complete, and never later than its own end."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from carecli.demo import SAMPLE_END, SAMPLE_SEED, SAMPLE_START, SAMPLE_ZONE
from carecli.demo.write import start_of, write_exports
from tests.demo.reading import at, text_of

SAMPLE = Path(__file__).parents[2] / "sample_data"
ISO = re.compile(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)?")


def files(folder: Path) -> dict[str, Path]:
    found = {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*")) if path.is_file()}
    found.pop("README.md", None)
    return found


def test_sample_data_is_made_again_byte_for_byte(made_again):
    kept, made = files(SAMPLE), files(made_again)
    assert kept.keys() == made.keys()
    assert [name for name in kept if text_of(kept[name]) != text_of(made[name])] == []
    assert [name for name in kept if kept[name].read_bytes() != made[name].read_bytes()] == []


def test_it_is_small(made_again):
    assert 1_000_000 < sum(path.stat().st_size for path in files(made_again).values()) < 3_500_000


def test_packed_files_carry_no_time_and_no_name(made_again):
    packed = [path for path in files(made_again).values() if path.suffix == ".gz"]
    assert len(packed) > 20
    assert {path.read_bytes()[:10] for path in packed} == {b"\x1f\x8b\x08\0\0\0\0\0\0\xff"}
    assert all(gzip.decompress(path.read_bytes()) for path in packed)


def test_nothing_is_later_than_the_end(made_again):
    for name, path in files(made_again).items():
        if not name.startswith(("asterisk/", "people/schedules", "people/forecasts")):
            times = [at(found) for found in ISO.findall(text_of(path))]
            assert all(time <= SAMPLE_END for time in times), name


def test_the_log_ends_by_the_end_too(exports):
    lines = [line for log in exports.logs for line in log]
    times = [int(line[0]) for line in lines]
    assert times == sorted(times)
    assert SAMPLE_END.timestamp() - 3600 < times[-1] <= SAMPLE_END.timestamp()


def test_the_plan_ends_with_the_week(exports):
    ends = [at(row["ended_at"]) for row in exports.table("people/schedules*")]
    saturday = datetime(2025, 5, 17, 14, 10, tzinfo=ZoneInfo(SAMPLE_ZONE))
    assert max(ends) == saturday


def test_every_open_day_has_contacts_and_no_closed_one(exports):
    days = Counter(at(leg["started_at"]).astimezone(ZoneInfo(SAMPLE_ZONE)).date() for leg in exports.legs)
    closed = {date(2025, 4, 18), date(2025, 4, 21), date(2025, 5, 1)}
    period = [SAMPLE_START + timedelta(days=offset) for offset in range(35)]
    assert sorted(days) == [day for day in period if day.weekday() != 6 and day not in closed]
    assert period[-1] == SAMPLE_END.date()


def test_ids_are_unique_but_for_the_planted_repeats(exports):
    for rows, key in ((exports.legs, "contact_id"), (exports.chats, "interaction_id"), (exports.audits, "id")):
        assert max(Counter(row[key] for row in rows).values()) == 1
    for rows in (exports.metrics, exports.ratings, exports.metric_events):
        assert max(Counter(row["id"] for row in rows).values()) == 1
    repeated = [n for n, count in Counter(r["id"] for r in exports.ticket_records).items() if count > 1]
    assert 5 <= len(repeated) <= 30


def test_another_seed_differs(tmp_path):
    end = datetime(2024, 1, 3, 12, 0, tzinfo=UTC)
    texts = []
    for name, seed in (("a", 1), ("b", 2)):
        write_exports(tmp_path / name, seed=seed, start=date(2024, 1, 2), end=end, compress=False)
        texts.append({path: file.read_bytes() for path, file in files(tmp_path / name).items()})
    differing = [path for path in texts[0] if texts[1].get(path) != texts[0][path]]
    assert len(differing) > 8
    assert not any(path.endswith(".gz") for path in texts[0])


def test_whole_weeks_end_with_the_last_day():
    assert start_of(SAMPLE_END, 5) == SAMPLE_START
    assert start_of(SAMPLE_END, 1) == date(2025, 5, 7)


def test_an_end_without_a_zone_is_refused(tmp_path):
    with pytest.raises(ValueError, match="time zone"):
        write_exports(tmp_path, seed=SAMPLE_SEED, start=SAMPLE_START, end=datetime(2025, 5, 13))
