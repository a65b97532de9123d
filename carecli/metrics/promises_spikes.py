"""Half hours with far more missed calls and voicemails than usual (R103)."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from carecli.metrics.facts import Facts
from carecli.metrics.promises_callbacks import MISSED
from carecli.metrics.windows import Window

WEEKS = 4
"""The usual number is the mean of the same half hour and weekday in so many weeks before."""

SPIKES = {"queue": pl.Int64, "day": pl.Date, "half_hour": pl.Int64, "count": pl.Int64, "usual": pl.Int64}


def missed_call_spikes(facts: Facts, window: Window) -> pl.DataFrame:
    """The half hours of a window, by queue, with more than the pack's multiple of the usual missed calls.

    `half_hour` is 0 for 00:00 local, `usual` the sum of the weeks before. A day is judged only where a feed covers the
    same weekday in each of them; without a multiple in the pack there is none.
    """
    rule = facts.pack.programme.callback
    if rule is None or rule.spike is None:
        return pl.DataFrame(schema=SPIKES)
    counts = _counts(facts)
    days = [day for day in window.dates if _covered(facts, day)]
    now = counts.filter(pl.col("day").is_in(days))
    before = pl.concat([counts.with_columns(pl.col("day") + pl.duration(weeks=week)) for week in range(1, WEEKS + 1)])
    before = before.group_by("queue", "day", "half_hour").agg(pl.col("count").sum().alias("usual"))
    rows = now.join(before, on=["queue", "day", "half_hour"], how="left", nulls_equal=True, maintain_order="left")
    rows = rows.with_columns(pl.col("usual").fill_null(0)).sort("day", "half_hour", "queue")
    many = pl.col("count") * WEEKS * rule.spike.denominator > pl.col("usual") * rule.spike.numerator
    return rows.filter(many).select(pl.col(name).cast(dtype) for name, dtype in SPIKES.items())


def _counts(facts: Facts) -> pl.DataFrame:
    """Missed calls and voicemails by queue, local day and half hour of arrival."""
    missed = facts.records.interactions.filter(
        (pl.col("outbound") == 0)
        & pl.col("outcome").is_in(MISSED)
        & (pl.col("is_test") == 0)
        & (pl.col("is_system") == 0)
    )
    local = pl.from_epoch("started_at").dt.replace_time_zone("UTC").dt.convert_time_zone(facts.zone)
    half_hour = local.dt.hour().cast(pl.Int64) * 2 + local.dt.minute() // 30
    rows = missed.with_columns(local.dt.date().alias("day"), half_hour.alias("half_hour"))
    return rows.group_by("queue", "day", "half_hour").agg(pl.len().cast(pl.Int64).alias("count"))


def _covered(facts: Facts, day: date) -> bool:
    """Whether a feed of contacts covers the same weekday of every week before."""
    coverage = facts.records.coverage
    return all(coverage.covers(("interactions",), day - timedelta(weeks=week)) for week in range(1, WEEKS + 1))
