"""Local times of the weeks of March 2025 as epoch seconds."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from carecli.clocks.calendar import Calendar
from carecli.clocks.hours import weekly_hours

WEEK = {"Wed": 12, "Thu": 13, "Fri": 14, "Sat": 15, "Sun": 16, "Mon": 17, "Tue": 18}
"""Wednesday 12 to Tuesday 18 March 2025."""


def at(text: str, zone: str = "Europe/Berlin", fold: int = 0) -> int:
    """`Fri 16:00` (14 March 2025) or `2025-03-30 01:30` in local time; `fold=1` is the second of two."""
    day, clock_time = text.split()
    local = datetime.fromisoformat(f"2025-03-{WEEK[day]} {clock_time}" if day in WEEK else text)
    return int(local.replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp())


def calendar(*lines: str, zone: str = "Europe/Berlin", **given) -> Calendar:
    """A calendar of hours such as `Mon-Fri 09:00-18:00`."""
    return Calendar(zone, weekly_hours(lines), **given)


HOUR = 3600
OFFICE = calendar("Mon-Fri 09:00-18:00")
GROWTH = calendar("Mon-Sat 08:00-20:00")
