"""One figure in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import pytest

from carecli.metrics.figure import Figure
from carecli.render.values import bounds, change_text, marked_value, moment_text, status_text, value_text

LEVEL = Figure("service_level", "Service level", {}, 0.85, "ratio", 460, 391, 460, "80 % in 20 s", "ok")
ASA = Figure("asa", "ASA", {}, 20.0, "seconds", 460)


MONEY = Figure("cost_per_contact", "Cost per contact", {}, 7.0, "money", 6_000, currency="USD")


def ratio(numerator: int, denominator: int, target: str | None = None) -> Figure:
    return replace(LEVEL, value=numerator / denominator, numerator=numerator, denominator=denominator, target=target)


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (LEVEL, "85.0 %"),
        (ASA, "20 s"),
        (replace(ASA, value=390.0), "6:30"),
        (replace(ASA, value=8412, unit="contacts"), "8,412"),
        (replace(ASA, value=45.0, unit="points"), "+45"),
        (replace(ASA, value=-5.0, unit="points"), "-5"),
        (replace(LEVEL, value=None, note="n=29 (<30); covers 20 of 28 days"), "n=29 (<30)"),
        (replace(LEVEL, value=None, note="no data: needs surveys"), "-"),
        (replace(LEVEL, value=0.125, numerator=None, denominator=None), "12.5 %"),
        (replace(MONEY, value=7.0), "7.00 USD"),
        (replace(MONEY, value=3397.5), "3,397.50 USD"),
        (replace(MONEY, value=1.005), "1.01 USD"),
        (replace(MONEY, value=-1.005), "-1.01 USD"),
        (replace(MONEY, value=7.0, currency=None), "7.00"),
        (replace(MONEY, value=None, note="several currencies: EUR and USD"), "-"),
        (replace(ASA, value=3.0, unit="per_100"), "3.0 per 100"),
        (replace(ASA, value=15.0, unit="days"), "15.0 d"),
        (replace(ASA, value=None, unit="days", note=">90 d"), ">90 d"),
    ],
)
def test_a_value_in_its_unit(figure, text):
    assert value_text(figure) == text


@pytest.mark.parametrize(
    ("numerator", "denominator", "target", "text"),
    [
        (7996, 10_000, "80 % in 20 s", "79.96 %"),
        (8000, 10_000, "80 % in 20 s", "80.0 %"),
        (8004, 10_000, "<=5-8 %", "80.0 %"),
        (5004, 100_000, "<=5-8 %", "5.004 %"),
        (80_040, 1_000_000, "<=5-8 %", "8.004 %"),
        (6996, 10_000, "70-80 %", "69.96 %"),
        (7996, 10_000, None, "80.0 %"),
    ],
)
def test_rounding_never_hides_a_verdict(numerator, denominator, target, text):
    assert value_text(ratio(numerator, denominator, target)) == text


@pytest.mark.parametrize(
    ("cost", "contacts", "target", "text"),
    [
        (3001.0, 250, "3-12 USD", "12.004 USD"),
        (3000.0, 250, "3-12 USD", "12.00 USD"),
        (2.999, 1, "3-12 USD", "2.999 USD"),
        (12.004, 1, None, "12.00 USD"),
        (10.0, 3, "2.50-4 USD", "3.33 USD"),
        (7.996, 2, ">=4 USD", "3.998 USD"),
    ],
)
def test_r85_rounding_never_hides_a_verdict_on_money(cost, contacts, target, text):
    figure = replace(MONEY, value=cost / contacts, numerator=cost, denominator=contacts, target=target)
    assert value_text(figure) == text


def test_the_bounds_that_a_target_names():
    assert bounds("80 % in 20 s") == [Fraction(4, 5)]
    assert bounds("<=5-8 %") == [Fraction(1, 20), Fraction(2, 25)]
    assert bounds("82.5 % in 120 s") == [Fraction(33, 40)]
    assert bounds("20-60 s") == bounds(None) == []


@pytest.mark.parametrize(
    ("figure", "before", "text"),
    [
        (ratio(85, 100), ratio(80, 100), "+5.0 pp"),
        (ratio(1, 3), ratio(2, 3), "-33.3 pp"),
        (replace(ASA, value=20.0), replace(ASA, value=23.0), "-3 s"),
        (replace(ASA, value=18.0, unit="cases"), replace(ASA, value=0.0, unit="cases"), "+18"),
        (replace(MONEY, value=6.1), replace(MONEY, value=7.0), "-0.90 USD"),
        (replace(MONEY, value=6.1), replace(MONEY, value=7.0, currency="EUR"), ""),
        (replace(ASA, value=3.0, unit="per_100"), replace(ASA, value=2.5, unit="per_100"), "+0.5"),
        (ASA, None, ""),
        (ASA, replace(ASA, value=None), ""),
        (replace(ASA, value=None), ASA, ""),
    ],
)
def test_a_change(figure, before, text):
    assert change_text(figure, before) == text


def test_a_status_is_glyph_and_word():
    assert [status_text(replace(LEVEL, status=status)) for status in ("ok", "risk", "miss", "below", None)] == [
        "● ok",
        "◆ risk",
        "▲ miss",
        "▽ below band",
        "",
    ]
    assert status_text(replace(LEVEL, value=None)) == "○ no data"


def test_a_marked_value_has_glyph_and_provisional_mark():
    assert marked_value(replace(LEVEL, status="miss", provisional=True)) == "▲ 85.0 % ~"
    assert marked_value(replace(ASA, provisional=True)) == "20 s ~"
    assert marked_value(replace(LEVEL, value=None, provisional=True)) == "-"


def test_moments_do_not_depend_on_the_locale():
    assert moment_text(datetime(2025, 5, 3, 8, 5)) == "Sat 3 May 2025 08:05"
