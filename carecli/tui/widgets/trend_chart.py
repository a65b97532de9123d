"""A figure day by day: points on a line of Braille dots, its target, what happened, weekdays; a cursor goes by days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from carecli.boards.over_time import TrendBoard, TrendDay
from carecli.metrics.figure import Figure
from carecli.render.values import plain_value, value_text
from carecli.text import PROVISIONAL, STATUS, width
from carecli.tui.wording import tone

AXIS: Final = 10
"""Cells left of the plot."""
FEET: Final = 3
"""Lines below the plot: marks of days, weekdays, dates."""
_DOTS: Final = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bits of a Braille character by row and column."""
_POINTS: Final = {"": "•", "ok": STATUS["ok"][0], "risk": STATUS["risk"][0], "miss": STATUS["miss"][0], "below": "•"}


class TrendChart(Widget, can_focus=True, inherit_bindings=False):
    """The scale reaches from the lowest to the highest of values and target, which its axis prints."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", key_display="enter"),
        Binding("h,left,k,up", "move(-1)", "day before", show=False),
        Binding("l,right,j,down", "move(1)", "day after", show=False),
        Binding("g,home", "move(-9999)", "first day", show=False),
        Binding("G,end", "move(9999)", "last day", show=False),
        Binding("pageup", "move(-7)", "a week back", show=False),
        Binding("pagedown", "move(7)", "a week on", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"trend--{name}" for name in ("axis", "line", "target", "cursor", "event", "ok", "risk", "miss", "plain"))
    }

    cursor: reactive[int] = reactive(0)

    class Opened(Message):
        """Enter or a second click on a day."""

    class Moved(Message):
        """The cursor moved to another day."""

    def __init__(self, widget_id: str) -> None:
        super().__init__(id=widget_id)
        self.board: TrendBoard | None = None

    def show_board(self, board: TrendBoard) -> None:
        """The cursor stays on its day; at first it is on the last one that is known."""
        held = self.day.day if self.day else None
        self.board = board
        known = [at for at, each in enumerate(board.days) if each.figure.value is not None]
        kept = [at for at, each in enumerate(board.days) if each.day == held]
        self.cursor = (kept or known[-1:] or [0])[0]
        self.refresh()

    @property
    def days(self) -> tuple[TrendDay, ...]:
        return self.board.days if self.board else ()

    @property
    def day(self) -> TrendDay | None:
        """The day under the cursor."""
        return self.days[self.cursor] if self.cursor < len(self.days) else None

    @property
    def figure(self) -> Figure | None:
        return self.day.figure if self.day else None

    def copy_text(self) -> str:
        return f"{self.day.day.isoformat()}\t{value_text(self.day.figure)}" if self.day else ""

    def watch_cursor(self) -> None:
        self.post_message(self.Moved())
        self.refresh()

    def action_move(self, days: int) -> None:
        self.cursor = min(max(self.cursor + days, 0), max(len(self.days) - 1, 0))

    def action_open(self) -> None:
        if self.figure is not None:
            self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a click on the cursor opens."""
        at = event.get_content_offset_capture(self)
        if at.x >= AXIS and self.days:
            near = min(range(len(self.days)), key=lambda index: abs(self._x(index) - at.x))
            before, self.cursor = self.cursor, near
            if before == near:
                self.action_open()

    # Where things stand

    def _plot(self) -> tuple[int, int]:
        """Cells across and down."""
        return max(self.size.width - AXIS - 1, 2), max(self.size.height - FEET - 1, 1)

    def _x(self, index: int) -> int:
        """The cell of a day, from the left edge of the widget."""
        return AXIS + self._dot(index) // 2

    def _dot(self, index: int) -> int:
        """The column of dots of a day; days stand at whole cells where there is room for it."""
        across, count = self._plot()[0], max(len(self.days), 2)
        step = (across - 1) // (count - 1)
        return index * step * 2 if step else round(index * (2 * across - 1) / (count - 1))

    def scale(self) -> tuple[float, float]:
        """The lowest and the highest value of the axis; never a stretch of nothing."""
        values = [each.figure.value for each in self.days if each.figure.value is not None]
        known = [*values, *(self.board.bounds if self.board else ())]
        low, high = min(known, default=0.0), max(known, default=1.0)
        if low == high:
            return (0.0, high) if high > 0 else (low, low + 1.0)
        return low, high

    def _level(self, value: float) -> int:
        """The row of dots of a value, 0 is the lowest."""
        low, high = self.scale()
        return round((value - low) / (high - low) * (self._plot()[1] * 4 - 1))

    # Drawing

    def render_line(self, y: int) -> Strip:
        down = self._plot()[1]
        if y == 0:
            segments = self._marks()
        elif y <= down:
            segments = self._row(down - y)
        else:
            segments = self._foot(y - down - 1)
        return Strip(segments).apply_style(self.rich_style).adjust_cell_length(self.size.width, self.rich_style)

    def _row(self, row: int) -> list[Segment]:
        """One row of cells; 0 is the lowest."""
        cells = self._line_cells(row)
        target = {self._level(bound) // 4 for bound in (self.board.bounds if self.board else ())}
        across, axis = self._plot()[0], self._part("axis")
        points = {self._x(at): at for at, each in enumerate(self.days) if self._in_row(each, row)}
        segments = [Segment(self._label(row, target), axis)]
        for x in range(AXIS, AXIS + across):
            if x in points:
                segments.append(self._point(points[x]))
            elif x - AXIS in cells:
                segments.append(Segment(chr(0x2800 + cells[x - AXIS]), self._part("line")))
            else:
                segments.append(Segment("┄" if row in target else " ", self._part("target")))
        return segments

    def _in_row(self, day: TrendDay, row: int) -> bool:
        return day.figure.value is not None and self._level(day.figure.value) // 4 == row

    def _point(self, index: int) -> Segment:
        figure = self.days[index].figure
        key = tone(figure)
        style = self._part(key if key in ("ok", "risk", "miss") else "plain")
        if figure.provisional:
            style += Style(dim=True)
        if index == self.cursor and self.has_focus:
            style += self._part("cursor")
        return Segment(_POINTS.get(key, "•"), style)

    def _line_cells(self, row: int) -> dict[int, int]:
        """The dots of the line in one row of cells, by cell; a day that is not known breaks it."""
        cells: dict[int, int] = {}
        for at in range(len(self.days) - 1):
            one, other = self.days[at].figure.value, self.days[at + 1].figure.value
            if one is not None and other is not None:
                for x, level in _between((self._dot(at), self._level(one)), (self._dot(at + 1), self._level(other))):
                    if level // 4 == row:
                        cells[x // 2] = cells.get(x // 2, 0) | _DOTS[3 - level % 4][x % 2]
        return cells

    def _label(self, row: int, target: set[int]) -> str:
        """The value at the top, at the bottom and at the target."""
        low, high = self.scale()
        unit = self.board.figure.unit if self.board else "ratio"
        edges = {self._plot()[1] - 1: high, 0: low}
        bounds = {self._level(bound) // 4: bound for bound in (self.board.bounds if self.board else ())}
        value = bounds.get(row, edges.get(row))
        text = "" if value is None else plain_value(value, unit)
        return f"{text:>{AXIS - 2}}{'┼' if row in target else '┤' if text else '│'} "

    def _marks(self) -> list[Segment]:
        """What happened, over its day; numbered as below the chart."""
        marks: dict[int, str] = {}
        for number, moment in enumerate(self.board.happened if self.board else (), start=1):
            at = next((at for at, each in enumerate(self.days) if each.day == moment.at.date()), None)
            if at is not None:
                marks.setdefault(self._x(at), str(number) if number < 10 else "+")
        return [Segment(self._placed(marks), self._part("event"))]

    def _foot(self, line: int) -> list[Segment]:
        axis = self._part("axis")
        if line == 0:
            marks = {self._x(at): self._mark(each) for at, each in enumerate(self.days)}
            return [Segment(self._placed(marks), axis)]
        if line == 1:
            return self._weekdays(axis)
        mondays = {self._x(at): _day(each.day) for at, each in enumerate(self.days) if each.day.weekday() == 0}
        return [Segment(self._placed(mondays), axis)]

    def _mark(self, day: TrendDay) -> str:
        """Below the plot: still provisional, closed, or not known."""
        if day.figure.value is None:
            return "c" if day.closed else "-"
        return PROVISIONAL if day.figure.provisional else " "

    def _weekdays(self, axis: Style) -> list[Segment]:
        letters = {self._x(at): "MTWTFSS"[each.day.weekday()] for at, each in enumerate(self.days)}
        text = self._placed(letters)
        if not self.has_focus or not self.days:
            return [Segment(text, axis)]
        at = self._x(self.cursor)
        return [
            Segment(text[:at], axis),
            Segment(text[at : at + 1], self._part("cursor")),
            Segment(text[at + 1 :], axis),
        ]

    def _placed(self, texts: dict[int, str]) -> str:
        """Each text at its cell, one that would run into the one before left out."""
        line = ""
        for x in sorted(texts):
            if len(line) <= x and x + width(texts[x]) <= self.size.width:
                line = line.ljust(x) + texts[x] + (" " if len(texts[x]) > 1 else "")
        return line.ljust(self.size.width)

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(f"trend--{name}", partial=True)


def _between(one: tuple[int, int], other: tuple[int, int]) -> Sequence[tuple[int, int]]:
    """The dots of a straight line, both ends included."""
    steps = max(abs(other[0] - one[0]), abs(other[1] - one[1]), 1)
    return [
        (
            one[0] + round((other[0] - one[0]) * step / steps),
            one[1] + round((other[1] - one[1]) * step / steps),
        )
        for step in range(steps + 1)
    ]


def _day(day: date) -> str:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{day.day} {months[day.month - 1]}"
