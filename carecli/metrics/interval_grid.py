"""Which intervals there should be: every one of a window, whatever the clock did (R317)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stretch:
    """Intervals in a row that are missing: half-open [first, last) in epoch seconds, and how many they are."""

    first: int
    last: int
    count: int


def expected_starts(first: int, last: int, minutes: int, anchor: int | None = None) -> range:
    """The starts of the intervals of [first, last), epoch seconds; `anchor` is the start of one, else `first` is.

    Intervals follow each other in UTC: a local day of a clock change has 46 or 50 half hours.
    """
    step = minutes * 60
    begin = first if anchor is None else first + (anchor - first) % step
    return range(begin, last, step)


def stretches(expected: range, present: Collection[int]) -> tuple[Stretch, ...]:
    """What of the expected is missing, in order; neighbours are told as one stretch."""
    held = set(present)
    found: list[Stretch] = []
    for start in expected:
        if start in held:
            continue
        if found and found[-1].last == start:
            found[-1] = Stretch(found[-1].first, start + expected.step, found[-1].count + 1)
        else:
            found.append(Stretch(start, start + expected.step, 1))
    return tuple(found)


def starts_of(missing: Sequence[Stretch]) -> list[int]:
    """The start of every missing interval."""
    return [
        stretch.first + place * (stretch.last - stretch.first) // stretch.count
        for stretch in missing
        for place in range(stretch.count)
    ]
