"""Goals of a part of the work: a metric of one tier, priority, segment or class, by one statistic (C1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from carecli.policy.bands import Band, read_band
from carecli.policy.section import Section

GoalStatistic = Literal[
    "favourable", "mean", "median", "score", "share", "rise", "fall", "relative_rise", "relative_fall"
]
"""`favourable`: share of favourable answers; `score`: an NPS; the others compare with a baseline."""

GoalWindow = Literal["week", "month", "quarter", "year", "90 days", "3 calendar months"]

STATISTICS: tuple[GoalStatistic, ...] = (
    "favourable",
    "mean",
    "median",
    "score",
    "share",
    "rise",
    "fall",
    "relative_rise",
    "relative_fall",
)
WINDOWS: tuple[GoalWindow, ...] = ("week", "month", "quarter", "year", "90 days", "3 calendar months")
DIMENSIONS = ("tier", "priority", "segment", "issue_class", "complexity", "survey_type", "channel")
METRICS = (
    "aht",
    "asa",
    "attainment",
    "churn_rate",
    "cost_per_contact",
    "csat",
    "fcr",
    "nps",
    "repeat_contacts",
    "repeat_root_causes",
    "resolved_in_48h",
    "ttr",
    "upsell",
)
"""What a goal may be set for; the names are the dictionary's."""

MOVEMENTS: tuple[GoalStatistic, ...] = ("rise", "fall", "relative_rise", "relative_fall")
"""Statistics that compare a figure with its baseline; the others are levels of it."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A band for one statistic of a metric where every dimension of `where` has the value named."""

    metric: str
    statistic: GoalStatistic
    where: Mapping[str, str]
    band: Band
    window: GoalWindow | None = None
    minimum_response: Fraction | None = None
    """Below this response rate a figure is shown without a verdict (R47, R62)."""
    otherwise: str | None = None
    """Another goal whose being met is enough (R46)."""
    directional: bool = False
    """Shown as a direction, not as a promise (R52)."""
    baseline_below: Fraction | None = None
    """The goal holds only where the baseline lies under this (R52)."""

    def holds_for(self, where: Mapping[str, str]) -> bool:
        """Whether a figure of the slice `where` is judged by this goal."""
        return all(where.get(dimension) == value for dimension, value in self.where.items())

    @property
    def moves(self) -> bool:
        """Whether it is held against a change and not against a level."""
        return self.statistic in MOVEMENTS

    def __str__(self) -> str:
        """The target as printed, such as `median <=4 h`, `>=92 %` or `relative fall 10-20 %`."""
        named = "" if self.statistic in ("favourable", "score", "share") else self.statistic.replace("_", " ")
        return f"{named} {self.band}".strip()


def read_goals(section: Section) -> dict[str, Goal]:
    """Goals by name."""
    goals = {name: _read_goal(each) for name, each in section.sections().items()}
    for name, goal in goals.items():
        if goal.otherwise is not None and goal.otherwise not in goals:
            own = section.section(name)
            raise own.problem("otherwise", f"one of {', '.join(sorted(goals))}")
    return goals


def goals_of(goals: Mapping[str, Goal], metric: str, where: Mapping[str, str]) -> Iterator[Goal]:
    """The goals by which a metric of a slice is judged."""
    return (goal for goal in goals.values() if goal.metric == metric and goal.holds_for(where))


def _read_goal(section: Section) -> Goal:
    with section:
        metric = section.choice("metric", METRICS)
        statistic = section.choice("statistic", STATISTICS)
        where = section.optional_section("where")
        with where:
            slice_ = {dimension: where.text(dimension) for dimension in DIMENSIONS if where.has(dimension)}
        # The keys of the band stand beside these; read_band refuses what neither knows.
        return Goal(
            metric,
            statistic,
            slice_,
            window=section.maybe("window", lambda key: section.choice(key, WINDOWS)),
            minimum_response=section.maybe("minimum_response", section.ratio),
            otherwise=section.maybe("otherwise", section.text),
            directional=bool(section.maybe("directional", section.flag)),
            baseline_below=section.maybe("baseline_below", lambda key: section.amount(key).value),
            band=read_band(section),
        )
