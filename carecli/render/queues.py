"""The queues board as text: a line per queue x channel, and each one's curve of the day."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from carecli.boards.board import QueueRow, QueuesBoard, queue_title
from carecli.render.grid import Column, grids, text
from carecli.render.page import foot, happened_lines, head, section
from carecli.render.tables import queue_tables
from carecli.render.values import time_text
from carecli.text import count, spark


def queues_parts(board: QueuesBoard, width: int) -> Iterable[RenderableType]:
    """The page from top to bottom; without figures where the data ends before its day."""
    yield from head(board.header, width)
    if board.header.data_ends is None:
        yield from queue_tables(board.rows, width)
        yield from _curves(board.rows, width)
    if board.happened:
        yield section("What happened")
        yield from happened_lines(board.happened)
    yield from foot(board.header, board.figures if board.header.data_ends is None else (), width)


def _curves(rows: tuple[QueueRow, ...], width: int) -> Iterable[RenderableType]:
    """Offered by half hour, and the busiest one."""
    drawn = [row for row in rows if any(offered for _, offered, _ in row.offered_by_interval)]
    if not drawn:
        return
    yield section("Offered by half hour")
    columns = [
        Column("Queue", key=True),
        Column("Curve", right=False),
        *map(Column, ("From", "To", "Busiest", "Offered", "Answered")),
    ]
    yield from grids(columns, [_curve_cells(row) for row in drawn], width)


def _curve_cells(row: QueueRow) -> list[Text]:
    busy = [place for place, (_, offered, _) in enumerate(row.offered_by_interval) if offered]
    part = row.offered_by_interval[busy[0] : busy[-1] + 1]
    start, offered, answered = max(part, key=lambda each: each[1])
    return [
        text(queue_title(row.queue, row.channel)),
        Text(spark([each[1] for each in part], low=0)),
        *(Text(time_text(each)) for each in (part[0][0], part[-1][0], start)),
        Text(count(offered)),
        Text(count(answered)),
    ]
