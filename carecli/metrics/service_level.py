"""Service level of legs: which are within the threshold, and which it is measured on (R5-R8, X24, C0.26)."""

from __future__ import annotations

import polars as pl

from carecli.metrics.frames import code
from carecli.metrics.records import Records
from carecli.tables import CHANNELS


def with_service_level(rows: pl.DataFrame, records: Records) -> pl.DataFrame:
    """`within` the channel's threshold and in the `base` it is measured on (R5); 0 in a channel without a target."""
    rows = _with_targets(rows, records).with_columns(_arrived_closed(rows, records))
    short = pl.col("wait_ms") < records.pack.offered.short_ms
    answered, offered = pl.col("answered") == 1, pl.col("offered") == 1
    short_abandon = (pl.col("abandoned") == 1) & short
    in_time = pl.when(pl.col("strict")).then(pl.col("wait_ms") < pl.col("threshold_ms")).otherwise(
        pl.col("wait_ms") <= pl.col("threshold_ms")
    )  # fmt: skip
    base = (
        pl.when(pl.col("denominator") == "answered")
        .then(answered)
        .when(pl.col("denominator") == "offered")
        .then(offered)
        .when(pl.col("denominator") == "offered_minus_short")
        .then(offered & ~short_abandon.fill_null(False))
    )
    return rows.with_columns(
        flag("short", short_abandon),
        flag("within", answered & in_time),
        flag("base", base),
        flag("overdue", (pl.col("waiting") == 1) & ~in_time),
        flag("targeted", pl.col("threshold_ms").is_not_null()),
    )


def flag(name: str, condition: pl.Expr) -> pl.Expr:
    """A column of 0 and 1; unknown is 0."""
    return condition.cast(pl.Int64).fill_null(0).alias(name)


def _with_targets(rows: pl.DataFrame, records: Records) -> pl.DataFrame:
    """What the pack promises in each leg's channel."""
    schema = {"channel": pl.Int64, "threshold_ms": pl.Int64, "strict": pl.Boolean, "denominator": pl.String}
    data = [
        (code(CHANNELS, channel), level.threshold_ms, level.edge == "under", level.denominator)
        for channel, level in records.pack.service_level.items()
    ]
    targets = pl.DataFrame(data, schema=schema, orient="row")
    return rows.join(targets, on="channel", how="left", maintain_order="left")


def _arrived_closed(rows: pl.DataFrame, records: Records) -> pl.Series:
    """Legs that entered a queue while it was closed, where waits run day and night (C0.26).

    Only of queues whose hours the pack states: the default calendar is no statement about a queue.
    """
    live = [code(CHANNELS, name) for name, level in records.pack.service_level.items() if level.clock == "elapsed"]
    in_live_channel = rows["channel"].is_in(live).fill_null(False)
    result = pl.Series("arrived_closed", [0] * rows.height, dtype=pl.Int64)
    for queue in records.pack.queue_calendars:
        mine = (rows["queue"] == records.snapshot.codes.get(queue, -1)).fill_null(False) & in_live_channel
        closed = ~records.pack.calendar_for(queue).is_open(rows["entered"])
        result = closed.cast(pl.Int64).zip_with(mine, result)
    return result.alias("arrived_closed")
