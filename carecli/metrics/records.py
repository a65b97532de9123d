"""The rows of a snapshot as of an instant: nothing later is known, and contacts know their cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from carecli.metrics.coverage import Coverage, coverage_of
from carecli.metrics.frames import code, frame, links_of, with_reference
from carecli.policy.pack import Pack
from carecli.store.snapshot import Snapshot
from carecli.tables import DIRECTIONS, INTERACTION_OUTCOMES, ORIGINS

INBOUND = code(DIRECTIONS, "inbound")
TRANSFER = code(ORIGINS, "transfer")
ANSWERED = code(INTERACTION_OUTCOMES, "answered")
ABANDONED = code(INTERACTION_OUTCOMES, "abandoned")


@dataclass(frozen=True)
class Records:
    """The rows that facts are made of. `case` is the store id of a case; below 0 where the case itself isn't held."""

    snapshot: Snapshot
    pack: Pack
    coverage: Coverage
    as_of: int
    interactions: pl.DataFrame
    """With `case`, `tier`, `priority`, `issue_type` (of the case where the contact has none), `outbound` and
    `transfer`.
    """
    cases: pl.DataFrame
    """With `contact`, the store id of the interaction that opened it, and `status_at`, when its status was seen: at
    its last change, or where that isn't stated at the latest moment its columns name.
    """
    events: pl.DataFrame
    """The events of cases, with `case`."""


def records_of(snapshot: Snapshot, pack: Pack, as_of: int, zone: str) -> Records:
    """Everything that had happened by `as_of` (epoch seconds, included)."""
    coverage = coverage_of(snapshot.coverage, zone, pack.calendar_for(None))
    cases = _cases(snapshot, pack, as_of)
    interactions = _interactions(snapshot, pack, cases, as_of)
    events = _events(snapshot, cases, as_of)
    return Records(snapshot, pack, coverage, as_of, interactions, cases, events)


def until(rows: pl.DataFrame, as_of: int, columns: Iterable[str]) -> pl.DataFrame:
    """`rows` with times after `as_of` unknown."""
    return rows.with_columns(pl.when(pl.col(name) <= as_of).then(pl.col(name)).alias(name) for name in columns)


def _cases(snapshot: Snapshot, pack: Pack, as_of: int) -> pl.DataFrame:
    stamps = ("first_response_at", "first_resolved_at", "last_resolved_at", "reopened_at", "closed_at")
    cases = frame(snapshot, "cases").filter(pl.col("created_at") <= as_of)
    cases = cases.with_columns(pl.coalesce("updated_at", pl.max_horizontal("created_at", *stamps)).alias("status_at"))
    cases = until(_left_out(cases, pack), as_of, (*stamps, "merged_at", "deleted_at", "last_action_at"))
    cases = cases.with_columns(pl.coalesce("tier", tier_of(snapshot, cases)).alias("tier"))
    contacts = frame(snapshot, "interactions").filter(pl.col("started_at") <= as_of)
    return with_reference(
        cases, contacts, links_of(snapshot), table="cases", key="interaction_id", name="contact"
    ).with_columns(pl.col("id").alias("case"))


def _interactions(snapshot: Snapshot, pack: Pack, cases: pl.DataFrame, as_of: int) -> pl.DataFrame:
    rows = frame(snapshot, "interactions").filter(pl.col("started_at") <= as_of)
    rows = _outcome_until(_left_out(rows, pack), as_of)
    rows = with_reference(rows, cases, links_of(snapshot), table="interactions", key="case_id", name="case")
    first = cases.sort("created_at", "source", "case_id", nulls_last=True)
    opened = first.select(pl.col("contact").alias("id"), pl.col("case").alias("opened")).drop_nulls()
    opened = opened.unique("id", keep="first", maintain_order=True)
    of_case = cases.select(
        "case", pl.col("issue_type").alias("case_issue"), pl.col("tier").alias("case_tier"), "priority"
    )
    rows = (
        rows.join(opened, on="id", how="left", maintain_order="left")
        .with_columns(pl.coalesce("case", "opened", _case_not_held(rows)).alias("case"))
        .join(of_case, on="case", how="left", maintain_order="left")
    )
    return rows.with_columns(
        pl.coalesce("issue_type", "case_issue").alias("issue_type"),
        pl.coalesce("case_tier", tier_of(snapshot, rows)).alias("tier"),
        (pl.col("direction").fill_null(INBOUND) != INBOUND).cast(pl.Int64).alias("outbound"),
        (pl.col("origin") == TRANSFER).fill_null(False).cast(pl.Int64).alias("transfer"),
    ).drop("opened", "case_issue", "case_tier")


def _left_out(rows: pl.DataFrame, pack: Pack) -> pl.DataFrame:
    """The flags of tests and system events, 0 where the pack keeps them (R33)."""
    kept = {"is_test": pack.exclusions.test, "is_system": pack.exclusions.system}
    return rows.with_columns(
        (pl.col(name).fill_null(0) * int(excluded)).cast(pl.Int64).alias(name) for name, excluded in kept.items()
    )


def _outcome_until(rows: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """The outcome is known once it happened: an answer when answered, anything else at the end.

    Where a source states none, a contact that was answered is answered, and one that ended without is abandoned.
    """
    told = (
        pl.when(pl.col("answered_at").is_not_null())
        .then(ANSWERED)
        .when(pl.col("ended_at").is_not_null())
        .then(ABANDONED)
    )
    rows = rows.with_columns(pl.coalesce("outcome", told).alias("outcome"))
    over = pl.when(pl.col("outcome") == ANSWERED).then(pl.col("answered_at")).otherwise(pl.col("ended_at"))
    known = pl.when(over.fill_null(as_of) <= as_of).then(pl.col("outcome")).alias("outcome")
    return until(rows.with_columns(known, (pl.col("ended_at") > as_of).alias("unfinished")), as_of,
                 ("answered_at", "ended_at", "resolved_at"))  # fmt: skip


def _case_not_held(rows: pl.DataFrame) -> pl.Series:
    """A number below 0 for each case that is named but not held, so that its contacts still belong together."""
    named = pl.struct("source", "case_id").rank("dense").cast(pl.Int64)
    return rows.select(pl.when(pl.col("case_id").is_not_null()).then(-named).alias("case")).to_series()


def _events(snapshot: Snapshot, cases: pl.DataFrame, as_of: int) -> pl.DataFrame:
    events = frame(snapshot, "case_events").filter(pl.col("at") <= as_of)
    owners = cases.select("source", "case_id", "case")
    return events.join(owners, on=["source", "case_id"], how="inner", maintain_order="left").sort("at", "id")


def tier_of(snapshot: Snapshot, rows: pl.DataFrame) -> pl.Series:
    """The tier of each row's customer, of whatever system (R68)."""
    tiers = frame(snapshot, "customers").drop_nulls(["customer_id", "tier"]).unique("customer_id", keep="first")
    columns = tiers.select("customer_id", pl.col("tier").alias("customer_tier"))
    return rows.select("customer_id").join(columns, on="customer_id", how="left", maintain_order="left")[
        "customer_tier"
    ]
