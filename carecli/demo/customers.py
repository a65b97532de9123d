"""Who the customers are: plan, tier, region, segment and monthly revenue, as a customer database would export them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from carecli.demo.centre import CUSTOMERS, phone
from carecli.demo.files import Export, csv_text
from carecli.demo.scenario import Scenario
from carecli.demo.zendesk_ids import FIRST_REQUESTER, REQUESTER_STEP

CURRENCY = "EUR"
UNKNOWN_SHARE = 0.03
"""New customers that the database doesn't hold yet."""
TIERS = {"basic": 36, "standard": 44, "premium": 15, "enterprise": 5}
REGIONS = {"North": 24, "East": 18, "South": 31, "West": 27}
PLANS = {
    "basic": ("Flex", "Flex Green"),
    "standard": ("Home", "Home Green"),
    "premium": ("Home Care", "Home Care Plus"),
    "enterprise": ("Estates",),
}
MONTHLY = {"basic": 3900, "standard": 6900, "premium": 12900, "enterprise": 189000}
"""Cents of EUR a month of a tier's first plan; its second costs a tenth more."""
SIZES = (0.8, 1.0, 1.0, 1.25, 1.5)
B2B_SHARE = {"basic": 0.05, "standard": 0.1, "premium": 0.25, "enterprise": 1.0}


@dataclass(frozen=True, slots=True)
class Profile:
    """One customer as the database knows them; `monthly` is revenue in cents of EUR."""

    plan: str
    tier: str
    region: str
    segment: str
    monthly: int


class Customers:
    """Profiles of all customers by running number; the same ones whatever else is simulated."""

    def __init__(self, scenario: Scenario) -> None:
        rng = scenario.stream("profiles")
        self._profiles = [_draw(rng) for _ in range(CUSTOMERS)]

    def profile(self, number: int) -> Profile | None:
        """None for customers the database doesn't hold."""
        return self._profiles[number]


def _draw(rng: Random) -> Profile | None:
    if rng.random() < UNKNOWN_SHARE:
        return None
    tier = rng.choices(list(TIERS), list(TIERS.values()))[0]
    place = rng.randrange(len(PLANS[tier]))
    region = rng.choices(list(REGIONS), list(REGIONS.values()))[0]
    segment = "b2b" if rng.random() < B2B_SHARE[tier] else "b2c"
    monthly = round(MONTHLY[tier] * (10 + place) / 10 * rng.choice(SIZES))
    return Profile(PLANS[tier][place], tier, region, segment, monthly)


def requester(number: int) -> str:
    """The id of a customer in the helpdesk."""
    return str(FIRST_REQUESTER + number * REQUESTER_STEP)


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def write(customers: Customers, calling: Iterable[int], writing: Iterable[int], export: Export) -> None:
    """One row an id: callers and chatters go by their number, writers by their id in the helpdesk."""
    header = ("source", "customer_id", "plan", "tier", "mrr", "currency", "region", "segment")
    ids = [(phone(number), number) for number in sorted(calling)]
    ids += [(requester(number), number) for number in sorted(writing)]
    rows = []
    for name, number in ids:
        if (known := customers.profile(number)) is not None:
            money = (euros(known.monthly), CURRENCY)
            rows.append(("crm", name, known.plan, known.tier, *money, known.region, known.segment))
    export.write("customers/customers.csv", csv_text(header, rows))
