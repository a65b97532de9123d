"""What may be typed to `carecli reconcile`: exact numbers, and nothing that could mean two things."""

from __future__ import annotations

from fractions import Fraction

import pytest

from carecli.cli.reconcile import natives_typed, number_typed, seconds_typed, share_typed
from carecli.errors import UsageProblem


def test_figures_are_read_exactly():
    typed = natives_typed(("service_level=80.0%", "asa=21.0", "abandonment = 5.2 %", "aht=6:12", "offered=1060"))
    assert typed == {
        "service_level": Fraction(4, 5),
        "asa": 21,
        "abandonment": Fraction(52, 1000),
        "aht": 372,
        "offered": 1060,
    }
    assert share_typed("0.1%", "--tolerance") == Fraction(1, 1000)
    assert share_typed("1pp", "--tolerance") == Fraction(1, 100)
    assert seconds_typed("1:06:12.5 s", "--native asa") == Fraction(39725, 10)


@pytest.mark.parametrize(
    "pair",
    ["asa", "=21", "nonsense=1", "service_level=80", "service_level=0.8", "asa=-1", "asa=1e3", "asa=", "asa=1:2:3:4",
     "asa=nan", "asa=1.2.3", "asa=²"],
)  # fmt: skip
def test_anything_else_is_refused(pair):
    with pytest.raises(UsageProblem):
        natives_typed((pair,))


def test_a_metric_is_typed_once():
    with pytest.raises(UsageProblem, match="given twice"):
        natives_typed(("asa=1", "asa=2"))


def test_a_number_is_plain():
    assert number_typed(" 12.50 ", "--native") == Fraction(25, 2)
    with pytest.raises(UsageProblem, match="plain number"):
        number_typed("1,000", "--native")
