"""How far the vendor's figure and ours are apart, and whether that passes (R316).

Everything is exact. A difference is |ours - native| / native; shares may be compared in points instead. It passes where
it is at most the tolerance.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from carecli.metrics.figure import Unit

Mode = Literal["relative", "points"]

MILLISECONDS = Fraction(1, 1000)
NOT_STATED = "the vendor doesn't state it"
NO_VOLUME = "no volume"


@dataclass(frozen=True, slots=True)
class Rule:
    """What passes. `tolerance` 1/100 is 1 %, or in mode `points` one percentage point of a share."""

    mode: Mode = "relative"
    tolerance: Fraction = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Part:
    """A numerator or denominator. `gap` is None where the vendor has 0 and we have not."""

    native: Fraction
    ours: Fraction
    gap: Fraction | None
    passed: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One measure of a queue. Counts and shares as they are, times in seconds.

    `gap` of a count is the sum of the differences of its intervals: contacts that stand in another interval are seen
    even where the totals agree. `passed` is None where nothing could be compared; `note` then says why.
    """

    metric: str
    unit: Unit
    native: Fraction | None
    ours: Fraction | None
    difference: Fraction | None
    passed: bool | None
    gap: Fraction | None = None
    numerator: Part | None = None
    denominator: Part | None = None
    intervals: int = 0
    note: str | None = None

    @property
    def worst(self) -> Fraction | None:
        """The largest of its differences; None where one is without measure, or there is none at all."""
        if self.passed is None:
            return None
        gaps = [self.difference, *([self.gap] if self.unit == "contacts" else [])]
        gaps += [part.gap for part in (self.numerator, self.denominator) if part is not None]
        known = [gap for gap in gaps if gap is not None]
        return max(known) if len(known) == len(gaps) else None


def difference(native: Fraction, ours: Fraction, rule: Rule, unit: Unit) -> Fraction | None:
    """How far ours is from the vendor's; None where theirs is 0 and ours is not."""
    apart = abs(ours - native)
    if unit == "ratio" and rule.mode == "points":
        return apart
    return apart / abs(native) if native else (None if apart else Fraction(0))


def compared(metric: str, unit: Unit, native: Fraction, ours: Fraction, rule: Rule) -> Line:
    """A figure typed from the vendor's page against ours."""
    apart = difference(native, ours, rule, unit)
    return Line(
        metric, unit, native, ours, apart, passes(apart, rule), note=None if apart is not None else of_nothing(ours)
    )


def verdict(found: tuple[Line, ...]) -> bool | None:
    """False where a line fails, True where all that could be compared pass, None where none could."""
    told = [line.passed for line in found if line.passed is not None]
    return all(told) if told else None


def share_of(apart: Fraction, whole: Fraction) -> Fraction | None:
    return apart / whole if whole else (None if apart else Fraction(0))


def passes(apart: Fraction | None, rule: Rule) -> bool:
    return apart is not None and apart <= rule.tolerance


def of_nothing(ours: Fraction) -> str | None:
    return f"the vendor has 0, we have {float(ours):g}" if ours else None
