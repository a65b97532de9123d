"""Which promise a clock keeps: that of the journey, else of the priority, the tier, the channel (C0.28)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import polars as pl

from carecli.clocks.arrivals import arrival_budgets
from carecli.clocks.budgets import Edge, Night
from carecli.clocks.calendar import Calendar, always
from carecli.policy.pack import Pack
from carecli.policy.priorities import pack_priority
from carecli.policy.targets import CLOCK_NAMES, ClockKind, ClockName, ClockTarget, Denominator
from carecli.policy.tiers import ChannelTarget, Tier

LIVE = ("voice", "chat")
"""Channels where somebody waits on the line; in the others each contact is a case with a due time of its own."""

SHORT = 3600
"""Below this a target is one of seconds or minutes: live contacts that arrive closed are left out of it (C0.26)."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What decides which promise holds, in the words of the data; None is not known."""

    journey: str | None = None
    """As the pack names it (`[classes.journey]`)."""
    priority: str | None = None
    tier: str | None = None
    channel: str | None = None
    queue: str | None = None


@dataclass(frozen=True)
class Promise:
    """A budget on a calendar, and the key of the pack that it comes from.

    A `target` of None is out of plan: the customer's tier does not have the channel.
    """

    clock: ClockName
    key: str
    target: ClockTarget | ChannelTarget | None
    calendar: Calendar
    """What the clock runs on; its night widens first responses (R95)."""
    business: Calendar
    """The hours by which an arrival is inside or after hours (R111)."""
    hours: Calendar | None
    """The hours outside which a live contact is out of coverage (R139); None where nobody states any."""
    channel: str | None = None
    """The channel it is a promise of; None for one of a journey or priority."""

    @property
    def edge(self) -> Edge:
        return self.target.edge if self.target is not None else "within"

    @property
    def kind(self) -> ClockKind:
        """Elapsed time, the hours of coverage, or business hours (C0.24)."""
        return _kind(self.target)

    @property
    def live(self) -> bool:
        return self.channel in LIVE

    @property
    def together(self) -> bool:
        """Whether answers are judged together and not each by itself: by a median, a mean, or the share of a live
        channel. A share of e-mails is one of clocks: what is overdue counts as breached (C0.7).
        """
        if not isinstance(self.target, ChannelTarget):
            return False
        return self.target.statistic in ("median", "asa") or (self.target.statistic == "share" and self.live)

    @property
    def denominator(self) -> Denominator:
        """Which contacts a share is of (R5); a median or a mean is of the answered ones."""
        share = isinstance(self.target, ChannelTarget) and self.target.statistic == "share"
        return self.target.denominator if share and isinstance(self.target, ChannelTarget) else "answered"

    @property
    def leaves_out_closed(self) -> bool:
        """Whether contacts that arrive outside `hours` are left out (C0.26, R139)."""
        target = self.target
        short = isinstance(target, ChannelTarget) and self.kind == "elapsed" and target.within < SHORT
        return self.live and short and self.hours is not None

    def budgets(self, start: pl.Series) -> pl.Series:
        """The open seconds each clock is given by its start (epoch seconds), before any night: up to the outer limit
        where a target has one (R117, R131). Null stays null; out of plan all are null.
        """
        if isinstance(self.target, ChannelTarget):
            outer = self.target.within if self.target.limit is None else self.target.limit
            return self._of_channel(start, self.target, outer)
        if self.target is None or self.target.seconds is not None:
            return _constant(start, None if self.target is None else self.target.seconds)
        return self.calendar.elapsed(start, self.target.due(self.calendar, start))

    def goals(self, start: pl.Series) -> pl.Series:
        """The goal inside the limit, above which an answer is at risk; null where a target has no limit beside it."""
        limited = isinstance(self.target, ChannelTarget) and self.target.limit is not None
        return _constant(start, self.target.within if limited and isinstance(self.target, ChannelTarget) else None)

    @property
    def seconds(self) -> int | None:
        """The budget where it is the same whenever a clock starts; None where it depends on the start."""
        if isinstance(self.target, ClockTarget):
            return self.target.seconds
        if self.target is None or _by_arrival(self.target):
            return None
        return self.target.within if self.target.limit is None else self.target.limit

    def _of_channel(self, start: pl.Series, target: ChannelTarget, outer: int) -> pl.Series:
        if target.after_hours is None or not _by_arrival(target):
            return _constant(start, outer)
        return arrival_budgets(self.business, start, outer, target.after_hours)


def promise_of(pack: Pack, clock: ClockName, matter: Matter) -> Promise | None:
    """The promise of a clock; None where nothing is promised."""
    tier = tier_of(pack, matter.tier)
    of_case = _of_case(pack, clock, matter, tier)
    if of_case is not None:
        return _promise(pack, clock, *of_case, matter, tier, None)
    if clock != "first_response" or matter.channel is None:
        return None
    of_channel = _of_channel(pack, tier, matter.channel)
    return None if of_channel is None else _promise(pack, clock, *of_channel, matter, tier, matter.channel)


def tier_of(pack: Pack, word: str | None) -> str | None:
    """The pack's tier that a word of the data names, by key or title; None where the pack has no such tier."""
    if word is None:
        return None
    named = word.casefold()
    found = (
        key
        for key, tier in pack.programme.tiers.items()
        if named in (key.casefold(), tier.title.casefold(), f"{pack.id}.{key}".casefold())
    )
    return next(found, None)


