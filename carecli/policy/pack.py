"""A care programme as one typed, validated, frozen object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from carecli.clocks.arrivals import night_budget_at
from carecli.clocks.business_days import DayMode
from carecli.clocks.calendar import Calendar, always
from carecli.policy import rules
from carecli.policy.amounts import Amount
from carecli.policy.bands import ANY, TOTAL, AtMost, Band, Verdict, band_of, read_bands
from carecli.policy.business import Business, Costs, read_business, read_costs
from carecli.policy.calendars import MaintenanceWindow, PackCalendar, is_zone, read_calendar
from carecli.policy.classes import Classes, read_classes
from carecli.policy.layers import Layers, PackError, available_packs, flat, is_shipped, read_layers
from carecli.policy.outcomes import Outcomes, Reasons, read_outcomes, read_reasons
from carecli.policy.section import Section
from carecli.policy.targets import (
    ClockKind,
    ClockName,
    ClockTarget,
    ServiceLevel,
    read_clock_targets,
    read_service_level,
)
from carecli.tables import CHANNELS

if TYPE_CHECKING:
    from carecli.policy.incidents import Step
    from carecli.policy.programme import Programme
    from carecli.policy.tiers import ChannelTarget

__all__ = ["Pack", "PackError", "available_packs", "load_pack"]

Status = Literal["internal", "contractual"]
OWN_HOURS = "queue"

PROGRAMME_TABLES = (
    "addons",
    "alerts",
    "callback",
    "counting",
    "credits",
    "exceptions",
    "goals",
    "handover",
    "journeys",
    "knowledge",
    "ladders",
    "lifecycle",
    "lint",
    "papers",
    "plans",
    "prices",
    "quality",
    "reconciliation",
    "retention",
    "rota",
    "scorecard",
    "severities",
    "sign_off",
    "staffing",
    "survey",
    "targets",
    "tiers",
    "triggers",
)
"""The tables of a pack that are read when its programme is first asked for."""

_STATUSES: tuple[Status, ...] = ("internal", "contractual")
_DAY_MODES: tuple[DayMode, ...] = ("budget", "end-of-day")


@dataclass(frozen=True)
class Pack:
    """What is promised and what counts. Mappings are by name: of a calendar, channel, metric or priority."""

    id: str
    title: str
    version: str
    status: Status
    settling: time
    """Local time of the next day at which a day is stabilised (C0.10)."""

    zone: str
    """The reporting zone."""

    calendars: Mapping[str, Calendar]
    maintenance: Mapping[str, tuple[MaintenanceWindow, ...]]
    default_calendar: str
    queue_calendars: Mapping[str, str]
    business_calendar: str
    business_days: DayMode
    at_risk: Fraction
    offered: rules.Offered
    service_level: Mapping[str, ServiceLevel]
    bands: Mapping[str, Mapping[str, Band]]
    asa: rules.Asa
    aht: rules.Aht
    fcr: rules.Fcr
    csat: rules.Csat
    nps: rules.Nps
    reopen: rules.Reopen
    escalation: rules.Escalation
    backlog: rules.Backlog
    exclusions: rules.Exclusions
    classes: Classes
    outcomes: Outcomes
    reasons: Reasons
    costs: Costs
    business: Business
    pauses: rules.Pauses
    priorities: Mapping[str, Mapping[ClockName, ClockTarget]]
    settings: Mapping[str, str] = field(repr=False)
    """Every value as text by dotted key, for showing and comparing packs."""
    origins: Mapping[str, str] = field(repr=False)
    """The file that set each dotted key."""
    layers: Layers = field(repr=False, compare=False)

    @cached_property
    def programme(self) -> Programme:
        """Tiers, ladders, quality, staffing, money: imported and read when first asked for; most boards need none."""
        from carecli.policy.programme import read_programme

        return read_programme(self.layers, tuple(self.calendars), self.business_days)

    def verdict_band(self, metric: str, channel: str | None, value: Fraction) -> Verdict | None:
        """How a value is judged (C0.1-C0.3): ratios 0..1, times in seconds, money in major units; None without a band.

        A channel of None is the figure of all channels together.
        """
        band = self.band(metric, channel)
        return None if band is None else band.verdict(value)

    def text_target(self, metric: str, channel: str | None) -> str:
        """The target as printed, such as `80 % in 20 s`, `4-7 min` or `<=5-8 %`; empty where there is none."""
        target = self._service_level_of(channel) if metric == "service_level" else self.band(metric, channel)
        return "" if target is None else str(target)

    def band(self, metric: str, channel: str | None) -> Band | None:
        """The band of a metric in a channel, None where nothing is promised."""
        if metric == "service_level":
            level = self._service_level_of(channel)
            return None if level is None else level.band
        if metric == "exception_share":
            return self._exception_limit
        return band_of(self.bands, metric, channel)

    def band_on(self, metric: str, channel: str | None, day: date) -> Band | None:
        """The band of a metric on a local date, flexes included (R51)."""
        flex = self.programme.exceptions.flex(metric, channel, day)
        return flex.band if flex is not None else self.band(metric, channel)

    @property
    def _exception_limit(self) -> Band | None:
        """How many cases may carry an exception (R128)."""
        limit = self.programme.exceptions.weekly_limit
        return None if limit is None else AtMost(Amount(limit), Amount(limit))

    def _service_level_of(self, channel: str | None) -> ServiceLevel | None:
        return None if channel is None else self.service_level.get(channel)

    def calendar_for(self, queue: str | None) -> Calendar:
        """The opening hours of a queue; None and a queue without entry have the default."""
        return self.calendars[self.queue_calendars.get(queue or "", self.default_calendar)]

    def clock_calendar(self, clock: ClockKind, queue: str | None) -> Calendar:
        """The calendar a clock runs on (C0.24)."""
        if clock == "elapsed":
            return always(self.zone)
        own = clock == "coverage" or self.business_calendar == OWN_HOURS
        return self.calendar_for(queue) if own else self.calendars[self.business_calendar]

    def clock_target(self, priority: str | None, clock: ClockName) -> ClockTarget | None:
        """The budget of a priority's clock; None where the pack promises nothing."""
        return self.priorities.get(priority or "", {}).get(clock)

    def channel_target(self, tier: str | None, channel: str) -> ChannelTarget | None:
        """How soon a tier is answered in a channel, or who has none; None where nothing is promised (C13.1)."""
        from carecli.policy.tiers import of_service_level

        own = self.programme.tiers.get(tier or "")
        if own is not None:
            return own.targets.get(channel)
        level = self.service_level.get(channel)
        return self.programme.targets.get(channel) or (None if level is None else of_service_level(level))

    def tier_calendar(
        self, tier: str | None, channel: str | None, queue: str | None = None, addons: Sequence[str] = ()
    ) -> Calendar:
        """The hours a tier is covered in: of an add-on (R232), its own, else those of the queue."""
        own = self.programme.tiers.get(tier or "")
        bought = [self.programme.addons[name].calendar for name in addons if name in self.programme.addons]
        name = next((each for each in bought if each), None if own is None else own.calendar_of(channel))
        return self.calendar_for(queue) if name is None else self.calendars[name]

    def channel_due_at(
        self, tier: str | None, channel: str, start: int, queue: str | None = None, addons: Sequence[str] = ()
    ) -> int | None:
        """When the first answer to a contact that arrived at `start` is due; None where nothing is promised.

        A night of the hours of coverage widens it (R95).
        """
        promised = self.channel_target(tier, channel)
        if promised is None or (promised.addon and promised.addon not in addons):
            return None
        target = promised.target(self.clock_calendar("business", queue).is_open_at(start))
        covered = self.tier_calendar(tier, channel, queue, addons)
        calendar = covered if target.clock == "coverage" else self.clock_calendar(target.clock, queue)
        return calendar.due_at(start, night_budget_at(covered, start, target.seconds or 0, target.edge))

    def step_due_at(self, step: Step, at: int, tier: str | None = None, queue: str | None = None) -> int | None:
        """When a step of a ladder or paper is due, by the time of its anchor; None where the tier has no such step."""
        target = step.target_of(tier)
        if target is None:
            return None
        coverage = target.clock == "coverage"
        calendar = self.tier_calendar(tier, None, queue) if coverage else self.clock_calendar(target.clock, queue)
        return target.due_at(calendar, at)

    def priority_of(self, priority: str | None, clock: ClockName, tier: str | None) -> ClockTarget | None:
        """The clock of a priority for a tier: the tier's own, else the pack's where the tier has it (C0.28)."""
        own = self.programme.tiers.get(tier or "")
        if own is not None and (target := own.priorities.get(priority or "", {}).get(clock)) is not None:
            return target
        target = self.clock_target(priority, clock)
        return None if target is None or (target.tiers and tier is not None and tier not in target.tiers) else target

    def due(self, priority: str | None, clock: ClockName, queue: str | None, start: pl.Series) -> pl.Series:
        """When a clock is due, by start in epoch seconds; null where it is null or nothing is promised."""
        target = self.clock_target(priority, clock)
        if target is None:
            return pl.Series(start.name, [None] * len(start), dtype=pl.Int64)
        return target.due(self.clock_calendar(target.clock, queue), start)


