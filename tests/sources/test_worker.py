from __future__ import annotations

import gzip
import json
import os
import sqlite3
import stat
import subprocess
import sys
from datetime import datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.sources.limits import Limits
from carecli.sources.parsing import ParseRequest, parse_file
from carecli.tables import STAGE_BOOKS, stage_ddl, table_named

KEY = bytes(32)
TEN = 1_741_600_800
HEADER = "interaction_id,channel,started_at,ended_at,queue,agent_id,customer_id,talk_sec,csat_score\n"


def contact(number, **changes):
    cells = {
        "interaction_id": f"i{number}",
        "channel": "voice",
        "started_at": str(TEN + number),
        "ended_at": str(TEN + number + 60),
        "queue": "Billing",
        "agent_id": "7",
        "customer_id": "",
        "talk_sec": "60",
        "csat_score": "",
    }
    return ",".join((cells | changes).values()) + "\n"


def contacts(count):
    return "".join(contact(number) for number in range(count))


class Parsed:
    """One file through `parse_file`: its summary, and its stage."""

    def __init__(self, folder, data, name="export.csv", **request):
        path = folder / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        self.stage = folder / f"{len(os.listdir(folder))}.stage"
        asked = {"path": str(path), "stage": str(self.stage), "key": KEY.hex(), **request}
        self.summary = parse_file(ParseRequest.from_json(asked), Limits())

    def select(self, sql):
        connection = sqlite3.connect(self.stage)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    @property
    def fate(self):
        """Records staged, quarantined and ignored."""
        tables = [name for (name,) in self.select("SELECT name FROM sqlite_master WHERE name LIKE 'stage_%'")]
        staged = sum(self.select(f"SELECT sum(leading) FROM {name}")[0][0] for name in tables)
        quarantined = self.select("SELECT count(*) FROM quarantine")[0][0]
        return staged, quarantined, self.select("SELECT total(count) FROM ignored")[0][0]


@pytest.fixture
def parsed(tmp_path):
    return lambda data, **request: Parsed(tmp_path, data, **request)


def test_a_good_file_and_its_stage(parsed):
    got = parsed(HEADER + contact(1, csat_score="5") + "\n" + contact(2, customer_id="+493023125123", queue=""))
    assert got.summary["state"] == "staged"
    assert (got.summary["kind"], got.summary["source"], got.summary["rows"]) == (
        "canonical.interactions",
        "canonical",
        3,
    )
    assert got.fate == (2, 0, 1)
    assert got.select("SELECT * FROM ignored") == [("blank", 1)]
    assert stat.S_IMODE(got.stage.stat().st_mode) == 0o600
    tables = {sql for (sql,) in got.select("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")}
    assert tables == {*STAGE_BOOKS, stage_ddl(table_named("interactions")), stage_ddl(table_named("surveys"))}
    assert got.select("SELECT record, leading, interaction_id, channel, talk_ms FROM stage_interactions") == [
        (1, 1, "i1", 1, 60_000),
        (3, 1, "i2", 1, 60_000),
    ]
    assert got.select("SELECT record, leading, survey_id, kind, score FROM stage_surveys") == [
        (1, 0, "interaction:i1:csat", 1, 5.0)
    ]
    named = "SELECT i.interaction_id, n.name FROM stage_interactions i LEFT JOIN names n ON n.code = i."
    assert got.select(named + "queue") == [("i1", "Billing"), ("i2", None)]
    assert got.select(named + "source") == [("i1", "canonical"), ("i2", "canonical")]
    assert got.select(named + "customer_id")[1][1].startswith("C-")
    assert {key: json.loads(value) for key, value in got.select("SELECT * FROM summary")} == got.summary


def test_coverage_and_sources(parsed):
    header = "source," + HEADER
    rows = ["north," + contact(5), "south," + contact(9), "north," + contact(7, channel="chat"), "north," + contact(1)]
    got = parsed(header + "".join(rows), source="east")
    spans = [(one["source"], one["channel"], one["first"]) for one in got.summary["coverage"]]
    assert spans == [("north", "chat", TEN + 7), ("north", "voice", TEN + 1), ("south", "voice", TEN + 9)]
    assert all(one["last"] >= one["first"] and one["table"] == "interactions" for one in got.summary["coverage"])
    assert got.summary["source"] == "east"
    assert parsed(header + rows[0] + rows[2], source="east").summary["source"] == "north"
    assert parsed(HEADER + contact(1), source="east").summary["source"] == "east"


