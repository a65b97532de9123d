"""Calendars on hand-computed numbers: R21, R23, R91-R102, R119, R122-R126, C0.23-C0.26, and the wrong clocks of B32."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from carecli.clocks.calendar import always
from tests.clocks.moments import GROWTH, HOUR, OFFICE, at, calendar

FOURTH_OF_JULY = frozenset({date(2025, 7, 4)})


@pytest.mark.parametrize(
    ("given", "start", "budget", "due"),
    [
        (OFFICE, "Fri 16:00", 2 * HOUR, "Fri 18:00"),  # C0.23: not Mon 09:00
        (OFFICE, "Fri 16:00", 4 * HOUR, "Mon 11:00"),  # R8
        (OFFICE, "Fri 17:30", 2 * HOUR, "Mon 10:30"),  # R93, R97, R101 by the tier table
        (OFFICE, "Fri 17:30", 1 * HOUR, "Mon 09:30"),  # R94, R122
        (OFFICE, "Fri 15:00", 1 * HOUR, "Fri 16:00"),  # R122
        (OFFICE, "Thu 16:00", 4 * HOUR, "Fri 11:00"),  # R123
        (OFFICE, "Wed 15:00", 8 * HOUR, "Thu 14:00"),  # R113
        (OFFICE, "Sat 10:00", 1 * HOUR, "Mon 10:00"),  # C0.26: starts at the next opening
        (GROWTH, "Sat 19:30", 2 * HOUR, "Mon 09:30"),  # R98, R99
        (GROWTH, "Fri 19:30", 2 * HOUR, "Sat 09:30"),  # R98
        (GROWTH, "Fri 17:30", 2 * HOUR, "Fri 19:30"),  # R101 by the coverage table
        (always("Europe/Berlin"), "Sun 03:00", 2 * HOUR, "Sun 05:00"),  # R100
        (always("Europe/Berlin"), "Sun 10:00", 15 * 60, "Sun 10:15"),  # R121
        (calendar("Mon-Fri 09:00-17:00"), "Fri 17:00", 8 * HOUR, "Mon 17:00"),  # B32: a page says Mon 09:00
        (calendar("Mon-Fri 08:00-17:00"), "Fri 16:00", 4 * HOUR, "Mon 11:00"),  # B32: a page says Tue 11:00
        (calendar("Mon-Fri 09:00-12:00, 13:00-18:00"), "Fri 11:30", 30 * 60, "Fri 12:00"),
        (calendar("Mon-Fri 09:00-12:00, 13:00-18:00"), "Fri 11:30", HOUR, "Fri 13:30"),
        (OFFICE, "Fri 16:00", 0, "Fri 16:00"),
        (OFFICE, "Sun 12:00", 0, "Sun 12:00"),
    ],
)
def test_due(given, start, budget, due):
    assert given.due_at(at(start), budget) == at(due)


@pytest.mark.parametrize(
    ("holidays", "due"),
    [
        ([], "2016-11-13 21:00"),
        ([date(2016, 11, 13)], "2016-11-14 21:00"),
        ([date(2016, 11, 11), date(2016, 11, 13)], "2016-11-15 21:00"),
    ],
)
def test_48_hours_of_a_shop_open_9_to_21(holidays, due):
    shop = calendar("Mon-Sun 09:00-21:00", holidays=frozenset(holidays))  # B32, zammad #390
    assert shop.due_at(at("2016-11-09 23:00"), 48 * HOUR) == at(due)


@pytest.mark.parametrize(
    ("start", "fold", "due", "due_fold"),
    [
        ("2025-03-30 01:30", 0, "2025-03-30 04:30", 0),  # R100: the day has 23 hours
        ("2025-10-26 01:30", 0, "2025-10-26 02:30", 1),  # R100: the day has 25, the second 02:30
    ],
)
def test_two_hours_over_a_clock_change(start, fold, due, due_fold):
    assert always("Europe/Berlin").due_at(at(start, fold=fold), 2 * HOUR) == at(due, fold=due_fold)


def test_open_seconds_of_a_day_follow_the_clock_change():
    night = calendar("Mon-Sun 00:00-24:00")
    spring, autumn = (night.open_blocks(day)[0] for day in (date(2025, 3, 30), date(2025, 10, 26)))
    assert (spring[1] - spring[0], autumn[1] - autumn[0]) == (23 * HOUR, 25 * HOUR)


def test_a_skipped_opening_is_the_moment_of_the_change_and_a_doubled_one_the_first():
    early = calendar("Mon-Sun 02:30-05:00")
    spring = early.open_blocks(date(2025, 3, 30))
    autumn = early.open_blocks(date(2025, 10, 26))
    assert spring == [(at("2025-03-30 03:00"), at("2025-03-30 05:00"))]
    assert autumn == [(at("2025-10-26 02:30"), at("2025-10-26 05:00"))]
    assert autumn[0][1] - autumn[0][0] == 3 * HOUR + HOUR // 2
    assert calendar("Mon-Sun 02:15-02:45").open_days(date(2025, 3, 29), date(2025, 3, 31)) == [
        date(2025, 3, 29),
        date(2025, 3, 31),
    ]


@pytest.mark.parametrize(("given", "hours"), [(OFFICE, 45), (GROWTH, 72), (always("Europe/Berlin"), 168)])
def test_open_hours_of_a_week(given, hours):
    assert given.elapsed_seconds(at("2025-03-10 00:00"), at("2025-03-17 00:00")) == hours * HOUR  # R96, R98, R100


def test_elapsed_is_the_business_time_between_two_events():
    assert OFFICE.elapsed_seconds(at("Fri 16:00"), at("Mon 10:00")) == 3 * HOUR  # X3
    assert GROWTH.elapsed_seconds(at("Fri 16:00"), at("Mon 10:00")) == 18 * HOUR
    assert always().elapsed_seconds(at("Fri 16:00"), at("Mon 10:00")) == 66 * HOUR
    assert OFFICE.elapsed_seconds(at("Fri 16:00"), at("Mon 11:00")) == 4 * HOUR  # R125: the edge itself
    assert OFFICE.elapsed_seconds(at("Fri 16:00"), at("Mon 10:59:59")) == 4 * HOUR - 1
    assert OFFICE.elapsed_seconds(at("Mon 10:00"), at("Fri 16:00")) == -3 * HOUR


def test_stale_after_72_hours_by_either_clock():
    last_update = at("Fri 09:00")  # R23
    ages = [always().elapsed_seconds(last_update, at(f"Mon {now}")) for now in ("08:59", "09:00", "09:01")]
    assert [age >= 72 * HOUR for age in ages] == [False, True, True]
    assert OFFICE.elapsed_seconds(last_update, at("Mon 09:01")) == 9 * HOUR + 60


@pytest.mark.parametrize(
    ("start", "due"),
    [("19:59", "21:59"), ("20:00", "22:36"), ("23:50", "02:26"), ("07:59", "10:35"), ("08:00", "10:00")],
)
def test_targets_widen_for_what_starts_at_night(start, due):
    night = calendar("Mon-Sun 00:00-08:00", "Mon-Sun 20:00-24:00")  # R95
    begin = at(f"Tue {start}")
    budget = 2 * HOUR * 13 // 10 if night.is_open_at(begin) else 2 * HOUR
    expected = at(f"2025-03-19 {due}" if due < start else f"Tue {due}")
    assert always("Europe/Berlin").due_at(begin, budget) == expected


@pytest.mark.parametrize(("hours", "lost"), [(("Mon-Fri 09:00-18:00",), 9), (("Mon-Sat 08:00-20:00",), 12)])
def test_a_holiday_closes_what_would_have_been_open(hours, lost):
    day = at("2025-07-04 00:00"), at("2025-07-05 00:00")  # R102
    assert calendar(*hours).elapsed_seconds(*day) == lost * HOUR
    assert calendar(*hours, holidays=FOURTH_OF_JULY).elapsed_seconds(*day) == 0
    assert always("Europe/Berlin").elapsed_seconds(*day) == 24 * HOUR


def test_a_clock_passes_over_a_holiday():
    essential = calendar("Mon-Fri 09:00-18:00", holidays=FOURTH_OF_JULY)
    assert essential.due_at(at("2025-07-03 17:30"), 2 * HOUR) == at("2025-07-07 10:30")  # R102
    assert essential.is_holiday(date(2025, 7, 4))
    assert not calendar("Mon-Thu 09:00-18:00", holidays=FOURTH_OF_JULY).is_holiday(date(2025, 7, 4))


def test_maintenance_that_pauses_moves_the_due_time():
    window = OFFICE, calendar("Mon-Fri 09:00-18:00", maintenance=((at("Tue 10:20"), at("Tue 10:50")),))
    assert [given.due_at(at("Tue 10:00"), HOUR) for given in window] == [at("Tue 11:00"), at("Tue 11:30")]  # R119
    evening = calendar("Mon-Fri 09:00-18:00", maintenance=((at("Fri 17:45"), at("Fri 18:30")),))
    assert evening.due_at(at("Fri 17:30"), HOUR) == at("Mon 09:45")
    assert evening.closing_times(date(2025, 3, 14), date(2025, 3, 14)) == [(date(2025, 3, 14), at("Fri 18:00"))]


def test_blocks_are_half_open():
    moments = pl.Series("at", [at("Fri 08:59:59"), at("Fri 09:00"), at("Fri 17:59:59"), at("Fri 18:00"), None])
    assert OFFICE.is_open(moments).to_list() == [False, True, True, False, None]
    assert OFFICE.next_opening(moments).to_list() == [
        at("Fri 09:00"),
        at("Fri 09:00"),
        at("Fri 17:59:59"),
        at("Mon 09:00"),
        None,
    ]


def test_the_next_opening_may_be_months_away():
    closed = frozenset(date(2025, month, day) for month in (3, 4, 5) for day in range(1, 31))
    seasonal = calendar("Mon-Fri 09:00-18:00", holidays=closed)
    assert seasonal.next_opening(pl.Series([at("Fri 09:00")])).to_list() == [at("2025-03-31 09:00")]
    long_closed = calendar("Mon-Fri 09:00-18:00", holidays=closed | {date(2025, 3, 31)})
    assert long_closed.next_opening(pl.Series([at("Fri 09:00")])).to_list() == [at("2025-06-02 09:00")]
    assert long_closed.next_opening_at(at("Fri 09:00")) == at("2025-06-02 09:00")


def test_closing_times_skip_closed_days_and_24_7_closes_at_midnight():
    first, last = date(2025, 3, 14), date(2025, 3, 17)
    assert OFFICE.closing_times(first, last) == [(first, at("Fri 18:00")), (last, at("Mon 18:00"))]  # R21
    assert always("Europe/Berlin").closing_times(first, first) == [(first, at("Sat 00:00"))]
    assert OFFICE.open_days(first, last) == [first, last]


def test_columns_keep_nulls_names_and_length():
    start = pl.Series("created_at", [at("Fri 16:00"), None, at("Fri 17:30")])
    assert OFFICE.elapsed(start, at("Mon 10:00")).to_list() == [3 * HOUR, None, HOUR + HOUR // 2]
    assert OFFICE.elapsed(start, pl.Series([at("Fri 17:00"), 5, None])).to_list() == [HOUR, None, None]
    assert OFFICE.due(start, pl.Series([2 * HOUR, HOUR, None])).to_list() == [at("Fri 18:00"), None, None]
    assert OFFICE.due(start, 2 * HOUR).name == "created_at"
    nothing = pl.Series("created_at", [None, None], dtype=pl.Int64)
    assert OFFICE.due(nothing, HOUR).to_list() == OFFICE.elapsed(nothing, nothing).to_list() == [None, None]
    empty = pl.Series([], dtype=pl.Int64)
    assert OFFICE.due(empty, HOUR).to_list() == OFFICE.elapsed(empty, at("Mon 10:00")).to_list() == []


def test_expressions_say_what_columns_say():
    frame = pl.LazyFrame({"created_at": [at("Fri 16:00"), None], "replied_at": [at("Mon 11:00"), at("Mon 11:00")]})
    found = frame.select(
        wait=OFFICE.elapsed(pl.col("created_at"), pl.col("replied_at")),
        age=OFFICE.elapsed(pl.col("created_at"), at("Mon 10:00")),
        due=OFFICE.due(pl.col("created_at"), 4 * HOUR),
    ).collect()
    assert found.to_dict(as_series=False) == {
        "wait": [4 * HOUR, None],
        "age": [3 * HOUR, None],
        "due": [at("Mon 11:00"), None],
    }


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: calendar(), "at least one open block"),
        (lambda: calendar("Mon 18:00-09:00"), "18:00-09:00 does not end after it starts"),
        (lambda: calendar("Mon 09:00-12:00, 11:00-18:00"), "11:00-18:00 overlaps"),
        (lambda: calendar("Mo 09:00-12:00"), "expected days and blocks"),
        (lambda: calendar("Mon 9-12"), "expected days and blocks"),
        (lambda: calendar("Fri-Mon 09:00-12:00"), "expected days and blocks"),
        (lambda: calendar("Mon 09:00-18:00", zone="Mars/Olympus"), "unknown time zone 'Mars/Olympus'"),
        (lambda: calendar("Mon 09:00-18:00", maintenance=((5, 5),)), "does not end after it starts"),
        (lambda: OFFICE.due_at(at("Fri 16:00"), -1), "never negative"),
        (lambda: OFFICE.due_at(at("Fri 16:00") * 1000, 60), "are these milliseconds"),
        (lambda: OFFICE.due_at(at("Fri 16:00"), 10**12), "is not in 1970..2100"),
        (lambda: calendar("Mon 00:00-00:01").due_at(at("Fri 16:00"), 10**6), "not used up before 2100"),
    ],
)
def test_what_makes_no_sense_is_named(make, says):
    with pytest.raises(ValueError, match=says):
        make()
