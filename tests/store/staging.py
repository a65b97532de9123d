"""Staging files as a parsing child leaves them, made by hand."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

from carecli.tables import STAGE_BOOKS, stage_ddl, table_named


@dataclass
class StagedRow:
    table: str
    values: dict[str, Any]
    record: int
    version: int = 0
    complete: int = 1
    leading: int = 1
    part: str | None = None


@dataclass
class StagedFile:
    kind: str
    rows: Sequence[StagedRow]
    source: str = "desk"
    quarantine: Sequence[tuple[int, str]] = ()
    ignored: dict[str, int] = field(default_factory=dict)
    summary: dict[str, Any] = field(default_factory=dict)

    def write(self, path: Path) -> Path:
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path)
        names: dict[str, int] = {}

        def code(name: str) -> int:
            return names.setdefault(name, len(names) + 1)

        for statement in STAGE_BOOKS:
            connection.execute(statement)
        for name in dict.fromkeys(row.table for row in self.rows):
            connection.execute(stage_ddl(table_named(name)))
        for row in self.rows:
            self._insert(connection, row, code)
        for line, reason in self.quarantine:
            connection.execute(
                "INSERT INTO quarantine VALUES (?, ?, ?, 'column', ?, 'x', 'y', 'raw')", (line, line, line, reason)
            )
        connection.executemany("INSERT INTO ignored VALUES (?, ?)", self.ignored.items())
        for key, value in self._summary().items():
            connection.execute("INSERT INTO summary VALUES (?, ?)", (key, json.dumps(value)))
        code(self.source)
        connection.executemany("INSERT INTO names VALUES (?, ?)", [(code, name) for name, code in names.items()])
        connection.commit()
        connection.close()
        return path

    def _insert(self, connection: sqlite3.Connection, row: StagedRow, code: Any) -> None:
        table = table_named(row.table)
        content = sorted((key, value) for key, value in row.values.items() if value is not None)
        hashed = int.from_bytes(blake2b(repr(content).encode(), digest_size=8).digest(), "big", signed=True)
        values = []
        for column in table.columns:
            value = row.values.get(column.stored)
            if value is not None and column.kind == "name":
                value = code(value)
            elif value is not None and column.kind == "code":
                value = column.codes.index(value) + 1
            values.append(value)
        cells = (row.record, row.leading, row.part, code(self.source), row.version, row.complete, hashed, *values)
        connection.execute(f"INSERT INTO {table.stage_table} VALUES ({', '.join('?' * len(cells))})", cells)

    def _summary(self) -> dict[str, Any]:
        records = len({row.record for row in self.rows}) + len(self.quarantine) + sum(self.ignored.values())
        defaults = {
            "kind": self.kind,
            "source": self.source,
            "rows": records,
            "size": 1,
            "precedence": {},
            "derive": None,
        }
        identity = repr([self.kind, self.source, self.rows, self.quarantine, self.ignored])
        return {**defaults, "sha256": blake2b(identity.encode()).hexdigest(), **self.summary}
