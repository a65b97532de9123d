"""Classes of issue types in a pack, and the numbers of outcome metrics (R43, R45, R53, R55, R88, R89)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from carecli.policy.pack import PackError
from carecli.policy.page import pack_page
from tests.policy.packs import PACKS, TALLY

CLASSES = """
[classes.journey]
warranty = ["Warranty claim", "warranty_repair"]
account_inquiry = ["Account inquiry"]
[classes.complexity]
complex = ["Warranty claim"]
"""


def test_an_issue_type_has_a_value_in_each_dimension(variant):
    classes = variant("tally", CLASSES).classes
    assert classes.values("journey") == ("warranty", "account_inquiry")
    assert classes.of("journey", "Warranty claim") == "warranty"
    assert classes.of("complexity", "Warranty claim") == "complex"
    assert classes.of("complexity", "Account inquiry") is None
    assert classes.of("issue_class", "Warranty claim") is None
    assert classes.of("journey", None) is None


@pytest.mark.parametrize("written", ["warranty claim", "WARRANTY-CLAIM", " Warranty  claim", "Warranty claim."])
def test_names_compare_without_case_and_punctuation(variant, written):
    assert variant("tally", CLASSES).classes.of("journey", written) == "warranty"


def test_other_names_are_others(variant):
    classes = variant("tally", CLASSES).classes
    assert classes.of("journey", "Warranty claims") is None
    assert classes.of("journey", "warranty repair") is None


@pytest.mark.parametrize("name", PACKS)
def test_no_shipped_pack_knows_your_issue_types(name):
    assert set(PACKS[name].classes.types) == {"issue_class", "complexity", "journey", "verification"}
    assert not any(PACKS[name].classes.types.values())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[classes.colour]\nred = ['x']",
         "classes.colour: unknown key, expected one of issue_class, complexity, journey, verification"),
        ("[classes.journey]\nwarranty = 'x'", "classes.journey.warranty: found 'x', expected a list of texts"),
        ("[classes.journey]\nwarranty = [1]", "classes.journey.warranty: found [1], expected a list of texts"),
        ("[classes.journey]\na = ['One']\nb = ['two', 'ONE']",
         "classes.journey.b: found ['two', 'ONE'], expected issue types that are not in 'a' too"),
        ("outcomes.resolved_within = 48", "outcomes.resolved_within: found 48, expected"),
        ("outcomes.handoff_adds = [0.18, 0.12]", "outcomes.handoff_adds: found"),
        ("outcomes.repeat_days = 0", "outcomes.repeat_days: found 0, expected a whole number from 1"),
        ("reasons.codes = [40, 25]", "reasons.codes: found [40, 25], expected two whole numbers, the lower first"),
        ("reasons.other = 1.5", "reasons.other: found 1.5, expected a ratio"),
        ("fcr.same_case_days = 0", "fcr.same_case_days: found 0, expected a whole number from 1"),
        ("counting.verification = 'half'", "counting.verification: found 'half', expected one of none"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_named(variant, text, message):
    with pytest.raises(PackError) as problem:
        variant("tally", text)
    assert message in str(problem.value)


def test_the_numbers_of_outcomes():
    assert TALLY.outcomes.resolved_within_sec == 48 * 3600
    assert TALLY.outcomes.handoff_adds == (Fraction(12, 100), Fraction(18, 100))
    assert TALLY.outcomes.repeat_within_sec == 7 * 86_400
    assert (TALLY.reasons.codes, TALLY.reasons.other) == ((25, 40), Fraction(1, 10))
    assert TALLY.reasons.is_other("OTHER")
    assert not TALLY.reasons.is_other("Other charges")
    assert (TALLY.fcr.same_case_sec, TALLY.fcr.dim_below) == (28 * 86_400, 30)


def test_r45_verification_counts_unless_the_document_leaves_it_out():
    left_out = {name: pack.programme.counting.verification for name, pack in PACKS.items()}
    assert left_out.pop("care-package") == "numerator"
    assert set(left_out.values()) == {"none"}


def test_classes_and_outcomes_stand_on_the_page(variant):
    lines = dict(pack_page(variant("tally", CLASSES).layers))["How figures are counted"]
    words = {line.label: (line.words, line.requirements) for line in lines}
    assert words["classes > complexity"][0] == "complex Warranty claim"
    assert words["outcomes"] == (
        "resolved within 48 hours, handoff adds 12 %, 18 %, repeat days 7",
        ("R88", "R89", "R53"),
    )
    assert words["reasons"][1] == ("R55",)
