"""The ledger: a line for every file that was ever brought, and what is remembered from earlier ones."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from carecli.store.connection import transaction
from carecli.store.stage import Stage

PARSER_VERSION = 1
"""Raised when parsers change what they make of a file; then the same bytes may be imported again."""


@dataclass(frozen=True, slots=True)
class FileResult:
    """What became of one file, in the words of the import contract. Counts are None where held or rejected."""

    path: str
    state: str
    kind: str | None = None
    source: str | None = None
    sha256: str | None = None
    rows: int | None = None
    new: int | None = None
    changed: int | None = None
    unchanged: int | None = None
    stale: int | None = None
    quarantined: int | None = None
    ignored: int | None = None
    removed: int = 0
    """Stored rows that this file, the whole truth of its scope, no longer holds: none of its own six fates."""
    reasons: Mapping[str, int] = field(default_factory=dict)
    assumed: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None
    message: str | None = None
    hint: str | None = None
    notes: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    """The first quarantined places, in words: line, column, found, expected."""


def already_imported(
    connection: sqlite3.Connection, sha256: str, source: str | None, kind: str | None
) -> dict[str, Any] | None:
    """The ledger's line of the same bytes, parsed by the same parser, under the same account and kind; else None."""
    row = connection.execute(
        "SELECT kind, source, rows_in, quarantined_rows, ignored_rows FROM files "
        "WHERE state = 'imported' AND sha256 = ? AND parser_version = ? "
        "AND (? IS NULL OR source = ?) AND (? IS NULL OR kind = ?) ORDER BY id LIMIT 1",
        (sha256, PARSER_VERSION, source, source, kind, kind),
    ).fetchone()
    return dict(zip(("kind", "source", "rows", "quarantined", "ignored"), row, strict=True)) if row else None


def remembered_zones(connection: sqlite3.Connection) -> dict[str, str]:
    """Kind -> the zone somebody gave when a file of it was imported last.

    Of each account the last one given counts; a kind whose accounts lie in different zones is not remembered.
    """
    last = connection.execute(
        "SELECT kind, zone_given FROM files WHERE id IN (SELECT max(id) FROM files WHERE state = 'imported' "
        "AND zone_given IS NOT NULL GROUP BY kind, source) ORDER BY id"
    )
    zones: dict[str, set[str]] = {}
    for kind, zone in last:
        zones.setdefault(kind, set()).add(zone)
    return {kind: given.pop() for kind, given in zones.items() if len(given) == 1}


def record_refusal(connection: sqlite3.Connection, result: FileResult, *, size: int, now: int) -> None:
    """A ledger line for a file that was held or rejected: nothing of it was applied."""
    values = (result.kind, result.source, PARSER_VERSION, result.state, result.code, result.message, now)
    with transaction(connection):
        connection.execute(
            "INSERT INTO files (sha256, path, size, kind, source, parser_version, state, code, message, imported_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (result.sha256 or "", result.path, size, *values),
        )


def open_line(connection: sqlite3.Connection, stage: Stage, path: str, now: int) -> int:
    """The line of a file that is about to be merged, and its number; its counts come when the line is closed."""
    summary = stage.summary
    cursor = connection.execute(
        "INSERT INTO files (sha256, path, size, kind, source, parser_version, state, rows_in, new_rows, changed_rows, "
        "unchanged_rows, stale_rows, quarantined_rows, ignored_rows, assumed, zone_given, exported_at, imported_at, "
        "end_offset, end_line) VALUES (?, ?, ?, ?, ?, ?, 'imported', 0, 0, 0, 0, 0, 0, 0, ?, ?, ?, ?, ?, ?)",
        (
            summary["sha256"],
            path,
            summary["size"],
            stage.kind,
            summary["source"],
            PARSER_VERSION,
            json.dumps(summary.get("assumed") or {}, sort_keys=True),
            summary.get("zone_given"),
            summary.get("exported_at"),
            now,
            summary.get("end_offset"),
            summary.get("end_line"),
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def close_line(connection: sqlite3.Connection, file_id: int, result: FileResult) -> None:
    """The six must add up to the rows of the file: the CHECK constraint refuses anything else."""
    connection.execute(
        "UPDATE files SET rows_in = ?, new_rows = ?, changed_rows = ?, unchanged_rows = ?, stale_rows = ?, "
        "quarantined_rows = ?, ignored_rows = ?, removed_rows = ?, reasons = ?, notes = ? WHERE id = ?",
        (
            result.rows,
            result.new,
            result.changed,
            result.unchanged,
            result.stale,
            result.quarantined,
            result.ignored,
            result.removed,
            json.dumps(dict(result.reasons), sort_keys=True),
            json.dumps(result.notes),
            file_id,
        ),
    )
