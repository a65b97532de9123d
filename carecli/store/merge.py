"""Staged rows into the store: each record ends as new, changed, unchanged or stale.

A row is a last-writer-wins register over (version, completeness, content hash): its end state doesn't depend on the
order in which files arrive, nor on how often. Where several kinds of file speak of one row, each kind's part is such a
register by itself, kept in `part_<table>`, and the row is their column-wise merge (`carecli.store.parts`). A row of
which only one kind ever spoke stays whole in its own table, so ordinary imports write once.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from carecli.store.schema import key_list
from carecli.tables import Column, Table

STALE, UNCHANGED, CHANGED, NEW = 0, 1, 2, 3

VERSION = "(version, complete, hash)"


@dataclass(frozen=True, slots=True)
class Arrival:
    """The file whose rows are merged: its kind as a name code, and its line in the ledger."""

    kind: int
    file_id: int
    in_parts: bool
    """True where several records of this kind make up one row, so that rows always go to the parts."""


def prepare(connection: sqlite3.Connection) -> None:
    """The merge's own working tables; and the stage's names become names of the store."""
    connection.execute(
        "CREATE TEMP TABLE verdict (record INTEGER, leading INTEGER, counts INTEGER, verdict INTEGER, conflict INTEGER)"
    )
    connection.execute("INSERT OR IGNORE INTO names (name) SELECT name FROM stage.names ORDER BY code")
    connection.execute("CREATE TEMP TABLE name_map (local INTEGER PRIMARY KEY, code INTEGER NOT NULL)")
    connection.execute("INSERT INTO name_map SELECT s.code, n.code FROM stage.names s JOIN main.names n USING (name)")


def clear(connection: sqlite3.Connection) -> None:
    """Drop the working tables, so that the next file starts clean."""
    names = [name for (name,) in connection.execute("SELECT name FROM temp.sqlite_master WHERE type = 'table'")]
    for name in names:
        connection.execute(f"DROP TABLE temp.{name}")


def load_winners(connection: sqlite3.Connection, table: Table) -> None:
    """The newest staged row of every key as `temp.winner`; the others are judged here and now."""
    _load_winners(connection, table)
    _judge_losers(connection, table)


def merge_winners(connection: sqlite3.Connection, table: Table, arrival: Arrival) -> None:
    """Merge what was loaded; verdicts go to `temp.verdict`, keys to combine to `temp.apart_<table>`."""
    if table.contributed:
        _set_apart(connection, table, arrival)
        apart = f"(SELECT winner FROM apart_{table.name})"
        _upsert(connection, table, arrival, table.parts_table, f"winner.rowid IN {apart}")
        _upsert(connection, table, arrival, table.row_table, f"winner.rowid NOT IN {apart}")
    else:
        _upsert(connection, table, arrival, table.row_table, "true")
    connection.execute("DROP TABLE temp.winner")


def _load_winners(connection: sqlite3.Connection, table: Table) -> None:
    columns = ", ".join(_mapped(column) for column in table.columns)
    connection.execute(
        "CREATE TEMP TABLE winner AS SELECT s.record, s.leading, coalesce(s.part, '') AS part, "
        "(SELECT code FROM name_map WHERE local = s.source) AS source, s.version, s.complete, s.hash, "
        f"{columns} FROM stage.{table.stage_table} s JOIN stage.ranked_{table.name} r ON r.stage_row = s.rowid "
        "WHERE r.place = 1 ORDER BY s.rowid"
    )


def _mapped(column: Column) -> str:
    """A staged value with the store's name codes in place of the stage's."""
    value = f's."{column.stored}"'
    return f'(SELECT code FROM name_map WHERE local = {value}) AS "{column.stored}"' if column.kind == "name" else value


def _counts(table: Table) -> int:
    """Observations of a stale version are new rows, but don't make the record new."""
    return 0 if table.name == "case_events" else 1


def _judge_losers(connection: sqlite3.Connection, table: Table) -> None:
    connection.execute(
        f"INSERT INTO verdict SELECT s.record, s.leading, {_counts(table)}, "
        f"CASE WHEN s.hash = r.best THEN {UNCHANGED} ELSE {STALE} END, 0 "
        f"FROM stage.{table.stage_table} s JOIN stage.ranked_{table.name} r ON r.stage_row = s.rowid WHERE r.place > 1"
    )


def judge_outdated(connection: sqlite3.Connection, table: Table) -> int:
    """Winners listed in `temp.outdated` are stale, unchanged where the same is stored; the number of stale ones."""
    connection.execute(
        f"INSERT INTO verdict SELECT winner.record, winner.leading, {_counts(table)}, "
        f"CASE WHEN winner.hash = t.hash THEN {UNCHANGED} ELSE {STALE} END, 0 FROM winner "
        f"LEFT JOIN {table.row_table} t ON {same_key(table, 'winner', 't')} "
        "WHERE winner.rowid IN (SELECT winner FROM outdated)"
    )
    (stale,) = connection.execute(
        f"SELECT count(*) FROM winner LEFT JOIN {table.row_table} t ON {same_key(table, 'winner', 't')} "
        "WHERE winner.rowid IN (SELECT winner FROM outdated) AND winner.hash IS NOT t.hash"
    ).fetchone()
    return int(stale)