def test_the_hash_is_of_the_content_alone(parsed):
    columns = "SELECT interaction_id, hash FROM stage_interactions ORDER BY interaction_id"
    one = dict(parsed(HEADER + contact(1) + contact(2)).select(columns))
    # Other codes for the same names, other record numbers, another order.
    other = dict(parsed(HEADER + contact(3, queue="Chat") + contact(2) + contact(1)).select(columns))
    assert one == {name: other[name] for name in one}
    assert len({*other.values()}) == 3
    names, cells = HEADER.strip().split(","), contact(1).strip().split(",")
    turned = parsed(",".join(reversed(names)) + "\n" + ",".join(reversed(cells)) + "\n")
    assert dict(turned.select(columns)) == {"i1": one["i1"]}
    changed = dict(parsed(HEADER + contact(1, talk_sec="61")).select(columns))
    assert changed["i1"] != one["i1"]


def test_bad_rows_are_placed_and_redacted(parsed):
    text = HEADER + contacts(40) + contact(41, talk_sec="tel. +49 30 2312 5123")
    got = parsed(text)
    assert got.summary["state"] == "staged"
    assert got.fate == (40, 1, 0)
    [row] = got.select("SELECT record, line, last_line, column_name, code, found, expected, raw FROM quarantine")
    assert row[:5] == (41, 42, 42, "talk_sec", "not-a-number")
    assert "2312" not in row[5] + row[7]
    assert row[7].startswith("i41,voice")


def test_more_than_five_percent_bad_is_held(parsed):
    fine = parsed(HEADER + contacts(19) + contact(20, channel="fax"))
    assert (fine.summary["state"], fine.fate) == ("staged", (19, 1, 0))
    held = parsed(HEADER + contacts(18) + contact(20, channel="fax") * 2)
    assert (held.summary["state"], held.summary["code"]) == ("held", "too-many-bad")
    assert held.summary["message"] == "2 of 20 records can't be read; most often channel: unknown-code (2)"
    assert held.fate == (18, 2, 0)
    few = parsed(HEADER + contact(1, channel="fax") * 19)
    assert (few.summary["state"], few.fate) == ("staged", (0, 19, 0))
    zoneless = parsed(HEADER + contact(1, started_at="2025-03-10 10:00") * 20)
    assert zoneless.summary["hint"] == "say the file's zone with --tz"


def test_a_held_file_keeps_the_law_of_conservation(parsed):
    got = parsed(HEADER + contacts(3) + "i4,voi")
    assert (got.summary["state"], got.summary["code"], got.summary["line"]) == ("held", "cut-off", 5)
    assert (got.summary["rows"], got.fate) == (4, (3, 1, 0))


def test_what_the_caller_says(parsed):
    text = HEADER + contact(1, started_at="2025-03-10 11:00", ended_at="")
    assert parsed(text, zone="Europe/Berlin").summary["assumed"] == {"zone": "Europe/Berlin"}
    assert parsed(text, zone="Mars/Base").summary["code"] == "unknown-zone"
    assert parsed(text, zone="../../etc/passwd").summary["code"] == "unknown-zone"
    assert parsed(text, expected_sha256="0" * 64).summary["code"] == "file-changed"
    assert parsed(text, exported_at=TEN, zone="UTC").select("SELECT version, complete FROM stage_interactions") == [
        (TEN, 0)
    ]


def test_columns_that_are_kept_nowhere_are_counted(parsed):
    got = parsed("agent_id,name,shoe size\n1,Ada,44\n2,Ben,\n3,Cem,41\n")
    assert got.summary["unmapped"] == {"shoe size": 2}


