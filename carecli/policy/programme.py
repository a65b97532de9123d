"""What a pack promises beyond the figures of the boards: tiers, ladders, papers, quality, staffing, money."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeVar

from carecli.clocks.business_days import DayMode
from carecli.policy import operations
from carecli.policy.alerts import Alert, read_alert
from carecli.policy.exceptions import Exceptions, read_exceptions
from carecli.policy.goals import Goal, read_goals
from carecli.policy.handover import Handover, read_handover
from carecli.policy.incidents import (
    Ladder,
    Paper,
    Severity,
    Step,
    Trigger,
    read_ladder,
    read_paper,
    read_severity,
    read_steps,
)
from carecli.policy.layers import Layers
from carecli.policy.plans import Addon, Credits, Plan, Price, read_addon, read_credits, read_plan, read_price
from carecli.policy.quality import Quality, read_quality
from carecli.policy.retention import Retention, read_retention
from carecli.policy.section import Section
from carecli.policy.staffing import Staffing, read_staffing
from carecli.policy.targets import CLOCK_NAMES, ClockName, ClockTarget, read_clock_targets
from carecli.policy.tiers import ChannelTarget, Tier, read_targets, read_tier

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Rota:
    """On-call shifts and how they are handed over (R162, R169)."""

    shift_days: int | None
    published_days: int | None
    handoff_note: bool


@dataclass(frozen=True, slots=True)
class LintRules:
    """What this pack's document asks of a programme (R130); empty where it asks nothing."""

    priorities: tuple[int, int] | None
    clocks: tuple[ClockName, ...]
    owners: bool
    """Whether every step of a ladder must have an owner (R162)."""
    severities: bool
    """Whether every severity must have a definition and an update cadence (R306)."""


@dataclass(frozen=True, slots=True)
class Programme:
    """Mappings are by name; what a document doesn't promise is missing or None."""

    tiers: Mapping[str, Tier]
    targets: Mapping[str, ChannelTarget]
    """By channel, for customers without a tier."""
    journeys: Mapping[str, Mapping[ClockName, ClockTarget]]
    """Clocks of a kind of case; they go before those of its priority, tier and channel (C0.28)."""
    goals: Mapping[str, Goal]
    severities: Mapping[str, Severity]
    triggers: Mapping[str, Trigger]
    ladders: Mapping[str, Ladder]
    papers: Mapping[str, Paper]
    knowledge: Mapping[str, Step]
    handover: Mapping[str, Handover]
    """By the level a case goes to."""
    lifecycle: tuple[str, ...]
    intake: tuple[str, ...]
    """What a new case should state (R175)."""
    rota: Rota
    exceptions: Exceptions
    callback: operations.Callback | None
    alerts: Mapping[str, Alert]
    survey: operations.Survey
    counting: operations.Counting
    reconciliation: operations.Reconciliation
    sign_off: operations.SignOff | None
    scorecard: Mapping[str, Fraction]
    quality: Quality
    retention: Retention
    staffing: Staffing
    plans: Mapping[str, Plan]
    addons: Mapping[str, Addon]
    credits: Credits | None
    prices: Mapping[str, Price]
    lint: LintRules

    def severity_of(self, *, affected: Fraction | None = None, tags: Sequence[str] = ()) -> str | None:
        """The first severity, the gravest, whose trigger is pulled; None where none is (R166, R167)."""
        pulled = (name for name, each in self.severities.items() if each.trigger.pulled(affected=affected, tags=tags))
        return next(pulled, None)


