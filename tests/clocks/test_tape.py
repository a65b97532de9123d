"""Clocks with pauses: R126, R119, R120, C0.23, C0.29, and the tape that explains them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.clocks.calendar import always
from carecli.clocks.tape import MAINTENANCE, Pause, run_clock
from tests.clocks.moments import HOUR, OFFICE, at, calendar

CUSTOMER = "awaiting customer"
VENDOR = "vendor dependency"


def _tape(reading) -> list[tuple[int, int, str, str]]:
    return [(segment.start, segment.end, segment.state, segment.reason) for segment in reading.tape]


def test_one_hour_run_three_hours_paused_two_hours_run():
    waiting = Pause(at("Fri 10:00"), at("Fri 13:00"), CUSTOMER)
    reading = run_clock(OFFICE, at("Fri 09:00"), 4 * HOUR, [waiting], as_of=at("Fri 15:00"))  # R126
    assert (reading.state, reading.elapsed_sec, reading.left_sec, reading.paused_sec) == (
        "running",
        3 * HOUR,
        1 * HOUR,
        3 * HOUR,
    )
    assert (reading.unpaused_due_at, reading.due_at) == (at("Fri 13:00"), at("Fri 16:00"))
    assert _tape(reading) == [
        (at("Fri 09:00"), at("Fri 10:00"), "running", ""),
        (at("Fri 10:00"), at("Fri 13:00"), "paused", CUSTOMER),
        (at("Fri 13:00"), at("Fri 15:00"), "running", ""),
    ]


def test_a_pause_over_the_weekend_takes_only_its_open_time():
    weekend = Pause(at("Fri 17:00"), at("Mon 10:00"), CUSTOMER)
    reading = run_clock(OFFICE, at("Fri 14:00"), 4 * HOUR, [weekend], as_of=at("Mon 10:30"))  # R126
    assert (reading.unpaused_due_at, reading.due_at, reading.paused_sec) == (
        at("Fri 18:00"),
        at("Mon 11:00"),
        2 * HOUR,
    )
    assert _tape(reading) == [
        (at("Fri 14:00"), at("Fri 17:00"), "running", ""),
        (at("Fri 17:00"), at("Fri 18:00"), "paused", CUSTOMER),
        (at("Fri 18:00"), at("Mon 09:00"), "closed", ""),
        (at("Mon 09:00"), at("Mon 10:00"), "paused", CUSTOMER),
        (at("Mon 10:00"), at("Mon 10:30"), "running", ""),
    ]


def test_overlapping_pauses_count_once():
    pauses = [
        Pause(at("Fri 10:00"), at("Fri 12:00"), CUSTOMER),
        Pause(at("Fri 11:00"), at("Fri 13:00"), VENDOR),
        Pause(at("Fri 11:30"), at("Fri 11:45"), VENDOR),
    ]
    reading = run_clock(OFFICE, at("Fri 09:00"), 2 * HOUR, pauses, as_of=at("Fri 13:30"))
    assert (reading.paused_sec, reading.elapsed_sec, reading.due_at) == (3 * HOUR, HOUR + HOUR // 2, at("Fri 14:00"))
    assert _tape(reading)[1:4] == [
        (at("Fri 10:00"), at("Fri 11:00"), "paused", CUSTOMER),
        (at("Fri 11:00"), at("Fri 12:00"), "paused", f"{CUSTOMER} + {VENDOR}"),
        (at("Fri 12:00"), at("Fri 13:00"), "paused", VENDOR),
    ]


def test_an_open_pause_has_no_due_time():
    reading = run_clock(
        OFFICE, at("Fri 14:00"), 4 * HOUR, [Pause(at("Fri 17:00"), None, CUSTOMER)], as_of=at("Mon 12:00")
    )
    assert (reading.state, reading.due_at, reading.left_sec) == ("paused", None, HOUR)  # C0.29, R127


def test_a_pause_that_ends_later_is_not_over_yet():
    later = Pause(at("Fri 17:00"), at("Mon 10:00"), CUSTOMER)
    assert run_clock(OFFICE, at("Fri 14:00"), 4 * HOUR, [later], as_of=at("Fri 17:30")).state == "paused"
    assert run_clock(OFFICE, at("Fri 14:00"), 4 * HOUR, [later], as_of=at("Fri 16:00")).due_at == at("Fri 18:00")


@pytest.mark.parametrize(
    ("stop", "edge", "state"),
    [
        ("Mon 10:59:59", "within", "met"),
        ("Mon 11:00", "within", "met"),  # R8, R125
        ("Mon 11:00:01", "within", "missed"),
        ("Mon 10:59:59", "under", "met"),
        ("Mon 11:00", "under", "missed"),  # R125
    ],
)
def test_the_edge_word_decides_the_exact_budget(stop, edge, state):
    reading = run_clock(OFFICE, at("Fri 16:00"), 4 * HOUR, stop=at(stop), as_of=at("Tue 09:00"), edge=edge)
    assert reading.state == state


@pytest.mark.parametrize(
    ("as_of", "state", "left"),
    [
        ("Fri 16:00", "running", 2 * HOUR),
        ("Fri 17:59:59", "running", 1),
        ("Fri 18:00", "due", 0),
        ("Sun 12:00", "due", 0),  # C0.23: nothing open has passed since
        ("Mon 09:00", "due", 0),
        ("Mon 09:00:01", "missed", -1),
    ],
)
def test_a_clock_that_is_due_at_closing_time(as_of, state, left):
    reading = run_clock(OFFICE, at("Fri 16:00"), 2 * HOUR, as_of=at(as_of))
    assert (reading.state, reading.left_sec, reading.due_at) == (state, left, at("Fri 18:00"))


def test_an_answer_on_sunday_meets_what_was_due_on_friday():
    assert run_clock(OFFICE, at("Fri 16:00"), 2 * HOUR, stop=at("Sun 12:00"), as_of=at("Tue 09:00")).state == "met"


def test_a_stop_after_as_of_has_not_happened():
    reading = run_clock(OFFICE, at("Fri 09:00"), HOUR, stop=at("Fri 09:30"), as_of=at("Fri 09:20"))
    assert (reading.state, reading.elapsed_sec) == ("running", 20 * 60)


def test_a_late_clock_stays_late_through_a_later_pause():
    reading = run_clock(OFFICE, at("Fri 09:00"), HOUR, [Pause(at("Fri 11:00"), None, VENDOR)], as_of=at("Mon 12:00"))
    assert (reading.state, reading.due_at, reading.left_sec) == ("missed", at("Fri 10:00"), -HOUR)


def test_a_pause_that_begins_when_the_budget_is_used_up_does_not_move_the_due_time():
    pause = Pause(at("Fri 10:00"), at("Fri 12:00"), VENDOR)
    reading = run_clock(OFFICE, at("Fri 09:00"), HOUR, [pause], as_of=at("Fri 12:30"))
    assert (reading.state, reading.due_at, reading.left_sec) == ("missed", at("Fri 10:00"), -HOUR // 2)


def test_a_case_resolved_while_paused_ends_its_pause():
    reading = run_clock(
        OFFICE,
        at("Fri 09:00"),
        2 * HOUR,
        [Pause(at("Fri 10:00"), None, CUSTOMER)],
        at("Fri 12:00"),
        as_of=at("Mon 09:00"),
    )
    assert (reading.state, reading.elapsed_sec, reading.due_at) == ("met", HOUR, at("Fri 13:00"))


def test_three_clocks_of_a_critical_outage():
    budgets = (15 * 60, HOUR, 4 * HOUR)  # R121: 24x7, so a Sunday is the same
    for day in ("Tue", "Sun"):
        readings = [run_clock(always(), at(f"{day} 10:00"), budget, as_of=at(f"{day} 10:05")) for budget in budgets]
        assert [reading.due_at for reading in readings] == [at(f"{day} {due}") for due in ("10:15", "11:00", "14:00")]


def test_the_tape_names_holidays_and_maintenance():
    essential = calendar(
        "Mon-Fri 09:00-18:00",
        holidays=frozenset({date(2025, 7, 4), date(2025, 7, 5)}),
        maintenance=((at("2025-07-07 09:30"), at("2025-07-07 10:00")),),
    )
    reading = run_clock(essential, at("2025-07-03 17:30"), 2 * HOUR, as_of=at("2025-07-07 11:00"))  # R102, R119
    assert reading.due_at == at("2025-07-07 11:00")
    assert _tape(reading) == [
        (at("2025-07-03 17:30"), at("2025-07-03 18:00"), "running", ""),
        (at("2025-07-03 18:00"), at("2025-07-04 00:00"), "closed", ""),
        (at("2025-07-04 00:00"), at("2025-07-05 00:00"), "holiday", ""),
        (at("2025-07-05 00:00"), at("2025-07-07 09:00"), "closed", ""),  # a Saturday is closed anyway
        (at("2025-07-07 09:00"), at("2025-07-07 09:30"), "running", ""),
        (at("2025-07-07 09:30"), at("2025-07-07 10:00"), "paused", MAINTENANCE),
        (at("2025-07-07 10:00"), at("2025-07-07 11:00"), "running", ""),
    ]


def test_a_tape_runs_on_where_the_clock_went_back_over_midnight():
    """In Newfoundland 00:01 of Sunday was 23:01 of Saturday again; the dates' first midnight had been."""
    zone = "America/St_Johns"
    sunday_off = calendar("Mon-Sun 09:00-18:00", zone=zone, holidays=frozenset({date(2010, 11, 7)}))
    cuts = [at(text, zone, fold=1) for text in ("2010-11-06 23:30", "2010-11-08 00:00", "2010-11-08 09:00")]
    reading = run_clock(sunday_off, cuts[0], 2 * HOUR, as_of=cuts[2] + HOUR)
    assert _tape(reading) == [
        (cuts[0], cuts[1], "holiday", ""),
        (cuts[1], cuts[2], "closed", ""),
        (cuts[2], cuts[2] + HOUR, "running", ""),
    ]


