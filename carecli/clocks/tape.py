"""One clock of one case: its state, what is left, when it is due, and the tape of how it got there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from carecli.clocks.arrivals import night_budget_at, night_hours, starts_at_night_at
from carecli.clocks.budgets import Edge
from carecli.clocks.calendar import Calendar
from carecli.clocks.moves import MAINTENANCE, Move, due_moves
from carecli.clocks.pauses import NEVER, Pause, due_past, known_pauses, paused_spans
from carecli.clocks.wall_time import end_of_day

__all__ = ["MAINTENANCE", "NEVER", "ClockReading", "ClockState", "Edge", "Pause", "Segment", "TapeState", "run_clock"]

ClockState = Literal["met", "missed", "running", "paused", "due"]
"""`due`: used up to the second. A stop now still hits, and while the calendar is closed so does a later one (C0.23)."""

TapeState = Literal["running", "night", "paused", "closed", "holiday"]
"""`night` runs too: in the night of the calendar, on a clock that a night widens (R95)."""


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
    budget_sec: int
    """What it was given: the budget, widened where it started at night."""

    at_night: bool
    """Whether it started at night; day and night are judged apart (R95)."""

    moves: tuple[Move, ...]
    """What moved the due time, in order of time, from what the weekly hours alone would have given."""

    def at_risk(self, share: Fraction) -> bool:
        """Whether a clock that is not over has used `share` of its budget or more (R120)."""
        return self.state not in ("met", "missed") and self.elapsed_sec >= share * self.budget_sec


def run_clock(
    calendar: Calendar,
    start: int,
    budget: int,
    pauses: Iterable[Pause] = (),
    stop: int | None = None,
    *,
    as_of: int,
    edge: Edge = "within",
    night: bool = False,
) -> ClockReading:
    """Run a clock of `budget` open seconds from `start` to `stop` (None = not stopped), as known at `as_of`.

    Pauses are a union of intervals and take away only the open time inside them (R126, C0.29). Hit or miss is decided
    by elapsed open time, never by comparing instants (C0.23); `under` makes the exact budget a miss. With `night` the
    calendar's night widens the budget of a clock that starts in it: for first responses only (R95).
    """
    stopped = stop is not None and stop <= as_of
    end = max(start, stop if stop is not None and stopped else as_of)
    given = night_budget_at(calendar, start, budget, edge) if night else budget
    known = known_pauses(pauses, start, end, stopped)
    paused_sec = sum(calendar.elapsed_seconds(*span) for span in paused_spans(known, end))
    elapsed = calendar.elapsed_seconds(start, end) - paused_sec
    late = elapsed > given or (edge == "under" and elapsed == given)
    state = _state(late, stopped, waiting=any(pause.end is None for pause in known), used_up=elapsed == given)
    tape = _joined(_segments(calendar, start, end, known))
    return ClockReading(
        state=state,
        due_at=None if state == "paused" else due_past(calendar, start, given, paused_spans(known, NEVER)),
        unpaused_due_at=calendar.due_at(start, given),
        elapsed_sec=elapsed,
        paused_sec=paused_sec,
        left_sec=given - elapsed,
        tape=_joined(_by_night(calendar, tape)) if night else tape,
        budget_sec=given,
        at_night=night and starts_at_night_at(calendar, start),
        moves=due_moves(calendar, start, budget, given, known),
    )


def _state(late: bool, stopped: bool, *, waiting: bool, used_up: bool) -> ClockState:
    if late:
        return "missed"
    if stopped:
        return "met"
    if waiting:
        return "paused"
    return "due" if used_up else "running"


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
        # Where a clock goes back over midnight, a date ends at its first midnight and the second one is past it.
        until = max(start, min(end_of_day(day, calendar.zone_info), end))
        state: TapeState = "holiday" if calendar.is_holiday(day) else "closed"
        for opening, closing in calendar.nominal_blocks(day) if calendar.maintenance else ():
            opening, closing = max(opening, start), min(closing, until)
            if opening < closing:
                yield Segment(start, opening, state)
                yield Segment(opening, closing, "paused", MAINTENANCE)
                start = closing
        yield Segment(start, until, state)
        start, day = until, day + timedelta(days=1)


def _by_night(calendar: Calendar, tape: Sequence[Segment]) -> Iterator[Segment]:
    """The running stretches split where a night begins or ends."""
    for segment in tape:
        begin = segment.start
        if segment.state == "running" and calendar.night is not None:
            nights = night_hours(calendar.zone, calendar.night).open_spans(segment.start, segment.end)
            for dusk, dawn in nights:
                yield Segment(begin, dusk, "running")
                yield Segment(dusk, dawn, "night")
                begin = dawn
        yield Segment(begin, segment.end, segment.state, segment.reason)


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
