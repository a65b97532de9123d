"""Targets in time: the service level of a channel, and the clocks of a priority."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import polars as pl

from carecli.clocks.business_days import DayMode, business_days_due, business_days_due_at
from carecli.clocks.calendar import Calendar
from carecli.clocks.tape import Edge
from carecli.policy.amounts import Amount, decimal_text
from carecli.policy.bands import AtLeast
from carecli.policy.section import Section

ClockKind = Literal["elapsed", "coverage", "business"]
"""C0.24: elapsed day and night, in the hours of the queue, or in the business hours of the pack."""

ClockName = Literal["first_response", "next_response", "update", "workaround", "resolution"]
Denominator = Literal["answered", "offered", "offered_minus_short"]

CLOCK_KINDS: tuple[ClockKind, ...] = ("elapsed", "coverage", "business")
CLOCK_NAMES: tuple[ClockName, ...] = ("first_response", "next_response", "update", "workaround", "resolution")
DENOMINATORS: tuple[Denominator, ...] = ("answered", "offered", "offered_minus_short")
EDGES: tuple[Edge, ...] = ("within", "under")
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """The share of a channel's contacts that is to be answered in time (R5-R8)."""

    within: Amount
    goal: Fraction
    risk_low: Fraction | None
    denominator: Denominator
    clock: ClockKind
    edge: Edge
    choices: tuple[Amount, ...] = ()
    """Thresholds among which a lead may switch the view (R7)."""

    @property
    def threshold_sec(self) -> int:
        return int(self.within.value)

    @property
    def threshold_ms(self) -> int:
        return int(self.within.value * 1000)

    @property
    def band(self) -> AtLeast:
        return AtLeast(Amount(self.goal), None if self.risk_low is None else Amount(self.risk_low))

    def __str__(self) -> str:
        unit = f"b{self.within.unit}" if self.clock == "business" else self.within.unit
        under = "under " if self.edge == "under" else ""
        return f"{decimal_text(self.goal * 100)} % in {under}{self.within.shown_number} {unit}"


@dataclass(frozen=True, slots=True)
class ClockTarget:
    """A clock's budget: `seconds`, or `days` of a calendar (exactly one is set)."""

    clock: ClockKind
    seconds: int | None = None
    days: int | None = None
    edge: Edge = "within"
    day_mode: DayMode = "budget"

    def due(self, calendar: Calendar, start: pl.Series) -> pl.Series:
        """When it is due, by start (epoch seconds); null stays null."""
        if self.seconds is not None:
            return calendar.due(start, self.seconds)
        return business_days_due(calendar, start, self.days or 0, self.day_mode)

    def due_at(self, calendar: Calendar, start: int) -> int:
        """When it is due that started at `start`."""
        if self.seconds is not None:
            return calendar.due_at(start, self.seconds)
        return business_days_due_at(calendar, start, self.days or 0, self.day_mode)

    def budget_at(self, calendar: Calendar, start: int) -> int:
        """The open seconds of a clock that started at `start`, as `run_clock` wants them."""
        return (
            self.seconds if self.seconds is not None else calendar.elapsed_seconds(start, self.due_at(calendar, start))
        )


def read_service_level(section: Section) -> ServiceLevel:
    with section:
        goal = section.ratio("goal")
        risk_low = section.ratio("risk_low") if section.has("risk_low") else None
        if risk_low is not None and risk_low > goal:
            raise section.problem("risk_low", "a ratio not above the goal")
        return ServiceLevel(
            within=section.seconds("within"),
            goal=goal,
            risk_low=risk_low,
            denominator=section.choice("denominator", DENOMINATORS),
            clock=section.choice("clock", CLOCK_KINDS),
            edge=section.choice("edge", EDGES),
            choices=section.amounts("choices") if section.has("choices") else (),
        )


def read_clock_targets(section: Section, day_mode: DayMode) -> dict[ClockName, ClockTarget]:
    """The clocks of one priority by name."""
    clocks = section.sections(among=CLOCK_NAMES)
    return {name: _read_clock_target(clocks[name], day_mode) for name in CLOCK_NAMES if name in clocks}


def _read_clock_target(section: Section, day_mode: DayMode) -> ClockTarget:
    with section:
        within, clock = section.amount("within"), section.choice("clock", CLOCK_KINDS)
        edge = section.choice("edge", EDGES) if section.has("edge") else "within"
        days = int(within.number)
        if within.is_time:
            return ClockTarget(clock, seconds=int(within.value), edge=edge)
        if within.unit not in ("day", "days") or days != within.number or days < 1:
            raise section.problem("within", "a time such as '15 min' or whole days such as '3 days'")
        if clock == "elapsed":
            return ClockTarget(clock, seconds=days * DAY_SECONDS, edge=edge)
        return ClockTarget(clock, days=days, edge=edge, day_mode=day_mode)
