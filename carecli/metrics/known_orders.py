"""Whether contacts are of customers the business knows: the join of contacts to orders and subscriptions (R58)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from carecli.metrics.contacts import TABLES
from carecli.metrics.facts import Facts
from carecli.metrics.windows import Window
from carecli.text import Shown, clean, count, percent


@dataclass(frozen=True, slots=True)
class OrderJoin:
    """How many contacts of a window are of a customer with an order or subscription."""

    contacts: int
    matched: int
    unmatched: Mapping[str, list[int]]
    """Table -> store row ids of the contacts without; those that name no customer are among them."""

    @property
    def share_unmatched(self) -> Fraction | None:
        """None where there are no contacts."""
        return Fraction(self.contacts - self.matched, self.contacts) if self.contacts else None

    @property
    def line(self) -> Shown:
        """`3.0 % of 1,000 contacts are of no customer with an order or subscription`."""
        if not self.contacts:
            return clean("no contacts to join to orders or subscriptions")
        share = percent(self.contacts - self.matched, self.contacts)
        return clean(f"{share} of {count(self.contacts)} contacts are of no customer with an order or subscription")


def order_join(facts: Facts, window: Window) -> OrderJoin:
    """The contacts of a window against every order and subscription read by `as_of`, whenever it was made."""
    events = facts.business.filter((pl.col("order") == 1) | (pl.col("subscriber") == 1))
    known = events["customer"].drop_nulls().unique()
    inside = (pl.col("at") >= window.first) & (pl.col("at") < window.last) & (pl.col("counted") == 1)
    contacts = facts.contacts.filter(inside)
    unmatched = contacts.filter(~pl.col("customer").is_in(known.implode()).fill_null(False))
    listed = unmatched.sort("table", "row").group_by("table", maintain_order=True).agg("row")
    ids = {TABLES[table]: rows for table, rows in listed.iter_rows()}
    return OrderJoin(contacts.height, contacts.height - unmatched.height, ids)
