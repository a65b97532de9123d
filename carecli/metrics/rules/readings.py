"""A metric read again and again: every few minutes, or once a day over the days before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import polars as pl

from carecli.errors import UsageProblem
from carecli.metrics.dimensions import Coded, allowed
from carecli.metrics.evaluate import figures
from carecli.metrics.facts import Facts
from carecli.metrics.figure import Figure
from carecli.metrics.knowledge import Knowledge
from carecli.metrics.measures import Metric
from carecli.metrics.rules.levels import exact
from carecli.metrics.selection import Filter, select
from carecli.metrics.slices import collected, scope, sliced
from carecli.metrics.windows import Window, days, trailing


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a metric is read and how many readings in a row count.

    `every` is seconds, a part of a day, aligned to local midnight. With `window_days` it is read once a local day, over
    the so many days that end with it.
    """

    every: int
    in_a_row: int
    window_days: int | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A metric over the half-open [start, end). `value` is None where there is none, and `reason` says why.

    `known` is False where nothing can be known: outside a feed's coverage, or behind its newest row.
    """

    start: int
    end: int
    figure: Figure
    value: Fraction | None
    reason: str | None = None
    known: bool = True


def readings(
    facts: Facts, metric: Metric, where: Filter, rhythm: Rhythm, window: Window, minimum_n: int = 0
) -> list[Reading]:
    """Every reading of a window that is over by `as_of`, oldest first. UsageProblem for a slice the metric hasn't.

    A day without value on which the slice's calendar is closed is passed over: it is no reading at all.
    """
    found = (
        _daily(facts, metric, where, rhythm, window)
        if rhythm.window_days
        else _short(facts, metric, where, rhythm.every, window)
    )
    return [_with_enough(reading, minimum_n) for reading in found]


def now(facts: Facts, metric: Metric, where: Filter, window: Window, minimum_n: int = 0) -> Reading:
    """The one reading of a whole window, as `carecli metric` prints it."""
    figure = figures(facts, [metric.id], window=window, where=where)[0]
    known = _unknown(facts, metric, where, window) is None
    return _with_enough(Reading(window.first, window.last, figure, exact(figure), figure.note, known), minimum_n)


def closed(facts: Facts, where: Filter, reading: Reading) -> bool:
    """Whether the calendar of the slice's queue, or of every queue, is closed all through a reading."""
    queues = [where["queue"]] if where.get("queue") else [None, *facts.pack.queue_calendars]
    calendars = {facts.pack.calendar_for(queue) for queue in queues}
    return not any(calendar.open_spans(reading.start, reading.end) for calendar in calendars)


def _with_enough(reading: Reading, minimum_n: int) -> Reading:
    if reading.value is None or reading.figure.n >= minimum_n:
        return reading
    return replace(reading, value=None, reason=f"n={reading.figure.n} (<{minimum_n})")


def _daily(facts: Facts, metric: Metric, where: Filter, rhythm: Rhythm, window: Window) -> list[Reading]:
    over = [day for day in days(window) if day.last <= facts.as_of]
    newest = _newest(facts, metric)
    found = [
        _of_day(facts, metric, where, day, figure, newest)
        for day, figure in _by_day(facts, metric, where, rhythm, over)
    ]
    return [each for each in found if each.value is not None or not each.known or not closed(facts, where, each)]


def _of_day(facts: Facts, metric: Metric, where: Filter, day: Window, figure: Figure, newest: int | None) -> Reading:
    why = _unknown(facts, metric, where, day)
    if why is None and newest is not None and day.first >= newest:
        why = _ends(newest, facts.zone)
    if why is not None:
        return Reading(day.first, day.last, figure, None, why, known=False)
    return Reading(day.first, day.last, figure, exact(figure), figure.note)


def _by_day(
    facts: Facts, metric: Metric, where: Filter, rhythm: Rhythm, over: list[Window]
) -> Iterator[tuple[Window, Figure]]:
    """Each day with its figure; those of a stock in one pass."""
    if metric.time is None and over:
        yield from _stock_by_day(facts, metric, where, over)
        return
    for day in over:
        yield day, figures(facts, [metric.id], window=trailing(day, rhythm.window_days or 1), where=where)[0]


def _stock_by_day(facts: Facts, metric: Metric, where: Filter, over: list[Window]) -> Iterator[tuple[Window, Figure]]:
    """A stock without a row on a day is the figure of that day alone: 0, or why it isn't known."""
    held: dict[str | None, Figure] = {}
    if "day" in allowed(metric):
        whole = trailing(over[-1], len(over))
        held = {
            figure.by.get("day"): figure
            for figure in figures(facts, [metric.id], window=whole, by=("day",), where=where)
        }
    for day in over:
        figure = held.get(day.label) or figures(facts, [metric.id], window=day, where=where)[0]
        yield day, replace(figure, by={}, window=day.label)


