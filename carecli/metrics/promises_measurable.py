"""Which clocks a source can't tell: such a promise is unmeasurable, never 0 or 100 % (R105)."""

from __future__ import annotations

import polars as pl

from carecli.metrics.frames import code, codes_of
from carecli.metrics.promises_log import WORKAROUND
from carecli.metrics.records import Records
from carecli.metrics.states import SOLVED
from carecli.policy.targets import CLOCK_NAMES, ClockName
from carecli.tables import CASE_EVENT_KINDS

UNTOLD = {"source": pl.Int64, "clock": pl.Int64}
OBSERVED = code(CASE_EVENT_KINDS, "observed")
REPLIES = codes_of(CASE_EVENT_KINDS, ("public_reply",))
SETTLED = codes_of(CASE_EVENT_KINDS, ("status", "closed"))


def untold(records: Records) -> pl.DataFrame:
    """`source`, `clock` (place in CLOCK_NAMES plus one) of every clock that a source of cases can't tell.

    A first response or resolution: some case is over and no case of the source states one. A later answer or update:
    the source logs no events. A workaround: no event of the source ever names one.
    """
    told = _of_cases(records).join(_of_events(records), on="source", how="left")
    told = told.with_columns(pl.col("replies", "settled", "logs", "workarounds").fill_null(False))
    blind: dict[ClockName, pl.Expr] = {
        "first_response": pl.col("over") & ~pl.col("answers") & ~pl.col("replies"),
        "next_response": ~pl.col("logs"),
        "update": ~pl.col("logs"),
        "workaround": ~pl.col("workarounds"),
        "resolution": pl.col("over") & ~pl.col("resolutions") & ~pl.col("settled"),
    }
    parts = [
        told.filter(blind[clock]).select("source", pl.lit(place, pl.Int64).alias("clock"))
        for place, clock in enumerate(CLOCK_NAMES, start=1)
    ]
    return pl.concat(parts)


def _of_cases(records: Records) -> pl.DataFrame:
    """By source: whether any case is over, and what their stamps state."""
    resolved = pl.any_horizontal(
        pl.col(name).is_not_null() for name in ("first_resolved_at", "last_resolved_at", "closed_at")
    )
    seen = pl.col("status_at") <= records.as_of
    return records.cases.group_by("source").agg(
        over=(resolved | (seen & (pl.col("status") >= SOLVED)).fill_null(False)).any(),
        answers=pl.col("first_response_at").is_not_null().any(),
        resolutions=resolved.any(),
    )


def _of_events(records: Records) -> pl.DataFrame:
    """By source: what its events tell."""
    kind, named = pl.col("kind"), records.snapshot.codes.get(WORKAROUND, -1)
    says = (pl.col("reason") == named).fill_null(False) | (
        pl.col("to_value").str.to_lowercase() == WORKAROUND
    ).fill_null(False)
    return records.events.group_by("source").agg(
        replies=kind.is_in(REPLIES).any(),
        settled=kind.is_in(SETTLED).any(),
        logs=(kind != OBSERVED).any(),
        workarounds=says.any(),
    )
