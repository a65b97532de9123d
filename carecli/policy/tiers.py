"""What a tier of customers is promised in each channel, and in which hours (C13.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from carecli.clocks.business_days import DayMode
from carecli.clocks.tape import Edge
from carecli.policy.amounts import Amount, decimal_text
from carecli.policy.bands import AtLeast, AtMost, Band, Verdict
from carecli.policy.section import Section
from carecli.policy.targets import (
    CLOCK_KINDS,
    DENOMINATORS,
    EDGES,
    HOURS_WORDS,
    ClockKind,
    ClockName,
    ClockTarget,
    Denominator,
    ServiceLevel,
    budget,
    duration,
    read_clock_targets,
)
from carecli.tables import CHANNELS

Statistic = Literal["share", "median", "asa", "limit"]
"""How many answers are judged together: the share in time, their median, the mean wait, or each by itself (C0.27)."""

AfterHours = Literal["arrival", "next-open"]

STATISTICS: tuple[Statistic, ...] = ("share", "median", "asa", "limit")
_AFTER_HOURS: tuple[AfterHours, ...] = ("arrival", "next-open")


@dataclass(frozen=True, slots=True)
class ChannelTarget:
    """How soon a first answer is due in a channel. Times are seconds of `clock`."""

    statistic: Statistic
    within: int
    clock: ClockKind
    edge: Edge = "within"
    goal: Fraction | None = None
    """The share that is to be in time; only for the statistic `share`."""
    limit: int | None = None
    """The outer limit where `within` is a goal: between the two an answer is at risk (R117, R131, R134)."""
    denominator: Denominator = "answered"
    after_hours: int | None = None
    """What holds instead of `within` for who arrives outside the business hours (R111)."""
    after_hours_rule: AfterHours = "arrival"
    """`next-open`: `after_hours` is set aside, and `within` counts business time (R111)."""
    acknowledge: int | None = None
    """A first sign of life, elapsed (R71)."""
    addon: str | None = None
    """Only customers with this add-on have the channel (R233)."""

    def target(self, arrived_open: bool = True) -> ClockTarget:
        """The clock of one contact, by whether it arrived in business hours."""
        if self.after_hours is not None and self.after_hours_rule == "next-open":
            return ClockTarget("business", seconds=self.within, edge=self.edge)
        seconds = self.within if arrived_open or self.after_hours is None else self.after_hours
        return ClockTarget(self.clock, seconds=seconds, edge=self.edge)

    @property
    def band(self) -> Band | None:
        """What the statistic is held to; None where each answer is judged by itself (C0.27)."""
        if self.statistic == "share" and self.goal is not None:
            return AtLeast(Amount(self.goal))
        return None if self.statistic == "limit" else self._times

    def verdict_of_one(self, waited: Fraction) -> Verdict:
        """How one answer is judged after `waited` seconds of its clock."""
        return self._times.verdict(waited)

    def late(self, waits: Sequence[Fraction]) -> int:
        """How many answers came after the outer limit."""
        return sum(self.verdict_of_one(wait) == "miss" for wait in waits)

    @property
    def _times(self) -> AtMost:
        outer = self.within if self.limit is None else self.limit
        return AtMost(_seconds(self.within), _seconds(outer), self.edge == "under")

    def __str__(self) -> str:
        sign = "<" if self.edge == "under" else "<="
        limit = "" if self.limit is None else f" (limit {duration(self.limit)})"
        hours = HOURS_WORDS[self.clock]
        later = f", {duration(self.after_hours)} after hours" if self.after_hours is not None else ""
        what = f"{decimal_text(self.goal * 100)} % " if self.goal is not None else _STATISTIC_WORDS[self.statistic]
        addon = f", with the add-on {self.addon}" if self.addon else ""
        return f"{what}{sign}{duration(self.within)}{hours}{limit}{later}{addon}"


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier of customers. Its name means something only inside its pack (X21)."""

    title: str
    calendar: str | None
    """The hours it is covered in; None for those of the queue."""
    targets: Mapping[str, ChannelTarget]
    """By channel; a channel without entry is promised nothing, and contacts in it are out of plan."""
    channel_calendars: Mapping[str, str]
    """Where a channel has other hours than the tier (R139)."""
    priorities: Mapping[str, Mapping[ClockName, ClockTarget]]
    """Clocks that go before those of the pack's priorities."""

    def calendar_of(self, channel: str | None) -> str | None:
        """The hours of a channel in this tier; None for those of the queue."""
        return self.channel_calendars.get(channel or "", self.calendar)


_STATISTIC_WORDS: Mapping[Statistic, str] = {"share": "", "median": "median ", "asa": "ASA ", "limit": ""}


def read_tier(section: Section, calendars: Sequence[str], day_mode: DayMode) -> Tier:
    with section:
        own = section.optional_section("channel_calendars")
        own.only(CHANNELS)
        priorities = section.optional_section("priorities").sections()
        return Tier(
            title=section.text("title"),
            calendar=section.maybe("calendar", lambda key: section.choice(key, calendars)),
            targets=read_targets(section.optional_section("targets")),
            channel_calendars={channel: own.choice(channel, calendars) for channel in own.values},
            priorities={name: read_clock_targets(each, day_mode) for name, each in priorities.items()},
        )


def read_targets(section: Section) -> dict[str, ChannelTarget]:
    """Targets by channel."""
    return {channel: _read_target(each) for channel, each in section.sections(among=CHANNELS).items()}


def of_service_level(level: ServiceLevel) -> ChannelTarget:
    """The service level of a channel as the target of each of its contacts."""
    return ChannelTarget(
        "share", level.threshold_sec, level.clock, level.edge, goal=level.goal, denominator=level.denominator
    )


def _read_target(section: Section) -> ChannelTarget:
    with section:
        statistic = section.choice("statistic", STATISTICS)
        clock = section.choice("clock", CLOCK_KINDS)
        within, limit, after_hours, acknowledge = (
            _seconds_of(section, key, clock) for key in ("within", "limit", "after_hours", "acknowledge")
        )
        if within is None:
            raise section.problem("within", "a value")
        if limit is not None and limit <= within:
            raise section.problem("limit", "a time above `within`")
        goal = section.maybe("goal", section.ratio)
        if (goal is not None) != (statistic == "share"):
            raise section.problem("goal", "a goal for the statistic share, and none for others")
        return ChannelTarget(
            statistic,
            within,
            clock,
            section.maybe("edge", lambda key: section.choice(key, EDGES)) or "within",
            goal,
            limit,
            section.maybe("denominator", lambda key: section.choice(key, DENOMINATORS)) or "answered",
            after_hours,
            section.maybe("after_hours_rule", lambda key: section.choice(key, _AFTER_HOURS)) or "arrival",
            acknowledge,
            section.maybe("addon", section.text),
        )


def _seconds_of(section: Section, key: str, clock: ClockKind) -> int | None:
    """A time in seconds; days only where they are elapsed and so have 24 h."""
    if not section.has(key):
        return None
    seconds, _, _ = budget(section, key, clock)
    if seconds is None:
        raise section.problem(key, "a time such as '15 min'")
    return seconds


def _seconds(number: int) -> Amount:
    return Amount(Fraction(number), "s")
