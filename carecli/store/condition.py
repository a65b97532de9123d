"""What the store holds, and whether it is sound."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from carecli.store.connection import reading
from carecli.store.schema import SCHEMA_VERSION
from carecli.tables import TABLES


def describe(path: Path) -> dict[str, Any]:
    """Schema, size, rows by table (empty ones left out), files by state, feeds with their reach (ISO, UTC)."""
    with reading(path) as connection:
        rows = {table.name: _count(connection, table.name) for table in TABLES}
        return {
            "path": str(path),
            "schema": SCHEMA_VERSION,
            "bytes": path.stat().st_size,
            "rows": {name: count for name, count in rows.items() if count},
            "files": dict(connection.execute("SELECT state, count(*) FROM files GROUP BY state ORDER BY state")),
            "quarantined": _count(connection, "quarantine"),
            "feeds": [
                {"source": source, "kind": kind, "files": files, "first": _iso(first), "last": _iso(last)}
                for source, kind, files, first, last in connection.execute(
                    "SELECT s.name, k.name, count(DISTINCT c.file_id), min(c.first), max(c.last) FROM coverage c "
                    "JOIN names s ON s.code = c.source JOIN names k ON k.code = c.kind GROUP BY s.name, k.name "
                    "ORDER BY s.name, k.name"
                )
            ],
        }


def _count(connection: sqlite3.Connection, table: str) -> int:
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def verify(path: Path) -> list[str]:
    """What is wrong with the store, in words; empty where it is sound."""
    with reading(path) as connection:
        problems = [text for (text,) in connection.execute("PRAGMA integrity_check") if text != "ok"]
        problems += [
            f"row {row[1]} of {row[0]} refers to nothing" for row in connection.execute("PRAGMA foreign_key_check")
        ]
        problems += [
            f"file {file_id} ({name}): {rows} rows, but its fates add up to {fates}"
            for file_id, name, rows, fates in connection.execute(
                "SELECT id, path, rows_in, new_rows + changed_rows + unchanged_rows + stale_rows + quarantined_rows "
                "+ ignored_rows AS fates FROM files WHERE state = 'imported' AND rows_in <> fates"
            )
        ]
        problems += [
            f"file {file_id}: {count} quarantined records are kept, {told} were counted"
            for file_id, told, count in connection.execute(
                "SELECT f.id, f.quarantined_rows, (SELECT count(DISTINCT line || '-' || last_line) FROM quarantine q "
                "WHERE q.file_id = f.id) AS kept FROM files f WHERE f.state = 'imported' AND f.quarantined_rows < kept"
            )
        ]
    return problems
