"""The heat map of hours and weekdays: shades go by the value among all cells, closed hours are dim."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar, Final

from rich.style import Style

from carecli.boards.over_time import ArrivalsBoard, HourCell
from carecli.metrics.figure import Figure
from carecli.render.values import plain_value, value_text
from carecli.text import NO_DATA, Shown, clean, count, width
from carecli.tui.widgets.heat_map import HeatMap, HeatRow

DARKEST: Final = 4
WORSE_HIGH: Final = ("abandonment", "asa", "repeat_rate", "reopen_rate", "escalation_rate")
WORSE_LOW: Final = ("service_level", "fcr", "csat")


class HourMap(HeatMap):
    """Rows are hours, columns weekdays, the last one is the whole week; blue is more, orange is worse."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"heat--closed"}

    def __init__(self, widget_id: str) -> None:
        super().__init__(widget_id)
        self.board: ArrivalsBoard | None = None
        self.means = False
        """Whether a count prints the mean of an hour in place of the sum."""
        self._edges: tuple[float, float] = (0.0, 0.0)

    def show_board(self, board: ArrivalsBoard, hours: Sequence[int], *, means: bool) -> None:
        """The hours asked for; the totals below are of all of them."""
        self.board, self.means = board, means and board.counts
        rows = [self._row(f"{hour:02d}-{(hour + 1) % 24:02d}", board.rows[hour], board.by_hour[hour]) for hour in hours]
        total = self._row("all hours", board.by_weekday, board.total)
        cells = [self._value(cell) for row in board.rows for cell in row]
        known = [value for value in cells if value is not None]
        self._edges = (0.0 if board.counts else min(known, default=0.0), max(known, default=0.0))
        self.show([*map(clean, board.weekdays), clean("week")], rows, total, len(board.weekdays))

    def steps(self) -> tuple[float, ...]:
        """The four upper bounds of the shades, from the lightest on."""
        low, high = self._edges
        return tuple(low + (high - low) * number / DARKEST for number in range(1, DARKEST + 1))

    def number(self, row: HeatRow, column: int, cell: Figure) -> Shown:
        held = self.cell(row, column)
        if self.means and held is not None:
            return clean(NO_DATA) if held.mean is None else clean(f"{held.mean:,.1f}")
        if held is not None and not held.hours and not cell.n:
            return clean(NO_DATA)  # no such hour, or none that is known
        text = value_text(cell)
        return text if width(text) <= self._cell_width() - 2 else clean("few")

    def shade(self, row: HeatRow, column: int, cell: Figure) -> int:
        """By equal steps; a count of none is not shaded, the worst of a share is darkest."""
        held, (low, high) = self.cell(row, column), self._edges
        value = self._value(held) if held is not None else None
        if value is None or high <= low or (value == 0 and self.board is not None and self.board.counts):
            return 0
        place = sum(value > edge for edge in self.steps()[:-1])
        return DARKEST - place if self._worse_low() else 1 + place

    def ramp(self, column: int) -> str:
        metric = self.board.metric if self.board else ""
        return "old" if metric in (*WORSE_HIGH, *WORSE_LOW) else "young"

    def plain(self, row: HeatRow, column: int) -> Style:
        held = self.cell(row, column)
        return self._part("heat--closed") if held is not None and not held.open_hours else Style()

    def cell(self, row: HeatRow, column: int) -> HourCell | None:
        """What is behind a cell of the map."""
        held = row.of
        return held[column] if isinstance(held, tuple) else None

    def _row(self, label: str, cells: Sequence[HourCell], last: HourCell) -> HeatRow:
        every = (*cells, last)
        return HeatRow(label, clean(label), tuple(cell.figure for cell in cells), (last.figure,), 0.0, of=every)

    def _value(self, cell: HourCell) -> float | None:
        return cell.mean if self.means else cell.figure.value

    def _worse_low(self) -> bool:
        return self.board is not None and self.board.metric in WORSE_LOW

    def shade_words(self) -> list[tuple[int, Shown]]:
        """Each shade with the values it stands for, from the lightest on."""
        bounds = [self._edges[0], *self.steps()]
        whole = self.board is not None and self.board.counts and not self.means
        above = [math.floor(bound) + 1 if whole else bound for bound in bounds]
        words = [clean(f"{self._edge(low)}-{self._edge(high)}") for low, high in zip(above, bounds[1:], strict=False)]
        return list(enumerate(reversed(words) if self._worse_low() else words, start=1))

    def _edge(self, value: float) -> str:
        if self.means:
            return f"{value:.1f}"
        if self.board is not None and self.board.counts:
            return count(math.floor(value))
        text = plain_value(value, self.board.total.figure.unit if self.board else "ratio")
        return text.removesuffix(" %")
