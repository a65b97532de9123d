"""Queues by name in the command palette: "queue billing"."""

from __future__ import annotations

from functools import partial

from rich.text import Text
from textual.command import DiscoveryHit, Hit, Hits, Provider

from carecli.boards.board import QueueRow, QueuesBoard, StandupBoard
from carecli.text import clean
from carecli.tui.screens.board_screen import BoardScreen
from carecli.tui.screens.slice import SliceScreen
from carecli.tui.wording import named


class QueueCommands(Provider):
    """The queues of the boards already loaded; opens the slice of one."""

    async def discover(self) -> Hits:
        for label, row in self._queues():
            yield DiscoveryHit(Text(label), partial(self._open, row), text=label)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for label, row in self._queues():
            score = matcher.match(label)
            if score > 0:
                yield Hit(score, Text(label), partial(self._open, row), text=label)

    def _queues(self) -> list[tuple[str, QueueRow]]:
        """Label and row of every queue x channel on a loaded board; rich Text is never read as markup here."""
        screens = (screen for screen in self.app.screen_stack if isinstance(screen, BoardScreen))
        boards = (screen.board for screen in screens)
        rows = [row for board in boards for row in _rows(board)]
        return [(clean(f"queue {named(row.queue)} {named(row.channel)}"), row) for row in rows]

    def _open(self, row: QueueRow) -> None:
        self.app.push_screen(SliceScreen(row.offered.by, row.offered.window, above=("Queues",)))


def _rows(board: object) -> tuple[QueueRow, ...]:
    if isinstance(board, QueuesBoard):
        return board.rows
    return board.by_queue if isinstance(board, StandupBoard) else ()