def test_maintenance_set_as_a_pause_too_moves_the_due_time_once():
    window = at("Fri 17:45"), at("Fri 18:30")
    evening = calendar("Mon-Fri 09:00-18:00", maintenance=(window,))
    reading = run_clock(evening, at("Fri 17:30"), HOUR, [Pause(*window, "maintenance")], as_of=at("Mon 09:10"))  # R119
    assert reading.due_at == reading.unpaused_due_at == at("Mon 09:45")


def test_at_risk_is_three_quarters_of_the_target():
    used = [
        run_clock(always(), at("Fri 10:00"), HOUR, as_of=at(now)).elapsed_sec for now in ("Fri 10:44:59", "Fri 10:45")
    ]
    assert [4 * elapsed >= 3 * HOUR for elapsed in used] == [False, True]  # R120


start = at("2025-03-24 09:00")
moments = st.integers(0, 14 * 86_400).map(lambda later: start + later)
pauses = st.lists(
    st.builds(
        lambda begin, length, reason: Pause(begin, None if length is None else begin + length, reason),
        moments,
        st.none() | st.integers(1, 5 * 86_400),
        st.sampled_from([CUSTOMER, VENDOR]),
    ),
    max_size=5,
)
split_day = calendar(
    "Mon-Fri 09:00-12:00, 13:00-18:00",
    "Sun 00:00-24:00",
    holidays=frozenset({date(2025, 3, 27)}),
    maintenance=((at("2025-03-26 11:00"), at("2025-03-26 15:00")),),
)


