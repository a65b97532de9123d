"""What workers tell screens, and screens the app."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from carecli.boards.board import AnyBoard
from carecli.metrics.figure import Explanation
from carecli.text import Shown


@dataclass
class BoardReady(Message):
    """A board has been built; of several waiting only the last is handled."""

    board: AnyBoard
    serial: int
    """Which request of its screen it answers; an older one never replaces a newer."""
    generation: int
    """Of the store, read before the board was built."""
    as_of: int | None

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, BoardReady)


@dataclass
class BoardFailed(Message):
    """A board could not be built."""

    reason: Shown
    serial: int


@dataclass
class ExplanationReady(Message):
    """Where the number comes from."""

    explanation: Explanation


@dataclass
class ExplanationFailed(Message):
    """It could not be said where the number comes from."""

    reason: Shown


@dataclass
class StoreSeen(Message):
    """The poll looked at the store."""

    generation: int

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, StoreSeen)


@dataclass
class PollFailed(Message):
    """The poll could not look at the store, or not read on in a followed log."""

    reason: Shown
