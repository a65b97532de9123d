"""What is given back of a month's fee where promises were broken (R129, R248, R256-R258, X15, C0.19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from carecli.policy.amounts import Amount, decimal_text
from carecli.policy.pack import Pack
from carecli.policy.plans import Credits, HourRounding
from carecli.policy.pricing import cents
from carecli.policy.targets import ClockName

RESPONSES: tuple[ClockName, ...] = ("first_response", "next_response")
"""The promises that the engine `breaches` counts (R248)."""
HOUR = 3600


@dataclass(frozen=True, slots=True)
class Miss:
    """A promise broken in a billing period."""

    promise: str
    """The pack's key."""
    clock: ClockName
    late_sec: int | None
    """How long after it was due; None where a share of many was promised, so that no time was missed."""


@dataclass(frozen=True, slots=True)
class Credit:
    """A draft: `share` of the fee as the engine has it, cap included, and `amount` in major units with two digits."""

    amount: Decimal
    currency: str
    share: Fraction
    formula: str
    capped: bool = False
    note: str | None = None
    """Why there is none."""


def breaches(misses: Sequence[Miss]) -> tuple[Miss, ...]:
    """What counts as a breach: every late case, and a promised share once a period however often it is named."""
    shares: set[str] = set()
    found: list[Miss] = []
    for miss in misses:
        if miss.late_sec is None:
            if miss.promise not in shares:
                found.append(miss)
            shares.add(miss.promise)
        elif miss.late_sec > 0:
            found.append(miss)
    return tuple(found)


def credit(pack: Pack, tier: str, fee: Amount, misses: Sequence[Miss]) -> Credit:
    """The credit of one customer for one billing period, whose fee it is; misses are of that period.

    `breaches` counts broken response promises. `hours` runs for each miss by itself: its free time is taken off each,
    the shares are summed, and the sum is capped once.
    """
    why = _none_at_all(pack, tier)
    rules = pack.programme.credits
    if why is not None or rules is None:
        return Credit(Decimal("0.00"), fee.unit, Fraction(0), "", note=why)
    counted = breaches(misses)
    earned, formula = _by_breaches(rules, counted) if rules.engine == "breaches" else _by_hours(rules, counted)
    share = earned if rules.most is None else min(earned, rules.most)
    capped = share < earned
    told = f"{formula}, at most {_percent(share)}" if capped else formula
    return Credit(cents(share * fee.number), fee.unit, share, f"{told} of {fee}" if told else "", capped)


def _none_at_all(pack: Pack, tier: str) -> str | None:
    rules = pack.programme.credits
    if pack.status == "internal":
        return "internal: no credits (R129)"
    if rules is None:
        return f"{pack.id} promises no credits"
    return None if tier in rules.tiers else f"no credits for {tier}"


def _by_breaches(rules: Credits, counted: Sequence[Miss]) -> tuple[Fraction, str]:
    """The share of the highest step that was reached."""
    number = sum(miss.clock in RESPONSES for miss in counted)
    reached = [share for least, share in rules.steps.items() if number >= least]
    return (max(reached), f"{number} breaches: {_percent(max(reached))}") if reached else (Fraction(0), "")


def _by_hours(rules: Credits, counted: Sequence[Miss]) -> tuple[Fraction, str]:
    """Each miss's hours beyond the free ones; a promised share has no hours."""
    assert rules.free is not None
    assert rules.per_hour is not None
    free, per_hour = rules.free, rules.per_hour
    beyond = [Fraction(miss.late_sec - free, HOUR) for miss in counted if miss.late_sec is not None]
    hours = [found for each in beyond if (found := _rounded(max(each, Fraction(0)), rules.rounding))]
    shown = " + ".join(f"{_number(each)} h" for each in hours)
    shown = f"({shown})" if len(hours) > 1 else shown
    return sum(hours, Fraction(0)) * per_hour, f"{shown} x {_percent(per_hour)}" if hours else ""


def _rounded(hours: Fraction, rounding: HourRounding) -> Fraction:
    match rounding:
        case "floor":
            return Fraction(floor(hours))
        case "ceil":
            return Fraction(ceil(hours))
    return hours


def _number(hours: Fraction) -> str:
    """Hours as a decimal of at most four places."""
    return decimal_text(Fraction(round(hours * 10_000), 10_000))


def _percent(share: Fraction) -> str:
    return f"{_number(share * 100)} %"