def load_pack(name_or_path: str, *, zone: str) -> Pack:
    """A shipped pack by name, or a TOML file by path; `zone` is the reporting zone.

    PackError names file, key, what was found and what was expected.
    """
    if not is_zone(zone):
        raise PackError(f"reporting zone: found {zone!r}, expected a time zone such as 'Europe/Berlin'")
    layers = read_layers(name_or_path)
    settings = {key: _shown(value) for key, value in flat(layers.values)}
    origins = {key: layers.file_of(key) for key in settings}
    with Section(layers) as top:
        for key in PROGRAMME_TABLES:
            top.has(key)
        parts = top.section("calendars").sections()
        calendars = {name: read_calendar(part, name, zone) for name, part in parts.items()}
        values = {**_heading(top), **_hours(top, calendars), **_rules(top)}
    pack = Pack(zone=zone, settings=settings, origins=origins, layers=layers, **values)
    if not is_shipped(name_or_path):
        _ = pack.programme  # A user's pack is checked whole at once; the shipped ones are checked by the tests.
    return pack


def _heading(top: Section) -> dict[str, Any]:
    return {
        "id": top.text("id"),
        "title": top.text("title"),
        "version": top.text("version"),
        "status": top.choice("status", _STATUSES),
        "settling": top.clock_time("settling"),
    }


