"""Tiers, ladders, journeys, exceptions and the rest of a programme: their clocks, by the checks of C2, C3 and C5."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import polars as pl
import pytest

from carecli.policy.lint import lint_pack
from carecli.policy.measurable import needed_columns
from carecli.policy.pack import available_packs, load_pack
from carecli.tables import TABLES
from tests.policy.packs import CARE, LIGHTCURVE, PRESTIGE, STRATEGY, TALLY, at


@pytest.mark.parametrize(
    ("tier", "channel", "arrived", "due"),
    [
        ("essential", "email", (14, "17:30"), (17, "10:30")),  # R93, R97
        ("essential", "chat", (14, "17:30"), (17, "10:30")),  # R97
        ("growth", "email", (15, "19:30"), (17, "09:30")),  # R98, R99
        ("growth", "email", (14, "19:30"), (15, "09:30")),  # R98
        ("enterprise", "email", (16, "03:00"), (16, "05:36")),  # R100, widened by R95
        ("enterprise", "email", (11, "19:59"), (11, "21:59")),  # R95
        ("enterprise", "email", (11, "20:00"), (11, "22:36")),
        ("enterprise", "email", (11, "23:50"), (12, "02:26")),
        ("enterprise", "email", (11, "07:59"), (11, "10:35")),
        ("enterprise", "email", (11, "08:00"), (11, "10:00")),
        ("enterprise", "social", (11, "23:00"), (12, "00:18")),  # R95: 1 h 18
        ("enterprise", "voice", (11, "23:00:00"), (11, "23:00:26")),  # R95: 26 s
        ("enterprise", "chat", (11, "23:00:00"), (11, "23:01:57")),  # R95: 117 s
        ("enterprise", "chat", (11, "12:00:00"), (11, "12:01:30")),
        ("growth", "social", (11, "12:00"), None),  # R233: without the add-on out of plan
        ("essential", "voice", (11, "12:00"), None),  # C13.1
    ],
)
def test_first_answers_of_the_care_package(tier, channel, arrived, due):
    assert CARE.channel_due_at(tier, channel, at(*arrived)) == (None if due is None else at(*due))


def test_social_in_business_hours_with_its_addon():
    assert CARE.channel_due_at("essential", "social", at(14, "17:30"), addons=["social"]) == at(17, "09:30")  # R94


def test_the_night_is_a_switch(variant):
    off = variant("care-package", "calendars.always.night.widen = false")
    assert off.channel_due_at("enterprise", "email", at(11, "23:50")) == at(12, "01:50")  # R95
    addon = ["round_the_clock"]  # R232
    assert off.channel_due_at("growth", "email", at(14, "21:00"), addons=addon) == at(14, "23:00")
    assert CARE.channel_due_at("growth", "email", at(14, "21:00"), addons=addon) == at(14, "23:36")
    assert CARE.channel_due_at("growth", "email", at(14, "23:50"), addons=addon) == at(15, "02:26")


def test_federal_holidays_close_essential_and_growth():
    hours = {
        tier: CARE.tier_calendar(tier, "email").elapsed_seconds(at(4, "00:00", 7), at(5, "00:00", 7)) / 3600
        for tier in ("essential", "growth", "enterprise")
    }
    assert hours == {"essential": 0, "growth": 0, "enterprise": 24}  # R102
    assert CARE.channel_due_at("essential", "email", at(3, "17:30", 7)) == at(7, "10:30", 7)
    week = CARE.tier_calendar("essential", "email").elapsed_seconds(at(10, "00:00"), at(17, "00:00"))
    assert week == 45 * 3600  # R96


@pytest.mark.parametrize(
    ("switch", "tier", "arrived", "due"),
    [
        ("", "elite", (11, "22:00"), (12, "02:00")),  # R111
        ('tiers.elite.targets.email.after_hours = "60 min"', "elite", (11, "22:00"), (11, "23:00")),
        ("", "premium", (11, "22:00"), (12, "02:00")),
        ('tiers.premium.targets.email.after_hours_rule = "next-open"', "premium", (11, "22:00"), (12, "10:00")),
        ("", "elite", (11, "17:30"), (11, "18:30")),
        ('tiers.premium.targets.email.after_hours_rule = "next-open"', "premium", (11, "17:30"), (12, "09:30")),
        ("", "premium", (11, "18:00:00"), (11, "22:00:00")),  # 18:00:00 is after hours
        ("", "standard", (14, "17:30"), (15, "17:30")),  # R117
    ],
)
def test_email_of_prestige(variant, switch, tier, arrived, due):
    assert variant("prestige", switch).channel_due_at(tier, "email", at(*arrived)) == at(*due)


def test_standard_of_prestige_has_a_target_and_a_limit(variant):
    email = PRESTIGE.channel_target("standard", "email")
    hours = [24, 30, 48, 49]
    assert [email.verdict_of_one(Fraction(each * 3600)) for each in hours] == ["ok", "risk", "risk", "miss"]  # R117
    switched = variant(
        "prestige",
        'tiers.standard.targets.email.clock = "coverage"\n'
        'tiers.standard.channel_calendars = { email = "open_days", chat = "open_days" }',
    )
    used = switched.tier_calendar("standard", "email").elapsed_seconds(at(14, "17:30"), at(17, "10:00"))
    assert used == 16.5 * 3600  # R117: open-days
    assert email.verdict_of_one(Fraction(at(17, "10:00") - at(14, "17:30"))) == "miss"


def test_coverage_and_clocks_of_lightcurve():
    covered = LIGHTCURVE.tier_calendar("standard", "chat")
    assert not covered.is_open_at(at(15, "10:00"))  # R139: Saturday, out of coverage
    assert LIGHTCURVE.tier_calendar("premium", "chat").is_open_at(at(15, "10:00"))
    assert LIGHTCURVE.channel_due_at("standard", "email", at(15, "10:00")) == at(15, "22:00")  # R139
    first = LIGHTCURVE.priority_of("P1", "first_response", "premium")
    assert [first.met(minutes * 60) for minutes in (59, 60)] == [True, False]  # R136
    email = LIGHTCURVE.channel_target("premium", "email")
    assert [email.verdict_of_one(Fraction(each)) for each in (14_399, 14_400)] == ["ok", "miss"]  # R133
    basic = LIGHTCURVE.channel_target("basic", "email")
    assert [basic.verdict_of_one(Fraction(each * 3600)) for each in (30, 72, 73)] == ["risk", "risk", "miss"]  # R134


@pytest.mark.parametrize(
    ("arrived", "due"),
    [
        ((13, "08:00"), (13, "18:00")),
        ((13, "17:50"), (13, "18:00")),
        ((13, "18:00"), (14, "18:00")),
        ((13, "18:05"), (14, "18:00")),
        ((14, "18:05"), (17, "18:00")),
        ((15, "10:00"), (17, "18:00")),
    ],
)
def test_account_inquiries_are_answered_the_same_day(arrived, due):
    target = STRATEGY.programme.journeys["account_inquiry"]["first_response"]
    calendar = STRATEGY.clock_calendar(target.clock, None)
    assert target.due_at(calendar, at(*arrived)) == at(*due)  # R144
    assert target.due(calendar, pl.Series([at(*arrived), None])).to_list() == [at(*due), None]
    assert target.budget_at(calendar, at(*arrived)) == calendar.elapsed_seconds(at(*arrived), at(*due))


def test_journeys_have_their_own_clocks():
    warranty = STRATEGY.programme.journeys["warranty"]
    always = STRATEGY.clock_calendar("elapsed", None)
    assert warranty["first_response"].met(30 * 3600)  # R143
    assert warranty["resolution"].due_at(always, at(3, "10:00")) == at(10, "10:00")  # R143
    update = PRESTIGE.programme.journeys["complex_escalation"]["update"]
    assert update.due_at(PRESTIGE.clock_calendar(update.clock, None), at(12, "15:00")) == at(13, "14:00")  # R113


def test_daily_updates(variant):
    def due(pack, start):
        target = pack.programme.severities["P3"].updates
        return target.due_at(pack.clock_calendar(target.clock, None), start)

    assert (due(PRESTIGE, at(10, "16:00")), due(PRESTIGE, at(14, "16:00"))) == (at(11, "16:00"), at(17, "16:00"))
    assert due(variant("prestige", 'severities.P3.updates.clock = "elapsed"'), at(14, "16:00")) == at(
        15, "16:00"
    )  # R161


@pytest.mark.parametrize(
    ("pack", "ladder", "tier", "opened", "dues"),
    [
        (CARE, "SEV1", None, (11, "10:00"), [(11, "10:10"), (11, "10:30"), (11, "12:00")]),  # R150, R152
        (CARE, "SEV2", None, (11, "10:00"), [(11, "10:30"), (11, "11:00"), (11, "18:00")]),  # R151, R152
        (PRESTIGE, "P1", None, (11, "10:00"), [(11, "10:05"), (11, "10:15"), (11, "10:30"), (11, "11:00")]),  # R158
        (PRESTIGE, "P2", None, (11, "10:00"), [(11, "10:10"), (11, "10:30"), (11, "11:00"), (11, "12:00")]),  # R160
        (LIGHTCURVE, "incident", "premium", (11, "09:00"), [(11, "10:00"), (11, "13:00")]),  # R170, R171
        (LIGHTCURVE, "incident", "standard", (11, "09:00"), [(11, "11:00"), (11, "13:00")]),
        (LIGHTCURVE, "incident", "standard", (14, "17:30"), [(17, "10:30"), (17, "12:30")]),  # R170
        (LIGHTCURVE, "incident", "basic", (11, "09:00"), [(11, "11:00"), None]),  # R171: paid accounts
    ],
)
def test_ladders(pack, ladder, tier, opened, dues):
    steps = pack.programme.ladders[ladder].steps.values()
    found = [pack.step_due_at(step, at(*opened), tier) for step in steps]
    assert found == [due and at(*due) for due in dues]


def test_a_double_ladder_is_double():
    first, second = (PRESTIGE.programme.ladders[name].steps for name in ("P1", "P2"))
    assert [2 * step.target.seconds for step in first.values()] == [step.target.seconds for step in second.values()]


@pytest.mark.parametrize(
    ("what", "reasons"),
    [
        ({"interactions": 2, "handle_sec": 540}, ["2 interactions"]),  # R145
        ({"interactions": 1, "handle_sec": 900}, ["15 min of handling"]),
        ({"interactions": 1, "handle_sec": 899}, []),
        ({"refund": Fraction(150)}, []),  # R146
        ({"refund": Fraction("150.01")}, ["refund above 150 USD"]),
        ({"tags": ["billing", "policy_exception"]}, ["policy_exception"]),
    ],
)
def test_handover_to_the_second_tier(what, reasons):
    assert list(CARE.programme.handover["T2"].reasons(**what)) == reasons


def test_handover_to_the_third_tier():
    third = CARE.programme.handover["T3"]
    assert list(third.reasons(tags=["fraud"])) == ["fraud"]  # R148
    assert list(third.reasons(tags=["billing"])) == []
    assert list(third.reasons(tags=["legal_hold"])) == ["legal_hold"]  # R157
    assert third.needs == ("severity", "impact_statement")  # R149


def test_flexes_and_exception_windows(variant):
    pack = variant(
        "care-package",
        "[exceptions.flexes.launch]\nfirst = 2025-12-01\nlast = 2025-12-07\nabout = 'launch'\nmetric = 'aht'\n"
        "channel = 'voice'\nbetween = ['6 min', '10 min']\n"
        "[exceptions.windows.peak]\nfirst = 2025-11-24\nlast = 2025-11-26\nabout = 'peak sale'\nchannels = ['voice']\n",
    )
    minutes = Fraction(92, 10) * 60
    on_3rd, on_8th = (pack.band_on("aht", "voice", date(2025, 12, day)) for day in (3, 8))
    assert (on_3rd.verdict(minutes), on_8th.verdict(minutes)) == ("ok", "miss")  # R51
    assert pack.band_on("aht", "chat", date(2025, 12, 3)) == pack.band("aht", "chat")
    named = [pack.programme.exceptions.excluded("voice", date(2025, 11, day)) for day in (23, 24, 26, 27)]
    assert named == [None, "peak", "peak", None]  # R104: both ends included
    assert pack.programme.exceptions.excluded("chat", date(2025, 11, 24)) is None
    assert TALLY.programme.exceptions.weekly_limit == Fraction(1, 10)  # R128


def test_coaching_cadence():
    coaching = STRATEGY.programme.quality.coaching
    assert [coaching.meeting_every(days) for days in (60, 89, 90, 120)] == [7, 7, 14, 14]  # R219
    assert TALLY.programme.quality.coaching.closed_within_days == 7  # R212
    assert TALLY.programme.quality.coaching.meeting_every(10) is None


def test_a_tier_of_ones_own(variant):
    pack = variant(
        "prestige",
        "[tiers.gold]\ntitle = 'Gold'\ncalendar = 'business'\n"
        "[tiers.gold.targets]\nemail = { statistic = 'limit', within = '30 min', clock = 'coverage' }\n"
        "[tiers.gold.priorities.P1]\nfirst_response = { within = '10 min', clock = 'elapsed' }\n"
        "[tiers]\nstandard = false\n[plans]\nstandard = false\n",
    )
    assert list(pack.programme.tiers) == ["premium", "elite", "gold"]
    assert pack.channel_due_at("gold", "email", at(14, "17:45")) == at(17, "09:15")
    assert pack.priority_of("P1", "first_response", "gold").seconds == 600  # C0.28
    assert pack.priority_of("P1", "first_response", "elite") is None
    assert pack.channel_due_at(None, "email", at(11, "10:00")) == at(11, "11:00")


def test_lint_asks_for_owners_and_definitions_where_the_pack_does(variant):
    pack = variant("prestige", "ladders.P1.steps.engineering_bridge.owners = ['']")
    assert "ladders.P1.steps.engineering_bridge: no owner (R162)" in lint_pack(pack)
    pack = variant("prestige", "ladders.P2.steps.triage.owners = []")
    assert "ladders.P2.steps.triage: no owner (R162)" in lint_pack(pack)
    pack = variant("tally", "bands.first_contact.any.at_least = 0.5")
    assert [line.partition(":")[0] for line in lint_pack(pack)] == ["bands.first_contact"]


def test_lint_says_what_a_feed_cannot_measure():
    everything = frozenset(
        column for pack in (TALLY, PRESTIGE) for _, needed in needed_columns(pack) for column in needed
    )
    assert lint_pack(TALLY, everything) == []
    waits = {"legs.answered_at", "legs.queue_time_sec", "interactions.answered_at", "interactions.queue_time_sec"}
    said = lint_pack(TALLY, everything - waits)  # R105
    assert [line.partition(":")[0] for line in said] == ["service_level.voice", "service_level.chat", "bands.asa"]
    assert all("unmeasurable" in line and "answered_at" in line and "(R105)" in line for line in said)
    offers = lint_pack(PRESTIGE, everything - {"interactions.callback_offered_at"})
    assert any(line.startswith("callback.offer_after: unmeasurable") for line in offers)  # C0.31
    known = {f"{table.name}.{column.name}" for table in TABLES for column in table.columns}
    assert everything <= known


def test_a_shipped_pack_is_read_in_parts_and_a_users_whole(variant):
    assert "programme" not in vars(load_pack("tally", zone="UTC"))
    assert "programme" in vars(variant("tally", ""))


@pytest.mark.parametrize("name", available_packs())
def test_a_pack_can_be_extended_by_nothing(variant, name):
    same, base = variant(name, ""), load_pack(name, zone="Europe/Berlin")
    changed = {key for key in base.settings if same.settings[key] != base.settings[key]}
    assert changed == {"id", "title"}
    assert same.programme == base.programme
