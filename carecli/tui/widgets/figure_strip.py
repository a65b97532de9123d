"""Core figures side by side, each in three lines: its name, its value with status, its target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from carecli.metrics.figure import Figure
from carecli.render.values import glyph, value_text
from carecli.text import NO_DATA, STATUS, Shown, clean, count, width
from carecli.tui.wording import provisional_text, readout, tone

NARROWEST: Final = 13
"""Cells that a figure takes at least."""
LINES: Final = 3


@dataclass(frozen=True, slots=True)
class StripFigure:
    """A figure under the name that stands above it, and a shorter one where that doesn't fit."""

    name: Shown
    short: Shown
    figure: Figure
    mark: bool = True
    """Whether a provisional value is marked; off where the whole page is provisional."""


class FigureStrip(Widget, can_focus=True, inherit_bindings=False):
    """As many to a line as fit; the cursor stands on one of them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "rows", key_display="enter"),
        Binding("h,left", "move(-1)", "number before", show=False),
        Binding("l,right", "move(1)", "next number", show=False),
        Binding("j,down", "down", "below", show=False),
        Binding("k,up", "up", "above", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "strip--name", "strip--quiet", "strip--cursor",
        "strip--ok", "strip--risk", "strip--miss", "strip--below", "strip--none", "strip--plain",
    }  # fmt: skip

    cursor: reactive[int] = reactive(0)

    class Opened(Message):
        """Enter or a second click on a figure."""

        def __init__(self, figure: Figure) -> None:
            super().__init__()
            self.figure = figure

    class Moved(Message):
        """The cursor moved to another figure."""

    def __init__(self, widget_id: str) -> None:
        super().__init__(id=widget_id)
        self.shown: tuple[StripFigure, ...] = ()

    def show(self, figures: Sequence[StripFigure]) -> None:
        """Replace the figures; the cursor stays at its place."""
        before, self.shown = len(self.shown), tuple(figures)
        self.cursor = min(self.cursor, max(len(self.shown) - 1, 0))
        self.refresh(layout=before != len(self.shown))

    @property
    def figure(self) -> Figure | None:
        return self.shown[self.cursor].figure if self.cursor < len(self.shown) else None

    def copy_text(self) -> str:
        return readout(self.figure) if self.figure else ""

    def watch_cursor(self) -> None:
        self.post_message(self.Moved())
        self.refresh()

    def action_move(self, step: int) -> None:
        self.cursor = min(max(self.cursor + step, 0), max(len(self.shown) - 1, 0))

    def action_down(self) -> None:
        """A line down; from the last one to the next part of the page."""
        if self.cursor // self._in_a_line(self.size.width) >= self._lines(self.size.width) - 1:
            self.screen.focus_next()
        else:
            self.action_move(self._in_a_line(self.size.width))

    def action_up(self) -> None:
        if self.cursor >= self._in_a_line(self.size.width):
            self.action_move(-self._in_a_line(self.size.width))

    def action_open(self) -> None:
        if self.figure is not None:
            self.post_message(self.Opened(self.figure))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a click on the cursor opens."""
        at = event.get_content_offset_capture(self)
        cell = self._cell_width(self.size.width)
        place = at.y // LINES * self._in_a_line(self.size.width) + at.x // cell
        if 0 <= place < len(self.shown) and at.x // cell < self._in_a_line(self.size.width):
            before, self.cursor = self.cursor, place
            if before == place:
                self.action_open()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return LINES * self._lines(width)

    def _lines(self, room: int) -> int:
        return -(-len(self.shown) // max(room // NARROWEST, 1)) or 1

    def _in_a_line(self, room: int) -> int:
        """The figures spread over the lines they need, so that no line is nearly empty."""
        return max(-(-len(self.shown) // self._lines(room)), 1)

    def _cell_width(self, room: int) -> int:
        return max(min(room // self._in_a_line(room), 22), 3)

    def render_line(self, y: int) -> Strip:
        room = self.size.width
        first = y // LINES * self._in_a_line(room)
        segments = [
            self._segment(place, y % LINES)
            for place in range(first, min(first + self._in_a_line(room), len(self.shown)))
        ]
        return Strip(segments).apply_style(self.rich_style).adjust_cell_length(room, self.rich_style)

    def _segment(self, place: int, line: int) -> Segment:
        shown, cell = self.shown[place], self._cell_width(self.size.width)
        text, style = _line(shown, line, cell - 2)
        under = self.has_focus and place == self.cursor
        drawn = self._part("strip--cursor") if under else self._part(f"strip--{style}")
        return Segment(" " + set_cell_size(_cut(text, cell - 2), cell - 2) + " ", drawn)

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)


def _cut(text: str, room: int) -> str:
    """Words that don't fit say so; a value always fits."""
    return text if width(text) <= room else set_cell_size(text, max(room - 1, 0)).rstrip() + "…"


def _line(shown: StripFigure, line: int, room: int) -> tuple[str, str]:
    """One of the three lines of a figure, and its style."""
    figure = shown.figure
    if line == 0:
        return shown.name if width(shown.name) <= room else shown.short, "name"
    if line == 1:
        value = _value(figure, mark=shown.mark) if figure.value is not None else f"{STATUS['none'][0]} {NO_DATA}"
        return value, tone(figure) or "plain"
    if figure.value is None:
        return clean(figure.note, limit=60), "quiet"
    counts = figure.value == figure.n
    return clean(figure.target, limit=60) if figure.target else "" if counts else f"n {count(figure.n)}", "quiet"


def _value(figure: Figure, *, mark: bool) -> str:
    text = provisional_text(figure) if mark else value_text(figure)
    return f"{glyph(figure)} {text}".strip()
