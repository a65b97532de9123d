"""A heat map: the number in the cell, a cursor that drills, headings, labels and totals that stay while it scrolls.

As it is it shows open cases by row x age; a kind of its own says what its cells print and how they are shaded.
"""

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
from carecli.render.values import value_text
from carecli.text import STATUS, Shown, width
from carecli.tui.wording import provisional_text, tone

SHADES: Final = (" ", "░", "▒", "▓", "█")
_STEPS: Final = (0.0, 0.10, 0.25, 0.50)
LABEL_WIDEST: Final = 26


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A row: its key, its label, one figure per aging bucket, and the plain figures behind them."""

    key: str
    label: Shown
    buckets: tuple[Figure, ...]
    rest: tuple[Figure | Shown, ...]
    total: float
    """Open cases of the row, what the shades are shares of."""
    mark: bool = True
    """Whether provisional numbers are marked; off where the whole page is provisional."""
    of: object = None

    @property
    def cells(self) -> tuple[Figure | Shown, ...]:
        return (*self.buckets, *self.rest)


def step(value: float | None, total: float) -> int:
    """The shade 0..4 of a share of the row's open cases: none, under 10 %, under 25 %, up to 50 %, more."""
    if not value or total <= 0:
        return 0
    share = value / total
    return 1 + sum(share >= edge for edge in _STEPS[1:3]) + (share > _STEPS[3])


