"""First answers of contacts: of every live stay in a queue, and of asynchronous contacts without a case.

A contact of an asynchronous channel that has a case is answered in the case, whose clocks stand in `promises_cases`.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from carecli.metrics.contacts import TABLES
from carecli.metrics.frames import codes_of
from carecli.metrics.promises_matters import with_matters
from carecli.metrics.promises_running import promised, run_promises
from carecli.metrics.records import Records
from carecli.metrics.resolutions import DIMENSIONS
from carecli.policy.precedence import LIVE, Promise
from carecli.tables import CHANNELS

LIVE_CODES = codes_of(CHANNELS, LIVE)
NO_PAUSES = pl.DataFrame(schema={"number": pl.Int64, "start": pl.Int64, "end": pl.Int64})


def contact_readings(records: Records, legs: pl.DataFrame) -> tuple[pl.DataFrame, Sequence[Promise]]:
    """One row a first answer: dimensions, flags, `clock`, `promise_no`, `start`, `stop`, what `run_promises` reads, and
    `elapsed_ms`, `ended`, `answered`, `arrived` and `arrived_closed`; and the promises by number.

    Priorities are of cases; a live answer has that of its channel, whatever the call is about.
    """
    rows, matters = with_matters(_about(_promising(legs)), records)
    known = promised(records.pack, matters, ("first_response",))
    rows = rows.join(known.rows, on="matter", maintain_order="left").with_row_index("number")
    rows = _with_stops(rows.with_columns(pl.col("number").cast(pl.Int64)))
    read = run_promises(known.promises, rows.with_columns(stop="until"), NO_PAUSES, as_of=records.as_of)
    rows = rows.join(read, on="number", how="left", maintain_order="left")
    return _with_elapsed(rows, known.promises).with_columns(
        _arrived_closed(rows, known.promises),
        pl.col("of_case").alias("priority"),
        pl.col("reason").alias("issue_type"),
        merged=pl.lit(0, pl.Int64),
        deleted=pl.lit(0, pl.Int64),
        arrived="start",
    ), known.promises


def _promising(legs: pl.DataFrame) -> pl.DataFrame:
    """Stays that wait for an answer, or had one, or were lost: of live channels all, else those without a case held."""
    live = pl.col("channel").is_in(LIVE_CODES).fill_null(False)
    alone = pl.col("case").is_null() | (pl.col("case") < 0)
    ours = (pl.col("outbound") == 0) & ((pl.col("offered") == 1) | (pl.col("waiting") == 1))
    return legs.filter(ours & (pl.col("table") != TABLES.index("cases")) & (live | alone))


def _about(legs: pl.DataFrame) -> pl.DataFrame:
    """What the promise is chosen by in the place of what the contact is about; that stays in `of_case`, `reason`."""
    live = pl.col("channel").is_in(LIVE_CODES).fill_null(False)
    rows = legs.with_columns(pl.col("priority").alias("of_case"), pl.col("issue_type").alias("reason"))
    return rows.with_columns(
        pl.lit(None, pl.Int64).alias("priority"), pl.when(~live).then("issue_type").alias("issue_type")
    ).select(
        *("table", "row", *DIMENSIONS, "is_test", "is_system", "of_case", "reason", "entered", "connected", "left"),
        *("answered", "waiting", "waited_until", "queue_time_ms", "short"),
    )


def _with_stops(rows: pl.DataFrame) -> pl.DataFrame:
    """`stop`: the answer or the loss, null while it waits; `until`: how far the wait is known."""
    answered = pl.col("answered") == 1
    waits = pl.col("waiting") == 1
    told = pl.col("entered") + pl.col("queue_time_ms") // 1000
    end = pl.coalesce(pl.when(answered).then("connected").otherwise("left"), told)
    return rows.with_columns(
        start="entered",
        stop=pl.when(~waits).then(end),
        until=pl.when(waits).then("waited_until").otherwise(end),
        ended=~waits,
        answered=answered,
    )


def _with_elapsed(rows: pl.DataFrame, promises: Sequence[Promise]) -> pl.DataFrame:
    """`elapsed_ms`: of an elapsed clock the source's own queue time, exact; null where no end is known (R105)."""
    elapsed = [number for number, promise in enumerate(promises) if promise.kind == "elapsed"]
    own = pl.when(pl.col("promise_no").is_in(elapsed) & pl.col("ended")).then("queue_time_ms")
    known = pl.when(pl.col("until").is_not_null()).then(pl.col("elapsed_sec") * 1000)
    return rows.with_columns(elapsed_ms=pl.coalesce(own, known))


def _arrived_closed(rows: pl.DataFrame, promises: Sequence[Promise]) -> pl.Series:
    """Whether a contact that can't wait came outside the hours of coverage (C0.26, R139)."""
    closed = pl.Series("arrived_closed", [False] * rows.height, dtype=pl.Boolean)
    for number, promise in enumerate(promises):
        if promise.leaves_out_closed and promise.hours is not None:
            mine = rows["promise_no"] == number
            closed = (~promise.hours.is_open(rows["start"])).zip_with(mine, closed)
    return closed.alias("arrived_closed")
