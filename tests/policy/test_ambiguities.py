"""X1 to X12 of requirements C14: the check that separates the documents, as far as a pack alone can tell."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from statistics import median

import pytest

from tests.policy.packs import CARE, HOUR, LIGHTCURVE, MINUTE, PACKS, PRESTIGE, STRATEGY, TALLY, at, verdicts

CHAT200 = [
    Fraction(seconds)
    for count, seconds in ((96, 10), (22, 25), (32, 45), (15, 80), (9, 110), (14, 200), (12, 400))
    for _ in range(count)
]
"""First-response seconds of 200 chats (C14)."""


def share(waits: list[Fraction], within: int) -> Fraction:
    return Fraction(sum(wait <= within for wait in waits), len(waits))


@pytest.mark.parametrize(
    ("switch", "due"),
    [("", at(17, "10:30")), ('tiers.essential.calendar = "extended"', at(14, "19:30"))],
)
def test_x1_essential_hours(variant, switch, due):
    pack = variant("care-package", switch)
    assert pack.channel_due_at("essential", "email", at(14, "17:30")) == due
    assert pack.channel_due_at("essential", "chat", at(14, "17:30")) == due  # R97


@pytest.mark.parametrize(
    ("base", "tier", "switch", "late", "verdict"),
    [
        ("care-package", "enterprise", "", None, "ok"),
        ("care-package", "growth", "", 50, "ok"),
        ("care-package", "essential", "", 0, None),
        ("prestige", "premium", "", 104, "miss"),
        ("prestige", "elite", "", 104, "miss"),
        ("prestige", "elite", 'tiers.elite.targets.chat.within = "15 min"', 0, "ok"),  # R116
        ("tally", None, 'service_level.chat.within = "60 s"', 50, "miss"),
        ("tally", None, 'service_level.chat.within = "90 s"', 35, "miss"),
        ("tally", None, "", 26, "ok"),
        ("lightcurve", "premium", "", 82, None),
        ("lightcurve", "premium", 'tiers.premium.targets.chat.within = "60 s"', 50, None),  # R140
        ("lightcurve", "standard", "", 12, None),
    ],
)
def test_x2_chat_first_response(variant, base, tier, switch, late, verdict):
    target = variant(base, switch).channel_target(tier, "chat")
    statistic = share(CHAT200, target.within) if target.statistic == "share" else Fraction(median(CHAT200))
    assert (None if target.band is None else target.band.verdict(statistic)) == verdict
    if late is not None:
        assert target.late(CHAT200) == late


def test_x2_what_the_fixture_holds():
    assert median(CHAT200) == 25
    thresholds = (15, 30, 60, 90, 120, 300)
    assert [share(CHAT200, each) * 1000 for each in thresholds] == [480, 590, 750, 825, 870, 940]
    golden = PRESTIGE.programme.goals["golden_voice"].band
    assert sum(golden.verdict(wait) == "miss" for wait in CHAT200) == 82  # R70: over 30 s


@pytest.mark.parametrize(
    ("base", "tier", "switch", "expected"),
    [
        ("tally", None, "", "hit"),
        ("care-package", "essential", "", "miss"),
        ("care-package", "growth", "", "miss"),
        ("prestige", "premium", "", "miss"),
        ("prestige", "elite", "", "miss"),
        ("prestige", "standard", "", "miss"),
        ("lightcurve", "premium", "", "miss"),
        ("lightcurve", "standard", "", "miss"),
        ("lightcurve", "basic", "", "risk"),
        (
            "lightcurve",
            "basic",
            'tiers.basic.targets.email = { within = "24 h", limit = "25 h", edge = "under" }',
            "miss",
        ),
        ("service-strategy", None, "", "miss"),
    ],
)
def test_x3_email_first_response(variant, base, tier, switch, expected):
    pack, arrived, answered = variant(base, switch), at(14, "16:00"), at(17, "10:00")
    target = pack.channel_target(tier, "email")
    covered = pack.tier_calendar(tier, "email")
    calendar = covered if target.clock == "coverage" else pack.clock_calendar(target.clock, None)
    used = calendar.elapsed_seconds(arrived, answered)
    assert {"elapsed": 66 * HOUR, "business": 3 * HOUR}.get(target.clock, used) == used
    verdict = target.verdict_of_one(Fraction(used))
    assert {"ok": "hit"}.get(verdict, verdict) == expected
    if target.limit is None:
        assert (answered > pack.channel_due_at(tier, "email", arrived)) == (expected == "miss")


def test_x3_hours_of_growth():
    growth = CARE.tier_calendar("growth", "email")
    assert growth.elapsed_seconds(at(14, "16:00"), at(17, "10:00")) == 18 * HOUR


@pytest.mark.parametrize(
    ("pack", "verdict"),
    [(CARE, "ok"), (PRESTIGE, None), (TALLY, "ok"), (LIGHTCURVE, "below"), (STRATEGY, "ok")],
)
def test_x4_handle_time(pack, verdict):
    assert pack.verdict_band("aht", "voice", Fraction(390)) == verdict


def test_x4_the_other_bands():
    assert CARE.verdict_band("aht", "voice", Fraction(354)) == "below"  # R48: 5.9 min
    assert TALLY.verdict_band("aht", "voice", Fraction(354)) == "ok"
    assert CARE.verdict_band("aht", "email", Fraction(15 * MINUTE)) == "ok"  # R50
    assert CARE.verdict_band("aht", "email", Fraction(714)) == "below"
    assert STRATEGY.verdict_band("aht", "voice", Fraction(9 * MINUTE)) == "miss"  # R84: consumers
    assert verdicts(STRATEGY, "aht", Fraction(9 * MINUTE), segment="enterprise") == ["below"]  # R84


@pytest.mark.parametrize(
    ("pack", "verdict"),
    [(CARE, "ok"), (TALLY, "ok"), (STRATEGY, "ok"), (LIGHTCURVE, "risk"), (PRESTIGE, None)],
)
def test_x5_first_contact_resolution(pack, verdict):
    assert pack.verdict_band("fcr", None, Fraction(78, 100)) == verdict


def test_x5_of_transactional_cases(variant):
    assert verdicts(PRESTIGE, "fcr", Fraction(78, 100), issue_class="transactional") == ["miss"]
    assert verdicts(PRESTIGE, "fcr", Fraction(170, 200), issue_class="transactional") == ["ok"]  # R60
    assert verdicts(PRESTIGE, "fcr", Fraction(78, 100)) == []
    assert verdicts(variant("prestige", "goals.fcr.where = false"), "fcr", Fraction(78, 100)) == ["miss"]  # R60
    assert verdicts(CARE, "fcr", Fraction(80, 100), complexity="simple") == ["miss"]  # R43
    assert verdicts(CARE, "fcr", Fraction(80, 100), complexity="complex") == ["ok"]  # R43
    assert variant("tally", 'fcr = { days = 3, unit = "business_days" }').fcr.window.days == 3  # R34


def test_x6_satisfaction():
    scores = [5] * 147 + [4] * 128 + [3] * 25
    favourable, mean, middle = Fraction(275, 300), Fraction(sum(scores), 300), Fraction(median(scores))
    assert (middle, round(float(mean), 2), round(float(favourable) * 100, 1)) == (4, 4.41, 91.7)
    goals = CARE.programme.goals
    assert goals["csat"].otherwise == "csat_centre"  # R46: either is enough
    assert goals["csat"].band.verdict(favourable) == "miss"
    assert goals["csat_centre"].band.verdict(middle) == "miss"
    assert goals["csat_centre"].band.verdict(Fraction(46, 10)) == "ok"
    for tier in ("premium", "elite"):
        assert "miss" in verdicts(PRESTIGE, "csat", favourable, tier=tier)
        assert "ok" in verdicts(PRESTIGE, "csat", Fraction(276, 300), tier=tier)  # R61
    assert TALLY.verdict_band("csat", "email", favourable) == "ok"
    assert verdicts(LIGHTCURVE, "csat", mean) == ["ok"]
    assert verdicts(LIGHTCURVE, "csat", Fraction(438, 100)) == ["miss"]  # R74
    assert verdicts(STRATEGY, "csat", Fraction(78, 100), segment="b2b") == ["ok"]  # R81
    assert verdicts(STRATEGY, "csat", Fraction(78, 100), segment="b2c") == ["miss"]  # R81


@pytest.mark.parametrize(
    ("pack", "verdict", "floor"),
    [(CARE, "ok", Fraction(15, 100)), (PRESTIGE, "miss", Fraction(25, 100)), (TALLY, "miss", None)],
)
def test_x6_response_rate(pack, verdict, floor):
    assert pack.verdict_band("csat_response_rate", "email", Fraction(18, 100)) == verdict
    floors = {goal.minimum_response for goal in pack.programme.goals.values() if goal.minimum_response}
    assert floors == ({floor} if floor else set())


def test_x7_calibration(variant):
    scores = [Fraction(score) for score in (80, 88, 90)]
    prestige, tally = (pack.programme.quality.calibration for pack in (PRESTIGE, TALLY))
    assert (prestige.spread_of(scores), prestige.agreed(scores)) == (6, False)
    assert (tally.spread_of(scores), tally.agreed(scores)) == (10, True)
    assert prestige.agreed([Fraction(score) for score in (84, 88, 93)])  # R207
    assert tally.agreed([Fraction(score) for score in (82, 88, 95)]) is False  # R214
    assert [pack.programme.quality.calibration.every_days for pack in (CARE, PRESTIGE, TALLY)] == [14, 7, 7]
    assert LIGHTCURVE.programme.quality.calibration.agreed(scores) is None


def test_x8_data_loss(variant):
    assert LIGHTCURVE.programme.severity_of(tags=["data_loss"]) == "P0"
    assert LIGHTCURVE.programme.severity_of(affected=Fraction(1, 2), tags=["data_loss"]) == "P0"  # the gravest of two
    switched = variant(
        "lightcurve", 'severities.P0.trigger.tags = ["security"]\nseverities.P1.trigger.tags = ["data_loss"]'
    )
    assert switched.programme.severity_of(tags=["data_loss"]) == "P1"
    assert switched.programme.severity_of(tags=["security"]) == "P0"
    assert LIGHTCURVE.priorities["P0"] == LIGHTCURVE.priorities["P1"]  # R167: every P1 clock
    schemes = [list(pack.programme.severities) for pack in (CARE, PRESTIGE, TALLY, LIGHTCURVE)]
    assert schemes == [["SEV1", "SEV2", "SEV3"], ["P1", "P2", "P3"], ["P1", "P2", "P3", "P4"], ["P0", "P1", "P2"]]


def test_x8b_a_reply_after_12_minutes():
    opened, reply = at(11, "10:00"), 12 * MINUTE
    assert TALLY.clock_target("P1", "first_response").met(reply)
    assert LIGHTCURVE.priority_of("P1", "first_response", "premium").met(reply)
    assert LIGHTCURVE.priority_of("P1", "first_response", "standard") is None  # R136: Premium
    steps = CARE.programme.ladders["SEV1"].steps["acknowledge"], PRESTIGE.programme.ladders["P1"].steps["triage"]
    dues = [pack.step_due_at(step, opened) for pack, step in zip((CARE, PRESTIGE), steps, strict=True)]
    assert dues == [at(11, "10:10"), at(11, "10:05")]
    assert all(due < opened + reply for due in dues)


def test_x8c_recovered_in_three_hours():
    opened, used = at(11, "10:00"), 3 * HOUR
    recover = CARE.programme.ladders["SEV1"].steps["recover"]
    assert CARE.step_due_at(recover, opened) == at(11, "12:00")
    assert TALLY.clock_target("P1", "resolution").met(used)
    assert LIGHTCURVE.clock_target("P1", "resolution").met(used)
    assert LIGHTCURVE.clock_target("P1", "resolution").share == Fraction(95, 100)
    assert verdicts(LIGHTCURVE, "ttr", Fraction(used), priority="P1") == ["ok"]
    assert verdicts(LIGHTCURVE, "ttr", Fraction(4 * HOUR), priority="P1") == ["miss"]  # R76: strict
    assert PRESTIGE.clock_target("P1", "resolution") is None


def test_x9_incident_papers():
    declared, breach, contained = at(11, "10:00"), at(11, "14:00"), at(11, "16:00")
    report = PRESTIGE.programme.papers["post_incident_report"]
    assert PRESTIGE.step_due_at(report.step, breach, "premium") == at(12, "14:00")
    assert PRESTIGE.step_due_at(report.step, breach, "standard") is None  # R163
    brief = PRESTIGE.programme.papers["executive_brief"]
    assert PRESTIGE.step_due_at(brief.step, declared) == at(12, "10:00")  # R114
    papers = LIGHTCURVE.programme.papers
    assert LIGHTCURVE.step_due_at(papers["post_mortem"].step, declared) == at(14, "10:00")
    assert LIGHTCURVE.step_due_at(papers["incident_summary"].step, contained) == at(13, "16:00")
    assert [papers[name].step.anchor for name in papers] == ["declared", "contained"]
    assert CARE.step_due_at(CARE.programme.papers["legal_notice"].step, at(10, "09:00")) == at(13, "09:00")  # R276


def test_x10_capacity():
    staffing = LIGHTCURVE.programme.staffing
    low, high = staffing.cases_per_agent_month
    computed = [Fraction(2500 * (1 + staffing.surge), per_agent) for per_agent in (high, low)]
    assert (staffing.stated_cases, staffing.stated_agents, computed) == (2500, (8, 12), [15, 20])
    stated = [Fraction(staffing.stated_cases, agents) for agents in reversed(staffing.stated_agents)]
    assert [round(float(each), 1) for each in stated] == [208.3, 312.5]
    assert ceil(Fraction(30, 11) / TALLY.programme.staffing.rule_of_thumb) == 4  # R183; Erlang C says 5


def test_x11_prices():
    of_twelve = [[12 * end.value for end in pack.programme.prices["workforce"].range] for pack in (CARE, TALLY)]
    assert of_twelve == [[180, 420], [144, 420]]
    assert [end.value for end in STRATEGY.programme.prices["helpdesk"].range] == [15, 199]
    assert [end.value for end in TALLY.programme.prices["helpdesk"].range] == [15, 120]


def test_x12_knowledge_clocks():
    monday = at(10, "12:00")
    changed = {name: pack.programme.knowledge.get("product_change") for name, pack in PACKS.items()}
    assert LIGHTCURVE.step_due_at(changed["lightcurve"], monday) == at(12, "12:00")
    assert STRATEGY.step_due_at(changed["service-strategy"], monday) == at(13, "12:00")
    assert changed["tally"] is changed["care-package"] is changed["prestige"] is None
    assert TALLY.step_due_at(TALLY.programme.knowledge["qa_miss"], monday) == at(12, "12:00")
