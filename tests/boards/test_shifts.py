"""How unusual a figure is: hand-computed scores, and what holds for all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.boards.shifts import count_shift, mean_shift, ratio_shift
from carecli.metrics.figure import Figure


def ratio(hits: float, base: float) -> Figure:
    value = hits / base if base else None
    return Figure("abandonment", "Abandonment", {}, value, "ratio", int(base), hits, base)


def offered(value: float) -> Figure:
    return Figure("offered", "Offered", {}, value, "contacts", int(value))


def aht(seconds: float, n: int) -> Figure:
    return Figure("aht", "AHT", {}, seconds, "seconds", n, seconds * n, n)


def test_a_two_proportion_test_by_hand():
    """40 of 400 against 20 of 400: pooled 7.5 %, error sqrt(.075 x .925 / 200) = 1.8625 %, 5 points are 2.68 errors."""
    assert ratio_shift(ratio(40, 400), [ratio(20, 400)], worse=1) is None
    shift = ratio_shift(ratio(80, 800), [ratio(40, 800)], worse=1)
    assert shift is not None
    assert (shift.usual, round(shift.score, 2)) == (0.05, 3.80)


def test_a_poisson_count_by_hand():
    """156 against 100, 100, 100, 100: error sqrt(100 x 1.25) = 11.18, so 5.01 errors."""
    shift = count_shift(offered(156), [offered(100)] * 4)
    assert shift is not None
    assert (shift.usual, round(shift.score, 2), round(shift.change, 2)) == (100, 5.01, 0.56)


def test_a_mean_by_hand():
    """390 s of 100 against 300 s of 400: error 300 x sqrt(1/400 + 1/100) = 33.5 s, so 2.68; of 400 it is 4.24."""
    assert mean_shift(aht(390, 100), [aht(300, 100)] * 4) is None
    shift = mean_shift(aht(390, 400), [aht(300, 100)] * 4)
    assert shift is not None
    assert round(shift.score, 2) == 4.24


@pytest.mark.parametrize("usual", [[], [ratio(0, 0)], [ratio(1, 10)]])
def test_without_enough_usual_nothing_is_unusual(usual):
    assert ratio_shift(ratio(300, 400), usual, worse=1) is None
    assert mean_shift(aht(900, 400), [aht(300, 5)]) is None


def test_without_a_value_nothing_is_unusual():
    unknown = replace(ratio(1, 400), value=None)
    assert ratio_shift(unknown, [ratio(1, 400)], worse=1) is None
    assert count_shift(replace(offered(1), value=None), [offered(400)]) is None


@given(hits=st.integers(0, 500), before=st.integers(0, 500))
def test_only_the_worse_direction_is_listed(hits, before):
    shift = ratio_shift(ratio(hits, 500), [ratio(before, 500)], worse=1)
    mirrored = ratio_shift(ratio(500 - hits, 500), [ratio(500 - before, 500)], worse=-1)
    assert (shift is None) == (mirrored is None)
    assert shift is None or (hits > before and shift.score >= 3)


@given(now=st.integers(0, 2000), usual=st.lists(st.integers(0, 2000), min_size=1, max_size=4))
def test_a_count_is_listed_only_a_quarter_off(now, usual):
    shift = count_shift(offered(now), [offered(each) for each in usual])
    mean = sum(usual) / len(usual)
    assert shift is None or abs(now - mean) >= mean / 4
