"""Resolutions and what followed them: first contact resolution (C0.5, R14, R34, R35) and reopening (R19)."""

from __future__ import annotations

import polars as pl

from carecli.metrics.contacts import TABLES
from carecli.metrics.frames import code, codes_of
from carecli.metrics.open_time import deadline
from carecli.metrics.records import ANSWERED, Records
from carecli.metrics.states import reopenings
from carecli.metrics.traits import traits_of
from carecli.tables import CASE_EVENT_KINDS

DIMENSIONS = ("source", "channel", "queue", "issue_type", "agent", "tier", "priority", "customer", "case")
FLAGS = ("is_test", "is_system", "merged", "deleted")
ESCALATED = code(CASE_EVENT_KINDS, "escalated")


def resolutions(records: Records, contacts: pl.DataFrame) -> pl.DataFrame:
    """One row per case resolved by `as_of`, and per answered contact that is its own case.

    `first_contact` is 1 where at most one contact had been made by then; `followed` 1 where a later contact of the
    same case, or of the same customer and reason (without a reason: and queue), came before `deadline`, its end
    included; `immature` 1 while that can still happen; `verification` 1 where the pack says that the reason takes
    several steps of verification (R45). A case is booked on its first resolution, so a figure that is mature doesn't
    change any more.
    """
    rows = pl.concat([_of_cases(records), _of_contacts(records)])
    rows = rows.with_columns(deadline(rows, "resolved_at", records).alias("deadline"))
    counted = contacts.filter(pl.col("counted") == 1)
    rows = _with_follow_up(_with_contact_count(rows, counted), counted, records)
    verified = traits_of(records.snapshot, records.pack).code("verification").is_not_null()
    return rows.with_columns(
        (pl.col("deadline") >= records.as_of).cast(pl.Int64).alias("immature"),
        verified.cast(pl.Int64).alias("verification"),
    ).sort("resolved_at")


def closures(records: Records) -> pl.DataFrame:
    """One row per case closed by `as_of`, booked on its first closure `closed_at`.

    `reopened` is 1 where its first reopening came inside the pack's days, the end included. `unmeasurable` is 1 where
    that can't be told: a reopening is stated without its time, or the case's source states no times of reopenings at
    all.
    """
    rows = _of_cases(records).rename({"resolved_at": "closed_at"})
    first = reopenings(records).join(rows.select("case", "closed_at"), on="case")
    first = (
        first.filter(pl.col("at") > pl.col("closed_at")).group_by("case").agg(pl.col("at").min().alias("reopened_at"))
    )
    rows = rows.join(first, on="case", how="left", maintain_order="left")
    rows = rows.join(_told(records), on="case", how="left", maintain_order="left")
    end = pl.col("closed_at") + records.pack.reopen.window_sec
    reopened = (pl.col("reopened_at") <= end).fill_null(False)
    timed = pl.col("reopened_at").is_not_null().any().over("source") | ~pl.col("untimed").any().over("source")
    measurable = timed & pl.col("stated").any().over("source") & (reopened | ~pl.col("untimed"))
    return rows.with_columns(
        reopened.cast(pl.Int64).alias("reopened"),
        (~measurable).cast(pl.Int64).alias("unmeasurable"),
        (end >= records.as_of).cast(pl.Int64).alias("immature"),
    ).sort("closed_at")


def created_cases(records: Records) -> pl.DataFrame:
    """One row per case created by `as_of`: `level` is the highest escalation level reached; 1 where none is stated.

    `unmeasurable` is 1 where the case's source never states a level or an escalation.
    """
    escalations = records.events.filter(pl.col("kind") == ESCALATED).select("case").unique()
    raised = pl.col("case").is_in(escalations["case"].implode())
    rows = records.cases.with_columns(
        pl.max_horizontal("escalation_level", pl.when(raised).then(2), pl.lit(1)).alias("level"),
        (pl.col("escalation_level").is_not_null() | raised).any().over("source").alias("stated"),
    )
    return shaped(rows, "created_at", "level", (~pl.col("stated")).cast(pl.Int64).alias("unmeasurable"))


def _of_cases(records: Records) -> pl.DataFrame:
    resolved = pl.coalesce("first_resolved_at", "last_resolved_at", "closed_at")
    return shaped(records.cases.with_columns(resolved.alias("resolved_at")), "resolved_at")


