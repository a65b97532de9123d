"""Replaced scopes: what a file that is the whole truth of some days no longer says is removed.

A schedule knows no "deleted" record: a shift that was taken out is only absent from the next export. A kind of file may
therefore say of a table that its file is the whole truth of a scope: `agent, day` (the agents and local days that occur
in it), `day` (these days, of everybody) or `period` (from the first to the last of these days). In such a table a row
has its file's version, not its record's. A row is there if the newest file that spoke of its agent and moment holds it;
the table `scopes` remembers which version that was, so a late file takes nothing away from a newer one. Two files of
one version are halves of one export: they unite.

A file that doesn't say when it was made is taken for newer than all that was said before of its days. A file with
unreadable records, one held and accepted, and a log that is read on claim no scope: what they lack may be there.

Days are those of the file's zone; a scope is kept as moments, so files of other zones meet on the very seconds. Only
tables whose key holds the time can be replaced (schedules, states, intervals, forecasts, annotations). A row that two
kinds of file brought belongs to the one that came first.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from carecli.errors import FileRejected
from carecli.store import merge
from carecli.tables import CONTACT_EVENTS, Table

SCOPES = ("day", "agent, day", "period")
EVERYBODY = 0
"""In place of an agent's name code, which start at 1."""
QUARTER = 900
"""Since 2000 every zone is ahead of UTC by whole quarters of an hour: a quarter lies in one local day."""
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file says it is the whole truth of: `temp.claimed` holds the spans [begins, ends) by source and agent."""

    table: Table
    kind: int
    version: int
    """The version of all its rows of that table, epoch seconds where the file says when it was made."""
    whole: bool
    """False where something of the file is missing or unreadable, so that nothing can be concluded from absence."""
    by_agent: bool


def claim(connection: sqlite3.Connection, table: Table, scope: str, kind: int, summary: Mapping[str, Any]) -> Claim:
    """The claim of a staged file, from the winners of this table. FileRejected for a scope that can't be replaced."""
    _check(table, scope)
    zone = ZoneInfo(summary.get("zone") or (summary.get("assumed") or {}).get("zone") or "UTC")
    by_agent = scope == "agent, day"
    connection.execute(
        "CREATE TEMP TABLE claimed (source INTEGER NOT NULL, agent INTEGER NOT NULL, begins INTEGER NOT NULL, "
        "ends INTEGER NOT NULL)"
    )
    spans = _spans(connection, table, by_agent, zone, gaps=scope != "period")
    connection.executemany("INSERT INTO claimed VALUES (?, ?, ?, ?)", spans)
    connection.execute("CREATE INDEX temp.claimed_by_begin ON claimed (source, agent, begins)")
    exported_at = summary.get("exported_at")
    version = exported_at if exported_at is not None else _newer_than_all(connection, table, kind, by_agent)
    return Claim(table, kind, version, _is_whole(connection, summary), by_agent)


def _check(table: Table, scope: str) -> None:
    """Only where the key says which scope a row is in can it never move from one to another."""
    fits = table.time in table.key and not table.contributed and table is not CONTACT_EVENTS
    if scope not in SCOPES or not fits or (scope == "agent, day" and "agent_id" not in table.key):
        raise FileRejected("no-such-scope", f"a file can't replace {table.name} by {scope!r}: an error of its kind")


def _is_whole(connection: sqlite3.Connection, summary: Mapping[str, Any]) -> bool:
    (bad,) = connection.execute("SELECT count(*) FROM stage.quarantine").fetchone()
    return not bad and summary.get("state") != "held" and summary.get("end_offset") is None


def _spans(
    connection: sqlite3.Connection, table: Table, by_agent: bool, zone: ZoneInfo, *, gaps: bool
) -> Iterator[tuple[int, int, int, int]]:
    """Runs of days in a row, as source, agent, begins, ends; without gaps one run from the first day to the last."""
    agent = "agent_id" if by_agent else str(EVERYBODY)
    days: dict[tuple[int, int], set[date]] = {}
    day_of: dict[int, date] = {}
    for source, who, quarter in connection.execute(
        f'SELECT DISTINCT source, {agent}, "{table.time}" / {QUARTER} FROM winner'
    ):
        if quarter not in day_of:
            day_of[quarter] = datetime.fromtimestamp(quarter * QUARTER, zone).date()
        days.setdefault((source, who), set()).add(day_of[quarter])
    for (source, who), spoken in days.items():
        for first, last in _runs(spoken) if gaps else [(min(spoken), max(spoken))]:
            yield source, who, _midnight(first, zone), _midnight(last + ONE_DAY, zone)


