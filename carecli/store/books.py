"""The books of the store, read for the data board: feeds, files, what was refused, what is in quarantine."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carecli.store.connection import reading
from carecli.store.joins import JoinReport, joins
from carecli.store.ledger import FileResult
from carecli.tables import CASES, CONTACT_EVENTS, INTERACTIONS, LEGS

FILES = 20
REFUSALS = 20
HELD_OPEN = {table.name for table in (INTERACTIONS, LEGS, CONTACT_EVENTS, CASES)}
"""Tables of which a feed may hold what isn't over yet; of the others that means nothing."""


@dataclass(frozen=True, slots=True)
class FeedReach:
    """One kind of file of one account, and what its imported files cover. Times are epoch seconds, both included."""

    source: str
    kind: str
    tables: tuple[str, ...]
    files: int
    first: int | None
    """None, as `watermark`, where its files tell no period (lists of agents or queues)."""
    watermark: int | None
    finished_only: bool | None
    """False where some of its files hold open contacts or cases too; None where its tables have none."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """A file as the ledger has it: what became of it, and when (epoch seconds) it was brought."""

    file: FileResult
    imported_at: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Files of one kind that were held or rejected for one reason and not imported since; the newest one's words."""

    state: str
    kind: str | None
    source: str | None
    code: str | None
    files: int
    path: str
    message: str | None
    last_at: int


@dataclass(frozen=True, slots=True)
class BadRows:
    """Records in quarantine of all rows that one kind of file brought; every file is counted, its repetitions too."""

    source: str
    kind: str
    quarantined: int
    rows: int


@dataclass(frozen=True, slots=True)
class BadPlaces:
    """Records with one fault in one column, and the newest as an example: `found` was redacted before it was kept."""

    source: str
    kind: str
    code: str
    column: str | None
    records: int
    path: str
    line: int
    found: str | None
    expected: str | None


@dataclass(frozen=True, slots=True)
class Books:
    """All of it, of one generation."""

    feeds: tuple[FeedReach, ...]
    files: tuple[LedgerLine, ...]
    """The last 20, newest first."""
    files_in_all: int
    refusals: tuple[Refusal, ...]
    """The last 20 groups, newest first."""
    bad_rows: tuple[BadRows, ...]
    bad_places: tuple[BadPlaces, ...]
    """Most records first."""
    joins: JoinReport


def read_books(path: Path, source: str | None = None) -> Books:
    """The books of one source or of all, in one transaction. Reads only."""
    with reading(path) as connection:
        asked = {"source": source}
        (in_all,) = connection.execute(f"SELECT count(*) FROM files f WHERE {_OF_SOURCE}", asked).fetchone()
        return Books(
            feeds=_feeds(connection, source),
            files=tuple(_line(row) for row in connection.execute(_LAST_FILES, asked)),
            files_in_all=in_all,
            refusals=tuple(Refusal(*row) for row in connection.execute(_REFUSALS, asked)),
            bad_rows=tuple(BadRows(*row) for row in connection.execute(_BAD_ROWS, asked)),
            bad_places=tuple(BadPlaces(*row) for row in connection.execute(_BAD_PLACES, asked)),
            joins=joins(connection, source),
        )


_OF_SOURCE = "(:source IS NULL OR f.source = :source)"

_REACHES = """
SELECT s.name, k.name, json_group_array(DISTINCT c.table_name), count(DISTINCT c.file_id), min(c.first), max(c.last),
  group_concat(DISTINCT iif(c.finished_only, '', c.table_name))
FROM coverage c JOIN names s ON s.code = c.source JOIN names k ON k.code = c.kind
WHERE :source IS NULL OR s.name = :source GROUP BY c.source, c.kind"""

_TIMELESS = f"""
SELECT f.source, f.kind, k.tables, count(*) FROM files f JOIN names n ON n.name = f.kind JOIN kinds k ON k.kind = n.code
WHERE f.state = 'imported' AND {_OF_SOURCE} AND NOT EXISTS (SELECT 1 FROM coverage c WHERE c.file_id = f.id)
GROUP BY f.source, f.kind"""

_LAST_FILES = f"""
SELECT path, state, kind, source, sha256, rows_in, new_rows, changed_rows, unchanged_rows, stale_rows, quarantined_rows,
  ignored_rows, removed_rows, reasons, assumed, notes, code, message, imported_at
FROM files f WHERE {_OF_SOURCE} ORDER BY id DESC LIMIT {FILES}"""

_REFUSALS = f"""
SELECT g.state, g.kind, g.source, g.code, g.files, l.path, l.message, l.imported_at FROM (
  SELECT state, kind, source, code, count(*) AS files, max(id) AS newest FROM files f
  WHERE state <> 'imported' AND {_OF_SOURCE} AND NOT EXISTS (SELECT 1 FROM files i
    WHERE i.sha256 = f.sha256 AND f.sha256 <> '' AND i.state = 'imported' AND i.id > f.id)
  GROUP BY state, kind, source, code
) g JOIN files l ON l.id = g.newest ORDER BY g.newest DESC LIMIT {REFUSALS}"""

_BAD_ROWS = f"""
SELECT source, kind, sum(quarantined_rows) AS bad, sum(rows_in) FROM files f WHERE state = 'imported' AND {_OF_SOURCE}
GROUP BY source, kind HAVING bad > 0 ORDER BY bad DESC, source, kind"""

_BAD_PLACES = f"""
SELECT g.source, g.kind, g.code, g.column_name, g.records, f.path, q.line, q.found, q.expected FROM (
  SELECT f.source, f.kind, q.code, q.column_name, max(q.id) AS newest,
    count(DISTINCT q.file_id || ':' || q.line || '-' || q.last_line) AS records
  FROM quarantine q JOIN files f ON f.id = q.file_id WHERE {_OF_SOURCE} GROUP BY 1, 2, 3, 4
) g JOIN quarantine q ON q.id = g.newest JOIN files f ON f.id = q.file_id ORDER BY g.records DESC, 1, 2, 3, 4"""


def _feeds(connection: sqlite3.Connection, source: str | None) -> tuple[FeedReach, ...]:
    """By source and kind."""
    found: dict[tuple[str, str], FeedReach] = {}
    for name, kind, tables, files, first, last, with_open in connection.execute(_REACHES, {"source": source}):
        covered = set(json.loads(tables))
        finished = not HELD_OPEN & set(with_open.split(",")) if covered & HELD_OPEN else None
        found[name, kind] = FeedReach(name, kind, tuple(sorted(covered)), files, first, last, finished)
    for name, kind, tables, files in connection.execute(_TIMELESS, {"source": source}):
        told = FeedReach(name, kind, tuple(sorted(json.loads(tables))), files, None, None, None)
        found.setdefault((name, kind), told)
    return tuple(found[key] for key in sorted(found))


def _line(row: Sequence[Any]) -> LedgerLine:
    """A row of `_LAST_FILES`."""
    *counts, reasons, assumed, notes, code, message, imported_at = row
    told: dict[str, Any] = dict(zip(_COUNTED, counts, strict=True))
    told |= {"reasons": json.loads(reasons), "assumed": json.loads(assumed), "notes": tuple(json.loads(notes))}
    return LedgerLine(FileResult(**told, code=code, message=message), imported_at)


_COUNTED = (
    *("path", "state", "kind", "source", "sha256", "rows"),
    *("new", "changed", "unchanged", "stale", "quarantined", "ignored", "removed"),
)
