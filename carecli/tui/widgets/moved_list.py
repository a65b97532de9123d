"""What moved: sentences with a status, one of them under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from carecli.boards.board import Movement
from carecli.metrics.figure import Figure
from carecli.text import STATUS, clean
from carecli.tui.themes import TONES


class MovedList(OptionList, inherit_bindings=False):
    """Long sentences wrap; enter opens the cases behind one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select", "open", key_display="enter"),
        Binding("k,up", "cursor_up", "row up", show=False),
        Binding("j,down", "cursor_down", "row down", show=False),
        Binding("g,home", "first", "first row", show=False),
        Binding("G,end", "last", "last row", show=False),
    ]

    def __init__(self, widget_id: str) -> None:
        super().__init__(id=widget_id, markup=False, compact=True)
        self.moved: tuple[Movement, ...] = ()

    def show(self, moved: Sequence[Movement]) -> None:
        """Replace the sentences; the cursor stays at its place in the list."""
        at = self.highlighted
        self.moved = tuple(moved)
        self.set_options([Option(_sentence(movement)) for movement in moved])
        self.highlighted = min(at or 0, len(moved) - 1) if moved else None

    @property
    def movement(self) -> Movement | None:
        """The one under the cursor."""
        return self.moved[self.highlighted] if self.highlighted is not None else None

    @property
    def figure(self) -> Figure | None:
        return self.movement.figure if self.movement else None

    def copy_text(self) -> str:
        return clean(self.movement.text, limit=400) if self.movement else ""


def _sentence(movement: Movement) -> Content:
    glyph, word = STATUS.get(movement.status, STATUS["none"])
    style = TONES.get(movement.status, TONES["none"])
    return Content.assemble((f"{glyph} {word:4} ", style), clean(movement.text, limit=400))