def _runs(days: set[date]) -> Iterator[tuple[date, date]]:
    """First and last of each stretch of days without a gap."""
    for first in sorted(day for day in days if day - ONE_DAY not in days):
        last = first
        while last + ONE_DAY in days:
            last += ONE_DAY
        yield first, last


def _midnight(day: date, zone: ZoneInfo) -> int:
    """The first moment of a local day: where midnight is skipped, the moment of the change."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def _newer_than_all(connection: sqlite3.Connection, table: Table, kind: int, by_agent: bool) -> int:
    """A version above all that is known of the claimed spans, and of the file's own records."""
    (newest,) = connection.execute(
        "SELECT max(version) FROM (SELECT max(version) AS version FROM winner UNION ALL "
        "SELECT max(s.version) FROM claimed c JOIN scopes s ON s.source = c.source AND s.agent IN (c.agent, :all) "
        "AND s.begins < c.ends AND s.ends > c.begins WHERE s.kind = :kind AND s.table_name = :table UNION ALL "
        f"SELECT max(t.version) FROM {_inside(table, by_agent)} WHERE t.file_kind = :kind)",
        {"kind": kind, "table": table.name, "all": EVERYBODY},
    ).fetchone()
    return int(newest or 0) + 1


def _inside(table: Table, by_agent: bool) -> str:
    """The SQL join of rows `t` and the claimed spans `c` they lie in: agents are found by the key, days row by row."""
    span = f't."{table.time}" >= c.begins AND t."{table.time}" < c.ends'
    if by_agent:
        return f"claimed c CROSS JOIN {table.row_table} t ON t.source = c.source AND t.agent_id = c.agent AND {span}"
    return f"{table.row_table} t CROSS JOIN claimed c ON c.source = t.source AND c.agent = {EVERYBODY} AND {span}"


def give_way(connection: sqlite3.Connection, claim: Claim) -> int:
    """Take the winners out of which a newer file has spoken, as stale, and give the rest the file's version.

    The number of stale ones is returned; the same content as what is stored is unchanged.
    """
    table = claim.table
    agent = "IN (winner.agent_id, :all)" if table.has("agent_id") else "= :all"
    parameters = {"all": EVERYBODY, "kind": claim.kind, "table": table.name, "version": claim.version}
    connection.execute(
        "CREATE TEMP TABLE outdated AS SELECT winner.rowid AS winner FROM winner WHERE EXISTS (SELECT 1 FROM scopes s "
        f"WHERE s.source = winner.source AND s.kind = :kind AND s.table_name = :table AND s.agent {agent} "
        f'AND s.version > :version AND s.begins <= winner."{table.time}" AND s.ends > winner."{table.time}")',
        parameters,
    )
    stale = merge.judge_outdated(connection, table)
    connection.execute("DELETE FROM winner WHERE rowid IN (SELECT winner FROM outdated)")
    connection.execute("UPDATE winner SET version = :version", {"version": claim.version})
    connection.execute("DROP TABLE temp.outdated")
    return stale


def take_over(connection: sqlite3.Connection, claim: Claim) -> int:
    """After the merge: remove what a whole file no longer says, and remember its claim. How many rows were removed.

    Whatever the file holds has its version or a newer one by now, so an older version is what it lacks.
    """
    removed = 0
    if claim.whole:
        removed = connection.execute(
            f"DELETE FROM {claim.table.row_table} WHERE id IN (SELECT t.id FROM {_inside(claim.table, claim.by_agent)} "
            "WHERE t.file_kind = ? AND t.version < ?)",
            (claim.kind, claim.version),
        ).rowcount
        _remember(connection, claim)
    connection.execute("DROP TABLE temp.claimed")
    return removed


def _remember(connection: sqlite3.Connection, claim: Claim) -> None:
    """Spans of which something newer is known are not needed any more."""
    mine = (claim.kind, claim.table.name, claim.version)
    connection.execute(
        "DELETE FROM scopes WHERE rowid IN (SELECT s.rowid FROM claimed c CROSS JOIN scopes s ON s.source = c.source "
        "AND s.agent = c.agent AND s.begins >= c.begins AND s.ends <= c.ends "
        "WHERE s.kind = ? AND s.table_name = ? AND s.version <= ?)",
        mine,
    )
    connection.execute(
        "INSERT INTO scopes (kind, table_name, version, source, agent, begins, ends) "
        "SELECT ?, ?, ?, source, agent, begins, ends FROM claimed",
        mine,
    )
