"""Alert rules as a pack writes them (R57, R168, R307)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from carecli.policy.alerts import DAY, Alert, Level, Limit
from carecli.policy.layers import PackError
from tests.metrics.build import pack_with
from tests.policy.packs import CARE, LIGHTCURVE

INTERVALS = 'sustained = "15 min"\nevery = "5 min"'


def alert(tmp_path: Path, text: str, metric: str = "asa") -> Alert:
    return pack_with(tmp_path, f'[alerts.a]\nmetric = "{metric}"\n{text}').programme.alerts["a"]


def test_r57_and_r168_are_what_the_documents_say():
    assert CARE.programme.alerts["abandonment"] == Alert(
        "abandonment", Limit("above", Level(Fraction(8, 100))), sustained=900, every=300
    )
    errors = LIGHTCURVE.programme.alerts["error_rate"]
    assert (errors.limit, errors.in_a_row, errors.above) == (Limit("at_least", Level(Fraction(5, 100))), 2, False)


def test_r307_metric_queue_window_sustain_and_hysteresis(tmp_path):
    text = f"""above = "60 s"\n{INTERVALS}\nwhere = {{ queue = "Billing", tier = "" }}
    clears_below = "0.5 min"\nclears_after = 2\nminimum_n = 5"""
    assert alert(tmp_path, text) == Alert(
        "asa",
        Limit("above", Level(Fraction(60), "s")),
        sustained=900,
        every=300,
        where={"queue": "Billing", "tier": ""},
        clear=Limit("below", Level(Fraction(1, 2), "min")),
        clears_after=2,
        minimum_n=5,
    )


@pytest.mark.parametrize(
    ("text", "window", "days"),
    [
        ('window = "7d"\nfor = "3d"', 7, 3),
        ('window = "28 days"', 28, 1),
        ('for = "1 day"', 1, 1),
    ],
)
def test_a_rule_may_be_judged_once_a_day(tmp_path, text, window, days):
    found = alert(tmp_path, f"below = 0.92\n{text}", "csat")
    assert (found.window_days, found.in_a_row, found.every) == (window, days, DAY)


@pytest.mark.parametrize(
    ("written", "level", "words"),
    [
        ("200", Level(Fraction(200)), "200"),
        ("-10", Level(Fraction(-10)), "-10"),
        ("'30 points'", Level(Fraction(30), "points"), "30 points"),
        ("'2 days'", Level(Fraction(2), "d"), "2 d"),
        ("'4.50 USD'", Level(Fraction(9, 2), "USD"), "4.5 USD"),
    ],
)
def test_a_level_keeps_its_unit(tmp_path, written, level, words):
    found = alert(tmp_path, f"at_least = {written}\nfor = '1d'").limit.level
    assert found == level
    assert str(found) == words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (INTERVALS, "alerts.a.above: found nothing, expected one of above, at_least, below, at_most"),
        (f"above = '1 s'\nbelow = '2 s'\n{INTERVALS}", "alerts.a.below: found '2 s', expected one of above, at_least"),
        (f"above = true\n{INTERVALS}", "alerts.a.above: found True, expected a number, or an amount"),
        (f"above = 'soon'\n{INTERVALS}", "alerts.a.above: found 'soon', expected a number, or an amount"),
        ("above = '1 s'\nsustained = '15 min'\nevery = '4 min'", "sustained: found '15 min', expected a whole number"),
        ("above = '1 s'\nsustained = '0 s'\nevery = '5 min'", "sustained: found '0 s', expected a whole number"),
        ("above = '1 s'\nsustained = '30 s'\nevery = '30 s'", "every: found '30 s', expected a part of a day"),
        ("above = '1 s'\nsustained = '7 min'\nevery = '7 min'", "every: found '7 min', expected a part of a day"),
        ("above = '1 s'\nfor = '3 h'", "alerts.a.for: found '3 h', expected days such as '7d'"),
        ("above = '1 s'\nfor = '0d'", "alerts.a.for: found '0d', expected days such as '7d'"),
        ("above = '1 s'\nfor = '1d'\nevery = '5 min'", "alerts.a.every: unknown key"),
        (
            f"above = '20 s'\nclears_below = '21 s'\n{INTERVALS}",
            "expected a level of the same unit, 20 s or further be",
        ),
        (f"above = '20 s'\nclears_below = 10\n{INTERVALS}", "expected a level of the same unit"),
        (
            f"below = '20 s'\nclears_above = '19 s'\n{INTERVALS}",
            "expected a level of the same unit, 20 s or further ab",
        ),
        (f"above = '20 s'\nclears_above = '21 s'\n{INTERVALS}", "alerts.a.clears_above: unknown key"),
        (f"above = '20 s'\nclears_after = 0\n{INTERVALS}", "clears_after: found 0, expected a whole number from 1"),
        (f"above = '20 s'\nwhere = {{ queue = 1 }}\n{INTERVALS}", "alerts.a.where.queue: found 1, expected text"),
    ],
)
def test_what_makes_no_sense_is_named_with_its_key(tmp_path, text, said):
    with pytest.raises(PackError) as problem:
        alert(tmp_path, text)
    assert said in problem.value.message
