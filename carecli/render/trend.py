"""A trend as a sheet and for JSON: a row a day."""

from __future__ import annotations

from typing import Any

from carecli.boards.over_time import TrendBoard
from carecli.render.sheet import Sheet, sheet
from carecli.render.values import status_text


def trend_sheets(board: TrendBoard) -> tuple[Sheet, ...]:
    """The days with value, status and n, then what happened."""
    days = [
        (f"{each.day:%a}", each.day.isoformat(), each.figure, status_text(each.figure), each.figure.n,
         "closed" if each.closed else each.figure.note)
        for each in board.days
    ]  # fmt: skip
    moments = [(each.at, each.kind, each.scope, each.text) for each in board.happened]
    target = f"target {board.figure.target}" if board.figure.target else ""
    return (
        sheet("days", f"{board.figure.title} by day", ("Day", "Date", "Value", "Status", "n", "Note"), days, target),
        sheet("happened", "What happened", ("At", "Kind", "Scope", "Text"), moments),
    )


def trend_json(board: TrendBoard) -> dict[str, Any]:
    """The bounds of the target in the figure's unit, and the closed days."""
    return {
        "bounds": list(board.bounds),
        "closed_days": [each.day.isoformat() for each in board.days if each.closed],
    }