def test_a_record_of_another_shape_costs_only_itself(parsed):
    tickets = [{"id": n, "created_at": "2025-03-10T10:00:00Z", "updated_at": "2025-03-10T10:00:00Z"} for n in (1, 2)]
    tickets[0] |= {"via": "web", "generated_timestamp": TEN, "status": "open", "requester_id": 5}
    tickets[1] |= {"via": {"channel": "web"}, "generated_timestamp": TEN, "status": "open", "requester_id": 5}
    got = parsed(json.dumps({"tickets": tickets}), **{"as": "zendesk.tickets"})
    assert got.summary["state"] == "staged"
    assert sum(got.fate) == got.summary["rows"] == 2


def test_wrapper_time(parsed):
    row = {"interaction_id": "1", "channel": "chat", "started_at": TEN}
    assert parsed(json.dumps({"interactions": [row]})).summary["exported_at"] is None
    assert parsed(json.dumps({"interactions": [row]}), exported_at=TEN + 9).summary["exported_at"] == TEN + 9


SEEDS = (
    (HEADER + contacts(6)).encode(),
    json.dumps([{"interaction_id": str(n), "channel": "chat", "started_at": TEN + n} for n in range(6)]).encode(),
    b"".join(b'{"case_id": "%d", "created_at": "2025-03-10T10:00:00Z"}\n' % n for n in range(6)),
    b"".join(b"%d|1.%d|support|NONE|ENTERQUEUE||anonymous|1\n" % (TEN + n, n) for n in range(6)),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), seed=st.sampled_from(SEEDS), packed=st.booleans())
def test_whatever_happens_to_a_file_every_record_has_one_fate(parsed, data, seed, packed):
    damaged = bytearray(gzip.compress(seed, mtime=0) if packed else seed)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged)))
        damaged[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    got = parsed(bytes(damaged))
    assert got.summary["state"] in ("staged", "held", "rejected")
    assert (got.summary["state"] == "staged") == (got.summary["code"] is None)
    if got.stage.exists():
        assert sum(got.fate) == got.summary["rows"]


def ask(requests, *arguments, **environment):
    """A real child: its answers, and what it wrote to stderr."""
    finished = subprocess.run(
        [sys.executable, "-I", "-m", "carecli.sources.worker", *arguments],
        input="".join(json.dumps(request) + "\n" for request in requests),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, **environment},
    )
    return [json.loads(line) for line in finished.stdout.splitlines()], finished.stderr


@pytest.fixture
def requests_for(tmp_path):
    def make(*paths):
        return [
            {"path": str(path), "stage": str(tmp_path / f"{number}.stage"), "key": KEY.hex()}
            for number, path in enumerate(paths)
        ]

    return make


def write(path, data):
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def test_one_child_answers_for_good_and_hostile_files(tmp_path, requests_for):
    good = write(tmp_path / "good.csv", HEADER + contacts(30))
    fifo, link, loop = tmp_path / "pipe.csv", tmp_path / "link.csv", tmp_path / "folder.csv"
    os.mkfifo(fifo)
    link.symlink_to(good)
    loop.mkdir()
    bomb = write(tmp_path / "bomb.csv.gz", gzip.compress(b"x" * 40_000_000, mtime=0))
    deep = write(tmp_path / "deep.json", "[" * 1000 + "]" * 1000)
    bad = write(tmp_path / "bad.csv", "a,b\n1,2\n")
    missing = tmp_path / "missing.csv"
    paths = (good, fifo, link, loop, bomb, deep, bad, missing, good)
    answers, errors = ask([*requests_for(*paths), {"nonsense": 1}], "expanded=30000000")
    assert [(answer["state"], answer["code"]) for answer in answers] == [
        ("staged", None),
        ("rejected", "not-a-regular-file"),
        ("rejected", "not-a-regular-file"),
        ("rejected", "not-a-regular-file"),
        ("rejected", "expands-too-far"),
        ("rejected", "too-deep"),
        ("rejected", "unknown-kind"),
        ("rejected", "no-such-file"),
        ("staged", None),
        ("rejected", "parser-failed"),
    ]
    assert errors == ""
    assert {**answers[0], "stage": None} == {**answers[8], "stage": None}


