"""Pauses of one clock: a union of intervals of which only the open time counts (R126, C0.29)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from carecli.clocks.calendar import Calendar
from carecli.clocks.edges import Span, merged

NEVER = 2**62


@dataclass(frozen=True, slots=True)
class Pause:
    """A half-open pause [start, end) in epoch seconds; an `end` of None is still open."""

    start: int
    end: int | None
    reason: str


def known_pauses(pauses: Iterable[Pause], start: int, end: int, stopped: bool) -> list[Pause]:
    """The pauses inside [start, end] as known at `end`: one that outlasts a running clock's `end` is still open."""
    known = []
    for pause in pauses:
        over = pause.end is not None and pause.end <= end
        last = pause.end if over else end if stopped else None
        begin = max(pause.start, start)
        if begin <= end and (last is None or begin < last):
            known.append(Pause(begin, last, pause.reason))
    return sorted(known, key=lambda pause: pause.start)


def paused_spans(pauses: Sequence[Pause], open_end: int) -> tuple[Span, ...]:
    """The pauses as disjoint spans; an open one lasts until `open_end`."""
    return merged([(pause.start, open_end if pause.end is None else pause.end) for pause in pauses])


def due_past(calendar: Calendar, start: int, budget: int, paused: Sequence[Span]) -> int | None:
    """The earliest instant with `budget` open seconds outside `paused`; None where one that never ends comes first."""
    for pause_start, pause_end in paused:
        run = calendar.elapsed_seconds(start, pause_start)
        if run >= budget:
            break
        if pause_end == NEVER:
            return None
        start, budget = pause_end, budget - run
    return calendar.due_at(start, budget)
