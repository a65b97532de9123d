"""The health of the product as a monitoring system counts it (R168)."""

from __future__ import annotations

import polars as pl

from carecli.metrics.contacts import TABLES
from carecli.metrics.frames import frame
from carecli.metrics.measures import Metric, everything, total
from carecli.metrics.records import Records

DIMENSIONS = ("channel", "queue", "issue_type", "agent", "tier", "priority", "customer", "case")


def service_health(records: Records) -> pl.DataFrame:
    """One row per service and interval that is over by `as_of`, booked on its start, with `requests` and `errors`.

    It knows nothing of contacts, so its dimensions are null.
    """
    rows = frame(records.snapshot, "service_health")
    rows = rows.filter(pl.col("interval_start") + pl.col("minutes").fill_null(0) * 60 <= records.as_of)
    return rows.select(
        pl.lit(TABLES.index("service_health"), pl.Int64).alias("table"),
        pl.col("id").alias("row"),
        "source",
        *(pl.lit(None, pl.Int64).alias(name) for name in DIMENSIONS),
        *(pl.lit(0, pl.Int64).alias(name) for name in ("is_test", "is_system")),
        "interval_start",
        *(pl.col(name).fill_null(0) for name in ("requests", "errors")),
    ).sort("interval_start", "row")


ERROR_RATE = Metric(
    id="error_rate",
    title="Error rate",
    unit="ratio",
    direction="lower",
    shape="ratio",
    formula="requests to the product that failed / requests, by interval",
    numerator=total("service_health", everything, "errors"),
    denominator=total("service_health", everything, "requests"),
    time="interval_start",
    window="by the interval's start",
    sources=("service_health",),
    needs=("service_health",),
    requirement="R168",
    pack_key="",
    owner="product operations",
    only_by=("source", "interval", "day", "hour", "weekday"),
    nothing="no requests",
)
