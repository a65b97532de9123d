"""Two windows compared: how far a figure moved between them, and how sure that is (R72, R90)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from carecli.metrics.changes import change_interval
from carecli.metrics.figure import Figure
from carecli.metrics.judging import exact_value


@dataclass(frozen=True, slots=True)
class Change:
    """From `before` to the figure it stands beside."""

    before: Figure
    moved: Fraction | None
    """In the figure's own unit, shares of 0..1; None where either has no value."""
    relative: Fraction | None
    """As a share of the value before; None where that is 0 or unknown."""
    interval: tuple[float, float] | None
    """The 95 % interval of `moved` for a share of rows; None for anything else."""


def change_of(now: Figure, before: Figure) -> Change:
    """How far a figure moved, exactly; of shares with the interval by Wald, unpooled, z = 1.96 (R72)."""
    ends = (exact_value(now), exact_value(before))
    if ends[0] is None or ends[1] is None:
        return Change(before, None, None, None)
    moved = ends[0] - ends[1]
    relative = moved / abs(ends[1]) if ends[1] else None
    return Change(before, moved, relative, _interval(now, before))


def _interval(now: Figure, before: Figure) -> tuple[float, float] | None:
    return change_interval(now, before)
