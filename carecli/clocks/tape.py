"""One clock of one case: its state, what is left, when it is due, and the tape of how it got there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Literal

from carecli.clocks.calendar import Calendar
from carecli.clocks.edges import Span, merged
from carecli.clocks.wall_time import end_of_day

ClockState = Literal["met", "missed", "running", "paused", "due"]
"""`due`: used up to the second. A stop now still hits, and while the calendar is closed so does a later one (C0.23)."""

TapeState = Literal["running", "paused", "closed", "holiday"]
Edge = Literal["within", "under"]

MAINTENANCE = "scheduled maintenance"
NEVER = 2**62


@dataclass(frozen=True, slots=True)
class Pause:
    """A half-open pause [start, end) in epoch seconds; an `end` of None is still open."""

    start: int
    end: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch [start, end) of the tape in one state; `reason` is empty unless paused."""

    start: int
    end: int
    state: TapeState
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What a clock says at `as_of`. Seconds are open seconds; `left_sec` is negative when late.

    `due_at` is None while a pause is open (C0.29). `unpaused_due_at` is what it would be had nothing paused.
    """

    state: ClockState
    due_at: int | None
    unpaused_due_at: int
    elapsed_sec: int
    paused_sec: int
    left_sec: int
    tape: tuple[Segment, ...]


def run_clock(
    calendar: Calendar,
    start: int,
    budget: int,
    pauses: Iterable[Pause] = (),
    stop: int | None = None,
    *,
    as_of: int,
    edge: Edge = "within",
) -> ClockReading:
    """Run a clock of `budget` open seconds from `start` to `stop` (None = not stopped), as known at `as_of`.

    Pauses are a union of intervals and take away only the open time inside them (R126, C0.29). Hit or miss is decided
    by elapsed open time, never by comparing instants (C0.23); `under` makes the exact budget a miss.
    """
    stopped = stop is not None and stop <= as_of
    end = max(start, stop if stop is not None and stopped else as_of)
    known = _known_pauses(pauses, start, end, stopped)
    paused_sec = sum(calendar.elapsed_seconds(*span) for span in _union(known, end))
    elapsed = calendar.elapsed_seconds(start, end) - paused_sec
    late = elapsed > budget or (edge == "under" and elapsed == budget)
    state = _state(late, stopped, waiting=any(pause.end is None for pause in known), used_up=elapsed == budget)
    return ClockReading(
        state=state,
        due_at=None if state == "paused" else _due_at(calendar, start, budget, _union(known, NEVER)),
        unpaused_due_at=calendar.due_at(start, budget),
        elapsed_sec=elapsed,
        paused_sec=paused_sec,
        left_sec=budget - elapsed,
        tape=_joined(_segments(calendar, start, end, known)),
    )


def _state(late: bool, stopped: bool, *, waiting: bool, used_up: bool) -> ClockState:
    if late:
        return "missed"
    if stopped:
        return "met"
    if waiting:
        return "paused"
    return "due" if used_up else "running"


def _known_pauses(pauses: Iterable[Pause], start: int, end: int, stopped: bool) -> list[Pause]:
    """The pauses inside [start, end] as known at `end`: one that outlasts a running clock's `end` is still open."""
    known = []
    for pause in pauses:
        over = pause.end is not None and pause.end <= end
        last = pause.end if over else end if stopped else None
        begin = max(pause.start, start)
        if begin <= end and (last is None or begin < last):
            known.append(Pause(begin, last, pause.reason))
    return sorted(known, key=lambda pause: pause.start)


def _union(pauses: Sequence[Pause], open_end: int) -> tuple[Span, ...]:
    """The pauses as disjoint spans; an open one lasts until `open_end`."""
    return merged([(pause.start, open_end if pause.end is None else pause.end) for pause in pauses])


def _due_at(calendar: Calendar, start: int, budget: int, paused: Sequence[Span]) -> int | None:
    """The earliest instant with `budget` open seconds outside the pauses; None where a pause is open before it."""
    for pause_start, pause_end in paused:
        run = calendar.elapsed_seconds(start, pause_start)
        if run >= budget:
            break
        if pause_end == NEVER:
            return None
        start, budget = pause_end, budget - run
    return calendar.due_at(start, budget)


def _segments(calendar: Calendar, start: int, end: int, pauses: Sequence[Pause]) -> Iterator[Segment]:
    """Open time split by the pauses, with the closed stretches between; closed hours are never a pause."""
    for opening, closing in (*calendar.open_spans(start, end), (end, end)):
        yield from _closed_segments(calendar, start, opening)
        yield from _open_segments(opening, closing, pauses)
        start = closing


def _open_segments(start: int, end: int, pauses: Sequence[Pause]) -> Iterator[Segment]:
    inside = [(max(pause.start, start), end if pause.end is None else min(pause.end, end), pause) for pause in pauses]
    inside = [piece for piece in inside if piece[0] < piece[1]]
    cuts = sorted({start, end, *(piece[0] for piece in inside), *(piece[1] for piece in inside)})
    for left, right in pairwise(cuts):
        reasons = sorted({pause.reason for begin, until, pause in inside if begin <= left < until})
        yield Segment(left, right, "paused" if reasons else "running", " + ".join(reasons))


def _closed_segments(calendar: Calendar, start: int, end: int) -> Iterator[Segment]:
    """Closed time day by day; what the weekly hours would have opened there is maintenance."""
    day = calendar.date_of(start)
    while start < end:
        until = min(end_of_day(day, calendar.zone_info), end)
        state: TapeState = "holiday" if calendar.is_holiday(day) else "closed"
        for opening, closing in calendar.nominal_blocks(day) if calendar.maintenance else ():
            opening, closing = max(opening, start), min(closing, until)
            if opening < closing:
                yield Segment(start, opening, state)
                yield Segment(opening, closing, "paused", MAINTENANCE)
                start = closing
        yield Segment(start, until, state)
        start, day = until, day + timedelta(days=1)


def _joined(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Without empty segments, and with neighbours alike made one."""
    tape: list[Segment] = []
    for segment in segments:
        if segment.start == segment.end:
            continue
        if tape and (tape[-1].state, tape[-1].reason) == (segment.state, segment.reason):
            segment = Segment(tape.pop().start, segment.end, segment.state, segment.reason)
        tape.append(segment)
    return tuple(tape)
