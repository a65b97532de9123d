"""Pages of figures over time: by hour and weekday, and day by day. Their builders are in modules of their own, so that
whoever only shows them loads no data library.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from carecli.boards.board import Header, Moment
from carecli.metrics.figure import Figure

MAP_METRICS: Final = ("volume", "offered", "service_level", "abandonment")
"""What the app's map by hour goes through; any metric with hours can be asked for."""
MAP_WINDOW: Final = "28d"
MAP_DAYS: Final = {"28d": 28, "13w": 91, "7d": 7}
"""Windows of complete weeks that end with the last complete day: each has as many Mondays as Sundays."""
TREND_LENGTHS: Final = (28, 91)
"""Days of a trend: four weeks, a quarter."""


@dataclass(frozen=True, slots=True)
class HourCell:
    """One local hour of a weekday over a window."""

    figure: Figure
    hours: int
    """Hours of the window that bear this name, have begun and are covered by feeds: a skipped one counts none, a
    doubled one two."""
    open_hours: int
    """Those of them in which the calendar is open, be it for a part."""

    @property
    def mean(self) -> float | None:
        """Of a count: the mean of an hour; None where the window has no such hour."""
        return None if self.figure.value is None or not self.hours else self.figure.value / self.hours


@dataclass(frozen=True, slots=True)
class ArrivalsBoard:
    """Hour x weekday (R300): 24 rows of seven cells, from the hour 00 and from the first day of the week on."""

    header: Header
    metric: str
    counts: bool
    """Whether cells add up: a count; a share or a time doesn't."""
    weekdays: tuple[str, ...]
    rows: tuple[tuple[HourCell, ...], ...]
    by_hour: tuple[HourCell, ...]
    by_weekday: tuple[HourCell, ...]
    total: HourCell
    channels: tuple[str, ...]
    """The channels that have rows in the window."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every number on the page; the total comes last."""
        cells = (*(cell for row in self.rows for cell in row), *self.by_hour, *self.by_weekday, self.total)
        return tuple(cell.figure for cell in cells)

    @property
    def open_rows(self) -> tuple[int, ...]:
        """The hours in which the calendar is open on some day; all of them where it never is."""
        opened = tuple(hour for hour, cell in enumerate(self.by_hour) if cell.open_hours)
        return opened or tuple(range(len(self.by_hour)))


@dataclass(frozen=True, slots=True)
class TrendDay:
    """One local day of a trend. Its figure has no value where nothing is known of the day."""

    day: date
    figure: Figure
    closed: bool
    """Whether the calendar is closed and nothing came in."""


@dataclass(frozen=True, slots=True)
class TrendBoard:
    """A figure day by day."""

    header: Header
    figure: Figure
    """Over all of the days."""
    days: tuple[TrendDay, ...]
    bounds: tuple[float, ...]
    """The bounds of its target in the figure's unit: none, one or two."""
    happened: tuple[Moment, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (*(each.figure for each in self.days), self.figure)

    @property
    def known(self) -> tuple[TrendDay, ...]:
        """The days with a value."""
        return tuple(each for each in self.days if each.figure.value is not None)
