"""One file, one transaction: names, rows, derivations, quarantine, coverage and the ledger line, or nothing of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carecli.errors import FileRejected
from carecli.store import merge, parts
from carecli.store.connection import transaction
from carecli.store.stage import Stage, attached, rank
from carecli.tables import CASES, INTERACTIONS

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


def record_refusal(connection: sqlite3.Connection, result: FileResult, *, size: int, now: int) -> None:
    """A ledger line for a file that was held or rejected: nothing of it was applied."""
    with transaction(connection):
        connection.execute(
            "INSERT INTO files (sha256, path, size, kind, source, parser_version, state, code, message, imported_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                result.sha256 or "",
                result.path,
                size,
                result.kind,
                result.source,
                PARSER_VERSION,
                result.state,
                result.code,
                result.message,
                now,
            ),
        )


def apply_stage(
    connection: sqlite3.Connection,
    stage_path: Path,
    *,
    path: str,
    derivations: Mapping[str, parts.Derive],
    now: int,
    accept: bool = False,
    check: Callable[[FileResult], None] | None = None,
) -> FileResult:
    """Merge a staged file. `check` sees the result before the commit and may refuse it by raising.

    FileRejected (nothing applied) where the file looks like another account's or a cut-off export.
    """
    with attached(connection, stage_path) as stage:
        for table in stage.tables:
            rank(connection, table)
        try:
            with transaction(connection):
                result = _apply(connection, stage, path, derivations, now, accept)
                if check is not None:
                    check(result)
            return result
        finally:
            merge.clear(connection)


def _apply(
    connection: sqlite3.Connection,
    stage: Stage,
    path: str,
    derivations: Mapping[str, parts.Derive],
    now: int,
    accept: bool,
) -> FileResult:
    merge.prepare(connection)
    kind = _register_kind(connection, stage)
    if not accept:
        _refuse_other_account(connection, stage)
        _refuse_shrunk(connection, stage)
    file_id = _open_ledger_line(connection, stage, path, now)
    word = stage.summary.get("derive")
    arrival = merge.Arrival(kind, file_id, in_parts=word == "legs")
    for table in stage.tables:
        merge.merge_table(connection, table, arrival)
    _derive(connection, stage, derivations, word, kind, file_id)
    _keep_quarantine(connection, file_id)
    _keep_coverage(connection, stage, kind, file_id)
    result = _result(connection, stage, path)
    _close_ledger_line(connection, file_id, result)
    connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")
    return result


def _derive(
    connection: sqlite3.Connection,
    stage: Stage,
    derivations: Mapping[str, parts.Derive],
    word: str | None,
    kind: int,
    file_id: int,
) -> None:
    if parts.DERIVED_FROM.get(str(word)) in stage.tables:  # a log of configuration lines alone brings no events
        parts.derive_contacts(connection, str(word), derivations[str(word)], kind, file_id)
    parts.combine_touched(connection, INTERACTIONS)
    parts.combine_touched(connection, CASES)
    if word == "case_events":
        parts.derive_cases(connection, derivations[word], stage.tables, file_id)
        parts.combine_touched(connection, CASES)


def _register_kind(connection: sqlite3.Connection, stage: Stage) -> int:
    """The kind's name code; its precedence is kept so that rows can be combined without the catalog."""
    connection.execute("INSERT OR IGNORE INTO names (name) VALUES (?)", (stage.kind,))
    (code,) = connection.execute("SELECT code FROM names WHERE name = ?", (stage.kind,)).fetchone()
    connection.execute(
        "INSERT INTO kinds VALUES (?, ?, ?, ?) ON CONFLICT (kind) DO UPDATE SET tables = excluded.tables, "
        "precedence = excluded.precedence, derive = excluded.derive",
        (
            code,
            json.dumps([table.name for table in stage.tables]),
            json.dumps(stage.summary.get("precedence") or {}),
            stage.summary.get("derive"),
        ),
    )
    return int(code)


def _refuse_other_account(connection: sqlite3.Connection, stage: Stage) -> None:
    """The same case ids created at other times are another account's: refused until it has a name of its own."""
    if CASES not in stage.tables:
        return
    same, other = connection.execute(
        "SELECT coalesce(sum(t.created_at = s.created_at), 0), coalesce(sum(t.created_at <> s.created_at), 0) "
        f"FROM stage.{CASES.stage_table} s JOIN {CASES.row_table} t ON t.case_id = s.case_id "
        "AND t.source = (SELECT code FROM name_map WHERE local = s.source)"
    ).fetchone()
    if other > same:
        raise FileRejected(
            "other-account",
            f"{other} of {same + other} case ids are known from {stage.summary['source']}, but created at other times",
            hint="if this is a second account, give it a name of its own: --source NAME",
        )


