"""A board without a page of its own: its sheets below each other, each a table that sorts, filters and explains."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.widgets import DataTable

from carecli.boards.board import AnyBoard
from carecli.metrics.figure import Figure
from carecli.render.sheet import Cell as SheetCell
from carecli.render.sheet import Sheet, cell_text
from carecli.text import Shown, clean, count
from carecli.tui.screens.board_screen import BoardScreen
from carecli.tui.widgets.board_table import BoardTable, Cell, Column, Line, figure_cell, text_cell
from carecli.tui.widgets.page import Page
from carecli.tui.widgets.words import Words
from carecli.tui.wording import lacking

MOST_ROWS: Final = 500
CUT: Final = {"-narrow": 24, "-wide": 40, "-vast": 70}
"""The widest a text may be in a table, by the width of the screen; the line below the page shows the whole row."""


class SheetsScreen(BoardScreen):
    """`name` is that of the board, as in `carecli board`."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.board_name = name
        self.board_title = title
        self._sheets: tuple[Sheet, ...] = ()
        self._laid_out: tuple[str, ...] = ()

    def build(self, as_of: int | None) -> AnyBoard:
        return self.app.desk.plain(self.board_name, as_of)

    def compose_body(self) -> ComposeResult:
        yield Page(id="body")

    def crumbs(self) -> tuple[str, ...]:
        return (self.board_title,)

    def nothing(self, board: AnyBoard) -> str | None:
        if _sheets(board):
            return None
        return f"Nothing to show.  {lacking(getattr(board, 'figures', ()))}".strip()

    def show(self, board: AnyBoard) -> None:
        self._sheets = _sheets(board)
        if tuple(each.name for each in self._sheets) == self._laid_out:
            self._fill()
        else:
            self.call_later(self._lay_out)

    async def _lay_out(self) -> None:
        """Other sheets than before: their tables anew. Of several calls in a row the first does the work."""
        names = tuple(each.name for each in self._sheets)
        if names == self._laid_out:
            return
        body = self.query_one("#body")
        held = self.focused.id if isinstance(self.focused, BoardTable) else None
        await body.remove_children()
        for name in names:
            title = Words(widget_id=f"title-{name}")
            title.add_class("section")
            await body.mount(title, BoardTable(f"sheet-{name}", opens=False))
        self._laid_out = names
        self._fill()
        tables = {table.id: table for table in self.query(BoardTable)}
        if tables:
            (tables.get(held or "") or next(iter(tables.values()))).focus(scroll_visible=held in tables)

    def _fill(self) -> None:
        widest = next((cut for name, cut in CUT.items() if self.has_class(name)), CUT["-narrow"])
        for each in self._sheets:
            self.query_one(f"#title-{each.name}", Words).say(_title(each))
            shown = each.rows[:MOST_ROWS]
            columns = [Column(str(place), head, each.is_number(place)) for place, head in enumerate(each.columns)]
            lines = [_line(each, row, widest, mark=not self.all_provisional) for row in shown]
            self.query_one(f"#sheet-{each.name}", BoardTable).show(columns, lines)

    def focus_first(self) -> None:
        tables = self.query(BoardTable)
        if tables:
            tables.first().focus(scroll_visible=False)

    def readout_words(self) -> str:
        """The number under the cursor, else the whole row, which its columns may cut."""
        table = self.focused
        if self.figure is not None or not isinstance(table, BoardTable) or table.line is None:
            return super().readout_words()
        held = table.line.of
        return "  ".join(str(each) for each in held) if isinstance(held, tuple) else ""

    def on_data_table_cell_selected(self, event: DataTable.CellSelected) -> None:
        event.stop()


def _sheets(board: AnyBoard) -> tuple[Sheet, ...]:
    """Boards bring the data library along, which the worker has loaded by now: the app starts without it."""
    from carecli.render.sheets import sheets_of

    return sheets_of(board)


def _title(each: Sheet) -> Shown:
    """ "Files   500 of 8,412 shown"."""
    left_out = f"{count(MOST_ROWS)} of {count(len(each.rows))} shown" if len(each.rows) > MOST_ROWS else ""
    return clean("   ".join(filter(None, (each.title, each.remark, left_out))), limit=400)


def _line(each: Sheet, row: tuple[SheetCell, ...], widest: int, *, mark: bool) -> Line:
    """A row by what its texts before the first number say, so that the cursor finds it again."""
    firsts = [cell for cell in row if not isinstance(cell, Figure | int)]
    texts = tuple(cell_text(cell) for cell in row if cell is not None)
    return Line("\x1f".join(map(str, firsts[:3])), tuple(_cell(cell, widest, mark=mark) for cell in row), texts)


def _cell(cell: SheetCell, widest: int, *, mark: bool) -> Cell:
    if isinstance(cell, Figure):
        return figure_cell(cell, mark=mark)
    if cell is None or isinstance(cell, str):
        shown = text_cell(cell)
        return Cell(_short(shown.text, widest), shown.order, shown.tone)
    order = float(cell) if isinstance(cell, int) else cell.timestamp()
    return Cell(cell_text(cell), order)


def _short(text: Shown, widest: int) -> Shown:
    return text if len(text) <= widest else clean(f"{text[: widest - 1]}…")
