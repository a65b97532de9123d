"""A second, deliberately plain clock: minute by minute on the wall, with the standard library only.

It shares nothing with `carecli.clocks`. Hours, pauses and nights begin and end on whole minutes; a local time has come
once the wall clock has shown it or a later one, so one that occurs twice comes the first time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

MINUTE = 60


@dataclass(frozen=True)
class PlainCalendar:
    """`weekly` maps Monday=0 to blocks of minutes of the day; `night` is (from, to, factor)."""

    zone: str
    weekly: Mapping[int, Sequence[tuple[int, int]]]
    holidays: frozenset[date] = frozenset()
    maintenance: Sequence[tuple[int, int]] = ()
    night: tuple[int, int, Fraction] | None = None


@dataclass(frozen=True)
class PlainReading:
    """Seconds of open time, and what each minute was: as the tape has it, and `maintenance`."""

    state: str
    due_at: int | None
    elapsed_sec: int
    paused_sec: int
    budget_sec: int
    at_night: bool
    minutes: tuple[str, ...]


def read(calendar, start, budget, pauses, stop, as_of, edge="within", night=False):
    """What a clock says at `as_of`; `pauses` are (from, to or None)."""
    stopped = stop is not None and stop <= as_of
    end = max(start, stop if stopped else as_of)
    known = _known(pauses, start, end, stopped)
    at_night = night and calendar.night is not None and _night_start(calendar, start)
    given = _widened(budget, calendar.night[2], edge) if at_night else budget
    minutes = tuple(_told(calendar, minute, known, night) for minute in _walk(calendar, start, end))
    elapsed = sum(MINUTE for told in minutes if told in ("running", "night"))
    paused = sum(MINUTE for told in minutes if told == "paused")
    state = _state(elapsed, given, edge, stopped, any(until is None for _, until in known))
    due_at = None if state == "paused" else due(calendar, start, given, known)
    return PlainReading(state, due_at, elapsed, paused, given, at_night, minutes)


def elapsed(calendar, start, end):
    """Open seconds from `start` to `end`."""
    return sum(MINUTE for minute in _walk(calendar, start, end) if minute.open)


def due(calendar, start, budget, pauses=()):
    """The first instant with `budget` open seconds outside the pauses; None where an open pause comes first."""
    left = budget
    if left == 0:
        return start
    for minute in _walk(calendar, start, None):
        if _paused(minute.at, [pause for pause in pauses if pause[1] is None]):
            return None
        if minute.open and not _paused(minute.at, pauses):
            if left <= MINUTE:
                return minute.at + left
            left -= MINUTE
    raise AssertionError("a walk has no end")


@dataclass(frozen=True, slots=True)
class _Minute:
    at: int
    day: date
    weekly: bool
    holiday: bool
    maintained: bool
    night: bool

    @property
    def open(self):
        return self.weekly and not self.holiday and not self.maintained


def _walk(calendar, start, end) -> Iterator[_Minute]:
    """Every minute from `start` to `end` (None: for ever); three hours before it, unseen, to know the wall."""
    zone, at, shown = ZoneInfo(calendar.zone), start - 3 * 60 * MINUTE, (date.min, 0)
    while end is None or at < end:
        local = datetime.fromtimestamp(at, zone)
        shown = max(shown, (local.date(), local.hour * 60 + local.minute))
        if at >= start:
            yield _minute(calendar, at, *shown)
        at += MINUTE


def _minute(calendar, at, day, wall) -> _Minute:
    weekly = any(opening <= wall < closing for opening, closing in calendar.weekly.get(day.weekday(), ()))
    maintained = any(begin <= at < until for begin, until in calendar.maintenance)
    return _Minute(at, day, weekly, day in calendar.holidays, maintained, _is_night(calendar, wall))


def _is_night(calendar, wall):
    if calendar.night is None:
        return False
    dusk, dawn, _ = calendar.night
    return dusk <= wall < dawn if dusk < dawn else wall >= dusk or wall < dawn


def _night_start(calendar, start):
    """Whether the first open minute from `start` on is at night."""
    return next(minute.night for minute in _walk(calendar, start, None) if minute.open)


def _widened(budget, factor, edge):
    whole, rest = divmod(budget * factor.numerator, factor.denominator)
    return whole + 1 if edge == "under" and rest else whole


def _told(calendar, minute, pauses, night):
    if minute.open:
        if _paused(minute.at, pauses):
            return "paused"
        return "night" if night and minute.night else "running"
    if minute.holiday and calendar.weekly.get(minute.day.weekday()):
        return "holiday"
    return "maintenance" if minute.weekly and not minute.holiday else "closed"


def _known(pauses, start, end, stopped):
    """As known at `end`: a pause that isn't over by then is open, unless the clock has stopped."""
    known = []
    for begin, until in pauses:
        begin = max(begin, start)
        if until is None or until > end:
            until = end if stopped else None
        if begin <= end and (until is None or begin < until):
            known.append((begin, until))
    return known


def _paused(at, pauses):
    return any(begin <= at and (until is None or at < until) for begin, until in pauses)


def _state(elapsed, given, edge, stopped, waiting):
    if elapsed > given or (edge == "under" and elapsed == given):
        return "missed"
    if stopped:
        return "met"
    if waiting:
        return "paused"
    return "due" if elapsed == given else "running"
