"""Frames out: canonical names applied as they are read, coverage, and the rows behind a number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from carecli.store.connection import writing
from carecli.store.frames import load_snapshot, newest_watermark, state_hash
from carecli.store.rows import files_of, find_case, natural_ids, readable_rows
from carecli.tables import AGENTS, CASES, INTERACTIONS, LEGS, QUEUES
from tests.store.staging import StagedFile, StagedRow
from tests.store.test_merge import bring, call, ticket

TABLES = (INTERACTIONS, LEGS, CASES, AGENTS, QUEUES)


def identity(record: int, kind: str, external: str, canonical: str) -> StagedRow:
    values = {"kind": kind, "external_id": external, "canonical": canonical}
    return StagedRow("identities", values, record)


def queues_of(store: Path) -> list[str | None]:
    snapshot = load_snapshot(store, TABLES)
    return [snapshot.name(code) for code in snapshot.frames["interactions"].sort("id")["queue"]]


def test_canonical_names_are_applied_when_read_and_can_be_taken_back(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("k.calls", [call(1, "a", queue="q-7"), call(2, "b", queue="Billing")]))
    before = state_hash(store)
    assert queues_of(store) == ["q-7", "Billing"]
    bring(store, StagedFile("canonical.identities", [identity(1, "queue", "q-7", "Billing")]))
    assert queues_of(store) == ["Billing", "Billing"]
    with writing(store) as connection:
        assert connection.execute("SELECT queue FROM interactions ORDER BY id").fetchall() == [("q-7",), ("Billing",)]
        connection.execute("DELETE FROM row_identities")
    assert queues_of(store) == ["q-7", "Billing"]
    assert state_hash(store) == before


def test_a_queue_table_names_a_queue_where_no_identity_does(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("k.calls", [call(1, "a", queue="360")]))
    bring(store, StagedFile("canonical.queues", [StagedRow("queues", {"queue_id": "360", "queue": "Refunds"}, 1)]))
    assert queues_of(store) == ["Refunds"]


def test_an_identity_is_of_its_source_alone(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("k.calls", [call(1, "a", queue="q-7")], source="one"))
    bring(store, StagedFile("k.calls", [call(1, "a", queue="q-7")], source="two"))
    bring(store, StagedFile("canonical.identities", [identity(1, "queue", "q-7", "Billing")], source="one"))
    assert queues_of(store) == ["Billing", "q-7"]


def test_windows_cut_calls_by_start_and_cases_by_life(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("k.calls", [call(n, str(n), started_at=1_000_000_000 + n) for n in range(5)]))
    cases = [
        ticket(1, "open since long", created_at=999_000_000),
        ticket(2, "closed before", created_at=999_000_000, closed_at=999_000_100),
        ticket(3, "closed inside", created_at=999_000_000, closed_at=1_000_000_003),
        ticket(4, "created later", created_at=1_000_000_009),
    ]
    bring(store, StagedFile("z.tickets", cases))
    snapshot = load_snapshot(store, TABLES, 1_000_000_002, 1_000_000_004)
    assert snapshot.frames["interactions"]["interaction_id"].to_list() == ["2", "3"]
    assert snapshot.frames["cases"]["case_id"].to_list() == ["open since long", "closed inside"]


def coverage(table: str, first: int, last: int, channel: str | None = None) -> dict[str, Any]:
    return {"table": table, "channel": channel, "queue": None, "first": first, "last": last, "source": "desk"}


def test_as_of_last_is_the_newest_moment_known_plans_left_out(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    spans = [coverage("interactions", 10, 20, "voice"), coverage("schedules", 10, 999)]
    bring(store, StagedFile("k.calls", [call(1, "a")], summary={"coverage": spans}))
    assert newest_watermark(store) == 20
    snapshot = load_snapshot(store, (INTERACTIONS,))
    assert snapshot.coverage.select("table", "channel", "first", "last").rows() == [
        ("interactions", 1, 10, 20),
        ("schedules", None, 10, 999),
    ]


def test_legs_of_two_kinds_for_one_call_only_those_that_go_first_count(tmp_path: Path) -> None:
    store = tmp_path / "store.db"

    def leg(leg_id: str) -> StagedRow:
        values = {"interaction_id": "a", "leg_id": leg_id, "queue": "Billing", "entered_at": 1_000_000_000}
        return StagedRow("legs", values, 1)

    bring(store, StagedFile("t.calls", [leg("x"), leg("y")], summary={"precedence": {"legs": 20}}))
    bring(store, StagedFile("t.contacts", [leg("z")], summary={"precedence": {"legs": 10}}))
    snapshot = load_snapshot(store, (LEGS,))
    assert snapshot.frames["legs"]["leg_id"].to_list() == ["z"]


def test_rows_by_number_as_people_read_them(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("z.tickets", [ticket(1, "7", status="open", queue="Refunds", updated_at=1_000_000_500)]))
    (row_id,) = find_case(store, "7")
    (row,) = readable_rows(store, "cases", [row_id])
    assert (row["source"], row["case_id"], row["status"], row["queue"]) == ("desk", "7", "open", "Refunds")
    assert row["updated_at"] == 1_000_000_500
    assert natural_ids(store, "cases", [row_id]) == ["desk/7"]
    assert [file.path for file in files_of(store, "cases", [row_id])] == ["file"]
    assert find_case(store, "7", "elsewhere") == []