def _short(facts: Facts, metric: Metric, where: Filter, every: int, window: Window) -> list[Reading]:
    if "interval" not in allowed(metric):
        raise UsageProblem(f"{metric.id} isn't known by the interval", hint='for 3d, or in a rule: for = "3d"')
    spans = {day: list(_spans(day, every, facts.as_of)) for day in days(window)}
    held = _figures(facts, metric, where, window, [span for each in spans.values() for span in each])
    newest, found = _newest(facts, metric), []
    for day, each in spans.items():
        why = held if isinstance(held, str) else _unknown(facts, metric, where, day)
        for start, end in each:
            behind = newest is not None and start >= newest
            unknown = why or (_ends(newest, facts.zone) if newest is not None and behind else None)
            figure = None if isinstance(held, str) or unknown else held.get(start)
            found.append(_of_interval(metric, start, end, day.label, figure, unknown))
    return found


def _spans(day: Window, every: int, as_of: int) -> Iterator[tuple[int, int]]:
    """The intervals of a local day that are over; the last one of a day of a clock change may be shorter."""
    for start in range(day.first, day.last, every):
        end = min(start + every, day.last)
        if end <= as_of:
            yield start, end


def _figures(
    facts: Facts, metric: Metric, where: Filter, window: Window, spans: list[tuple[int, int]]
) -> dict[int, Figure] | str:
    """The figures of the intervals in which there are rows, by start; or why there are none at all.

    They are slices of one selection, as `carecli metric` makes them, less what wasn't known at the interval's end.
    """
    selection = select(facts, metric, window, (), where)
    if isinstance(selection, str):
        return selection
    grid = pl.LazyFrame(
        {"begin": [start for start, _ in spans], "finish": [end for _, end in spans]},
        schema={"begin": pl.Int64, "finish": pl.Int64},
    ).with_columns(by_interval=pl.col("begin"))
    at = pl.col(metric.time or "")
    rows = selection.rows.sort(at).join_asof(grid, left_on=at, right_on="begin", strategy="backward")
    rows = rows.filter((at < pl.col("finish")) & _told_by(facts, metric, pl.col("finish")))
    interval = Coded("interval", pl.col("by_interval"), str)
    cut = replace(selection, rows=rows, by=(interval,))
    found = sliced(facts, cut, collected([cut])[0], Knowledge(facts, metric, window), where)
    return {int(figure.by["interval"] or 0): figure for figure in found}


def _told_by(facts: Facts, metric: Metric, end: pl.Expr) -> pl.Expr:
    """Whether what became of a row was known by then (R57): of a leg once it was answered or had left the queue, and
    of its handle time once it was over.
    """
    if metric.table != "legs":
        return pl.lit(True)
    told = pl.when(pl.col("answered") == 1).then(pl.col("connected")).otherwise(pl.col("left"))
    if "handled" in metric.counted.where(pl, facts.pack).meta.root_names():
        told = pl.max_horizontal(told, "left", "ended")
    return (told <= end).fill_null(True)


def _of_interval(metric: Metric, start: int, end: int, day: str, figure: Figure | None, unknown: str | None) -> Reading:
    """An interval without rows has no figure of its own: a count is 0 there, any other metric has no value."""
    if figure is not None:
        return Reading(start, end, replace(figure, by={}, window=day), exact(figure), figure.note)
    counted = metric.shape == "count" and unknown is None
    value, reason = (0.0, None) if counted else (None, unknown or metric.nothing)
    empty = Figure(metric.id, metric.title, {}, value, metric.unit, 0, note=reason, window=day)
    return Reading(start, end, empty, Fraction(0) if counted else None, reason, unknown is None)


def _unknown(facts: Facts, metric: Metric, where: Filter, window: Window) -> str | None:
    """Why nothing can be known of a metric in a window; None where something can."""
    return Knowledge(facts, metric, window).of(*scope(facts, where)).reason


def _newest(facts: Facts, metric: Metric) -> int | None:
    """The newest moment that the feeds of a metric speak of; None where no feed states one."""
    marks: Iterable[int] = (feed.watermark for feed in facts.snapshot.feeds if set(feed.tables) & set(metric.needs))
    return max(marks, default=None)


def _ends(newest: int, zone: str) -> str:
    return f"the data ends {datetime.fromtimestamp(newest, ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
