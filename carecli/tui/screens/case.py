"""One case: what it is, its clocks with the tape, its ladder, what happened."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from carecli.boards.board import Board, CaseBoard, CaseEventLine, CaseLine
from carecli.render.values import short_moment_text
from carecli.text import NO_DATA, clean
from carecli.tui.screens.board_screen import BoardScreen
from carecli.tui.themes import TONES
from carecli.tui.widgets.board_table import BoardTable, Cell, Column, Line, text_cell
from carecli.tui.widgets.clock_tape import clock_lines, ladder_lines, tape_legend
from carecli.tui.widgets.labelled import labelled
from carecli.tui.widgets.page import Page
from carecli.tui.widgets.words import Words

COLUMNS = (
    Column("at", "When", number=False),
    Column("what", "What", number=False),
    Column("change", "Change", number=False),
    Column("by", "By", number=False),
    Column("reason", "Why", number=False),
)


class CaseScreen(BoardScreen):
    """The end of the drill."""

    has_figures = False

    def __init__(self, case: CaseLine, above: Sequence[str]) -> None:
        super().__init__()
        self.case = case
        self.above = tuple(above)

    def build(self, as_of: int | None) -> Board:
        return self.app.desk.case(as_of, self.case.source, self.case.case_id)

    def compose_body(self) -> ComposeResult:
        with Page(id="body"):
            yield Words(widget_id="subject", line=False)
            with Container(id="upper"):
                yield Static(id="facts", markup=False)
                yield Words(widget_id="clocks", line=False)
            yield BoardTable("timeline", by_row=True, opens=False)

    def crumbs(self) -> tuple[str, ...]:
        return (*self.above, f"case {self.case.case_id}")

    def show(self, board: Board) -> None:
        if not isinstance(board, CaseBoard):
            return
        self.query_one("#subject", Words).say(clean(board.case.subject or "(no subject)", limit=300))
        self.query_one("#facts", Static).update(labelled((label, value or NO_DATA) for label, value in board.facts))
        self.query_one("#clocks", Words).say(self._clocks(board))
        lines = [_line(index, event) for index, event in enumerate(board.events)]
        self.query_one(BoardTable).show(COLUMNS, lines)

    def _clocks(self, board: CaseBoard) -> Content:
        cells = max(20, min(60, self.size.width // (2 if self.size.width >= 100 else 1) - 6))
        lines = [line for clock in board.clocks for line in clock_lines(clock, cells)]
        if lines:
            lines.append(tape_legend())
        return Content("\n").join([*(lines or [_quiet("no clock applies")]), *ladder_lines(board.ladder)])

    def focus_first(self) -> None:
        self.query_one(BoardTable).focus(scroll_visible=False)

    def cursor_moved(self, widget: Widget, row: int) -> None:
        """On the first event the page stands at its top, where the case and its clocks are."""
        if row == 0:
            self.query_one(Page).scroll_home(animate=False)
        else:
            super().cursor_moved(widget, row)


def _quiet(words: str) -> Content:
    return Content.styled(words, TONES["quiet"])


def _line(index: int, event: CaseEventLine) -> Line:
    change = " → ".join(clean(value) for value in (event.from_value, event.to_value) if value)
    cells = (
        Cell(short_moment_text(event.at), event.at.timestamp()),
        text_cell(event.kind.replace("_", " ")),
        text_cell(change or None),
        text_cell(event.actor),
        text_cell(event.reason),
    )
    return Line(f"{event.at.timestamp()}\x1f{index}", cells)
