"""Rows as people read them: by their number in the store, in pages, never a whole table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from carecli.store.connection import reading
from carecli.store.frames import AGENT_COLUMNS
from carecli.tables import (
    CASE_EVENTS,
    CASES,
    IDENTITY_KINDS,
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


def files_of(path: Path, table: str, row_ids: Sequence[int]) -> list[str]:
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
        rows = connection.execute("SELECT id, path FROM files ORDER BY id")
        return [name for file_id, name in rows if file_id in files]


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


def find_case(path: Path, case_id: str, source: str | None = None) -> list[int]:
    """Row numbers of the cases with that id: one, or one per source where accounts share ids."""
    with reading(path) as connection:
        rows = connection.execute(
            f"SELECT t.id FROM {CASES.row_table} t WHERE t.case_id = ? "
            "AND (? IS NULL OR t.source = (SELECT code FROM names WHERE name = ?)) ORDER BY t.id",
            (case_id, source, source),
        ).fetchall()
    return [row_id for (row_id,) in rows]


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
