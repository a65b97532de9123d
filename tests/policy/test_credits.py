"""Service credits: both engines, and none while a programme is internal (R129, R248, R256-R258, X15, C0.19)."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.policy.amounts import Amount
from carecli.policy.credits import Credit, Miss, breaches, credit
from carecli.policy.pack import Pack
from carecli.policy.targets import ClockName
from tests.policy.packs import CARE, LIGHTCURVE, PRESTIGE, TALLY

Variant = Callable[[str, str], Pack]
HOUR = 3600
FIVE_THOUSAND, ENTERPRISE = Amount(Fraction(5_000), "USD"), Amount(Fraction(2_500), "USD")


def late(*seconds: int, clock: ClockName = "first_response") -> list[Miss]:
    return [Miss("tiers.elite.targets.email", clock, each) for each in seconds]


def share(promise: str = "tiers.elite.targets.voice") -> Miss:
    return Miss(promise, "first_response", None)


def elite(*misses: Miss, pack: Pack = PRESTIGE) -> Credit:
    return credit(pack, "elite", FIVE_THOUSAND, misses)


def hours(*missed: float, pack: Pack = LIGHTCURVE) -> Credit:
    misses = [Miss("priorities.P1.resolution", "resolution", int(each * HOUR)) for each in missed]
    return credit(pack, "enterprise", ENTERPRISE, misses)


@pytest.mark.parametrize(("count", "amount"), [(0, "0.00"), (1, "0.00"), (2, "250.00"), (3, "500.00"), (9, "500.00")])
def test_r248_from_two_breaches_on(count: int, amount: str) -> None:
    assert str(elite(*late(*[60] * count)).amount) == amount


def test_r248_the_credit_says_how_it_came_about() -> None:
    found = elite(*late(60, 60))
    assert (found.formula, found.share, found.currency) == ("2 breaches: 5 % of 5000 USD", Fraction(1, 20), "USD")
    assert elite(*late(60, 60, 60)).formula == "3 breaches: 10 % of 5000 USD"
    assert elite(*late(60)).formula == ""


def test_x15_the_pack_picks_the_share(variant: Variant) -> None:
    ten = variant("prestige", "credits.steps.2 = 0.10")
    assert str(elite(*late(60, 60), pack=ten).amount) == "500.00"


def test_r248_only_response_promises_count() -> None:
    assert str(elite(*late(60), *late(60, 60, clock="resolution")).amount) == "0.00"
    assert str(elite(*late(60), *late(60, clock="next_response")).amount) == "250.00"


def test_c0_19_a_promised_share_is_one_breach_a_period_and_every_late_case_is_one() -> None:
    assert [miss.late_sec for miss in breaches([share(), *late(5, 5, 0), share()])] == [None, 5, 5]
    assert str(elite(share(), share(), share()).amount) == "0.00"
    assert str(elite(share(), share("tiers.elite.targets.chat")).amount) == "250.00"
    assert str(elite(share(), *late(1)).amount) == "250.00"


@pytest.mark.parametrize(
    ("missed", "amount", "capped"),
    [
        (1, "0.00", False),
        (0.5, "0.00", False),
        (2, "50.00", False),
        (3, "100.00", False),
        (5, "200.00", False),
        (26, "1250.00", False),
        (27, "1250.00", True),
        (30, "1250.00", True),
    ],
)
def test_r256_r257_r258_hours_beyond_the_first(missed: float, amount: str, capped: bool) -> None:
    found = hours(missed)
    assert (str(found.amount), found.capped) == (amount, capped)


@pytest.mark.parametrize(("rounding", "amount"), [("pro-rata", "75.00"), ("floor", "50.00"), ("ceil", "100.00")])
def test_r257_part_of_an_hour_is_a_switch(variant: Variant, rounding: str, amount: str) -> None:
    pack = variant("lightcurve", f'credits.rounding = "{rounding}"')
    assert str(hours(2.5, pack=pack).amount) == amount
    assert str(hours(1, pack=pack).amount) == "0.00"


def test_x15_the_free_hour_is_of_each_miss() -> None:
    found = hours(2, 2)
    assert str(found.amount) == "100.00"
    assert found.formula == "(1 h + 1 h) x 2 % of 2500 USD"
    assert hours(2, 0.5).formula == "1 h x 2 % of 2500 USD"


def test_c0_19_misses_of_a_month_are_summed_and_capped_once() -> None:
    found = hours(16, 16)
    assert (str(found.amount), found.share, found.capped) == ("1250.00", Fraction(1, 2), True)
    assert found.formula == "(15 h + 15 h) x 2 %, at most 50 % of 2500 USD"


def test_a_promised_share_has_no_hours() -> None:
    assert str(credit(LIGHTCURVE, "enterprise", ENTERPRISE, [share()]).amount) == "0.00"


def test_r256_only_the_plan_that_promises_credits_gives_them() -> None:
    premium = credit(LIGHTCURVE, "premium", Amount(Fraction(299), "USD"), late(5 * HOUR))
    assert (str(premium.amount), premium.note) == ("0.00", "no credits for premium")
    assert credit(PRESTIGE, "premium", FIVE_THOUSAND, late(60, 60)).note == "no credits for premium"
    assert credit(CARE, "enterprise", FIVE_THOUSAND, late(60, 60)).note == "care-package promises no credits"


@pytest.mark.parametrize(("base", "tier"), [("prestige", "elite"), ("lightcurve", "enterprise")])
def test_r129_x15_none_while_internal(variant: Variant, base: str, tier: str) -> None:
    internal = variant(base, 'status = "internal"')
    found = credit(internal, tier, FIVE_THOUSAND, late(9 * HOUR, 9 * HOUR, 9 * HOUR))
    assert (str(found.amount), found.note) == ("0.00", "internal: no credits (R129)")
    assert (found.share, found.capped, found.formula) == (Fraction(0), False, "")
    assert credit(TALLY, "default", FIVE_THOUSAND, late(60, 60, 60)).note == "internal: no credits (R129)"


@given(missed=st.lists(st.integers(0, 40 * HOUR), max_size=6), more=st.integers(0, 40 * HOUR))
def test_a_credit_never_falls_with_another_miss_and_never_passes_the_cap(missed: list[int], more: int) -> None:
    before, after = hours(*(each / HOUR for each in missed)), hours(*(each / HOUR for each in (*missed, more)))
    assert 0 <= before.amount <= after.amount <= 1250
