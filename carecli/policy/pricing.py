"""What a month of a plan costs: fee, overage, add-ons, and how much of it is used up (R224-R236, R246, R247, R255).

Money is exact until a line of the bill is written: each line is rounded once, half up to cents (C0.19).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import floor

from carecli.errors import UsageProblem
from carecli.policy.amounts import Amount, decimal_text
from carecli.policy.pack import Pack
from carecli.policy.plans import Addon, Plan

CENT = Fraction(1, 100)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a customer used in a month; a mapping without an entry is none of it."""

    contacts: Mapping[str, int]
    """By channel."""
    languages: Mapping[str, int] = field(default_factory=dict)
    """Contacts by language, such as `fr`."""
    minutes: Mapping[str, Fraction | int] = field(default_factory=dict)
    """Metered minutes by add-on."""


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line: `amount` is in major units with two digits, `formula` says how it came about."""

    what: str
    amount: Decimal
    formula: str


@dataclass(frozen=True, slots=True)
class Bill:
    """A month's lines, what they sum to, and what is not in the plan, in words."""

    lines: tuple[BillLine, ...]
    currency: str
    notes: tuple[str, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of the contacts included is used, and what the month comes to if it goes on like this (R224)."""

    used: int
    included: int
    forecast: int
    """Contacts at the month's end, the days so far drawn on in a straight line, half up to whole contacts."""
    overage: Decimal
    """What the forecast costs beyond the fee."""
    currency: str


def cents(exact: Fraction) -> Decimal:
    """Half up to two digits, away from zero."""
    whole = floor(abs(exact) / CENT + Fraction(1, 2))
    return Decimal(whole if exact >= 0 else -whole).scaleb(-2)


def month_bill(
    pack: Pack,
    tier: str,
    usage: Usage,
    *,
    month: int = 1,
    addons: Mapping[str, int] | None = None,
    fee: Amount | None = None,
) -> Bill:
    """The bill of a tier's plan for the `month`th month of a contract, from 1.

    `addons` holds the month each add-on was bought in: one that is paid once is billed in that month, the others from
    then on. `fee` is the one agreed on where the plan gives a range. UsageProblem for what the pack doesn't sell.
    """
    plan = _plan(pack, tier)
    bought = {name: _addon(pack, tier, name) for name, since in (addons or {}).items() if since <= month}
    new = {name for name, since in (addons or {}).items() if since == month}
    monthly = _fee(plan, tier, fee)
    lines = [BillLine("monthly fee", cents(monthly.number), str(monthly)), *_overage(plan, bought, usage)]
    if plan.one_time is not None and month == 1:
        lines.append(BillLine("onboarding", cents(plan.one_time.number), f"{plan.one_time}, once"))
    for name, addon in bought.items():
        lines += _of_addon(name, addon, usage, new=name in new)
    _one_currency(monthly, plan, bought)
    return Bill(tuple(lines), monthly.unit, tuple(_not_in_plan(plan, bought, usage)))


def metered_contacts(plan: Plan, addons: Mapping[str, Addon], usage: Usage) -> int:
    """The contacts that use up the plan: those of its channels, and of channels an add-on opens for a monthly price.

    A channel that is paid by the minute or contact uses up nothing beside. A plan without channels has all.
    """
    channels = {*plan.channels, *(name for each in addons.values() if each.unit == "month" for name in each.channels)}
    return sum(count for channel, count in usage.contacts.items() if not plan.channels or channel in channels)


def meter(pack: Pack, tier: str, used: int, *, day: int, days: int) -> Meter:
    """The meter on the evening of a `day` of a month that has so many `days` (R224)."""
    plan = _plan(pack, tier)
    if plan.included is None or plan.overage is None:
        raise UsageProblem(f"the plan {tier} has no limit of contacts")
    forecast = floor(Fraction(used * days, day) + Fraction(1, 2))
    over = max(0, forecast - plan.included) * plan.overage.number
    return Meter(used, plan.included, forecast, cents(over), plan.overage.unit)


def cheaper_from(pack: Pack, tier: str, higher: str) -> int | None:
    """The least number of contacts at which the higher tier's month costs less (R236); by price alone, for what is
    covered differs. None where that lies beyond what the higher tier includes.
    """
    low, high = _plan(pack, tier), _plan(pack, higher)
    if low.included is None or low.overage is None:
        return None
    apart = _fee(high, higher, None).number - _fee(low, tier, None).number
    contacts = low.included + max(0, floor(apart / low.overage.number)) + 1
    return contacts if high.included is None or contacts <= high.included else None


def yearly_by_contract(plan: Plan, contract_value: Fraction) -> tuple[Decimal, Decimal] | None:
    """From and to, a year, where a plan is priced by the contract's annual value (R246, R247); None where it isn't."""
    if plan.contract_share is None:
        return None
    low, high = plan.contract_share
    return cents(low * contract_value), cents(high * contract_value)


def recurring(pack: Pack, customers: Mapping[str, int]) -> Decimal:
    """Fees a month of so many customers by tier (R255)."""
    return sum(
        (count * cents(_fee(_plan(pack, tier), tier, None).number) for tier, count in customers.items()),
        Decimal("0.00"),
    )


def _plan(pack: Pack, tier: str) -> Plan:
    plans = pack.programme.plans
    if tier not in plans:
        raise UsageProblem(f"{pack.id} has no plan {tier!r}", hint=f"plans: {', '.join(plans) or 'none'}")
    return plans[tier]


def _addon(pack: Pack, tier: str, name: str) -> Addon:
    """An add-on that is sold with a tier."""
    addons = pack.programme.addons
    if name not in addons:
        raise UsageProblem(f"{pack.id} has no add-on {name!r}", hint=f"add-ons: {', '.join(addons) or 'none'}")
    if addons[name].tiers and tier not in addons[name].tiers:
        raise UsageProblem(f"add-on {name} is not sold with {tier}", hint=f"only with {', '.join(addons[name].tiers)}")
    return addons[name]


def _fee(plan: Plan, tier: str, agreed: Amount | None) -> Amount:
    """The fee of a month: the one agreed on, else the plan's where it is one sum."""
    if agreed is not None:
        return agreed
    if plan.fee is None or plan.fee[0] != plan.fee[1]:
        raise UsageProblem(f"the plan {tier} has no fixed fee: say the one that was agreed on")
    return plan.fee[0]


def _overage(plan: Plan, addons: Mapping[str, Addon], usage: Usage) -> Iterator[BillLine]:
    used = metered_contacts(plan, addons, usage)
    if plan.included is not None and plan.overage is not None and used > plan.included:
        yield _priced("overage", used - plan.included, "contacts", plan.overage)


def _of_addon(name: str, addon: Addon, usage: Usage, *, new: bool) -> Iterator[BillLine]:
    what = name.replace("_", " ")
    match addon.unit:
        case "month":
            yield BillLine(what, cents(addon.price.number), f"{addon.price} a month")
        case "once" if new:
            yield BillLine(what, cents(addon.price.number), f"{addon.price}, once")
        case "minute" if minutes := Fraction(usage.minutes.get(name, 0)):
            yield _priced(what, minutes, "min", addon.price)
        case "contact" if contacts := sum(usage.languages.get(language, 0) for language in addon.languages):
            yield _priced(what, contacts, "contacts", addon.price)


def _priced(what: str, quantity: Fraction | int, unit: str, price: Amount) -> BillLine:
    formula = f"{decimal_text(Fraction(quantity))} {unit} x {price}"
    return BillLine(what, cents(quantity * price.number), formula)


def _one_currency(fee: Amount, plan: Plan, addons: Mapping[str, Addon]) -> None:
    prices = (fee, plan.overage, plan.one_time, *(addon.price for addon in addons.values()))
    found = sorted({price.unit for price in prices if price is not None})
    if len(found) > 1:
        raise UsageProblem(f"a bill has one currency, not {' and '.join(found)}")


def _not_in_plan(plan: Plan, addons: Mapping[str, Addon], usage: Usage) -> Iterator[str]:
    """Contacts in channels (R233) and languages (R351) that neither the plan nor an add-on has; a plan that lists none
    has all.
    """
    bought = addons.values()
    kinds = (
        ("out of plan", plan.channels, usage.contacts, [name for each in bought for name in each.channels]),
        ("language not in plan", plan.languages, usage.languages, [name for each in bought for name in each.languages]),
    )
    for title, listed, used, added in kinds:
        for name, count in used.items():
            if listed and count and name not in (*listed, *added):
                yield f"{title}: {count} {name}"