def same_key(table: Table, left: str, right: str) -> str:
    """The SQL condition that two rows have the same source and key."""
    columns = ("source", *(table.column(name).stored for name in table.key))
    return " AND ".join(f'{left}."{column}" = {right}."{column}"' for column in columns)


def _set_apart(connection: sqlite3.Connection, table: Table, arrival: Arrival) -> None:
    """Winners that are one part among several, and the rows of other kinds they meet, go to the parts."""
    apart = "true" if arrival.in_parts else "t.id IS NOT NULL AND (t.file_kind IS NULL OR t.file_kind <> :kind)"
    connection.execute(
        f"CREATE TEMP TABLE apart_{table.name} AS SELECT winner.rowid AS winner, winner.source, "
        f'winner."{table.key[0]}" AS key FROM winner LEFT JOIN {table.row_table} t ON {same_key(table, "winner", "t")} '
        f"WHERE {apart}",
        {"kind": arrival.kind} if not arrival.in_parts else {},
    )
    columns = ", ".join(f'"{column.stored}"' for column in table.columns)
    system = "source, file_kind, version, complete, hash, file_id"
    connection.execute(
        f"INSERT OR IGNORE INTO {table.parts_table} (part, {system}, {columns}) SELECT '', {system}, {columns} "
        f"FROM {table.row_table} t WHERE t.file_kind IS NOT NULL AND EXISTS (SELECT 1 FROM apart_{table.name} a "
        f'WHERE a.source = t.source AND a.key = t."{table.key[0]}")'
    )


def _upsert(connection: sqlite3.Connection, table: Table, arrival: Arrival, target: str, which: str) -> None:
    """Judge the winners against what is stored, then write those that are newer."""
    in_parts = target == table.parts_table
    part = f" AND t.file_kind = {arrival.kind} AND t.part = winner.part" if in_parts else ""
    newer = "(winner.version, winner.complete, winner.hash) > (t.version, t.complete, t.hash)"
    connection.execute(
        f"INSERT INTO verdict SELECT winner.record, winner.leading, {_counts(table)}, "
        f"CASE WHEN t.id IS NULL THEN {NEW} WHEN winner.hash = t.hash THEN {UNCHANGED} "
        f"WHEN {newer} THEN {CHANGED} ELSE {STALE} END, "
        "winner.version = t.version AND winner.complete = t.complete AND winner.hash <> t.hash "
        f"FROM winner LEFT JOIN {target} t ON {same_key(table, 'winner', 't')}{part} WHERE {which}"
    )
    values = [f'"{column.stored}"' for column in table.columns]
    system = ["source", *(["part"] if in_parts else []), "version", "complete", "hash"]
    names = ", ".join([*system, "file_kind", "file_id", *values])
    chosen = ", ".join([*system, str(arrival.kind), str(arrival.file_id), *values])
    conflict = key_list(table) + (", file_kind, part" if in_parts else "")
    updates = ", ".join(
        f"{name} = excluded.{name}"
        for name in ["version", "complete", "hash", "file_id", *(f'"{c.stored}"' for c in table.values)]
    )
    connection.execute(
        f"INSERT INTO {target} ({names}) SELECT {chosen} FROM winner WHERE {which} ORDER BY winner.rowid "
        f"ON CONFLICT ({conflict}) DO UPDATE SET {updates} "
        f"WHERE (excluded.version, excluded.complete, excluded.hash) > {VERSION}"
    )


def count_verdicts(connection: sqlite3.Connection) -> dict[int, int]:
    """Records by fate. The leading row decides; if it is unchanged and a row beside it is new, the record changed."""
    return dict(
        connection.execute(
            f"SELECT fate, count(*) FROM (SELECT record, CASE WHEN max(verdict) FILTER (WHERE leading) = {UNCHANGED} "
            f"AND max(verdict) FILTER (WHERE NOT leading AND counts) > {UNCHANGED} THEN {CHANGED} "
            "ELSE max(verdict) FILTER (WHERE leading) END AS fate FROM verdict GROUP BY record) GROUP BY fate"
        ).fetchall()
    )


def count_conflicts(connection: sqlite3.Connection) -> int:
    """Records of the same version and completeness as what is stored, but of other content: judged by hash, listed."""
    (count,) = connection.execute("SELECT count(DISTINCT record) FROM verdict WHERE conflict").fetchone()
    return int(count)
