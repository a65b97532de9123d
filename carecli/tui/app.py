"""The app: modes, what time it shows, pause, the poll for new data, and how it ends."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock
from typing import ClassVar, Final

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import Provider
from textual.reactive import reactive
from textual.screen import Screen

from carecli.privacy.masking import Masker
from carecli.text import Shown, clean
from carecli.tui import crash
from carecli.tui.desk import Desk
from carecli.tui.keys import checked_keymap
from carecli.tui.masked_desk import masked_desk
from carecli.tui.messages import BoardReady, PollFailed, StoreSeen
from carecli.tui.preferences import Preferences
from carecli.tui.themes import THEMES

POLL_SEC: Final = 4.0
SHARED: Final = ("standup", "wall")
"""Modes that others see, too: what they and the pages opened from them show is masked unless `m` says otherwise."""
_WIDTHS: Final = [(0, "-narrow"), (100, "-wide"), (160, "-vast")]
_HEIGHTS: Final = [(0, "-short"), (32, "-tall"), (50, "-high")]


def _standup() -> Screen[None]:
    from carecli.tui.screens.standup import StandupScreen

    return StandupScreen()


def _queues() -> Screen[None]:
    from carecli.tui.screens.queues import QueuesScreen

    return QueuesScreen()


def _backlog() -> Screen[None]:
    from carecli.tui.screens.backlog import BacklogScreen

    return BacklogScreen()


def _arrivals() -> Screen[None]:
    from carecli.tui.screens.arrivals import ArrivalsScreen

    return ArrivalsScreen()


def _plain(name: str, title: str) -> Callable[[], Screen[None]]:
    """Makes the screen of a board that is shown as its sheets."""

    def made() -> Screen[None]:
        from carecli.tui.screens.sheets import SheetsScreen

        return SheetsScreen(name, title)

    return made


def _queue_commands() -> type[Provider]:
    from carecli.tui.palette import QueueCommands

    return QueueCommands


class CareApp(App[None]):
    """Opens on the stand-up. All data comes from the desk, in worker threads, after the first paint."""

    CSS_PATH = "care.tcss"
    ENABLE_COMMAND_PALETTE = True
    MODES: ClassVar[dict[str, str | Callable[[], Screen[None]]]] = {
        "standup": _standup,
        "queues": _queues,
        "backlog": _backlog,
        "arrivals": _arrivals,
        "sla": _plain("sla", "SLA"),
        "scorecard": _plain("scorecard", "Scorecard"),
        "data": _plain("data", "Data"),
    }
    DEFAULT_MODE = "standup"
    COMMANDS = App.COMMANDS | {_queue_commands}
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "board('standup')", "stand-up", show=False),
        Binding("2", "board('queues')", "queues", show=False),
        Binding("3", "board('backlog')", "backlog", show=False),
        Binding("5", "board('sla')", "SLA", show=False),
        Binding("8", "board('scorecard')", "scorecard", show=False),
        Binding("0", "board('data')", "data", show=False),
        Binding("H", "board('arrivals')", "hour x weekday", show=False),
        Binding("f", "enlarge", "trend of the number", show=False),
        Binding("colon,ctrl+p", "command_palette", "find by name", show=False, id="find"),
        Binding("F", "filters", "saved filters", show=False, id="filters"),
        Binding("m", "mask", "mask or show names", show=False, id="mask"),
        Binding("question_mark,f1", "keys", "keys", key_display="?", id="keys"),
        Binding("q,ctrl+q", "quit", "quit", key_display="q", id="quit"),
        Binding("ctrl+c", "quit", "quit at once", show=False, priority=True),
    ]

    as_of: reactive[int | None] = reactive(None)
    """Epoch seconds that the boards show; None is live."""
    paused: reactive[bool] = reactive(False)
    generation: reactive[int] = reactive(0)
    poll_failed: reactive[Shown] = reactive(clean(""))

    def __init__(
        self,
        desk: Desk,
        *,
        title: str,
        banner: str | None,
        poll_sec: float = POLL_SEC,
        preferences: Preferences | None = None,
    ) -> None:
        without_colour = bool(os.environ.get("NO_COLOR"))
        super().__init__(ansi_color=True if without_colour else None)
        self.preferences = preferences or Preferences()
        self.filter_name = ""
        """The saved filter in force; empty for none."""
        self._masker = self.preferences.masker()
        self._turned: set[bool] = set()
        """Whether `m` was pressed on shared modes (True) and on the others (False)."""
        self.desk = masked_desk(desk, self._masker, self._set_masker) if self._masker else desk
        self.desk_lock = Lock()
        """Held while a board is built: the desk is asked for one at a time, an overtaken request is dropped."""
        self.owner = clean(title)
        self.export_folder = Path.cwd()
        """Where `ctrl+s` writes."""
        self.banner = banner
        self.animation_level = "none"
        self._poll_sec = poll_sec
        self._live_as_of: int | None = None
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = "ansi-dark" if without_colour else THEMES[self.preferences.theme].name
        self.keymap = checked_keymap(self.preferences.keys)
        self.set_keymap(self.keymap)

    def on_mount(self) -> None:
        self.set_interval(self._poll_sec, self.poll)

    # Boards and time

    def action_board(self, name: str) -> None:
        """Open a board; on the board itself, its first level."""
        if self.current_mode != name:
            self.switch_mode(name)
            return
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def action_run(self) -> None:
        """The stand-up's timed pages, over what is open."""
        from carecli.tui.screens.standup_run import StandupRunScreen

        if not isinstance(self.screen, StandupRunScreen):
            self.push_screen(StandupRunScreen())

    def go_to(self, as_of: int | None) -> None:
        """Show the boards as of another moment; the present or later is live."""
        if as_of is not None and self._live_as_of is not None and as_of >= self._live_as_of:
            as_of = None
        if as_of == self.as_of:
            self.say("this is the newest data")
            return
        self.as_of = as_of
        self.reload()

    def board_shown(self, message: BoardReady) -> None:
        """A screen shows a board: remember what live means now."""
        self.generation = max(self.generation, message.generation)
        if message.as_of is None:
            self._live_as_of = int(message.board.header.as_of.timestamp())

    def reload(self) -> None:
        """Have the screen on top build its board again."""
        from carecli.tui.screens.board_screen import BoardScreen

        if isinstance(self.screen, BoardScreen):
            self.screen.action_load()

    # What is shown of it

    @property
    def masked(self) -> bool:
        """Whether names, ids of customers and free text are hidden on this page."""
        shared = self.current_mode in SHARED
        return self._masker is not None and shared != (shared in self._turned)

    def _set_masker(self, masker: Masker) -> None:
        masker.customers = self.masked
        masker.agents = self.masked or not self.preferences.agents_named

    def action_mask(self) -> None:
        """Hide or show names on this page and its like: those that others see, or the rest."""
        if self._masker is None:
            self.say("nothing can be masked: there is no key yet, it is made by the first import")
            return
        self._turned ^= {self.current_mode in SHARED}
        self.say("masked: agents, customers, orders and free text" if self.masked else "shown as stored")
        self.reload()

    def action_filters(self) -> None:
        """Choose a saved filter."""
        from carecli.tui.screens.filters import FiltersScreen

        self.push_screen(FiltersScreen())

    def use_filter(self, name: str) -> None:
        """Put a saved filter in force on every board; the empty name is none."""
        if name != self.filter_name:
            self.filter_name = name
            self.run_worker(self._use_filter_in_thread, thread=True, exclusive=True, group="filter")

    def _use_filter_in_thread(self) -> None:
        with self.desk_lock:
            self.desk.only(self.preferences.filters.get(self.filter_name, {}))
        self.call_from_thread(self.reload)

    # New data

    def poll(self) -> None:
        """Look for new data in a thread; a look that takes long is waited for, not doubled."""
        if not any(worker.group == "poll" and worker.is_running for worker in self.workers):
            self.run_worker(self._poll_in_thread, thread=True, group="poll", exit_on_error=False)

    def _poll_in_thread(self) -> None:
        try:
            self.desk.follow()
            self.post_message(StoreSeen(self.desk.generation()))
        except Exception as error:
            self.post_message(PollFailed(crash.reason(error)))

    def on_store_seen(self, message: StoreSeen) -> None:
        """A changed store is read again, unless paused."""
        changed = message.generation != self.generation
        self.generation, failed_before = message.generation, self.poll_failed
        self.poll_failed = clean("")
        if changed and not self.paused:
            self.reload()
        elif changed or failed_before:
            self._show_frame()

    def on_poll_failed(self, message: PollFailed) -> None:
        self.poll_failed = message.reason
        self._show_frame()

    def action_pause(self) -> None:
        """Stop and start following new data; the age of what is shown keeps counting."""
        self.paused = not self.paused
        self._show_frame()
        if not self.paused:
            self.reload()

    def _show_frame(self) -> None:
        from carecli.tui.screens.board_screen import BoardScreen

        if isinstance(self.screen, BoardScreen):
            self.screen.show_frame()

    # Words

    def say(self, words: str) -> None:
        """A short notice; its text is never read as markup."""
        self.notify(clean(words, limit=300), timeout=4, markup=False)

    def action_enlarge(self) -> None:
        """The number under the cursor day by day."""
        from carecli.tui.screens.board_screen import BoardScreen
        from carecli.tui.screens.trend import TrendScreen

        if not isinstance(self.screen, BoardScreen) or isinstance(self.screen, TrendScreen):
            return
        if self.screen.figure is None:
            self.say("no number under the cursor: move to one with tab and the arrows")
            return
        self.push_screen(TrendScreen(self.screen.figure, above=self.screen.crumbs()[:1]))

    def action_keys(self) -> None:
        """All keys of this view."""
        from carecli.tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the palette offers by name."""
        yield SystemCommand("Stand-up", "The day on one page", lambda: self.action_board("standup"))
        yield SystemCommand("Stand-up run", "Five timed pages in 15 minutes", self.action_run)
        yield SystemCommand("Queues", "Queue health of the day", lambda: self.action_board("queues"))
        yield SystemCommand("Backlog", "Open cases by age", lambda: self.action_board("backlog"))
        yield SystemCommand(
            "Arrivals", "By hour and weekday, and how it is served then", lambda: self.action_board("arrivals")
        )
        yield SystemCommand("SLA", "Every promise, and what breaches next", lambda: self.action_board("sla"))
        yield SystemCommand("Scorecard", "Every metric, its target", lambda: self.action_board("scorecard"))
        yield SystemCommand("Data", "Feeds, files, bad rows, joins", lambda: self.action_board("data"))
        yield SystemCommand("Keys", "All keys of this view", self.action_keys)
        yield SystemCommand("Filters", "A saved filter for every board", self.action_filters)
        yield SystemCommand("Mask", "Hide or show names and free text", self.action_mask)
        yield SystemCommand("Theme", "Colours, light and dark", self.action_change_theme)
        yield SystemCommand("Quit", "Leave carecli", self.exit)

    # The end

    def _handle_exception(self, error: Exception) -> None:
        """End the app on a fault in it. Textual would print local variables, and they hold customers' data."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._exit_renderables.append("\n".join(crash.report(error)))
        self._close_messages_no_wait()

    def _fatal_error(self) -> None:
        """Reached only from inside Textual while an exception is being handled."""
        self._exit_renderables.append("carecli stopped: a fault in the terminal interface")
        self._close_messages_no_wait()
