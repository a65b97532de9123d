"""What a plan costs, what it includes, and what it credits when a promise is broken (C6). Money is exact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from carecli.policy.amounts import Amount
from carecli.policy.section import Section
from carecli.tables import CHANNELS

Engine = Literal["breaches", "hours"]
HourRounding = Literal["floor", "pro-rata", "ceil"]
Unit = Literal["month", "once", "contact", "minute"]
Per = Literal[
    "agent_month", "minute", "segment", "contact", "case", "hour", "month", "token", "integration", "agent_year"
]

_ENGINES: tuple[Engine, ...] = ("breaches", "hours")
_ROUNDINGS: tuple[HourRounding, ...] = ("floor", "pro-rata", "ceil")
_UNITS: tuple[Unit, ...] = ("month", "once", "contact", "minute")
_PER: tuple[Per, ...] = (
    "agent_month",
    "minute",
    "segment",
    "contact",
    "case",
    "hour",
    "month",
    "token",
    "integration",
    "agent_year",
)
Money = tuple[Amount, Amount]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a tier pays and gets. Fees are per month."""

    fee: Money | None
    """From and to, the same twice for a fixed fee; None where it is a share of the contract or not given."""
    open_ended: bool
    """Whether the fee only starts there (R256)."""
    contract_share: tuple[Fraction, Fraction] | None
    """The fee as a share of the annual contract value (R246, R247)."""
    included: int | None
    """Contacts in a month (R224)."""
    overage: Amount | None
    one_time: Amount | None
    channels: tuple[str, ...]
    languages: tuple[str, ...]
    entitlements: tuple[str, ...]
    """In words, for the plan card."""
    limits: Mapping[str, int]
    """Countable entitlements such as workflows (R350)."""
    touches_per_quarter: tuple[int, int] | None
    """R249."""


@dataclass(frozen=True, slots=True)
class Addon:
    """Something bought beside a plan."""

    price: Amount
    unit: Unit
    tiers: tuple[str, ...]
    channels: tuple[str, ...]
    languages: tuple[str, ...]
    calendar: str | None
    """The hours a customer with it is covered in (R232)."""


@dataclass(frozen=True, slots=True)
class Credits:
    """What is given back of a month's fee. `breaches` counts them (R248); `hours` runs per miss (R257, R258)."""

    engine: Engine
    tiers: tuple[str, ...]
    steps: Mapping[int, Fraction]
    """From so many breaches in a billing period, this share of the fee."""
    most: Fraction | None
    """The greatest share in a period."""
    free: int | None
    """Seconds of a miss that cost nothing."""
    per_hour: Fraction | None
    rounding: HourRounding


@dataclass(frozen=True, slots=True)
class Price:
    """A range of market prices for a budget, and per what."""

    range: Money
    per: Per


def read_plan(section: Section) -> Plan:
    with section:
        limits = section.optional_section("limits")
        return Plan(
            fee=section.maybe("fee", lambda key: _money(section, key)),
            open_ended=bool(section.maybe("open_ended", section.flag)),
            contract_share=section.maybe("contract_share", section.ratio_ends),
            included=section.maybe("included", section.whole),
            overage=section.maybe("overage", section.money),
            one_time=section.maybe("one_time", section.money),
            channels=section.maybe("channels", lambda key: section.texts(key, among=CHANNELS)) or (),
            languages=section.maybe("languages", section.texts) or (),
            entitlements=section.maybe("entitlements", section.texts) or (),
            limits={name: limits.whole(name) for name in limits.values},
            touches_per_quarter=section.maybe("touches_per_quarter", section.wholes),
        )


def read_addon(section: Section, tiers: Sequence[str], calendars: Sequence[str]) -> Addon:
    with section:
        return Addon(
            section.money("price"),
            section.choice("unit", _UNITS),
            section.maybe("tiers", lambda key: section.texts(key, among=tiers)) or (),
            section.maybe("channels", lambda key: section.texts(key, among=CHANNELS)) or (),
            section.maybe("languages", section.texts) or (),
            section.maybe("calendar", lambda key: section.choice(key, calendars)),
        )


def read_credits(section: Section, tiers: Sequence[str]) -> Credits:
    with section:
        engine = section.choice("engine", _ENGINES)
        hourly = engine == "hours"
        return Credits(
            engine,
            section.texts("tiers", among=tiers),
            {} if hourly else _read_steps(section.section("steps")),
            section.maybe("most", section.ratio),
            int(section.seconds("free").value) if hourly else None,
            section.ratio("per_hour") if hourly else None,
            section.choice("rounding", _ROUNDINGS) if hourly else "floor",
        )


def read_price(section: Section) -> Price:
    with section:
        return Price(_money(section, "range"), section.choice("per", _PER))


def _money(section: Section, key: str) -> Money:
    if isinstance(section.raw(key), list):
        return section.money_ends(key)
    fixed = section.money(key)
    return fixed, fixed


def _read_steps(section: Section) -> dict[int, Fraction]:
    """Shares by the least number of breaches, rising."""
    for key in section.values:
        if not key.isdigit():
            raise section.problem(key, "a number of breaches as the key")
    steps = {int(key): section.ratio(key) for key in sorted(section.values, key=int)}
    if list(steps.values()) != sorted(steps.values()) or not steps:
        raise section.problem(next(iter(section.values), "steps"), "shares that rise with the breaches")
    return steps
