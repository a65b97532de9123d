"""How each promise stands: met, breached, still running, and what is left out of its attainment (R65, R104, R120)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import or_
from zoneinfo import ZoneInfo

import polars as pl

from carecli.clocks.wall_time import MIDNIGHT, end_of_day, instant
from carecli.metrics.frames import codes_of
from carecli.metrics.records import Records
from carecli.policy.pack import Pack
from carecli.policy.precedence import Promise, promise_keys
from carecli.tables import CHANNELS


def judged(rows: pl.DataFrame, promises: Sequence[Promise], pack: Pack) -> pl.DataFrame:
    """`rows` with the flags of how a clock stands, `promise`, `together` and `booked_at`.

    `rows` has `promise_no`, what `run_promises` reads, `elapsed_ms` (exact, in milliseconds), `ended` (nothing can
    change any more) and `answered` (by what was promised). Of met, breached, withdrawn, running and paused exactly one
    is 1 where a budget is known, else none.
    """
    keys = {key: place for place, key in enumerate(promise_keys(pack), start=1)}
    of_promise = pl.DataFrame(
        [
            (number, keys[promise.key], promise.edge == "under", int(promise.together), promise.target is None,
             promise.denominator)
            for number, promise in enumerate(promises)
        ],
        schema={"promise_no": pl.Int64, "promise": pl.Int64, "strict": pl.Boolean, "together": pl.Int64,
                "out_of_plan": pl.Boolean, "denominator": pl.String},
        orient="row",
    )  # fmt: skip
    rows = rows.join(of_promise, on="promise_no", how="left", maintain_order="left")
    left_ms = pl.col("budget_sec") * 1000 - pl.col("elapsed_ms")
    late = pl.when("strict").then(left_ms <= 0).otherwise(left_ms < 0)
    waits = (pl.col("state") == "paused").fill_null(False)
    rows = rows.with_columns(
        elapsed_sec=pl.col("elapsed_ms") // 1000,
        left_sec=left_ms // 1000,
        breached=_flag(late),
        met=_flag(~late & pl.col("answered")),
        withdrawn=_flag(~late & pl.col("ended") & ~pl.col("answered")),
        running=_flag(~late & ~pl.col("ended") & ~waits),
        paused=_flag(~late & ~pl.col("ended") & waits),
        judges=_flag((pl.col("together") == 1) & _in_denominator()),
        at_night=_flag(pl.col("at_night")),
    )
    return _with_booking(_with_risk(rows, pack))


def _in_denominator() -> pl.Expr:
    """Whether an answer counts where answers are judged together: answered, or lost too where the pack says so (R5)."""
    lost = pl.col("ended") & ~pl.col("answered")
    offered = (pl.col("denominator") == "offered") | ((pl.col("denominator") == "offered_minus_short") & ~_short())
    return pl.col("answered") | (lost & offered).fill_null(False)


def _short() -> pl.Expr:
    return (pl.col("short") == 1).fill_null(False)


def excepted_by_window(records: Records) -> pl.Expr:
    """Whether a window of the pack leaves out what `arrived` on one of its local dates (R104, C0.32)."""
    windows = records.pack.programme.exceptions.windows.values()
    zone = ZoneInfo(records.coverage.zone)
    inside = [
        _between(window.dates.first, window.dates.last, zone) & _in_channels(window.channels) for window in windows
    ]
    return reduce(or_, inside, pl.lit(False))


def _between(first: date, last: date, zone: ZoneInfo) -> pl.Expr:
    arrived = pl.col("arrived")
    return (arrived >= instant(first, MIDNIGHT, zone)) & (arrived < end_of_day(last, zone))


def _in_channels(channels: Sequence[str]) -> pl.Expr:
    codes = codes_of(CHANNELS, channels)
    return pl.col("channel").is_in(codes).fill_null(False) if channels else pl.lit(True)


def _with_risk(rows: pl.DataFrame, pack: Pack) -> pl.DataFrame:
    """`risky`: not over, and the pack's share of the budget used, or more than the goal inside it (R117, R120)."""
    share = pack.at_risk
    used = pl.col("elapsed_ms") * share.denominator >= pl.col("budget_sec") * 1000 * share.numerator
    over_goal = (pl.col("elapsed_ms") > pl.col("goal_sec") * 1000).fill_null(False)
    in_time = (pl.col("met") + pl.col("running") + pl.col("paused")) == 1
    return rows.with_columns(
        risky=_flag((used | over_goal) & ((pl.col("running") + pl.col("paused")) == 1)),
        over_goal=_flag(over_goal & in_time),
    )


def _with_booking(rows: pl.DataFrame) -> pl.DataFrame:
    """`booked_at`: the due time; of a paused clock when it would be due if it ran on now; without either its start."""
    resumed = pl.when(pl.col("paused") == 1).then("resumed_due_at")
    return rows.with_columns(booked_at=pl.coalesce("due_at", resumed, "start"))


def _flag(condition: pl.Expr) -> pl.Expr:
    return condition.cast(pl.Int64).fill_null(0)
