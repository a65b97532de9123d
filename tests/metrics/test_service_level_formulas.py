"""Service-level formulas on the published data of ICMI, Genesys Engage and Cisco, and at the threshold exactly."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.errors import UsageProblem
from carecli.metrics.service_level_formulas import (
    COUNTS,
    FORMULAS,
    OF_PACK,
    formula_named,
    formulas_of,
    in_time,
    parts,
    service_level,
    summed,
)
from carecli.policy.targets import DENOMINATORS

PUBLISHED = {
    "answered": 1000, "abandoned": 60, "answered_in": 860, "abandoned_in": 20, "abandoned_short": 10,
    "offered": 1060, "flow_out": 0, "callback": 0, "callback_in": 0,
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "numerator", "denominator", "percent"),
    [
        ("icmi_1", 880, 1060, "83.02"),
        ("icmi_2", 860, 1000, "86.00"),
        ("icmi_3", 860, 1060, "81.13"),
        ("icmi_4", 860, 1040, "82.69"),
        ("icmi_5", 870, 1060, "82.08"),
        ("icmi_6", 860, 1050, "81.90"),
        ("talkdesk", 860, 1050, "81.90"),
        ("amazon", 880, 1060, "83.02"),
        ("genesys", 860, 1060, "81.13"),
        ("genesys_without_short", 860, 1050, "81.90"),
        ("genesys_without_abandons", 860, 1000, "86.00"),
        ("asterisk", 860, 1000, "86.00"),
        ("asterisk_2", 880, 1060, "83.02"),
        ("uccx_only_handled", 860, 1000, "86.00"),
        ("uccx_without_abandons", 860, 1040, "82.69"),
        ("uccx_positively", 880, 1060, "83.02"),
        ("uccx_negatively", 860, 1060, "81.13"),
        ("avaya", 880, 1060, "83.02"),
        ("calabrio_2", 880, 1060, "83.02"),
        ("ringcentral_with_abandons", 860, 1050, "81.90"),
    ],
)
def test_the_published_data(name, numerator, denominator, percent):
    formula = formula_named(name)
    assert parts(formula, PUBLISHED) == (numerator, denominator)
    level = service_level(formula, PUBLISHED)
    assert level == Fraction(numerator, denominator)
    assert f"{float(level * 100):.2f}" == percent


def test_genesys_engage_s_published_example():
    counts = {"answered": 300, "abandoned": 100, "answered_in": 200, "abandoned_in": 50}
    level = service_level(formula_named("genesys_engage"), counts)
    assert level == Fraction(200, 350)
    assert round(float(level) * 100, 2) == 57.14


def test_cisco_s_published_example():
    level = service_level(formula_named("uccx_negatively"), {"answered_in": 50, "offered": 50 + 80})
    assert level == Fraction(50, 130)
    assert int(level * 100) == 38


def test_genesys_counts_flow_outs_where_its_switch_says_so():
    counts = {**PUBLISHED, "flow_out": 40}
    assert parts(formula_named("genesys_flow_out"), counts) == (860, 1100)
    assert parts(formula_named("genesys_flow_out_without_short"), counts) == (860, 1090)
    assert parts(formula_named("genesys_flow_out_without_abandons"), counts) == (860, 1040)
    assert parts(formula_named("genesys"), counts) == (860, 1060)


def test_amazon_counts_a_callback_asked_for_in_time_as_served():
    counts = {**PUBLISHED, "callback": 12, "callback_in": 7, "offered": 1072}
    assert parts(formula_named("amazon"), counts) == (887, 1072)


def test_a_wrong_formula_can_break_one_percent_or_pass_unseen():
    second, third = (service_level(formula_named(name), PUBLISHED) for name in ("icmi_2", "icmi_3"))
    first, fourth = (service_level(formula_named(name), PUBLISHED) for name in ("icmi_1", "icmi_4"))
    assert round(float((second - third) / third) * 100, 1) == 6.0
    assert round(float((first - fourth) / first) * 100, 2) == 0.39
    assert parts(formula_named("icmi_1"), PUBLISHED) != parts(formula_named("icmi_4"), PUBLISHED)


def test_calabrio_shows_at_most_all():
    counts = {"answered": 8, "answered_in": 9, "offered": 8, "abandoned_in": 1}
    assert service_level(formula_named("calabrio_1"), counts) == 1
    assert service_level(formula_named("uccx_negatively"), counts) == Fraction(9, 8)


def test_without_volume_there_is_no_service_level():
    assert all(service_level(formula, dict.fromkeys(COUNTS, 0)) is None for formula in FORMULAS)


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda formula: formula.id)
def test_an_unknown_count_makes_it_unknown(formula):
    for needed in formula.needs:
        assert service_level(formula, {**PUBLISHED, needed: None}) is None
        assert service_level(formula, {name: n for name, n in PUBLISHED.items() if name != needed}) is None


@given(st.fixed_dictionaries({name: st.integers(0, 10_000) for name in COUNTS}))
def test_columns_are_summed_as_counts_are(counts):
    frame = pl.DataFrame([counts])
    for formula in FORMULAS:
        sums = frame.select(summed(formula.numerator).alias("n"), summed(formula.denominator).alias("d")).row(0)
        assert sums == parts(formula, counts)


def test_an_unknown_column_makes_the_sum_unknown():
    frame = pl.DataFrame({"answered": [5], "abandoned": [None]}, schema={"answered": pl.Int64, "abandoned": pl.Int64})
    assert frame.select(summed(("answered", "abandoned")).alias("n"))["n"].to_list() == [None]


@pytest.mark.parametrize(("edge", "expected"), [("within", [True, True, False]), ("under", [True, False, False])])
def test_at_the_threshold_exactly(edge, expected):
    waits = pl.DataFrame({"wait": [19_999, 20_000, 20_001]})
    assert waits.select(in_time(pl.col("wait"), pl.lit(20_000), edge))["wait"].to_list() == expected


def test_formulas_have_names_of_their_own_and_words():
    assert len({formula.id for formula in FORMULAS}) == len(FORMULAS)
    assert formula_named("icmi_4").words == "answered in T / (answered + abandoned - abandoned in T)"
    assert formula_named("uccx").id == "uccx_only_handled"
    assert [formula.id for formula in formulas_of("asterisk")] == ["asterisk", "asterisk_2"]


def test_every_denominator_of_a_pack_is_a_formula():
    assert set(OF_PACK) == set(DENOMINATORS)
    assert {formula_named(name).id for name in OF_PACK.values()} == set(OF_PACK.values())


def test_what_nobody_publishes_is_said():
    with pytest.raises(UsageProblem, match="aircall publishes no"):
        formula_named("aircall")
    with pytest.raises(UsageProblem, match="no such service-level formula: nonsense"):
        formula_named("nonsense")
