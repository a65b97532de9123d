"""Rows of canonical files, split into files anyhow, repeated, in any order: one state, equal figures."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from carecli.boards.needs import metric_needs
from carecli.metrics.evaluate import figures
from carecli.metrics.facts import build_facts
from carecli.metrics.windows import parse_window
from carecli.policy.pack import load_pack
from carecli.store.frames import load_snapshot, state_hash
from tests.acceptance.stages import Bench, differing

ZONE = "Europe/Berlin"
AS_OF = int(datetime.fromisoformat("2025-05-15T12:00:00+02:00").timestamp())
METRICS = ("volume", "volume_follow_up", "service_level", "asa", "aht", "abandonment", "fcr", "reopen_rate",
           "escalation_rate", "backlog", "stale", "csat_response_rate")  # fmt: skip
Row = Mapping[str, str]
Place = tuple[int, Row]
"""The number of the file a row goes into, and the row."""


def time(day: int, minute: int, second: int = 0) -> str:
    return f"2025-05-{day:02}T{8 + minute // 60:02}:{minute % 60:02}:{second:02}Z"


DAYS, MINUTES = st.integers(12, 14), st.integers(0, 590)
QUEUES = st.sampled_from(["Billing", "Moves", ""])
CASES = st.sampled_from(["C1", "C2", "C3", "C4"])
CREATED = {"C1": time(12, 0), "C2": time(13, 5), "C3": time(14, 0), "C4": time(12, 300)}
CUSTOMERS = {"C1": "anna", "C2": "ben", "C3": "anna", "C4": "clara"}
"""A case of one id has one creation and one customer: other ones would be another account's."""


@st.composite
def contacts(draw: st.DrawFn) -> Row:
    """A contact, now finished, now still open: two of one id are two versions of it. No two begin in one second."""
    number = draw(st.integers(1, 6))
    day, minute = draw(DAYS), draw(MINUTES)
    over, outcome = draw(st.booleans()), draw(st.sampled_from(["answered", "abandoned"]))
    return {
        "interaction_id": f"i{number}",
        "channel": draw(st.sampled_from(["voice", "chat"])),
        "direction": draw(st.sampled_from(["inbound", "inbound", "outbound"])),
        "queue": draw(QUEUES),
        "started_at": time(day, minute, number),
        "answered_at": time(day, minute + 1) if outcome == "answered" else "",
        "ended_at": time(day, minute + 9) if over else "",
        "outcome": outcome if over else "",
        "queue_time_sec": draw(st.sampled_from(["5", "20", "20.5", "60"])),
        "talk_sec": draw(st.sampled_from(["", "100", "480"])) if over else "",
        "case_id": draw(st.one_of(st.just(""), CASES)),
        "customer_id": draw(st.sampled_from(["anna", "ben", ""])),
        "csat_score": draw(st.sampled_from(["", "", "5", "1"])) if over else "",
    }


@st.composite
def cases(draw: st.DrawFn) -> Row:
    """One version of a case."""
    case_id, day = draw(CASES), draw(DAYS)
    status = draw(st.sampled_from(["new", "open", "waiting_customer", "solved"]))
    return {
        "case_id": case_id,
        "channel": draw(st.sampled_from(["email", "voice"])),
        "queue": draw(QUEUES),
        "customer_id": draw(st.sampled_from([CUSTOMERS[case_id], ""])),
        "created_at": CREATED[case_id],
        "updated_at": time(day, draw(st.integers(595, 650))),
        "status": status,
        "first_resolved_at": time(day, 592) if status == "solved" else "",
        "priority": draw(st.sampled_from(["", "P1", "P3"])),
    }


@st.composite
def events(draw: st.DrawFn) -> Row:
    """One version of an event; it stays with its case."""
    number = draw(st.integers(10, 18))
    kind = draw(st.sampled_from(["public_reply", "customer_reply", "status", "escalated", "reopened", "closed"]))
    words = st.sampled_from(["new", "open", "solved", "closed"])
    return {
        "event_id": f"e{number}",
        "case_id": f"C{number % 4 + 1}",
        "at": time(draw(DAYS), draw(MINUTES), number),
        "kind": kind,
        "from_value": draw(words) if kind == "status" else "",
        "to_value": draw(words) if kind == "status" else "",
        "actor_id": draw(st.sampled_from(["anna", "ada", ""])),
    }