def read_programme(layers: Layers, calendars: Sequence[str], day_mode: DayMode) -> Programme:
    """The programme of a pack. PackError for what is unknown, of a wrong type, or names what isn't there."""
    top = Section(layers)
    tiers = _named(top, "tiers", lambda each: read_tier(each, calendars, day_mode))
    names = tuple(tiers)
    ladders = _named(top, "ladders", lambda each: read_ladder(each, names, day_mode))
    severities = _named(top, "severities", lambda each: read_severity(each, tuple(ladders), day_mode))
    _check_plan_names(top, "plans", names)
    _check_tiers_of_clocks(top.section("priorities"), names)
    lifecycle = top.optional_section("lifecycle")
    with lifecycle:
        stages, intake = (lifecycle.maybe(key, lifecycle.texts) or () for key in ("stages", "intake"))
    return Programme(
        tiers=tiers,
        targets=_addons_exist(top, read_targets(top.optional_section("targets"))),
        journeys=_named(top, "journeys", lambda each: read_clock_targets(each, day_mode)),
        goals=read_goals(top.optional_section("goals")),
        severities=severities,
        triggers=operations.read_triggers(top.optional_section("triggers")),
        ladders=ladders,
        papers=_named(top, "papers", lambda each: read_paper(each, names, tuple(severities), day_mode)),
        knowledge=read_steps(top.optional_section("knowledge"), "changed", names, day_mode),
        handover=_named(top, "handover", read_handover),
        lifecycle=stages,
        intake=intake,
        rota=_read_rota(top.optional_section("rota")),
        exceptions=read_exceptions(top.optional_section("exceptions")),
        callback=_one(top, "callback", lambda each: operations.read_callback(each, names)),
        alerts=_named(top, "alerts", read_alert),
        survey=operations.read_survey(top.optional_section("survey")),
        counting=operations.read_counting(top.section("counting")),
        reconciliation=operations.read_reconciliation(top.section("reconciliation")),
        sign_off=_one(top, "sign_off", operations.read_sign_off),
        scorecard=operations.read_weights(top.optional_section("scorecard")),
        quality=read_quality(top.section("quality"), names),
        retention=read_retention(top.optional_section("retention")),
        staffing=read_staffing(top.section("staffing")),
        plans=_named(top, "plans", read_plan),
        addons=_named(top, "addons", lambda each: read_addon(each, names, calendars)),
        credits=_one(top, "credits", lambda each: read_credits(each, names)),
        prices=_named(top, "prices", read_price),
        lint=_read_lint(top.optional_section("lint")),
    )


def _named(top: Section, key: str, read: Callable[[Section], Read]) -> dict[str, Read]:
    """Every table under `key`, by name."""
    return {name: read(each) for name, each in top.optional_section(key).sections().items()}


def _one(top: Section, key: str, read: Callable[[Section], Read]) -> Read | None:
    return read(top.section(key)) if top.has(key) else None


def _check_plan_names(top: Section, key: str, tiers: Sequence[str]) -> None:
    """A plan is of a tier; its name is the tier's."""
    top.optional_section(key).only(tiers)


def _check_tiers_of_clocks(priorities: Section, tiers: Sequence[str]) -> None:
    for priority in priorities.sections().values():
        for clock in priority.sections().values():
            if clock.has("tiers"):
                clock.texts("tiers", among=tiers)


def _addons_exist(top: Section, targets: dict[str, ChannelTarget]) -> dict[str, ChannelTarget]:
    """Refuses a target that needs an add-on the pack doesn't sell."""
    sold = tuple(top.optional_section("addons").values)
    tables = top.optional_section("tiers").sections().values()
    for section in (top, *tables):
        for target in section.optional_section("targets").sections().values():
            if target.has("addon"):
                target.choice("addon", sold)
    return targets


def _read_rota(section: Section) -> Rota:
    with section:
        shift, published = (
            section.maybe(key, lambda each: section.whole(each, 1, 365)) for key in ("shift_days", "published_days")
        )
        return Rota(shift, published, bool(section.maybe("handoff_note", section.flag)))


def _read_lint(section: Section) -> LintRules:
    with section:
        named = section.maybe("clocks", lambda key: section.texts(key, among=CLOCK_NAMES)) or ()
        owners, severities = (bool(section.maybe(key, section.flag)) for key in ("owners", "severities"))
        clocks = tuple(clock for clock in CLOCK_NAMES if clock in named)
        return LintRules(section.maybe("priorities", section.wholes), clocks, owners, severities)
