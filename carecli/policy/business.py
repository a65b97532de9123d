"""Numbers of the business metrics: how shared costs are spread, what contacts are set against, and who churned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from carecli.policy.section import Section

Spread = Literal["handle_time", "volume"]
Base = Literal["order", "subscriber"]

_SPREADS: tuple[Spread, ...] = ("handle_time", "volume")
_BASES: tuple[Base, ...] = ("order", "subscriber")


@dataclass(frozen=True, slots=True)
class Costs:
    """How the costs of a month that name no channel are shared out."""

    spread: Spread
    """By the channels' handle time in that month, or by their contacts (R24)."""


@dataclass(frozen=True, slots=True)
class Business:
    """What contacts and customers are counted against."""

    contacts_per: Base
    """What the contact rate divides by (R54)."""
    churn_days: int
    """A customer that left had contact when a ticket of theirs was open this many days of 24 h before (R79)."""

    @property
    def churn_sec(self) -> int:
        return self.churn_days * 86_400


def read_costs(section: Section) -> Costs:
    with section:
        return Costs(section.choice("spread", _SPREADS))


def read_business(section: Section) -> Business:
    with section:
        return Business(section.choice("contacts_per", _BASES), section.whole("churn_days", 1, 365))
