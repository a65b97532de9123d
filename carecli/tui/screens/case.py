"""One case: what it is, its clocks with the tape, its ladder, what happened, and what stands around it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget
from textual.widgets import DataTable, Static

from carecli.boards.around import ContactLine
from carecli.boards.board import AnyBoard, CaseBoard, CaseEventLine, CaseLine
from carecli.render.values import short_moment_text
from carecli.text import NO_DATA, clean
from carecli.tui.around_lines import CASE_COLUMNS, CONTACT_COLUMNS, case_row, contact_row, heard_lines
from carecli.tui.screens.addressed import AddressedScreen, Place
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


class CaseScreen(AddressedScreen):
    """The end of the drill; from here to its contacts, and to the customer's other open cases."""

    has_figures = False

    def __init__(self, source: str, case_id: str, *, above: Sequence[str] = ()) -> None:
        super().__init__()
        self.source = source
        self.case_id = case_id
        self.above = tuple(above)

    def build(self, as_of: int | None) -> AnyBoard:
        return self.app.desk.case(as_of, self.source, self.case_id)

    def compose_body(self) -> ComposeResult:
        with Page(id="body"):
            yield Words(widget_id="subject", line=False)
            with Container(id="upper"):
                yield Static(id="facts", markup=False)
                yield Words(widget_id="clocks", line=False)
            yield BoardTable("timeline", by_row=True, opens=False)
            yield Words("Contacts", widget_id="contacts-title", classes="section around")
            yield BoardTable("contacts", by_row=True)
            yield Words("Survey answers and reviews", widget_id="heard-title", classes="section around")
            yield Words(widget_id="heard", line=False)
            yield Words("The customer's other open cases", widget_id="others-title", classes="section around")
            yield BoardTable("others", by_row=True)

    def crumbs(self) -> tuple[str, ...]:
        return (*self.above, f"case {self.case_id}")

    def show(self, board: AnyBoard) -> None:
        if not isinstance(board, CaseBoard):
            return
        self.query_one("#subject", Words).say(clean(board.case.subject or "(no subject)", limit=300))
        self.query_one("#facts", Static).update(labelled((label, value or NO_DATA) for label, value in board.facts))
        self.query_one("#clocks", Words).say(self._clocks(board))
        self.query_one("#timeline", BoardTable).show(COLUMNS, [_line(i, each) for i, each in enumerate(board.events)])
        self.query_one("#contacts", BoardTable).show(CONTACT_COLUMNS, [contact_row(each) for each in board.contacts])
        self.query_one("#others", BoardTable).show(CASE_COLUMNS, [case_row(each) for each in board.others])
        heard = list(heard_lines(board.surveys, board.reviews))
        self.query_one("#heard", Words).say(Content("\n").join(heard))
        for part, full in (("contacts", board.contacts), ("heard", heard), ("others", board.others)):
            self.query_one(f"#{part}").display = self.query_one(f"#{part}-title").display = bool(full)

    def _clocks(self, board: CaseBoard) -> Content:
        cells = max(20, min(60, self.size.width // (2 if self.size.width >= 100 else 1) - 6))
        lines = [line for clock in board.clocks for line in clock_lines(clock, cells)]
        if lines:
            lines.append(tape_legend())
        return Content("\n").join([*(lines or [_quiet("no clock applies")]), *ladder_lines(board.ladder)])

    def focus_first(self) -> None:
        self.query_one("#timeline", BoardTable).focus(scroll_visible=False)

    def cursor_moved(self, widget: Widget, row: int) -> None:
        """On the first event the page stands at its top, where the case and its clocks are."""
        if row == 0 and widget.id == "timeline":
            self.query_one(Page).scroll_home(animate=False)
        else:
            super().cursor_moved(widget, row)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        under = self._under_cursor()
        if isinstance(under, ContactLine):
            from carecli.tui.screens.contact import ContactScreen

            self.app.push_screen(ContactScreen(under.source, under.interaction_id, above=self.crumbs()))
        elif isinstance(under, CaseLine):
            self.app.push_screen(CaseScreen(under.source, under.case_id, above=self.above))

    def _under_cursor(self) -> object:
        line = self.focused.line if isinstance(self.focused, BoardTable) else None
        return line.of if line is not None else None

    def place(self) -> Place:
        """The contact or other case under the cursor, else the case itself."""
        under = self._under_cursor()
        if isinstance(under, ContactLine):
            return Place(under.source, interaction_id=under.interaction_id)
        if isinstance(under, CaseLine):
            return Place(under.source, case_id=under.case_id)
        return Place(self.source, case_id=self.case_id)


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