def test_a_child_out_of_memory_says_so_and_goes_on(tmp_path, requests_for):
    document = write(tmp_path / "large.json", json.dumps([{"x": "y" * 1000}] * 40_000))
    good = write(tmp_path / "good.csv", HEADER + contacts(5))
    answers, _ = ask(requests_for(document, good), "memory=100000000", "parquet_memory=100000000")
    assert [(answer["state"], answer["code"]) for answer in answers] == [("rejected", "too-large"), ("staged", None)]


def test_a_child_out_of_time_says_so_and_goes_on(tmp_path, requests_for):
    slow = write(tmp_path / "slow.csv", HEADER + contacts(2_000) * 100)
    good = write(tmp_path / "good.csv", HEADER + contacts(5))
    answers, _ = ask(requests_for(slow, good), "cpu=1")
    assert [(answer["state"], answer["code"]) for answer in answers] == [("rejected", "too-slow"), ("staged", None)]


def test_a_child_that_may_not_write_more(tmp_path, requests_for):
    large = write(tmp_path / "large.csv", HEADER + contacts(6_000))
    answers, _ = ask(requests_for(large), "stage=200000")
    assert (answers[0]["state"], answers[0]["code"]) == ("rejected", "no-space")


def test_parquet_and_csv_give_the_same_stage(tmp_path, requests_for):
    berlin = timezone(timedelta(hours=1))
    frame = pl.DataFrame(
        {
            "interaction_id": ["00042", "43"],
            "channel": pl.Series(["voice", "chat"], dtype=pl.Categorical),
            "started_at": [datetime(2025, 3, 10, 11, tzinfo=berlin), datetime(2025, 3, 10, 12, tzinfo=berlin)],
            "ended_at": [datetime(2025, 3, 10, 11, 5, tzinfo=berlin), None],
            "queue": ["Billing", None],
            "talk_sec": pl.Series([timedelta(seconds=60, milliseconds=250), None], dtype=pl.Duration("ms")),
            "hold_sec": [1.5, None],
            "handle_time_sec": [70, 80],
            "first_contact_flag": [True, None],
        }
    )
    parquet = tmp_path / "contacts.parquet"
    frame.write_parquet(parquet)
    csv = write(
        tmp_path / "contacts.csv",
        "interaction_id,channel,started_at,ended_at,queue,talk_sec,hold_sec,handle_time_sec,first_contact_flag\n"
        "00042,voice,2025-03-10T10:00:00Z,2025-03-10T10:05:00Z,Billing,60.25,1.5,70,true\n"
        "43,chat,2025-03-10T11:00:00Z,,,,,80,\n",
    )
    answers, errors = ask(requests_for(parquet, csv))
    assert [answer["state"] for answer in answers] == ["staged", "staged"], (answers, errors)
    contents = []
    for number in range(2):
        connection = sqlite3.connect(tmp_path / f"{number}.stage")
        contents.append(connection.execute("SELECT * FROM stage_interactions").fetchall())
        connection.close()
    assert contents[0] == contents[1]


def test_damaged_parquet_is_an_answer(tmp_path, requests_for):
    path = tmp_path / "x.parquet"
    pl.DataFrame({"interaction_id": ["1"] * 500}).write_parquet(path)
    write(path, path.read_bytes()[:-30] + b"PAR1")
    answers, _ = ask(requests_for(path))
    assert (answers[0]["state"], answers[0]["code"]) == ("rejected", "damaged-parquet")


def test_the_child_imports_no_screen_and_no_polars(tmp_path, requests_for):
    good = write(tmp_path / "good.csv", HEADER + contacts(5))
    script = (
        "import sys, json; from carecli.sources.worker import answer; from carecli.sources.limits import Limits\n"
        "print(answer(sys.stdin.readline(), Limits())['state'])\n"
        "print(sorted({'polars', 'textual', 'rich', 'click', 'sqlmodel', 'sqlalchemy'} & set(sys.modules)))"
    )
    command = [sys.executable, "-I", "-c", script]
    request = json.dumps(requests_for(good)[0])
    said = subprocess.run(command, input=request, capture_output=True, text=True, timeout=60, check=True).stdout
    assert said.splitlines() == ["staged", "[]"]
