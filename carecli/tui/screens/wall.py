"""A wall: boards in turn without chrome. A board that fails says so and is tried again on its next turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.timer import Timer

from carecli.boards.playlist import Showing, next_showing
from carecli.tui.app import POLL_SEC, CareApp
from carecli.tui.desk import Desk
from carecli.tui.screens.backlog import BacklogScreen
from carecli.tui.screens.board_screen import BoardScreen
from carecli.tui.screens.queues import QueuesScreen
from carecli.tui.screens.sheets import SheetsScreen
from carecli.tui.screens.standup import StandupScreen
from carecli.tui.screens.standup_run import StandupRunScreen

AGAIN_SEC = 60
"""How soon to look again where nothing of the playlist is due."""


class WallApp(CareApp):
    """`desk_of` gives the desk of a filter; `now` the wall clock of the reporting zone."""

    CSS_PATH = "../care.tcss"
    MODES: ClassVar[dict[str, str | Callable[[], Screen[None]]]] = {}
    DEFAULT_MODE = "wall"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right", "turn", "next board", show=False, priority=True),
        Binding("escape", "quit", "quit", show=False, priority=True),
    ]

    def __init__(
        self,
        playlist: Sequence[Showing],
        desk_of: Callable[[Mapping[str, str]], Desk],
        now: Callable[[], datetime],
        *,
        poll_sec: float = POLL_SEC,
    ) -> None:
        self.playlist, self.desk_of, self.now = playlist, desk_of, now
        self.place = -1 if (first := next_showing(playlist, -1, now())) is None else first
        self._turn: Timer | None = None
        super().__init__(desk_of(self.showing.where), title="", banner=None, poll_sec=poll_sec)
        self.add_mode("wall", Screen)  # stays below: the bottom screen of a mode can't be switched

    @property
    def showing(self) -> Showing:
        return self.playlist[max(self.place, 0)]

    def on_mount(self) -> None:
        super().on_mount()
        self.push_screen(made_screen(self.showing))
        self._wait(self.showing.seconds)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nobody works on a wall: boards, palette and help have no keys."""
        return action not in ("board", "command_palette", "keys") and super().check_action(action, parameters)

    def action_turn(self) -> None:
        """The next board that is due; where only this one is, it is read anew."""
        place = next_showing(self.playlist, self.place, self.now())
        if place is None:
            self._wait(AGAIN_SEC)
            return
        self.place = place
        self.desk = self.desk_of(self.showing.where)
        self.switch_screen(made_screen(self.showing))
        self._wait(self.showing.seconds)

    def _wait(self, seconds: int) -> None:
        if self._turn is not None:
            self._turn.stop()
        self._turn = self.set_timer(seconds, self.action_turn)


def made_screen(showing: Showing) -> BoardScreen:
    """The screen of an entry, without chrome."""
    made = _screen(showing)
    made.add_class("-wall")
    return made


def _screen(showing: Showing) -> BoardScreen:
    match showing.board:
        case "standup":
            return StandupRunScreen(showing.page, timed=False) if showing.page else StandupScreen()
        case "queues":
            return QueuesScreen()
        case "backlog":
            return BacklogScreen()
    return SheetsScreen(showing.board, {"sla": "SLA"}.get(showing.board, showing.board.capitalize()))
