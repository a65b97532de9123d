"""What moved a due time, from what the weekly hours alone would have given: night, holidays, maintenance, pauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import merge
from typing import Literal

from carecli.clocks.calendar import Calendar
from carecli.clocks.pauses import NEVER, Pause
from carecli.clocks.wall_time import MIDNIGHT, end_of_day, instant

Cause = Literal["night", "holiday", "maintenance", "pause"]
MAINTENANCE = "scheduled maintenance"


@dataclass(frozen=True, slots=True)
class Move:
    """[start, end) moved a due time from `due_from` to `due_to`; both ends are None while a pause is open.

    A night has no length here: it moves the due time of what starts in it.
    """

    cause: Cause
    reason: str
    start: int
    end: int | None
    due_from: int
    due_to: int | None


@dataclass(frozen=True, slots=True, order=True)
class _Cut:
    start: int
    end: int
    cause: Cause
    reason: str = ""


def due_moves(calendar: Calendar, start: int, budget: int, given: int, pauses: Sequence[Pause]) -> tuple[Move, ...]:
    """What moved the due time of a clock of `budget` open seconds, `given` of them at night, in order of time.

    `pauses` are those known, in order. Each move starts where the one before it ended; what took no open time moved
    nothing, and of two that overlap the later one moves only what it takes beside the first.
    """
    plain = _weekly_only(calendar)
    night = Move("night", "", start, start, plain.due_at(start, budget), plain.due_at(start, given))
    cuts = merge(_holidays(calendar, start), _maintenance(calendar, start), map(_cut, pauses))
    found = [night, *_moves(plain, start, given, cuts)]
    return tuple(move for move in found if move.due_from != move.due_to)


def _moves(plain: Calendar, start: int, budget: int, cuts: Iterator[_Cut]) -> Iterator[Move]:
    """Every cut before the budget is used up; those without open time move from a time to the same."""
    for cut in cuts:
        if cut.end <= start:
            continue
        run = plain.elapsed_seconds(start, max(cut.start, start))
        if run >= budget:
            return
        due_from = plain.due_at(start, budget)
        if cut.end == NEVER:
            yield Move(cut.cause, cut.reason, cut.start, None, due_from, None)
            return
        start, budget = cut.end, budget - run
        yield Move(cut.cause, cut.reason, cut.start, cut.end, due_from, plain.due_at(start, budget))


def _holidays(calendar: Calendar, start: int) -> Iterator[_Cut]:
    first, zone = calendar.date_of(start), calendar.zone_info
    for day in sorted(day for day in calendar.holidays if day >= first and calendar.is_holiday(day)):
        yield _Cut(instant(day, MIDNIGHT, zone), end_of_day(day, zone), "holiday")


def _maintenance(calendar: Calendar, start: int) -> Iterator[_Cut]:
    return (_Cut(*window, "maintenance", MAINTENANCE) for window in calendar.maintenance if window[1] > start)


def _cut(pause: Pause) -> _Cut:
    return _Cut(pause.start, NEVER if pause.end is None else pause.end, "pause", pause.reason)


@lru_cache(maxsize=64)
def _weekly_only(calendar: Calendar) -> Calendar:
    return replace(calendar, holidays=frozenset(), maintenance=())
