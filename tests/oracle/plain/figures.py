"""Figures made of counted rows: totals and slices, exact; and whether anything is known there at all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from tests.oracle.plain.metrics import PLAIN
from tests.oracle.plain.registry import CLASSES
from tests.oracle.plain.settings import local, midnights

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class PlainFigure:
    """`value` is None where nothing is known, nothing counts, or too little."""

    value: Fraction | None
    n: int
    numerator: Fraction | None
    denominator: Fraction | None
    excluded: dict[str, int]
    rows: list[Any]


def counted_rows(facts, name, window, where=None):
    """The population of a metric in a window, each row with all its dimensions."""
    told = PLAIN[name]
    daily = replace(window, daily="day" in (where or {}) or window.daily)
    rows = [_with_traits(facts, _with_times(row, facts.zone)) for row in told.rows(facts, daily)]
    if told.of_time:
        rows = [row for row in rows if _in_window(told, row, window)]
    return [row for row in rows if all(row.by[key] == value for key, value in (where or {}).items())]


def _in_window(told, row, window):
    if not told.opening or row.until is None:
        return window.holds(row.at)
    opened = midnights(window.first, window.first, window.zone)[1]
    return row.at < opened <= row.until


def figures(facts, name, window, by=(), where=None):
    """Slice (values of `by`) -> figure. Where nothing is known at all the only slice is ()."""
    where = where or {}
    rows = counted_rows(facts, name, replace(window, daily="day" in by), where)
    if not known(facts, name, window, where.get("channel"), where.get("queue")):
        return {(): replace(figure_of(facts, name, []), value=None, numerator=None, denominator=None)}
    slices = {} if by else {(): []}
    for row in rows:
        slices.setdefault(tuple(row.by[key] for key in by), []).append(row)
    fits = _fits(facts, name, window, (*by, *where))
    return {key: _known_figure(facts, name, window, each, {**where, **dict(zip(by, key, strict=True))}, fits)
            for key, each in slices.items()}  # fmt: skip


def _known_figure(facts, name, window, rows, slice_of, fits):
    channels = {row.by["channel"] for row in rows if row.counts}
    (only,) = channels if len(channels) == 1 else (None,)
    channel = slice_of.get("channel", only)
    if "day" in slice_of:
        day = date.fromisoformat(slice_of["day"])
        window = replace(window, first=day, last=day)
    figure = figure_of(facts, name, rows, len(_begun(facts, window)))
    if fits and known(facts, name, window, channel, slice_of.get("queue")):
        return figure
    return replace(figure, value=None, numerator=None, denominator=None)


def _fits(facts, name, window, dimensions):
    """Whether every kind of a metric's rows has these dimensions, and some row of each names one."""
    only_by = PLAIN[name].only_by
    if not only_by:
        return True
    rows = counted_rows(facts, name, replace(window, daily="day" in dimensions))
    kinds = [row for row in rows if row.adds], [row for row in rows if row.counts and not row.adds]
    return all(
        each in only_by and all(any(row.by[each] is not None for row in kind) for kind in kinds if kind)
        for each in dimensions
    )


def figure_of(facts, name, rows, days=1):
    """A metric from its rows alone, and the days of the window that have begun."""
    told, counting = PLAIN[name], [row for row in rows if row.counts]
    value = _value(told, rows, counting, days)
    if len(counting) < told.minimum(facts.settings) or (told.money and not _one_currency(told, rows)):
        value = None
    numerator = denominator = None
    if told.shape == "ratio" and value is not None:
        numerator = sum(Fraction(row.adds) for row in rows) * (told.scale if told.scaled_parts else 1)
        denominator = Fraction(sum(row.counts for row in counting))
    if told.shape == "spacing" and value is not None:
        numerator, denominator = Fraction(days), Fraction(len(counting))
    reasons = [row.reason for row in rows if row.reason is not None]
    excluded = {reason: reasons.count(reason) for reason in reasons}
    return PlainFigure(value, len(counting), numerator, denominator, excluded, rows)


def _one_currency(told, rows):
    """Amounts of several currencies, one without any included, make no sum; costs of a month are never none."""
    currencies = {row.currency for row in rows if row.adds}
    return len(currencies) == 1 or (not currencies and not told.months)


def _value(told, rows, counting, days):
    added = sorted(Fraction(row.adds) for row in counting)
    if told.shape == "count":
        return sum(added, Fraction(0)) * told.scale
    if not counting:
        return None
    if told.shape == "spacing":
        return Fraction(days, len(counting))
    if told.shape == "ratio":
        return Fraction(sum(row.adds for row in rows), sum(row.counts for row in counting)) * told.scale
    if told.shape == "maximum":
        return added[-1] * told.scale
    place = told.shape * (len(added) - 1)
    low, high = added[int(place)], added[min(int(place) + 1, len(added) - 1)]
    return (low + (high - low) * (place % 1)) * told.scale


def _with_traits(facts, row):
    """What a row is through its customer and its reason."""
    of_customer = {name: facts.of_customer(row.by["customer"], name) for name in ("region", "segment")}
    classes = {name: facts.settings.class_of(name, row.by["issue_type"]) for name in CLASSES}
    return replace(row, by={**row.by, **of_customer, **classes})


def _with_times(row, zone):
    if row.at is None:
        return row
    moment = local(row.at, zone)
    half = moment.replace(minute=moment.minute // 30 * 30, second=0)
    times = {"day": moment.date().isoformat(), "hour": f"{moment.hour:02d}", "weekday": WEEKDAYS[moment.weekday()]}
    return replace(row, by={**row.by, **times, "interval": half.isoformat()})


def _begun(facts, window):
    return [day for day in window.dates if day <= local(facts.as_of, facts.zone).date()]


def known(facts, name, window, channel, queue):
    """Whether some begun day is covered; a stock needs a feed that had begun, and who waits is known only now."""
    told, begun = PLAIN[name], _begun(facts, window)
    feeds = [facts.spans(tables, channel, queue) for tables in (told.needs, told.beside) if tables]
    if not all(feeds):
        return False
    if told.months:
        return _whole_months(facts, window, *feeds)
    if told.only_now:
        return bool(begun) and local(facts.as_of, facts.zone).date() in window.dates
    if told.of_time:
        return all(any(_holds(spans, day) for day in begun) for spans in feeds)
    return bool(begun) and all(any(first <= begun[-1] for first, _ in spans) for spans in feeds)


def _holds(spans, day):
    return any(first <= day <= last for first, last in spans)


def _whole_months(facts, window, costs, contacts):
    """Months that are over, each with costs, and contacts known on each of their open days."""
    after = window.last + timedelta(days=1)
    if window.first.day != 1 or after.day != 1 or after > local(facts.as_of, facts.zone).date():
        return False
    hours = facts.settings.opening_hours(None)
    return all(_holds(costs, day) for day in window.dates if day.day == 1) and all(
        _holds(contacts, day) for day in window.dates if hours.blocks(day)
    )
