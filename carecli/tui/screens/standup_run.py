"""The stand-up as a run: five timed pages in 15 minutes, with a clock that can be stopped, and decisions typed live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.style import Style
from textual.widgets import DataTable, Input, OptionList

from carecli.boards.board import AnyBoard
from carecli.boards.standup_run import Decided, PageTable, Row, StandupPage, StandupRun, Value
from carecli.metrics.figure import Figure
from carecli.render.values import short_moment_text
from carecli.text import STATUS, Shown, clean, clock_duration, count
from carecli.tui import crash
from carecli.tui.app import CareApp
from carecli.tui.messages import BoardFailed
from carecli.tui.screens.board_screen import BoardScreen
from carecli.tui.screens.standup import happened
from carecli.tui.themes import TONES
from carecli.tui.widgets.board_table import BoardTable, Cell, Column, Line, figure_cell, text_cell
from carecli.tui.widgets.figure_tile import TileRow
from carecli.tui.widgets.moved_list import MovedList
from carecli.tui.widgets.page import Page
from carecli.tui.widgets.words import Words
from carecli.tui.wording import lacking

PAGES: Final = 5
LAST_CALL_SEC: Final = 60
"""From here on the clock is marked."""


class RunClock:
    """Seconds spent on each page; `now` tells seconds from anywhere."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._spent = [0.0] * PAGES
        self._page = 0
        self._since: float | None = now()

    @property
    def stopped(self) -> bool:
        return self._since is None

    def turn_to(self, page: int) -> None:
        """Go on counting on another page, the first being 0."""
        self._settle()
        self._page = page

    def toggle(self) -> None:
        """Stop or go on."""
        self._settle()
        self._since = self._now() if self._since is None else None

    def left(self, seconds: Sequence[int]) -> tuple[float, float]:
        """What is left of the run and of the page; below 0 it is over."""
        self._settle()
        return sum(seconds) - sum(self._spent), seconds[self._page] - self._spent[self._page]

    def _settle(self) -> None:
        if self._since is not None:
            now = self._now()
            self._spent[self._page] += now - self._since
            self._since = now


