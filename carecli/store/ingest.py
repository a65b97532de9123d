"""One file, one transaction: names, rows, derivations, quarantine, coverage and the ledger line, or nothing of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from carecli.errors import FileRejected
from carecli.store import merge, parts, scopes
from carecli.store.connection import transaction
from carecli.store.ledger import PARSER_VERSION, FileResult, already_imported, close_line, open_line, record_refusal
from carecli.store.references import orphan_notes
from carecli.store.rounding import rounding_notes
from carecli.store.stage import Stage, attached, rank
from carecli.tables import CASES, CONTACT_EVENTS, INTERACTIONS

__all__ = ["PARSER_VERSION", "FileResult", "already_imported", "apply_stage", "record_refusal"]


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
    file_id = open_line(connection, stage, path, now)
    word = stage.summary.get("derive")
    removed, notes = _merge(connection, stage, merge.Arrival(kind, file_id, in_parts=word == "legs"))
    _derive(connection, stage, derivations, word, kind, file_id)
    _keep_quarantine(connection, file_id)
    _keep_coverage(connection, stage, kind, file_id)
    notes += [*orphan_notes(connection, stage), *rounding_notes(connection, stage)]
    result = _result(connection, stage, path, removed, notes)
    close_line(connection, file_id, result)
    connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")
    return result


def _merge(connection: sqlite3.Connection, stage: Stage, arrival: merge.Arrival) -> tuple[int, list[str]]:
    """Merge every staged table; how many rows a file that is the whole truth of a scope removed, and what to say."""
    replaces: Mapping[str, str] = stage.summary.get("replaces") or {}
    removed = 0
    notes: list[str] = []
    for table in stage.tables:
        merge.load_winners(connection, table)
        if table.name not in replaces:
            merge.merge_winners(connection, table, arrival)
            continue
        claim = scopes.claim(connection, table, replaces[table.name], arrival.kind, stage.summary)
        stale = scopes.give_way(connection, claim)
        merge.merge_winners(connection, table, arrival)
        gone = scopes.take_over(connection, claim)
        removed += gone
        notes += _replacement_notes(claim, stale, gone)
    return removed, notes


def _replacement_notes(claim: scopes.Claim, stale: int, gone: int) -> Iterator[str]:
    if gone:
        yield f"removed {_rows(gone)} of {claim.table.name} that this file no longer holds"
    if stale:
        yield f"{_rows(stale)} of {claim.table.name}: a newer file has spoken of their days since"
    if not claim.whole:
        yield f"not all of this file could be read, so no row of {claim.table.name} was removed for its absence"


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count} rows"


def _derive(
    connection: sqlite3.Connection,
    stage: Stage,
    derivations: Mapping[str, parts.Derive],
    word: str | None,
    kind: int,
    file_id: int,
) -> None:
    if word in parts.DERIVED_FROM:
        parts.derive_contacts(connection, word, derivations[word], stage.tables, kind, file_id)
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


def _keep_quarantine(connection: sqlite3.Connection, file_id: int) -> None:
    connection.execute(
        "INSERT INTO quarantine (file_id, line, last_line, column_name, code, found, expected, raw) "
        "SELECT ?, line, last_line, column_name, code, found, expected, raw FROM stage.quarantine ORDER BY line",
        (file_id,),
    )


def _keep_coverage(connection: sqlite3.Connection, stage: Stage, kind: int, file_id: int) -> None:
    """What the file covers; a log of events covers the contacts derived from it, too."""
    rows: list[dict[str, Any]] = list(stage.summary.get("coverage") or [])
    channels = INTERACTIONS.column("channel").codes
    logs = [row for row in rows if row["table"] == CONTACT_EVENTS.name]
    derived = _derived_channels(connection, stage) if logs else ()
    rows += [{**row, "table": INTERACTIONS.name, "channel": channels[place - 1]} for row in logs for place in derived]
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


def _derived_channels(connection: sqlite3.Connection, stage: Stage) -> list[int]:
    """Of the contacts that were derived from the file's events; a queue_log is of calls even where it tells of none."""
    word = stage.summary.get("derive")
    if CONTACT_EVENTS not in parts.DERIVED_FROM.get(word or "", ()):
        return []
    found = connection.execute(
        f"SELECT DISTINCT t.channel FROM stage.{CONTACT_EVENTS.stage_table} s JOIN name_map m ON m.local = s.source "
        f"JOIN {INTERACTIONS.row_table} t ON t.source = m.code AND t.interaction_id = s.interaction_id "
        "WHERE t.channel IS NOT NULL ORDER BY 1"
    )
    voice = INTERACTIONS.column("channel").codes.index("voice") + 1
    return sorted({*(channel for (channel,) in found), *([voice] if word == "queue_log" else [])})


def _result(connection: sqlite3.Connection, stage: Stage, path: str, removed: int, more: Sequence[str]) -> FileResult:
    fates = merge.count_verdicts(connection)
    reasons = dict(
        connection.execute("SELECT code, count(DISTINCT record) FROM stage.quarantine GROUP BY code ORDER BY code")
    )
    (quarantined,) = connection.execute("SELECT count(DISTINCT record) FROM stage.quarantine").fetchone()
    ignored = dict(connection.execute("SELECT reason, count FROM stage.ignored ORDER BY reason"))
    notes = [*(stage.summary.get("notes") or ()), *more]
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
        removed=removed,
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