def _refuse_shrunk(connection: sqlite3.Connection, stage: Stage) -> None:
    """A file that spans an earlier one of its kind, yet brings less than half of its rows, is held for a person."""
    spans = stage.summary.get("coverage") or []
    if not spans:
        return
    first, last = min(span["first"] for span in spans), max(span["last"] for span in spans)
    row = connection.execute(
        "SELECT max(f.rows_in) FROM files f WHERE f.state = 'imported' AND f.kind = ? AND f.source = ? "
        "AND f.rows_in >= 100 AND EXISTS (SELECT 1 FROM coverage c WHERE c.file_id = f.id GROUP BY c.file_id "
        "HAVING min(c.first) >= ? AND max(c.last) <= ?)",
        (stage.kind, stage.summary["source"], first, last),
    ).fetchone()
    usual = row[0] or 0
    if stage.summary["rows"] * 2 < usual:
        raise FileRejected(
            "fewer-rows",
            f"{stage.summary['rows']} rows where an earlier file of the same span had {usual}: is the export whole?",
            hint="import it with --accept if it is",
        )


def _open_ledger_line(connection: sqlite3.Connection, stage: Stage, path: str, now: int) -> int:
    summary = stage.summary
    cursor = connection.execute(
        "INSERT INTO files (sha256, path, size, kind, source, parser_version, state, rows_in, new_rows, changed_rows, "
        "unchanged_rows, stale_rows, quarantined_rows, ignored_rows, assumed, notes, exported_at, imported_at, "
        "end_offset, end_line) "
        "VALUES (?, ?, ?, ?, ?, ?, 'imported', 0, 0, 0, 0, 0, 0, 0, ?, ?, ?, ?, ?, ?)",
        (
            summary["sha256"],
            path,
            summary["size"],
            stage.kind,
            summary["source"],
            PARSER_VERSION,
            json.dumps(summary.get("assumed") or {}, sort_keys=True),
            json.dumps(summary.get("notes") or []),
            summary.get("exported_at"),
            now,
            summary.get("end_offset"),
            summary.get("end_line"),
        ),
    )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def _keep_quarantine(connection: sqlite3.Connection, file_id: int) -> None:
    connection.execute(
        "INSERT INTO quarantine (file_id, line, last_line, column_name, code, found, expected, raw) "
        "SELECT ?, line, last_line, column_name, code, found, expected, raw FROM stage.quarantine ORDER BY line",
        (file_id,),
    )


def _keep_coverage(connection: sqlite3.Connection, stage: Stage, kind: int, file_id: int) -> None:
    """What the file covers; a log of events covers the contacts derived from it, which are calls."""
    rows: list[dict[str, Any]] = list(stage.summary.get("coverage") or [])
    rows += [
        {**row, "table": INTERACTIONS.name, "channel": "voice"} for row in rows if row["table"] == "contact_events"
    ]
    channels = INTERACTIONS.column("channel").codes
    for row in rows:
        channel = row.get("channel")
        connection.execute(
            "INSERT INTO coverage SELECT ?, code, ?, ?, ?, NULL, ?, ?, ? FROM names WHERE name = ?",
            (
                file_id,
                kind,
                row["table"],
                channels.index(channel) + 1 if channel else None,
                row["first"],
                row["last"],
                int(bool(stage.summary.get("finished_only"))),
                row.get("source") or stage.summary["source"],
            ),
        )


def _result(connection: sqlite3.Connection, stage: Stage, path: str) -> FileResult:
    fates = merge.count_verdicts(connection)
    reasons = dict(
        connection.execute("SELECT code, count(DISTINCT record) FROM stage.quarantine GROUP BY code ORDER BY code")
    )
    (quarantined,) = connection.execute("SELECT count(DISTINCT record) FROM stage.quarantine").fetchone()
    ignored = dict(connection.execute("SELECT reason, count FROM stage.ignored ORDER BY reason"))
    notes = list(stage.summary.get("notes") or ())
    if conflicts := merge.count_conflicts(connection):
        reasons["conflict"] = conflicts
        notes.append(f"{conflicts} rows differ from what is stored and neither says which is newer: see --exported-at")
    return FileResult(
        path=path,
        state="imported",
        kind=stage.kind,
        source=stage.summary["source"],
        sha256=stage.summary["sha256"],
        rows=stage.summary["rows"],
        new=fates.get(merge.NEW, 0),
        changed=fates.get(merge.CHANGED, 0),
        unchanged=fates.get(merge.UNCHANGED, 0),
        stale=fates.get(merge.STALE, 0),
        quarantined=quarantined,
        ignored=sum(ignored.values()),
        reasons={**reasons, **ignored},
        assumed=stage.summary.get("assumed") or {},
        notes=tuple(notes),
        samples=_samples(connection),
    )


def _samples(connection: sqlite3.Connection) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT line, column_name, code, found, expected FROM stage.quarantine ORDER BY line LIMIT 3"
    )
    return tuple(
        f"line {line}" + (f", column {column}" if column else "") + f": {code}: found {found!r}, expected {expected}"
        for line, column, code, found, expected in rows
    )


def _close_ledger_line(connection: sqlite3.Connection, file_id: int, result: FileResult) -> None:
    """The six must add up to the rows of the file: the CHECK constraint refuses anything else."""
    connection.execute(
        "UPDATE files SET rows_in = ?, new_rows = ?, changed_rows = ?, unchanged_rows = ?, stale_rows = ?, "
        "quarantined_rows = ?, ignored_rows = ?, reasons = ? WHERE id = ?",
        (
            result.rows,
            result.new,
            result.changed,
            result.unchanged,
            result.stale,
            result.quarantined,
            result.ignored,
            json.dumps(dict(result.reasons), sort_keys=True),
            file_id,
        ),
    )
