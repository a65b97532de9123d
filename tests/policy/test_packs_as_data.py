"""The five packs against the tables of requirements C13 and the numbers of their documents, written from there."""

from __future__ import annotations

from fractions import Fraction

import pytest

from carecli.policy.lint import lint_pack
from carecli.policy.pack import load_pack
from carecli.policy.sources import requirements_of
from tests.policy.packs import PACKS

DOCUMENTS = {"000": "care-package", "001": "prestige", "002": "tally", "003": "lightcurve", "004": "service-strategy"}
OF_EVERY_PACK = ("id", "title", "version")

# C13.1: pack.tier, channel, what is promised.
FIRST_ANSWERS = [
    ("000", "essential", "voice", None),
    ("000", "essential", "chat", "<=2 h of its hours"),
    ("000", "essential", "email", "<=2 h of its hours"),
    ("000", "essential", "social", "<=1 h of its hours, with the add-on social"),
    ("000", "growth", "voice", "ASA <=20 s"),
    ("000", "growth", "chat", "median <=60 s"),
    ("000", "growth", "email", "<=2 h of its hours"),
    ("000", "growth", "social", "<=1 h of its hours, with the add-on social"),
    ("000", "enterprise", "voice", "80 % <=20 s"),
    ("000", "enterprise", "chat", "median <=90 s"),
    ("000", "enterprise", "email", "<=2 h of its hours"),
    ("000", "enterprise", "social", "<=1 h of its hours"),
    ("001", "standard", "voice", None),
    ("001", "standard", "chat", "<=24 h (limit 2 days)"),
    ("001", "standard", "email", "<=24 h (limit 2 days)"),
    ("001", "premium", "voice", "80 % <=20 s"),
    ("001", "premium", "chat", "90 % <=15 s"),
    ("001", "premium", "email", "<=1 h, 4 h after hours"),
    ("001", "premium", "in_app", "<=1 h, 4 h after hours"),
    ("001", "elite", "voice", "80 % <=20 s"),
    ("001", "elite", "chat", "90 % <=15 s"),
    ("001", "elite", "email", "<=1 h, 4 h after hours"),
    ("001", "elite", "social", None),
    ("002", None, "voice", "80 % <=20 s"),
    ("002", None, "chat", "85 % <=2 min"),
    ("002", None, "email", "90 % <=4 h of business hours"),
    ("002", None, "social", None),
    ("003", "basic", "voice", None),
    ("003", "basic", "chat", None),
    ("003", "basic", "email", "<=24 h (limit 3 days)"),
    ("003", "standard", "voice", None),
    ("003", "standard", "chat", "<5 min"),
    ("003", "standard", "email", "<12 h"),
    ("003", "premium", "voice", "<30 s (limit 60 s)"),
    ("003", "premium", "chat", "<30 s"),
    ("003", "premium", "email", "<4 h"),
    ("003", "enterprise", "voice", "<30 s (limit 60 s)"),
    ("003", "enterprise", "chat", "<30 s"),
    ("003", "enterprise", "email", "<4 h"),
    ("004", None, "email", "<=24 h"),
    ("004", None, "voice", None),
    ("004", None, "chat", None),
]

