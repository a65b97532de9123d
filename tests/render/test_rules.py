"""A value beside the level that judges it never reads as if it were on the other side (C0.1)."""

from __future__ import annotations

import pytest

from carecli.metrics.figure import Figure
from carecli.render.rules import value_beside


@pytest.mark.parametrize(
    ("unit", "value", "limit", "shown"),
    [
        ("ratio", 0.7996, ">= 80 %", "79.96 %"),
        ("ratio", 0.8, ">= 80 %", "80.0 %"),
        ("ratio", 0.75, ">= 80 %", "75.0 %"),
        ("seconds", 20.4, "<= 20 s", "20.4 s"),
        ("seconds", 20.04, "<= 20 s", "20.04 s"),
        ("seconds", 20.0, "<= 20 s", "20 s"),
        ("seconds", 26.4, "<= 20 s", "26 s"),
        ("seconds", 112.3, "<= 112 s", "112.3 s"),
        ("seconds", 240.2, "<= 4 min", "240.2 s"),
        ("score", 4.598, ">= 4.6", "4.598"),
        ("score", 4.52, ">= 4.6", "4.52"),
        ("money", 12.504, "<= 12.5", "12.504 EUR"),
        ("days", 2.01, "<= 2 d", "2.01 d"),
        ("cases", 212, "< 200", "212"),
        ("cases", None, "< 200", "-"),
    ],
)
def test_a_value_beside_its_level(unit, value, limit, shown):
    parts = {"numerator": 10_000 * value, "denominator": 10_000} if unit == "ratio" else {}
    figure = Figure("m", "M", {}, value, unit, 10, currency="EUR" if unit == "money" else None, **parts)
    assert value_beside(figure, limit) == shown
