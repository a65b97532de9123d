"""Replaced scopes: a file that is the whole truth of some days takes away what it no longer says, in any order."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.errors import FileRejected
from carecli.store.connection import reading
from carecli.store.frames import state_hash
from carecli.store.ledger import FileResult
from tests.store.staging import StagedFile, StagedRow
from tests.store.test_merge import bring, fates

BERLIN = "Europe/Berlin"
MAY_12 = 1_747_000_800
"""2025-05-12 00:00 in Berlin, 11 May 22:00 UTC."""
Shift = tuple[str, int, int]
"""Agent, hours after 12 May 2025 00:00 in Berlin, length in hours."""


def roster(
    shifts: list[Shift], exported_at: int | None = None, scope: str = "agent, day", **options: Any
) -> StagedFile:
    """A schedule export with that scope; of Berlin."""
    rows = [
        StagedRow(
            "schedules",
            {
                "agent_id": agent,
                "activity": "phone",
                "started_at": MAY_12 + hour * 3600,
                "ended_at": MAY_12 + (hour + length) * 3600,
            },
            record,
            exported_at or 0,
        )
        for record, (agent, hour, length) in enumerate(shifts, start=1)
    ]
    told = {"replaces": {"schedules": scope}, "zone": BERLIN, "exported_at": exported_at, **options.pop("summary", {})}
    return StagedFile(options.pop("kind", "k.roster"), rows, summary=told, **options)


def shifts_of(store: Path) -> list[Shift]:
    with reading(store) as connection:
        return connection.execute(
            f"SELECT n.name, (started_at - {MAY_12}) / 3600, (ended_at - started_at) / 3600 FROM row_schedules "
            "JOIN names n ON n.code = agent_id ORDER BY 1, 2"
        ).fetchall()


def test_the_day_in_hours() -> None:
    assert datetime.fromtimestamp(MAY_12, ZoneInfo(BERLIN)).isoformat() == "2025-05-12T00:00:00+02:00"


def test_what_a_newer_file_no_longer_holds_is_removed_for_its_agents_and_days(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, roster([("ann", 8, 4), ("ann", 13, 4), ("bob", 8, 8), ("ann", 32, 8)], 1))
    result = bring(store, roster([("ann", 8, 5)], 2))
    assert fates(result) == (0, 1, 0, 0, 0, 0)
    assert (result.removed, result.notes) == (1, ("removed 1 row of schedules that this file no longer holds",))
    assert shifts_of(store) == [("ann", 8, 5), ("ann", 32, 8), ("bob", 8, 8)]
    with reading(store) as connection:
        line = connection.execute("SELECT removed_rows, notes FROM files ORDER BY id DESC LIMIT 1").fetchone()
    assert line == (1, '["removed 1 row of schedules that this file no longer holds"]')


def test_a_day_is_the_files_own(tmp_path: Path) -> None:
    """Berlin's 12 May ends at 22:00 UTC: 23:30 there is another day than half an hour later, and 00:30 is inside."""
    store = tmp_path / "store.db"
    bring(store, roster([("ann", 0, 1), ("ann", 23, 1), ("ann", 24, 1), ("ann", -1, 1)], 1))
    assert bring(store, roster([("ann", 9, 1)], 2)).removed == 2
    assert shifts_of(store) == [("ann", -1, 1), ("ann", 9, 1), ("ann", 24, 1)]


@pytest.mark.parametrize(
    ("day", "before", "inside", "after"),
    [
        ("2025-03-30", "2025-03-29T22:59:59", ("2025-03-29T23:00:00", "2025-03-30T21:59:59"), "2025-03-30T22:00:00"),
        ("2025-10-26", "2025-10-25T21:59:59", ("2025-10-25T22:00:00", "2025-10-26T22:59:59"), "2025-10-26T23:00:00"),
    ],
)
def test_a_day_has_the_hours_it_has(tmp_path: Path, day: str, before: str, inside: tuple[str, str], after: str) -> None:
    """A day of 23 and one of 25 hours, to the second."""

    def at(text: str) -> tuple[str, int, int]:
        return ("ann", int(datetime.fromisoformat(text + "+00:00").timestamp()), 1)

    store = tmp_path / "store.db"
    for version, times in ((1, (before, *inside, after)), (2, (f"{day}T10:00:00",))):
        file = roster([("ann", 0, 1)] * len(times), version)
        for row, time in zip(file.rows, times, strict=True):
            row.values["started_at"] = at(time)[1]
        result = bring(store, file)
    assert result.removed == 2
    with reading(store) as connection:
        left = connection.execute("SELECT substr(started_at, 1, 19) FROM schedules ORDER BY 1").fetchall()
    assert [time for (time,) in left] == sorted([before, f"{day}T10:00:00", after])


