"""Today's plan against what came: forecasts and schedules, as they were imported (R41, R286)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from carecli.boards.board import Headline
from carecli.boards.header import local_time
from carecli.boards.slices import Where, slices
from carecli.metrics.facts import Facts
from carecli.metrics.figure import Figure
from carecli.metrics.windows import Window
from carecli.tables import CHANNELS

HOUR_SEC = 3600
NEEDS_FORECAST = "no data: needs forecasts of today"
NEEDS_SCHEDULES = "no data: needs schedules of today"
NO_SLICE = "a schedule has no queue: ask without a filter"


@dataclass(frozen=True, slots=True)
class PlanLine:
    """An hour of today. None is unknown, or not begun yet; `over` where the hour is over."""

    start: str
    forecast: int | None
    offered: int | None
    scheduled: int | None
    over: bool


def plan_headlines(facts: Facts, today: Window, where: Where) -> list[Headline]:
    """Forecast for the day and so far, offered so far on the queues of the forecast, who is scheduled now."""
    expected, offered = _forecasts(facts, today, where), slices(facts, ("offered",), today, (), where).figure("offered")
    whole, so_far = _expected(expected, today.last), _expected(expected, facts.as_of)
    forecast = Figure("forecast", "Forecast so far", {}, so_far, "contacts", expected.height, window=today.label)
    day = replace(forecast, title="Forecast", value=whole)
    if whole is None:
        forecast, day = replace(forecast, note=NEEDS_FORECAST), replace(day, note=NEEDS_FORECAST)
    return [
        Headline("Offered so far", offered, forecast if so_far is not None else None, window="today"),
        Headline("Forecast so far", forecast, None, window="today"),
        Headline("Forecast, whole day", day, None, window="today"),
        Headline("Scheduled now", _scheduled_now(facts, today, where), None, window="now"),
    ]


def plan_lines(facts: Facts, today: Window, where: Where) -> tuple[PlanLine, ...]:
    """The hours that have a forecast, a schedule or contacts."""
    expected, shifts = _forecasts(facts, today, where), _shifts(facts, today, where)
    offered = _offered_by_hour(facts, today, where)
    lines = []
    for start in range(today.first, today.last, HOUR_SEC):
        end, word = start + HOUR_SEC, f"{local_time(start, today.zone):%H:%M}"
        rows = expected.filter(pl.col("interval_start").is_between(start, end, closed="left"))
        forecast = round(rows["contacts"].sum()) if rows.height else None
        there = _agents_at(shifts, start + HOUR_SEC // 2) if shifts.height else None
        if forecast or there or offered.get(word):
            came = offered.get(word, 0) if start <= facts.as_of else None
            lines.append(PlanLine(word, forecast, came, there, end <= facts.as_of))
    return tuple(lines)


def _offered_by_hour(facts: Facts, today: Window, where: Where) -> dict[str, int]:
    """`09:00` -> contacts offered in that hour of the wall clock."""
    found, sums = slices(facts, ("offered",), today, ("interval",), where), dict[str, int]()
    for (interval,) in found.keys("offered"):
        if interval is not None:
            hour = f"{interval[11:13]}:00"
            sums[hour] = sums.get(hour, 0) + int(found.figure("offered", interval).value or 0)
    return sums


def _forecasts(facts: Facts, today: Window, where: Where) -> pl.DataFrame:
    """The forecast's intervals of today; without rows where the slice has a dimension that forecasts lack."""
    rows = facts.snapshot.frames.get("forecasts")
    if rows is None or set(where) - {"queue", "channel"}:
        return pl.DataFrame(schema={"interval_start": pl.Int64, "contacts": pl.Float64, "minutes": pl.Int64})
    rows = rows.filter(pl.col("interval_start").is_between(today.first, today.last, closed="left"))
    if "channel" in where:
        channel = where["channel"]
        rows = rows.filter(pl.col("channel") == (CHANNELS.index(channel) + 1 if channel in CHANNELS else -1))
    if "queue" in where:
        rows = rows.filter(pl.col("queue") == facts.snapshot.codes.get(where["queue"] or "", -1))
    return rows


def _expected(rows: pl.DataFrame, until: int) -> float | None:
    """Contacts expected until an instant; of the interval that is running, its part."""
    if rows.is_empty():
        return None
    part = ((until - pl.col("interval_start")) / (pl.col("minutes") * 60)).clip(0, 1)
    return float(round(rows.select((pl.col("contacts") * part).sum()).item()))


def _shifts(facts: Facts, today: Window, where: Where) -> pl.DataFrame:
    """Productive schedules that touch today."""
    rows = facts.snapshot.frames.get("schedules")
    if rows is None or where:
        return pl.DataFrame(schema={"agent_id": pl.Int64, "started_at": pl.Int64, "ended_at": pl.Int64})
    productive = pl.col("productive").fill_null(1) == 1
    return rows.filter(productive & (pl.col("started_at") < today.last) & (pl.col("ended_at") > today.first))


def _agents_at(shifts: pl.DataFrame, at: int) -> int:
    return int(shifts.filter((pl.col("started_at") <= at) & (pl.col("ended_at") > at))["agent_id"].n_unique())


def _scheduled_now(facts: Facts, today: Window, where: Where) -> Figure:
    """People whose schedule has them at contacts now."""
    found = Figure("scheduled", "Scheduled", {}, None, "contacts", 0, window=today.label)
    shifts = _shifts(facts, today, where)
    if shifts.is_empty():
        return replace(found, note=NO_SLICE if where else NEEDS_SCHEDULES)
    number = _agents_at(shifts, facts.as_of)
    return replace(found, value=float(number), n=number)
