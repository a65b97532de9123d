"""The map by hour and weekday as a sheet, and for JSON."""

from __future__ import annotations

from typing import Any

from carecli.boards.over_time import ArrivalsBoard, HourCell
from carecli.render.sheet import Cell, Sheet, sheet
from carecli.text import count


def arrivals_sheets(board: ArrivalsBoard) -> tuple[Sheet, ...]:
    """The open hours and those in which something came, then the totals of all hours."""
    columns = ("Hour", *board.weekdays, "Week")
    hours = [hour for hour in range(24) if hour in board.open_rows or board.by_hour[hour].figure.n]
    rows = [
        (f"{hour:02d}-{(hour + 1) % 24:02d}", *(_cell(each) for each in (*board.rows[hour], board.by_hour[hour])))
        for hour in hours
    ]
    total = ("all hours", *(_cell(each) for each in (*board.by_weekday, board.total)))
    title = f"{board.total.figure.title} by hour x weekday"
    remark = f"{count(board.total.hours)} hours, {count(board.total.open_hours)} of them open"
    return (sheet("arrivals", title, columns, [*rows, total] if rows else [], remark),)


def arrivals_json(board: ArrivalsBoard) -> dict[str, Any]:
    """How many hours each cell stands for, from the hour 00 on; the figures name their hour and weekday."""
    return {
        "metric": board.metric,
        "weekdays": list(board.weekdays),
        "hours": [[cell.hours for cell in row] for row in board.rows],
        "open_hours": [[cell.open_hours for cell in row] for row in board.rows],
    }


def _cell(cell: HourCell) -> Cell:
    """Nothing where there is no such hour."""
    return cell.figure if cell.hours or cell.figure.n else None
