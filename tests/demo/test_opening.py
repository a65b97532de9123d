"""Holidays and open time, against dates and hours worked out by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.demo.opening import OpenTime, easter, epoch, holidays, opening

HOURS = OpenTime(date(2025, 3, 1), date(2025, 7, 1))
FIRST, LAST = epoch(date(2025, 3, 3)), epoch(date(2025, 6, 1))


@pytest.mark.parametrize(
    ("year", "sunday"),
    [(2023, date(2023, 4, 9)), (2024, date(2024, 3, 31)), (2025, date(2025, 4, 20)), (2038, date(2038, 4, 25))],
)
def test_easter(year, sunday):
    assert easter(year) == sunday


def test_holidays_of_2025():
    days = [(4, 18), (4, 21), (5, 1), (5, 29), (6, 9), (10, 3), (12, 25), (12, 26)]
    assert list(holidays(2025)) == [date(2025, 1, 1), *(date(2025, month, day) for month, day in days)]


def test_opening_hours():
    assert opening(date(2025, 5, 12)) == (epoch(date(2025, 5, 12), 8), epoch(date(2025, 5, 12), 18))
    assert opening(date(2025, 5, 10)) == (epoch(date(2025, 5, 10), 9), epoch(date(2025, 5, 10), 14))
    assert opening(date(2025, 5, 11)) is None
    assert opening(date(2025, 5, 1)) is None


def test_open_time_over_a_weekend():
    friday, monday = epoch(date(2025, 5, 9), 17), epoch(date(2025, 5, 12), 9)
    assert HOURS.between(friday, monday) == (1 + 5 + 1) * 3600
    assert HOURS.after(friday, 6 * 3600) == epoch(date(2025, 5, 10), 14)
    assert HOURS.after(friday, 6 * 3600 + 1) == epoch(date(2025, 5, 12), 8) + 1


def test_the_clocks_going_forward_does_not_shorten_a_day():
    assert HOURS.between(epoch(date(2025, 3, 29)), epoch(date(2025, 4, 1))) == (5 + 10) * 3600


@given(at=st.integers(FIRST, LAST), seconds=st.integers(1, 20 * 36000))
def test_after_is_the_earliest_instant(at, seconds):
    due = HOURS.after(at, seconds)
    assert HOURS.between(at, due) == seconds
    assert HOURS.between(at, due - 1) == seconds - 1
