"""Opening hours in Europe/Berlin: holidays, and seconds of open time."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from carecli.demo import SAMPLE_ZONE

ZONE = ZoneInfo(SAMPLE_ZONE)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


@cache
def holidays(year: int) -> dict[date, str]:
    """Public holidays of the whole of Germany."""
    sunday = easter(year)
    moving = {-2: "Good Friday", 1: "Easter Monday", 39: "Ascension Day", 50: "Whit Monday"}
    fixed = {(1, 1): "New Year", (5, 1): "Labour Day", (10, 3): "German Unity Day"}
    fixed |= {(12, 25): "Christmas Day", (12, 26): "Second Christmas Day"}
    days = {sunday + timedelta(days=offset): name for offset, name in moving.items()}
    days |= {date(year, month, day): name for (month, day), name in fixed.items()}
    return dict(sorted(days.items()))


def epoch(day: date, hour: int = 0, minute: int = 0) -> int:
    """Epoch seconds of a local time of that day."""
    return int(datetime.combine(day, time(hour, minute), ZONE).timestamp())


def day_of(at: int) -> date:
    """The local date of an instant."""
    return datetime.fromtimestamp(at, ZONE).date()


def iso(at: int) -> str:
    """Local time with offset."""
    return datetime.fromtimestamp(at, ZONE).isoformat()


@cache
def opening(day: date) -> tuple[int, int] | None:
    """Open and close of voice and chat as epoch seconds, half-open; None on a closed day."""
    if day.weekday() == 6 or day in holidays(day.year):
        return None
    hours = (9, 14) if day.weekday() == 5 else (8, 18)
    return epoch(day, hours[0]), epoch(day, hours[1])


def next_open_day(day: date) -> date:
    """That day, or the first open one after it."""
    while opening(day) is None:
        day += timedelta(days=1)
    return day


def days(first: date, last: date) -> list[date]:
    """All days, both ends included."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


class OpenTime:
    """Open seconds between instants, and the instant after so many open seconds, over a span of days."""

    def __init__(self, first: date, last: date) -> None:
        blocks = [block for day in days(first, last) if (block := opening(day))]
        self._starts = [start for start, _ in blocks]
        self._ends = [end for _, end in blocks]
        self._sums = [0]
        for start, end in blocks:
            self._sums.append(self._sums[-1] + end - start)

    def seconds_until(self, at: int) -> int:
        """Open seconds from the start of the span to `at`."""
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return 0
        return self._sums[index] + min(at, self._ends[index]) - self._starts[index]

    def between(self, start: int, end: int) -> int:
        return self.seconds_until(end) - self.seconds_until(start)

    def after(self, at: int, seconds: int) -> int:
        """The earliest instant by which `seconds` of open time have passed since `at`."""
        goal = self.seconds_until(at) + max(seconds, 1)
        index = min(bisect_right(self._sums, goal - 1) - 1, len(self._starts) - 1)
        return self._starts[index] + goal - self._sums[index]
