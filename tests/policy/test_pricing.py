"""What plans cost: C13.4, R224-R236, R246, R247, R255, R351."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.errors import UsageProblem
from carecli.policy.amounts import Amount
from carecli.policy.pack import Pack
from carecli.policy.pricing import Bill, Usage, cents, cheaper_from, meter, month_bill, recurring, yearly_by_contract
from tests.policy.packs import CARE, LIGHTCURVE, PRESTIGE, STRATEGY

Variant = Callable[[str, str], Pack]


def bill(
    tier: str, contacts: int = 0, channel: str = "email", *, month: int = 2, addons: Any = None, **used: Any
) -> Bill:
    return month_bill(CARE, tier, Usage({channel: contacts}, **used), month=month, addons=addons)


def amounts(found: Bill) -> dict[str, str]:
    return {line.what: str(line.amount) for line in found.lines}


@pytest.mark.parametrize(
    ("tier", "contacts", "month", "lines", "total"),
    [
        ("essential", 460, 2, {"monthly fee": "499.00", "overage": "75.00"}, "574.00"),  # R225
        ("essential", 400, 2, {"monthly fee": "499.00"}, "499.00"),  # R225
        ("growth", 1_999, 2, {"monthly fee": "1950.00"}, "1950.00"),  # R227
        ("growth", 2_350, 2, {"monthly fee": "1950.00", "overage": "315.00"}, "2265.00"),  # R228
        (
            "growth",
            2_350,
            1,
            {"monthly fee": "1950.00", "overage": "315.00", "onboarding": "750.00"},
            "3015.00",
        ),  # R228
        ("enterprise", 9_800, 2, {"monthly fee": "7900.00"}, "7900.00"),  # R229
        ("enterprise", 10_900, 2, {"monthly fee": "7900.00", "overage": "585.00"}, "8485.00"),  # R230
        ("enterprise", 0, 1, {"monthly fee": "7900.00", "onboarding": "2500.00"}, "10400.00"),  # R230
    ],
)
def test_c13_4_fees_overage_and_onboarding(tier: str, contacts: int, month: int, lines: Any, total: str) -> None:
    found = bill(tier, contacts, month=month)
    assert (amounts(found), str(found.total), found.currency) == (lines, total, "USD")
    assert found.notes == ()


def test_r225_the_overage_line_says_how_it_came_about() -> None:
    assert bill("essential", 460).lines[1].formula == "60 contacts x 1.25 USD"


def test_r224_the_meter_and_what_the_month_comes_to() -> None:
    found = meter(CARE, "essential", 280, day=20, days=30)
    assert (found.used, found.included, found.forecast, str(found.overage)) == (280, 400, 420, "25.00")
    assert str(meter(CARE, "essential", 280, day=21, days=30).overage) == "0.00"
    assert meter(CARE, "essential", 1, day=20, days=30).forecast == 2


def test_r226_a_callback_is_paid_by_the_minute() -> None:
    found = bill("essential", addons={"phone_callback": 1}, minutes={"phone_callback": 240})
    assert amounts(found)["phone callback"] == "228.00"
    assert str(bill("essential", addons={"phone_callback": 1}).total) == "499.00"


def test_r231_premium_languages_by_the_contact_and_never_spanish() -> None:
    found = bill("enterprise", addons={"premium_languages": 1}, languages={"fr": 1_000, "de": 150, "pt": 50, "es": 400})
    assert amounts(found)["premium languages"] == "180.00"
    spanish = bill("enterprise", addons={"premium_languages": 1}, languages={"es": 400})
    assert amounts(spanish) == {"monthly fee": "7900.00"}


def test_r232_day_and_night_beside_growth() -> None:
    assert str(bill("growth", addons={"round_the_clock": 1}).total) == "3150.00"
    with pytest.raises(UsageProblem, match="not sold with enterprise"):
        bill("enterprise", addons={"round_the_clock": 1})


def test_r233_social_contacts_are_out_of_plan_without_the_addon() -> None:
    without, bought = (bill("essential", 14, "social", addons=addons) for addons in (None, {"social": 2}))
    assert (without.notes, str(without.total)) == (("out of plan: 14 social",), "499.00")
    assert (bought.notes, amounts(bought)) == ((), {"monthly fee": "499.00", "social": "300.00"})


def test_r233_social_contacts_use_up_the_plan_once_they_are_in_it_and_callbacks_do_not() -> None:
    addons = {"social": 1, "phone_callback": 1}
    usage = Usage({"email": 300, "social": 110, "voice": 50, "sms": 9})
    found = month_bill(CARE, "essential", usage, month=2, addons=addons)
    assert amounts(found)["overage"] == "12.50"
    assert found.notes == ("out of plan: 9 sms",)


def test_r234_r235_what_is_paid_once_is_on_one_bill_only() -> None:
    once = {"knowledge_base": 1, "regulated_training": 1}
    first, second = (bill("essential", month=month, addons=once) for month in (1, 2))
    assert amounts(first) == {"monthly fee": "499.00", "knowledge base": "1800.00", "regulated training": "900.00"}
    assert str(first.total) == "3199.00"
    assert amounts(second) == {"monthly fee": "499.00"}


def test_an_addon_is_billed_from_the_month_it_was_bought_in() -> None:
    assert [str(bill("growth", month=month, addons={"social": 3}).total) for month in (2, 3, 4)] == [
        "1950.00", "2250.00", "2250.00"]  # fmt: skip


def test_r236_from_where_the_higher_tier_is_cheaper() -> None:
    assert cheaper_from(CARE, "essential", "growth") == 1_561
    assert cheaper_from(CARE, "growth", "enterprise") == 8_612
    asked = (("essential", 1_560), ("essential", 1_561), ("growth", 8_611), ("growth", 8_612))
    totals = {contacts: str(bill(tier, contacts).total) for tier, contacts in asked}
    assert totals == {1_560: "1949.00", 1_561: "1950.25", 8_611: "7899.90", 8_612: "7900.80"}
    assert cheaper_from(LIGHTCURVE, "standard", "premium") is None


def test_r236_only_as_far_as_the_higher_tier_includes(variant: Variant) -> None:
    for included, least in ((1_561, 1_561), (1_560, None)):
        assert (
            cheaper_from(variant("care-package", f"plans.growth.included = {included}"), "essential", "growth") == least
        )
    cheap = variant("care-package", 'plans.growth.fee = "100 USD"')
    assert cheaper_from(cheap, "essential", "growth") == 401
    assert cheaper_from(variant("lightcurve", "plans.standard.included = 10"), "standard", "premium") is None
    both = 'plans.standard.included = 10\nplans.standard.overage = "1 USD"'
    assert cheaper_from(variant("lightcurve", both), "standard", "premium") == 261


def test_r228_a_contract_begins_with_its_first_month() -> None:
    assert str(month_bill(CARE, "growth", Usage({})).total) == "2700.00"


def test_r246_r247_a_share_of_the_contract_a_year() -> None:
    plans = PRESTIGE.programme.plans
    premium, elite = (yearly_by_contract(plans[name], Fraction(120_000)) for name in ("premium", "elite"))
    assert premium == (Decimal("12000.00"), Decimal("18000.00"))
    assert elite == (Decimal("18000.00"), Decimal("24000.00"))
    assert yearly_by_contract(plans["standard"], Fraction(120_000)) is None


def test_r255_fees_of_all_customers() -> None:
    assert str(recurring(LIGHTCURVE, {"basic": 500, "standard": 100, "premium": 10})) == "7890.00"


def test_a_fee_that_is_a_range_must_be_agreed_on() -> None:
    with pytest.raises(UsageProblem, match="elite has no fixed fee"):
        month_bill(PRESTIGE, "elite", Usage({}))
    agreed = Amount(Fraction(5_000), "USD")
    assert str(month_bill(PRESTIGE, "elite", Usage({}), fee=agreed).total) == "5000.00"


@pytest.mark.parametrize(
    ("pack", "tier", "addons", "said"),
    [
        (CARE, "gold", {}, "care-package has no plan 'gold'\nplans: essential, growth, enterprise"),
        (STRATEGY, "gold", {}, "service-strategy has no plan 'gold'\nplans: none"),
        (CARE, "growth", {"moon": 1}, "care-package has no add-on 'moon'\nadd-ons: round_the_clock, social"),
        (LIGHTCURVE, "premium", {"moon": 1}, "lightcurve has no add-on 'moon'\nadd-ons: none"),
    ],
)
def test_what_is_not_sold_is_refused(pack: Pack, tier: str, addons: Any, said: str) -> None:
    with pytest.raises(UsageProblem, match=said):
        month_bill(pack, tier, Usage({}), addons=addons)


def test_no_limit_has_no_meter() -> None:
    with pytest.raises(UsageProblem, match="no limit of contacts"):
        meter(LIGHTCURVE, "premium", 10, day=1, days=30)


def test_a_limit_without_a_price_beyond_it_has_no_overage(variant: Variant) -> None:
    pack = variant("lightcurve", "plans.premium.included = 10")
    assert amounts(month_bill(pack, "premium", Usage({"chat": 50}))) == {"monthly fee": "299.00"}
    with pytest.raises(UsageProblem, match="no limit of contacts"):
        meter(pack, "premium", 10, day=1, days=30)


def test_one_bill_has_one_currency() -> None:
    with pytest.raises(UsageProblem, match="one currency, not EUR and USD"):
        month_bill(CARE, "essential", Usage({}), fee=Amount(Fraction(1), "EUR"))


def test_r351_a_language_that_is_not_in_the_plan() -> None:
    assert bill("growth", languages={"fr": 3, "es": 5}).notes == ("language not in plan: 3 fr",)
    assert bill("enterprise", languages={"fr": 3}).notes == ()


def test_a_line_is_rounded_once_half_up(variant: Variant) -> None:
    """101 contacts of 0.005 are 0.505: 0.51 on one line, and not 101 roundings."""
    pack = variant("care-package", 'plans.essential.overage = "0.005 USD"')
    found = month_bill(pack, "essential", Usage({"email": 501}), month=2)
    assert amounts(found)["overage"] == "0.51"
    assert [str(cents(Fraction(number))) for number in ("0.005", "0.0049", "-0.005", "1/3")] == [
        "0.01", "0.00", "-0.01", "0.33"]  # fmt: skip


@given(contacts=st.integers(0, 30_000), tier=st.sampled_from(["essential", "growth", "enterprise"]))
def test_a_bill_is_its_lines_and_never_falls_with_use(contacts: int, tier: str) -> None:
    found, more = bill(tier, contacts), bill(tier, contacts + 1)
    assert found.total == sum(line.amount for line in found.lines)
    assert more.total >= found.total
    assert all(line.amount.as_tuple().exponent == -2 for line in found.lines)
