"""R29 and C0.8: windows are whole local days, half-open, and follow the clock changes."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.errors import UsageProblem
from carecli.metrics.windows import before, days, parse_window, trailing, window_of

BERLIN = "Europe/Berlin"


def at(text: str, zone: str = BERLIN) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


WEDNESDAY = at("2025-05-14 10:31:40")


@pytest.mark.parametrize(
    ("text", "first", "last", "count"),
    [
        ("7d", "2025-05-08", "2025-05-14", 7),
        ("wtd", "2025-05-12", "2025-05-14", 3),
        ("mtd", "2025-05-01", "2025-05-14", 14),
        ("28d", "2025-04-17", "2025-05-14", 28),
        ("1d", "2025-05-14", "2025-05-14", 1),
        ("today", "2025-05-14", "2025-05-14", 1),
        ("yesterday", "2025-05-13", "2025-05-13", 1),
        ("2025-05", "2025-05-01", "2025-05-31", 31),
        ("2024-02", "2024-02-01", "2024-02-29", 29),
        ("2024-12", "2024-12-01", "2024-12-31", 31),
        ("2025-05-01..2025-05-31", "2025-05-01", "2025-05-31", 31),
        ("2025-05-13", "2025-05-13", "2025-05-13", 1),
        (" 7D ", "2025-05-08", "2025-05-14", 7),
        ("3m", "2025-02-01", "2025-04-30", 89),
        ("1m", "2025-04-01", "2025-04-30", 30),
        ("12m", "2024-05-01", "2025-04-30", 365),
        ("last_week", "2025-05-05", "2025-05-11", 7),
        ("last_month", "2025-04-01", "2025-04-30", 30),
        ("last_quarter", "2025-01-01", "2025-03-31", 90),
        ("qtd", "2025-04-01", "2025-05-14", 44),
        ("quarter", "2025-04-01", "2025-05-14", 44),
        ("ytd", "2025-01-01", "2025-05-14", 134),
    ],
)
def test_r29_windows_are_whole_local_days(text, first, last, count):
    window = parse_window(text, WEDNESDAY, BERLIN)
    assert window.first == at(f"{first} 00:00")
    assert window.last == at(f"{date.fromisoformat(last) + timedelta(days=1)} 00:00")
    assert len(window.dates) == count
    assert window.name == text.strip().lower()


def test_a_week_can_start_on_sunday():
    assert parse_window("wtd", WEDNESDAY, BERLIN, week_start=6).dates[0] == date(2025, 5, 11)
    assert parse_window("wtd", at("2025-05-11 09:00"), BERLIN, week_start=6).dates == (date(2025, 5, 11),)


@pytest.mark.parametrize(
    ("text", "as_of", "label"),
    [
        ("3m", "2025-01-31 12:00", "2024-10-01..2024-12-31"),
        ("3m", "2025-02-01 00:00", "2024-11-01..2025-01-31"),
        ("last_month", "2024-03-31 12:00", "2024-02-01..2024-02-29"),
        ("last_quarter", "2025-01-01 00:00", "2024-10-01..2024-12-31"),
        ("last_quarter", "2025-12-31 23:59", "2025-07-01..2025-09-30"),
        ("qtd", "2025-12-31 12:00", "2025-10-01..2025-12-31"),
        ("ytd", "2025-01-01 00:00", "2025-01-01"),
        ("last_week", "2025-05-12 00:00", "2025-05-05..2025-05-11"),
        ("last_week", "2025-05-18 23:59", "2025-05-05..2025-05-11"),
    ],
)
def test_c08_calendar_windows_are_complete_and_before_this_one(text, as_of, label):
    """R63: the last three complete calendar months, whatever day it is."""
    assert parse_window(text, at(as_of), BERLIN).label == label


def test_the_last_week_begins_on_the_day_a_week_starts():
    window = parse_window("last_week", WEDNESDAY, BERLIN, week_start=6)
    assert window.label == "2025-05-04..2025-05-10"


def test_the_local_day_of_the_zone_counts():
    """23:30 UTC on 13 May is 14 May in Berlin and still the 13th in New York."""
    late = at("2025-05-13 23:30", "UTC")
    assert parse_window("today", late, BERLIN).dates == (date(2025, 5, 14),)
    assert parse_window("today", late, "America/New_York").dates == (date(2025, 5, 13),)


@pytest.mark.parametrize(("day", "hours"), [("2025-03-30", 23), ("2025-10-26", 25), ("2025-05-14", 24)])
def test_a_day_of_a_clock_change_has_23_or_25_hours(day, hours):
    window = parse_window(day, WEDNESDAY, BERLIN)
    assert window.last - window.first == hours * 3600
    assert window.dates == (date.fromisoformat(day),)


@pytest.mark.parametrize(
    "text",
    ["", "0d", "7", "week", "2025-13", "2025-5-1", "2025-02-30", "20250513", "2025-05-14..2025-05-13", "..2025-05-01",
     "2025-05-01..", "9999d", "2025-W20-3", "0m", "100m", "m", "last_year", "3 m"],
)  # fmt: skip
def test_what_is_no_window_is_refused(text):
    with pytest.raises(UsageProblem):
        parse_window(text, WEDNESDAY, BERLIN)


def test_a_change_compares_with_the_complete_days_before():
    assert before(parse_window("7d", WEDNESDAY, BERLIN)).label == "2025-05-01..2025-05-07"
    assert before(parse_window("today", WEDNESDAY, BERLIN)).label == "2025-05-13"
    assert before(parse_window("wtd", WEDNESDAY, BERLIN)).label == "2025-05-09..2025-05-11"


def test_trailing_ends_with_the_same_day():
    window = trailing(parse_window("today", WEDNESDAY, BERLIN), 28)
    assert window.label == "2025-04-17..2025-05-14"


@given(
    start=st.dates(date(2001, 1, 1), date(2060, 1, 1)),
    count=st.integers(1, 40),
    zone=st.sampled_from([BERLIN, "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
)
def test_days_join_without_gap_or_overlap(start, count, zone):
    window = window_of(start, start + timedelta(days=count - 1), zone)
    parts = days(window)
    assert len(parts) == count
    assert parts[0].first == window.first
    assert parts[-1].last == window.last
    assert all(left.last == right.first for left, right in itertools.pairwise(parts))
    assert before(window).last == window.first
