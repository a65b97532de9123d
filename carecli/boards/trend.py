"""A figure day by day, against its target and beside what happened."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from carecli.boards.board import NONE
from carecli.boards.days import is_open
from carecli.boards.header import header_of
from carecli.boards.notes import happened
from carecli.boards.over_time import TrendBoard, TrendDay
from carecli.boards.slices import Where, slices
from carecli.clocks.wall_time import local_date
from carecli.metrics.dictionary import metric_named
from carecli.metrics.dictionary_lint import band_name
from carecli.metrics.facts import Facts
from carecli.metrics.knowledge import Knowledge
from carecli.metrics.slices import scope
from carecli.metrics.windows import Window, window_of
from carecli.policy.bands import AtLeast, AtMost
from carecli.policy.pack import Pack

OF_DAYS = ("day", "interval")
"""Dimensions that a trend goes along, so that it can't keep to one value of them."""


def trend_window(days: int, as_of: int, zone: str) -> Window:
    """So many local days that end with the day of `as_of`."""
    today = local_date(as_of, ZoneInfo(zone))
    return window_of(today - timedelta(days=days - 1), today, zone, f"{days}d")


def trend_board(facts: Facts, *, metric: str, window: Window, where: Where) -> TrendBoard:
    """The metric of a slice on each day of the window. UsageProblem for a metric that has no days."""
    asked = {name: value for name, value in where.items() if name not in OF_DAYS}
    snapshot, pack = facts.snapshot, facts.pack
    name = metric_named(metric).id
    daily, whole = slices(facts, (name,), window, ("day",), asked), slices(facts, (name,), window, (), asked)
    calendar, figure = pack.calendar_for(asked.get("queue")), replace(whole.figure(name), by=asked)
    knowledge, place = Knowledge(facts, metric_named(name), window), scope(facts, asked)
    days = []
    for day in window.dates:
        known, shown = knowledge.of(*place, day), daily.find(name, day.isoformat())
        if shown is None:
            empty = daily.figure(name, day.isoformat())
            value, note = (empty.value, empty.note) if known.reason is None else (None, known.reason)
            shown = replace(empty, value=value, note=note, provisional=known.provisional)
        closed = not shown.n and not is_open(calendar, day)
        days.append(TrendDay(day, replace(shown, by={**asked, **shown.by}), closed))
    return TrendBoard(
        header=header_of(
            snapshot,
            pack,
            board="trend",
            title=figure.title,
            window=window,
            as_of=facts.as_of,
            where={each: NONE if value is None else value for each, value in asked.items()},
        ),
        figure=figure,
        days=tuple(days),
        bounds=_bounds(pack, name, asked.get("channel")) if figure.target else (),
        happened=happened(snapshot, window.first, window.last, facts.zone),
    )


def _bounds(pack: Pack, metric: str, channel: str | None) -> tuple[float, ...]:
    """What the value is held against: a floor, a ceiling, or both ends of a range."""
    name = band_name(metric_named(metric))
    band = pack.band(name, channel) if name else None
    match band:
        case None:
            return ()
        case AtLeast():
            amounts = [band.goal]
        case AtMost():
            amounts = [band.ok]
        case _:
            amounts = [band.low, band.high]
    return tuple(float(amount.value) for amount in amounts)
