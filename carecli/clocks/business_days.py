"""Due times in open days instead of open seconds (C0.25, R122-R124, R144)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

import polars as pl

from carecli.clocks.calendar import Calendar
from carecli.clocks.wall_time import MIDNIGHT, end_of_day, instant, wall_time

DayMode = Literal["budget", "end-of-day"]
"""`budget`: n full open days of open time; `end-of-day`: the close of the n-th open day after the date of arrival."""

DAY_SECONDS = 86_400


def business_days_due(calendar: Calendar, start: pl.Series, days: int, mode: DayMode = "budget") -> pl.Series:
    """When `days` business days from each `start` (epoch seconds) are over; null stays null.

    A budget is the calendar's nominal open day times `days`. Where weekdays differ in length it is the same local time
    on the n-th open day, clamped to its hours. A start outside the hours counts from the next opening (C0.26).
    """
    _check_days(days)
    if mode == "end-of-day":
        return _of_dates(calendar, start, lambda day: _closing(calendar, _open_day_after(calendar, day, days)))
    if (nominal := calendar.nominal_day) is not None:
        return calendar.due(start, days * nominal)
    return _same_times_later(calendar, start, days)


def business_days_due_at(calendar: Calendar, start: int, days: int, mode: DayMode = "budget") -> int:
    """`business_days_due` of one instant."""
    _check_days(days)
    if mode == "end-of-day":
        return _closing(calendar, _open_day_after(calendar, calendar.date_of(start), days))
    if (nominal := calendar.nominal_day) is not None:
        return calendar.due_at(start, days * nominal)
    return _same_time_later(calendar, start, days)


def same_day_due(calendar: Calendar, start: pl.Series) -> pl.Series:
    """The close of each day of arrival, or of the next open day where it is already closed (R144); null stays null."""
    return _of_dates(calendar, calendar.next_opening(start), lambda day: _closing(calendar, day)).alias(start.name)


def same_day_due_at(calendar: Calendar, start: int) -> int:
    """`same_day_due` of one instant."""
    return _closing(calendar, calendar.date_of(calendar.next_opening_at(start)))


def _check_days(days: int) -> None:
    if days < 1:
        raise ValueError(f"{days} business days: expected at least one")


def _same_time_later(calendar: Calendar, start: int, days: int) -> int:
    begin = calendar.next_opening_at(start)
    day = _open_day_after(calendar, calendar.date_of(begin), days)
    target = instant(day, wall_time(begin, calendar.zone_info).time(), calendar.zone_info)
    # A target outside the hours has the same open time as the close before it, which is the earlier instant (C0.23).
    return calendar.due_at(start, calendar.elapsed_seconds(start, target))


def _same_times_later(calendar: Calendar, start: pl.Series, days: int) -> pl.Series:
    """A column at once; only where the clock changes on the first or the last date, one by one."""
    begin = calendar.next_opening(start)
    moved = _of_dates(calendar, begin, lambda day: _days_apart(calendar, day, days))
    due = calendar.due(start, calendar.elapsed(start, begin + moved))
    odd = start.filter(moved.is_null() & start.is_not_null()).unique()
    each = {at: _same_time_later(calendar, at, days) for at in odd}
    return due.fill_null(start.replace_strict(each, default=None, return_dtype=pl.Int64)) if each else due


def _days_apart(calendar: Calendar, day: date, days: int) -> int | None:
    """Seconds from a date to its `days`-th open date; None where either has no 24 hours."""
    later = _open_day_after(calendar, day, days)
    begin, end = (instant(each, MIDNIGHT, calendar.zone_info) for each in (day, later))
    lengths = [end_of_day(day, calendar.zone_info) - begin, end_of_day(later, calendar.zone_info) - end]
    return end - begin if lengths == [DAY_SECONDS, DAY_SECONDS] else None


def _of_dates(calendar: Calendar, at: pl.Series, value: Callable[[date], int | None]) -> pl.Series:
    """A whole number of the local date of each instant, worked out once a date; null stays null."""
    first, last = at.min(), at.max()
    if not isinstance(first, int) or not isinstance(last, int):
        return at.cast(pl.Int64)
    begin, end = calendar.date_of(first), calendar.date_of(last)
    dates = [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
    midnights = pl.Series([instant(day, MIDNIGHT, calendar.zone_info) for day in dates], dtype=pl.Int64)
    index = (midnights.search_sorted(at.fill_null(first), side="right") - 1).clip(lower_bound=0)
    found: list[int | None] = [None] * len(dates)
    for each in index.filter(at.is_not_null()).unique():
        found[each] = value(dates[each])
    values = pl.Series(found, dtype=pl.Int64).gather(index)
    return pl.select(pl.when(at.is_not_null()).then(values)).to_series().alias(at.name)


def _open_day_after(calendar: Calendar, day: date, count: int) -> date:
    """The `count`-th date after `day` on which the calendar opens."""
    span = timedelta(days=7 + count * 2)
    while len(open_days := calendar.open_days(day + timedelta(days=1), day + span)) < count:
        span *= 2
    return open_days[count - 1]


def _closing(calendar: Calendar, day: date) -> int:
    return calendar.closing_times(day, day)[0][1]
