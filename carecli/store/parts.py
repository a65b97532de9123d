"""Rows made of several contributions: derived from events and legs, then merged column by column.

`Derive` functions are pure and belong to the sources; the store calls them, inside the import's transaction, for every
contact or case that a file touched, with all that is stored of it. So a call over two files, or a case known from five
kinds of file, ends the same whatever order they came in. Everything is read and written a page of keys at a time.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol

from carecli.store.names import Names
from carecli.store.schema import key_list
from carecli.tables import CASE_EVENTS, CASES, CONTACT_EVENTS, INTERACTIONS, LEGS, Table

DERIVED_FROM: dict[str, tuple[Table, ...]] = {
    "legs": (LEGS, INTERACTIONS),
    "queue_log": (CONTACT_EVENTS,),
    "taskrouter": (CONTACT_EVENTS,),
}
"""The word in the catalog -> the table whose rows a contact is derived from; with legs, single records' parts too."""

CASE_EVENTS_KIND = "derived.case_events"
"""What is derived from a case's events is a part of its own, whichever file touched the case last."""

DERIVED_PRECEDENCE = 20
"""After the ticket itself, before minute-rounded metrics."""

USUAL_PRECEDENCE = 50

OBSERVED = CASE_EVENTS.column("kind").codes.index("observed") + 1

KEYS_AT_ONCE = 2_000

Key = tuple[int, str]
"""Source (a name code) and id."""

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


def derive_contacts(
    connection: sqlite3.Connection, word: str, derive: Derive, staged: Sequence[Table], kind: int, file_id: int
) -> None:
    """Re-derive every contact whose legs, parts or events the staged rows touched; nothing where none was staged."""
    events, *_ = DERIVED_FROM[word]
    tables = tuple(table for table in DERIVED_FROM[word] if table in staged)
    if not tables:  # a log of configuration lines alone brings no events
        return
    names = Names(connection)
    for keys in _touched(connection, INTERACTIONS, tables):
        rows = _rows(connection, events, INTERACTIONS, names, kind=kind)
        parts = _rows(connection, INTERACTIONS, INTERACTIONS, names, kind=kind, parts=True) if events is LEGS else {}
        derived = {
            key: list(derive(key[1], {events.name: rows.get(key, []), "parts": parts.get(key, [])}))
            for key in keys
            if key in rows or key in parts
        }
        if events is CONTACT_EVENTS:
            _clear_legs(connection, kind)
            _write(connection, LEGS, derived, names, kind, file_id)
        _write(connection, INTERACTIONS, derived, names, kind, file_id)
        _set_apart(connection, INTERACTIONS)


def derive_cases(connection: sqlite3.Connection, derive: Derive, staged: Sequence[Table], file_id: int) -> None:
    """Re-derive every case that has events and that the staged rows touched, by its events or by its own row."""
    tables = tuple(table for table in (CASES, CASE_EVENTS) if table in staged)
    if not tables:
        return
    names = Names(connection)
    kind = _case_events_kind(connection, names)
    for keys in _touched(connection, CASES, tables):
        rows = _rows(connection, CASE_EVENTS, CASES, names, condition=f"t.kind <> {OBSERVED}")
        cases = _rows(connection, CASES, CASES, names) if rows else {}
        derived = {
            key: list(derive(key[1], {CASE_EVENTS.name: rows[key], "case": cases.get(key, [])}))
            for key in keys
            if key in rows
        }
        if derived:
            _clear_parts(connection, CASES, kind)
            _write(connection, CASES, derived, names, kind, file_id)
            _set_apart(connection, CASES, only_parts=True)


def _case_events_kind(connection: sqlite3.Connection, names: Names) -> int:
    kind = names.code(CASE_EVENTS_KIND)
    connection.execute(
        "INSERT OR IGNORE INTO kinds VALUES (?, ?, ?, NULL)",
        (kind, json.dumps([CASES.name]), json.dumps({CASES.name: DERIVED_PRECEDENCE})),
    )
    return kind


def _touched(connection: sqlite3.Connection, owner: Table, staged: Sequence[Table]) -> Iterator[list[Key]]:
    """Pages of the keys that staged rows speak of; each page stands in `temp.touched` while it is worked on."""
    identifier = owner.key[0]
    union = " UNION ".join(
        f"SELECT (SELECT code FROM name_map WHERE local = source) AS source, {identifier} AS key "
        f"FROM stage.{table.stage_table} WHERE {identifier} <> ''"
        for table in staged
    )
    keys: list[Key] = connection.execute(f"SELECT DISTINCT source, key FROM ({union}) ORDER BY source, key").fetchall()
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS touched (source INTEGER, key TEXT)")
    for start in range(0, len(keys), KEYS_AT_ONCE):
        page = keys[start : start + KEYS_AT_ONCE]
        connection.execute("DELETE FROM touched")
        connection.executemany("INSERT INTO touched VALUES (?, ?)", page)
        yield page


def _rows(
    connection: sqlite3.Connection,
    table: Table,
    owner: Table,
    names: Names,
    *,
    kind: int | None = None,
    parts: bool = False,
    condition: str = "true",
) -> dict[Key, list[Values]]:
    """Rows of the touched keys, names and codes as text. Of parts only those that single records brought."""
    physical, part = (table.parts_table, "t.part") if parts else (table.row_table, "''")
    columns = ", ".join(f't."{column.stored}"' for column in table.columns)
    wanted = [condition, *(["t.part <> ''"] if parts else []), *([] if kind is None else [f"t.file_kind = {kind}"])]
    rows = connection.execute(
        f"SELECT t.source, t.{owner.key[0]}, {part}, {columns} FROM touched k CROSS JOIN {physical} t "
        f"ON t.source = k.source AND t.{owner.key[0]} = k.key WHERE {' AND '.join(wanted)} ORDER BY 1, 2"
    )
    decode = names.decoder(table)
    return {
        key: [{"part": row[2], **decode(row[3:])} for row in group]
        for key, group in groupby(rows, key=itemgetter(0, 1))
    }


