"""The calendars of a pack: hours, public holidays, further closed dates, maintenance and the night.

Keys of `[calendars.NAME]`: `hours` (a list such as `Mon-Fri 09:00-12:00, 13:00-18:00`), and where wanted `zone`,
`holidays` (`country`, `subdivision`), `closed` (a list of dates), `maintenance` (a list of tables with `from`, `to`,
`pause` = false and `text`; R119) and `night` (`from`, `to`, `factor` and `widen` = true; R95). Clocks run on all of it,
but not on windows that don't pause: those are only published.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from carecli.clocks.budgets import Night
from carecli.clocks.calendar import Calendar
from carecli.clocks.hours import Hours, weekly_hours
from carecli.clocks.wall_time import instant
from carecli.policy.section import Section

HOLIDAY_YEARS = range(2010, 2041)
"""Years for which public holidays are looked up; data outside them is not of interest to a running team."""


@dataclass(frozen=True, slots=True)
class MaintenanceWindow:
    """A published window [start, end) in epoch seconds; it stops clocks only with `pause` (R119)."""

    start: int
    end: int
    pause: bool
    text: str


@dataclass(frozen=True, slots=True)
class PackCalendar:
    """A calendar, and what of it is published beside its hours."""

    calendar: Calendar
    maintenance: tuple[MaintenanceWindow, ...]


def read_calendar(section: Section, name: str, zone: str) -> PackCalendar:
    """A calendar in its own zone, else in the reporting zone `zone`."""
    with section:
        zone = _read_zone(section) if section.has("zone") else zone
        windows = tuple(_windows(section, zone))
        pausing = tuple((window.start, window.end) for window in windows if window.pause)
        night = _read_night(section.section("night")) if section.has("night") else None
        calendar = Calendar(zone, _read_hours(section), _closed_dates(section), pausing, name, night)
        return PackCalendar(calendar, windows)


@lru_cache(maxsize=32)
def public_holidays(country: str, subdivision: str | None) -> frozenset[date]:
    """Public holidays of `HOLIDAY_YEARS`. ValueError for an unknown country or subdivision (ISO 3166 codes)."""
    from holidays import country_holidays

    try:
        return frozenset(country_holidays(country, subdiv=subdivision, years=HOLIDAY_YEARS))
    except NotImplementedError as problem:
        raise ValueError(str(problem)) from None


def is_zone(name: str) -> bool:
    """Whether the zone database knows a name such as `Europe/Berlin`."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _read_zone(section: Section) -> str:
    zone = section.text("zone")
    if not is_zone(zone):
        raise section.problem("zone", "a time zone such as 'Europe/Berlin'")
    return zone


def _read_hours(section: Section) -> dict[int, Hours]:
    try:
        return weekly_hours(section.texts("hours"))
    except ValueError as problem:
        raise section.problem("hours", f"weekly hours ({problem})") from None


def _read_night(section: Section) -> Night:
    """`from` and `to` in local time, half-open; `widen = false` only tells nights apart (R95)."""
    with section:
        begin, end = section.clock_time("from"), section.clock_time("to")
        if begin == end:
            raise section.problem("to", "a time of day other than `from`")
        factor = section.raw("factor")
        number = isinstance(factor, int | Decimal) and not isinstance(factor, bool) and Decimal(factor).is_finite()
        if not number or not 1 <= factor <= 10:
            raise section.problem("factor", "a number from 1 to 10 such as 1.3")
        widen = section.flag("widen") if section.has("widen") else True
        return Night(begin, end, Fraction(factor), widen)


def _closed_dates(section: Section) -> frozenset[date]:
    holidays: frozenset[date] = frozenset()
    if section.has("holidays"):
        holidays = _read_holidays(section.section("holidays"))
    return holidays | _read_dates(section, "closed") if section.has("closed") else holidays


def _read_holidays(section: Section) -> frozenset[date]:
    with section:
        country = section.text("country")
        subdivision = section.text("subdivision") if section.has("subdivision") else None
        try:
            return public_holidays(country, subdivision)
        except ValueError as problem:
            raise section.problem("subdivision" if subdivision else "country", f"an ISO 3166 code: {problem}") from None


def _read_dates(section: Section, key: str) -> frozenset[date]:
    dates = section.raw(key)
    if not isinstance(dates, list) or any(type(day) is not date for day in dates):
        raise section.problem(key, "a list of dates such as 2025-12-24, without quotes")
    return frozenset(dates)


def _windows(section: Section, zone: str) -> list[MaintenanceWindow]:
    """Maintenance windows; a time without an offset is local to the calendar."""
    if not section.has("maintenance"):
        return []
    tables = section.raw("maintenance")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise section.problem("maintenance", "a list of tables with from, to, pause and text")
    return [_read_window(Section(section.layers, f"{section.key}.maintenance", table), zone) for table in tables]


def _read_window(section: Section, zone: str) -> MaintenanceWindow:
    with section:
        start, end = (_read_instant(section, key, zone) for key in ("from", "to"))
        if start >= end:
            raise section.problem("to", "a time after `from`")
        pause = section.flag("pause") if section.has("pause") else False
        return MaintenanceWindow(start, end, pause, section.text("text") if section.has("text") else "")


def _read_instant(section: Section, key: str, zone: str) -> int:
    at = section.raw(key)
    if not isinstance(at, datetime):
        raise section.problem(key, "a date and time such as 2025-03-14T17:45:00, without quotes")
    return int(at.timestamp()) if at.tzinfo else instant(at.date(), at.time(), ZoneInfo(zone))
