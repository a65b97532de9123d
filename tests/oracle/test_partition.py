"""Slices are a partition: their rows are disjoint, together the total's, and one row less is another number."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.oracle.conftest import Ask

SLICED = [
    ("backlog", "queue", "today"),
    ("service_level", "queue", "2025-05-12"),
    ("volume", "channel", "7d"),
    ("abandonment", "day", "2025-05-10..2025-05-12"),
]


@pytest.mark.parametrize(("metric", "dimension", "window"), SLICED)
def test_rows_of_slices_are_the_total_and_no_row_is_in_two(ask: Ask, metric, dimension, window):
    total = ask("explain", metric, window=window)
    slices = ask("metric", metric, "--by", dimension, window=window)["figures"]
    lists = [_listed(ask, metric, dimension, window, each) for each in slices]
    rows = [each for listed in lists for each in listed]
    assert len(rows) == len({*rows})
    assert {*rows} == {*total["rows"]["ids"]}
    assert sum(each["n"] for each in slices) == total["n"]
    assert len([each for each in slices if each["n"]]) > 1


def _listed(ask: Ask, metric: str, dimension: str, window: str, figure: dict[str, Any]) -> list[str]:
    """The rows of one slice. An empty value asks for the rows that have none."""
    told = ask("explain", metric, window=window, where=(f"{dimension}={figure['by'][dimension] or ''}",))
    assert (told["value"], told["n"]) == (figure["value"], figure["n"])
    ids: list[str] = told["rows"]["ids"]
    return ids


@pytest.mark.parametrize("metric", ["volume", "service_level"])
def test_totals_are_those_of_the_rows_in_whatever_slices(ask: Ask, metric):
    """Sums of slices are the total's; a ratio is never the mean of its slices."""
    total = ask("metric", metric)["figures"][0]
    for by in ("queue,channel", "agent"):
        slices = ask("metric", metric, "--by", by)["figures"]
        assert sum(each["n"] for each in slices) == total["n"]
        assert sum(each["numerator"] or 0 for each in slices) == (total["numerator"] or 0)


@pytest.mark.parametrize("metric", ["service_level", "abandonment", "escalation_rate", "csat"])
def test_one_row_less_in_the_numerator_is_another_value(ask: Ask, metric):
    told = ask("explain", metric)
    counted, numerator = len(told["rows"]["ids"]), len(told["numerator_rows"]["ids"])
    assert told["value"] == float(Fraction(numerator, counted))
    assert told["value"] != float(Fraction(numerator - 1, counted - 1))
    assert told["value"] != float(Fraction(numerator - 1, counted))