def shaped(cases: pl.DataFrame, at: str, *more: str | pl.Expr) -> pl.DataFrame:
    """Cases with the columns of a fact: where they come from, dimensions, flags, and the moment they are booked on."""
    rows = cases.filter(pl.col(at).is_not_null()).with_columns(
        pl.lit(TABLES.index("cases"), pl.Int64).alias("table"),
        *(pl.col(name).fill_null(0) for name in ("is_test", "is_system")),
        *(pl.col(f"{name}_at").is_not_null().cast(pl.Int64).alias(name) for name in ("merged", "deleted")),
        row="id",
        agent="assignee_id",
        customer="customer_id",
    )
    return rows.select("table", "row", *DIMENSIONS, *FLAGS, at, *more)


def _of_contacts(records: Records) -> pl.DataFrame:
    """Answered contacts without a case that is held: resolved when the source says so, else at their end."""
    rows = records.interactions.with_columns(pl.coalesce("resolved_at", "ended_at").alias("resolved_at")).filter(
        (pl.col("outbound") == 0) & (pl.col("transfer") == 0) & (pl.col("outcome") == ANSWERED)
        & (pl.col("case").is_null() | (pl.col("case") < 0)) & pl.col("resolved_at").is_not_null()
    )  # fmt: skip
    rows = rows.sort("started_at", "id").filter(pl.col("case").is_null() | pl.col("case").is_first_distinct())
    return rows.with_columns(
        pl.lit(TABLES.index("interactions"), pl.Int64).alias("table"),
        *(pl.col(name).fill_null(0) for name in ("is_test", "is_system")),
        *(pl.lit(0, pl.Int64).alias(name) for name in ("merged", "deleted")),
        row="id",
        agent="agent_id",
        customer="customer_id",
    ).select("table", "row", *DIMENSIONS, *FLAGS, "resolved_at")


def _with_contact_count(rows: pl.DataFrame, counted: pl.DataFrame) -> pl.DataFrame:
    by_then = rows.select("case", "resolved_at").drop_nulls().join(counted.select("case", "at"), on="case")
    by_then = by_then.filter(pl.col("at") <= pl.col("resolved_at")).group_by("case").agg(pl.len().alias("contacts"))
    return rows.join(by_then, on="case", how="left", maintain_order="left").with_columns(
        (pl.col("contacts").fill_null(1) <= 1).cast(pl.Int64).alias("first_contact")
    )


def _with_follow_up(rows: pl.DataFrame, counted: pl.DataFrame, records: Records) -> pl.DataFrame:
    rows = rows.sort("resolved_at")
    later = [_next(rows, counted, "case")]
    if records.pack.fcr.separate_followups_count:
        reason, queue = _next(rows, counted, "customer", "issue_type"), _next(rows, counted, "customer", "queue")
        keyed = pl.select(pl.when(rows["issue_type"].is_not_null()).then(reason).otherwise(queue)).to_series()
        later.append(keyed.alias("later"))
    follow_up = pl.DataFrame([column.alias(f"later_{place}") for place, column in enumerate(later)])
    first = follow_up.select(pl.min_horizontal(pl.all())).to_series()
    return rows.with_columns(first.alias("follow_up_at")).with_columns(
        (pl.col("follow_up_at") <= pl.col("deadline")).fill_null(False).cast(pl.Int64).alias("followed")
    )


def _next(rows: pl.DataFrame, counted: pl.DataFrame, *keys: str) -> pl.Series:
    """The first later arrival with the same keys; null where a key is unknown."""
    arrivals = counted.select(*keys, pl.col("at").alias("later_at"), "at").drop_nulls().sort("at")
    asked = rows.select(*keys, pl.col("resolved_at").alias("at"))
    return asked.join_asof(
        arrivals, on="at", by=list(keys), strategy="forward", allow_exact_matches=False, check_sortedness=False
    )["later_at"]


def _told(records: Records) -> pl.DataFrame:
    """`case`, `stated`: the case says whether it was reopened; `untimed`: of a reopening it states, the moment is
    unknown.

    One stamp is the time of the last of several reopenings, so the first one is known only from as many events.
    """
    timed = reopenings(records).group_by("case").agg(pl.len().alias("timed"))
    kinds = codes_of(CASE_EVENT_KINDS, ("status", "reopened"))
    logged = records.events.filter(pl.col("kind").is_in(kinds))["case"].unique()
    rows = records.cases.join(timed, on="case", how="left", maintain_order="left")
    flagged = pl.max_horizontal("reopen_flag", "reopens").fill_null(0) > 0
    columns = pl.any_horizontal(pl.col(name).is_not_null() for name in ("reopen_flag", "reopens", "reopened_at"))
    times = pl.col("timed").fill_null(0)
    return rows.select(
        "case",
        (columns | pl.col("case").is_in(logged.implode())).alias("stated"),
        (flagged & ((times == 0) | ((pl.col("reopens") > 1).fill_null(False) & (times < 2)))).alias("untimed"),
    )
