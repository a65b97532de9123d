"""How many people a load needs by the rules of a pack (C4). None: the document sets no such rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Literal

from carecli.policy.section import Section
from carecli.tables import CHANNELS

Ends = tuple[Fraction, Fraction]
Rounding = Literal["once", "per_step"]
_ROUNDINGS: tuple[Rounding, ...] = ("once", "per_step")


@dataclass(frozen=True, slots=True)
class Staffing:
    """The staffing rules of a pack. Ranges have both ends included."""

    shrinkage: Ends | None
    """Paid time that is not spent with customers (R184, R187)."""
    surge: Fraction | None
    """What is added for peaks (R188, R196)."""
    rounding: Rounding
    """Rounded up once at the end, or at each step (R188)."""
    occupancy: Ends | None
    """R178."""
    rule_of_thumb: Fraction | None
    """The occupancy of the document's own estimate, shown beside Erlang C (R183)."""
    interval_minutes: int
    history_weeks: tuple[int, int] | None
    """R177."""
    ramp_weeks: int | None
    """Weeks to full productivity (R201, C0.16)."""
    per_hour: Mapping[str, tuple[int, int]]
    """Contacts that one agent handles in an hour, by channel (R189, R190)."""
    cases_per_agent_month: tuple[int, int] | None
    """R195."""
    stated_agents: tuple[int, int] | None
    """Agents that the document states for `stated_cases` a month (R194)."""
    stated_cases: int | None
    onboarding_hours: tuple[int, int] | None
    """R191."""
    training_hours_per_week: int | None
    accounts_per_agent: tuple[int, int] | None
    """R192."""
    backlog_by_burn_rate: bool
    """Whether e-mail is planned by what the backlog burns down instead of Erlang C (R179)."""

    def scheduled(self, base: Fraction) -> tuple[int, int]:
        """People to schedule for `base` at work: with surge, then shrinkage, rounded up (R184, R187, R188, R196)."""
        low, high = self.shrinkage or (Fraction(0), Fraction(0))
        surged = base * (1 + (self.surge or 0))
        if self.rounding == "per_step":
            surged = Fraction(ceil(surged))
        return ceil(surged / (1 - low)), ceil(surged / (1 - high))


def read_staffing(section: Section) -> Staffing:
    with section:
        hourly = section.optional_section("per_hour")
        hourly.only(CHANNELS)
        return Staffing(
            shrinkage=section.maybe("shrinkage", section.ratio_ends),
            surge=section.maybe("surge", section.ratio),
            rounding=section.choice("rounding", _ROUNDINGS),
            occupancy=section.maybe("occupancy", section.ratio_ends),
            rule_of_thumb=section.maybe("rule_of_thumb", section.ratio),
            interval_minutes=section.whole("interval_minutes", 1, 1440),
            history_weeks=section.maybe("history_weeks", section.wholes),
            ramp_weeks=section.maybe("ramp_weeks", lambda key: section.whole(key, 1, 104)),
            per_hour={channel: hourly.wholes(channel) for channel in hourly.values},
            cases_per_agent_month=section.maybe("cases_per_agent_month", section.wholes),
            stated_agents=section.maybe("stated_agents", section.wholes),
            stated_cases=section.maybe("stated_cases", section.whole),
            onboarding_hours=section.maybe("onboarding_hours", section.wholes),
            training_hours_per_week=section.maybe("training_hours_per_week", section.whole),
            accounts_per_agent=section.maybe("accounts_per_agent", section.wholes),
            backlog_by_burn_rate=bool(section.maybe("backlog_by_burn_rate", section.flag)),
        )