class DecisionBar(Input):
    """Enter keeps the decision, escape drops it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "keep the decision", key_display="enter"),
        Binding("escape", "leave", "drop it", key_display="esc"),
    ]

    class Left(Message):
        """Nothing was decided."""

    def __init__(self) -> None:
        super().__init__(id="decision", placeholder="what was decided, without names of customers", compact=True)
        self.max_length = 200

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def replace(self, text: str, start: int, end: int) -> None:
        """Put text in; a clipboard may hold control characters."""
        super().replace(clean(text, limit=200), start, end)


class StandupRunScreen(BoardScreen):
    """`1` to `5` are its pages. On a wall it has no clock and starts at the page asked for."""

    mode = "standup"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "page(1)", "pages", key_display="1-5"),
        *(Binding(str(number), f"page({number})", f"page {number}", show=False) for number in range(2, PAGES + 1)),
        Binding("n,right,pagedown", "turn(1)", "next"),
        Binding("p,left,pageup", "turn(-1)", "page before", show=False),
        Binding("space", "clock", "clock"),
        Binding("d", "decide", "decision"),
    ]

    def __init__(self, page: int = 1, *, timed: bool = True, now: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self.page_number = page
        self.clock = RunClock(now)
        self.clock.turn_to(page - 1)
        self.timed = timed

    def build(self, as_of: int | None) -> AnyBoard:
        return self.app.desk.standup_run(as_of)

    def compose_body(self) -> ComposeResult:
        yield Words(widget_id="run-tabs")
        with Page(id="body"):
            yield TileRow("tiles")
            with Container(classes="pair"):
                yield Vertical(
                    Words("To talk about", classes="section"), MovedList("moved"), classes="part", id="talk-part"
                )
                yield Vertical(
                    Words("What happened", classes="section"),
                    Words(widget_id="happened", line=False),
                    Words("Decided", classes="section after"),
                    Words(widget_id="decided", line=False),
                    classes="part",
                )
            with Vertical(classes="part"):
                yield Words(widget_id="page-title", classes="section")
                yield BoardTable("page-table", opens=False)
                yield Words(widget_id="page-note", line=False)
        yield DecisionBar()

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(DecisionBar).display = False
        self.set_interval(1.0, self.show_clock)

    def crumbs(self) -> tuple[str, ...]:
        page = self.page_shown
        return ("Stand-up", page.title) if page else ("Stand-up",)

    @property
    def page_shown(self) -> StandupPage | None:
        run = self.board
        return run.pages[self.page_number - 1] if isinstance(run, StandupRun) else None

    def nothing(self, board: AnyBoard) -> str | None:
        if isinstance(board, StandupRun) and not any(figure.value is not None for figure in board.figures):
            return f"Nothing imported for this day.  {lacking(board.figures)}"
        return None

    def focus_first(self) -> None:
        """Nothing has the cursor at first: arrows turn pages until tab leads to a number."""

    def show(self, board: AnyBoard) -> None:
        page = self.page_shown
        if not isinstance(board, StandupRun) or page is None:
            return
        self.query_one(TileRow).show(page.headlines)
        self.query_one(MovedList).show(page.talk)
        self.query_one("#talk-part").display = bool(page.talk)
        self.query_one("#happened", Words).say(happened(board.happened))
        self.query_one("#decided", Words).say(_decided(board.decided))
        self._show_table(page.table)
        self.show_clock()

    def _show_table(self, table: PageTable | None) -> None:
        rows = table.rows if table else ()
        closed = self.board.closed_days if isinstance(self.board, StandupRun) and self.page_number == 1 else None
        remark = f"   {clean(closed)}" if closed else ""
        title = Content.assemble(clean(table.title) if table else "", (remark, TONES["quiet"]))
        self.query_one("#page-title", Words).say(title)
        self.query_one("#page-note", Words).say(clean(table.note) if table and not rows else "")
        self.query_one("#page-note").display = self.query_one("#page-table").display = False
        self.query_one("#page-table" if rows else "#page-note").display = True
        if table:
            columns = [
                Column(str(at), name, at > 0 and not _is_words(rows, at)) for at, name in enumerate(table.columns)
            ]
            lines = [_line(row, mark=not self.all_provisional) for row in rows]
            self.query_one("#page-table", BoardTable).show(columns, lines)

    @property
    def all_provisional(self) -> bool:
        return False

    def show_clock(self) -> None:
        """The pages, and what is left of the run and of this page."""
        run = self.board
        if not isinstance(run, StandupRun):
            return
        clock = self._clock_words(run) if self.timed else Content("")
        tabs = _tabs(run.pages, self.page_number, self.size.width - clock.cell_length - 2)
        gap = " " * max(self.size.width - tabs.cell_length - clock.cell_length - 1, 1)
        self.query_one("#run-tabs", Words).say(Content.assemble(tabs, gap, clock))

    def _clock_words(self, run: StandupRun) -> Content:
        whole, page = self.clock.left([each.seconds for each in run.pages])
        words = [Content.styled("STOPPED", TONES["risk"])] if self.clock.stopped else []
        words += [_left(whole, "left", LAST_CALL_SEC), _left(page, "page", 0)]
        return Content("  ").join(words)

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a decision is typed, its keys are text. An export has no form for a run yet."""
        if action == "filter" and isinstance(self.focused, Input):
            return False
        if action in ("clock", "decide") and not self.timed:
            return False
        if action == "back":
            return True
        return action != "export" and super().check_action(action, parameters)

    def action_page(self, number: int) -> None:
        """Show a page from its top."""
        self.page_number = number
        self.clock.turn_to(number - 1)
        self.set_focus(None)
        if self.board is not None:
            self.query_one("#body", Page).scroll_home(animate=False)
            self.show(self.board)
        self.show_frame()

    def action_turn(self, step: int) -> None:
        self.action_page((self.page_number - 1 + step) % PAGES + 1)

    def action_clock(self) -> None:
        self.clock.toggle()
        self.show_clock()

    def action_back(self) -> None:
        """Clear the filter, else leave for the boards; `1` comes back."""
        if self.filter_text or len(self.app.screen_stack) > 1:
            super().action_back()
        else:
            self.app.action_board("queues")

    def action_explain(self) -> None:
        """A plan and a mean of reviews aren't in the dictionary: what they are stands on the page."""
        if self.figure is not None and self.figure.metric in ("forecast", "scheduled", "qa_mean"):
            self.app.say(f"{self.figure.title}: as it was imported, not a metric of the dictionary")
            return
        super().action_explain()

    def action_rows(self) -> None:
        if self.figure is not None and self.figure.metric in ("forecast", "scheduled", "qa_mean"):
            self.action_explain()
            return
        super().action_rows()

    def action_decide(self) -> None:
        bar = self.query_one(DecisionBar)
        bar.display = True
        self.set_focus(bar)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.input.id != "decision":
            return
        event.stop()
        if text := event.value.strip():
            self.run_worker(partial(self._keep, text), thread=True, group="decide", exit_on_error=False)
        self._leave_bar()

    def on_decision_bar_left(self) -> None:
        self._leave_bar()

    def _leave_bar(self) -> None:
        bar = self.query_one(DecisionBar)
        bar.value, bar.display = "", False
        self.set_focus(None)

    def _keep(self, text: str) -> None:
        """In a thread: the store may be locked by an import."""
        try:
            with self.app.desk_lock:
                self.app.desk.decide(text)
            self.app.call_from_thread(self.action_load)
        except Exception as error:
            self.post_message(BoardFailed(clean(f"not kept: {crash.reason(error)}"), self.shown_serial))

    # Drilling

    def on_figure_tile_opened(self) -> None:
        self.app.action_board("queues")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_explain()

    def on_option_list_option_highlighted(self) -> None:
        self.show_readout()

    def on_data_table_cell_selected(self, event: DataTable.CellSelected) -> None:
        event.stop()


