"""Outcomes of cases: when they were resolved for good, how long that took, and through how many hands they went."""

from __future__ import annotations

import polars as pl

from carecli.metrics.figure import Figure
from carecli.metrics.frames import code
from carecli.metrics.handoffs import handoffs, stated
from carecli.metrics.records import Records
from carecli.metrics.resolutions import shaped
from carecli.metrics.states import SOLVED, status_at
from carecli.policy.pack import Pack
from carecli.tables import CASE_EVENT_KINDS

STATUS = code(CASE_EVENT_KINDS, "status")
RESOLVED = ("solved", "closed")


def outcomes(records: Records, timeline: pl.DataFrame) -> pl.DataFrame:
    """One row per case created by `as_of`.

    `resolved_at` is the last resolution, null without one; `open_again` 1 where the case was reopened since;
    `ttr_seconds` from creation to it (C0.14). `due_at` is when it should be resolved by the pack's time (R88),
    `in_time` 1 where it was resolved by then and stayed so, `not_due` 1 while that moment has not passed. `handoffs` up
    to the resolution, or to `as_of`; null where the source never says who has a case.
    """
    rows = shaped(records.cases, "created_at")
    rows = rows.join(_last_resolution(records), on="case", how="left", maintain_order="left")
    rows = rows.join(_status_now(records, timeline), on="case", how="left", maintain_order="left")
    again = pl.col("resolved_at").is_not_null() & (pl.col("status") < SOLVED)
    due = pl.col("created_at") + records.pack.outcomes.resolved_within_sec
    rows = rows.with_columns(
        again.fill_null(False).cast(pl.Int64).alias("open_again"),
        (pl.col("resolved_at") - pl.col("created_at")).alias("ttr_seconds"),
        due.alias("due_at"),
        (due >= records.as_of).cast(pl.Int64).alias("not_due"),
    )
    in_time = (pl.col("resolved_at") <= pl.col("due_at")) & (pl.col("open_again") == 0)
    rows = rows.with_columns(in_time.fill_null(False).cast(pl.Int64).alias("in_time")).drop("status")
    return _with_handoffs(rows, records).sort("created_at", "row")


def _last_resolution(records: Records) -> pl.DataFrame:
    """`case`, `resolved_at`: the latest of its resolutions, or where none is known its closure."""
    logged = records.events.filter(
        (pl.col("kind") == STATUS)
        & pl.col("to_value").is_in(RESOLVED)
        & ~pl.col("from_value").is_in(RESOLVED).fill_null(False)
    )
    logged = logged.group_by("case").agg(pl.col("at").max().alias("logged_at"))
    known = records.cases.join(logged, on="case", how="left")
    latest = pl.max_horizontal("first_resolved_at", "last_resolved_at", "logged_at")
    return known.select("case", pl.coalesce(latest, "closed_at").alias("resolved_at"))


def _status_now(records: Records, timeline: pl.DataFrame) -> pl.DataFrame:
    now = records.cases.select("case", pl.lit(records.as_of, pl.Int64).alias("instant"))
    return status_at(timeline, now).select("case", "status")


def _with_handoffs(rows: pl.DataFrame, records: Records) -> pl.DataFrame:
    """`handoffs`: how many by the resolution, its moment included."""
    ends = rows.select("case", pl.col("resolved_at").fill_null(records.as_of).alias("end"))
    made = handoffs(records).join(ends, on="case").filter(pl.col("at") <= pl.col("end"))
    counts = made.group_by("case").agg(pl.len().cast(pl.Int64).alias("made"))
    rows = rows.join(counts, on="case", how="left", maintain_order="left")
    told = pl.col("source").is_in(stated(records).implode())
    return rows.with_columns(pl.when(told).then(pl.col("made").fill_null(0)).alias("handoffs")).drop("made")


def dimmed(figure: Figure, pack: Pack) -> bool:
    """Whether FCR of a slice rests on so few cases that it is shown dimmed, though never left out (R44, C0.11)."""
    return figure.metric == "fcr" and figure.n < pack.fcr.dim_below
