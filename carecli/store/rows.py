"""Rows as people read them: by their number in the store, in pages, never a whole table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carecli.store.connection import reading
from carecli.store.frames import AGENT_COLUMNS
from carecli.store.references import Owners, Reference
from carecli.tables import (
    CASE_EVENTS,
    CASES,
    IDENTITY_KINDS,
    INCIDENTS,
    INTERACTIONS,
    LADDER_STEPS,
    LEGS,
    QUEUES,
    Column,
    Table,
    table_named,
)

PAGE = 500
"""Never more rows than this in a list; the count says how many there are."""


def natural_ids(path: Path, table: str, row_ids: Sequence[int]) -> list[str]:
    """`source/key` of rows given by number, in the order given."""
    declared = table_named(table)
    parts = [
        "(SELECT name FROM names WHERE code = t.source)",
        *(f't."{declared.column(k).stored}"' for k in declared.key),
    ]
    with reading(path) as connection:
        found = {
            row_id: "/".join(str(value) for value in values)
            for row_id, *values in _by_number(connection, declared, ", ".join(parts), row_ids)
        }
    return [found[row_id] for row_id in row_ids]


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file that rows came from; `imported_at` is epoch seconds."""

    path: str
    sha256: str
    imported_at: int


def files_of(path: Path, table: str, row_ids: Sequence[int]) -> list[InputFile]:
    """The input files that rows came from (all contributions of a combined row), in ledger order."""
    declared = table_named(table)
    with reading(path) as connection:
        files = {file_id for (_, file_id) in _by_number(connection, declared, "t.file_id", row_ids)}
        if declared.contributed:
            parts = (
                f"(SELECT group_concat(DISTINCT p.file_id) FROM {declared.parts_table} p "
                f"WHERE p.source = t.source AND p.{declared.key[0]} = t.{declared.key[0]})"
            )
            for _, listed in _by_number(connection, declared, parts, row_ids):
                files |= {int(file_id) for file_id in (listed or "").split(",") if file_id}
        rows = connection.execute("SELECT id, path, sha256, imported_at FROM files ORDER BY id")
        return [InputFile(*told) for file_id, *told in rows if file_id in files]


def _by_number(
    connection: sqlite3.Connection, table: Table, columns: str, row_ids: Sequence[int]
) -> Iterator[tuple[Any, ...]]:
    for start in range(0, len(row_ids), PAGE):
        page = row_ids[start : start + PAGE]
        marks = ", ".join("?" for _ in page)
        yield from connection.execute(
            f"SELECT t.id, {columns} FROM {table.row_table} t WHERE t.id IN ({marks})", tuple(page)
        )


def readable_rows(path: Path, table: str, row_ids: Sequence[int]) -> list[dict[str, Any]]:
    """Rows under canonical names, in the order given: names and codes as text, times epoch, durations seconds."""
    declared = table_named(table)
    with reading(path) as connection:
        found = {row["id"]: row for row in _decoded(connection, declared, row_ids)}
    return [found[row_id] for row_id in row_ids if row_id in found]