def test_scopes_of_everybody(tmp_path: Path) -> None:
    plan: list[Shift] = [("ann", 8, 4), ("bob", 8, 8), ("bob", 32, 8), ("cid", 56, 8), ("cid", 80, 8)]
    new: list[Shift] = [("ann", 8, 4), ("ann", 56, 4)]
    left = {
        "agent, day": [("ann", 8, 4), ("ann", 56, 4), ("bob", 8, 8), ("bob", 32, 8), ("cid", 56, 8), ("cid", 80, 8)],
        "day": [("ann", 8, 4), ("ann", 56, 4), ("bob", 32, 8), ("cid", 80, 8)],
        "period": [("ann", 8, 4), ("ann", 56, 4), ("cid", 80, 8)],
    }
    for number, (scope, expected) in enumerate(left.items()):
        store = tmp_path / f"store-{number}.db"
        bring(store, roster(plan, 1, scope))
        bring(store, roster(new, 2, scope))
        assert shifts_of(store) == expected


def test_a_late_older_file_takes_nothing_away_and_its_rows_are_stale(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, roster([("ann", 8, 5), ("ann", 15, 2)], 2))
    late = bring(store, roster([("ann", 8, 5), ("ann", 13, 4), ("bob", 8, 8)], 1))
    assert fates(late) == (1, 0, 1, 1, 0, 0)  # Bob's day is new, the same shift is unchanged, the one taken out stale
    assert (late.removed, late.notes) == (0, ("1 row of schedules: a newer file has spoken of their days since",))
    assert shifts_of(store) == [("ann", 8, 5), ("ann", 15, 2), ("bob", 8, 8)]


def test_without_versions_the_order_of_imports_decides(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, roster([("ann", 8, 4), ("ann", 13, 4)]))
    assert bring(store, roster([("ann", 8, 6)])).removed == 1
    assert shifts_of(store) == [("ann", 8, 6)]
    again = bring(store, roster([("ann", 8, 4), ("ann", 13, 4)], summary={"sha256": "other bytes"}))
    assert (fates(again), again.removed) == ((1, 1, 0, 0, 0, 0), 0)
    bring(store, roster([("ann", 9, 4)], 1_747_000_000))  # and one that says its time is not undone by older ones
    assert bring(store, roster([("ann", 7, 1)], 1_746_000_000)).stale == 1
    assert bring(store, roster([("ann", 10, 1)])).removed == 1
    assert shifts_of(store) == [("ann", 10, 1)]


def test_records_newer_than_what_was_said_count_by_their_file(tmp_path: Path) -> None:
    """The newest-changed record was taken out: the rest of the file is older, yet it is the newer export."""
    store = tmp_path / "store.db"
    first = roster([("ann", 8, 4), ("ann", 13, 4)])
    first.rows[0].version, first.rows[1].version = 5, 6
    second = roster([("ann", 8, 4)], summary={"sha256": "second"})
    second.rows[0].version = 5
    bring(store, first)
    assert bring(store, second).removed == 1


def test_halves_of_one_export_unite(tmp_path: Path) -> None:
    halves = [roster([("ann", 8, 4)], 7, "day"), roster([("bob", 8, 4)], 7, "day")]
    for number, files in enumerate((halves, halves[::-1])):
        store = tmp_path / f"store-{number}.db"
        assert [bring(store, file).removed for file in files] == [0, 0]
        assert shifts_of(store) == [("ann", 8, 4), ("bob", 8, 4)]


def test_other_kinds_and_accounts_are_left_alone(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, roster([("ann", 8, 4)], 1))
    bring(store, roster([("ann", 13, 4)], 2, kind="k.other"))
    bring(store, roster([("ann", 15, 1)], 3, source="second"))
    assert shifts_of(store) == [("ann", 8, 4), ("ann", 13, 4), ("ann", 15, 1)]


@pytest.mark.parametrize(
    "half_read",
    [
        {"quarantine": [(9, "bad-time")]},
        {"summary": {"state": "held"}},
        {"summary": {"end_offset": 100}},
    ],
)
def test_a_file_that_was_not_read_whole_removes_nothing(tmp_path: Path, half_read: dict[str, Any]) -> None:
    store = tmp_path / "store.db"
    bring(store, roster([("ann", 8, 4), ("ann", 13, 4)], 1))
    result = bring(store, roster([("ann", 8, 5)], 3, **half_read), accept=True)
    assert result.removed == 0
    assert any("no row of schedules was removed" in note for note in result.notes)
    assert bring(store, roster([("ann", 8, 4), ("ann", 14, 1)], 2)).removed == 1  # nothing was claimed at 3
    assert shifts_of(store) == [("ann", 8, 5), ("ann", 14, 1)]


