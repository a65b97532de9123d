"""Contacts by half hour: answered and unanswered, stacked to what was offered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget

from carecli.text import count
from carecli.tui.themes import TONES

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_AXIS: Final = 6

Interval = tuple[datetime, int, int]


class IntervalChart(Widget):
    """Bars of (start, offered, answered). Without colour what was not answered is shaded."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"chart--answered", "chart--unanswered", "chart--axis"}

    def __init__(self, widget_id: str) -> None:
        super().__init__(id=widget_id)
        self.intervals: tuple[Interval, ...] = ()

    def show(self, intervals: Sequence[Interval]) -> None:
        """Replace the bars; before the first contact and after the last one there are none."""
        busy = [at for at, (_, offered, _) in enumerate(intervals) if offered]
        shown = tuple(intervals[busy[0] : busy[-1] + 1]) if busy else ()
        if self.intervals != shown:
            self.intervals = shown
            self.refresh()

    def legend(self) -> Content:
        """What the bars mean, with the sums of the day."""
        offered = sum(each[1] for each in self.intervals)
        answered = sum(each[2] for each in self.intervals)
        missed = "░" if self.app.no_color else "█"
        return Content.assemble(
            f"by half hour: offered {count(offered)}  ",
            (f"█ answered {count(answered)}  ", TONES["ok"]),
            (f"{missed} not {count(offered - answered)}", TONES["miss"]),
        )

    def render_line(self, y: int) -> Strip:
        segments = self._hours() if y == self.size.height - 1 else self._bars(self.size.height - 2 - y)
        return Strip(segments).apply_style(self.rich_style).adjust_cell_length(self.size.width, self.rich_style)

    def _shown(self) -> tuple[Interval, ...]:
        return self.intervals[-max(self.size.width - _AXIS, 1) :]

    def _bar_width(self) -> int:
        return max(1, min(4, (self.size.width - _AXIS) // max(len(self._shown()), 1)))

    def _bars(self, level: int) -> list[Segment]:
        """One row of the chart; level 0 is the lowest. Its heading is the highest offered count."""
        axis = self._part("chart--axis")
        rows = max(self.size.height - 1, 1)
        highest = max((offered for _, offered, _ in self._shown()), default=0)
        label = str(highest) if level == rows - 1 else "0" if level == 0 else ""
        segments = [Segment(f"{label:>{_AXIS - 2}}┤ ", axis)]
        scale, cells = rows * 8 / highest if highest else 0.0, self._bar_width()
        known, missed = self._part("chart--answered"), self._part("chart--unanswered")
        for _, offered, answered in self._shown():
            glyph, style = self._bar(offered * scale - level * 8, answered * scale - level * 8, known, missed)
            segments += [Segment(glyph * max(cells - 1, 1), style), Segment(" " * (cells > 1))]
        return segments

    def _bar(self, offered: float, answered: float, known: Style, missed: Style) -> tuple[str, Style]:
        """The glyph of one bar in one row: heights are eighths above the row's foot."""
        if answered >= 7.5:
            return "█", known
        if self.app.no_color:
            return ("░", missed) if answered < 4 <= offered else (_EIGHTHS[_eighths(answered)], known)
        if answered >= 0.5 and offered >= 7.5:
            return _EIGHTHS[_eighths(answered)], known + Style(bgcolor=missed.color)
        if answered >= 0.5 and answered >= offered - answered:
            return _EIGHTHS[_eighths(answered)], known
        return _EIGHTHS[_eighths(offered)], missed

    def _hours(self) -> list[Segment]:
        """Full hours under their bars, wherever the last one left room."""
        line = " " * _AXIS
        for index, (start, _, _) in enumerate(self._shown()):
            at = _AXIS + index * self._bar_width()
            if start.minute == 0 and len(line) <= at:
                line = line.ljust(at) + f"{start:%H} "
        return [Segment(line, self._part("chart--axis"))]

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True)


def _eighths(height: float) -> int:
    return max(0, min(8, round(height)))
