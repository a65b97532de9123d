"""The very rows behind a number: as many as the number says, sorted and filtered over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import DataTable

from carecli.boards.board import AnyBoard
from carecli.boards.drill import MOST, RowLine, RowsAsked, RowsBoard
from carecli.metrics.figure import Figure
from carecli.render.values import status_text
from carecli.text import clean, count
from carecli.tui.row_lines import laid_out, place_words, totals_words, value_words
from carecli.tui.screens.addressed import AddressedScreen, Place
from carecli.tui.screens.case import CaseScreen
from carecli.tui.screens.contact import ContactScreen
from carecli.tui.themes import TONES
from carecli.tui.widgets.filter_bar import FilterBar
from carecli.tui.widgets.rows_table import RowsTable
from carecli.tui.widgets.words import Words
from carecli.tui.wording import named, provisional_text, target_words, tone


class RowsScreen(AddressedScreen):
    """Opened from a figure as it was shown at `as_of` (epoch seconds; None is now); `above` is the way there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("x", "left_out", "left out"),
        Binding("c", "contact", "contact", show=False),
        Binding("n,right_parenthesis", "page(1)", "next 500", show=False, key_display="n"),
        Binding("p,left_parenthesis", "page(-1)", "500 before", show=False, key_display="p"),
    ]

    def __init__(self, figure: Figure, *, as_of: int | None = None, above: Sequence[str] = ()) -> None:
        super().__init__()
        self.opened_from = figure
        self.above = tuple(above)
        self.asked = RowsAsked(figure)
        self._pinned = as_of
        self._widths: dict[str, int] = {}
        """Cells that each column has needed so far."""

    def build(self, as_of: int | None) -> AnyBoard:
        """Pages of one moment: the number doesn't move under whoever sorts and filters its rows."""
        board = self.app.desk.rows(self._pinned if as_of is None else as_of, self.asked)
        self._pinned = int(board.header.as_of.timestamp())
        return board

    def action_load(self) -> None:
        """Read again: after the first time the newest data."""
        if self.board is not None:
            self._pinned = None
        super().action_load()

    def ask(self, asked: RowsAsked) -> None:
        """Another page of the same rows of the same moment."""
        if asked != self.asked:
            self.asked = asked
            super().action_load()

    def compose_body(self) -> ComposeResult:
        with Vertical(id="body"):
            yield Words(widget_id="number")
            yield Words(widget_id="totals")
            yield RowsTable("rows", by_row=True)

    def crumbs(self) -> tuple[str, ...]:
        board = self.board
        if not isinstance(board, RowsBoard):
            return (*self.above, *way(self.opened_from, self.opened_from.by.values()), "rows")
        return (*self.above, *way(board.figure, board.names), place_words(board))

    def show(self, board: AnyBoard) -> None:
        if not isinstance(board, RowsBoard):
            return
        self.query_one(RowsTable).show(*laid_out(board, self.size.width, self._widths))
        self.query_one("#number", Words).say(self._number(board))
        self.query_one("#totals", Words).say(Content.styled(totals_words(board), TONES["quiet"]))

    def _number(self, board: RowsBoard) -> Content:
        """The number that the rows are behind of, as it is now."""
        now, before = board.figure, self.opened_from
        changed = now.value != before.value and before.n > 0
        parts = (
            (f"{clean(now.title)}  {provisional_text(now)}", "bold"),
            (status_text(now), TONES[tone(now)]),
            (target_words(now), TONES["quiet"]),
            ("" if now.value == now.n else f"n {count(now.n)}", TONES["quiet"]),
            (f"was {provisional_text(before)} when opened" if changed else "", TONES["risk"]),
        )
        return Content("  ").join(Content.styled(words, style) for words, style in parts if words)

    def nothing(self, board: AnyBoard) -> str | None:
        """A filter without a match keeps the page, so that it can be typed on."""
        if isinstance(board, RowsBoard) and not board.totals.listed and not board.lines:
            return f"No rows here.  {board.figure.note or ''}".strip()
        return None

    def focus_first(self) -> None:
        self.query_one(RowsTable).focus()

    @property
    def figure(self) -> Figure | None:
        """What explain explains here: the number itself."""
        return self.board.figure if isinstance(self.board, RowsBoard) else self.opened_from

    @property
    def row(self) -> RowLine | None:
        """The row under the cursor."""
        line = self.query_one(RowsTable).line
        return line.of if line is not None and isinstance(line.of, RowLine) else None

    def readout_words(self) -> str:
        """The whole row, which its columns may cut."""
        row, board = self.row, self.board
        if row is None or not isinstance(board, RowsBoard):
            return ""
        told = zip(board.columns, row.cells, strict=True)
        words = [value_words(column, value) for column, value in told if value is not None and column.kind != "mark"]
        return "  ".join(words)

    # Filter, order, pages: all in the store

    def on_filter_bar_typed(self, message: FilterBar.Typed) -> None:
        self.ask(replace(self.asked, words=tuple(message.text.split()), first=0))

    def on_rows_table_sorted(self, message: RowsTable.Sorted) -> None:
        self.ask(replace(self.asked, sort=message.key or "", descending=message.descending, first=0))

    def action_left_out(self) -> None:
        """List the rows that were left out, too, each with the reason; or only those that count."""
        if isinstance(self.board, RowsBoard) and not self.board.totals.left_out:
            self.app.say("no row was left out of this number")
            return
        self.ask(replace(self.asked, left_out=not self.asked.left_out, first=0))

    def action_page(self, step: int) -> None:
        """The next or the previous 500."""
        first, board = self.asked.first + step * MOST, self.board
        if not isinstance(board, RowsBoard) or not 0 <= first < max(board.count, 1):
            self.app.say("no more rows that way")
            return
        self.ask(replace(self.asked, first=first))

    # Down

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        row = self.row
        if row is not None and row.case is not None:
            self.app.push_screen(CaseScreen(*row.case, above=self.crumbs()[:-1]))
        elif row is not None:
            self.action_contact()

    def action_contact(self) -> None:
        """The contact of a row, also where it belongs to a case."""
        row = self.row
        if row is None or row.contact is None:
            self.app.say("no case or contact is known of this row" if row and not row.case else "no contact here")
            return
        self.app.push_screen(ContactScreen(*row.contact, above=self.crumbs()[:-1]))

    def place(self) -> Place | None:
        row = self.row
        if row is None:
            return None
        if row.case is not None:
            return Place(row.case[0], case_id=row.case[1])
        return Place(row.contact[0], interaction_id=row.contact[1]) if row.contact else None


def way(figure: Figure, names: Iterable[str | None]) -> tuple[str, ...]:
    """The steps of a figure's slice, then the figure; the backlog is its cases."""
    values = tuple(map(named, names))
    return values if figure.metric == "backlog" and values else (*values, figure.title)