def promise_keys(pack: Pack) -> tuple[str, ...]:
    """Every key a promise of the pack can come from, always in one order; `tiers.NAME` stands for out of plan."""
    return tuple(dict.fromkeys(_keys(pack)))


def target_of(pack: Pack, key: str) -> ClockTarget | ChannelTarget | None:
    """What a key of `promise_keys` promises; None for out of plan. KeyError where the pack has no such key."""
    from carecli.policy.tiers import of_service_level

    table, *path = key.split(".")
    programme = pack.programme
    match table, path:
        case "journeys", [name, clock]:
            return programme.journeys[name][_clock(clock)]
        case "priorities", [name, clock]:
            return pack.priorities[name][_clock(clock)]
        case "tiers", [tier, "priorities", name, clock]:
            return programme.tiers[tier].priorities[name][_clock(clock)]
        case "tiers", [tier, "targets", channel]:
            return programme.tiers[tier].targets[channel]
        case "tiers", [tier] if tier in programme.tiers:
            return None
        case "targets", [channel]:
            return programme.targets[channel]
        case "service_level", [channel]:
            return of_service_level(pack.service_level[channel])
    raise KeyError(key)


def _clock(name: str) -> ClockName:
    return next(clock for clock in CLOCK_NAMES if clock == name)


def _keys(pack: Pack) -> Iterator[str]:
    programme = pack.programme
    clocks = {f"journeys.{name}": each for name, each in programme.journeys.items()}
    for tier, promised in programme.tiers.items():
        clocks |= {f"tiers.{tier}.priorities.{name}": each for name, each in promised.priorities.items()}
    clocks |= {f"priorities.{name}": each for name, each in pack.priorities.items()}
    yield from (f"{table}.{clock}" for table, own in clocks.items() for clock in CLOCK_NAMES if clock in own)
    for tier, promised in programme.tiers.items():
        yield from (f"tiers.{tier}", *(f"tiers.{tier}.targets.{channel}" for channel in promised.targets))
    yield from (f"targets.{channel}" for channel in programme.targets)
    yield from (f"service_level.{channel}" for channel in pack.service_level)


def _of_case(pack: Pack, clock: ClockName, matter: Matter, tier: str | None) -> tuple[str, ClockTarget] | None:
    """The clock of a journey, else of a priority: the tier's own, else the pack's where the tier has it."""
    own = pack.programme.journeys.get(matter.journey or "", {}).get(clock)
    if own is not None:
        return f"journeys.{matter.journey}.{clock}", own
    promised = pack.programme.tiers[tier].priorities if tier is not None else {}
    priority = pack_priority(matter.priority, (*pack.priorities, *promised))
    where = f"tiers.{tier}." if clock in promised.get(priority or "", {}) else ""
    target = pack.priority_of(priority, clock, tier)
    return None if target is None else (f"{where}priorities.{priority}.{clock}", target)


def _of_channel(pack: Pack, tier: str | None, channel: str) -> tuple[str, ChannelTarget | None] | None:
    """How soon a tier is answered in a channel; an add-on nobody is known to have is out of plan too (R233)."""
    target = pack.channel_target(tier, channel)
    if tier is not None:
        bought = target is not None and target.addon is None
        return (f"tiers.{tier}.targets.{channel}", target) if bought else (f"tiers.{tier}", None)
    if target is None:
        return None
    table = "targets" if channel in pack.programme.targets else "service_level"
    return f"{table}.{channel}", target


def _promise(
    pack: Pack,
    clock: ClockName,
    key: str,
    target: ClockTarget | ChannelTarget | None,
    matter: Matter,
    tier: str | None,
    channel: str | None,
) -> Promise:
    covered = pack.tier_calendar(tier, matter.channel, matter.queue)
    business = pack.clock_calendar("business", matter.queue)
    kind = _kind(target)
    calendar = covered if kind == "coverage" else business if kind == "business" else _day_and_night(covered, pack.zone)
    own = None if tier is None else pack.programme.tiers[tier]
    return Promise(clock, key, target, calendar, business, _stated(pack, own, matter, covered), channel)


def _by_arrival(target: ChannelTarget) -> bool:
    """Whether the budget depends on the hour of arrival (R111)."""
    return target.after_hours is not None and target.after_hours_rule == "arrival"


def _kind(target: ClockTarget | ChannelTarget | None) -> ClockKind:
    if isinstance(target, ChannelTarget):
        return target.target().clock
    return "elapsed" if target is None else target.clock


def _stated(pack: Pack, tier: Tier | None, matter: Matter, covered: Calendar) -> Calendar | None:
    """The hours of coverage where somebody states them: the default calendar is no statement about a queue."""
    of_tier = tier is not None and tier.calendar_of(matter.channel) is not None
    return covered if of_tier or (matter.queue or "") in pack.queue_calendars else None


def _day_and_night(covered: Calendar, zone: str) -> Calendar:
    """Elapsed time; a night of the hours of coverage widens it too (R95)."""
    return always(zone) if covered.night is None else _with_night(covered.zone, covered.night)


@lru_cache(maxsize=64)
def _with_night(zone: str, night: Night) -> Calendar:
    return replace(always(zone), night=night)


def _constant(start: pl.Series, seconds: int | None) -> pl.Series:
    known = pl.when(start.is_not_null()).then(pl.lit(seconds, pl.Int64))
    return pl.select(known).to_series().alias(start.name)
