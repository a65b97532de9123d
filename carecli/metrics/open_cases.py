"""Open cases at an instant: backlog, ages, who is waited for, and what went stale (R21-R23)."""

from __future__ import annotations

from bisect import bisect_right
from datetime import timedelta
from zoneinfo import ZoneInfo

import polars as pl

from carecli.clocks.calendar import Calendar
from carecli.clocks.wall_time import end_of_day, local_date
from carecli.metrics.frames import codes_of
from carecli.metrics.open_time import open_seconds
from carecli.metrics.records import Records
from carecli.metrics.resolutions import shaped
from carecli.metrics.states import OPEN, SOLVED, WAITING_CUSTOMER, status_at
from carecli.metrics.windows import Window
from carecli.tables import CASE_EVENT_KINDS

ACTIONS = codes_of(CASE_EVENT_KINDS, ("public_reply", "customer_reply", "internal_note"))
WAITING_ON = ("us", "customer", "third party")
EPOCH_ORDINAL = 719_163
LOOK_BACK = timedelta(days=31)
"""How long before a day its queue's last closing is looked for."""


def instants(records: Records, window: Window, *, daily: bool) -> pl.DataFrame:
    """`queue`, `instant`, `stock_day`: when each queue's stock is taken, for the window's last day or each of its
    days.

    The day of `as_of` is taken at `as_of`; a past day at the queue's last closing by its end, so that a day without
    opening keeps the last snapshot (R21). A day still to come has none. `stock_day` counts days since 1970.
    """
    zone = ZoneInfo(window.zone)
    days = [day for day in window.dates if day <= local_date(records.as_of, zone)]
    closings: dict[Calendar, list[int]] = {}
    rows = []
    for queue in records.cases["queue"].unique(maintain_order=True):
        calendar = records.pack.calendar_for(records.snapshot.name(queue))
        if days and calendar not in closings:
            closings[calendar] = [at for _, at in calendar.closing_times(days[0] - LOOK_BACK, days[-1])]
        for day in days if daily else days[-1:]:
            instant = _stock_taken(end_of_day(day, zone), records.as_of, closings[calendar])
            rows.append((queue, instant, day.toordinal() - EPOCH_ORDINAL))
    return pl.DataFrame(rows, schema={"queue": pl.Int64, "instant": pl.Int64, "stock_day": pl.Int64}, orient="row")


def open_cases(records: Records, timeline: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """One row per case open at its queue's instant, and per day where stocks of several days are taken.

    `age_seconds` since creation, `age` the place of its bucket, `waiting_on` the place in `WAITING_ON` plus one,
    `stale`, `unassigned` and `unanswered` as 0 or 1. Queue, priority and assignee are those known last.
    """
    rows = shaped(
        records.cases, "created_at", "first_response_at", "last_action_at", "updated_at", "merged_at", "deleted_at"
    )
    rows = rows.join(taken, on="queue", nulls_equal=True, maintain_order="left")
    rows = rows.filter(pl.col("created_at") <= pl.col("instant"))
    status = status_at(timeline, rows.select("case", "instant").unique())
    rows = rows.join(status, on=["case", "instant"], how="left", maintain_order="left")
    gone = pl.any_horizontal(
        (pl.col(name) <= pl.col("instant")).fill_null(False) for name in ("merged_at", "deleted_at")
    )
    rows = rows.filter((pl.col("status") < SOLVED) & ~gone)
    return _with_stale(_with_age(rows, records), records)


def _stock_taken(end: int, as_of: int, closings: list[int]) -> int:
    if end > as_of:
        return as_of
    place = bisect_right(closings, end)
    return closings[place - 1] if place else end


def _with_age(rows: pl.DataFrame, records: Records) -> pl.DataFrame:
    age = pl.col("instant") - pl.col("created_at")
    waiting_on = (
        pl.when(pl.col("status") <= OPEN).then(1).when(pl.col("status") == WAITING_CUSTOMER).then(2).otherwise(3)
    )
    bucket = pl.sum_horizontal((age >= bound).cast(pl.Int64) for bound in records.pack.backlog.bucket_edges_sec)
    answered = (pl.col("first_response_at") <= pl.col("instant")).fill_null(False)
    return rows.with_columns(
        age.alias("age_seconds"),
        bucket.alias("age"),
        waiting_on.cast(pl.Int64).alias("waiting_on"),
        pl.col("agent").is_null().cast(pl.Int64).alias("unassigned"),
        (~answered).cast(pl.Int64).alias("unanswered"),
    )


def _with_stale(rows: pl.DataFrame, records: Records) -> pl.DataFrame:
    """`stale`: the pack's time has passed since the last act of an agent or the customer (R23).

    Where a feed states no such act, the last change of the case stands in for it.
    """
    by_a_rule = (pl.col("reason") == records.snapshot.codes.get("automation", -1)).fill_null(False)
    acts = records.events.filter(pl.col("kind").is_in(ACTIONS) & ~by_a_rule)
    acts = acts.select("case", "at", pl.col("at").alias("acted_at"))
    rows = rows.sort("instant").join_asof(
        acts.sort("at"), left_on="instant", right_on="at", by="case", check_sortedness=False
    )
    stated = pl.coalesce("last_action_at", "updated_at", "created_at")
    known = [pl.when(at <= pl.col("instant")).then(at) for at in (stated, pl.col("first_response_at"))]
    rows = rows.with_columns(pl.max_horizontal("acted_at", "created_at", *known).alias("acted_at"))
    idle = rows["instant"] - rows["acted_at"]
    if records.pack.backlog.stale_clock == "business":
        idle = open_seconds(rows, "acted_at", "instant", records, "business")
    stale = (idle >= records.pack.backlog.stale_sec).cast(pl.Int64).alias("stale")
    return rows.with_columns(stale).sort("stock_day", "created_at", "row")
