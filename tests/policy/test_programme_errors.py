"""What is said of a programme that makes no sense: file, key, what was found and what was expected."""

from __future__ import annotations

import pytest

from carecli.policy.pack import PROGRAMME_TABLES, PackError, load_pack


@pytest.mark.parametrize(
    ("base", "text", "says"),
    [
        ("prestige", "tiers.gold.targets = {}", "northwind.toml: tiers.gold.title: found nothing, expected a value"),
        ("prestige", "tiers.elite.calendar = 'night'", "tiers.elite.calendar: found 'night', expected one of business"),
        (
            "prestige",
            "tiers.elite.targets.fax = {}",
            "northwind.toml: tiers.elite.targets.fax: unknown key, expected one",
        ),
        ("prestige", "tiers.elite.targets.chat.goal = 90", "targets.chat.goal: found 90, expected a ratio from 0 to 1"),
        ("prestige", "tiers.elite.targets.chat.statistic = 'limit'", "chat.goal: found 0.90, expected a goal for the"),
        ("prestige", "tiers.elite.targets.email.limit = '5 min'", "email.limit: found '5 min', expected a time above"),
        (
            "prestige",
            "tiers.elite.targets.email.within = '2 days'\ntiers.elite.targets.email.clock = 'business'",
            "tiers.elite.targets.email.within: found '2 days', expected a time such as '15 min'",
        ),
        (
            "prestige",
            "tiers.elite.channel_calendars.voice = 'x'",
            "channel_calendars.voice: found 'x', expected one of",
        ),
        ("prestige", "ladders.P1.steps.triage.within = '5'", "steps.triage.within: found '5', expected an amount such"),
        (
            "prestige",
            "ladders.P1.steps.triage.within = '5 USD'",
            "triage.within: found '5 USD', expected a time such as",
        ),
        (
            "prestige",
            "ladders.P1.steps.triage.owner = 'L1'",
            "ladders.P1.steps.triage.owner: unknown key, expected one",
        ),
        ("prestige", "ladders.P1.anchor = 'noticed'", "ladders.P1.anchor: found 'noticed', expected one of opened"),
        ("prestige", "severities.P1.ladder = 'P9'", "severities.P1.ladder: found 'P9', expected one of P1, P2"),
        ("prestige", "papers.executive_brief.severities = ['P9']", "severities: found ['P9'], expected a list of P1"),
        (
            "prestige",
            "papers.post_incident_report.tiers = ['gold']",
            "tiers: found ['gold'], expected a list of standard",
        ),
        ("prestige", "credits.tiers = ['gold']", "credits.tiers: found ['gold'], expected a list of standard"),
        ("prestige", "credits.steps = { 2 = 0.05, 3 = 0.01 }", "expected shares that rise with the breaches"),
        (
            "prestige",
            "credits.per_hour = 0.02",
            "northwind.toml: credits.per_hour: unknown key, expected one of engine",
        ),
        ("prestige", "plans.gold.fee = '1 USD'", "northwind.toml: plans.gold: unknown key, expected one of standard"),
        ("prestige", "plans.elite.fee = '499'", "plans.elite.fee: found '499', expected an amount such as"),
        (
            "prestige",
            "plans.elite.fee = '5 h'",
            "plans.elite.fee: found '5 h', expected a sum of money such as '499 USD'",
        ),
        (
            "prestige",
            "plans.elite.fee = ['9 USD', '1 USD']",
            "plans.elite.fee: found ['9 USD', '1 USD'], expected a list",
        ),
        ("prestige", "goals.fcr.metric = 'fcrr'", "goals.fcr.metric: found 'fcrr', expected one of aht"),
        ("prestige", "goals.fcr.where.planet = 'mars'", "goals.fcr.where.planet: unknown key, expected one of channel"),
        ("prestige", "goals.fcr.at_least = '4 parsecs'", "goals.fcr.at_least: found '4 parsecs', expected an amount"),
        (
            "care-package",
            "goals.csat.otherwise = 'nps'",
            "goals.csat.otherwise: found 'nps', expected one of csat, csat_",
        ),
        (
            "care-package",
            "tiers.growth.targets.social.addon = 'x'",
            "social.addon: found 'x', expected one of round_the",
        ),
        (
            "care-package",
            "quality.hours_per_week.gold = 4",
            "hours_per_week.gold: found 4, expected the name of a tier",
        ),
        (
            "care-package",
            "addons.social.unit = 'year'",
            "addons.social.unit: found 'year', expected one of month, once",
        ),
        ("care-package", "alerts.abandonment.every = '4 min'", "sustained: found '15 min', expected a whole number of"),
        (
            "care-package",
            "retention.transcripts = '13'",
            "retention.transcripts: found '13', expected a period such as",
        ),
        (
            "care-package",
            "retention.letters = '13 months'",
            "retention.letters: unknown key, expected one of aggregates",
        ),
        ("care-package", "calendars.always.night.factor = 0.5", "night.factor: found 0.5, expected a number from 1"),
        (
            "lightcurve",
            "priorities.P1.resolution.tiers = ['x']",
            "resolution.tiers: found ['x'], expected a list of basic",
        ),
        (
            "lightcurve",
            "severities.P1.trigger.affected = 10",
            "trigger.affected: found 10, expected a ratio from 0 to 1",
        ),
        (
            "lightcurve",
            "ladders.incident.steps.level_2.by_tier.x = {}",
            "by_tier.x: unknown key, expected one of basic",
        ),
        ("tally", "quality.calibration.points = 101", "calibration.points: found 101, expected a whole number from 1"),
        ("tally", "quality.rubric.weights.accuracy = 0.5", "quality.rubric.weights: found {'accuracy': Decimal('0.5')"),
        ("tally", "staffing.shrinkage = [0.35, 0.30]", "staffing.shrinkage: found [Decimal('0.35'), Decimal('0.30')]"),
        (
            "tally",
            "staffing.history_weeks = [26, 13]",
            "history_weeks: found [26, 13], expected two whole numbers, the",
        ),
        ("tally", "staffing.per_hour.fax = [1, 2]", "staffing.per_hour.fax: unknown key, expected one of voice"),
        ("tally", "reconciliation.rates = 'x'", "reconciliation.rates: found 'x', expected one of relative, points"),
        ("tally", "lint.clocks = ['x']", "lint.clocks: found ['x'], expected a list of first_response"),
        ("tally", "bands.asa.voice = { under = ['1 s', '2 s', '3 s'] }\n", "bands.asa.voice"),
        ("tally", "exceptions.windows.x = { first = 2025-01-02, last = 2025-01-01, about = 'x' }", "a date not before"),
        (
            "tally",
            "exceptions.windows.x = { first = '2025-01-02', last = 2025-01-01, about = 'x' }",
            "expected a date such",
        ),
        (
            "tally",
            "journeys.vip.first_response = { within = 'same day', clock = 'elapsed' }",
            "expected an amount such as",
        ),
        ("service-strategy", "scorecard.csat = 0.5", "expected weights that sum to 1"),
    ],
)
def test_what_makes_no_sense_is_named(tmp_path, base, text, says):
    path = tmp_path / "northwind.toml"
    path.write_text(f'extends = "{base}"\n{text}\n', encoding="utf-8")
    with pytest.raises(PackError) as error:
        load_pack(str(path), zone="Europe/Berlin")
    assert says in str(error.value)
    assert str(error.value).startswith(("northwind.toml: ", f"{base}.toml: "))


@pytest.mark.parametrize("table", PROGRAMME_TABLES)
def test_no_table_is_passed_over(tmp_path, table):
    path = tmp_path / "northwind.toml"
    path.write_text(f'extends = "tally"\n{table} = 7\n', encoding="utf-8")
    with pytest.raises(PackError, match=f"northwind.toml: {table}: found 7, expected a table"):
        load_pack(str(path), zone="Europe/Berlin")
    path.write_text(f'extends = "tally"\n{table}.nonsense = 7\n', encoding="utf-8")
    with pytest.raises(PackError, match=f"northwind.toml: {table}"):
        load_pack(str(path), zone="Europe/Berlin")
