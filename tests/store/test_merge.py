"""A row's way in: six fates that add up, and one end state whatever the order, repetition or split of the files."""

from __future__ import annotations

import itertools
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.errors import FileRejected
from carecli.intake.derive import DERIVE
from carecli.store.connection import reading, writing
from carecli.store.frames import generation, state_hash
from carecli.store.ingest import FileResult, apply_stage
from tests.store.staging import StagedFile, StagedRow


def call(record: int, key: str, *, version: int = 0, talk: int = 60, **values: Any) -> StagedRow:
    return StagedRow(
        "interactions",
        {
            "interaction_id": key,
            "channel": "voice",
            "queue": "Billing",
            "started_at": 1_000_000_000,
            "talk_ms": talk,
            **values,
        },
        record,
        version,
    )


def ticket(record: int, key: str, *, version: int = 0, **values: Any) -> StagedRow:
    return StagedRow("cases", {"case_id": key, "created_at": 1_000_000_000, **values}, record, version)


def bring(store: Path, file: StagedFile, **options: Any) -> FileResult:
    stage = file.write(store.with_name("stage.db"))
    with writing(store) as connection:
        return apply_stage(connection, stage, path="file", derivations=DERIVE, now=1_000_000_000, **options)


def fates(result: FileResult) -> tuple[int | None, ...]:
    return (result.new, result.changed, result.unchanged, result.stale, result.quarantined, result.ignored)


