"""Due times in open days instead of open seconds (C0.25, R122-R124, R144)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

import polars as pl

from carecli.clocks.calendar import Calendar
from carecli.clocks.wall_time import instant, wall_time

DayMode = Literal["budget", "end-of-day"]
"""`budget`: n full open days of open time; `end-of-day`: the close of the n-th open day after the date of arrival."""


def business_days_due(calendar: Calendar, start: pl.Series, days: int, mode: DayMode = "budget") -> pl.Series:
    """When `days` business days from each `start` (epoch seconds) are over; null stays null.

    A budget is the calendar's nominal open day times `days`. Where weekdays differ in length it is the same local time
    on the n-th open day, clamped to its hours. A start outside the hours counts from the next opening (C0.26).
    """
    if mode == "budget" and (nominal := calendar.nominal_day) is not None:
        return calendar.due(start, days * nominal)
    due_at = {at: business_days_due_at(calendar, at, days, mode) for at in start.unique() if at is not None}
    return start.replace_strict(due_at, default=None, return_dtype=pl.Int64)


def business_days_due_at(calendar: Calendar, start: int, days: int, mode: DayMode = "budget") -> int:
    """`business_days_due` of one instant."""
    if days < 1:
        raise ValueError(f"{days} business days: expected at least one")
    if mode == "end-of-day":
        return _closing(calendar, _open_day_after(calendar, calendar.date_of(start), days))
    if (nominal := calendar.nominal_day) is not None:
        return calendar.due_at(start, days * nominal)
    return _same_time_later(calendar, start, days)


def same_day_due_at(calendar: Calendar, start: int) -> int:
    """The close of the day of arrival, or of the next open day where it is already closed (R144)."""
    return _closing(calendar, calendar.date_of(calendar.next_opening_at(start)))


def _same_time_later(calendar: Calendar, start: int, days: int) -> int:
    begin = calendar.next_opening_at(start)
    day = _open_day_after(calendar, calendar.date_of(begin), days)
    target = instant(day, wall_time(begin, calendar.zone_info).time(), calendar.zone_info)
    # A target outside the hours has the same open time as the close before it, which is the earlier instant (C0.23).
    return calendar.due_at(start, calendar.elapsed_seconds(start, target))


def _open_day_after(calendar: Calendar, day: date, count: int) -> date:
    """The `count`-th date after `day` on which the calendar opens."""
    span = timedelta(days=7 + count * 2)
    while len(open_days := calendar.open_days(day + timedelta(days=1), day + span)) < count:
        span *= 2
    return open_days[count - 1]


def _closing(calendar: Calendar, day: date) -> int:
    return calendar.closing_times(day, day)[0][1]
