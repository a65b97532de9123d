"""Today's plan against what came: forecasts and schedules, as they were imported (R41, R286)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from carecli.boards.board import Headline
from carecli.boards.header import local_time
from carecli.boards.slices import Where, slices
from carecli.metrics.facts import Facts
from carecli.metrics.figure import Figure
from carecli.metrics.windows import Window
from carecli.tables import CHANNELS
from carecli.text import signed

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
    """Offered so far with its distance to the forecast (R41), the forecast so far and of the day, who is scheduled."""
    expected, offered = _forecasts(facts, today, where), slices(facts, ("offered",), today, (), where).figure("offered")
    so_far, whole = (
        _forecast_figure(_expected(expected, until), name, today)
        for until, name in ((facts.as_of, "Forecast so far"), (today.last, "Forecast"))
    )
    offered = replace(offered, note=_against(facts, today, where, so_far.value) or offered.note)
    return [
        Headline("Offered so far", offered, None, window="today"),
        Headline("Forecast so far", so_far, None, window="today"),
        Headline("Forecast, whole day", whole, None, window="today"),
        Headline("Scheduled now", _scheduled_now(facts, today, where), None, window="now"),
    ]


def _forecast_figure(value: float | None, title: str, today: Window) -> Figure:
    note = NEEDS_FORECAST if value is None else None
    return Figure("forecast", title, {}, value, "contacts", int(value or 0), note=note, window=today.label)


def _against(facts: Facts, today: Window, where: Where, forecast: float | None) -> str | None:
    """`+42 (+10.2 %) on the forecast`, of the queues that have one; what came on others is said beside it."""
    if not forecast:
        return None
    by_hour = _offered_by_hour(facts, today, where)
    mine, apart = sum(by_hour.values()), sum(_offered_by_hour(facts, today, where, without_forecast=True).values())
    words = f"{signed(mine - forecast)} ({signed(100 * (mine - forecast) / forecast, 1, '%')}) on the forecast"
    return words + (f"; {apart} on queues without one" if apart else "")


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


def by_working_hour(lines: Sequence[PlanLine]) -> tuple[PlanLine, ...]:
    """The hours in which somebody is scheduled; those before the first and after the last one are a line each."""
    at = [place for place, line in enumerate(lines) if line.scheduled]
    if not at:
        return tuple(lines)
    first, last = at[0], at[-1] + 1
    night, evening = lines[:first], lines[last:]
    return (
        *_together(f"before {lines[first].start}", night),
        *lines[first:last],
        *(_together(f"from {evening[0].start}", evening) if evening else ()),
    )


def _together(start: str, lines: Sequence[PlanLine]) -> tuple[PlanLine, ...]:
    if not lines:
        return ()
    forecast, offered = _known_sum(line.forecast for line in lines), _known_sum(line.offered for line in lines)
    scheduled = _known_sum(line.scheduled for line in lines)
    return (PlanLine(start, forecast, offered, scheduled, all(line.over for line in lines)),)


def _known_sum(values: Iterable[int | None]) -> int | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _offered_by_hour(facts: Facts, today: Window, where: Where, *, without_forecast: bool = False) -> dict[str, int]:
    """`09:00` -> contacts offered in that hour of the wall clock on queues with a forecast, or on those without one.

    Where there is no forecast at all every contact counts.
    """
    found, sums = slices(facts, ("offered",), today, ("interval", "queue", "channel"), where), dict[str, int]()
    planned = _planned(facts, today, where)
    for key in found.keys("offered"):
        interval, queue, channel = key
        if interval is not None and (without_forecast != ((queue, channel) in planned if planned else True)):
            hour = f"{interval[11:13]}:00"
            sums[hour] = sums.get(hour, 0) + int(found.figure("offered", *key).value or 0)
    return sums


def _planned(facts: Facts, today: Window, where: Where) -> set[tuple[str | None, str | None]]:
    """The queues and channels that have a forecast of today."""
    rows = _forecasts(facts, today, where)
    if rows.is_empty():
        return set()
    pairs = rows.select("queue", "channel").unique().iter_rows()
    return {(facts.snapshot.name(queue), CHANNELS[channel - 1] if channel else None) for queue, channel in pairs}


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
