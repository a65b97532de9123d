"""Incidents: how often they come, and which causes come again (R66, R67)."""

from __future__ import annotations

import polars as pl

from carecli.metrics.contacts import TABLES
from carecli.metrics.frames import frame, links_of, with_reference
from carecli.metrics.records import Records
from carecli.policy.classes import same
from carecli.policy.pack import Pack

DIMENSIONS = ("source", "channel", "queue", "issue_type", "agent", "tier", "priority", "customer", "case")


def incidents(records: Records) -> pl.DataFrame:
    """One row per incident opened by `as_of`, booked on `opened_at`, with the dimensions of its case where one is held.

    `cause` numbers the root causes, which compare without case and punctuation; null where none is stated.
    """
    rows = frame(records.snapshot, "incidents").filter(pl.col("opened_at") <= records.as_of)
    rows = with_reference(
        rows, records.cases, links_of(records.snapshot), table="incidents", key="case_id", name="case"
    )
    of_case = ("channel", "queue", "issue_type", "tier", "priority", "is_test", "is_system")
    told = records.cases.select("case", *of_case, agent="assignee_id", customer="customer_id")
    rows = rows.join(told, on="case", how="left", maintain_order="left")
    causes = [same(cause) if cause and cause.strip() else None for cause in rows["root_cause"]]
    return rows.select(
        pl.lit(TABLES.index("incidents"), pl.Int64).alias("table"),
        pl.col("id").alias("row"),
        *DIMENSIONS,
        *(pl.col(name).fill_null(0) for name in ("is_test", "is_system")),
        "opened_at",
        pl.Series("cause", causes, dtype=pl.String).rank("dense").cast(pl.Int64),
    ).sort("opened_at", "row")


def with_repeats(rows: pl.LazyFrame, _pack: Pack) -> pl.LazyFrame:
    """`repeats`: 1 for the second incident of each root cause among those counted, so that each cause counts once."""
    counted = (pl.col("reason") == 0) & pl.col("cause").is_not_null()
    place = counted.cast(pl.Int64).cum_sum().over("cause")
    second = counted & (place == 2)
    return rows.with_columns(second.cast(pl.Int64).alias("repeats"))
