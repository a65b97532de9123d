"""What only the data board has, as plain objects for JSON."""

from __future__ import annotations

from typing import Any

from carecli.boards.data import Check, DataBoard, FeedShown, FileShown, RefusalShown, link_command
from carecli.store.books import BadPlaces
from carecli.store.identities import Candidate
from carecli.store.joins import JoinReport, SharedAgent

COUNTS = ("rows", "new", "changed", "unchanged", "stale", "quarantined", "ignored")


def data_json(board: DataBoard) -> dict[str, Any]:
    """Lists in full; of keys and ids the first 500, with the count of all beside them."""
    return {
        "coverage": [_feed(feed) for feed in board.feeds],
        "files": [_file(shown) for shown in board.files],
        "files_in_all": board.files_in_all,
        "refused": [_refusal(shown) for shown in board.refused],
        "quarantine": [_bad(place) for place in board.bad_places],
        "checks": [_check(check) for check in board.checks],
        "agents": _agents(board.joins),
    }


def _feed(feed: FeedShown) -> dict[str, Any]:
    return {
        "source": feed.source,
        "kind": feed.kind,
        "tables": list(feed.tables),
        "files": feed.files,
        "from": None if feed.first is None else feed.first.isoformat(),
        "to": None if feed.watermark is None else feed.watermark.isoformat(),
        "age_sec": feed.age_sec,
        "finished_only": feed.finished_only,
        "note": feed.note,
    }


def _file(shown: FileShown) -> dict[str, Any]:
    """The keys of `import`'s answer, and when the file was brought."""
    file = shown.file
    return {
        "path": file.path,
        "kind": file.kind,
        "source": file.source,
        "sha256": file.sha256,
        **{name: getattr(file, name) for name in COUNTS},
        "removed": file.removed if file.rows is not None else None,
        "reasons": dict(file.reasons),
        "assumed": dict(file.assumed),
        "state": file.state,
        "code": file.code,
        "message": file.message,
        "notes": list(file.notes),
        "imported_at": shown.imported_at.isoformat(),
    }


def _refusal(shown: RefusalShown) -> dict[str, Any]:
    each = shown.refusal
    return {
        "state": each.state,
        "kind": each.kind,
        "source": each.source,
        "code": each.code,
        "files": each.files,
        "path": each.path,
        "message": each.message,
        "last_at": shown.last_at.isoformat(),
    }


def _bad(place: BadPlaces) -> dict[str, Any]:
    return {
        "source": place.source,
        "kind": place.kind,
        "code": place.code,
        "column": place.column,
        "records": place.records,
        "example": {"path": place.path, "line": place.line, "found": place.found, "expected": place.expected},
    }


def _check(check: Check) -> dict[str, Any]:
    return {
        "metric": check.figure.metric,
        "by": dict(check.figure.by),
        "says": check.says,
        "rows": list(check.keys),
    }


def _agents(joins: JoinReport) -> dict[str, Any]:
    return {
        "unknown": [
            {"source": each.source, "count": each.count, "ids": list(each.ids)} for each in joins.unknown_agents
        ],
        "shared_count": joins.shared_agents.count,
        "shared": [_shared(each) for each in joins.shared_agents.first],
        "candidates": [_candidate(each) for each in joins.candidates],
    }


def _shared(each: SharedAgent) -> dict[str, Any]:
    return {
        "id": each.id,
        "sources": [{"source": source, "name": name} for source, name in each.holders],
        "link": link_command([(source, each.id) for source, _ in each.holders]),
    }


def _candidate(each: Candidate) -> dict[str, Any]:
    return {
        "reason": each.reason,
        "canonical": each.canonical,
        "ids": [{"source": source, "external_id": external} for source, external in each.ids],
        "link": link_command(each.ids, each.canonical),
    }
