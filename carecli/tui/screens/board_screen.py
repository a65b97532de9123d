"""What every board's screen does: loads in a worker, filters, explains, steps the day, copies, goes back."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import ClassVar

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import DataTable
from textual.worker import get_current_worker

from carecli.boards.board import AnyBoard, Header
from carecli.metrics.figure import Figure
from carecli.render.values import short_moment_text
from carecli.text import PROVISIONAL, STATUS, Shown, ago, clean
from carecli.tui import crash
from carecli.tui.app import CareApp
from carecli.tui.messages import BoardFailed, BoardReady
from carecli.tui.screens.explain import ExplainScreen
from carecli.tui.themes import TONES
from carecli.tui.widgets.cursor import Copies, HoldsFigure, Narrows
from carecli.tui.widgets.filter_bar import FilterBar
from carecli.tui.widgets.heat_map import HeatMap
from carecli.tui.widgets.key_line import KeyLine
from carecli.tui.widgets.page import Page
from carecli.tui.widgets.top_bar import TopBar
from carecli.tui.widgets.words import Words
from carecli.tui.wording import all_provisional, readout

AGE_SEC = 5.0
"""How often the age of the data is written again."""


class BoardScreen(Screen[None], inherit_bindings=False):
    """A subclass says how to build its board (in the worker), how to show it, and what its page consists of."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", key_display="esc", id="back"),
        # priority, so that the next key is the filter's
        Binding("slash", "filter", "filter", key_display="/", priority=True, id="filter"),
        Binding("e", "explain", "explain", id="explain"),
        Binding("R", "rows", "rows behind it", show=False, id="rows"),
        Binding("left_square_bracket", "step(-1)", "day back", key_display="[", id="day_back"),
        Binding("right_square_bracket", "step(1)", "day on", key_display="]", show=False, id="day_on"),
        Binding("full_stop", "live", "back to live", key_display=".", show=False, id="live"),
        Binding("space", "app.pause", "pause", id="pause"),
        Binding("r,ctrl+r,f5", "load", "refresh", show=False, id="refresh"),
        Binding("y", "copy", "copy the row", show=False, id="copy"),
        Binding("ctrl+s", "export", "export to a file", show=False, id="export"),
        Binding("tab", "app.focus_next", "next part", show=False),
        Binding("shift+tab", "app.focus_previous", "part before", show=False),
    ]
    app = getters.app(CareApp)
    mode: ClassVar[str] = ""
    """Which of the tabs it belongs to; empty is that of the screen below."""
    has_figures: ClassVar[bool] = True
    """Whether there are numbers that can be explained."""

    def __init__(self) -> None:
        super().__init__()
        self.board: AnyBoard | None = None
        self.loading_serial = 0
        self.shown_serial = 0
        self.shown_of: tuple[int | None, int] | None = None
        """As-of and generation of the board shown."""
        self.asked_as: tuple[bool, str] = (False, "")
        """Whether it was asked for masked, and under which saved filter."""
        self.failed = clean("")
        self.filter_text = ""
        self._before_filter: Widget | None = None
        self._built_at = 0.0

    def build(self, as_of: int | None) -> AnyBoard:
        """Build the board; called in a worker thread."""
        raise NotImplementedError

    def show(self, board: AnyBoard) -> None:
        """Put the board into the widgets."""
        raise NotImplementedError

    def compose_body(self) -> ComposeResult:
        """The page between the head and the foot."""
        raise NotImplementedError

    def crumbs(self) -> tuple[str, ...]:
        """The way down to what is shown."""
        raise NotImplementedError

    def nothing(self, board: AnyBoard) -> str | None:
        """Why there is nothing to show, in place of the page; None where there is something."""
        return None

    def compose(self) -> ComposeResult:
        yield TopBar()
        yield Words(widget_id="banner", line=False)
        yield Words("loading", widget_id="nothing")
        yield from self.compose_body()
        yield Words(widget_id="readout")
        yield FilterBar()
        yield KeyLine()

    def on_mount(self) -> None:
        self.query_one(FilterBar).display = False
        self.query_one("#body").display = False
        self.show_frame()
        self.set_interval(AGE_SEC, self.show_state)
        self.app.theme_changed_signal.subscribe(self, lambda _: self.on_resize())
        self.call_after_refresh(self.action_load)

    def on_screen_resume(self) -> None:
        """Back on top: read again what changed meanwhile; the cursor stays."""
        self.show_frame()
        if self.shown_of is None:
            return
        other_data = self.shown_of != (self.app.as_of, self.app.generation) and not self.app.paused
        if other_data or self.asked_as != (self.app.masked, self.app.filter_name):
            self.action_load()

    def on_resize(self) -> None:
        """Another width has room for other columns."""
        if self.board is not None:
            self.show(self.board)
        if self.is_mounted:
            self.show_frame()

    # Loading

    def action_load(self) -> None:
        """Build the board again in a worker; of several requests the newest wins."""
        self.loading_serial += 1
        self.asked_as = (self.app.masked, self.app.filter_name)
        work = partial(self._build_in_thread, self.loading_serial, self.app.as_of)
        self.run_worker(work, thread=True, exclusive=True, group="board", exit_on_error=False)
        self.show_state()

    def _build_in_thread(self, serial: int, as_of: int | None) -> None:
        worker, desk = get_current_worker(), self.app.desk
        with self.app.desk_lock:
            if worker.is_cancelled:
                return
            try:
                generation = desk.generation()
                message: BoardReady | BoardFailed = BoardReady(self.build(as_of), serial, generation, as_of)
            except Exception as error:
                message = BoardFailed(crash.reason(error), serial)
        if not worker.is_cancelled:
            self.post_message(message)

    def on_board_ready(self, message: BoardReady) -> None:
        if message.serial <= self.shown_serial:
            return
        self.board, self.shown_serial, self.failed = message.board, message.serial, clean("")
        self.shown_of = (message.as_of, message.generation)
        self._built_at = monotonic()
        self.app.board_shown(message)
        with self.app.batch_update():
            reason = self._nothing(message.board)
            self.query_one("#nothing", Words).say(clean(reason, limit=600))
            self.query_one("#nothing").display = reason is not None
            self.query_one("#body").display = reason is None
            self.show(message.board)
            self.show_frame()
        if self.focused is None:
            self.focus_first()

    def on_board_failed(self, message: BoardFailed) -> None:
        """An error takes a line of its own; what was shown stays."""
        self.shown_serial = max(self.shown_serial, message.serial)
        self.failed = message.reason
        if self.board is None:
            self.query_one("#nothing", Words).say("nothing loaded: r tries again")
        self.show_frame()

    def _nothing(self, board: AnyBoard) -> str | None:
        ends = board.header.data_ends
        if ends is not None:
            return f"data ends {short_moment_text(ends)}: import newer exports, or step back a day with ["
        return self.nothing(board)

    def focus_first(self) -> None:
        """Put the cursor where it is most wanted."""
        self.focus_next()

    # Head and foot

    def show_frame(self) -> None:
        """Tabs, breadcrumb, banner and readout."""
        self.query_one(TopBar).show_place(self._tab(), self.app.owner, self.crumbs())
        self.show_state()
        self.show_banner()
        self.show_readout()

    def _tab(self) -> str:
        return self.mode or self.app.current_mode

    def show_state(self) -> None:
        """As-of, pack, ages of the feeds, and whether the page stands still."""
        header = self.board.header if self.board else None
        older = monotonic() - self._built_at if header else 0.0
        live = self.app.as_of is None
        self.query_one(TopBar).show_state(header, self._state_words(older), older_sec=older if live else 0.0)

    def _state_words(self, older: float) -> list[Shown]:
        words = [clean("masked")] if self.asked_as[0] else []
        if self.asked_as[1]:
            words.append(clean(f"filter {self.asked_as[1]}", limit=30))
        if self.loading_serial > self.shown_serial:
            words.append(clean("loading"))
        if self.app.paused:
            words.append(clean(f"PAUSED, read {ago(older)} ago"))
        if self.app.paused and self.shown_of and self.shown_of[1] != self.app.generation:
            words.append(clean("newer data waits"))
        if self.app.as_of is not None:
            words.append(clean("past"))
        if self.all_provisional:
            words.append(clean(f"{PROVISIONAL} provisional"))
        return words

    @property
    def all_provisional(self) -> bool:
        """Whether every number shown may still change: the page says it once, and its cells don't."""
        board = self.board
        return all_provisional(getattr(board, "figures", ()))

    def show_banner(self) -> None:
        """Errors first, then what the app was started with, then the board's notes."""
        lines = [Content.styled(f"{STATUS['miss'][0]} {words}", TONES["miss"]) for words in self._errors()]
        lines += [Content.styled(clean(self.app.banner), TONES["accent"])] if self.app.banner else []
        header: Header | None = self.board.header if self.board else None
        lines += [Content.styled(clean(note), TONES["quiet"]) for note in (header.notes if header else ())]
        banner = self.query_one("#banner", Words)
        banner.display = bool(lines)
        banner.say(Content("\n").join(lines))

    def _errors(self) -> list[Shown]:
        return [words for words in (self.failed, self.app.poll_failed) if words]

    def show_readout(self) -> None:
        """All about the number under the cursor, in one line."""
        kept = f"/{self.filter_text}  " if self.filter_text else ""
        self.query_one("#readout", Words).say(clean(kept + self.readout_words(), limit=400))

    def readout_words(self) -> str:
        figure = self.figure
        return readout(figure) if figure else ""

    @property
    def figure(self) -> Figure | None:
        """The number under the cursor."""
        return self.focused.figure if isinstance(self.focused, HoldsFigure) else None

    def on_descendant_focus(self) -> None:
        self.show_readout()

    def on_data_table_cell_highlighted(self, event: DataTable.CellHighlighted) -> None:
        self.cursor_moved(event.data_table, event.coordinate.row)

    def on_data_table_row_highlighted(self, event: DataTable.RowHighlighted) -> None:
        self.cursor_moved(event.data_table, event.cursor_row)

    def on_heat_map_moved(self, message: HeatMap.Moved) -> None:
        self.cursor_moved(message.heat_map, message.heat_map.cursor[0])

    def cursor_moved(self, widget: Widget, row: int) -> None:
        """Say what stands under the cursor, and scroll the page to it; with the first row its heading comes along."""
        self.show_readout()
        body = self.query_one("#body")
        if widget.has_focus and isinstance(body, Page):
            top = widget.region.y - body.region.y + body.scroll_offset.y
            lines = Region(0, top - 1, 1, 3) if row == 0 else Region(0, top + row + 1 - widget.scroll_offset.y, 1, 1)
            body.scroll_to_region(lines, animate=False)

    # Keys

    def action_filter(self) -> None:
        """Open the filter line; its words narrow the page while they are typed."""
        self._before_filter = self.focused
        self.query_one(FilterBar).open()

    def on_filter_bar_typed(self, message: FilterBar.Typed) -> None:
        self.filter_text = message.text
        self.refresh_bindings()
        for widget in self.query("#body *").results():
            if isinstance(widget, Narrows):
                widget.narrow(message.text)
        self.show_readout()

    def on_filter_bar_left(self) -> None:
        if self._before_filter is not None and self._before_filter.is_attached:
            self._before_filter.focus()
        else:
            self.focus_first()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is offered where it leads somewhere, explain where numbers are; the filter line takes a slash."""
        if action == "back":
            return bool(self.filter_text) or self in self.app.screen_stack[1:]
        if action == "filter":
            return not isinstance(self.focused, FilterBar)
        return action not in ("explain", "rows") or self.has_figures

    def action_back(self) -> None:
        """Clear the filter; without one go back a level."""
        if self.filter_text:
            self.query_one(FilterBar).value = ""
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()

    def action_explain(self) -> None:
        if self.figure is None or self.board is None:
            self.app.say("no number under the cursor: move to one with tab and the arrows")
            return
        self.app.push_screen(ExplainScreen(self.figure, int(self.board.header.as_of.timestamp())))

    def action_rows(self) -> None:
        """The very rows behind the number under the cursor, as of when the page was read."""
        if self.figure is None or self.board is None:
            self.app.say("no number under the cursor: move to one with tab and the arrows")
            return
        from carecli.tui.screens.rows import RowsScreen

        as_of = int(self.board.header.as_of.timestamp())
        self.app.push_screen(RowsScreen(self.figure, as_of=as_of, above=self.crumbs()[:1]))

    def action_step(self, days: int) -> None:
        """The same time so many days on, on the wall clock of the reporting zone."""
        if self.board is None:
            return
        shown = self.board.header.as_of
        if self.app.as_of is not None:
            shown = datetime.fromtimestamp(self.app.as_of, shown.tzinfo)
        self.app.go_to(int((shown + timedelta(days=days)).timestamp()))

    def action_live(self) -> None:
        self.app.go_to(None)

    def action_export(self) -> None:
        """Write what is shown to a file of a format that is asked for."""
        from carecli.tui.screens.export import ExportScreen

        if self.board is not None:
            self.app.push_screen(ExportScreen(self.board, self.filter_text))

    def action_copy(self) -> None:
        """The row as tab-separated text, by OSC 52."""
        text = self.focused.copy_text() if isinstance(self.focused, Copies) else ""
        if not text:
            self.app.say("nothing to copy here")
            return
        self.app.copy_to_clipboard(text)
        self.app.say("copied by OSC 52: a terminal that ignores it keeps its old clipboard")
