"""Targets in time: the service level of a channel, and the clocks of a priority."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import polars as pl

from carecli.clocks.business_days import DayMode, business_days_due, business_days_due_at, same_day_due_at
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
HOURS_WORDS = {"elapsed": "", "coverage": " of its hours", "business": " of business hours"}
"""What a time of a clock is counted in, as printed behind it."""
SAME_DAY = "same day"
"""A budget that ends when the day does (R144)."""


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
    """A clock's budget: `seconds`, `days` of a calendar, or `same_day`, the close of the day (exactly one is set)."""

    clock: ClockKind
    seconds: int | None = None
    days: int | None = None
    edge: Edge = "within"
    day_mode: DayMode = "budget"
    same_day: bool = False
    """Before the close of the day of arrival, or of the next open day (R144)."""
    share: Fraction | None = None
    """The share of cases that is to be in time (R137); None where every one is."""
    tiers: tuple[str, ...] = ()
    """The tiers that have it; empty for all."""

    @property
    def band(self) -> AtLeast | None:
        """The share that is to be in time; None where each is judged by itself (C0.27)."""
        return None if self.share is None else AtLeast(Amount(self.share))

    def __str__(self) -> str:
        share = f"{decimal_text(self.share * 100)} % " if self.share is not None else ""
        if self.same_day:
            return f"{share}the same day"
        sign = "<" if self.edge == "under" else "<="
        if self.seconds is not None:
            return f"{share}{sign}{duration(self.seconds)}{HOURS_WORDS[self.clock]}"
        days = f"{self.days} business day{'' if self.days == 1 else 's'}"
        return f"{share}{sign}{days}" + (", to their end" if self.day_mode == "end-of-day" else "")

    def due(self, calendar: Calendar, start: pl.Series) -> pl.Series:
        """When it is due, by start (epoch seconds); null stays null."""
        if self.seconds is not None:
            return calendar.due(start, self.seconds)
        if self.same_day:
            due_at = {at: same_day_due_at(calendar, at) for at in start.unique() if at is not None}
            return start.replace_strict(due_at, default=None, return_dtype=pl.Int64)
        return business_days_due(calendar, start, self.days or 0, self.day_mode)

    def due_at(self, calendar: Calendar, start: int) -> int:
        """When it is due that started at `start`."""
        if self.seconds is not None:
            return calendar.due_at(start, self.seconds)
        if self.same_day:
            return same_day_due_at(calendar, start)
        return business_days_due_at(calendar, start, self.days or 0, self.day_mode)

    def budget_at(self, calendar: Calendar, start: int) -> int:
        """The open seconds of a clock that started at `start`, as `run_clock` wants them."""
        return (
            self.seconds if self.seconds is not None else calendar.elapsed_seconds(start, self.due_at(calendar, start))
        )

    def met(self, used: int) -> bool:
        """Whether `used` open seconds keep a budget in seconds: `under` leaves out the limit itself (C0.2)."""
        if self.seconds is None:
            raise ValueError("a budget of days is judged by its due time")
        return used < self.seconds if self.edge == "under" else used <= self.seconds


def duration(seconds: int) -> str:
    """Such as `90 s`, `5 min`, `4 h`, `7 days`: in the greatest unit that leaves a whole number of two or more."""
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds % size == 0 and seconds >= (2 * size if unit != "h" else size):
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


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
    return {name: read_clock_target(clocks[name], day_mode) for name in CLOCK_NAMES if name in clocks}


def read_clock_target(section: Section, day_mode: DayMode) -> ClockTarget:
    """`{ within = "4 h", clock = "business" }`, with edge, share and tiers where they are given."""
    with section:
        return clock_target(section, day_mode)


def clock_target(section: Section, day_mode: DayMode, default: ClockKind | None = None) -> ClockTarget:
    """The same inside a table that holds other keys too; `default` is the clock where none is named."""
    clock = default if default and not section.has("clock") else section.choice("clock", CLOCK_KINDS)
    edge: Edge = section.choice("edge", EDGES) if section.has("edge") else "within"
    share = section.maybe("share", section.ratio)
    tiers = section.maybe("tiers", section.texts) or ()
    seconds, days, same_day = budget(section, "within", clock)
    return ClockTarget(clock, seconds, days, edge, day_mode, same_day, share, tiers)


def budget(section: Section, key: str, clock: ClockKind) -> tuple[int | None, int | None, bool]:
    """A budget as seconds, as open days, or as the same day."""
    if section.raw(key) == SAME_DAY and clock != "elapsed":
        return None, None, True
    within = section.amount(key)
    days = int(within.number)
    if within.is_time:
        return int(within.value), None, False
    if within.unit not in ("day", "days") or days != within.number or days < 1:
        raise section.problem(key, f"a time such as '15 min', whole days such as '3 days', or '{SAME_DAY}'")
    return (days * DAY_SECONDS, None, False) if clock == "elapsed" else (None, days, False)
