"""Windows: half-open stretches of whole local days, and how they are written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from carecli.clocks.wall_time import MIDNIGHT, instant, local_date
from carecli.errors import UsageProblem

EXPECTED = (
    "expected today, yesterday, 7d, 3m, wtd, mtd, qtd, ytd, last_week, last_month, last_quarter, 2025-05, 2025-05-13 "
    "or 2025-05-01..2025-05-31"
)
LONGEST_DAYS = 3_700


@dataclass(frozen=True)
class Window:
    """Half-open [first, last) in epoch seconds; both are midnights of `zone`."""

    first: int
    last: int
    label: str
    """The local dates, both ends included: `2025-05-08..2025-05-14`."""
    zone: str
    name: str
    """As it was asked for: `7d`."""

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """The local dates of the window."""
        zone = ZoneInfo(self.zone)
        begin, end = local_date(self.first, zone), local_date(self.last - 1, zone)
        return tuple(begin + timedelta(days=number) for number in range((end - begin).days + 1))


def window_of(first: date, last: date, zone: str, name: str | None = None) -> Window:
    """The window of local dates, both ends included; a day of a clock change has 23 or 25 hours."""
    info = ZoneInfo(zone)
    label = f"{first}..{last}" if first != last else f"{first}"
    end = instant(last + timedelta(days=1), MIDNIGHT, info)
    return Window(instant(first, MIDNIGHT, info), end, label, zone, name or label)


def parse_window(text: str, as_of: int, zone: str, week_start: int = 0) -> Window:
    """The window a person asked for (R29, R63, C0.8).

    `as_of` is in epoch seconds; `week_start` is 0 for Monday. `7d` is this local day and the six before; `wtd`, `mtd`,
    `qtd` (or `quarter`) and `ytd` end with this local day too. `last_week`, `last_month` and `last_quarter` are the
    complete calendar ones before that of this day, `3m` the last three complete calendar months.
    """
    today = local_date(as_of, ZoneInfo(zone))
    name = text.strip().lower()
    first, last = _named(name, today, week_start) or _dated(name)
    if last < first:
        raise UsageProblem(f"window {text!r} ends before it starts")
    if (last - first).days >= LONGEST_DAYS:
        raise UsageProblem(f"window {text!r} is longer than {LONGEST_DAYS} days")
    return window_of(first, last, zone, name)


def days(window: Window) -> list[Window]:
    """Each local day of a window."""
    return [window_of(day, day, window.zone) for day in window.dates]


def before(window: Window) -> Window:
    """The complete days before it, as many as it has: what a change compares with."""
    first = window.dates[0]
    count = len(window.dates)
    return window_of(first - timedelta(days=count), first - timedelta(days=1), window.zone, f"before {window.name}")


def trailing(window: Window, count: int) -> Window:
    """The `count` days that end with the last day of a window (R4)."""
    last = window.dates[-1]
    return window_of(last - timedelta(days=count - 1), last, window.zone, f"{count}d")


def _named(name: str, today: date, week_start: int) -> tuple[date, date] | None:
    """The dates of a relative window, both included; None where the text is none."""
    match name:
        case "today":
            return today, today
        case "yesterday":
            return today - timedelta(days=1), today - timedelta(days=1)
        case "wtd":
            return today - timedelta(days=(today.weekday() - week_start) % 7), today
        case "mtd":
            return today.replace(day=1), today
        case "qtd" | "quarter":
            return _quarter(today), today
        case "ytd":
            return today.replace(month=1, day=1), today
    return _complete(name, today, week_start) or _counted(name, today)


def _complete(name: str, today: date, week_start: int) -> tuple[date, date] | None:
    """The complete calendar week, month or quarter before that of today."""
    match name:
        case "last_week":
            first = today - timedelta(days=(today.weekday() - week_start) % 7)
            return first - timedelta(days=7), first - timedelta(days=1)
        case "last_month":
            return _months_before(today.replace(day=1), 1)
        case "last_quarter":
            return _months_before(_quarter(today), 3)
    return None


def _counted(name: str, today: date) -> tuple[date, date] | None:
    """So many days that end with today, or so many complete calendar months before this one."""
    count = re.fullmatch(r"([1-9]\d{0,3})d|([1-9]\d?)m", name)
    if not count:
        return None
    if count[2]:
        return _months_before(today.replace(day=1), int(count[2]))
    return today - timedelta(days=int(count[1]) - 1), today


def _months_before(first: date, count: int) -> tuple[date, date]:
    """The `count` months before the first of a month."""
    months = first.year * 12 + first.month - 1 - count
    return date(months // 12, months % 12 + 1, 1), first - timedelta(days=1)


def _quarter(day: date) -> date:
    """The first day of a day's calendar quarter."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def _dated(name: str) -> tuple[date, date]:
    """The dates of a month, a date or a range of dates, both included."""
    begin, dots, end = name.partition("..")
    try:
        if re.fullmatch(r"\d{4}-\d{2}", name):
            return _month(date.fromisoformat(f"{name}-01"))
        first = _iso_date(begin)
        return first, _iso_date(end) if dots else first
    except ValueError:
        raise UsageProblem(f"unknown window {name!r}", hint=EXPECTED) from None


def _month(first: date) -> tuple[date, date]:
    following = (first + timedelta(days=31)).replace(day=1)
    return first, following - timedelta(days=1)


def _iso_date(text: str) -> date:
    """Only YYYY-MM-DD: Python also takes 20250513 and week dates, which a person may not mean."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)