# Calendars of C13.1, clocks of C13.2 and C13.3, prices of C13.4, and the other tables of C1 to C7.
VALUES = [
    ("000", "tiers.essential.calendar", "business"),
    ("000", "calendars.business.hours", "[Mon-Fri 09:00-18:00]"),
    ("000", "tiers.growth.calendar", "extended"),
    ("000", "calendars.extended.hours", "[Mon-Sat 08:00-20:00]"),
    ("000", "tiers.enterprise.calendar", "always"),
    ("000", "calendars.always.hours", "[Mon-Sun 00:00-24:00]"),
    ("000", "calendars.always.night.factor", "1.3"),
    ("000", "calendars.always.night.from", "20:00"),
    ("000", "calendars.always.night.to", "08:00"),
    ("000", "ladders.SEV1.anchor", "opened"),
    ("000", "ladders.SEV1.steps.acknowledge.within", "10 min"),
    ("000", "ladders.SEV1.steps.customer_update.within", "30 min"),
    ("000", "ladders.SEV1.steps.recover.within", "2 h"),
    ("000", "severities.SEV1.recovery_point", "15 min"),
    ("000", "severities.SEV2.recovery_point", None),
    ("000", "ladders.SEV2.steps.acknowledge.within", "30 min"),
    ("000", "ladders.SEV2.steps.customer_update.within", "60 min"),
    ("000", "ladders.SEV2.steps.recover.within", "8 h"),
    ("000", "ladders.SEV3.anchor", None),
    ("000", "papers.legal_notice.within", "72 h"),
    ("000", "handover.T2.interactions", "2"),
    ("000", "handover.T2.handle", "15 min"),
    ("000", "handover.T2.refund_above", "150 USD"),
    ("000", "callback.within", None),
    ("000", "plans.essential.fee", "499 USD"),
    ("000", "plans.essential.included", "400"),
    ("000", "plans.essential.overage", "1.25 USD"),
    ("000", "plans.essential.one_time", None),
    ("000", "plans.growth.fee", "1950 USD"),
    ("000", "plans.growth.included", "2000"),
    ("000", "plans.growth.overage", "0.90 USD"),
    ("000", "plans.growth.one_time", "750 USD"),
    ("000", "plans.enterprise.fee", "7900 USD"),
    ("000", "plans.enterprise.included", "10000"),
    ("000", "plans.enterprise.overage", "0.65 USD"),
    ("000", "plans.enterprise.one_time", "2500 USD"),
    ("000", "addons.round_the_clock.price", "1200 USD"),
    ("000", "addons.round_the_clock.tiers", "[essential, growth]"),
    ("000", "addons.social.price", "300 USD"),
    ("000", "addons.phone_callback.price", "0.95 USD"),
    ("000", "addons.phone_callback.unit", "minute"),
    ("000", "addons.premium_languages.price", "0.15 USD"),
    ("000", "addons.premium_languages.languages", "[fr, de, pt]"),
    ("000", "addons.premium_languages.tiers", "[enterprise]"),
    ("000", "addons.knowledge_base.price", "1800 USD"),
    ("000", "addons.regulated_training.price", "900 USD"),
    ("000", "bands.csat_response_rate.any.at_least", "0.15"),
    ("000", "counting.verification", "numerator"),
    ("000", "quality.adherence", "0.90"),
    ("000", "quality.hours_per_week.growth", "4"),
    ("000", "alerts.abandonment.above", "0.08"),
    ("000", "alerts.abandonment.sustained", "15 min"),
    ("000", "credits.engine", None),
    ("001", "tiers.standard.calendar", "business"),
    ("001", "tiers.premium.calendar", "always"),
    ("001", "tiers.elite.calendar", "always"),
    ("001", "calendars.business.hours", "[Mon-Fri 09:00-18:00]"),
    ("001", "callback.offer_after", "45 s"),
    ("001", "callback.within", "5 min"),
    ("001", "goals.golden_voice.at_most", "[20 s, 30 s]"),
    ("001", "goals.ttr_premium.at_most", "[4 h, 4 h]"),
    ("001", "goals.ttr_elite.at_most", "[2 h, 2 h]"),
    ("001", "goals.attainment_premium.at_least", "0.97"),
    ("001", "goals.attainment_elite.at_least", "0.97"),
    ("001", "goals.nps_elite.at_least", "60 points"),
    ("001", "goals.csat_elite.at_least", "0.92"),
    ("001", "goals.csat_rolling.window", "3 calendar months"),
    ("001", "ladders.P1.anchor", "declared"),
    ("001", "ladders.P1.steps.triage.within", "5 min"),
    ("001", "ladders.P1.steps.ownership.within", "15 min"),
    ("001", "ladders.P1.steps.engineering_bridge.within", "30 min"),
    ("001", "ladders.P1.steps.executive_notification.within", "60 min"),
    ("001", "ladders.P2.steps.triage.within", "10 min"),
    ("001", "ladders.P2.steps.ownership.within", "30 min"),
    ("001", "ladders.P2.steps.engineering_bridge.within", "60 min"),
    ("001", "ladders.P2.steps.executive_notification.within", "120 min"),
    ("001", "severities.P3.updates.within", "1 day"),
    ("001", "severities.P3.updates.clock", "business"),
    ("001", "journeys.complex_escalation.update.within", "8 h"),
    ("001", "journeys.complex_escalation.update.clock", "business"),
    ("001", "papers.executive_brief.within", "24 h"),
    ("001", "papers.executive_brief.anchor", "declared"),
    ("001", "papers.post_incident_report.within", "24 h"),
    ("001", "papers.post_incident_report.anchor", "breach"),
    ("001", "papers.post_incident_report.tiers", "[premium, elite]"),
    ("001", "papers.post_incident_report.sections", "[timeline, root_cause, mitigations, prevention]"),
    ("001", "plans.premium.fee", "[999 USD, 2500 USD]"),
    ("001", "plans.premium.contract_share", "[0.10, 0.15]"),
    ("001", "plans.elite.fee", "[4999 USD, 15000 USD]"),
    ("001", "plans.elite.contract_share", "[0.15, 0.20]"),
    ("001", "plans.elite.touches_per_quarter", "[2, 4]"),
    ("001", "credits.engine", "breaches"),
    ("001", "credits.tiers", "[elite]"),
    ("001", "credits.steps.2", "0.05"),
    ("001", "credits.steps.3", "0.10"),
    ("001", "staffing.shrinkage", "[0.30, 0.35]"),
    ("001", "staffing.surge", "0.20"),
    ("001", "staffing.per_hour.chat", "[10, 14]"),
    ("001", "staffing.per_hour.voice", "[4, 6]"),
    ("001", "staffing.per_hour.email", "[8, 12]"),
    ("001", "staffing.onboarding_hours", "[40, 80]"),
    ("001", "staffing.accounts_per_agent", "[10, 20]"),
    ("001", "quality.sampling.per_week", "5"),
    ("001", "quality.variable_pay", "0.20"),
    ("001", "rota.published_days", "7"),
    ("002", "status", "internal"),
    ("002", "priorities.P1.first_response.within", "15 min"),
    ("002", "priorities.P1.workaround.within", "1 h"),
    ("002", "priorities.P1.resolution.within", "4 h"),
    ("002", "priorities.P1.resolution.clock", "elapsed"),
    ("002", "priorities.P2.first_response.within", "1 h"),
    ("002", "priorities.P2.resolution.within", "1 day"),
    ("002", "priorities.P3.first_response.within", "4 h"),
    ("002", "priorities.P3.resolution.within", "3 days"),
    ("002", "priorities.P4.first_response.within", "1 day"),
    ("002", "priorities.P4.resolution.within", "5 days"),
    ("002", "bands.asa.voice.between", "[20 s, 60 s]"),
    ("002", "service_level.chat.choices", "[60 s, 90 s, 120 s]"),
    ("002", "service_level.email.edge", "within"),
    ("002", "exceptions.weekly_limit", "0.10"),
    ("002", "survey.send_after", "[5 min, 60 min]"),
    ("002", "survey.every_days", "7"),
    ("002", "csat.minimum_n", "30"),
    ("002", "staffing.shrinkage", "[0.30, 0.30]"),
    ("002", "staffing.occupancy", "[0.80, 0.88]"),
    ("002", "staffing.history_weeks", "[13, 26]"),
    ("002", "quality.rubric.weights.accuracy", "0.40"),
    ("002", "quality.coaching.closed_within_days", "7"),
    ("002", "quality.sampling.new_hires_per_week", "8"),
    ("002", "credits.engine", None),
    ("003", "tiers.basic.calendar", None),
    ("003", "tiers.standard.calendar", "business"),
    ("003", "tiers.standard.channel_calendars.email", "always"),
    ("003", "tiers.premium.calendar", "always"),
    ("003", "tiers.enterprise.calendar", "always"),
    ("003", "priorities.P1.first_response.within", "1 h"),
    ("003", "priorities.P1.first_response.edge", "under"),
    ("003", "priorities.P1.resolution.within", "72 h"),
    ("003", "priorities.P1.resolution.share", "0.95"),
    ("003", "priorities.P0.first_response.within", "1 h"),
    ("003", "priorities.P0.resolution.within", "72 h"),
    ("003", "goals.ttr_p1.under", "[4 h]"),
    ("003", "goals.ttr_p2.under", "[24 h]"),
    ("003", "goals.attainment_p1.at_least", "0.95"),
    ("003", "goals.attainment_p2.at_least", "0.90"),
    ("003", "severities.P1.trigger.affected", "0.10"),
    ("003", "severities.P1.trigger.edge", "above"),
    ("003", "severities.P0.trigger.tags", "[security, data_loss]"),
    ("003", "ladders.incident.steps.level_2.within", "120 min"),
    ("003", "ladders.incident.steps.level_2.by_tier.premium.within", "60 min"),
    ("003", "ladders.incident.steps.on_call.within", "4 h"),
    ("003", "ladders.incident.steps.on_call.owners", "[on-call engineer, CSM]"),
    ("003", "papers.post_mortem.within", "72 h"),
    ("003", "papers.incident_summary.within", "48 h"),
    ("003", "papers.incident_summary.anchor", "contained"),
    ("003", "plans.basic.fee", "0 USD"),
    ("003", "plans.standard.fee", "49 USD"),
    ("003", "plans.premium.fee", "299 USD"),
    ("003", "plans.enterprise.fee", "2500 USD"),
    ("003", "plans.enterprise.open_ended", "true"),
    ("003", "credits.engine", "hours"),
    ("003", "credits.tiers", "[enterprise]"),
    ("003", "credits.free", "1 h"),
    ("003", "credits.per_hour", "0.02"),
    ("003", "credits.most", "0.50"),
    ("003", "credits.rounding", "floor"),
    ("003", "rota.shift_days", "14"),
    ("003", "staffing.shrinkage", None),
    ("003", "knowledge.product_change.within", "48 h"),
    ("004", "journeys.warranty.first_response.within", "48 h"),
    ("004", "journeys.warranty.resolution.within", "7 days"),
    ("004", "journeys.account_inquiry.first_response.within", "same day"),
    ("004", "goals.routine.at_least", "0.80"),
    ("004", "scorecard.csat", "0.40"),
    ("004", "scorecard.fcr", "0.25"),
    ("004", "scorecard.aht", "0.15"),
    ("004", "scorecard.nps", "0.20"),
    ("004", "staffing.ramp_weeks", "8"),
    ("004", "quality.rubric.items", "[10, 15]"),
    ("004", "quality.coaching.then_every_days", "14"),
    ("004", "knowledge.product_change.within", "72 h"),
    ("004", "credits.engine", None),
    ("004", "retention.transcripts", None),
]