def _hours(top: Section, calendars: Mapping[str, PackCalendar]) -> dict[str, Any]:
    """Calendars, which queue has which, and the clocks that run on them."""
    names = tuple(calendars)
    with top.section("queues") as queues, queues.section("calendars") as own, top.section("clocks") as clocks:
        day_mode = clocks.choice("business_days", _DAY_MODES)
        priorities = top.section("priorities").sections()
        return {
            "calendars": {name: each.calendar for name, each in calendars.items()},
            "maintenance": {name: each.maintenance for name, each in calendars.items()},
            "default_calendar": queues.choice("default_calendar", names),
            "queue_calendars": {queue: own.choice(queue, names) for queue in own.values},
            "business_calendar": clocks.choice("business_calendar", (*names, OWN_HOURS)),
            "business_days": day_mode,
            "at_risk": clocks.ratio("at_risk"),
            "priorities": {name: read_clock_targets(each, day_mode) for name, each in priorities.items()},
            "fcr": rules.read_fcr(top.section("fcr"), day_mode),
        }


def _rules(top: Section) -> dict[str, Any]:
    levels = top.section("service_level").sections(among=CHANNELS)
    bands = top.section("bands")
    for by_channel in bands.sections().values():
        by_channel.sections(among=(*CHANNELS, ANY, TOTAL))
    return {
        "offered": rules.read_offered(top.section("offered")),
        "service_level": {channel: read_service_level(each) for channel, each in levels.items()},
        "bands": read_bands(bands),
        "asa": rules.read_asa(top.section("asa")),
        "aht": rules.read_aht(top.section("aht")),
        "csat": rules.read_csat(top.section("csat")),
        "nps": rules.read_nps(top.section("nps")),
        "reopen": rules.read_reopen(top.section("reopen")),
        "escalation": rules.read_escalation(top.section("escalation")),
        "backlog": rules.read_backlog(top.section("backlog")),
        "exclusions": rules.read_exclusions(top.section("exclusions")),
        "classes": read_classes(top.section("classes")),
        "outcomes": read_outcomes(top.section("outcomes")),
        "reasons": read_reasons(top.section("reasons")),
        "costs": read_costs(top.section("costs")),
        "business": read_business(top.section("business")),
        "pauses": rules.read_pauses(top.section("pauses")),
    }


def _shown(value: object) -> str:
    """A value as TOML would write it, near enough to compare and to read."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    return str(value) if isinstance(value, str | int | Decimal) else f"{value}"
