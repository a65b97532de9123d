"""The staging file a parsing child leaves behind: attached, checked, and ranked before the transaction begins."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from carecli.errors import FileRejected
from carecli.store.schema import key_list
from carecli.tables import STAGE_BOOKS, TABLES, Table, stage_ddl


@dataclass(frozen=True, slots=True)
class Stage:
    """A staged file: which tables it brings, and what its child said of it."""

    tables: tuple[Table, ...]
    summary: dict[str, Any]

    @property
    def kind(self) -> str:
        return str(self.summary["kind"])


@contextmanager
def attached(connection: sqlite3.Connection, path: Path) -> Iterator[Stage]:
    """The staging file as schema `stage`. FileRejected where it holds anything but what a child is told to write."""
    connection.execute("ATTACH ? AS stage", (f"file:{quote(str(path.absolute()))}?mode=rw",))
    try:
        connection.execute("PRAGMA stage.journal_mode = OFF").fetchall()
        connection.execute("PRAGMA stage.synchronous = OFF").fetchall()
        yield Stage(_checked_tables(connection), _summary(connection))
    finally:
        connection.execute("DETACH stage")


def _checked_tables(connection: sqlite3.Connection) -> tuple[Table, ...]:
    expected = {stage_ddl(table): table for table in TABLES}
    found = []
    for kind, sql in connection.execute("SELECT type, sql FROM stage.sqlite_master WHERE sql IS NOT NULL"):
        if sql in expected:
            found.append(expected[sql])
        elif kind != "table" or sql not in STAGE_BOOKS:
            raise FileRejected("parser-failed", "the parser left a staging file of another shape")
    return tuple(table for table in TABLES if table in found)


def _summary(connection: sqlite3.Connection) -> dict[str, Any]:
    return {key: json.loads(value) for key, value in connection.execute("SELECT key, value FROM stage.summary")}


def rank(connection: sqlite3.Connection, table: Table) -> None:
    """Of several rows of one file for one key (and part) the newest has place 1 and goes on; the others are old."""
    keys = key_list(table)
    connection.execute(
        f"CREATE TABLE stage.ranked_{table.name} AS SELECT rowid AS stage_row, row_number() OVER w AS place, "
        f"first_value(hash) OVER w AS best FROM stage.{table.stage_table} "
        f"WINDOW w AS (PARTITION BY {keys}, coalesce(part, '') ORDER BY version DESC, complete DESC, hash DESC, record)"
    )
