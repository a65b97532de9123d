"""The shift in time under which the vendor's intervals and our contacts fit best: a zone that was read wrongly."""

from __future__ import annotations

import polars as pl

from carecli.metrics.facts import Facts
from carecli.metrics.interval_counts import PLACE, Counting, countable, nowhere

HALF_HOUR = 1_800
FURTHEST_HOURS = 14
SHIFTS = range(-FURTHEST_HOURS * 3_600, FURTHEST_HOURS * 3_600 + 1, HALF_HOUR)
CANDIDATES = ("offered", "answered", "abandoned")


def best_shift(facts: Facts, intervals: pl.DataFrame, counting: Counting) -> int:
    """Seconds by which the vendor's intervals of one queue stand later than ours; the smallest of equals, 0 for none.

    Whole and half hours up to 14 h are tried, each on all contacts at once.
    """
    name = next((each for each in CANDIDATES if intervals[each].count()), CANDIDATES[0])
    moment = "ended" if intervals["attribution"][0] == 2 else "entered"
    spans = intervals.select("interval", *nowhere(), "start", "end", pl.col(name).alias("native"))
    apart = _apart(_shifted(facts, intervals, counting, name, moment), spans)
    return int(apart.sort("apart", pl.col("shift").abs(), "shift", descending=[False, False, True])["shift"][0])


def _shifted(facts: Facts, intervals: pl.DataFrame, counting: Counting, name: str, moment: str) -> pl.DataFrame:
    """`at` of each contact of the queue under each shift."""
    legs = countable(facts, counting, intervals["source"].unique().to_list()).filter(pl.col(name) == 1)
    legs = legs.select(*nowhere(), pl.col(moment).alias("at")).drop_nulls("at")
    legs = legs.join(intervals.select(nowhere()).unique(), on=list(PLACE), how="semi")
    shifts = pl.DataFrame({"shift": SHIFTS}, schema={"shift": pl.Int64})
    return legs.join(shifts, how="cross").with_columns(pl.col("at") + pl.col("shift")).sort("at")


def _apart(shifted: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """`shift` and how many contacts stand `apart`: the sum of the differences of the intervals."""
    placed = shifted.join_asof(
        spans.drop("native").sort("start"), left_on="at", right_on="start", by=list(PLACE), check_sortedness=False
    )
    counts = placed.filter(pl.col("at") < pl.col("end")).group_by("shift", "interval").agg(pl.len().alias("ours"))
    every = pl.DataFrame({"shift": SHIFTS}, schema={"shift": pl.Int64}).join(
        spans.select("interval", "native"), how="cross"
    )
    pairs = every.join(counts, on=["shift", "interval"], how="left").with_columns(
        pl.col("ours").fill_null(0).cast(pl.Int64)
    )
    return pairs.group_by("shift").agg((pl.col("native") - pl.col("ours")).abs().sum().alias("apart"))
