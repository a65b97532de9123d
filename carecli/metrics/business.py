"""What the business counts beside the contacts: orders, refunds, saves, subscribers, customers that left (R54-R56)."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import polars as pl

from carecli.clocks.wall_time import MIDNIGHT, instant
from carecli.metrics.churn import with_contact_before
from carecli.metrics.contacts import TABLES
from carecli.metrics.frames import code, frame, links_of, with_reference
from carecli.metrics.records import Records
from carecli.tables import BUSINESS_EVENT_KINDS

DIMENSIONS = ("source", "channel", "queue", "issue_type", "agent", "tier", "priority", "customer", "case")
OF_CASE = ("channel", "queue", "tier", "priority", "is_test", "is_system")
FOR_EVER = 2**62
SUBSCRIBER, CHURN = code(BUSINESS_EVENT_KINDS, "subscriber"), code(BUSINESS_EVENT_KINDS, "churn")
COLUMNS = (
    *("table", "row", *DIMENSIONS, "is_test", "is_system", "at", "until"),
    *("contact", *BUSINESS_EVENT_KINDS, "count", "amount", "currency", "of_case", "after_contact"),
)


def business(records: Records, contacts: pl.DataFrame, timeline: pl.DataFrame, zone: str) -> pl.DataFrame:
    """One row per business event by `as_of`, and one per contact to set them against.

    `contact` and one flag a kind (`order`, `refund`, ...) say which row it is; `count` is how many it stands for (1
    where none is stated), `amount` in minor units with its `currency`. Channel, queue, priority and agent are those of
    the case that is named; customer, reason and tier the event's own, else the case's. `of_case` is 1 where a case is
    named, held or not. `after_contact` is 1 where a ticket of the customer that left was open or created in the
    pack's days before (R79). Subscribers hold from `at` until the day of their source's next count.
    """
    events = _with_customer(_with_case(records), records)
    events = with_contact_before(_with_until(events, zone), records, timeline)
    rows = events.with_columns(
        *((pl.col("kind") == code(BUSINESS_EVENT_KINDS, kind)).cast(pl.Int64).alias(kind)
          for kind in BUSINESS_EVENT_KINDS),
        pl.lit(TABLES.index("business_events"), pl.Int64).alias("table"),
        pl.lit(0, pl.Int64).alias("contact"),
        pl.col("count").fill_null(1),
        pl.col("case_id").is_not_null().cast(pl.Int64).alias("of_case"),
        row="id",
    )  # fmt: skip
    ours = contacts.filter(pl.col("counted") == 1).with_columns(
        *(pl.lit(0, pl.Int64).alias(name) for name in (*BUSINESS_EVENT_KINDS, "of_case", "after_contact")),
        *(pl.lit(1, pl.Int64).alias(name) for name in ("contact", "count")),
        *(pl.lit(None, pl.Int64).alias(name) for name in ("until", "amount")),
        pl.lit(None, pl.String).alias("currency"),
    )
    return pl.concat([rows.select(COLUMNS), ours.select(COLUMNS)])


def _with_case(records: Records) -> pl.DataFrame:
    """Events with `case`, where it is held, and what it says."""
    rows = frame(records.snapshot, "business_events").filter(pl.col("at") <= records.as_of)
    rows = with_reference(
        rows, records.cases, links_of(records.snapshot), table="business_events", key="case_id", name="case"
    )
    told = records.cases.select("case", *OF_CASE, agent="assignee_id", case_issue="issue_type", owner="customer_id")
    return rows.join(told, on="case", how="left", maintain_order="left").with_columns(
        pl.coalesce("issue_type", "case_issue").alias("issue_type"),
        pl.coalesce("customer_id", "owner").alias("customer"),
        *(pl.col(name).fill_null(0) for name in ("is_test", "is_system")),
    )


def _with_customer(rows: pl.DataFrame, records: Records) -> pl.DataFrame:
    """The tier of the customer where the case says none, and the currency by its name."""
    tiers = frame(records.snapshot, "customers").drop_nulls(["customer_id", "tier"]).unique("customer_id", keep="first")
    known = tiers.select(customer="customer_id", customer_tier="tier")
    names = {number: name.strip().upper() for number, name in records.snapshot.names.items()}
    spelt = [names.get(number) or None for number in rows["currency"]]
    return rows.join(known, on="customer", how="left", maintain_order="left").with_columns(
        pl.coalesce("tier", "customer_tier").alias("tier"), pl.Series("currency", spelt, dtype=pl.String)
    )


def _with_until(rows: pl.DataFrame, zone: str) -> pl.DataFrame:
    """`until`: the midnight before a source's next count of its subscribers; null for other kinds of events."""
    local = pl.from_epoch("at").dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date().alias("day")
    counts = rows.filter(pl.col("kind") == SUBSCRIBER).select("source", "kind", local).unique().sort("source", "day")
    following = counts.select(pl.col("day").shift(-1).over("source")).to_series()
    ends = [FOR_EVER if day is None else _midnight(day, zone) for day in following]
    until = counts.with_columns(pl.Series("until", ends, dtype=pl.Int64))
    return rows.with_columns(local).join(until, on=["source", "kind", "day"], how="left", maintain_order="left")


def _midnight(day: date, zone: str) -> int:
    return instant(day, MIDNIGHT, ZoneInfo(zone))
