"""X13 to X25 of requirements C14: the check that separates the documents, as far as a pack alone can tell."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest

from carecli.policy.pack import PackError
from carecli.policy.tier_names import tier_id
from tests.policy.packs import CARE, HOUR, LIGHTCURVE, MINUTE, PACKS, PRESTIGE, STRATEGY, TALLY, at, verdicts


def test_x13_retention():
    today = date(2025, 7, 1)
    care, prestige, tally = (pack.programme.retention for pack in (CARE, PRESTIGE, TALLY))
    assert care.cutoff("transcripts", today) == date(2024, 6, 1)  # R268
    assert care.cutoff("aggregates", today) == date(2023, 7, 1)  # R268
    in_month_14, in_month_25 = date(2024, 5, 1), date(2023, 6, 1)
    assert in_month_14 < care.cutoff("transcripts", today)
    assert in_month_25 < tally.cutoff("interactions", today) <= in_month_14
    recordings = prestige.cutoff("recordings", today)
    assert today - timedelta(days=91) < recordings == today - timedelta(days=90)
    assert tally.cutoff("transcripts", today) is prestige.cutoff("interactions", today) is None


def test_x14_seven_per_cent_affected():
    affected = Fraction(7, 100)
    assert CARE.programme.triggers["executive"].pulled(affected=affected)
    assert LIGHTCURVE.programme.severity_of(affected=affected) is None
    executive = PRESTIGE.programme.ladders["P1"].steps["executive_notification"]
    assert PRESTIGE.step_due_at(executive, at(11, "10:00")) == at(11, "11:00")


def test_x15_which_credits_there_are():
    breaches, hours = PRESTIGE.programme.credits, LIGHTCURVE.programme.credits
    assert (breaches.engine, breaches.tiers) == ("breaches", ("elite",))
    assert {count: 5000 * part for count, part in breaches.steps.items()} == {2: 250, 3: 500}
    assert (hours.engine, hours.tiers, hours.free, hours.rounding) == ("hours", ("enterprise",), HOUR, "floor")
    assert (2500 * hours.per_hour, 2500 * hours.most) == (50, 1250)
    assert TALLY.status == "internal"  # R129: none while internal
    assert CARE.programme.credits is TALLY.programme.credits is STRATEGY.programme.credits is None


@pytest.mark.parametrize(
    ("pack", "verdict"),
    [(PRESTIGE, "miss"), (STRATEGY, "below"), (TALLY, None), (CARE, None), (LIGHTCURVE, None)],
)
def test_x16_cost_per_call(pack, verdict):
    assert pack.verdict_band("cost_per_contact", "voice", Fraction(15, 2)) == verdict


def test_x16_the_other_costs():
    assert STRATEGY.verdict_band("cost_per_contact", "chat", Fraction(1201, 100)) == "miss"  # R85
    assert TALLY.verdict_band("cost_per_contact", None, Fraction(15, 2)) == "ok"  # R24: blended
    assert [end.value for end in LIGHTCURVE.programme.prices["case"].range] == [18, 35]  # R259


def test_x17_nps_of_45():
    value = Fraction(45)
    assert verdicts(STRATEGY, "nps", value)[0] == "ok"
    assert verdicts(LIGHTCURVE, "nps", value) == ["miss"]
    assert verdicts(PRESTIGE, "nps", value, tier="elite") == ["miss"]
    assert verdicts(PRESTIGE, "nps", Fraction(60), tier="elite") == ["ok"]  # R64
    movement = CARE.programme.goals["nps_movement"]
    assert (movement.baseline_below, movement.directional, movement.window) == (30, True, "90 days")  # R52
    assert [movement.band.verdict(Fraction(points)) for points in (4, 5, 6, 12)] == ["miss", "ok", "ok", "ok"]


def test_x18_attainment_of_96_per_cent():
    value = Fraction(96, 100)
    for tier in ("premium", "elite"):
        assert verdicts(PRESTIGE, "attainment", value, tier=tier) == ["miss"]
        assert verdicts(PRESTIGE, "attainment", Fraction(485, 500), tier=tier) == ["ok"]  # R65
    assert verdicts(LIGHTCURVE, "attainment", value, priority="P1") == ["ok"]
    assert verdicts(LIGHTCURVE, "attainment", Fraction(89, 100), priority="P2") == ["miss"]  # R75
    assert (CARE.programme.sign_off.met, CARE.programme.sign_off.days) == (Fraction(9, 10), 5)  # R325


@pytest.mark.parametrize(("pack", "people"), [(TALLY, (15, 15)), (PRESTIGE, (18, 19)), (LIGHTCURVE, (12, 12))])
def test_x19_people_for_ten_at_work(pack, people):
    assert pack.programme.staffing.scheduled(Fraction(10)) == people


def test_x19_rounding_is_a_switch(variant):
    assert PRESTIGE.programme.staffing.scheduled(Fraction(7))[0] == 12  # R188
    assert variant("prestige", 'staffing.rounding = "per_step"').programme.staffing.scheduled(Fraction(7))[0] == 13
    assert TALLY.programme.staffing.scheduled(Fraction(21)) == (30, 30)  # R184


def test_x20_phone():
    asa, level = Fraction(24), Fraction(81, 100)
    assert CARE.channel_target("growth", "voice").band.verdict(asa) == "miss"
    assert CARE.channel_target("growth", "voice").band.verdict(Fraction(20)) == "ok"  # R99
    assert CARE.channel_target("enterprise", "voice").band.verdict(level) == "ok"
    assert PRESTIGE.channel_target("premium", "voice").band.verdict(level) == "ok"
    assert (TALLY.verdict_band("service_level", "voice", level), TALLY.verdict_band("asa", "voice", asa)) == (
        "ok",
        "ok",
    )
    phone = LIGHTCURVE.channel_target("premium", "voice")
    seconds = [Fraction(value) for value in (24, 30, 45, 59, 60)]
    assert [phone.verdict_of_one(each) for each in seconds] == ["ok", "ok", "risk", "risk", "miss"]  # R131
    golden = PRESTIGE.programme.goals["golden_voice"].band
    waits = [Fraction(value) for value in (18, 20, 28, 30, 31)]
    assert [golden.verdict(each) for each in waits] == ["ok", "ok", "risk", "risk", "miss"]  # R70


def test_x21_a_tier_without_its_pack_is_refused():
    with pytest.raises(PackError, match=r"tier 'Premium': found no pack, .*lightcurve.premium, prestige.premium"):
        tier_id("Premium")
    assert tier_id("Premium", PRESTIGE) == tier_id("prestige.premium") == "prestige.premium"
    assert tier_id("Premium", LIGHTCURVE) == "lightcurve.premium"
    with pytest.raises(PackError, match="care-package: tier: found 'Premium', expected one of essential, growth"):
        tier_id("Premium", CARE)
    fees = [pack.programme.plans[tier_id(name, pack).partition(".")[2]].fee[0].value for pack, name in (
        (PRESTIGE, "Standard"), (LIGHTCURVE, "Standard"), (PRESTIGE, "Premium"), (LIGHTCURVE, "Premium"),
        (CARE, "Enterprise"), (LIGHTCURVE, "Enterprise"),
    )]  # fmt: skip
    assert fees == [0, 49, 999, 299, 7900, 2500]


@pytest.mark.parametrize(
    ("words", "hit"),
    [
        ("within 15 min, exactly", TALLY.clock_target("P1", "first_response").met(900)),
        ("under 1 h, a second before", LIGHTCURVE.clock_target("P1", "first_response").met(3599)),
        ("5 %+, exactly", CARE.programme.triggers["executive"].pulled(affected=Fraction(500, 10_000))),
        (">10 %, one more", LIGHTCURVE.programme.severity_of(affected=Fraction(1001, 10_000)) == "P1"),
        ("<=5-8 %, exactly 8", TALLY.verdict_band("abandonment", "voice", Fraction(8, 100)) == "risk"),
        ("more than $150", any(CARE.programme.handover["T2"].reasons(refund=Fraction("150.01")))),
    ],
)
def test_x22_edges_that_hold(words, hit):
    assert hit, words


@pytest.mark.parametrize(
    ("words", "hit"),
    [
        ("within 15 min, a second more", TALLY.clock_target("P1", "first_response").met(901)),
        ("under 1 h, exactly", LIGHTCURVE.clock_target("P1", "first_response").met(3600)),
        ("5 %+, one less", CARE.programme.triggers["executive"].pulled(affected=Fraction(499, 10_000))),
        (">10 %, exactly", LIGHTCURVE.programme.severity_of(affected=Fraction(1000, 10_000)) == "P1"),
        ("$150 exactly", any(CARE.programme.handover["T2"].reasons(refund=Fraction(150)))),
        ("<30 s, exactly", LIGHTCURVE.channel_target("premium", "chat").verdict_of_one(Fraction(30)) == "ok"),
        ("<=20 s, 20.9", CARE.channel_target("enterprise", "voice").late([Fraction("20.9")]) == 0),
    ],
)
def test_x22_edges_that_do_not(words, hit):
    assert not hit, words


def test_x22_alerts_and_business_days(variant):
    abandonment, errors = CARE.programme.alerts["abandonment"], LIGHTCURVE.programme.alerts["error_rate"]
    assert (abandonment.level, abandonment.above, abandonment.sustained // abandonment.every) == (
        Fraction(8, 100),
        True,
        3,
    )  # R57
    assert (errors.level, errors.above, errors.sustained // errors.every) == (Fraction(5, 100), False, 2)  # R168
    friday = at(14, "15:00")
    for pack, due in (
        (TALLY, at(17, "15:00")),
        (variant("tally", 'clocks.business_days = "end-of-day"'), at(17, "18:00")),
    ):
        assert pack.clock_target("P2", "resolution").due_at(pack.clock_calendar("business", None), friday) == due


def test_x23_to_the_second_level():
    reasons = CARE.programme.handover["T2"].reasons(interactions=1, handle_sec=20 * MINUTE)
    assert list(reasons) == ["20 min of handling"]
    level_2 = LIGHTCURVE.programme.ladders["incident"].steps["level_2"]
    opened = at(11, "09:00")
    assert LIGHTCURVE.step_due_at(level_2, opened, "premium") == at(11, "10:00") > opened + 25 * MINUTE
    assert PRESTIGE.step_due_at(PRESTIGE.programme.ladders["P1"].steps["ownership"], opened) == at(11, "09:15")


@pytest.mark.parametrize(
    ("denominator", "counted", "printed"),
    [("answered", 460, 85.0), ("offered", 500, 78.2), ("offered_minus_short", 488, 80.1)],
)
def test_x24_denominators(variant, denominator, counted, printed):
    for base in ("care-package", "prestige", "tally"):
        assert PACKS[base].service_level["voice"].denominator == "answered"
        pack = variant(base, f'service_level.voice.denominator = "{denominator}"')
        assert pack.service_level["voice"].denominator == denominator
    assert round(391 / counted * 100, 1) == printed  # R5, from the contacts: tests/metrics
    assert PRESTIGE.service_level["chat"].denominator == "offered"  # R107


@pytest.mark.parametrize(("rates", "passes"), [("relative", False), ("points", True)])
def test_x25_one_per_cent(variant, rates, passes):
    rule = variant("tally", f'reconciliation.rates = "{rates}"').programme.reconciliation
    native, ours = Fraction(80, 100), Fraction(81, 100)
    gap = abs(ours - native) / (native if rule.rates == "relative" else 1)
    assert (gap <= rule.tolerance) == passes
    assert {pack.programme.reconciliation.rates for pack in PACKS.values()} == {"relative"}