@settings(deadline=None)
@given(moments, moments, st.integers(0, 90 * HOUR), pauses, st.none() | moments)
def test_the_tape_adds_up_to_the_reading(begin, as_of, budget, pauses, stop):
    reading = run_clock(split_day, begin, budget, pauses, stop, as_of=as_of)
    running = sum(segment.end - segment.start for segment in reading.tape if segment.state == "running")
    assert running == reading.elapsed_sec == budget - reading.left_sec
    end = max(begin, as_of if stop is None else min(stop, as_of))
    cuts = [begin, *(segment.end for segment in reading.tape)]
    assert cuts[:-1] == [segment.start for segment in reading.tape]
    assert cuts[-1] == end


@settings(deadline=None)
@given(moments, st.integers(1, 40 * HOUR), pauses)
def test_a_clock_read_at_its_due_time_is_just_used_up(begin, budget, pauses):
    closed = [pause for pause in pauses if pause.end is not None]
    far = run_clock(split_day, begin, budget, closed, as_of=start + 60 * 86_400)
    at_due = run_clock(split_day, begin, budget, closed, stop=far.due_at, as_of=start + 60 * 86_400)
    assert (at_due.state, at_due.left_sec) == ("met", 0)
    assert run_clock(split_day, begin, budget, closed, stop=far.due_at - 1, as_of=far.due_at).left_sec == 1
