"""Rows made of several contributions: derived from events and legs, then merged column by column.

`Derive` functions are pure and belong to the sources; the store calls them, inside the import's transaction, for every
contact or case that a file touched, with all that is stored of it. So a call over two files, or a case known from five
kinds of file, ends the same whatever order they came in.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from carecli.store.schema import key_list
from carecli.tables import CASE_EVENTS, CASES, CONTACT_EVENTS, INTERACTIONS, LEGS, Column, Table

DERIVED_FROM: dict[str, Table] = {"legs": LEGS, "queue_log": CONTACT_EVENTS, "case_events": CASE_EVENTS}
"""The word in the catalog -> the table whose rows a derivation reads."""

CASE_EVENTS_KIND = "derived.case_events"
"""What is derived from a case's events is a part of its own, whichever file touched the case last."""

DERIVED_PRECEDENCE = 20
"""Before minute-rounded metrics, after the ticket itself."""

Values = dict[str, Any]
"""Stored column names -> values, with names and codes as text."""


class DerivedRow(Protocol):
    """A row a derivation hands back: its table, and its values with names and codes as text."""

    @property
    def table(self) -> str: ...
    @property
    def values(self) -> Values: ...


class Derive(Protocol):
    """Rows derived from all that is stored of one contact or case of one source."""

    def __call__(self, identifier: str, stored: Mapping[str, Sequence[Values]]) -> Iterable[DerivedRow]: ...


def derive_contacts(connection: sqlite3.Connection, word: str, derive: Derive, kind: int, file_id: int) -> None:
    """Re-derive every contact whose legs or events the staged rows touched."""
    events = DERIVED_FROM[word]
    touched = connection.execute(
        "SELECT DISTINCT (SELECT code FROM name_map WHERE local = source), interaction_id "
        f"FROM stage.{events.stage_table} WHERE interaction_id <> '' ORDER BY 1, 2"
    ).fetchall()
    writer = _DerivedWriter(connection, kind, file_id)
    for source, key in touched:
        stored = {events.name: list(_decoded(connection, events, source, INTERACTIONS, key, kind=kind))}
        if events is LEGS:
            parts = _decoded(connection, INTERACTIONS, source, INTERACTIONS, key, kind=kind, parts=True)
            stored["parts"] = [part for part in parts if part["part"]]
        writer.replace(source, key, list(derive(key, stored)), events)
        _touch(connection, INTERACTIONS, source, key)


def derive_cases(connection: sqlite3.Connection, derive: Derive, staged: Sequence[Table], file_id: int) -> None:
    """Re-derive every case that has events and that the staged rows touched, by its events or by its own row."""
    tables = [table for table in (CASES, CASE_EVENTS) if table in staged]
    if not tables:
        return
    writer = _DerivedWriter(connection, _case_events_kind(connection), file_id)
    touched = " UNION ".join(
        f"SELECT (SELECT code FROM name_map WHERE local = source), case_id FROM stage.{table.stage_table}"
        for table in tables
    )
    for source, key in connection.execute(f"SELECT * FROM ({touched}) WHERE case_id <> '' ORDER BY 1, 2").fetchall():
        stored = {
            CASE_EVENTS.name: list(_decoded(connection, CASE_EVENTS, source, CASES, key)),
            "case": list(_decoded(connection, CASES, source, CASES, key)),
        }
        rows = list(derive(key, stored)) if stored[CASE_EVENTS.name] else []
        if rows:
            writer.replace(source, key, rows, CASE_EVENTS)
            _touch(connection, CASES, source, key)


def _case_events_kind(connection: sqlite3.Connection) -> int:
    connection.execute("INSERT OR IGNORE INTO names (name) VALUES (?)", (CASE_EVENTS_KIND,))
    (kind,) = connection.execute("SELECT code FROM names WHERE name = ?", (CASE_EVENTS_KIND,)).fetchone()
    connection.execute(
        "INSERT OR IGNORE INTO kinds VALUES (?, ?, ?, NULL)",
        (kind, json.dumps([CASES.name]), json.dumps({CASES.name: DERIVED_PRECEDENCE})),
    )
    return int(kind)


def _decoded(
    connection: sqlite3.Connection,
    table: Table,
    source: int,
    owner: Table,
    key: str,
    *,
    kind: int | None = None,
    parts: bool = False,
) -> Iterator[Values]:
    """Rows of one contact or case, names and codes as text, in the order of their columns."""
    columns = ", ".join(
        _name_sql(column) if column.kind == "name" else f't."{column.stored}"' for column in table.columns
    )
    order = ", ".join(str(place) for place in range(1, len(table.columns) + 2))
    physical, part_column = (table.parts_table, "part") if parts else (table.row_table, "''")
    of_kind = "" if kind is None else " AND t.file_kind = ?"
    for part, *values in connection.execute(
        f"SELECT {part_column}, {columns} FROM {physical} t "
        f"WHERE t.source = ? AND t.{owner.key[0]} = ?{of_kind} ORDER BY {order}",
        (source, key) if kind is None else (source, key, kind),
    ):
        decoded = {"part": part}
        for column, value in zip(table.columns, values, strict=True):
            decoded[column.stored] = column.codes[value - 1] if column.codes and value is not None else value
        yield decoded


def _name_sql(column: Column) -> str:
    return f'(SELECT name FROM names WHERE code = t."{column.stored}")'


