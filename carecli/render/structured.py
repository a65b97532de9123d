"""Boards, figures and explanations as plain objects for JSON: the contract of the command line (design: section 11).

Ratios are 0..1, durations seconds, times ISO 8601 with the offset of the reporting zone; a window's `to` is exclusive.
The order of keys and of lists is fixed, so equal boards give equal bytes. Text is as stored: JSON escapes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from carecli.boards.board import (
    BacklogBoard,
    BacklogRow,
    Board,
    CaseBoard,
    CaseLine,
    CasesBoard,
    Header,
    Headline,
    Moment,
    Movement,
    QueueRow,
    QueuesBoard,
    StandupBoard,
)
from carecli.boards.data import DataBoard
from carecli.boards.header import local_time
from carecli.boards.over_time import ArrivalsBoard, TrendBoard
from carecli.boards.reconciliation import IntervalGateBoard, ReconciliationBoard
from carecli.boards.scorecard import ScorecardBoard
from carecli.boards.scorecard_packs import PacksBoard
from carecli.boards.sla import SlaBoard
from carecli.metrics.figure import Explanation, Figure
from carecli.render.data_structured import data_json
from carecli.render.heat import arrivals_json
from carecli.render.reconciliation import gate_json, reconciliation_json
from carecli.render.scorecard_structured import packs_json, scorecard_json
from carecli.render.sla import sla_json
from carecli.render.trend import trend_json

if TYPE_CHECKING:
    from carecli.store.rows import InputFile

NaturalIds = Callable[[str, Sequence[int]], Sequence[str]]
"""(table, store row ids) -> the ids by which the source knows these rows, in the same order."""

FIRST_IDS = 500


def board_json(
    board: Board
    | DataBoard
    | ReconciliationBoard
    | IntervalGateBoard
    | ScorecardBoard
    | PacksBoard
    | SlaBoard
    | ArrivalsBoard
    | TrendBoard,
) -> dict[str, Any]:
    """The board: the contract's keys first, then what only this board has."""
    match board:
        case StandupBoard():
            own = _standup(board)
        case QueuesBoard():
            own = {"intervals": _intervals(board.rows), "happened": _happened(board.happened)}
        case BacklogBoard():
            own = _backlog(board)
        case CasesBoard():
            own = {"breadcrumb": list(board.breadcrumb), "count": board.count, "cases": [*map(_case, board.cases)]}
        case CaseBoard():
            own = _one_case(board)
        case DataBoard():
            own = data_json(board)
        case ReconciliationBoard():
            own = reconciliation_json(board)
        case IntervalGateBoard():
            own = gate_json(board)
        case ScorecardBoard():
            own = scorecard_json(board)
        case PacksBoard():
            own = packs_json(board)
        case SlaBoard():
            own = sla_json(board)
        case ArrivalsBoard():
            own = arrivals_json(board)
        case TrendBoard():
            own = trend_json(board)
    figures = () if isinstance(board, CasesBoard | CaseBoard) else board.figures
    return {**figures_json(figures, board.header), **own}


def figures_json(figures: Sequence[Figure], header: Header) -> dict[str, Any]:
    """Figures under their header: what `metric` prints, and the first part of every board."""
    return {
        "board": header.board,
        "as_of": _time(header.as_of),
        "pack": header.pack,
        "window": {
            "name": header.window.name,
            "from": _time(header.window.first),
            "to": _time(header.window.last),
            "label": header.window.label,
        },
        "feeds": [
            {"source": feed.source, "kind": feed.kind, "watermark": _time(feed.watermark), "age_sec": feed.age_sec}
            for feed in header.feeds
        ],
        "figures": [figure.as_json() for figure in figures],
        "tz": header.zone,
        "where": dict(header.where),
        "data_ends": _time(header.data_ends),
        "notes": list(header.notes),
    }


def explanation_json(
    explanation: Explanation,
    header: Header,
    *,
    natural_ids: NaturalIds,
    files: Sequence[InputFile],
    limit: int | None = FIRST_IDS,
) -> dict[str, Any]:
    """The figure with where it comes from; at most `limit` ids a list (None = all), the hash is over all of them."""
    return {
        **explanation.figure.as_json(),
        "formula": explanation.formula,
        "pack": header.pack,
        "pack_key": explanation.pack_key,
        "window": explanation.window,
        "as_of": _time(header.as_of),
        "tz": header.zone,
        "exclusions": {reason: _rows(rows, natural_ids, limit) for reason, rows in explanation.excluded_rows.items()},
        "files": [file.path for file in files],
        "rows": _rows(explanation.rows, natural_ids, limit),
        "numerator_rows": _rows(explanation.numerator_rows, natural_ids, limit),
        "notes": list(explanation.notes),
        "inputs": [
            {"path": file.path, "sha256": file.sha256, "imported_at": _time(local_time(file.imported_at, header.zone))}
            for file in files
        ],
    }