def test_five_packs_ship_one_a_document():
    assert sorted(PACKS) == sorted(DOCUMENTS.values())
    for number, name in DOCUMENTS.items():
        assert load_pack(number, zone="UTC").id == name


@pytest.mark.parametrize(("document", "tier", "channel", "promise"), FIRST_ANSWERS)
def test_first_answers_of_c13(document, tier, channel, promise):
    target = PACKS[DOCUMENTS[document]].channel_target(tier, channel)
    assert (None if target is None else str(target)) == promise


@pytest.mark.parametrize(("document", "key", "value"), VALUES)
def test_values_of_the_tables(document, key, value):
    assert PACKS[DOCUMENTS[document]].settings.get(key) == value


@pytest.mark.parametrize("name", PACKS)
def test_every_value_names_its_requirement(name):
    pack = PACKS[name]
    assert [key for key in pack.settings if key not in OF_EVERY_PACK and not requirements_of(pack.layers, key)] == []


@pytest.mark.parametrize("name", PACKS)
def test_the_counting_is_one_in_all_packs(name):
    """Changing the pack never changes a raw count (C14): what counts is written once, below the packs."""
    sections = ("offered", "asa", "aht", "csat", "nps", "reopen", "escalation", "backlog", "exclusions")
    for section in sections:
        assert getattr(PACKS[name], section) == getattr(PACKS["tally"], section)
    counted = [key for key in PACKS[name].settings if key.partition(".")[0] in sections]
    assert {PACKS[name].origins[key] for key in counted} == {"definitions.toml"}


def test_what_the_documents_leave_out_is_said_by_lint():
    said = {name: lint_pack(pack) for name, pack in PACKS.items()}
    assert said.pop("prestige") == [
        "severities.P1: no update cadence (R306)",
        "severities.P2: no definition (R306)",
        "severities.P2: no update cadence (R306)",
        "severities.P3: no definition (R306)",
    ]
    assert set(map(tuple, said.values())) == {()}


def test_wherever_shares_split_a_whole_they_sum_to_one():
    assert sum(PACKS["service-strategy"].programme.scorecard.values()) == 1
    assert sum(PACKS["tally"].programme.quality.rubric.weights.values()) == 1
    assert PACKS["tally"].programme.quality.rubric.weights["accuracy"] == Fraction(2, 5)
