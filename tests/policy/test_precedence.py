"""Which promise a clock keeps (C0.28, C13.1), on which calendar, with which budget (R91-R144)."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.clocks.arrivals import night_budgets
from carecli.policy.pack import load_pack
from carecli.policy.precedence import Matter, Promise, promise_keys, promise_of, tier_of
from carecli.policy.priorities import pack_priority
from carecli.policy.targets import CLOCK_NAMES, ClockName
from carecli.tables import CHANNELS
from tests.policy.packs import CARE, HOUR, LIGHTCURVE, PACKS, PRESTIGE, STRATEGY, TALLY, at


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory):
    """A pack that promises by journey, priority, tier and channel at once."""
    path: Path = tmp_path_factory.mktemp("packs") / "whole.toml"
    path.write_text(
        'extends = "lightcurve"\n'
        '[journeys.warranty]\nfirst_response = { within = "48 h", clock = "elapsed" }\n'
        '[tiers.premium.priorities.P2]\nfirst_response = { within = "2 h", clock = "coverage" }\n'
        '[service_level.chat]\nwithin = "20 s"\ngoal = 0.8\ndenominator = "answered"\n'
        'clock = "elapsed"\nedge = "within"\n'
        '[addons.social]\nprice = "3 USD"\nunit = "month"\n'
        '[tiers.premium.targets.social]\nstatistic = "limit"\nwithin = "1 h"\nclock = "elapsed"\naddon = "social"\n'
        "[targets]\nchat = false\n",
        encoding="utf-8",
    )
    return load_pack(str(path), zone="Europe/Berlin")


def due(promise: Promise | None, start: int) -> int:
    """When the promise is due that started at `start`, as the vectors reckon it."""
    assert promise is not None
    column = pl.Series([start], dtype=pl.Int64)
    budget = promise.budgets(column)
    if promise.clock == "first_response":
        budget = pl.Series(night_budgets(promise.calendar, column, budget, promise.edge))
    return promise.calendar.due(column, budget)[0]


def key(pack, clock: ClockName = "first_response", **matter: str) -> str | None:
    found = promise_of(pack, clock, Matter(**matter))
    return None if found is None else found.key


def test_c0_28_journey_before_priority_before_tier_before_channel(whole):
    everything = {"journey": "warranty", "priority": "P2", "tier": "Premium", "channel": "email"}
    assert key(whole, **everything) == "journeys.warranty.first_response"
    del everything["journey"]
    assert key(whole, **everything) == "tiers.premium.priorities.P2.first_response"
    assert key(whole, **everything | {"priority": "P1"}) == "priorities.P1.first_response"
    del everything["priority"]
    assert key(whole, **everything) == "tiers.premium.targets.email"
    del everything["tier"]
    assert key(whole, **everything) == "targets.email"
    assert key(whole, channel="chat") == "service_level.chat"
    assert key(whole, channel="sms") is None
    assert key(whole) is None


def test_a_clock_that_the_journey_does_not_have_is_the_priority_s(whole):
    assert key(whole, "resolution", journey="warranty", priority="P1", tier="premium") == "priorities.P1.resolution"
    assert key(whole, "resolution", journey="warranty", priority="P1", tier="standard") is None
    assert key(whole, "resolution", priority="P1") == "priorities.P1.resolution"
    assert key(whole, "next_response", priority="P1") is None


def test_only_first_responses_have_a_promise_of_tier_and_channel(whole):
    for clock in CLOCK_NAMES[1:]:
        assert key(whole, clock, tier="premium", channel="email") is None


@pytest.mark.parametrize("word", ["premium", "Premium", "PREMIUM", "prestige.premium"])
def test_a_tier_is_known_by_key_title_and_pack(word: str):
    assert tier_of(PRESTIGE, word) == "premium"
    assert tier_of(PRESTIGE, "gold") is None
    assert tier_of(TALLY, word) is None
    assert key(PRESTIGE, tier="gold", channel="email") == "targets.email"


@pytest.mark.parametrize(
    ("word", "own", "found"),
    [("Urgent", (), "P1"), ("p3", (), "P3"), ("P0", (), None), ("p0", ("P0", "P1"), "P0"), (None, (), None),
     ("low", ("Low",), "Low"), ("whatever", (), None)],
)  # fmt: skip
def test_the_pack_s_own_priorities_go_before_the_usual_words(word, own, found):
    assert pack_priority(word, own) == found


@pytest.mark.parametrize(
    ("pack", "tier", "channel"),
    [(CARE, "essential", "voice"), (PRESTIGE, "standard", "voice"), (LIGHTCURVE, "basic", "chat"),
     (CARE, "growth", "social")],
)  # fmt: skip
def test_c13_1_a_channel_that_a_tier_lacks_is_out_of_plan(pack, tier, channel):
    """Social is an add-on of Essential and Growth that nothing says the customer has (R233)."""
    promise = promise_of(pack, "first_response", Matter(tier=tier, channel=channel))
    assert promise is not None
    assert (promise.key, promise.target) == (f"tiers.{tier}", None)
    assert promise.budgets(pl.Series([at(11, "10:00")])).to_list() == [None]


@pytest.mark.parametrize(
    ("pack", "tier", "channel", "start", "expected"),
    [
        (CARE, None, "email", at(14, "17:30"), at(17, "10:30")),  # R93
        (CARE, None, "social", at(14, "17:30"), at(17, "09:30")),  # R94
        (CARE, "essential", "chat", at(14, "17:30"), at(17, "10:30")),  # R97
        (CARE, "growth", "email", at(15, "19:30"), at(17, "09:30")),  # R98, R99
        (CARE, "growth", "email", at(14, "19:30"), at(15, "09:30")),  # R98
        (CARE, "essential", "email", at(3, "17:30", 7), at(7, "10:30", 7)),  # R102
        (CARE, "enterprise", "email", at(30, "03:00"), at(30, "05:36")),  # R100 and R95: at night 2 h 36
        (CARE, "enterprise", "email", at(11, "19:59"), at(11, "21:59")),  # R95
        (CARE, "enterprise", "email", at(11, "20:00"), at(11, "22:36")),
        (CARE, "enterprise", "email", at(11, "23:50"), at(12, "02:26")),
        (CARE, "enterprise", "email", at(12, "07:59"), at(12, "10:35")),
        (CARE, "enterprise", "email", at(12, "08:00"), at(12, "10:00")),
        (CARE, "enterprise", "voice", at(11, "21:00"), at(11, "21:00") + 26),
        (CARE, "enterprise", "chat", at(11, "21:00"), at(11, "21:00") + 117),
        (CARE, "enterprise", "social", at(11, "21:00"), at(11, "22:18")),
        (PRESTIGE, "elite", "email", at(11, "22:00"), at(12, "02:00")),  # R111
        (PRESTIGE, "premium", "email", at(11, "22:00"), at(12, "02:00")),
        (PRESTIGE, "elite", "email", at(11, "17:30"), at(11, "18:30")),
        (PRESTIGE, "premium", "email", at(11, "18:00"), at(11, "22:00")),
        (PRESTIGE, "standard", "email", at(14, "17:30"), at(16, "17:30")),  # R117: the limit of 48 h
        (LIGHTCURVE, "standard", "email", at(15, "10:00"), at(15, "22:00")),  # R139
        (LIGHTCURVE, "basic", "email", at(11, "10:00"), at(14, "10:00")),  # R134: the limit of 72 h
        (LIGHTCURVE, "premium", "voice", at(11, "10:00"), at(11, "10:01")),  # R131: the limit of 60 s
        (LIGHTCURVE, None, "email", at(11, "10:00"), at(11, "14:00")),  # R133: paid
        (STRATEGY, None, "email", at(11, "10:00"), at(12, "10:00")),  # R141
        (TALLY, None, "email", at(14, "16:00"), at(17, "11:00")),  # R8
    ],
)
def test_c13_1_when_first_answers_are_due(pack, tier, channel, start, expected):
    assert due(promise_of(pack, "first_response", Matter(tier=tier, channel=channel)), start) == expected


@pytest.mark.parametrize(
    ("keys", "start", "expected"),
    [
        ('tiers.premium.targets.email.after_hours = "60 min"', at(11, "22:00"), at(11, "23:00")),
        ('tiers.premium.targets.email.after_hours_rule = "next-open"', at(11, "22:00"), at(12, "10:00")),
        ('tiers.premium.targets.email.after_hours_rule = "next-open"', at(11, "17:30"), at(12, "09:30")),
    ],
)
def test_r111_the_switches_of_after_hours(tmp_path, keys, start, expected):
    path = tmp_path / "own.toml"
    path.write_text(f'extends = "prestige"\n{keys}\n', encoding="utf-8")
    pack = load_pack(str(path), zone="Europe/Berlin")
    assert due(promise_of(pack, "first_response", Matter(tier="premium", channel="email")), start) == expected


@pytest.mark.parametrize(
    ("priority", "clock", "start", "expected"),
    [
        ("P1", "first_response", at(16, "10:00"), at(16, "10:15")),  # R121: a Sunday
        ("P1", "workaround", at(16, "10:00"), at(16, "11:00")),
        ("P1", "resolution", at(16, "10:00"), at(16, "14:00")),
        ("urgent", "resolution", at(16, "10:00"), at(16, "14:00")),
        ("P2", "first_response", at(14, "15:00"), at(14, "16:00")),  # R122
        ("P2", "first_response", at(14, "17:30"), at(17, "09:30")),
        ("P2", "resolution", at(14, "15:00"), at(17, "15:00")),
        ("P2", "resolution", at(15, "10:00"), at(17, "18:00")),
        ("P3", "first_response", at(13, "16:00"), at(14, "11:00")),  # R123
        ("P3", "resolution", at(13, "15:00"), at(18, "15:00")),
        ("P4", "first_response", at(12, "11:00"), at(13, "11:00")),  # R124
        ("P4", "resolution", at(12, "11:00"), at(19, "11:00")),
    ],
)
def test_c13_2_clocks_of_priorities(priority, clock, start, expected):
    promise = promise_of(TALLY, clock, Matter(priority=priority, channel="email"))
    assert due(promise, start) == expected


@pytest.mark.parametrize(
    ("priority", "start", "expected"),
    [("P2", at(14, "15:00"), at(17, "18:00")), ("P2", at(15, "10:00"), at(17, "18:00")),
     ("P3", at(13, "15:00"), at(18, "18:00")), ("P4", at(12, "11:00"), at(19, "18:00"))],
)  # fmt: skip
def test_r122_r124_by_the_end_of_the_day(tmp_path, priority, start, expected):
    path = tmp_path / "own.toml"
    path.write_text('extends = "tally"\nclocks.business_days = "end-of-day"\n', encoding="utf-8")
    pack = load_pack(str(path), zone="Europe/Berlin")
    assert due(promise_of(pack, "resolution", Matter(priority=priority)), start) == expected


def test_r113_an_update_every_eight_business_hours():
    promise = promise_of(PRESTIGE, "update", Matter(journey="complex_escalation", tier="elite"))
    assert due(promise, at(12, "15:00")) == at(13, "14:00")


@pytest.mark.parametrize(
    ("start", "expected"),
    [(at(13, "08:00"), at(13, "18:00")), (at(13, "17:50"), at(13, "18:00")), (at(13, "18:00"), at(14, "18:00")),
     (at(13, "18:05"), at(14, "18:00")), (at(14, "18:05"), at(17, "18:00")), (at(15, "10:00"), at(17, "18:00"))],
)  # fmt: skip
def test_r144_the_same_day(start, expected):
    assert due(promise_of(STRATEGY, "first_response", Matter(journey="account_inquiry")), start) == expected


def test_r143_the_journey_beats_the_channel():
    warranty = Matter(journey="warranty", channel="email")
    assert due(promise_of(STRATEGY, "first_response", warranty), at(3, "10:00")) == at(5, "10:00")
    assert due(promise_of(STRATEGY, "resolution", warranty), at(3, "10:00")) == at(10, "10:00")


def test_c0_27_what_is_judged_together():
    """Medians, means and the share of a live channel; a share of e-mails is one of clocks with due times (C0.7)."""

    def together(pack, tier, channel):
        return promise_of(pack, "first_response", Matter(tier=tier, channel=channel)).together

    assert together(CARE, "growth", "voice")  # ASA
    assert together(CARE, "growth", "chat")  # median
    assert together(PRESTIGE, "premium", "chat")  # share of sessions
    assert not together(CARE, "essential", "chat")
    assert not together(LIGHTCURVE, "premium", "voice")
    assert not together(TALLY, None, "email")
    assert not promise_of(TALLY, "resolution", Matter(priority="P2")).together


def test_c0_26_who_is_left_out_when_arriving_closed():
    """Live targets in seconds or minutes, in hours somebody states; R139: chat of Standard, and not its e-mail."""

    def left_out(pack, tier, channel):
        return promise_of(pack, "first_response", Matter(tier=tier, channel=channel)).leaves_out_closed

    assert left_out(LIGHTCURVE, "standard", "chat")
    assert not left_out(LIGHTCURVE, "standard", "email")
    assert not left_out(LIGHTCURVE, "basic", "email")
    assert not left_out(PRESTIGE, "standard", "chat")  # R117: 24 h
    assert not left_out(TALLY, None, "voice")  # nobody states the queue's hours


def test_an_answer_is_at_risk_above_the_goal_inside_the_limit():
    start = pl.Series([at(11, "10:00"), None], dtype=pl.Int64)
    standard = promise_of(PRESTIGE, "first_response", Matter(tier="standard", channel="email"))
    assert standard.goals(start).to_list() == [24 * HOUR, None]
    assert standard.budgets(start).to_list() == [48 * HOUR, None]
    assert promise_of(STRATEGY, "first_response", Matter(channel="email")).goals(start).to_list() == [None, None]


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS)
def test_every_promise_has_a_key_that_the_pack_has(pack):
    """The key names a table of the pack, and is among `promise_keys`, each of which some matter has."""
    journeys, tiers = (None, *pack.programme.journeys), (None, *pack.programme.tiers)
    matters = [
        Matter(journey, priority, tier, channel)
        for journey in journeys
        for priority in (None, "P0", "P1", "P2", "P3", "P4")
        for tier in tiers
        for channel in (None, *CHANNELS)
    ]
    found = {key for matter in matters for clock in CLOCK_NAMES if (each := promise_of(pack, clock, matter))
             if (key := each.key)}  # fmt: skip
    keys = promise_keys(pack)
    assert len(keys) == len(set(keys))
    assert found <= set(keys)
    # A channel whose targets hold for those without a tier has no other; nobody is known to have an add-on.
    unused = {f"service_level.{channel}" for channel in pack.programme.targets}
    for name, tier in pack.programme.tiers.items():
        unused |= {f"tiers.{name}.targets.{channel}" for channel, target in tier.targets.items() if target.addon}
    assert set(keys) - found <= unused
    for name in found:
        table = pack.layers.values
        for part in name.split("."):
            table = table[part]


STARTS = st.integers(at(1, "00:00"), at(31, "23:59", 10))


@given(
    pack=st.sampled_from(list(PACKS.values())),
    place=st.integers(0, 4),
    channel=st.sampled_from(CHANNELS),
    start=STARTS,
)
def test_the_columns_say_what_the_pack_says_one_at_a_time(pack, place, channel, start):
    tiers = [None, *pack.programme.tiers]
    tier = tiers[place % len(tiers)]
    promise = promise_of(pack, "first_response", Matter(tier=tier, channel=channel))
    expected = pack.channel_due_at(tier, channel, start)
    if promise is None or promise.target is None:
        assert expected is None
    elif promise.target.limit is None:
        assert due(promise, start) == expected
    else:
        assert due(promise, start) > expected


@given(start=STARTS, clock=st.sampled_from(CLOCK_NAMES), priority=st.sampled_from(["P1", "P2", "P3", "P4"]))
def test_clocks_of_priorities_are_due_as_the_pack_says(start, clock, priority):
    promise = promise_of(TALLY, clock, Matter(priority=priority))
    expected = TALLY.due(priority, clock, None, pl.Series([start], dtype=pl.Int64))[0]
    assert expected is None if promise is None else due(promise, start) == expected
