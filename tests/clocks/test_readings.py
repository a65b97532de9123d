"""Many clocks at once say what each says alone."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.clocks.readings import run_clocks
from carecli.clocks.tape import Pause, run_clock
from tests.clocks.moments import HOUR, OFFICE, at, calendar

CLOCKS = {"clock": pl.Int64, "start": pl.Int64, "budget": pl.Int64, "stop": pl.Int64}
PAUSES = {"clock": pl.Int64, "start": pl.Int64, "end": pl.Int64}
COLUMNS = ("state", "due_at", "elapsed_sec", "paused_sec", "left_sec", "budget_sec", "at_night")


def _run(given, rows, pauses, as_of, edge="within"):
    clocks, stops = pl.DataFrame(rows, CLOCKS, orient="row"), pl.DataFrame(pauses, PAUSES, orient="row")
    return run_clocks(given, clocks, stops, as_of=as_of, edge=edge)


def test_cases_of_one_queue():
    rows = [
        (3, at("Fri 14:00"), 4 * HOUR, None),  # R126: paused over the weekend
        (1, at("Fri 16:00"), 4 * HOUR, at("Mon 10:00")),
        (2, None, 4 * HOUR, None),
        (4, at("Fri 14:00"), 4 * HOUR, None),
        (5, at("Fri 14:00"), None, at("Fri 15:00")),
    ]
    pauses = [(3, at("Fri 17:00"), at("Mon 10:00")), (4, at("Fri 17:00"), None), (9, at("Fri 17:00"), None)]
    found = _run(OFFICE, rows, pauses, at("Mon 10:30"))
    assert found["clock"].to_list() == [3, 1, 2, 4, 5]
    assert found.select(COLUMNS).rows() == [
        ("running", at("Mon 11:00"), 3 * HOUR + HOUR // 2, 2 * HOUR, HOUR // 2, 4 * HOUR, False),
        ("met", at("Mon 11:00"), 3 * HOUR, 0, HOUR, 4 * HOUR, False),
        (None, None, None, None, None, 4 * HOUR, None),
        ("paused", None, 3 * HOUR, 2 * HOUR + HOUR // 2, HOUR, 4 * HOUR, False),
        (None, None, HOUR, 0, None, None, False),
    ]


def test_a_pause_that_begins_when_the_budget_is_used_up_moves_no_due_time():
    pauses = [(1, at("Fri 10:00"), at("Fri 12:00")), (2, at("Fri 09:59:59"), at("Fri 12:00"))]
    rows = [(1, at("Fri 09:00"), HOUR, None), (2, at("Fri 09:00"), HOUR, None)]
    assert _run(OFFICE, rows, pauses, at("Fri 12:30"))["due_at"].to_list() == [at("Fri 10:00"), at("Fri 12:00:01")]


def test_no_clocks_and_no_pauses():
    assert _run(OFFICE, [], [], at("Mon 10:30")).height == 0
    assert _run(OFFICE, [(1, at("Fri 16:00"), HOUR, None)], [], at("Sat 10:00"))["state"].to_list() == ["missed"]


start = at("2025-03-24 09:00")
moments = st.integers(0, 14 * 24 * 4).map(lambda quarters: start + quarters * 900)
split_day = calendar(
    "Mon-Fri 09:00-12:00, 13:00-18:00",
    "Sun 00:00-24:00",
    holidays=frozenset({date(2025, 3, 27)}),
    maintenance=((at("2025-03-26 11:00"), at("2025-03-26 15:00")),),
)
clock_rows = st.tuples(moments, st.integers(0, 30 * 4).map(lambda quarters: quarters * 900), st.none() | moments)
pause_rows = st.tuples(st.integers(0, 3), moments, st.none() | moments)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(clock_rows, min_size=1, max_size=4),
    st.lists(pause_rows, max_size=8),
    moments,
    st.sampled_from(["within", "under"]),
)
def test_columns_say_what_one_clock_says(clocks, pauses, as_of, edge):
    found = _run(split_day, [(clock, *row) for clock, row in enumerate(clocks)], pauses, as_of, edge)
    for clock, (begin, budget, stop) in enumerate(clocks):
        own = [Pause(first, last, "waiting") for of, first, last in pauses if of == clock]
        one = run_clock(split_day, begin, budget, own, stop, as_of=as_of, edge=edge)
        assert found.row(clock, named=True) | {"clock": clock} == {
            "clock": clock,
            "start": begin,
            "budget": budget,
            "stop": stop,
            **{name: getattr(one, name) for name in COLUMNS},
        }
