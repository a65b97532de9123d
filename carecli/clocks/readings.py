"""Many clocks of one calendar at once, in columns: what `run_clock` says, without the tapes."""

from __future__ import annotations

from fractions import Fraction

import polars as pl

from carecli.clocks.arrivals import night_budgets, starts_at_night
from carecli.clocks.budgets import Edge
from carecli.clocks.calendar import Calendar

STATES = pl.Enum(["met", "missed", "running", "paused", "due"])
FAR = 2**33
"""A second after every instant of a calendar: the end of a pause that is open."""


def run_clocks(
    calendar: Calendar,
    clocks: pl.DataFrame,
    pauses: pl.DataFrame,
    *,
    as_of: int,
    edge: Edge = "within",
    night: bool = False,
) -> pl.DataFrame:
    """`clocks` in its order, with `state, due_at, elapsed_sec, paused_sec, left_sec, budget_sec, at_night` at `as_of`.

    `clocks` has `clock` (a unique key), `start`, `budget` (open seconds) and `stop`; `pauses` has `clock`, `start` and
    `end`. Points in time are epoch seconds; a null `stop` or `end` is not yet, a null `start` gives nulls, a
    null `budget` (nothing promised) no state and no due time. `night` is for first responses, as in `run_clock`.
    """
    ran = _budgets(calendar, clocks, edge, night)
    stopped = pl.col("stop").is_not_null() & (pl.col("stop") <= as_of)
    stopping = pl.when("stopped").then("stop").otherwise(as_of)
    ran = ran.with_columns(stopped=stopped).with_columns(end=pl.max_horizontal("start", stopping))
    ran = _with_pauses(calendar, ran, pauses)
    ran = ran.with_columns(elapsed_sec=calendar.elapsed(ran["start"], ran["end"]) - ran["paused_sec"])
    ran = ran.with_columns(left_sec=pl.col("budget_sec") - pl.col("elapsed_sec")).with_columns(state=_state(edge))
    due_at = calendar.due(ran["start"], ran["budget_sec"] + ran["moved_sec"])
    paused_sec = pl.when(pl.col("start").is_not_null()).then("paused_sec")
    ran = ran.with_columns(due_at=pl.when(pl.col("state") != "paused").then(due_at), paused_sec=paused_sec)
    given = ("state", "due_at", "elapsed_sec", "paused_sec", "left_sec", "budget_sec", "at_night")
    return ran.select(*clocks.columns, *given)


def at_risk(readings: pl.DataFrame, share: Fraction) -> pl.Series:
    """Whether each clock is not over and has used `share` of its budget or more (R120); null without a state."""
    used = pl.col("elapsed_sec") * share.denominator >= pl.col("budget_sec") * share.numerator
    return readings.select(at_risk=used & ~pl.col("state").is_in(["met", "missed"])).to_series()


def _budgets(calendar: Calendar, clocks: pl.DataFrame, edge: Edge, night: bool) -> pl.DataFrame:
    """The clocks with what each is given."""
    if not night or calendar.night is None:
        at_night = pl.when(pl.col("start").is_not_null()).then(pl.lit(False))
        return clocks.with_columns(budget_sec="budget", at_night=at_night)
    start, budget = clocks["start"], clocks["budget"]
    return clocks.with_columns(
        budget_sec=night_budgets(calendar, start, budget, edge), at_night=starts_at_night(calendar, start)
    )


def _state(edge: Edge) -> pl.Expr:
    left = pl.col("left_sec")
    late = left <= 0 if edge == "under" else left < 0
    met, missed, running, paused, due = (pl.lit(state, dtype=STATES) for state in STATES.categories)
    state = pl.when(late).then(missed).when("stopped").then(met).when("waiting").then(paused)
    return pl.when(left.is_not_null()).then(state.when(left == 0).then(due).otherwise(running))


def _with_pauses(calendar: Calendar, ran: pl.DataFrame, pauses: pl.DataFrame) -> pl.DataFrame:
    """The clocks with `paused_sec`, `moved_sec` and `waiting`: 0 and false where nothing paused."""
    totals = _pause_totals(calendar, ran, pauses)
    if totals.is_empty():
        nothing = pl.lit(0, dtype=pl.Int64)
        return ran.with_columns(paused_sec=nothing, moved_sec=nothing, waiting=pl.lit(False))
    ran = ran.join(totals, on="clock", how="left", maintain_order="left")
    return ran.with_columns(pl.col("paused_sec", "moved_sec").fill_null(0), pl.col("waiting").fill_null(False))


def _pause_totals(calendar: Calendar, ran: pl.DataFrame, pauses: pl.DataFrame) -> pl.DataFrame:
    """By clock: open seconds paused, those of them that move the due time, and whether a pause is open."""
    spans = _disjoint(_known(ran, pauses))
    paused = calendar.elapsed(spans["first"], spans.select(pl.min_horizontal("until", "end")).to_series())
    spans = spans.with_columns(paused=paused, gross=calendar.elapsed(spans["start"], spans["first"]))
    before = pl.col("paused").cum_sum() - pl.col("paused")
    # One running sum over all clocks, less what it was where each clock begins: far quicker than a sum a clock.
    before = before - pl.when("begins").then(before).forward_fill()
    spans = spans.with_columns(moved=pl.when(pl.col("gross") - before < pl.col("budget_sec")).then("paused"))
    return spans.group_by("clock").agg(
        paused_sec=pl.col("paused").sum(), moved_sec=pl.col("moved").sum(), waiting=pl.col("until").max() == FAR
    )


def _known(ran: pl.DataFrame, pauses: pl.DataFrame) -> pl.DataFrame:
    """The pauses inside each clock as [first, until); one that outlasts a running clock is still open (FAR)."""
    of_clock = ran.select("clock", "start", "budget_sec", "stopped", "end")
    joined = pauses.select("clock", from_="start", to="end").join(of_clock, on="clock")
    over = pl.col("to").is_not_null() & (pl.col("to") <= pl.col("end"))
    until = pl.when(over).then("to").when("stopped").then("end").otherwise(pl.lit(FAR, dtype=pl.Int64))
    joined = joined.with_columns(first=pl.max_horizontal("from_", "start"), until=until)
    return joined.filter(pl.col("start").is_not_null(), pl.col("first") <= pl.col("end"))


def _disjoint(spans: pl.DataFrame) -> pl.DataFrame:
    """Each pause without what an earlier pause of the same clock has taken; `begins` marks a clock's first."""
    spans = spans.filter(pl.col("first") < pl.col("until")).sort("clock", "first")
    floor = pl.col("clock").rle_id().cast(pl.Int64) * (FAR + 1)
    # Each clock on a floor of its own, so that one running maximum serves them all.
    taken = (floor + pl.col("until")).cum_max().shift(1) - floor
    spans = spans.with_columns(first=pl.max_horizontal("first", taken)).filter(pl.col("first") < pl.col("until"))
    return spans.with_columns(begins=pl.col("clock").rle_id().diff().fill_null(1) != 0)
