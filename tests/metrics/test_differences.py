"""The checks of R316: exact decimals, relative or in points, at most the tolerance passes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from carecli.metrics.differences import Rule, compared, difference, verdict

RELATIVE, POINTS = Rule("relative"), Rule("points")


def line(unit, native, ours, rule=RELATIVE):
    scale = Fraction(1, 100) if unit == "ratio" else Fraction(1)
    return compared("metric", unit, Fraction(native) * scale, Fraction(ours) * scale, rule)


@pytest.mark.parametrize(
    ("unit", "native", "ours", "rule", "percent", "passed"),
    [
        ("seconds", "21.0", "21.2", RELATIVE, "0.95", True),
        ("seconds", "21.0", "21.3", RELATIVE, "1.43", False),
        ("ratio", "80.0", "81.0", RELATIVE, "1.25", False),
        ("ratio", "80.0", "81.0", POINTS, "1.00", True),
        ("ratio", "5.0", "5.2", RELATIVE, "4.00", False),
        ("ratio", "5.0", "5.2", POINTS, "0.20", True),
        ("seconds", "21.0", "21.3", POINTS, "1.43", False),
        ("seconds", "20.0", "20.2", RELATIVE, "1.00", True),
        ("seconds", "20.0", "19.8", RELATIVE, "1.00", True),
        ("seconds", "20.0", "20.2000001", RELATIVE, "1.00", False),
        ("ratio", "80.0", "81.0000001", POINTS, "1.00", False),
    ],
)
def test_how_far_apart_passes(unit, native, ours, rule, percent, passed):
    found = line(unit, native, ours, rule)
    assert f"{float(found.difference * 100):.2f}" == percent
    assert found.passed is passed


def test_no_decimal_is_lost_at_the_tolerance():
    assert line("ratio", "10.1", "10.201").passed
    assert 10.201 / 10.1 - 1 > 0.01  # as floats it would fail


def test_a_vendor_s_zero():
    assert difference(Fraction(0), Fraction(0), RELATIVE, "contacts") == 0
    none = line("contacts", 0, 3)
    assert (none.difference, none.passed, none.note) == (None, False, "the vendor has 0, we have 3")
    assert line("ratio", 0, 1, POINTS).passed


def test_the_verdict_of_several_lines():
    good, bad = line("seconds", 20, 20), line("seconds", 20, 21)
    assert verdict((good, good)) is True
    assert verdict((good, bad)) is False
    assert verdict(()) is None
