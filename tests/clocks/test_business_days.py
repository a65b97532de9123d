"""Due times in business days: R122-R124, R144 and C0.25."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from carecli.clocks.business_days import business_days_due, business_days_due_at, same_day_due, same_day_due_at
from carecli.clocks.calendar import always
from tests.clocks.moments import HOUR, OFFICE, at, calendar

MONDAY_OFF = calendar("Mon-Fri 09:00-18:00", holidays=frozenset({date(2025, 3, 17)}))
SATURDAY_TOO = calendar("Mon-Fri 09:00-18:00", "Sat 10:00-14:00")


@pytest.mark.parametrize(
    ("given", "start", "days", "budget", "end_of_day"),
    [
        (OFFICE, "Fri 15:00", 1, "Mon 15:00", "Mon 18:00"),  # R122
        (OFFICE, "Sat 10:00", 1, "Mon 18:00", "Mon 18:00"),  # R122
        (OFFICE, "Thu 15:00", 3, "Tue 15:00", "Tue 18:00"),  # R123, R34
        (OFFICE, "Wed 11:00", 1, "Thu 11:00", "Thu 18:00"),  # R124
        (OFFICE, "Wed 11:00", 5, "2025-03-19 11:00", "2025-03-19 18:00"),  # R124
        (MONDAY_OFF, "Wed 11:00", 5, "2025-03-20 11:00", "2025-03-20 18:00"),  # R124
        (always("Europe/Berlin"), "Fri 15:00", 1, "Sat 15:00", "Sun 00:00"),  # C0.25: 24 h
    ],
)
def test_business_days(given, start, days, budget, end_of_day):
    assert business_days_due_at(given, at(start), days) == at(budget)
    assert business_days_due_at(given, at(start), days, "end-of-day") == at(end_of_day)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("Thu 15:00", 1, "Fri 15:00"),
        ("Fri 11:30", 1, "Sat 11:30"),
        ("Fri 15:00", 1, "Sat 14:00"),  # clamped to the hours of the day
        ("Fri 09:30", 1, "Fri 18:00"),  # clamped to Sat 10:00, the earliest instant with that open time is Fri 18:00
        ("Sat 12:00", 1, "Mon 12:00"),
        ("Sun 12:00", 1, "Mon 18:00"),  # begins Mon 09:00; Tue 09:00 and Mon 18:00 have the same open time
    ],
)
def test_days_of_different_length_keep_the_local_time(start, days, due):
    assert SATURDAY_TOO.nominal_day is None
    assert business_days_due_at(SATURDAY_TOO, at(start), days) == at(due)


@pytest.mark.parametrize("given", [OFFICE, SATURDAY_TOO])
@pytest.mark.parametrize("mode", ["budget", "end-of-day"])
def test_a_column_says_what_each_instant_says(given, mode):
    starts = [at("Fri 15:00"), at("Sat 12:00"), at("Fri 15:00")]
    due = [business_days_due_at(given, start, 2, mode) for start in starts]
    column = pl.Series("created_at", [*starts, None], dtype=pl.Int64)
    assert business_days_due(given, column, 2, mode).to_list() == [*due, None]


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("Thu 08:00", "Thu 18:00"),
        ("Thu 17:50", "Thu 18:00"),
        ("Thu 18:00", "Fri 18:00"),
        ("Thu 18:05", "Fri 18:00"),
        ("Fri 18:05", "Mon 18:00"),
        ("Sat 10:00", "Mon 18:00"),
    ],
)
def test_same_day_answers_are_due_at_the_close(start, due):
    assert same_day_due_at(OFFICE, at(start)) == at(due)  # R144
    assert same_day_due(OFFICE, pl.Series("asked", [at(start), None])).to_list() == [at(due), None]


CHANGES = {
    "Europe/Berlin": "2025-03-30 00:00",
    "America/Havana": "2025-11-02 00:00",
    "America/Nuuk": "2025-10-25 00:00",
}
ANY_HOURS = ("Mon-Fri 09:00-18:00", "Sat 10:00-14:00", "Sun 00:00-03:00"), ("Sat-Sun 00:00-24:00", "Wed 22:00-23:30")


@settings(max_examples=40, deadline=None)
@drawn(
    st.sampled_from([*CHANGES]),
    st.sampled_from(ANY_HOURS),
    st.lists(st.integers(-6 * 24 * 4, 6 * 24 * 4), min_size=1, max_size=6),
    st.integers(1, 3),
    st.sampled_from(["budget", "end-of-day"]),
)
def test_columns_over_a_clock_change_say_what_each_instant_says(zone, lines, quarters, days, mode):
    given = calendar(*lines, zone=zone)
    starts = [at(CHANGES[zone], zone) + 900 * quarter for quarter in quarters]
    column = pl.Series([*starts, None], dtype=pl.Int64)
    due = [business_days_due_at(given, start, days, mode) for start in starts]
    assert business_days_due(given, column, days, mode).to_list() == [*due, None]
    assert same_day_due(given, column).to_list() == [*(same_day_due_at(given, start) for start in starts), None]


def test_columns_of_nothing_stay_nothing():
    nothing = pl.Series([None], dtype=pl.Int64)
    for mode in ("budget", "end-of-day"):
        assert business_days_due(SATURDAY_TOO, nothing, 2, mode).to_list() == [None]
    assert same_day_due(OFFICE, nothing).to_list() == [None]


def test_elapsed_first_response_runs_through_the_night():
    assert always().due_at(at("Fri 17:30"), HOUR) == at("Fri 18:30")  # R122, switch `elapsed`


def test_no_days_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        business_days_due_at(OFFICE, at("Fri 15:00"), 0)
