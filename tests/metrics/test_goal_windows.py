"""Over which days a goal is judged, and from which days it is measured (C0.8, R52, R63, R67, R80)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.metrics.goal_windows import baseline_window, judged_window, last_month
from carecli.metrics.windows import window_of
from carecli.policy.goals import METRICS, WINDOWS, Goal
from tests.metrics.build import BERLIN
from tests.policy.packs import CARE

MAY = window_of(date(2025, 4, 17), date(2025, 5, 14), BERLIN, "28d")
"""28 days that end on a Wednesday."""


def goal(window: str | None) -> Goal:
    return replace(CARE.programme.goals["repeat_contacts"], window=window)


@pytest.mark.parametrize(
    ("window", "judged", "baseline"),
    [
        (None, "2025-04-17..2025-05-14", "2025-03-20..2025-04-16"),
        ("90 days", "2025-04-17..2025-05-14", "2025-01-17..2025-02-13"),
        ("week", "2025-05-05..2025-05-11", "2025-04-28..2025-05-04"),
        ("month", "2025-04-01..2025-04-30", "2025-03-01..2025-03-31"),
        ("quarter", "2025-01-01..2025-03-31", "2024-10-01..2024-12-31"),
        ("3 calendar months", "2025-02-01..2025-04-30", "2024-11-01..2025-01-31"),
        ("year", "2024-05-01..2025-04-30", "2023-05-01..2024-04-30"),
    ],
)
def test_the_days_of_a_goal(window, judged, baseline):
    found = judged_window(goal(window), MAY)
    assert (found.label, baseline_window(goal(window), found).label) == (judged, baseline)


def test_a_week_begins_when_the_reader_says():
    assert judged_window(goal("week"), MAY, week_start=6).label == "2025-05-04..2025-05-10"
    assert judged_window(goal("week"), MAY, week_start=2).label == "2025-05-07..2025-05-13"


def test_the_last_full_month():
    assert last_month(MAY).label == "2025-04-01..2025-04-30"
    assert last_month(window_of(date(2025, 1, 1), date(2025, 1, 31), BERLIN)).label == "2024-12-01..2024-12-31"


@given(st.dates(date(2001, 1, 1), date(2040, 12, 31)), st.sampled_from(WINDOWS), st.integers(1, 60))
def test_a_baseline_ends_before_its_goal_begins(last, window, length):
    span = window_of(date.fromordinal(last.toordinal() - length + 1), last, BERLIN)
    judged = judged_window(goal(window), span)
    before = baseline_window(goal(window), judged)
    assert before.dates[-1] < judged.dates[0]
    assert judged.dates[-1] <= last
    if window not in ("month", "quarter", "3 calendar months", "year"):
        assert len(before.dates) == len(judged.dates)


def test_goals_are_of_metrics_by_the_dictionarys_names():
    from carecli.metrics.dictionary import METRICS as KNOWN
    from carecli.metrics.dictionary_lint import goal_name

    assert set(METRICS) <= {*KNOWN, *map(goal_name, KNOWN.values())}
