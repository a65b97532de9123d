"""Smaller rules of a pack: surveys, callbacks, the reconciliation, gates and the scorecard.

None: the document sets no such rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from carecli.policy.amounts import Amount
from carecli.policy.incidents import Trigger, read_trigger
from carecli.policy.section import Section
from carecli.policy.targets import CLOCK_KINDS, ClockKind

BotWait = Literal["from_start", "from_handoff"]
Verification = Literal["none", "numerator", "both"]
Rates = Literal["relative", "points"]

_BOT_WAITS: tuple[BotWait, ...] = ("from_start", "from_handoff")
_VERIFICATIONS: tuple[Verification, ...] = ("none", "numerator", "both")
_RATES: tuple[Rates, ...] = ("relative", "points")


@dataclass(frozen=True, slots=True)
class Survey:
    """When surveys are sent (R36) and how often one customer may be asked (R37)."""

    send_after: tuple[Amount, Amount] | None
    every_days: int | None


@dataclass(frozen=True, slots=True)
class Counting:
    """Switches of how contacts are counted where the documents leave it open."""

    bot_wait: BotWait
    """Whether a first response counts from the start or from the handoff of a bot (R319)."""
    verification: Verification
    """What multi-step verification is left out of in FCR (R45)."""


@dataclass(frozen=True, slots=True)
class Callback:
    """Callbacks for missed calls (R103), and those offered to callers who wait (R108, R109)."""

    within_sec: int | None
    """Seconds from the missed call or the accepted offer; None where the document leaves the value to the pack."""
    clock: ClockKind
    offer_after_sec: int | None
    tiers: tuple[str, ...]
    spike: Fraction | None
    """A half hour is a spike above so many times its usual mean."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """How close our figures must be to the vendor's (R316)."""

    tolerance: Fraction
    rates: Rates
    """Whether the tolerance of a share is relative or in points (X25)."""


@dataclass(frozen=True, slots=True)
class SignOff:
    """The share of targets that must be met on so many business days in a row (R325)."""

    met: Fraction
    days: int


def read_survey(section: Section) -> Survey:
    with section:
        return Survey(
            section.maybe("send_after", section.ends),
            section.maybe("every_days", lambda key: section.whole(key, 1, 365)),
        )


def read_counting(section: Section) -> Counting:
    with section:
        return Counting(
            section.choice("bot_wait", _BOT_WAITS),
            section.choice("verification", _VERIFICATIONS),
        )


def read_callback(section: Section, tiers: Sequence[str]) -> Callback:
    with section:
        return Callback(
            section.maybe("within", lambda key: int(section.seconds(key).value)),
            section.choice("clock", CLOCK_KINDS),
            section.maybe("offer_after", lambda key: int(section.seconds(key).value)),
            section.maybe("tiers", lambda key: section.texts(key, among=tiers)) or (),
            section.maybe("spike", lambda key: Fraction(section.whole(key, 1, 100))),
        )


def read_reconciliation(section: Section) -> Reconciliation:
    with section:
        return Reconciliation(section.ratio("tolerance"), section.choice("rates", _RATES))


def read_sign_off(section: Section) -> SignOff:
    with section:
        return SignOff(section.ratio("met"), section.whole("days", 1, 365))


def read_weights(section: Section) -> Mapping[str, Fraction]:
    """The scorecard's weights by metric (R86); they sum to 1."""
    weights = {metric: section.ratio(metric) for metric in section.values}
    if weights and sum(weights.values()) != 1:
        raise section.problem(next(iter(weights)), "weights that sum to 1")
    return weights


def read_triggers(section: Section) -> dict[str, Trigger]:
    """What raises an alert to people, by its name, such as `executive` (R154)."""
    return {name: read_trigger(each) for name, each in section.sections().items()}
