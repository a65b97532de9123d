"""Quality reviews, calibration, coaching and the knowledge base (C5). None: the document sets no such rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from carecli.policy.section import Section

Spread = Literal["from_mean", "range"]
"""How far graders are apart on one interaction: the greatest distance from their mean (R207), or highest less lowest
(R214)."""

NotApplicable = Literal["reweight", "zero"]
Rubrics = Literal["items", "rubrics"]

_SPREADS: tuple[Spread, ...] = ("from_mean", "range")
_NOT_APPLICABLE: tuple[NotApplicable, ...] = ("reweight", "zero")
_RUBRICS: tuple[Rubrics, ...] = ("items", "rubrics")


@dataclass(frozen=True, slots=True)
class Calibration:
    """How often graders compare their scores, for how long, and how far apart they may be."""

    every_days: int | None
    minutes: int | None
    spread: Spread | None
    points: Fraction | None

    def spread_of(self, scores: Sequence[Fraction]) -> Fraction:
        """How far apart scores of one interaction are, in points, as this pack measures it."""
        if self.spread == "from_mean":
            mean = sum(scores, Fraction(0)) / len(scores)
            return max(abs(score - mean) for score in scores)
        return max(scores) - min(scores)

    def agreed(self, scores: Sequence[Fraction]) -> bool | None:
        """Whether they are close enough, the limit itself included; None where the pack has no limit."""
        return None if self.points is None else self.spread_of(scores) <= self.points


@dataclass(frozen=True, slots=True)
class Sampling:
    """Reviews per agent and week (R205, R211), and what is drawn on purpose beside chance (R206)."""

    per_week: int | None
    new_hires_per_week: int | None
    new_hire_days: int | None
    targeted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coaching:
    """When coaching must be closed (R212), and how often leads meet each agent (R219)."""

    closed_within_days: int | None
    first_days: int | None
    first_every_days: int | None
    then_every_days: int | None

    def meeting_every(self, tenure_days: int) -> int | None:
        """Days between two one-to-ones of an agent hired `tenure_days` ago."""
        if self.first_days is None:
            return self.then_every_days
        return self.first_every_days if tenure_days < self.first_days else self.then_every_days


@dataclass(frozen=True, slots=True)
class Rubric:
    """What a review scores: the weights of its parts (they sum to 1), how many items, which subjects."""

    weights: Mapping[str, Fraction]
    not_applicable: NotApplicable
    items: tuple[int, int] | None
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """The quality rules of a pack."""

    adherence: Fraction | None
    """Policy adherence in a month (R202)."""
    monthly_scored: int | None
    """`20-scored`, of what `scored` says (R202)."""
    scored: Rubrics
    failing_below: int
    """A review under this fails (C0.18)."""
    hours_per_week: Mapping[str, int]
    """Hours of a dedicated reviewer, by tier (R204)."""
    variable_pay: Fraction | None
    """The least share of variable pay that hangs on QA and CSAT (R209)."""
    calibration: Calibration
    sampling: Sampling
    coaching: Coaching
    rubric: Rubric


def read_quality(section: Section, tiers: Sequence[str]) -> Quality:
    with section:
        hours = section.optional_section("hours_per_week")
        for tier in hours.values:
            if tier not in tiers:
                raise hours.problem(tier, f"the name of a tier: {', '.join(tiers) or 'the pack has none'}")
        return Quality(
            adherence=section.maybe("adherence", section.ratio),
            monthly_scored=section.maybe("monthly_scored", section.whole),
            scored=section.choice("scored", _RUBRICS),
            failing_below=section.whole("failing_below", 1, 100),
            hours_per_week={tier: hours.whole(tier, 1, 168) for tier in hours.values},
            variable_pay=section.maybe("variable_pay", section.ratio),
            calibration=_read_calibration(section.optional_section("calibration")),
            sampling=_read_sampling(section.optional_section("sampling")),
            coaching=_read_coaching(section.optional_section("coaching")),
            rubric=_read_rubric(section.optional_section("rubric")),
        )


def _read_calibration(section: Section) -> Calibration:
    with section:
        spread = section.maybe("spread", lambda key: section.choice(key, _SPREADS))
        points = section.maybe("points", lambda key: Fraction(section.whole(key, 1, 100)))
        if (spread is None) != (points is None):
            raise section.problem("points", "points where spread is set, and only there")
        return Calibration(
            section.maybe("every_days", lambda key: section.whole(key, 1, 365)),
            section.maybe("minutes", lambda key: section.whole(key, 1, 600)),
            spread,
            points,
        )


def _read_sampling(section: Section) -> Sampling:
    with section:
        return Sampling(
            section.maybe("per_week", lambda key: section.whole(key, 1)),
            section.maybe("new_hires_per_week", lambda key: section.whole(key, 1)),
            section.maybe("new_hire_days", lambda key: section.whole(key, 1)),
            section.maybe("targeted", section.texts) or (),
        )


def _read_coaching(section: Section) -> Coaching:
    with section:
        return Coaching(
            *(
                section.maybe(key, lambda each: section.whole(each, 1, 365))
                for key in ("closed_within_days", "first_days", "first_every_days", "then_every_days")
            )
        )


def _read_rubric(section: Section) -> Rubric:
    with section:
        parts = section.optional_section("weights")
        weights = {part: parts.ratio(part) for part in parts.values}
        if weights and sum(weights.values()) != 1:
            raise section.problem("weights", "weights that sum to 1")
        mode = section.maybe("not_applicable", lambda key: section.choice(key, _NOT_APPLICABLE)) or "reweight"
        return Rubric(
            weights, mode, section.maybe("items", section.wholes), section.maybe("subjects", section.texts) or ()
        )
