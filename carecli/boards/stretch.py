"""The worst stretch of a day: the half hours in a row that hold most of what was beyond the usual."""

from __future__ import annotations

from datetime import datetime, timedelta

from carecli.boards.shifts import Shift
from carecli.boards.slices import Key, Slices
from carecli.text import percent

HALF_HOUR = timedelta(minutes=30)


def worst_stretch(intervals: Slices, key: Key, shift: Shift) -> str | None:
    """`worst 14:00-15:30: 21.4 % of 56`, as the metric counts it; None where no half hour was beyond the usual.

    The stretch with the greatest sum of excess: contacts abandoned (or not answered in time) more than usual.
    """
    worse = 1 if shift.figure.metric == "abandonment" else -1
    halves = _half_hours(intervals, key, shift.figure.metric)
    excess = [(hits - base * shift.usual) * worse for _, hits, base in halves]
    best, span = 0.0, (0, 0)
    begin, running = 0, 0.0
    for place, value in enumerate(excess):
        if running <= 0:
            begin, running = place, 0.0
        running += value
        if running > best:
            best, span = running, (begin, place + 1)
    if best <= 0:
        return None
    part = halves[span[0] : span[1]]
    hits, base = sum(each[1] for each in part), sum(each[2] for each in part)
    end = part[-1][0] + HALF_HOUR
    return f"worst {part[0][0]:%H:%M}-{end:%H:%M}: {percent(hits, base)} of {base}"


def _half_hours(intervals: Slices, key: Key, metric: str) -> list[tuple[datetime, int, int]]:
    """Start, numerator and denominator of each half hour that had contacts, in order of time."""
    starts = sorted(each[2] for each in intervals.keys(metric) if each[:2] == key and each[2])
    found = [(datetime.fromisoformat(start), intervals.figure(metric, *key, start)) for start in starts]
    return [
        (start, int(figure.numerator or 0), int(figure.denominator or 0))
        for start, figure in found
        if figure.denominator
    ]
