"""A look at a file before anything is kept: what stands in it, and what a mapping would make of it."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from carecli.errors import FileRejected
from carecli.intake.child import ParserChild
from carecli.tables import CASE_EVENT_KINDS, TABLES, Column, Table

ROWS = 5
OBSERVED = CASE_EVENT_KINDS.index("observed") + 1
"""Made of every version of a case; no row of the file."""


@dataclass(frozen=True, slots=True)
class Description:
    """The columns of a file with the cells of its first records, as text."""

    known: str | None
    """The kind that recognises the file already."""
    container: str
    records: int
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    repeated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a mapping makes of a file; `rows` are readable: ISO times in UTC, seconds, words."""

    answer: dict[str, Any]
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """The first rows of each table."""
    bad: tuple[str, ...] = ()
    """The first quarantined places, in words."""


def describe_file(path: Path, **asked: Any) -> Description:
    """What stands in a file. `FileRejected` says why it can't be told, or which member to ask for."""
    with ParserChild() as child:
        answer = child.ask({"path": str(path.absolute()), "stage": "", "key": "", "describe": True, **asked})
    if answer["state"] == "members":
        names = ", ".join(answer["members"][:10])
        raise FileRejected("several-members", f"{path.name} holds several tables: {names}", hint="say which: --member")
    if answer["state"] != "described":
        raise FileRejected(answer["code"], f"{path.name}: {answer['message']}", hint=answer.get("hint"))
    columns = tuple((column["name"], tuple(column["cells"])) for column in answer["columns"])
    repeated = tuple(answer["repeated"])
    return Description(answer["known"], answer["container"], answer["records"], columns, repeated)


def preview_file(path: Path, mapping: Path, **asked: Any) -> Preview:
    """What the mapping makes of the file; nothing of it is kept. Customers' ids are keyed with a key of the moment."""
    with ParserChild() as child, tempfile.TemporaryDirectory(prefix="carecli-") as folder:
        stage = Path(folder) / "stage.db"
        told = {"path": str(path.absolute()), "stage": str(stage), "key": "00" * 32, "map": str(mapping), **asked}
        answer = child.ask(told)
        if not stage.exists():
            return Preview(answer)
        with closing(sqlite3.connect(f"file:{stage}?mode=ro", uri=True)) as connection:
            return Preview(answer, _first_rows(connection), _bad_places(connection))


def _first_rows(connection: sqlite3.Connection) -> dict[str, list[dict[str, Any]]]:
    names = dict(connection.execute("SELECT code, name FROM names"))
    staged = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    tables = [table for table in TABLES if table.stage_table in staged]
    return {table.name: list(_rows_of(connection, table, names)) for table in tables}


def _rows_of(connection: sqlite3.Connection, table: Table, names: dict[int, str]) -> list[dict[str, Any]]:
    columns = ", ".join(f'"{column.stored}"' for column in table.columns)
    observed = f"WHERE kind <> {OBSERVED}" if table.name == "case_events" else ""
    found = connection.execute(f"SELECT {columns} FROM {table.stage_table} {observed} LIMIT {ROWS}")
    pairs = (zip(table.columns, values, strict=True) for values in found)
    return [
        {column.name: _readable(column, value, names) for column, value in row if value is not None} for row in pairs
    ]


def _readable(column: Column, value: Any, names: dict[int, str]) -> Any:
    if column.kind == "name":
        return names[value]
    if column.kind == "code":
        return column.codes[value - 1]
    if column.kind == "time":
        return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    if column.kind == "duration":
        return value / 1000
    return bool(value) if column.kind == "flag" else value


def _bad_places(connection: sqlite3.Connection) -> tuple[str, ...]:
    rows = connection.execute("SELECT line, column_name, code, found, expected FROM quarantine ORDER BY record LIMIT 5")
    return tuple(
        f"line {line}{f' {column}' if column else ''}: {code}: found {found!r}, expected {expected}"
        for line, column, code, found, expected in rows
    )
