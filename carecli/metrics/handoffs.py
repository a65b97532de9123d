"""How often a case was handed over to another team or agent (R89)."""

from __future__ import annotations

import polars as pl

from carecli.metrics.frames import code
from carecli.metrics.records import Records
from carecli.tables import CASE_EVENT_KINDS

ASSIGNED = code(CASE_EVENT_KINDS, "assigned")


def handoffs(records: Records) -> pl.DataFrame:
    """`case`, `source`, `at`: each moment at which a case went from one team or agent to another.

    The first assignment is none, nor is giving it up. Of teams and agents each change counts by itself, but the first
    agent to take a case after it came to another team completes that handoff and is none of its own.
    """
    moves = _moves(records)
    teams = moves.filter("of_team")
    agents = moves.filter(~pl.col("of_team"))
    arrived = teams.filter("moved").select("case", "at", pl.col("at").alias("arrived_at"))
    agents = agents.with_columns(pl.col("at").shift(1).over("case").alias("taken_before")).sort("at", "id")
    agents = agents.join_asof(arrived.sort("at"), on="at", by="case", check_sortedness=False)
    completes = pl.col("arrived_at") > pl.col("taken_before").fill_null(-1)
    counted = agents.filter(pl.col("moved") & ~completes.fill_null(False))
    return pl.concat([part.select("case", "source", "at") for part in (teams.filter("moved"), counted)]).sort(
        "at", "case"
    )


def stated(records: Records) -> pl.Series:
    """The sources that say who a case was assigned to at all."""
    return records.events.filter(pl.col("kind") == ASSIGNED)["source"].unique()


def _moves(records: Records) -> pl.DataFrame:
    """Assignments to somebody in order, `moved` where a known other had the case before."""
    events = records.events.filter(pl.col("kind") == ASSIGNED).sort("at", "id")
    team = pl.col("reason") == records.snapshot.codes.get("group", -1)
    events = events.with_columns(team.fill_null(False).alias("of_team"))
    known = pl.col("to_value").forward_fill().shift(1).over("case", "of_team")
    before = pl.coalesce("from_value", known)
    return events.with_columns((before != pl.col("to_value")).fill_null(False).alias("moved")).filter(
        pl.col("to_value").is_not_null()
    )
