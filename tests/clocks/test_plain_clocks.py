"""Our clocks against the plain ones, exactly: any hours, zone, holidays, pauses and night, over clock changes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.clocks.arrivals import night_budgets, starts_at_night
from carecli.clocks.budgets import Night
from carecli.clocks.calendar import Calendar
from carecli.clocks.readings import run_clocks
from carecli.clocks.tape import MAINTENANCE, Pause, run_clock
from tests.clocks import plain_clocks
from tests.clocks.plain_clocks import PlainCalendar

CHANGES = (
    ("Europe/Berlin", date(2025, 3, 30)),
    ("Europe/Berlin", date(2025, 10, 26)),
    ("America/New_York", date(2025, 3, 9)),
    ("America/Havana", date(2025, 11, 2)),  # at midnight: 00:00 to 01:00 twice
    ("America/Havana", date(2025, 3, 9)),  # no midnight
    ("Australia/Lord_Howe", date(2025, 4, 6)),  # half an hour
    ("America/Nuuk", date(2025, 10, 25)),  # from midnight back to 23:00
    ("America/St_Johns", date(2010, 11, 7)),  # from 00:01 back to 23:01
    ("Pacific/Apia", date(2011, 12, 30)),  # a date that never was
    ("Asia/Kathmandu", date(2025, 6, 2)),
)
"""A zone, and a date about which its clock changes."""

MINUTE, HOUR = 60, 3600
SPAN = 4 * 24 * 60
"""Clocks start, pause and stop within these minutes."""


@st.composite
def _blocks(draw):
    """One or two blocks of minutes of the day, two hours or more together."""
    ends = sorted(draw(st.sets(st.integers(0, 96), min_size=2, max_size=4)))
    blocks = [(15 * first, 15 * last) for first, last in zip(ends[::2], ends[1::2], strict=False)]
    return blocks if sum(last - first for first, last in blocks) >= 120 else [(60, 600)]


@st.composite
def worlds(draw):
    """A plain calendar about a clock change, and the epoch second from which things happen."""
    zone, change = draw(st.sampled_from(CHANGES))
    first = change - timedelta(days=2)
    weekly = {day: draw(st.sampled_from([[(0, 1440)], [], *[draw(_blocks())] * 3])) for day in range(7)}
    weekly[first.weekday()] = weekly[first.weekday()] or [(480, 1200)]
    begin = int(datetime.combine(first, time(), ZoneInfo(zone)).timestamp())
    windows = draw(st.lists(st.tuples(_minutes(begin), st.integers(1, 600)), max_size=2))
    dusk, dawn = draw(st.lists(st.integers(0, 95), min_size=2, max_size=2, unique=True))
    factor = draw(st.sampled_from([Fraction(13, 10), Fraction(3, 2), Fraction(1)]))
    holidays = draw(st.frozensets(st.integers(0, 6).map(lambda day: first + timedelta(days=day)), max_size=2))
    maintenance = [(at, at + MINUTE * length) for at, length in windows]
    return PlainCalendar(zone, weekly, holidays, maintenance, (15 * dusk, 15 * dawn, factor)), begin


def _minutes(begin):
    return st.integers(0, SPAN).map(lambda minute: begin + MINUTE * minute)


def _real(plain: PlainCalendar) -> Calendar:
    def wall(minute):
        return time(minute // 60 % 24, minute % 60)

    dusk, dawn, factor = plain.night
    weekly = {day: tuple((wall(first), wall(last)) for first, last in blocks) for day, blocks in plain.weekly.items()}
    night = Night(wall(dusk), wall(dawn), factor)
    return Calendar(plain.zone, weekly, plain.holidays, tuple(plain.maintenance), night=night)


def _told(tape):
    """The tape minute by minute, as the plain clock tells it."""
    for segment in tape:
        told = "maintenance" if segment.reason == MAINTENANCE else segment.state
        yield from [told] * ((segment.end - segment.start) // MINUTE)


@settings(max_examples=40, deadline=None)
@given(st.data(), worlds(), st.integers(0, 8 * HOUR))
def test_elapsed_and_due(data, world, budget):
    plain, begin = world
    real = _real(plain)
    start, end = sorted(data.draw(st.tuples(_minutes(begin), _minutes(begin))))
    assert real.elapsed_seconds(start, end) == plain_clocks.elapsed(plain, start, end)
    assert real.due_at(start, budget) == plain_clocks.due(plain, start, budget)
    starts = pl.Series([start, end, None])
    assert real.due(starts, budget)[0] == real.due_at(start, budget)
    assert real.elapsed(starts, end).to_list() == [real.elapsed_seconds(start, end), 0, None]


@settings(max_examples=60, deadline=None)
@given(st.data(), worlds(), st.integers(0, 8 * HOUR), st.sampled_from(["within", "under"]), st.booleans())
def test_readings_and_tapes(data, world, budget, edge, night):
    plain, begin = world
    real = _real(plain)
    moment = _minutes(begin)
    start, as_of, stop = data.draw(moment), data.draw(moment), data.draw(st.none() | moment)
    pauses = data.draw(st.lists(st.tuples(moment, st.none() | moment), max_size=3))
    expected = plain_clocks.read(plain, start, budget, pauses, stop, as_of, edge, night)
    reasoned = [Pause(first, last, "waiting") for first, last in pauses]
    found = run_clock(real, start, budget, reasoned, stop, as_of=as_of, edge=edge, night=night)
    names = ("state", "due_at", "elapsed_sec", "paused_sec", "budget_sec", "at_night")
    facts = [getattr(expected, name) for name in names]
    assert [getattr(found, name) for name in names] == facts
    assert tuple(_told(found.tape)) == expected.minutes
    clocks = pl.DataFrame([(7, start, budget, stop)], CLOCK, orient="row")
    paused = pl.DataFrame([(7, *pause) for pause in pauses], PAUSE, orient="row")
    columns = run_clocks(real, clocks, paused, as_of=as_of, edge=edge, night=night)
    assert [*columns.select(names).row(0)] == facts


CLOCK = {"clock": pl.Int64, "start": pl.Int64, "budget": pl.Int64, "stop": pl.Int64}
PAUSE = {"clock": pl.Int64, "start": pl.Int64, "end": pl.Int64}


@settings(max_examples=60, deadline=None)
@given(st.data(), worlds(), st.integers(0, 8 * HOUR), st.sampled_from(["within", "under"]))
def test_what_moved_a_due_time_leads_from_the_weekly_hours_to_it(data, world, budget, edge):
    plain, begin = world
    moment = _minutes(begin)
    start, as_of = data.draw(moment), data.draw(moment)
    pauses = data.draw(st.lists(st.tuples(moment, st.none() | moment), max_size=3))
    reasoned = [Pause(first, last, "waiting") for first, last in pauses]
    found = run_clock(_real(plain), start, budget, reasoned, as_of=as_of, edge=edge, night=True)
    weekly = PlainCalendar(plain.zone, plain.weekly)
    cuts = [plain_clocks.due(weekly, start, budget), *(move.due_to for move in found.moves)]
    assert cuts[:-1] == [move.due_from for move in found.moves]
    if found.due_at is not None:
        assert cuts[-1] == found.due_at
    else:
        assert cuts[-1] is None or found.left_sec == 0


@settings(max_examples=30, deadline=None)
@given(st.data(), worlds(), st.integers(0, 8 * HOUR), st.sampled_from(["within", "under"]))
def test_nights_in_columns(data, world, budget, edge):
    plain, begin = world
    real = _real(plain)
    starts = data.draw(st.lists(_minutes(begin), min_size=1, max_size=3))
    expected = [plain_clocks.read(plain, start, budget, [], None, start, edge, night=True) for start in starts]
    column = pl.Series([*starts, None], dtype=pl.Int64)
    assert starts_at_night(real, column).to_list() == [*(each.at_night for each in expected), None]
    assert night_budgets(real, column, budget, edge).to_list()[:-1] == [each.budget_sec for each in expected]


@pytest.mark.parametrize(("zone", "hours"), [("Europe/Berlin", 23), ("America/Nuuk", 24), ("Asia/Kathmandu", 24)])
def test_the_plain_clock_knows_a_day_of_23_hours(zone, hours):
    calendar = PlainCalendar(zone, {day: [(0, 1440)] for day in range(7)})
    first, last = (int(datetime(2025, 3, day, tzinfo=ZoneInfo(zone)).timestamp()) for day in (30, 31))
    assert plain_clocks.elapsed(calendar, first, last) == hours * HOUR
