"""Customers that left after support contact: after it, which says nothing of why (R79)."""

from __future__ import annotations

import polars as pl

from carecli.metrics.frames import code
from carecli.metrics.records import Records
from carecli.metrics.states import SOLVED
from carecli.tables import BUSINESS_EVENT_KINDS

CHURN = code(BUSINESS_EVENT_KINDS, "churn")


def with_contact_before(events: pl.DataFrame, records: Records, timeline: pl.DataFrame) -> pl.DataFrame:
    """Business events with `after_contact`: 1 where a customer left of whom a ticket was open or created in the
    pack's days of 24 h before, both ends included. Tests and deleted tickets are none.
    """
    left = events.filter(pl.col("kind") == CHURN).select("id", "customer", churned_at="at")
    left = left.with_columns(begin=pl.col("churned_at") - records.pack.business.churn_sec).drop_nulls()
    tickets = records.cases.filter((pl.col("is_test") == 0) & (pl.col("is_system") == 0))
    tickets = tickets.filter(pl.col("deleted_at").is_null())
    tickets = tickets.select("case", "created_at", "merged_at", customer="customer_id")
    pairs = left.join(tickets, on="customer").filter(pl.col("created_at") <= pl.col("churned_at"))
    created = pairs.filter(pl.col("created_at") >= pl.col("begin"))["id"]
    found = pl.concat([created, _open_in_between(pairs, timeline)]).unique()
    return events.with_columns(pl.col("id").is_in(found.implode()).cast(pl.Int64).alias("after_contact"))


def _open_in_between(pairs: pl.DataFrame, timeline: pl.DataFrame) -> pl.Series:
    """The events of pairs whose ticket was open when the days began, or was opened again in them."""
    known = pairs.join(timeline, on="case").filter(pl.col("at") <= pl.col("churned_at"))
    before, is_open = pl.col("at") <= pl.col("begin"), pl.col("status") < SOLVED
    there = pl.col("merged_at").is_null() | (pl.col("merged_at") > pl.col("begin"))
    told = known.filter(there).sort("id", "case", "at", "status").group_by("id", "case")
    found = told.agg(
        (~before & is_open).any().alias("again"), is_open.filter(before).last().fill_null(False).alias("still")
    )
    return found.filter(pl.col("again") | pl.col("still"))["id"]
