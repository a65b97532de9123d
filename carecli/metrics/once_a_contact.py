"""Legs counted once a contact: what a system shows that doesn't count a transferred call in both queues."""

from __future__ import annotations

import polars as pl

from carecli.metrics.contacts import TABLES
from carecli.metrics.facts import Facts
from carecli.metrics.frames import frame

LATEST = ("answered", "offered", "left", "ended", "handled")
LAST = ("outcome",)
LOST = ("abandoned", "short")
"""Only of a contact that nobody answered, as its last leg says."""


def once_a_contact(legs: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """One row a contact: in the queue it entered first, answered where any leg was, waiting until then; contacts that
    a transfer made are left out.
    """
    known = facts.records.interactions
    rows = legs.join(_ids(facts), on=["table", "row"], how="left", maintain_order="left")
    made = known.filter(pl.col("transfer") == 1).select("source", "interaction_id")
    rows = rows.join(made, on=["source", "interaction_id"], how="anti", maintain_order="left")
    named = pl.col("interaction_id").is_not_null()
    in_order = rows.filter(named).sort("entered", "row")
    merged = in_order.group_by("source", "interaction_id", maintain_order=True).agg(_merged())
    return pl.concat([rows.filter(~named).select(legs.columns), merged.select(legs.columns)])


def _ids(facts: Facts) -> pl.DataFrame:
    """`interaction_id` of each leg, by the table and row it comes from."""
    parts = [
        frame(facts.snapshot, table).select(
            pl.lit(TABLES.index(table), pl.Int64).alias("table"), pl.col("id").alias("row"), "interaction_id"
        )
        for table in ("legs", "interactions")
    ]
    return pl.concat(parts)


def _merged() -> list[pl.Expr]:
    answered = pl.col("answered").max() == 1
    until_answered = (pl.col("connected").min() - pl.col("entered").first()) * 1000
    wait = (
        pl.when(pl.col("answered").first() == 1)
        .then(pl.col("wait_ms").first())
        .when(answered)
        .then(until_answered)
        .otherwise(pl.col("wait_ms").sum())
    )
    return [
        pl.exclude(*LATEST, *LAST, *LOST, "wait_ms", "handle_ms", "connected").first(),
        *(pl.col(name).max() for name in LATEST),
        *(pl.col(name).last() for name in LAST),
        *(pl.when(answered).then(0).otherwise(pl.col(name).last()).alias(name) for name in LOST),
        pl.col("connected").min(),
        pl.col("handle_ms").sum(),
        wait.alias("wait_ms"),
    ]