def _decoded(connection: sqlite3.Connection, table: Table, row_ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    parts = ["(SELECT name FROM names WHERE code = t.source)", *map(_readable, table.columns)]
    for row_id, source, *values in _by_number(connection, table, ", ".join(parts), row_ids):
        row = {"id": row_id, "source": source}
        for column, value in zip(table.columns, values, strict=True):
            row[column.name] = _shown(column.kind, column.codes, value)
        yield row


def _readable(column: Column) -> str:
    """The SQL of a value: names as text, canonical ones where an identity says so, as in the frames."""
    stored = f't."{column.stored}"'
    if column.kind != "name":
        return stored
    code = stored
    if kind := _identity_of(column.name):
        same = f"SELECT canonical FROM identities_in_force d WHERE d.source = t.source AND d.external_id = {stored}"
        code = f"({same} AND d.kind = {IDENTITY_KINDS.index(kind) + 1})"
        if kind == "queue":
            named = f"SELECT queue FROM {QUEUES.row_table} q WHERE q.source = t.source AND q.queue_id = {stored}"
            code = f"coalesce({code}, ({named}))"
        code = f"coalesce({code}, {stored})"
    return f"(SELECT name FROM names WHERE code = {code})"


def _identity_of(name: str) -> str | None:
    return "agent" if name in AGENT_COLUMNS else {"queue": "queue", "customer_id": "customer"}.get(name)


def _shown(kind: str, codes: Sequence[str], value: Any) -> Any:
    if value is None:
        return None
    if kind == "code":
        return codes[value - 1]
    return value / 1000 if kind == "duration" else value


def texts_of(path: Path, table: str, column: str, row_ids: Sequence[int]) -> dict[int, str]:
    """One text of rows given by number, of those that have it: what no frame holds, such as a case's subject."""
    declared = table_named(table)
    stored = f't."{declared.column(column).stored}"'
    with reading(path) as connection:
        return {row_id: text for row_id, text in _by_number(connection, declared, stored, row_ids) if text is not None}


def find_case(path: Path, case_id: str, source: str | None = None) -> list[int]:
    """Row numbers of the cases with that id: one, or one per source where accounts share ids."""
    return _with_key(path, CASES, case_id, source)


def find_contact(path: Path, interaction_id: str, source: str | None = None) -> list[int]:
    """Row numbers of the contacts with that id: one, or one per source where accounts share ids."""
    return _with_key(path, INTERACTIONS, interaction_id, source)


def _with_key(path: Path, table: Table, key: str, source: str | None) -> list[int]:
    with reading(path) as connection:
        rows = connection.execute(
            f"SELECT t.id FROM {table.row_table} t WHERE t.{table.key[0]} = ? "
            "AND (? IS NULL OR t.source = (SELECT code FROM names WHERE name = ?)) ORDER BY t.id",
            (key, source, source),
        ).fetchall()
    return [row_id for (row_id,) in rows]


def rows_about(path: Path, table: Table, target: Table, row_id: int) -> list[dict[str, Any]]:
    """The rows of a table that speak of one case or contact, readable, by time; of very many the newest."""
    with reading(path) as connection:
        ids = _about(connection, Reference(table, target), row_id)
        rows = {row["id"]: row for row in _decoded(connection, table, ids)}
    return [rows[each] for each in ids]


def row_meant(path: Path, table: Table, target: Table, row_id: int) -> int | None:
    """The number of the case or contact that one row of a table speaks of; None where it isn't held."""
    reference = Reference(table, target)
    with reading(path) as connection:
        told = f"SELECT t.source, t.{reference.column} FROM {table.row_table} t WHERE t.id = ?"
        source, key = connection.execute(told, (row_id,)).fetchone()
        found = _owned(connection, reference, source, key) if key else []
    return found[0] if len(found) == 1 else None


def _about(connection: sqlite3.Connection, reference: Reference, row_id: int) -> list[int]:
    """Numbers of the rows that mean that row and no other, in order of time."""
    table, column = reference.table, reference.column
    meant = connection.execute(f"SELECT t.{column} FROM {reference.target.row_table} t WHERE t.id = ?", (row_id,))
    (key,) = meant.fetchone()
    time = f't."{table.time}"' if table.time else "t.id"
    rows = connection.execute(
        f"SELECT t.id, t.source FROM {table.row_table} t WHERE t.{column} = ? ORDER BY {time} DESC, t.id DESC", (key,)
    ).fetchall()
    meaning = {source: _owned(connection, reference, source, key) == [row_id] for source in {each[1] for each in rows}}
    return [each for each, source in rows if meaning[source]][:PAGE][::-1]


def _owned(connection: sqlite3.Connection, reference: Reference, source: int, key: str) -> list[int]:
    """Numbers of the rows that a source may mean by a key: one, where it is known."""
    owners = Owners(connection).owners(reference, source)
    marks = ", ".join("?" for _ in owners)
    rows = connection.execute(
        f"SELECT o.id FROM {reference.target.row_table} o WHERE o.{reference.column} = ? AND o.source IN ({marks})",
        (key, *owners),
    )
    return [row_id for (row_id,) in rows]


def legs_of_contact(path: Path, source: str, interaction_id: str) -> list[dict[str, Any]]:
    """The stays of one contact in queues, readable, in order of entry."""
    return _of_key(path, LEGS, source, ("interaction_id", interaction_id), 't."entered_at", t.id')


def ladder_of_case(path: Path, case_row: int) -> list[dict[str, Any]]:
    """The steps of escalation ladders taken for one case, under its own id or that of an incident about it."""
    (case,) = readable_rows(path, CASES.name, [case_row])
    owners = [(case["source"], case["case_id"])]
    owners += [(row["source"], row["incident_id"]) for row in rows_about(path, INCIDENTS, CASES, case_row)]
    steps = [_of_key(path, LADDER_STEPS, source, ("incident_id", key), "t.id") for source, key in owners]
    return sorted((step for found in steps for step in found), key=lambda step: (step["due_at"] or 0, step["id"]))


def _of_key(path: Path, table: Table, source: str, key: tuple[str, str], order: str) -> list[dict[str, Any]]:
    """The first rows of a source with a value in one column, readable, in an order."""
    column, value = key
    with reading(path) as connection:
        ids = connection.execute(
            f"SELECT t.id FROM {table.row_table} t WHERE t.{column} = ? "
            f"AND t.source = (SELECT code FROM names WHERE name = ?) ORDER BY {order} LIMIT {PAGE}",
            (value, source),
        ).fetchall()
        rows = {row["id"]: row for row in _decoded(connection, table, [row_id for (row_id,) in ids])}
    return [rows[row_id] for (row_id,) in ids]


def events_of_case(path: Path, source: str, case_id: str) -> list[dict[str, Any]]:
    """The events of one case, readable, in order of time; of a very long history the newest."""
    with reading(path) as connection:
        ids = connection.execute(
            f"SELECT t.id FROM {CASE_EVENTS.row_table} t WHERE t.case_id = ? "
            f"AND t.source = (SELECT code FROM names WHERE name = ?) ORDER BY t.at DESC, t.id DESC LIMIT {PAGE}",
            (case_id, source),
        ).fetchall()
        rows = {row["id"]: row for row in _decoded(connection, CASE_EVENTS, [row_id for (row_id,) in ids])}
    return [rows[row_id] for (row_id,) in reversed(ids)]