def test_every_record_has_one_of_six_fates(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    first = bring(
        store, StagedFile("k.calls", [call(1, "a", version=5), call(2, "b", version=5), call(3, "c", version=5)])
    )
    assert fates(first) == (3, 0, 0, 0, 0, 0)
    second = bring(
        store,
        StagedFile(
            "k.calls",
            [
                call(1, "a", version=6, talk=61),  # newer, other content
                call(2, "b", version=5),  # the same
                call(3, "c", version=4, talk=99),  # older
                call(4, "d", version=1),  # new
            ],
            quarantine=[(5, "missing-id")],
            ignored={"blank": 2},
        ),
    )
    assert fates(second) == (1, 1, 1, 1, 1, 2)
    assert second.rows == 7 == sum(count or 0 for count in fates(second))
    assert second.reasons == {"missing-id": 1, "blank": 2}
    with reading(store) as connection:
        talks = dict(connection.execute("SELECT interaction_id, talk_sec FROM interactions"))
        assert talks == {"a": 0.061, "b": 0.06, "c": 0.06, "d": 0.06}
        assert generation(connection) == 2


def test_the_sum_is_a_constraint_of_the_ledger(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    with pytest.raises(Exception, match="CHECK constraint"):
        bring(store, StagedFile("k.calls", [call(1, "a")], summary={"rows": 7}))
    with reading(store) as connection:
        assert connection.execute("SELECT count(*) FROM interactions").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM files").fetchone() == (0,)


def test_rows_of_one_file_for_one_key_the_newest_goes_on(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    rows = [call(1, "a", version=1, talk=10), call(2, "a", version=3, talk=30), call(3, "a", version=3, talk=30)]
    assert fates(bring(store, StagedFile("k.calls", rows))) == (1, 0, 1, 1, 0, 0)
    with reading(store) as connection:
        assert connection.execute("SELECT talk_sec FROM interactions").fetchall() == [(0.03,)]


def test_equal_versions_one_with_an_end_beats_one_without(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    open_call = call(1, "a", talk=10)
    open_call.complete = 0
    bring(store, StagedFile("k.calls", [call(1, "a", talk=99)]))
    assert fates(bring(store, StagedFile("k.calls", [open_call]))) == (0, 0, 0, 1, 0, 0)


def test_equal_versions_of_other_content_are_listed_as_a_conflict(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("k.calls", [call(1, "a", version=5, talk=1)]))
    result = bring(store, StagedFile("k.calls", [call(1, "a", version=5, talk=2)]))
    assert result.reasons == {"conflict": 1}
    assert (result.changed or 0) + (result.stale or 0) == 1


def test_five_kinds_make_one_case_by_precedence(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    tickets = StagedFile(
        "z.tickets",
        [ticket(1, "7", version=9, status="open", queue="Refunds")],
        summary={"precedence": {"cases": 10}},
    )
    metrics = StagedFile(
        "z.metrics",
        [ticket(1, "7", version=3, status="closed", reopens=2, first_response_at=1_000_000_060)],
        summary={"precedence": {"cases": 30}},
    )
    hashes = set()
    for number, order in enumerate(itertools.permutations([tickets, metrics])):
        store = tmp_path / f"store-{number}.db"
        for file in order:
            assert fates(bring(store, file)) == (1, 0, 0, 0, 0, 0)
        hashes.add(state_hash(store))
        with reading(store) as connection:
            row = connection.execute("SELECT status, queue, reopens, first_response_at FROM cases").fetchall()
        assert row == [("open", "Refunds", 2, "2001-09-09T01:47:40Z")]
    assert len(hashes) == 1


def test_another_account_with_overlapping_ids_is_refused_until_named(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("z.tickets", [ticket(1, "7"), ticket(2, "8")]))
    other = [ticket(1, "7", created_at=1_100_000_000), ticket(2, "8", created_at=1_200_000_000)]
    with pytest.raises(FileRejected, match="created at other times") as refused:
        bring(store, StagedFile("z.tickets", other))
    assert refused.value.code == "other-account"
    assert bring(store, StagedFile("z.tickets", other, source="second")).new == 2
    with reading(store) as connection:
        assert connection.execute("SELECT count(*), count(DISTINCT source) FROM cases").fetchone() == (4, 2)


def test_a_file_of_half_the_usual_rows_is_held_until_accepted(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    span = {"coverage": [{"table": "interactions", "channel": None, "queue": None, "first": 10, "last": 20}]}
    bring(store, StagedFile("k.calls", [call(n, str(n)) for n in range(1, 121)], summary=span))
    short = StagedFile("k.calls", [call(n, str(n), version=2) for n in range(1, 60)], summary=span)
    with pytest.raises(FileRejected, match="59 rows where an earlier file of the same span had 120"):
        bring(store, short)
    assert bring(store, short, accept=True).rows == 59


def test_a_staging_file_of_another_shape_is_refused(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    stage = StagedFile("k.calls", [call(1, "a")]).write(tmp_path / "stage.db")
    with sqlite3.connect(stage) as connection:
        connection.execute("CREATE TRIGGER t AFTER INSERT ON summary BEGIN DELETE FROM names; END")
    connection.close()
    with writing(store) as connection, pytest.raises(FileRejected, match="another shape"):
        apply_stage(connection, stage, path="file", derivations=DERIVE, now=1)


records = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.sampled_from(["z.tickets", "z.metrics"]),
        st.integers(0, 3),
        st.sampled_from(["new", "open", "solved", None]),
        st.sampled_from(["Refunds", "Billing", None]),
    ),
    min_size=1,
    max_size=12,
)


def _files(rows: list[tuple[str, str, int, str | None, str | None]], cuts: list[int]) -> list[StagedFile]:
    """The rows split into files of one kind each, cut where told."""
    files = []
    for kind, rank in (("z.tickets", 10), ("z.metrics", 30)):
        mine = [row for row in rows if row[1] == kind]
        edges = sorted({0, len(mine), *(cut % (len(mine) + 1) for cut in cuts)})
        for first, last in itertools.pairwise(edges):
            staged = [
                ticket(number, key, version=version, status=status, queue=queue)
                for number, (key, _, version, status, queue) in enumerate(mine[first:last], start=1)
            ]
            files.append(StagedFile(kind, staged, summary={"precedence": {"cases": rank}}))
    return files


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), rows=records)
def test_any_order_repetition_and_split_of_files_ends_in_one_state(tmp_path: Path, data: Any, rows: Any) -> None:
    hashes = set()
    for _ in range(3):
        store = tmp_path / "store.db"
        for left in tmp_path.glob("store.db*"):
            left.unlink()
        shuffled = data.draw(st.permutations(rows))
        files = _files(shuffled, data.draw(st.lists(st.integers(0, 12), max_size=3)))
        order = data.draw(st.permutations([*files, *files[:2]]))
        for number, file in enumerate(order):
            file.summary["sha256"] = str(number)  # as if the bytes differed: the merge has to know by itself
            result = bring(store, file) if file.rows else None
            if result is not None:
                assert result.rows == sum(count or 0 for count in fates(result))
        hashes.add(state_hash(store))
    assert len(hashes) == 1
