"""The status of cases over time, from all that is known: events, observations and stamps."""

from __future__ import annotations

import polars as pl

from carecli.metrics.frames import code
from carecli.metrics.records import Records
from carecli.tables import CASE_EVENT_KINDS, CASE_STATUSES

NEW, OPEN = code(CASE_STATUSES, "new"), code(CASE_STATUSES, "open")
WAITING_CUSTOMER = code(CASE_STATUSES, "waiting_customer")
SOLVED, CLOSED = code(CASE_STATUSES, "solved"), code(CASE_STATUSES, "closed")

STAMPS = (("created_at", NEW), ("reopened_at", OPEN), ("first_resolved_at", SOLVED), ("last_resolved_at", SOLVED),
          ("closed_at", CLOSED))  # fmt: skip
"""What the columns of a case say about its status, and when."""


def states(records: Records) -> pl.DataFrame:
    """`case`, `at`, `status`: every moment at which a status is known; at one moment the later stage wins.

    A case is in its latest state. What a case's own columns say counts as well as its events: a feed may have both.
    """
    parts = [*(_stamped(records, column, status) for column, status in STAMPS), _observed(records), _current(records)]
    return pl.concat(parts).sort("case", "at", "status")


def status_at(states_of_cases: pl.DataFrame, instants: pl.DataFrame) -> pl.DataFrame:
    """`case`, `status` of cases created by the `instant` of each row of `instants` (columns `case`, `instant`)."""
    return (
        states_of_cases.join(instants, on="case")
        .filter(pl.col("at") <= pl.col("instant"))
        .group_by("case", "instant", maintain_order=True)
        .agg(pl.col("status").last())
    )


def reopenings(records: Records) -> pl.DataFrame:
    """`case`, `at`: every reopening whose time is known."""
    kind = pl.col("kind")
    solved_before = pl.col("from_value").is_in(["solved", "closed"])
    opened = _status_word("to_value") < SOLVED
    changed = (kind == code(CASE_EVENT_KINDS, "status")) & solved_before & opened
    events = records.events.filter((kind == code(CASE_EVENT_KINDS, "reopened")) | changed).select("case", "at")
    stamped = records.cases.select("case", pl.col("reopened_at").alias("at")).drop_nulls()
    return pl.concat([events, stamped]).unique().sort("at", "case")


def _stamped(records: Records, column: str, status: int) -> pl.DataFrame:
    return records.cases.select(
        "case", pl.col(column).alias("at"), pl.lit(status, pl.Int64).alias("status")
    ).drop_nulls()


def _observed(records: Records) -> pl.DataFrame:
    """Status changes and observations; a word that is no canonical status says nothing."""
    kind = pl.col("kind")
    tells = (kind == code(CASE_EVENT_KINDS, "status")) | (
        (kind == code(CASE_EVENT_KINDS, "observed"))
        & pl.col("reason").is_in([records.snapshot.codes.get("status", -1)])
    )
    status = (
        pl.when(kind == code(CASE_EVENT_KINDS, "reopened"))
        .then(OPEN)
        .when(kind == code(CASE_EVENT_KINDS, "closed"))
        .then(CLOSED)
        .when(tells)
        .then(_status_word("to_value"))
    )
    return records.events.select("case", "at", status.cast(pl.Int64).alias("status")).drop_nulls()


def _current(records: Records) -> pl.DataFrame:
    """The status column, where it was seen by then."""
    seen = records.cases.select("case", pl.col("status_at").alias("at"), "status").drop_nulls()
    return seen.filter(pl.col("at") <= records.as_of)


def _status_word(column: str) -> pl.Expr:
    codes = {word: number for number, word in enumerate(CASE_STATUSES, start=1)}
    return pl.col(column).replace_strict(codes, default=None, return_dtype=pl.Int64)
