"""Sheets as text: what a board without a page of its own is printed as."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.text import Text

from carecli.boards.board import Header
from carecli.metrics.figure import Figure
from carecli.render.grid import QUIET, Column, all_provisional, figure_cell, grids, text
from carecli.render.page import foot, head, section
from carecli.render.sheet import Cell, Sheet, cell_text
from carecli.render.tables import ALL_PROVISIONAL
from carecli.text import count

MOST_ROWS = 40
"""Rows of a sheet on a printed page; JSON and CSV have all."""
TEXT_LIMIT = 46


def sheet_parts(
    header: Header, sheets: Iterable[Sheet], figures: Sequence[Figure], width: int
) -> Iterable[RenderableType]:
    """The page from top to bottom; without figures where the data ends before its day."""
    yield from head(header, width)
    ended = header.data_ends is not None
    for each in () if ended else sheets:
        if each.rows:
            yield from _sheet(each, width)
    yield from foot(header, () if ended else figures, width)


def _sheet(each: Sheet, width: int) -> Iterable[RenderableType]:
    yield section(each.title, each.remark)
    shown = each.rows[:MOST_ROWS]
    provisional = all_provisional(cell for row in shown for cell in row if isinstance(cell, Figure))
    columns = [Column(title, key=place == 0, right=each.is_number(place)) for place, title in enumerate(each.columns)]
    yield from grids(columns, [[_cell(cell, mark=not provisional) for cell in row] for row in shown], width)
    if len(each.rows) > len(shown):
        yield Text(f"and {count(len(each.rows) - len(shown))} more", QUIET)
    if provisional:
        yield Text(ALL_PROVISIONAL, QUIET)


def _cell(cell: Cell, *, mark: bool) -> Text:
    return figure_cell(cell, mark=mark) if isinstance(cell, Figure) else text(cell_text(cell), limit=TEXT_LIMIT)
