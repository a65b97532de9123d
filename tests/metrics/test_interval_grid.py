"""R317: how many intervals there should be, and which of them are missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.metrics.interval_grid import expected_starts, starts_of, stretches
from carecli.metrics.windows import parse_window
from tests.metrics.build import at


def grid(window, zone="Europe/Berlin", minutes=30):
    span = parse_window(window, at("2025-12-01", "UTC"), zone)
    return expected_starts(span.first, span.last, minutes)


@pytest.mark.parametrize(
    ("window", "zone", "expected"),
    [
        ("2025-05-01..2025-05-14", "Europe/Berlin", 672),
        ("2025-03-24..2025-04-06", "Europe/Berlin", 670),
        ("2025-10-20..2025-11-02", "Europe/Berlin", 674),
        ("2025-03-24..2025-04-06", "UTC", 672),
        ("2025-03-30", "Europe/Berlin", 46),
        ("2025-10-26", "Europe/Berlin", 50),
    ],
)
def test_fourteen_days_of_half_hours(window, zone, expected):
    assert len(grid(window, zone)) == expected


def test_670_of_672_leave_two():
    expected = grid("2025-05-01..2025-05-14")
    held = [start for start in expected if start not in (expected[10], expected[300])]
    assert len(held) == 670
    missing = stretches(expected, held)
    assert [(each.first, each.count) for each in missing] == [(expected[10], 1), (expected[300], 1)]
    assert starts_of(missing) == [expected[10], expected[300]]


def test_neighbours_are_one_stretch():
    expected = grid("2025-05-01")
    (night,) = stretches(expected, expected[12:])
    assert (night.first, night.last, night.count) == (expected[0], expected[12], 12)


def test_intervals_count_from_the_vendor_s_own_quarter():
    assert list(expected_starts(0, 3600, 30, anchor=900 + 1800 * 7)) == [900, 2700]
    assert list(expected_starts(0, 3600, 30)) == [0, 1800]


@given(st.integers(1, 200), st.sampled_from([15, 30, 60]), st.data())
def test_held_and_missing_are_all_that_is_expected(number, minutes, data):
    expected = expected_starts(0, number * minutes * 60, minutes)
    held = data.draw(st.sets(st.sampled_from(list(expected))))
    missing = starts_of(stretches(expected, held))
    assert sorted([*missing, *held]) == list(expected)
