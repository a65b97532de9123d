"""Scorecards as plain objects for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from carecli.boards.balanced import BalancedScorecard, FalseEconomy
from carecli.boards.board import WindowShown
from carecli.boards.comparing import Change
from carecli.boards.scorecard import ScorecardBoard, ScoreRow
from carecli.boards.scorecard_packs import PackCell, PackRow, PacksBoard
from carecli.metrics.judging import Judgement


def scorecard_json(board: ScorecardBoard) -> dict[str, Any]:
    """What only this board has; each figure names its window."""
    names = [window.name for window in board.windows]
    return {
        "figures": [
            {**figure.as_json(), "window": name}
            for row in board.rows
            for name, figure in zip(names, row.figures, strict=True)
        ],
        "windows": [_window(window) for window in board.windows],
        "judged_in": board.judged_in,
        "against": None if board.against is None else _window(board.against),
        "rows": [_row(row) for row in board.rows],
        "balanced": None if board.balanced is None else _balanced(board.balanced),
        "false_economies": [*map(_alarm, board.alarms)],
    }


def packs_json(board: PacksBoard) -> dict[str, Any]:
    """What only this board has: the packs, and under each what it promises of a row. Each figure of the list names its
    pack; null is the row's own.
    """
    return {
        "figures": [{**figure.as_json(), "pack": pack} for row in board.rows for figure, pack in _of_row(row, board)],
        "packs": list(board.packs),
        "rows": [_pack_row(row, board.packs) for row in board.rows],
    }


def _of_row(row: PackRow, board: PacksBoard) -> Iterator[tuple[Any, str | None]]:
    yield row.figure, None
    yield from ((cell.figure, pack) for pack, cell in zip(board.packs, row.cells, strict=True) if cell.differs)


def _row(row: ScoreRow) -> dict[str, Any]:
    return {
        "block": row.block,
        "metric": row.metric,
        "title": row.title,
        "by": dict(row.by),
        "owner": row.owner,
        "status": row.status,
        "judged": {**row.judged.as_json(), "window": row.judged.window},
        "judgements": [*map(judgement_json, row.judgements)],
        "trend": list(row.trend),
        "change": None if row.change is None else _change(row.change),
    }


def _pack_row(row: PackRow, packs: Sequence[str]) -> dict[str, Any]:
    return {
        "block": row.block,
        "metric": row.metric,
        "title": row.title,
        "by": dict(row.by),
        "figure": row.figure.as_json(),
        "packs": {name: _pack_cell(cell) for name, cell in zip(packs, row.cells, strict=True)},
    }


def _pack_cell(cell: PackCell) -> dict[str, Any]:
    return {
        "status": cell.status,
        "differs": cell.differs,
        "figure": cell.figure.as_json(),
        "judgements": [*map(judgement_json, cell.judgements)],
    }


def judgement_json(judgement: Judgement) -> dict[str, Any]:
    """One promise held against one figure."""
    return {
        "key": judgement.key,
        "target": judgement.target,
        "value": _number(judgement.value),
        "verdict": judgement.verdict,
        "directional": judgement.directional,
        "note": judgement.note,
        "window": judgement.figure.window,
        "figure": judgement.figure.as_json(),
        "baseline": None
        if judgement.baseline is None
        else {**judgement.baseline.as_json(), "window": judgement.baseline.window},
        "days": [
            {"day": day.figure.window, "value": day.figure.value, "target": day.target, "verdict": day.verdict}
            for day in judgement.days
        ],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "before": {**change.before.as_json(), "window": change.before.window},
        "moved": _number(change.moved),
        "relative": _number(change.relative),
        "ci95": None if change.interval is None else [float(end) for end in change.interval],
    }


def _balanced(balanced: BalancedScorecard) -> dict[str, Any]:
    return {
        "normalised": balanced.normalised,
        "total": _number(balanced.total),
        "parts": [
            {
                "name": part.name,
                "weight": float(part.weight),
                "target": part.target,
                "score": _number(part.score),
                "weighted": _number(part.weighted),
                "note": part.note,
                "figure": part.figure.as_json(),
            }
            for part in balanced.parts
        ],
    }


def _alarm(alarm: FalseEconomy) -> dict[str, Any]:
    return {
        "by": dict(alarm.by),
        "aht": alarm.handle_time.as_json(),
        "aht_before": alarm.handle_time_before.as_json(),
        "csat": alarm.csat.as_json(),
        "csat_before": alarm.csat_before.as_json(),
    }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _window(window: WindowShown) -> dict[str, str]:
    """The keys of a window in the contract; `to` is exclusive."""
    return {
        "name": window.name,
        "from": window.first.isoformat(),
        "to": window.last.isoformat(),
        "label": window.label,
    }
