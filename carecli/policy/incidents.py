"""Severities, ladders and papers: who does what by when after something happened (C3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from carecli.clocks.business_days import DayMode
from carecli.policy.section import Section
from carecli.policy.targets import ClockTarget, clock_target, read_clock_target

Anchor = Literal["opened", "declared", "breach", "contained", "aware", "changed", "tagged", "reviewed"]
"""What starts a clock (C0.30): a case opens, its severity is declared, a clock is breached, an incident is contained,
a breach of security becomes known, a product changes, a miss is tagged, a review fails."""

ANCHORS: tuple[Anchor, ...] = (
    "opened",
    "declared",
    "breach",
    "contained",
    "aware",
    "changed",
    "tagged",
    "reviewed",
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """What makes something so: any one of these."""

    affected: Fraction | None = None
    """A share of active accounts."""
    above: bool = False
    """Whether the share itself is not enough: `>10 %` against `5 %+` (X22)."""
    severities: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def pulled(
        self, *, affected: Fraction | None = None, severity: str | None = None, tags: Sequence[str] = ()
    ) -> bool:
        """Whether one of the conditions holds; None is not known, and pulls nothing."""
        return self._enough(affected) or severity in self.severities or not set(tags).isdisjoint(self.tags)

    def _enough(self, affected: Fraction | None) -> bool:
        if self.affected is None or affected is None:
            return False
        return affected > self.affected if self.above else affected >= self.affected


@dataclass(frozen=True, slots=True)
class Severity:
    """A severity: what it means, what makes a case one, and how often the customer hears (R306)."""

    definition: str | None
    trigger: Trigger
    ladder: str | None
    updates: ClockTarget | None
    """The status-update clock; None where the document names none."""
    recovery_point: int | None
    """Seconds of data that may be lost (R153)."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder, counted from its anchor and not from the step before (C0.30)."""

    owners: tuple[str, ...]
    target: ClockTarget
    anchor: Anchor
    by_tier: Mapping[str, ClockTarget] = field(default_factory=dict)
    tiers: tuple[str, ...] = ()
    """The tiers that have the step; empty for all."""
    unless: str | None = None
    """The step falls away where this has happened before it is due, such as `resolved`."""

    def target_of(self, tier: str | None) -> ClockTarget | None:
        """The clock of the step for a tier; None where that tier has no such step."""
        if self.tiers and tier is not None and tier not in self.tiers:
            return None
        return self.by_tier.get(tier or "", self.target)


@dataclass(frozen=True, slots=True)
class Ladder:
    """Steps in their order, by name."""

    steps: Mapping[str, Step]


@dataclass(frozen=True, slots=True)
class Paper:
    """A report that is due after an incident or a breach, and what it must hold."""

    step: Step
    severities: tuple[str, ...]
    sections: tuple[str, ...]


def read_trigger(section: Section) -> Trigger:
    with section:
        return Trigger(
            section.maybe("affected", section.ratio),
            section.maybe("edge", lambda key: section.choice(key, ("at_least", "above"))) == "above",
            section.maybe("severities", section.texts) or (),
            section.maybe("tags", section.texts) or (),
        )


def read_severity(section: Section, ladders: Sequence[str], day_mode: DayMode) -> Severity:
    with section:
        return Severity(
            section.maybe("definition", section.text),
            read_trigger(section.optional_section("trigger")),
            section.maybe("ladder", lambda key: section.choice(key, ladders)),
            section.maybe("updates", lambda key: read_clock_target(section.section(key), day_mode)),
            section.maybe("recovery_point", lambda key: int(section.seconds(key).value)),
        )


def read_ladder(section: Section, tiers: Sequence[str], day_mode: DayMode) -> Ladder:
    with section:
        anchor = section.choice("anchor", ANCHORS)
        return Ladder(read_steps(section.section("steps"), anchor, tiers, day_mode))


def read_steps(section: Section, anchor: Anchor, tiers: Sequence[str], day_mode: DayMode) -> dict[str, Step]:
    """Steps by name; `anchor` where a step names none."""
    return {name: _read_step(each, anchor, tiers, day_mode) for name, each in section.sections().items()}


def read_paper(section: Section, tiers: Sequence[str], severities: Sequence[str], day_mode: DayMode) -> Paper:
    with section:
        step = _step(section, section.choice("anchor", ANCHORS), tiers, day_mode)
        named = section.maybe("severities", lambda key: section.texts(key, among=severities)) or ()
        return Paper(step, named, section.maybe("sections", section.texts) or ())


def _read_step(section: Section, anchor: Anchor, tiers: Sequence[str], day_mode: DayMode) -> Step:
    with section:
        return _step(
            section, section.maybe("anchor", lambda key: section.choice(key, ANCHORS)) or anchor, tiers, day_mode
        )


def _step(section: Section, anchor: Anchor, tiers: Sequence[str], day_mode: DayMode) -> Step:
    by_tier = section.optional_section("by_tier").sections(among=tiers)
    return Step(
        section.maybe("owners", section.texts) or (),
        clock_target(section, day_mode, default="elapsed"),
        anchor,
        {name: read_clock_target(each, day_mode) for name, each in by_tier.items()},
        section.maybe("tiers", lambda key: section.texts(key, among=tiers)) or (),
        section.maybe("unless", lambda key: section.choice(key, ("resolved",))),
    )