def _rows(rows: Mapping[str, Sequence[int]], natural_ids: NaturalIds, limit: int | None) -> dict[str, Any]:
    """Rows of one table; where they are of several, all together, and `parts` has each table alone."""
    named = {table: list(natural_ids(table, ids)) for table, ids in rows.items() if ids}
    together = _listed("+".join(named), [each for ids in named.values() for each in ids], limit)
    if len(named) > 1:
        together["parts"] = [_listed(table, ids, limit) for table, ids in named.items()]
    return together


def _listed(table: str, ids: list[str], limit: int | None) -> dict[str, Any]:
    shown = ids if limit is None else ids[:limit]
    return {
        "table": table or None,
        "count": len(ids),
        "sha256": hashlib.sha256("\n".join(ids).encode("utf-8", "surrogatepass")).hexdigest(),
        "ids": shown,
        "next": ids[len(shown)] if len(shown) < len(ids) else None,
    }


def _standup(board: StandupBoard) -> dict[str, Any]:
    return {
        "closed_days": board.closed_days,
        "headlines": [*map(_headline, board.headlines)],
        "quality": [*map(_headline, board.quality)],
        "moved": [*map(_movement, board.moved)],
        "happened": _happened(board.happened),
        "oldest": _oldest("queue", board.backlog),
    }


def _headline(headline: Headline) -> dict[str, Any]:
    return {
        "name": headline.name,
        "window": headline.window or None,
        "figure": headline.figure.as_json(),
        "before": headline.before.as_json() if headline.before else None,
        "trend": list(headline.trend),
        "was": headline.was.as_json() if headline.was else None,
        "companions": [{"title": figure.title, "figure": figure.as_json()} for figure in headline.companions],
    }


def _movement(movement: Movement) -> dict[str, Any]:
    return {
        "status": movement.status,
        "text": movement.text,
        "where": dict(movement.where),
        "figure": movement.figure.as_json() if movement.figure else None,
    }


def _happened(moments: Sequence[Moment]) -> list[dict[str, Any]]:
    return [
        {"at": _time(each.at), "until": _time(each.until), "kind": each.kind, "scope": each.scope, "text": each.text}
        for each in moments
    ]


def _intervals(rows: Sequence[QueueRow]) -> list[dict[str, Any]]:
    """The half hours of each queue x channel in which there was something."""
    return [
        {
            "by": {"queue": row.queue, "channel": row.channel},
            "from": _time(start),
            "offered": offered,
            "answered": answered,
        }
        for row in rows
        for start, offered, answered in row.offered_by_interval
        if offered or answered
    ]


def _backlog(board: BacklogBoard) -> dict[str, Any]:
    return {
        "dimension": board.dimension,
        "buckets": list(board.bucket_labels),
        "change_on_yesterday": board.change_on_yesterday,
        "oldest": [*_oldest(board.dimension, board.rows), {"by": {}, "oldest_sec": board.total.oldest_sec}],
    }


def _oldest(dimension: str, rows: Sequence[BacklogRow]) -> list[dict[str, Any]]:
    return [{"by": {dimension: row.name}, "oldest_sec": row.oldest_sec} for row in rows]


def _case(case: CaseLine) -> dict[str, Any]:
    return {
        "source": case.source,
        "case_id": case.case_id,
        "subject": case.subject,
        "queue": case.queue,
        "channel": case.channel,
        "status": case.status,
        "priority": case.priority,
        "assignee": case.assignee,
        "created_at": _time(case.created_at),
        "age_sec": case.age_sec,
        "last_action_sec": case.last_action_sec,
        "stale": case.stale,
        "url": case.url,
    }


def _one_case(board: CaseBoard) -> dict[str, Any]:
    return {
        "case": {**_case(board.case), "facts": dict(board.facts)},
        "events": [
            {
                "at": _time(event.at),
                "kind": event.kind,
                "from": event.from_value,
                "to": event.to_value,
                "actor": event.actor,
                "reason": event.reason,
            }
            for event in board.events
        ],
        "clocks": [_clock(clock) for clock in board.clocks],
        "ladder": [
            {
                "step": step.step,
                "owner": step.owner,
                "due_at": _time(step.due_at),
                "done_at": _time(step.done_at),
                "late_sec": step.late_sec,
            }
            for step in board.ladder
        ],
    }


def _clock(clock: Mapping[str, Any]) -> dict[str, Any]:
    """The contract's keys first, then whether it started at night and what moved its due time."""
    timed = {name: [_timed(each) for each in clock[name]] for name in ("tape", "moves")}
    return {**clock, "due_at": _time(clock["due_at"]), **timed}


def _timed(told: Mapping[str, Any]) -> dict[str, Any]:
    """A piece of a tape, or a move, with its times as text."""
    return {name: _time(value) if isinstance(value, datetime) else value for name, value in told.items()}


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
