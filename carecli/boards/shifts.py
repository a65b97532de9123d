"""How far a queue's day is from its usual one, and whether that is more than chance.

Ratios are compared by a two-proportion test, volume as a Poisson count, handle time as if its spread equalled its
mean. Something is listed from three standard errors on, and only where it is also large enough to care about. The usual
is summed over the days it stands for, never averaged from their ratios.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from carecli.metrics.figure import Figure

UNUSUAL = 3.0
"""Standard errors."""

LEAST_POINTS = 0.03
"""Of a ratio: three percentage points."""

LEAST_SHARE = {"offered": 0.25, "aht": 0.20}
"""Of the usual value."""

LEAST_N = 20


@dataclass(frozen=True, slots=True)
class Shift:
    """A figure that is unusual: its usual value in the same unit, and by how many standard errors it is off."""

    figure: Figure
    usual: float
    score: float

    @property
    def change(self) -> float:
        """As a share of the usual value."""
        return (self.value - self.usual) / self.usual if self.usual else 0.0

    @property
    def value(self) -> float:
        assert self.figure.value is not None
        return self.figure.value


def ratio_shift(now: Figure, usual: Sequence[Figure], *, worse: int) -> Shift | None:
    """A ratio that is worse than usual; `worse` is +1 where higher is worse, -1 where lower is."""
    hits, base = _sums(usual)
    if now.value is None or now.numerator is None or not now.denominator or base < LEAST_N or now.denominator < LEAST_N:
        return None
    before, pooled = hits / base, (hits + now.numerator) / (base + now.denominator)
    error = sqrt(pooled * (1 - pooled) * (1 / base + 1 / now.denominator))
    off = (now.value - before) * worse
    return _judged(Shift(now, before, off / error if error else 0.0), large=off >= LEAST_POINTS)


def count_shift(now: Figure, usual: Sequence[Figure]) -> Shift | None:
    """A count that is higher or lower than the mean of the usual days."""
    counts = [figure.value for figure in usual if figure.value is not None]
    if now.value is None or not counts or max(now.value, max(counts)) < LEAST_N:
        return None
    mean = sum(counts) / len(counts)
    error = sqrt(max(mean, 1) * (1 + 1 / len(counts)))
    off = abs(now.value - mean)
    return _judged(Shift(now, mean, off / error), large=off >= LEAST_SHARE["offered"] * mean)


def mean_shift(now: Figure, usual: Sequence[Figure]) -> Shift | None:
    """A mean that is higher than usual."""
    total, base = _sums(usual)
    if now.value is None or base < LEAST_N or now.n < LEAST_N:
        return None
    before = total / base
    off = now.value - before
    error = before * sqrt(1 / base + 1 / now.n)
    return _judged(Shift(now, before, off / error if error else 0.0), large=off >= LEAST_SHARE["aht"] * before)


def _judged(shift: Shift, *, large: bool) -> Shift | None:
    return shift if large and shift.score >= UNUSUAL else None


def _sums(figures: Sequence[Figure]) -> tuple[float, float]:
    known = [figure for figure in figures if figure.numerator is not None and figure.denominator]
    return sum(figure.numerator or 0 for figure in known), sum(figure.denominator or 0 for figure in known)
