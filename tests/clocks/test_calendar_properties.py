"""What holds for every calendar, over clock changes too."""

from __future__ import annotations

from datetime import date, time, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.clocks.calendar import Calendar

FIRST = 1_735_689_600  # 1 January 2025 UTC
YEAR = 365 * 86_400
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana", "UTC")


@st.composite
def _hours(draw):
    quarters = sorted(draw(st.sets(st.integers(0, 96), min_size=2, max_size=6)))
    ends = [time(quarter // 4 % 24, quarter % 4 * 15) for quarter in quarters]
    return tuple(zip(ends[::2], ends[1::2], strict=False))


moments = st.integers(FIRST, FIRST + YEAR)
budgets = st.integers(0, 60 * 3600)
calendars = st.builds(
    Calendar,
    zone=st.sampled_from(ZONES),
    weekly=st.dictionaries(st.integers(0, 6), _hours(), min_size=1),
    holidays=st.frozensets(st.integers(0, 364).map(lambda day: date(2025, 1, 1) + timedelta(days=day)), max_size=9),
    maintenance=st.lists(
        st.tuples(moments, st.integers(1, 40_000)).map(lambda window: (window[0], sum(window))), max_size=3
    ).map(tuple),
)


def _counted(calendar: Calendar, start: int, end: int) -> int:
    """Open seconds by adding up the blocks of each date: slow and plain."""
    day, total = date(2024, 12, 30), 0
    while day <= date(2026, 1, 3):
        total += sum(max(0, min(closing, end) - max(opening, start)) for opening, closing in calendar.open_blocks(day))
        day += timedelta(days=1)
    return total


@settings(max_examples=60, deadline=None)
@given(calendars, moments, moments)
def test_elapsed_is_the_sum_of_the_blocks(calendar, one, other):
    start, end = sorted((one, other))
    assert calendar.elapsed_seconds(start, end) == _counted(calendar, start, end)


@settings(deadline=None)
@given(calendars, moments, budgets)
def test_due_and_elapsed_are_inverse_and_due_is_the_earliest(calendar, start, budget):
    due = calendar.due_at(start, budget)
    assert calendar.elapsed_seconds(start, due) == budget
    assert budget == 0 or calendar.elapsed_seconds(start, due - 1) == budget - 1


@settings(deadline=None)
@given(calendars, st.lists(moments, min_size=3, max_size=3).map(sorted))
def test_elapsed_is_additive_and_monotone(calendar, times):
    first, middle, last = times
    parts = calendar.elapsed_seconds(first, middle), calendar.elapsed_seconds(middle, last)
    assert sum(parts) == calendar.elapsed_seconds(first, last)
    assert 0 <= parts[0] <= middle - first


@settings(max_examples=60, deadline=None)
@given(calendars, st.lists(moments, min_size=2, max_size=8).map(sorted), budgets)
def test_a_later_start_is_never_due_earlier(calendar, starts, budget):
    due = calendar.due(pl.Series(starts), budget).to_list()
    assert due == sorted(due)
    assert due == [calendar.due_at(start, budget) for start in starts]


@settings(deadline=None)
@given(calendars, moments)
def test_the_next_opening_is_open_and_nothing_opens_before_it(calendar, at):
    opening = calendar.next_opening_at(at)
    assert opening >= at
    assert calendar.is_open_at(opening)
    assert calendar.elapsed_seconds(at, opening) == 0


@settings(max_examples=30, deadline=None)
@given(calendars, moments, moments)
def test_a_table_that_grew_says_the_same(calendar, one, other):
    before = calendar.due_at(one, 3600)
    calendar.due_at(other, 3600)
    calendar.edges(date(2023, 1, 1), date(2027, 1, 1))
    assert calendar.due_at(one, 3600) == before
