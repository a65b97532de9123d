"""The formula of a source: found by its own shares, else the usual one, else the pack's."""

from __future__ import annotations

import polars as pl
import pytest

from carecli.errors import UsageProblem
from carecli.metrics.formula_choice import choose
from carecli.metrics.service_level_formulas import formula_named, service_level
from tests.metrics.test_reconciling import ICMI, frame


def stated(*shares):
    return frame(*({**ICMI, "answered_in": 860 - 7 * place} for place in range(len(shares))), share=list(shares))


@pytest.mark.parametrize(
    ("shares", "name"),
    [
        ([880 / 1060, 873 / 1060], "icmi_1"),
        ([0.86, 0.853], "icmi_2"),
        ([860 / 1060, 853 / 1060], "icmi_3"),
        ([0.8269, 0.8202], "icmi_4"),
        ([0.8208, 0.8142], "icmi_5"),
        ([0.8190, 0.8124], "icmi_6"),
    ],
)
def test_the_formula_that_reproduces_the_shares(shares, name):
    choice = choose(stated(*shares), "auto", (), ["answered"])
    assert choice.how == "found"
    assert name in (choice.formula.id, *choice.also)
    assert service_level(choice.formula, ICMI) == service_level(formula_named(name), ICMI)


def test_of_equals_the_pack_s_is_taken_else_the_shortest():
    assert choose(stated(860 / 1060), "auto", (), ["answered"]).formula.id == "offered"
    assert choose(stated(860 / 1050), "auto", (), ["offered_minus_short"]).formula.id == "talkdesk"


def test_a_system_s_own_name_comes_first_and_its_equals_are_told():
    choice = choose(stated(0.86), "auto", {"asterisk", "acme"}, ["offered"])
    assert (choice.formula.id, choice.how) == ("asterisk", "found")
    offered = choose(stated(860 / 1060), "auto", (), ["answered"])
    assert (offered.formula.id, offered.also) == ("offered", ("icmi_3", "genesys_flow_out"))
    assert offered.words == "reproduces the vendor's own shares; as well as icmi_3, genesys_flow_out"


def test_where_no_formula_fits_it_is_the_usual_one_and_says_so():
    choice = choose(stated(0.5), "auto", {"talkdesk"}, ["answered"])
    assert (choice.formula.id, choice.how) == ("talkdesk", "usual")
    assert "no known formula could be proven" in choice.words


@pytest.mark.parametrize(
    ("denominator", "name"), [("answered", "icmi_2"), ("offered", "offered"), ("offered_minus_short", "talkdesk")]
)
def test_without_shares_or_a_known_system_it_is_the_pack_s(denominator, name):
    choice = choose(frame(ICMI), "auto", {"acme"}, [denominator])
    assert (choice.formula.id, choice.how) == (name, "pack")


def test_one_interval_that_lacks_counts_proves_nothing():
    rows = stated(0.86, 0.853).with_columns(pl.Series("answered", [1000, None], dtype=pl.Int64))
    assert (
        choose(rows, "auto", (), ["offered"]).how != "found"
        or "answered" not in choose(rows, "auto", (), ["offered"]).formula.needs
    )


def test_intervals_without_volume_have_no_say():
    rows = frame(ICMI, {}, share=[0.86, 0.0])
    assert choose(rows, "auto", (), ["offered"]).formula.id == "icmi_2"


def test_what_was_asked_for_is_taken():
    choice = choose(stated(0.86), "genesys", (), ["answered"])
    assert (choice.formula.id, choice.how, choice.words) == ("genesys", "asked", "as asked")
    assert choose(stated(0.86), "five9", (), []).words == "as asked; not verified by the vendor"
    with pytest.raises(UsageProblem):
        choose(stated(0.86), "dialpad", (), [])
