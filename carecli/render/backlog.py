"""The backlog board as text: the heat map with characters for shades."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from carecli.boards.board import BacklogBoard
from carecli.render.grid import figure_style, text
from carecli.render.page import foot, head
from carecli.render.tables import backlog_tables
from carecli.render.values import marked_value
from carecli.text import signed


def backlog_parts(board: BacklogBoard, width: int) -> Iterable[RenderableType]:
    """The page from top to bottom; without figures where the data ends before its day."""
    yield from head(board.header, width)
    if board.header.data_ends is None:
        yield _sum(board)
        yield Text("")
        name = board.dimension.replace("_", " ").capitalize()
        yield from backlog_tables(board.rows, board.total, board.bucket_labels, name, width)
    yield from foot(board.header, board.figures if board.header.data_ends is None else (), width)


def _sum(board: BacklogBoard) -> Text:
    total, stale = board.total.total, board.total.stale
    change = "" if board.change_on_yesterday is None else f" ({signed(board.change_on_yesterday)} on yesterday)"
    return Text.assemble(
        text(f"open {marked_value(total)}{change}", figure_style(total) or "bold"),
        "   ",
        text(f"stale {marked_value(stale)}", figure_style(stale)),
    )