class StandupApp(CareApp):
    """The app with the run in the place of the one-page stand-up."""

    CSS_PATH = "../care.tcss"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[None]]]] = {**CareApp.MODES, "standup": StandupRunScreen}


def _tabs(pages: Sequence[StandupPage], current: int, room: int) -> Content:
    """The pages by name; where they don't fit, the others by number."""
    full = [f" {page.number} {page.title} " for page in pages]
    short = [text if page.number == current else f" {page.number} " for page, text in zip(pages, full, strict=True)]
    shown = full if sum(map(len, full)) <= room else short
    return Content("").join(
        Content.styled(clean(text), "bold reverse" if page.number == current else "").stylize(
            Style.from_meta({"@click": f"screen.page({page.number})"})
        )
        for page, text in zip(pages, shown, strict=True)
    )


def _left(seconds: float, word: str, marked_from: int) -> Content:
    """`12:41 left`; marked near the end, and when it is over."""
    if seconds < 0:
        return Content.styled(f"{STATUS['miss'][0]} {word} over by {clock_duration(-seconds)}", TONES["miss"])
    shown = clock_duration(int(seconds))
    text = f"{word} {shown}" if word == "page" else f"{shown} {word}"
    return Content.styled(f"{STATUS['risk'][0]} {text}", TONES["risk"]) if seconds <= marked_from else Content(text)


def _decided(decisions: Sequence[Decided]) -> Content:
    """What was decided before, then today's."""
    if not decisions:
        return Content.styled("nothing since the last open day: d notes a decision", TONES["quiet"])
    return Content("\n").join(
        Content.assemble(
            (f"{short_moment_text(each.at)}  ", TONES["quiet"]),
            ("today  " if each.today else "", TONES["accent"]),
            clean(each.text, limit=200),
        )
        for each in decisions
    )


def _is_words(rows: Sequence[Row], at: int) -> bool:
    return bool(rows) and all(isinstance(row[at], str) for row in rows)


def _line(row: Row, *, mark: bool) -> Line:
    return Line(str(row[0]), tuple(_cell(value, mark=mark) for value in row), row)


def _cell(value: Value, *, mark: bool) -> Cell:
    if isinstance(value, Figure):
        return figure_cell(value, mark=mark)
    if isinstance(value, int):
        return Cell(count(value), float(value))
    return text_cell(_cut(value))


def _cut(text: str | None) -> Shown | None:
    return None if text is None else clean(text, limit=40)