def every_day() -> Iterator[Row]:
    """A contact of each live channel on each day: coverage has no gaps, however the rows are split."""
    for day in (12, 13, 14):
        for second, channel in enumerate(("voice", "chat"), 30):
            told = {"interaction_id": f"{channel}{day}", "channel": channel, "direction": "inbound", "queue": "Billing"}
            told |= {"started_at": time(day, 60, second), "answered_at": time(day, 61), "ended_at": time(day, 70)}
            yield told | {"outcome": "answered", "queue_time_sec": "12", "talk_sec": "300", "case_id": "",
                          "customer_id": "dora", "csat_score": ""}  # fmt: skip


def opened() -> Iterator[Row]:
    """Each case's history has its beginning, so that first answers are told from it."""
    for number, (case_id, created) in enumerate(CREATED.items()):
        yield {"event_id": f"c{number}", "case_id": case_id, "at": created, "kind": "created", "from_value": "",
               "to_value": "", "actor_id": ""}  # fmt: skip


def as_csv(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@dataclass(frozen=True)
class Split:
    """The rows of each table as one file, and the same rows in several files in another order, some of them twice."""

    whole: list[list[Row]]
    pieces: list[list[Row]]


@st.composite
def splits(draw: st.DrawFn) -> Split:
    tables = [
        [*every_day(), *draw(st.lists(contacts(), max_size=8))],
        draw(st.lists(cases(), min_size=1, max_size=6)),
        [*opened(), *draw(st.lists(events(), max_size=8))],
    ]
    pieces: list[list[Row]] = []
    for rows in tables:
        places: list[Place] = [(draw(st.integers(0, 2)), row) for row in draw(st.permutations(rows))]
        again = draw(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(rows)), max_size=2))
        pieces += [[row for at, row in [*places, *again] if at == file] for file in range(3)]
    some = [piece for piece in pieces if piece]
    repeated = draw(st.lists(st.sampled_from(some), max_size=2))
    return Split(tables, draw(st.permutations([*some, *repeated])))


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("splits"))


# Without shrinking: each try is several imports, so a smaller example would be minutes away.
@settings(
    max_examples=6, phases=(Phase.explicit, Phase.reuse, Phase.generate), suppress_health_check=[HealthCheck.too_slow]
)
@given(split=splits())
def test_any_split_of_rows_in_any_order_is_one_state_with_equal_figures(bench: Bench, split: Split):
    whole, pieces = (imported(bench, files) for files in (split.whole, split.pieces))
    try:
        assert state_hash(whole) == state_hash(pieces), differing(whole, pieces)
        assert numbers(whole) == numbers(pieces)
    finally:
        for file in bench.folder.iterdir():
            if file != bench.empty:
                file.unlink()


def imported(bench: Bench, files: Sequence[Sequence[Row]]) -> Path:
    return bench.store([bench.written("rows.csv", as_csv(rows)) for rows in files])


def numbers(store: Path) -> list[tuple[object, ...]]:
    """Figures by channel and all together, without what is said of coverage: pieces may cover less between them."""
    window, pack = parse_window("7d", AS_OF, ZONE), load_pack("tally", zone=ZONE)
    needed = metric_needs(as_of=AS_OF, zone=ZONE, pack=pack, window=window)
    facts = build_facts(load_snapshot(store, needed.tables, needed.first, needed.last), pack, AS_OF, ZONE)
    told = [figure for by in ((), ("channel",)) for figure in figures(facts, METRICS, window=window, by=by)]
    return [
        (each.metric, tuple(each.by.items()), each.value, each.n, each.numerator, each.denominator, dict(each.excluded))
        for each in told
    ]
