"""Whatever the order of files, however often, and however rows are split into files: one state of the store."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from carecli.store.condition import verify
from carecli.store.frames import state_hash
from tests.acceptance.files import chats, contacts_file
from tests.acceptance.running import carecli, done
from tests.acceptance.stages import Bench
from tests.acceptance.zendesk import five_files

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_all_120_orders_of_five_zendesk_files_end_in_one_state(bench: Bench):
    stages = [bench.parsed(file) for file in five_files(bench.folder)]
    hashes = []
    for store, found in bench.states(stages):
        hashes.append(found)
        if len(hashes) % 24 == 1:  # the same five again, in one order, on top of five different ones
            assert state_hash(bench.store(stages, store)) == found
            assert verify(store) == []
    assert len(hashes) == 120
    assert len({*hashes}) == 1


def test_the_one_state_is_the_right_one(bench: Bench):
    """So that the 120 orders don't agree on something empty: what each file alone knows is in the one case."""
    store = bench.store([bench.parsed(file) for file in reversed(five_files(bench.folder))])
    connection = sqlite3.connect(store)
    columns = "created_at, first_response_at, first_resolved_at, last_resolved_at, reopens, escalation_level, status"
    cases = {row[0]: row[1:] for row in connection.execute(f"SELECT case_id, {columns}, queue, channel FROM cases")}
    events = dict(connection.execute("SELECT kind, count(*) FROM case_events WHERE case_id = '4711' GROUP BY kind"))
    (breach,) = connection.execute("SELECT to_value FROM case_events WHERE event_id = 'metric:3'").fetchone()
    scores = connection.execute("SELECT survey_id, score FROM surveys ORDER BY survey_id").fetchall()
    connection.close()
    assert cases["4711"] == (
        *("2025-05-12T08:00:00Z", "2025-05-12T09:30:10Z", "2025-05-12T09:30:10Z", "2025-05-13T10:00:00Z", 1, 2),
        *("solved", "360001100205", "email"),
    )
    assert cases["4715"][1] == "2025-05-12T14:00:30Z"
    assert cases["4713"][2:4] == (None, "2025-05-12T11:20:00Z")
    assert (events["reopened"], events["paused"], events["resumed"]) == (1, 1, 1)
    assert breach == "deleted"
    assert scores == [("501", 1.0), ("502", 0.0)]


def test_who_the_customer_is_may_be_told_after_what_they_wrote(bench: Bench):
    """Whose message is the first answer depends on the case's customer, and that may come last."""
    case = bench.written("cases.csv", "case_id,customer_id,created_at\nC1,anna,2025-05-12T08:00:00Z\n")
    events = bench.written(
        "events.csv",
        "event_id,case_id,at,kind,actor_id\n"
        "e0,C1,2025-05-12T08:00:00Z,created,\n"
        "e1,C1,2025-05-12T09:00:00Z,public_reply,anna\n"
        "e2,C1,2025-05-12T10:00:00Z,public_reply,ada\n",
    )
    assert len(both_orders(bench, [case, events])) == 1


@pytest.mark.parametrize("fixture", ["asterisk/queue_log", "ends in the middle"])
def test_a_queue_log_may_be_cut_at_every_line_and_come_in_either_order(bench: Bench, fixture):
    text = (FIXTURES / "asterisk/queue_log").read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)[slice(None, None if fixture == "asterisk/queue_log" else 8)]
    whole = state_hash(bench.store([bench.written("queue_log", "".join(lines), "asterisk.queue_log")]))
    for cut in range(1, len(lines)):
        halves = [
            bench.written("queue_log", "".join(part), "asterisk.queue_log") for part in (lines[:cut], lines[cut:])
        ]
        assert both_orders(bench, halves) == {whole}, f"cut after line {cut}"


def test_a_talkdesk_file_may_be_cut_at_every_record_and_come_in_either_order(bench: Bench):
    told = json.loads((FIXTURES / "talkdesk/contacts.json").read_text(encoding="utf-8"))
    records = told["entries"]

    def part(some: Sequence[object]) -> Path:
        return bench.written("contacts.json", json.dumps({"total": len(some), "entries": some}))

    whole = state_hash(bench.store([part(records)]))
    for cut in range(1, len(records)):
        assert both_orders(bench, [part(records[:cut]), part(records[cut:])]) == {whole}, f"cut after record {cut}"
    assert len(records) > 3


def both_orders(bench: Bench, halves: Sequence[Path]) -> set[str]:
    """The states after one order, after the other, and with the second half both before and after the first."""
    first, second = halves
    orders = ([first, second], [second, first], [second, first, second])
    return {state_hash(bench.store(order)) for order in orders}


def test_of_two_contacts_in_one_second_the_same_one_is_the_follow_up_in_any_order(tmp_path: Path):
    """R3: which of them is new must not hang on the file that came first."""
    calls = contacts_file(tmp_path / "calls.csv", *chats(["a", "c"], customer="anna"))
    calls.write_text(calls.read_text(encoding="utf-8").replace(",chat,", ",voice,"), encoding="utf-8")
    written = contacts_file(tmp_path / "chats.csv", *chats(["b", "d"], customer="anna"))
    asked = ("metric", "volume_new", "--by", "channel", "--as-of", "2025-05-13T08:00", "--window", "2025-05-12")
    told = []
    for number, files in enumerate(([calls, written], [written, calls])):
        store = tmp_path / f"{number}.db"
        done(carecli("import", *files, "--store", store))
        figures = done(carecli(*asked, "--tz", "Europe/Berlin", "--store", store, "--format", "json")).json["figures"]
        told.append({each["by"]["channel"]: each["value"] for each in figures})
    assert told[0] == told[1]
    assert sum(told[0].values()) == 1