def test_a_refused_import_removes_nothing(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, roster([("ann", 8, 4), ("ann", 13, 4)], 1))
    before = state_hash(store)

    def refuse(result: FileResult) -> None:
        assert result.removed == 1
        raise FileRejected("test", "no")

    with pytest.raises(FileRejected):
        bring(store, roster([("ann", 8, 5)], 2), check=refuse)
    assert state_hash(store) == before
    assert bring(store, roster([("ann", 13, 4)], 1, summary={"sha256": "again"})).unchanged == 1


@pytest.mark.parametrize(("table", "scope"), [("schedules", "week"), ("cases", "day"), ("intervals", "agent, day")])
def test_a_scope_that_cannot_be_replaced_is_refused(tmp_path: Path, table: str, scope: str) -> None:
    values: dict[str, dict[str, Any]] = {
        "schedules": {"agent_id": "ann", "activity": "phone", "started_at": MAY_12},
        "cases": {"case_id": "7", "created_at": MAY_12},
        "intervals": {
            "queue": "Billing",
            "channel": "voice",
            "interval_start": MAY_12,
            "minutes": 30,
            "attribution": "queued",
        },
    }
    file = StagedFile("k.odd", [StagedRow(table, values[table], 1)], summary={"replaces": {table: scope}})
    with pytest.raises(FileRejected, match=f"can't replace {table}"):
        bring(tmp_path / "store.db", file)


def test_of_old_claims_only_what_still_matters_is_kept(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    for version in (3, 1, 2, 5, 4):
        bring(store, roster([("ann", 8, version), ("bob", 8, version)], version))
    with reading(store) as connection:
        kept = connection.execute("SELECT version, begins, ends FROM scopes WHERE version >= 4 ORDER BY 1").fetchall()
        (all_kept,) = connection.execute("SELECT count(*) FROM scopes").fetchone()
    assert kept == [(4, MAY_12, MAY_12 + 86_400)] * 2 + [(5, MAY_12, MAY_12 + 86_400)] * 2
    assert all_kept <= 6


shifts = st.tuples(st.sampled_from(["ann", "bob"]), st.sampled_from([0, 8, 23, 24, 32, 50]), st.integers(1, 2))
exports = st.tuples(
    st.lists(shifts, min_size=1, max_size=5, unique_by=lambda shift: shift[:2]),
    st.sampled_from(["agent, day", "day", "period"]),
    st.sampled_from([BERLIN, "UTC", "America/New_York"]),
    st.sampled_from([(), (), ((9, "bad-time"),)]),
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), told=st.lists(exports, min_size=2, max_size=5))
def test_where_versions_tell_the_order_of_files_does_not_matter(tmp_path: Path, data: Any, told: Any) -> None:
    versions = data.draw(st.lists(st.integers(1, 4), min_size=len(told), max_size=len(told)))
    files = [
        roster(plan, version, scope, summary={"zone": zone}, quarantine=bad)
        for (plan, scope, zone, bad), version in zip(told, versions, strict=True)
    ]
    hashes = set()
    for _ in range(3):
        store = tmp_path / "store.db"
        for left in tmp_path.glob("store.db*"):
            left.unlink()
        for number, place in enumerate(data.draw(st.permutations([*range(len(files)), 0]))):
            files[place].summary["sha256"] = str(number)  # as if the bytes differed
            result = bring(store, files[place], accept=True)
            assert result.rows == sum(count or 0 for count in fates(result))
        hashes.add(state_hash(store))
    assert len(hashes) == 1


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), told=st.lists(exports, min_size=1, max_size=4))
def test_what_is_held_is_what_the_newest_file_that_spoke_of_it_says(tmp_path: Path, data: Any, told: Any) -> None:
    store = tmp_path / "store.db"
    for left in tmp_path.glob("store.db*"):
        left.unlink()
    files = [(plan, version) for version, (plan, _, _, _) in enumerate(told, start=1)]
    for plan, version in data.draw(st.permutations(files)):
        bring(store, roster(plan, version))
    expected: dict[tuple[str, int], list[Shift]] = {}
    for plan, _ in files:
        spoken: dict[tuple[str, int], list[Shift]] = {}
        for shift in plan:
            spoken.setdefault((shift[0], shift[1] // 24), []).append(shift)
        expected |= spoken
    assert shifts_of(store) == sorted(shift for held in expected.values() for shift in held)