class _DerivedWriter:
    """Writes derived rows: legs replace all legs of their contact, a combined row becomes the kind's own part."""

    def __init__(self, connection: sqlite3.Connection, kind: int, file_id: int) -> None:
        self.connection = connection
        self.kind = kind
        self.file_id = file_id
        self.codes: dict[str, int] = {}

    def replace(self, source: int, key: str, rows: list[DerivedRow], events: Table) -> None:
        if events is CONTACT_EVENTS:
            self.connection.execute(
                f"DELETE FROM {LEGS.row_table} WHERE source = ? AND interaction_id = ? AND file_kind = ?",
                (source, key, self.kind),
            )
        for row in rows:
            if row.table == LEGS.name:
                self._write(LEGS, LEGS.row_table, source, row.values, {})
            else:
                table = CASES if row.table == CASES.name else INTERACTIONS
                self._write(table, table.parts_table, source, row.values, {"part": ""})

    def _write(self, table: Table, physical: str, source: int, values: Values, system: Values) -> None:
        stored = {column.stored: self._encode(column, values.get(column.stored)) for column in table.columns}
        row = {
            "source": source,
            **system,
            "version": 0,
            "complete": 1,
            "hash": 0,
            "file_kind": self.kind,
            "file_id": self.file_id,
            **stored,
        }
        names = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        self.connection.execute(f"INSERT OR REPLACE INTO {physical} ({names}) VALUES ({marks})", tuple(row.values()))

    def _encode(self, column: Column, value: Any) -> Any:
        if value is None:
            return None
        if column.kind == "name":
            return self.code(str(value))
        return column.codes.index(value) + 1 if column.codes else value

    def code(self, name: str) -> int:
        if name not in self.codes:
            self.connection.execute("INSERT OR IGNORE INTO names (name) VALUES (?)", (name,))
            (found,) = self.connection.execute("SELECT code FROM names WHERE name = ?", (name,)).fetchone()
            self.codes[name] = found
        return self.codes[name]


def _touch(connection: sqlite3.Connection, target: Table, source: int, key: str) -> None:
    """The row has to be combined again; a row that was whole until now becomes a part."""
    connection.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS apart_{target.name} (winner INTEGER, source INTEGER, key TEXT)"
    )
    connection.execute(f"INSERT INTO apart_{target.name} VALUES (NULL, ?, ?)", (source, key))
    columns = ", ".join(f'"{column.stored}"' for column in target.columns)
    system = "source, file_kind, version, complete, hash, file_id"
    connection.execute(
        f"INSERT OR IGNORE INTO {target.parts_table} (part, {system}, {columns}) SELECT '', {system}, {columns} "
        f"FROM {target.row_table} WHERE file_kind IS NOT NULL AND source = ? AND {target.key[0]} = ?",
        (source, key),
    )


def combine_touched(connection: sqlite3.Connection, table: Table) -> None:
    """Merge the parts of every touched row, column by column, in the precedence the catalog states."""
    exists = connection.execute("SELECT 1 FROM temp.sqlite_master WHERE name = ?", (f"apart_{table.name}",)).fetchone()
    if not exists:
        return
    precedence = _precedence(connection, table)
    keys = connection.execute(f"SELECT DISTINCT source, key FROM apart_{table.name} ORDER BY 1, 2").fetchall()
    values = [column.stored for column in table.columns]
    names = ", ".join(["source", "file_kind", "version", "complete", "hash", "file_id", *(f'"{v}"' for v in values)])
    updates = ", ".join(f"{name} = excluded.{name}" for name in names.split(", ")[1:])
    statement = (
        f"INSERT INTO {table.row_table} ({names}) VALUES ({', '.join('?' for _ in range(6 + len(values)))}) "
        f"ON CONFLICT ({key_list(table)}) DO UPDATE SET {updates}"
    )
    connection.executemany(
        statement, (row for source, key in keys if (row := _combined(connection, table, source, key, precedence)))
    )


def _precedence(connection: sqlite3.Connection, table: Table) -> dict[int, int]:
    """Kind -> rank for this table; the lower one wins a column."""
    return {
        kind: json.loads(text).get(table.name, 50)
        for kind, text in connection.execute("SELECT kind, precedence FROM kinds")
    }


def _combined(
    connection: sqlite3.Connection, table: Table, source: int, key: str, precedence: Mapping[int, int]
) -> tuple[Any, ...] | None:
    """One row from its parts. Parts that are only the material of a derived part (`part` <> '') are left out."""
    columns = ", ".join(f'"{column.stored}"' for column in table.columns)
    parts = connection.execute(
        "SELECT file_kind, part, version, complete, file_id, "
        f"(SELECT name FROM names WHERE code = file_kind), {columns} "
        f"FROM {table.parts_table} WHERE source = ? AND {table.key[0]} = ? AND part = ''",
        (source, key),
    ).fetchall()
    if not parts:
        return None
    parts.sort(key=lambda part: (precedence.get(part[0], 50), part[5], part[1]))
    values = [
        next((part[6 + place] for part in parts if part[6 + place] is not None), None)
        for place in range(len(table.columns))
    ]
    version = max(part[2] for part in parts)
    complete = max(part[3] for part in parts)
    return (source, None, version, complete, 0, max(part[4] for part in parts), *values)
