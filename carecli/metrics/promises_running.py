"""Clocks run on what is promised: a group of one calendar and edge at a time, whatever they are clocks of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from carecli.clocks.arrivals import night_budgets
from carecli.clocks.calendar import Calendar
from carecli.clocks.readings import STATES, run_clocks
from carecli.policy.pack import Pack
from carecli.policy.precedence import Matter, Promise, promise_of
from carecli.policy.targets import CLOCK_NAMES, ClockName

PROMISED = {"matter": pl.Int64, "clock": pl.Int64, "promise_no": pl.Int64}
READ = {
    "state": STATES,
    "due_at": pl.Int64(),
    "elapsed_sec": pl.Int64(),
    "left_sec": pl.Int64(),
    "budget_sec": pl.Int64(),
    "at_night": pl.Boolean(),
    "goal_sec": pl.Int64(),
    "resumed_due_at": pl.Int64(),
}


@dataclass(frozen=True)
class Promised:
    """What is promised of each matter (by its place): `rows` has `matter`, `clock` (place in CLOCK_NAMES plus one) and
    `promise_no`, the place in `promises`.
    """

    rows: pl.DataFrame
    promises: Sequence[Promise]

    def of_clock(self, clock: ClockName) -> pl.DataFrame:
        return self.rows.filter(pl.col("clock") == CLOCK_NAMES.index(clock) + 1)


@dataclass
class _Numbered:
    promises: dict[Promise, int] = field(default_factory=dict)

    def number(self, promise: Promise) -> int:
        return self.promises.setdefault(promise, len(self.promises))


def promised(pack: Pack, matters: Iterable[Matter], clocks: Sequence[ClockName] = CLOCK_NAMES) -> Promised:
    """Each promise once, however many matters it holds for."""
    numbered = _Numbered()
    rows = [
        (place, CLOCK_NAMES.index(clock) + 1, numbered.number(promise))
        for place, matter in enumerate(matters)
        for clock in clocks
        if (promise := promise_of(pack, clock, matter)) is not None
    ]
    return Promised(pl.DataFrame(rows, schema=PROMISED, orient="row"), tuple(numbered.promises))


def run_promises(
    promises: Sequence[Promise], clocks: pl.DataFrame, pauses: pl.DataFrame, *, as_of: int
) -> pl.DataFrame:
    """`number` and the columns of `READ` of each clock, one calendar, edge and kind of clock at a time; in any order.

    `clocks` has `number` (a unique key), `promise_no`, `start` and `stop`; `pauses` has `number`, `start`, `end`.
    `goal_sec` is what a target asks inside its limit, null where it has no limit beside the goal. `resumed_due_at` is
    when a clock that is not over would be due if it ran on from `as_of`.
    """
    groups: dict[tuple[Calendar, str, bool], list[int]] = {}
    for place, promise in enumerate(promises):
        key = promise.calendar, promise.edge, promise.clock == "first_response"
        groups.setdefault(key, []).append(place)
    asked = _with_budgets(promises, clocks.select("number", "promise_no", "start", "stop"))
    held = pauses.rename({"number": "clock"})
    parts = [
        _run(asked.filter(pl.col("promise_no").is_in(members)), promises[members[0]], held, as_of)
        for members in groups.values()
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema={"number": clocks.schema["number"], **READ})


def _run(clocks: pl.DataFrame, promise: Promise, pauses: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """The clocks of one group. Only first responses are widened by a night (R95)."""
    night, calendar = promise.clock == "first_response", promise.calendar
    rows = clocks.rename({"number": "clock"})
    ran = run_clocks(calendar, rows, pauses, as_of=as_of, edge=promise.edge, night=night)
    left = pl.when(pl.col("left_sec") > 0).then("left_sec").otherwise(0)
    now = ran.select(start=pl.when(pl.col("left_sec").is_not_null()).then(as_of), left=left)
    resumed = calendar.due(now["start"], now["left"]).alias("resumed_due_at")
    read = ran.select(number="clock", **{name: name for name in READ if name not in ("goal_sec", "resumed_due_at")})
    return read.with_columns(_goals(clocks, calendar, night), resumed).select("number", *READ)


def _goals(clocks: pl.DataFrame, calendar: Calendar, night: bool) -> pl.Series:
    """What is asked inside the limit, widened at night as the limit is."""
    if not night or clocks["goal"].is_null().all():
        return clocks["goal"].alias("goal_sec")
    return pl.select(night_budgets(calendar, clocks["start"], clocks["goal"])).to_series().alias("goal_sec")


def _with_budgets(promises: Sequence[Promise], clocks: pl.DataFrame) -> pl.DataFrame:
    """`budget` and `goal` of each clock: looked up where they are the same for every start, else by calendar."""
    no = pl.Series([0], dtype=pl.Int64)
    known = [
        (place, promise.seconds, promise.goals(no)[0])
        for place, promise in enumerate(promises)
        if promise.target is None or promise.seconds is not None
    ]
    schema = {"promise_no": pl.Int64, "budget": pl.Int64, "goal": pl.Int64}
    rows = clocks.join(pl.DataFrame(known, schema=schema, orient="row"), on="promise_no", how="left")
    dependent = [place for place, promise in enumerate(promises) if promise.target and promise.seconds is None]
    parts = [rows.filter(~pl.col("promise_no").is_in(dependent))]
    for place in dependent:
        mine = rows.filter(pl.col("promise_no") == place)
        budget = promises[place].budgets(mine["start"])
        parts.append(mine.with_columns(budget.alias("budget"), promises[place].goals(mine["start"]).alias("goal")))
    return pl.concat(parts)
