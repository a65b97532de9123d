"""Which day a stand-up speaks of: the last open one, and a line for the closed days since."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from itertools import groupby

from carecli.clocks.calendar import Calendar

FURTHEST = 21
"""How many days back an open day is looked for; if none is open, yesterday is shown."""


def last_open_day(calendar: Calendar, today: date, busy: Collection[date] = ()) -> date:
    """The last day before `today` on which the calendar is open or contacts were offered (`busy`)."""
    before = [today - timedelta(days=number) for number in range(1, FURTHEST + 1)]
    return next((day for day in before if is_open(calendar, day, busy)), before[0])


def is_open(calendar: Calendar, day: date, busy: Collection[date] = ()) -> bool:
    return day in busy or bool(calendar.nominal_blocks(day))


def closed_line(calendar: Calendar, shown: date, today: date) -> str | None:
    """`closed: Sat 10, Sun 11 May` for the days between the day shown and today; None where there are none."""
    between = [shown + timedelta(days=number) for number in range(1, (today - shown).days)]
    if not between:
        return None
    months = groupby(between, key=lambda day: (day.year, day.month))
    return "closed: " + ", ".join(
        f"{', '.join(_day(calendar, day) for day in days)} {MONTHS[month - 1]}" for (_, month), days in months
    )


def _day(calendar: Calendar, day: date) -> str:
    """`Sat 10`, or `Thu 1 (holiday)`."""
    holiday = " (holiday)" if calendar.is_holiday(day) else ""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day}{holiday}"


def day_label(day: date) -> str:
    """`Mon 12 May 2025`, in English whatever the system's locale."""
    return f"{WEEKDAYS[day.weekday()][:3]} {day.day} {MONTHS[day.month - 1]} {day.year}"


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
