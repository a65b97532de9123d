"""A metric by local hour and weekday over whole weeks (R300): what comes when, and how it is served then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from carecli.boards.board import NONE
from carecli.boards.days import WEEKDAYS
from carecli.boards.header import header_of
from carecli.boards.over_time import MAP_DAYS, ArrivalsBoard, HourCell
from carecli.boards.slices import Slices, Where, slices
from carecli.clocks.calendar import Calendar
from carecli.clocks.wall_time import local_date, wall_time
from carecli.metrics.dictionary import metric_named
from carecli.metrics.facts import Facts
from carecli.metrics.figure import Figure
from carecli.metrics.knowledge import Knowledge
from carecli.metrics.slices import scope
from carecli.metrics.windows import Window, days, window_of
from carecli.tables import CHANNELS

HOUR = 3600
HOURS = tuple(f"{hour:02d}" for hour in range(24))


@dataclass(frozen=True)
class HoursHeld:
    """How many hours of a window bear each (weekday, hour), and how many of those are open."""

    all: Counter[tuple[int, int]]
    opened: Counter[tuple[int, int]]
    where: Where = field(default_factory=dict)
    """The slice of all cells, which their figures name, so that they can be asked for again."""

    def cell(self, figure: Figure, places: Sequence[tuple[int, int]]) -> HourCell:
        named = replace(figure, by={**self.where, **figure.by})
        return HourCell(named, sum(self.all[each] for each in places), sum(self.opened[each] for each in places))


def map_window(name: str, as_of: int, zone: str) -> Window | None:
    """The complete weeks of `MAP_DAYS` that end with the last complete local day; None for another name."""
    count = MAP_DAYS.get(name)
    if count is None:
        return None
    last = local_date(as_of, ZoneInfo(zone)) - timedelta(days=1)
    return window_of(last - timedelta(days=count - 1), last, zone, name)


def hours_held(dates: Sequence[date], zone: str, calendar: Calendar, as_of: int) -> HoursHeld:
    """The hours of these local dates that have begun; of a clock change none or two bear the same name."""
    every: Counter[tuple[int, int]] = Counter()
    opened: Counter[tuple[int, int]] = Counter()
    for start, end, place in _hours(dates, zone):
        if start <= as_of:
            every[place] += 1
            opened[place] += bool(calendar.open_spans(start, end))
    return HoursHeld(every, opened)


def _hours(dates: Sequence[date], zone: str) -> Iterator[tuple[int, int, tuple[int, int]]]:
    """Start and end of each hour with its (weekday, hour); where the zone turns mid-hour the pieces of it."""
    info = ZoneInfo(zone)
    for day in (window_of(each, each, zone) for each in dates):
        at = day.first
        while at < day.last:
            local = wall_time(at, info)
            end = min(at + HOUR - local.minute * 60 - local.second, day.last)
            yield at, end, (local.weekday(), local.hour)
            at = end


def arrivals_board(
    facts: Facts, *, window: Window, metric: str = "volume", where: Where | None = None, week_start: int = 0
) -> ArrivalsBoard:
    """The map of a metric. UsageProblem for one without hours, such as a stock."""
    asked = dict(where or {})
    pack, as_of, zone = facts.pack, facts.as_of, facts.zone
    name = metric_named(metric).id
    order = [(week_start + number) % 7 for number in range(7)]
    covered = _covered(facts, name, window, asked)
    held = replace(hours_held(covered, zone, pack.calendar_for(asked.get("queue")), as_of), where=asked)
    both, by_hour, by_weekday, whole = (
        slices(facts, (name,), window, by, asked) for by in (("weekday", "hour"), ("hour",), ("weekday",), ())
    )
    return ArrivalsBoard(
        header=header_of(
            facts.snapshot,
            pack,
            board="arrivals",
            title="Arrivals",
            window=window,
            as_of=as_of,
            where={each: NONE if value is None else value for each, value in asked.items()},
            notes=_notes(window, covered, as_of),
        ),
        metric=name,
        counts=metric_named(name).shape == "count",
        weekdays=tuple(_day(day) for day in order),
        rows=tuple(tuple(_cell(name, both, held, day, hour) for day in order) for hour in range(24)),
        by_hour=tuple(
            held.cell(by_hour.figure(name, HOURS[hour]), [(day, hour) for day in order]) for hour in range(24)
        ),
        by_weekday=tuple(
            held.cell(by_weekday.figure(name, _day(day)), [(day, hour) for hour in range(24)]) for day in order
        ),
        total=held.cell(whole.figure(name), list(held.all)),
        channels=_channels(facts, name, window, asked),
    )


def _day(weekday: int) -> str:
    """`Mon`, as figures name it."""
    return WEEKDAYS[weekday][:3]


def _cell(name: str, both: Slices, held: HoursHeld, day: int, hour: int) -> HourCell:
    return held.cell(both.figure(name, _day(day), HOURS[hour]), [(day, hour)])


def _covered(facts: Facts, metric: str, window: Window, where: Where) -> list[date]:
    """The days of the window of which the metric's rows are known."""
    knowledge, place = Knowledge(facts, metric_named(metric), window), scope(facts, where)
    return [day.dates[0] for day in days(window) if knowledge.of(*place, day.dates[0]).covered]


def _notes(window: Window, covered: Sequence[date], as_of: int) -> tuple[str, ...]:
    begun = sum(day <= local_date(as_of, ZoneInfo(window.zone)) for day in window.dates)
    return () if len(covered) == begun else (f"feeds cover {len(covered)} of {begun} days: means are of these",)


def _channels(facts: Facts, metric: str, window: Window, where: Where) -> tuple[str, ...]:
    """The channels that can be chosen; none where the slice names one already."""
    if "channel" in where:
        return ()
    found = {key[0] for key in slices(facts, (metric,), window, ("channel",), where).keys(metric)}
    return tuple(channel for channel in CHANNELS if channel in found)
