"""One contact: what it was, its stays in queues, what the customer said of it, and the customer's cases."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import DataTable, Static

from carecli.boards.board import AnyBoard, CaseLine
from carecli.boards.drill import ContactBoard
from carecli.render.values import short_moment_text
from carecli.text import NO_DATA, clean
from carecli.tui.around_lines import CASE_COLUMNS, LEG_COLUMNS, case_row, heard_lines, leg_row
from carecli.tui.screens.addressed import AddressedScreen, Place
from carecli.tui.widgets.board_table import BoardTable
from carecli.tui.widgets.labelled import labelled
from carecli.tui.widgets.page import Page
from carecli.tui.widgets.words import Words


class ContactScreen(AddressedScreen):
    """The end of the drill where there is no case; enter opens a case of the customer."""

    has_figures = False

    def __init__(self, source: str, interaction_id: str, *, above: Sequence[str] = ()) -> None:
        super().__init__()
        self.source = source
        self.interaction_id = interaction_id
        self.above = tuple(above)

    def build(self, as_of: int | None) -> AnyBoard:
        return self.app.desk.contact(as_of, self.source, self.interaction_id)

    def compose_body(self) -> ComposeResult:
        with Page(id="body"):
            yield Words(widget_id="subject", line=False)
            with Horizontal(id="beside"):
                yield Static(id="facts", markup=False)
                yield Static(id="times", markup=False)
            yield Words("Stays in queues", widget_id="legs-title", classes="section around")
            yield BoardTable("legs", by_row=True, opens=False)
            yield Words("Survey answers and reviews", widget_id="heard-title", classes="section around")
            yield Words(widget_id="heard", line=False)
            yield Words(widget_id="cases-title", classes="section around")
            yield BoardTable("cases", by_row=True)

    def crumbs(self) -> tuple[str, ...]:
        return (*self.above, f"contact {self.interaction_id}")

    def show(self, board: AnyBoard) -> None:
        if not isinstance(board, ContactBoard):
            return
        self.query_one("#subject", Words).say(_subject(board))
        self.query_one("#facts", Static).update(labelled((label, value or NO_DATA) for label, value in _facts(board)))
        self.query_one("#times", Static).update(labelled(board.times))
        self.query_one("#legs", BoardTable).show(LEG_COLUMNS, [leg_row(i, leg) for i, leg in enumerate(board.legs)])
        heard = list(heard_lines(board.surveys, board.reviews))
        self.query_one("#heard", Words).say(Content("\n").join(heard))
        cases = [case_row(case, own=board.own_case and i == 0) for i, case in enumerate(board.cases)]
        self.query_one("#cases", BoardTable).show(CASE_COLUMNS, cases)
        self.query_one("#cases-title", Words).say(_cases_title(board))
        for part, full in (("legs", board.legs), ("heard", heard), ("cases", cases)):
            self.query_one(f"#{part}").display = self.query_one(f"#{part}-title").display = bool(full)

    def focus_first(self) -> None:
        """Where enter leads on, else where there is something to read."""
        board = self.board
        has_cases = isinstance(board, ContactBoard) and board.cases
        self.query_one("#cases" if has_cases else "#legs", BoardTable).focus(scroll_visible=False)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        case = self._case()
        if case is not None:
            from carecli.tui.screens.case import CaseScreen

            self.app.push_screen(CaseScreen(case.source, case.case_id, above=self.crumbs()))

    def _case(self) -> CaseLine | None:
        """The case under the cursor."""
        line = self.focused.line if isinstance(self.focused, BoardTable) else None
        return line.of if line is not None and isinstance(line.of, CaseLine) else None

    def place(self) -> Place:
        """Always the contact: its cases are a key away."""
        return Place(self.source, interaction_id=self.interaction_id)


def _subject(board: ContactBoard) -> str:
    contact = board.contact
    what = " ".join(clean(word) for word in (contact.direction, contact.channel) if word) or "contact"
    queue = f" in {clean(contact.queue)}" if contact.queue else ""
    return clean(f"{what}{queue}, {short_moment_text(contact.at)}", limit=300)


def _facts(board: ContactBoard) -> Sequence[tuple[str, str | None]]:
    return (*board.facts, ("Customer", board.customer))


def _cases_title(board: ContactBoard) -> str:
    others = len(board.cases) - board.own_case
    if not board.own_case:
        return "The customer's open cases"
    return "Its case, then the customer's other open cases" if others else "Its case"
