"""Numbers of outcome metrics: resolved in time, handoffs, repeats, and what a list of reasons should look like."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from carecli.policy.classes import same
from carecli.policy.section import Section


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Times are seconds, end included; shares are 0..1."""

    resolved_within_sec: int
    """A case counts as resolved in time up to this long after its creation (R88)."""
    handoff_adds: tuple[Fraction, Fraction]
    """By what share each handoff is said to lengthen the time to resolution (R89); compounds."""
    repeat_within_sec: int
    """A contact this soon after one of the same customer and reason repeats it (R53)."""


@dataclass(frozen=True, slots=True)
class Reasons:
    """How many reason codes a taxonomy should have, both ends included, and how much may be `other` (R55)."""

    codes: tuple[int, int]
    other: Fraction
    other_names: tuple[str, ...]

    def is_other(self, name: str) -> bool:
        """Whether a reason says no more than `other`."""
        return same(name) in {same(each) for each in self.other_names}


def read_outcomes(section: Section) -> Outcomes:
    with section:
        return Outcomes(
            int(section.seconds("resolved_within").value),
            section.ratio_ends("handoff_adds"),
            section.whole("repeat_days", 1, 365) * 86_400,
        )


def read_reasons(section: Section) -> Reasons:
    with section:
        return Reasons(section.wholes("codes"), section.ratio("other"), section.texts("other_names"))