class HeatMap(Widget, can_focus=True, inherit_bindings=False):
    """Shade is the share of the row's open cases; young buckets are blue, old ones orange, each with its number."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", key_display="enter"),
        Binding("k,up", "move(-1, 0)", "row up", show=False),
        Binding("j,down", "move(1, 0)", "row down", show=False),
        Binding("h,left", "move(0, -1)", "column left", show=False),
        Binding("l,right", "move(0, 1)", "column right", show=False),
        Binding("g,home", "move(-9999, 0)", "first row", show=False),
        Binding("G,end", "move(9999, 0)", "last row", show=False),
        Binding("pageup", "move(-10, 0)", "ten rows up", show=False),
        Binding("pagedown", "move(10, 0)", "ten rows down", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"heat--{age}{number}" for age in ("young", "old") for number in range(1, 5)),
        "heat--head", "heat--miss", "heat--cursor", "heat--total",
    }  # fmt: skip

    cursor: reactive[tuple[int, int]] = reactive((0, 0))

    class Opened(Message):
        """Enter or a second click on a cell."""

        def __init__(self, figure: Figure, row: HeatRow) -> None:
            super().__init__()
            self.figure = figure
            self.row = row

    class Moved(Message):
        """The cursor moved to another cell."""

        def __init__(self, heat_map: HeatMap) -> None:
            super().__init__()
            self.heat_map = heat_map

    def __init__(self, widget_id: str, *, roomy: bool = False) -> None:
        """`roomy`: rows two lines high where the page has room for it."""
        super().__init__(id=widget_id)
        self._roomy = roomy
        self.headings: tuple[Shown, ...] = ()
        self.rows: tuple[HeatRow, ...] = ()
        self.shown: tuple[HeatRow, ...] = ()
        self.total: HeatRow | None = None
        self._buckets = 0
        self._words: tuple[str, ...] = ()
        self._first = 0
        self._left = 0
        """The first row and the first column in sight."""

    def show(self, headings: Sequence[Shown], rows: Sequence[HeatRow], total: HeatRow | None, buckets: int) -> None:
        """Replace the numbers; the cursor stays on its row's key."""
        self.headings, self.rows, self.total, self._buckets = tuple(headings), tuple(rows), total, buckets
        self._apply()

    def narrow(self, text: str) -> None:
        """Keep the rows whose label holds every word."""
        self._words = tuple(text.casefold().split())
        self._apply()

    def _apply(self) -> None:
        held, before = self.row.key if self.row else None, len(self.shown)
        self.shown = tuple(row for row in self.rows if all(word in row.label.casefold() for word in self._words))
        keys = [row.key for row in self.shown]
        at = keys.index(held) if held in keys else min(self.cursor[0], max(len(keys) - 1, 0))
        self.cursor = (at, min(self.cursor[1], max(len(self.headings) - 1, 0)))
        self.refresh(layout=len(self.shown) != before)

    @property
    def row(self) -> HeatRow | None:
        """The row under the cursor."""
        return self.shown[self.cursor[0]] if self.cursor[0] < len(self.shown) else None

    @property
    def figure(self) -> Figure | None:
        """The figure under the cursor."""
        cell = self.row.cells[self.cursor[1]] if self.row and self.cursor[1] < len(self.row.cells) else None
        return cell if isinstance(cell, Figure) else None

    def copy_text(self) -> str:
        cells = (value_text(cell) if isinstance(cell, Figure) else cell for cell in self.row.cells) if self.row else ()
        return "\t".join((self.row.label, *cells)) if self.row else ""

    def watch_cursor(self) -> None:
        self._keep_in_sight()
        self.post_message(self.Moved(self))
        self.refresh()

    def on_resize(self) -> None:
        self._keep_in_sight()

    def _keep_in_sight(self) -> None:
        """Scroll as little as brings the cursor into sight, and never beyond the end."""
        row, column = self.cursor
        self._first = min(max(self._first, row - self._room() + 1), row, max(len(self.shown) - self._room(), 0))
        last = max(len(self.headings) - self._columns(), 0)
        self._left = min(max(self._left, column - self._columns() + 1), column, last)

    def action_move(self, down: int, right: int) -> None:
        row = min(max(self.cursor[0] + down, 0), max(len(self.shown) - 1, 0))
        column = min(max(self.cursor[1] + right, 0), max(len(self.headings) - 1, 0))
        self.cursor = (row, column)

    def action_open(self) -> None:
        if self.row is not None and self.figure is not None:
            self.post_message(self.Opened(self.figure, self.row))

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a click on the cursor opens."""
        at = event.get_content_offset_capture(self)
        row = self._first + (at.y - 1) // self._row_height()
        column = self._left + (at.x - self._label_width()) // self._cell_width()
        edges = (
            min(self._first + self._room(), len(self.shown)),
            min(self._left + self._columns(), len(self.headings)),
        )
        inside = row < edges[0] and self._left <= column < edges[1]
        if at.y > 0 and inside:
            before, self.cursor = self.cursor, (row, column)
            if before == self.cursor:
                self.action_open()

    def on_mouse_scroll_down(self) -> None:
        self.action_move(1, 0)

    def on_mouse_scroll_up(self) -> None:
        self.action_move(-1, 0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        least = 1 + max(len(self.shown), 1) + (self.total is not None)
        roomy = least + len(self.shown)
        return roomy if self._roomy and roomy <= container.height else least

    def _row_height(self) -> int:
        return 2 if self._roomy and self.size.height > 2 * len(self.shown) + (self.total is not None) else 1

    def _room(self) -> int:
        """Rows that fit between the heading and the total."""
        return max((self.size.height - 1 - (self.total is not None)) // self._row_height(), 1)

    def _label_width(self) -> int:
        labels = [width(row.label) for row in (*self.shown, *([self.total] if self.total else []))]
        return min(max([8, *labels]) + 1, LABEL_WIDEST if self.size.width >= 100 else 16)

    def _cell_width(self) -> int:
        return max(7, min(13, (self.size.width - self._label_width()) // max(len(self.headings), 1)))

    def _columns(self) -> int:
        """Columns that fit beside the labels."""
        return max((self.size.width - self._label_width()) // self._cell_width(), 1)

    def _in_sight(self) -> range:
        return range(self._left, min(self._left + self._columns(), len(self.headings)))

    def render_line(self, y: int) -> Strip:
        if y == 0:
            return self._strip(self._heading_segments())
        high = self._row_height()
        last = min(self._room(), len(self.shown)) * high + 1
        if self.total is not None and y == last:
            style = self._part("heat--total")
            return self._strip(self._row_segments(self.total, -1, style))
        index, line = self._first + (y - 1) // high, (y - 1) % high
        if y < last and index < len(self.shown):
            segments = self._row_segments(self.shown[index], index, Style())
            return self._strip(segments if line == 0 else _without_text(segments))
        return Strip.blank(self.size.width, self.rich_style)

    def _strip(self, segments: list[Segment]) -> Strip:
        return Strip(segments).apply_style(self.rich_style).adjust_cell_length(self.size.width, self.rich_style)

    def _heading_segments(self) -> list[Segment]:
        style, cell = self._part("heat--head"), self._cell_width()
        hidden = len(self.shown) - self._room()
        below = f"{hidden - self._first}↓" if self._first < hidden else ""
        above = f"{self._first}↑" if self._first else ""
        left, right = "←" if self._left else "", "→" if self._in_sight().stop < len(self.headings) else ""
        label = " ".join(filter(None, (above, below, left + right)))
        shown = [self.headings[column] for column in self._in_sight()]
        names = [Segment(_right(_short(heading, cell - 1), cell - 1) + " ", style) for heading in shown]
        return [Segment(set_cell_size(label, self._label_width()), style), *names]

    def _row_segments(self, row: HeatRow, index: int, base: Style) -> list[Segment]:
        segments = [Segment(set_cell_size(row.label, self._label_width() - 1) + " ", base)]
        for column in self._in_sight():
            cell = row.cells[column]
            style = base + self._cell_style(row, column, cell) if index >= 0 else base
            if (index, column) == self.cursor and self.has_focus:
                style += self._part("heat--cursor")
            segments.append(Segment(self._cell_text(row, column, cell, shaded=index >= 0), style))
        return segments

    def _cell_text(self, row: HeatRow, column: int, cell: Figure | Shown, *, shaded: bool) -> str:
        room = self._cell_width() - 1
        if not isinstance(cell, Figure):
            return _right(cell, room) + " "
        key = tone(cell)
        mark = STATUS[key][0] if key in ("risk", "miss") else " "
        monochrome = shaded and column < self._buckets and self._without_colour()
        shade = SHADES[self.shade(row, column, cell)] if monochrome else ""
        number = self.number(row, column, cell)
        return shade + _right(number, room - 1 - len(shade)) + mark + " "

    def _cell_style(self, row: HeatRow, column: int, cell: Figure | Shown) -> Style:
        if column >= self._buckets or not isinstance(cell, Figure):
            return self._part("heat--miss") if isinstance(cell, Figure) and tone(cell) == "miss" else Style()
        shade = self.shade(row, column, cell)
        if self._without_colour():
            return Style()
        return self.get_component_rich_style(f"heat--{self.ramp(column)}{shade}") if shade else self.plain(row, column)

    # What a kind of its own says

    def number(self, row: HeatRow, column: int, cell: Figure) -> Shown:
        """What a cell prints."""
        return provisional_text(cell) if row.mark else value_text(cell)

    def shade(self, row: HeatRow, column: int, cell: Figure) -> int:
        """How dark a cell is, 0..4."""
        return step(cell.value, row.total)

    def ramp(self, column: int) -> str:
        """Which colours shade a column: `young` is blue, `old` is orange."""
        return "old" if column * 2 >= self._buckets else "young"

    def plain(self, row: HeatRow, column: int) -> Style:
        """The style of a cell without a shade."""
        return Style()

    def _without_colour(self) -> bool:
        return self.app.no_color or self.app.native_ansi_color

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)


def _without_text(segments: Sequence[Segment]) -> list[Segment]:
    """The second line of a tall row: its colours alone."""
    return [Segment(" " * width(segment.text), segment.style) for segment in segments]


def _short(heading: str, cells: int) -> str:
    """The heading, without its blanks where it is too wide."""
    return heading if width(heading) <= cells else heading.replace(" ", "")


def _right(text: str, cells: int) -> str:
    """The text at the right edge of so many cells, cut where it is longer."""
    space = cells - width(text)
    return " " * space + text if space >= 0 else set_cell_size(text, max(cells, 0))
