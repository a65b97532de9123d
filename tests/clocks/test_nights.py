"""R95: first-response targets are 1.3 times as long for what starts at night, 20:00 to 08:00; and R232 with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from fractions import Fraction

import polars as pl
import pytest

from carecli.clocks.arrivals import night_budget_at, night_budgets, starts_at_night, starts_at_night_at
from carecli.clocks.budgets import Night
from carecli.clocks.calendar import always
from carecli.clocks.readings import run_clocks
from carecli.clocks.tape import run_clock
from tests.clocks.moments import HOUR, OFFICE, at, calendar

NIGHT = Night(time(20), time(8), Fraction(13, 10))
ENTERPRISE = replace(always("Europe/Berlin"), night=NIGHT)
OFF = replace(ENTERPRISE, night=replace(NIGHT, widen=False))


@pytest.mark.parametrize(("by_day", "by_night"), [(20, 26), (90, 117), (2 * HOUR, 9360), (HOUR, 4680)])
def test_r95_voice_chat_email_and_social_at_night(by_day, by_night):
    assert NIGHT.widened(by_day) == by_night
    assert NIGHT.widened(by_day * 1000) == by_night * 1000  # a threshold in milliseconds
    found = night_budgets(ENTERPRISE, pl.Series([at("Tue 19:59:59"), at("Tue 20:00"), None]), by_day)
    assert found.to_list()[:2] == [by_day, by_night]


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2025-03-18 19:59", "2025-03-18 21:59"),
        ("2025-03-18 20:00", "2025-03-18 22:36"),
        ("2025-03-18 23:50", "2025-03-19 02:26"),
        ("2025-03-18 07:59", "2025-03-18 10:35"),
        ("2025-03-18 08:00", "2025-03-18 10:00"),
        ("2025-03-14 21:00", "2025-03-14 23:36"),  # R232: Growth with the 24/7 add-on
        ("2025-03-14 23:50", "2025-03-15 02:26"),  # R232
    ],
)
def test_r95_an_email_of_two_hours(start, due):
    reading = run_clock(ENTERPRISE, at(start), 2 * HOUR, as_of=at(start), night=True)
    assert reading.due_at == at(due)
    assert reading.at_night == (reading.budget_sec == 9360)


@pytest.mark.parametrize(
    ("start", "due"), [("2025-03-18 23:50", "2025-03-19 01:50"), ("2025-03-14 21:00", "2025-03-14 23:00")]
)
def test_r95_switched_off_nights_are_still_told_apart(start, due):
    reading = run_clock(OFF, at(start), 2 * HOUR, as_of=at(start), night=True)
    assert (reading.due_at, reading.at_night, reading.budget_sec) == (at(due), True, 2 * HOUR)


def test_r95_only_first_responses_are_widened():
    reading = run_clock(ENTERPRISE, at("Tue 23:50"), 2 * HOUR, as_of=at("Tue 23:55"))
    assert (reading.due_at, reading.at_night) == (at("2025-03-19 01:50"), False)
    assert {segment.state for segment in reading.tape} == {"running"}


def test_r95_day_and_night_are_judged_apart():
    """An answer after 25 s is a miss of 20 s by day, and a hit of 26 s at night."""
    starts = [at("Tue 12:00"), at("Tue 22:00"), None]
    clocks = pl.DataFrame(
        {"clock": [1, 2, 3], "start": starts, "budget": 20, "stop": [at("Tue 12:00:25"), at("Tue 22:00:25"), None]}
    )
    none = pl.DataFrame(schema={"clock": pl.Int64, "start": pl.Int64, "end": pl.Int64})
    found = run_clocks(ENTERPRISE, clocks, none, as_of=at("Tue 23:00"), night=True)
    columns = found.select("at_night", "budget_sec", "state").rows()
    assert columns == [(False, 20, "missed"), (True, 26, "met"), (None, 20, None)]


def test_r95_the_tape_tells_night_and_what_it_moved():
    reading = run_clock(ENTERPRISE, at("Tue 06:30"), 2 * HOUR, as_of=at("Tue 08:30"), night=True)
    tape = [(segment.start, segment.end, segment.state) for segment in reading.tape]
    assert tape == [
        (at("Tue 06:30"), at("Tue 08:00"), "night"),
        (at("Tue 08:00"), at("Tue 08:30"), "running"),
    ]
    (move,) = reading.moves
    assert (move.cause, move.due_from, move.due_to) == ("night", at("Tue 08:30"), at("Tue 09:06"))
    assert (reading.state, reading.left_sec) == ("running", 36 * 60)


def test_r95_a_night_is_one_stretch_over_midnight():
    reading = run_clock(ENTERPRISE, at("Mon 19:00"), 20 * HOUR, as_of=at("Tue 09:00"), night=True)
    assert [(segment.state, segment.end) for segment in reading.tape] == [
        ("running", at("Mon 20:00")),
        ("night", at("Tue 08:00")),
        ("running", at("Tue 09:00")),
    ]


def test_r95_a_fraction_of_a_second_decides_as_it_should():
    """15 s x 1.3 = 19.5 s: 19 s are within, 20 s are not; 19 s are under it, 20 s are not."""
    assert (NIGHT.widened(15), NIGHT.widened(15, "under")) == (19, 20)
    assert night_budgets(ENTERPRISE, pl.Series([at("Tue 22:00")]), 15, "under").to_list() == [20]
    assert night_budget_at(ENTERPRISE, at("Tue 22:00"), 15) == 19
    for answered, edge, state in ((19, "within", "met"), (20, "within", "missed"), (19, "under", "met")):
        stop = at("Tue 22:00") + answered
        given = {"as_of": stop, "edge": edge, "night": True}
        assert run_clock(ENTERPRISE, at("Tue 22:00"), 15, stop=stop, **given).state == state


def test_r95_what_arrives_when_closed_starts_at_the_next_opening():
    """C0.26: at 06:00 of a day from 06:00 to 22:00 it is still night; on Mon-Fri 09-18 it never is."""
    early = calendar("Mon-Sun 06:00-22:00", night=NIGHT)
    starts = pl.Series("arrived", [at("Tue 03:00"), at("Tue 12:00"), at("Tue 21:59"), None])
    assert starts_at_night(early, starts).to_list() == [True, False, True, None]
    assert starts_at_night(early, starts).name == "arrived"
    assert starts_at_night(OFFICE, starts).to_list() == [False, False, False, None]
    office = replace(OFFICE, night=NIGHT)
    assert not starts_at_night_at(office, at("Sat 22:00"))
    assert night_budget_at(office, at("Sat 22:00"), HOUR) == HOUR


def test_r95_what_arrives_on_a_holiday_starts_at_the_midnight_after_it():
    closed = replace(ENTERPRISE, holidays=frozenset({date(2025, 3, 18)}))
    assert starts_at_night_at(closed, at("Tue 12:00"))
    assert not starts_at_night_at(ENTERPRISE, at("Tue 12:00"))


@pytest.mark.parametrize(
    ("begin", "end", "factor", "says"),
    [(time(8), time(8), Fraction(13, 10), "has no length"), (time(20), time(8), Fraction(1, 2), "expected at least 1")],
)
def test_nights_that_make_no_sense_are_named(begin, end, factor, says):
    with pytest.raises(ValueError, match=says):
        Night(begin, end, factor)


def test_a_night_that_does_not_pass_midnight():
    assert Night(time(0), time(6), Fraction(2)).hours == ((time(0), time(6)),)
    assert Night(time(20), time(0), Fraction(2)).hours == ((time(20), time(0)),)
    assert NIGHT.hours == ((time(0), time(8)), (time(20), time(0)))
