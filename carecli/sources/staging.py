"""The staging file a parsing child fills: rows in the store's units, the bad ones beside them, and the summary."""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any

from carecli.sources.records import Row
from carecli.tables import STAGE_BOOKS, Column, Table, stage_ddl, table_named

ROWS_AT_ONCE = 5_000
HASH_BYTES = 8
BY_WORD = ("name", "code")
"""Kinds whose stored number means something in one file only: their words are hashed."""

Encoder = Callable[[Any], Any]


class Stage:
    """A new staging file (0600), written in one transaction. Its parent deletes it, whatever became of it."""

    def __init__(self, path: str, coverage: Mapping[str, str]) -> None:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        self._connection = sqlite3.connect(path, isolation_level=None)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE", "temp_store=MEMORY"):
            self._connection.execute(f"PRAGMA {pragma}").fetchall()
        self._connection.execute("BEGIN")
        for ddl in STAGE_BOOKS:
            self._connection.execute(ddl)
        self._names: dict[str, int] = {}
        self._tables: dict[str, _TableWriter] = {}
        self.coverage = Coverage(coverage)
        self.ignored: Counter[str] = Counter()
        self.quarantined = 0
        self.sources: set[str] = set()

    def code(self, name: str) -> int:
        """The staging file's own code of a name, from 1."""
        return self._names.setdefault(name, len(self._names) + 1)

    def add(self, record: int, rows: list[Row], source: str) -> None:
        """All rows of one record, the leading one first."""
        code = self.code(source)
        self.sources.add(source)
        for place, row in enumerate(rows):
            writer = self._tables.get(row.table) or self._open_table(row.table)
            writer.add(record, place == 0, row, code)
            self.coverage.note(writer.table, row.values, source)

    def _open_table(self, name: str) -> _TableWriter:
        table = table_named(name)
        self._connection.execute(stage_ddl(table))
        self._tables[name] = _TableWriter(self._connection, table, self.code)
        return self._tables[name]

    def quarantine(self, place: tuple[int, int, int], column: str | None, code: str, *said: str) -> None:
        """A record (number, first line, last line) that can't be understood; `said` is found, expected, raw."""
        self.quarantined += 1
        self._connection.execute(
            "INSERT INTO quarantine (record, line, last_line, column_name, code, found, expected, raw) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*place, column, code, *said),
        )

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Write what is still in memory, and the summary; then nothing more."""
        for writer in self._tables.values():
            writer.flush()
        execute = self._connection.executemany
        execute("INSERT INTO names (name, code) VALUES (?, ?)", self._names.items())
        execute("INSERT INTO ignored (reason, count) VALUES (?, ?)", self.ignored.items())
        execute("INSERT INTO summary (key, value) VALUES (?, ?)", ((k, json.dumps(v)) for k, v in summary.items()))
        self._connection.execute("COMMIT")

    def close(self) -> None:
        self._connection.close()


class _TableWriter:
    """Encodes rows of one table and writes them in batches."""

    def __init__(self, connection: sqlite3.Connection, table: Table, code: Callable[[str], int]) -> None:
        self.table = table
        self._connection = connection
        self._columns = {
            column.stored: (place, _encoder(column, code), column.name not in table.key, column.kind in BY_WORD)
            for place, column in enumerate(table.columns)
        }
        self._empty = [column.stored for column in table.columns if column.name in table.key and _is_text(column)]
        marks = ", ".join("?" * (7 + len(self._columns)))
        self._insert = f"INSERT INTO {table.stage_table} VALUES ({marks})"
        self._batch: list[tuple[Any, ...]] = []

    def add(self, record: int, leading: bool, row: Row, source: int) -> None:
        for stored in self._empty:
            if row.values.get(stored) is None:
                row.values[stored] = ""
        content, encoded = self._encoded(row.values)
        head = (record, int(leading), row.part, source, int(row.version), int(row.complete), content)
        self._batch.append((*head, *encoded))
        if len(self._batch) >= ROWS_AT_ONCE:
            self.flush()

    def _encoded(self, values: Mapping[str, Any]) -> tuple[int, list[Any]]:
        """The hash of what stands outside the key, equal for equal rows in any process, and the columns to store."""
        content: list[str] = []
        encoded: list[Any] = [None] * len(self._columns)
        for stored, value in values.items():
            if value is None:
                continue
            place, encode, is_value, by_word = self._columns[stored]
            code = encoded[place] = encode(value)
            if is_value:
                content.append(f"{stored}={value if by_word else code}")
        content.sort()
        digest = blake2b("\x1f".join(content).encode(), digest_size=HASH_BYTES).digest()
        return int.from_bytes(digest, "big", signed=True), encoded

    def flush(self) -> None:
        self._connection.executemany(self._insert, self._batch)
        self._batch.clear()


def _is_text(column: Column) -> bool:
    """A key column of these kinds may be empty, and is empty text then, never null."""
    return column.kind in ("key", "name")


def _encoder(column: Column, code: Callable[[str], int]) -> Encoder:
    if column.kind == "name":
        return code
    if column.kind == "code":
        places = {word: place for place, word in enumerate(column.codes, start=1)}
        return places.__getitem__
    if column.kind == "number":
        return float
    return str if column.kind in ("key", "text") else int


class Coverage:
    """What the file covers, by table, source and channel: from the first time of the table's coverage column to the
    newest moment its rows speak of, for a call that began before the last one may have ended after it."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self._columns = columns
        self._known: dict[str, tuple[str, ...]] = {}
        self._spans: dict[tuple[str, str, str | None], list[int]] = {}

    def note(self, table: Table, values: Mapping[str, Any], source: str) -> None:
        at = values.get(self._columns.get(table.name, ""))
        if at is None:
            return
        newest = at
        for name in self._moments(table):
            moment = values.get(name)
            if moment is not None and moment > newest:
                newest = moment
        span = self._spans.setdefault((table.name, source, values.get("channel")), [at, newest])
        span[0] = min(span[0], at)
        span[1] = max(span[1], newest)

    def _moments(self, table: Table) -> tuple[str, ...]:
        if table.name not in self._known:
            self._known[table.name] = table.moments
        return self._known[table.name]

    def summary(self, exported_at: int | None) -> list[dict[str, Any]]:
        """One line a span; an export that says when it was made knows of everything until then."""
        known = exported_at or 0
        return [
            {
                "table": table,
                "source": source,
                "channel": channel,
                "queue": None,
                "first": first,
                "last": max(last, known),
            }
            for (table, source, channel), (first, last) in sorted(
                self._spans.items(), key=lambda item: (item[0][0], item[0][1], item[0][2] or "")
            )
        ]
