"""Many clocks of one calendar at once, in columns: what `run_clock` says, without the tapes."""

from __future__ import annotations

import polars as pl

from carecli.clocks.calendar import Calendar
from carecli.clocks.tape import NEVER, Edge

STATES = pl.Enum(["met", "missed", "running", "paused", "due"])


def run_clocks(
    calendar: Calendar,
    clocks: pl.DataFrame,
    pauses: pl.DataFrame,
    *,
    as_of: int,
    edge: Edge = "within",
) -> pl.DataFrame:
    """`clocks` in its order, with `state, due_at, elapsed_sec, paused_sec, left_sec` as known at `as_of`.

    `clocks` has `clock` (a unique key), `start`, `budget` (open seconds) and `stop`; `pauses` has `clock`, `start` and
    `end`. Points in time are epoch seconds; a null `stop` or `end` is not yet, a null `start` gives nulls, a
    null `budget` (nothing promised) no state and no due time.
    """
    stopped = pl.col("stop").is_not_null() & (pl.col("stop") <= as_of)
    stopping = pl.when("stopped").then("stop").otherwise(as_of)
    ran = clocks.with_columns(stopped=stopped).with_columns(end=pl.max_horizontal("start", stopping))
    ran = ran.join(_pause_totals(calendar, ran, pauses), on="clock", how="left", maintain_order="left")
    ran = ran.with_columns(pl.col("paused_sec", "moved_sec").fill_null(0), pl.col("waiting").fill_null(False))
    ran = ran.with_columns(elapsed_sec=calendar.elapsed(ran["start"], ran["end"]) - ran["paused_sec"])
    ran = ran.with_columns(left_sec=pl.col("budget") - pl.col("elapsed_sec"), state=_state(edge))
    due_at = calendar.due(ran["start"], ran["budget"] + ran["moved_sec"])
    paused_sec = pl.when(pl.col("start").is_not_null()).then("paused_sec")
    ran = ran.with_columns(due_at=pl.when(pl.col("state") != "paused").then(due_at), paused_sec=paused_sec)
    return ran.select(*clocks.columns, "state", "due_at", "elapsed_sec", "paused_sec", "left_sec")


def _state(edge: Edge) -> pl.Expr:
    left = pl.col("budget") - pl.col("elapsed_sec")
    late = left <= 0 if edge == "under" else left < 0
    state = pl.when(late).then(pl.lit("missed")).when("stopped").then(pl.lit("met"))
    state = state.when("waiting").then(pl.lit("paused")).when(left == 0).then(pl.lit("due"))
    return pl.when(left.is_not_null()).then(state.otherwise(pl.lit("running"))).cast(STATES)


def _pause_totals(calendar: Calendar, ran: pl.DataFrame, pauses: pl.DataFrame) -> pl.DataFrame:
    """By clock: open seconds paused, those of them that move the due time, and whether a pause is open."""
    spans = _disjoint(_known(ran, pauses))
    paused = calendar.elapsed(spans["first"], spans.select(pl.min_horizontal("until", "end")).to_series())
    spans = spans.with_columns(paused=paused, gross=calendar.elapsed(spans["start"], spans["first"]))
    run = pl.col("gross") - (pl.col("paused").cum_sum() - pl.col("paused")).over("clock")
    spans = spans.with_columns(early=run < pl.col("budget"))
    return spans.group_by("clock").agg(
        paused_sec=pl.col("paused").sum(),
        moved_sec=pl.col("paused").filter("early").sum(),
        waiting=(pl.col("until") == NEVER).any(),
    )


def _known(ran: pl.DataFrame, pauses: pl.DataFrame) -> pl.DataFrame:
    """The pauses inside each clock as [first, until); one that outlasts a running clock is still open (NEVER)."""
    joined = pauses.select("clock", from_="start", to="end").join(ran, on="clock")
    over = pl.col("to").is_not_null() & (pl.col("to") <= pl.col("end"))
    until = pl.when(over).then("to").when("stopped").then("end").otherwise(pl.lit(NEVER, dtype=pl.Int64))
    joined = joined.with_columns(first=pl.max_horizontal("from_", "start"), until=until)
    return joined.filter(pl.col("start").is_not_null(), pl.col("first") <= pl.col("end"))


def _disjoint(spans: pl.DataFrame) -> pl.DataFrame:
    """Each pause without what an earlier pause of the same clock has taken."""
    spans = spans.sort("clock", "first")
    taken = pl.col("until").cum_max().shift(1).over("clock")
    return spans.with_columns(first=pl.max_horizontal("first", taken)).filter(pl.col("first") < pl.col("until"))