def _clear_legs(connection: sqlite3.Connection, kind: int) -> None:
    """The touched calls' legs are about to be written anew."""
    connection.execute(
        f"DELETE FROM {LEGS.row_table} WHERE file_kind = ? "
        "AND (source, interaction_id) IN (SELECT source, key FROM touched)",
        (kind,),
    )


def _clear_parts(connection: sqlite3.Connection, table: Table, kind: int) -> None:
    """What was derived before of the touched keys no longer holds."""
    connection.execute(
        f"DELETE FROM {table.parts_table} WHERE file_kind = ? AND part = '' "
        f"AND (source, {table.key[0]}) IN (SELECT source, key FROM touched)",
        (kind,),
    )


def _write(
    connection: sqlite3.Connection,
    table: Table,
    derived: Mapping[Key, Sequence[DerivedRow]],
    names: Names,
    kind: int,
    file_id: int,
) -> None:
    """Derived rows of one table: legs as they are, a contact or case as its kind's own part."""
    physical = table.parts_table if table.contributed else table.row_table
    system = ["source", "version", "complete", "hash", "file_kind", "file_id", *(["part"] if table.contributed else [])]
    columns = ", ".join([*system, *(f'"{column.stored}"' for column in table.columns)])
    encode = names.encoder(table)
    rows = [
        (source, 0, 1, 0, kind, file_id, *([""] if table.contributed else []), *encode(row.values))
        for (source, _), found in derived.items()
        for row in found
        if row.table == table.name
    ]
    marks = ", ".join("?" * (len(system) + len(table.columns)))
    connection.executemany(f"INSERT OR REPLACE INTO {physical} ({columns}) VALUES ({marks})", rows)


def _set_apart(connection: sqlite3.Connection, target: Table, *, only_parts: bool = False) -> None:
    """The touched rows have to be combined again; rows that were whole until now become parts."""
    identifier = target.key[0]
    having = (
        f"WHERE EXISTS (SELECT 1 FROM {target.parts_table} p WHERE p.source = k.source AND p.{identifier} = k.key)"
        if only_parts
        else ""
    )
    connection.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS apart_{target.name} (winner INTEGER, source INTEGER, key TEXT)"
    )
    connection.execute(f"INSERT INTO apart_{target.name} SELECT NULL, source, key FROM touched k {having}")
    columns = ", ".join(f'"{column.stored}"' for column in target.columns)
    system = "source, file_kind, version, complete, hash, file_id"
    connection.execute(
        f"INSERT OR IGNORE INTO {target.parts_table} (part, {system}, {columns}) SELECT '', {system}, {columns} "
        f"FROM {target.row_table} WHERE file_kind IS NOT NULL AND (source, {identifier}) IN "
        f"(SELECT source, key FROM touched k {having})"
    )


def combine_touched(connection: sqlite3.Connection, table: Table) -> None:
    """Merge the parts of every row set apart, column by column, in the precedence the catalog states."""
    known = "SELECT 1 FROM temp.sqlite_master WHERE name = ?"
    if not connection.execute(known, (f"apart_{table.name}",)).fetchone():
        return
    columns = [f'"{column.stored}"' for column in table.columns]
    names = ["source", "file_kind", "version", "complete", "hash", "file_id", *columns]
    updates = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    connection.executemany(
        f"INSERT INTO {table.row_table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) "
        f"ON CONFLICT ({key_list(table)}) DO UPDATE SET {updates}",
        list(_combined(connection, table, columns)),
    )


def _combined(connection: sqlite3.Connection, table: Table, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Each row from its parts. Parts that are only the material of a derived part (`part` <> '') are left out."""
    identifier = table.key[0]
    precedence = _precedence(connection, table)
    kinds = dict(connection.execute("SELECT kind, name FROM kinds JOIN names ON code = kind"))
    parts = connection.execute(
        f"SELECT p.source, p.{identifier}, p.file_kind, p.version, p.complete, p.file_id, "
        f"{', '.join(f'p.{column}' for column in columns)} "
        f"FROM (SELECT DISTINCT source, key FROM apart_{table.name}) k CROSS JOIN {table.parts_table} p "
        f"ON p.source = k.source AND p.{identifier} = k.key WHERE p.part = '' ORDER BY 1, 2"
    )
    for (source, _), group in groupby(parts, key=itemgetter(0, 1)):
        ranked = sorted(group, key=lambda part: (precedence.get(part[2], USUAL_PRECEDENCE), kinds[part[2]]))
        values = (
            next((v for v in column if v is not None), None) for column in zip(*(p[6:] for p in ranked), strict=True)
        )
        yield (
            source,
            None,
            max(p[3] for p in ranked),
            max(p[4] for p in ranked),
            0,
            max(p[5] for p in ranked),
            *values,
        )


def _precedence(connection: sqlite3.Connection, table: Table) -> dict[int, int]:
    """Kind -> rank for this table; the lower one wins a column."""
    return {
        kind: json.loads(text).get(table.name, USUAL_PRECEDENCE)
        for kind, text in connection.execute("SELECT kind, precedence FROM kinds")
    }
