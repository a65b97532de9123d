"""A calendar: weekly hours in a zone, less holidays and maintenance, as a monotone function of open seconds.

Points in time are whole epoch seconds (UTC); budgets and results whole open seconds. Hours are built in local time,
day by day, and kept in UTC, so a day of a clock change has 23 or 25 hours. Blocks are half-open [open, close) (C0.26).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import overload
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from carecli.clocks.budgets import Night
from carecli.clocks.edges import Edges, Span, merged, without
from carecli.clocks.hours import Hours, check_weekly, day_length
from carecli.clocks.wall_time import MIDNIGHT, end_of_day, instant, local_date

EPOCH = date(1970, 1, 1)
LAST_DAY = date(2100, 1, 1)
"""No clock of ours runs outside these days; what lies there is a damaged time, and is refused."""

MARGIN = timedelta(days=31)


@dataclass(frozen=True)
class Calendar:
    """When a team is open. `weekly` maps Monday=0..Sunday=6 to blocks; a day missing there, or a holiday, is closed.

    `maintenance` holds only the windows that pause clocks, as [from, to) in epoch seconds (R119). A `night` closes
    nothing: it widens what starts in it (R95).
    """

    zone: str
    weekly: Mapping[int, Hours] = field(hash=False)
    holidays: frozenset[date] = frozenset()
    maintenance: tuple[Span, ...] = ()
    name: str = ""
    night: Night | None = None
    _held: dict[str, tuple[date, date, Edges]] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )

    def __post_init__(self) -> None:
        """ValueError says which hours, window or zone make no calendar."""
        check_weekly(self.weekly)
        for start, end in self.maintenance:
            if start >= end:
                raise ValueError(f"maintenance window {start}..{end} does not end after it starts")
        try:
            ZoneInfo(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"unknown time zone {self.zone!r}") from None
        object.__setattr__(self, "maintenance", merged(self.maintenance))

    # Days

    @property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def date_of(self, at: int) -> date:
        """The local date of an instant."""
        return local_date(at, self.zone_info)

    def hours_of(self, day: date) -> Hours:
        """The local hours of a date; none where it is closed."""
        return () if day in self.holidays else self.weekly.get(day.weekday(), ())

    def is_holiday(self, day: date) -> bool:
        """Whether a holiday closes a day that would have been open."""
        return day in self.holidays and bool(self.weekly.get(day.weekday()))

    def nominal_blocks(self, day: date) -> list[Span]:
        """The blocks of a local date before maintenance; one that lies in skipped time whole is gone."""
        zone = self.zone_info
        blocks = [
            (instant(day, opening, zone), end_of_day(day, zone) if closing == MIDNIGHT else instant(day, closing, zone))
            for opening, closing in self.hours_of(day)
        ]
        return [block for block in blocks if block[0] < block[1]]

    def open_days(self, first: date, last: date) -> list[date]:
        """The open dates from `first` to `last`, both included."""
        return [day for day in _days(first, last) if self.nominal_blocks(day)]

    def open_blocks(self, day: date) -> list[Span]:
        """The open blocks of a local date, less maintenance."""
        return without(self.nominal_blocks(day), self.maintenance)

    def closing_times(self, first: date, last: date) -> list[tuple[date, int]]:
        """The last closing of each open date, both ends included; 24/7 closes at 24:00 local (R21)."""
        return [(day, blocks[-1][1]) for day in _days(first, last) if (blocks := self.nominal_blocks(day))]

    @property
    def nominal_day(self) -> int | None:
        """Seconds of an open day by the clock; None where weekdays differ in length (C0.25)."""
        lengths = {day_length(hours) for hours in self.weekly.values() if hours}
        return lengths.pop() if len(lengths) == 1 else None

    # Columns

    @overload
    def elapsed(self, start: pl.Series, end: pl.Series | int) -> pl.Series: ...
    @overload
    def elapsed(self, start: pl.Expr, end: pl.Expr | int) -> pl.Expr: ...
    def elapsed(self, start: pl.Series | pl.Expr, end: pl.Series | pl.Expr | int) -> pl.Series | pl.Expr:
        """Open seconds from `start` to `end`, F(end) - F(start): negative where `end` comes first. Null stays null."""
        if isinstance(start, pl.Expr):
            return _on_columns(start, end, self.elapsed)
        start, end = _int64(start), _int64(end)
        table = self._table([*_bounds(start), *_bounds(end)])
        return (table.open_seconds(end) - table.open_seconds(start)).alias(start.name)

    @overload
    def due(self, start: pl.Series, budget: pl.Series | int) -> pl.Series: ...
    @overload
    def due(self, start: pl.Expr, budget: pl.Expr | int) -> pl.Expr: ...
    def due(self, start: pl.Series | pl.Expr, budget: pl.Series | pl.Expr | int) -> pl.Series | pl.Expr:
        """The earliest instant from `start` on with `budget` open seconds behind it (C0.23). Null stays null."""
        if isinstance(start, pl.Expr):
            return _on_columns(start, budget, self.due)
        start, budget = _int64(start), _int64(budget)
        table = self._table(_bounds(start), _bounds(budget))
        return table.earliest(table.open_seconds(start) + budget).clip(lower_bound=start).alias(start.name)

    def is_open(self, at: pl.Series) -> pl.Series:
        """Whether each instant is open; null stays null."""
        at = _int64(at)
        return self._table(_bounds(at)).is_open(at)

    def next_opening(self, at: pl.Series) -> pl.Series:
        """Each instant itself where it is open, else the next opening; null stays null."""
        at = _int64(at)
        return self._table(_bounds(at), _ONE_SECOND).next_opening(at)

    # One at a time

    def elapsed_seconds(self, start: int, end: int) -> int:
        """Open seconds from `start` to `end`."""
        table = self._table([start, end])
        return table.open_seconds_at(end) - table.open_seconds_at(start)

    def due_at(self, start: int, budget: int) -> int:
        """The earliest instant from `start` on with `budget` open seconds behind it."""
        table = self._table([start], [budget])
        return max(start, table.earliest_at(table.open_seconds_at(start) + budget))

    def is_open_at(self, at: int) -> bool:
        return bool(self.open_spans(at, at + 1))

    def next_opening_at(self, at: int) -> int:
        """`at` itself where it is open, else the next opening."""
        # The last second before the first open one is over is where that second begins.
        return self.due_at(at, 1) - 1

    def open_spans(self, start: int, end: int) -> list[Span]:
        """The open blocks inside [start, end), clipped to it."""
        return self._table([start, end]).between(start, end)

    # The table

    def edges(self, first: date, last: date) -> Edges:
        """Every open and close edge from `first` to `last` (local dates, both included), and usually some more.

        The table is held and grows when asked for more; a table once returned never changes.
        """
        held_first, held_last, table = self._held.get("edges", (first, last, None))
        if table is not None and held_first <= first and last <= held_last:
            return table
        first, last = min(first, held_first), max(last, held_last)
        blocks = [block for day in _days(first, last) for block in self.nominal_blocks(day)]
        begin = instant(first, MIDNIGHT, self.zone_info)
        table = Edges.of(begin, without(blocks, self.maintenance))
        self._held["edges"] = (first, last, table)
        return table

    def _table(self, instants: Sequence[int], budgets: Sequence[int] = ()) -> Edges:
        """A table around `instants`, long enough to use up the greatest of `budgets` from the latest of them."""
        if min(budgets, default=0) < 0:
            raise ValueError("a budget of open seconds is never negative")
        if not instants:
            return _NO_INSTANTS
        latest, budget = max(instants), max(budgets, default=0)
        first, last = _day_of(min(instants)) - MARGIN, _day_of(latest + budget) + MARGIN
        table = self.edges(first, last)
        while table.open_seconds_at(latest) + budget > table.total:
            last += max(last - first, MARGIN)
            if last > LAST_DAY:
                raise ValueError(f"calendar {self.name!r}: a budget not used up before {LAST_DAY.year}")
            table = self.edges(first, last)
        return table


_NO_INSTANTS = Edges.of(0, [(0, 1)])
"""What a column of nulls is searched in."""

_ONE_SECOND = (1,)
"""A budget that makes a table reach beyond the next opening."""


@lru_cache(maxsize=8)
def always(zone: str = "UTC", name: str = "24/7") -> Calendar:
    """Open day and night, holidays too; `zone` says where a day ends."""
    return Calendar(zone, dict.fromkeys(range(7), ((MIDNIGHT, MIDNIGHT),)), name=name)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _bounds(column: pl.Series) -> list[int]:
    """The smallest and the greatest value; none where all are null."""
    return [bound for bound in (column.min(), column.max()) if isinstance(bound, int)]


def _day_of(at: int) -> date:
    """The UTC date of an instant; ValueError where no clock of ours runs."""
    day = EPOCH + timedelta(days=min(max(at // 86_400, -1), 100_000))
    if not EPOCH <= day <= LAST_DAY:
        raise ValueError(f"epoch second {at} is not in {EPOCH.year}..{LAST_DAY.year}: are these milliseconds?")
    return day


def _int64(values: pl.Series | pl.Expr | int) -> pl.Series:
    """A column of whole numbers; one number becomes a column of length one, which polars repeats as needed."""
    if isinstance(values, pl.Expr):
        raise TypeError("a column and an expression can't be mixed")
    return values.cast(pl.Int64) if isinstance(values, pl.Series) else pl.Series([values], dtype=pl.Int64)


def _on_columns(
    first: pl.Expr,
    second: pl.Series | pl.Expr | int,
    function: Callable[[pl.Series, pl.Series], pl.Series],
) -> pl.Expr:
    """`function` of two columns as an expression; it takes the name of the first."""
    if isinstance(second, pl.Series):
        raise TypeError("a column and an expression can't be mixed")
    other = pl.lit(second, dtype=pl.Int64) if isinstance(second, int) else second
    return pl.map_batches(
        [first, other], lambda columns: function(columns[0], columns[1]), return_dtype=pl.Int64, is_elementwise=True
    )
