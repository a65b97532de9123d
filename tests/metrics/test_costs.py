"""Cost per contact: whole months, channels, shared costs, currencies (R24, R85, X16)."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.metrics.costs import spread
from carecli.render.values import value_text
from tests.metrics.build import Centre, explained, figure, pack_with, slices
from tests.policy.packs import PRESTIGE, STRATEGY

LATER = "2025-06-02 08:00"
MAY = "2025-05"


def month(centre: Centre, resolved: int, channel: str = "voice", *, handle_ms: int = 240_000, name: str = MAY) -> None:
    """Answered contacts on the 13th, each resolved at its end."""
    for place in range(resolved):
        started = f"{name}-13 {8 + place // 3600:02d}:{place // 60 % 60:02d}:{place % 60:02d}"
        centre.call(10_000, started, channel=channel, talk_ms=handle_ms, hold_ms=0, wrap_ms=0)


def cost(centre: Centre, amount: int, channel: str | None = None, name: str = MAY, currency: str | None = "USD") -> int:
    return centre.add("costs", month=name, channel=channel, cost_center="support", amount=amount, currency=currency)


def costed(*, covered: bool = True) -> Centre:
    centre = Centre()
    if covered:
        centre.covers("interactions", "2025-03-01 00:00", "2025-06-01 23:00")
        centre.covers("cases", "2025-03-01 00:00", "2025-06-01 23:00")
    return centre


def per_contact(centre: Centre, window: str = MAY, as_of: str = LATER, **more: Any) -> Any:
    return figure(centre.facts(as_of), "cost_per_contact", window, **more)


def test_r24_loaded_cost_by_resolved_contacts() -> None:
    centre = costed()
    month(centre, 3_000)
    month(centre, 3_000, "chat")
    cost(centre, 4_200_000)
    found = per_contact(centre)
    assert (found.value, found.unit, found.currency, found.n) == (7.0, "money", "USD", 6_000)
    assert (found.numerator, found.denominator) == (42_000.0, 6_000.0)
    assert (found.target, found.status) == ("4-12 USD", "ok")
    told = found.as_json()
    assert (told["value"], told["numerator"], told["currency"]) == ("7.00", "42000.00", "USD")


def test_r24_a_channel_with_nothing_resolved_has_no_value() -> None:
    centre = costed()
    month(centre, 2)
    cost(centre, 1_000, "voice")
    cost(centre, 1_000, "chat")
    by_channel = slices(centre.facts(LATER), "cost_per_contact", "channel", window=MAY)
    assert by_channel["voice"].value == 5.0
    assert (by_channel["chat"].value, by_channel["chat"].note) == (None, "nothing resolved")
    assert per_contact(centre).value == 10.0


def test_what_was_resolved_without_costs_in_its_channel_did_not_cost_nothing() -> None:
    centre = costed()
    month(centre, 2)
    month(centre, 1, "chat")
    cost(centre, 1_000, "voice")
    by_channel = slices(centre.facts(LATER), "cost_per_contact", "channel", window=MAY)
    assert (by_channel["chat"].value, by_channel["chat"].note) == (None, "no costs")


@pytest.mark.parametrize(
    ("channel", "amount", "status"),
    [("voice", 750, "below"), ("voice", 800, "ok"), ("chat", 1_201, "miss"), ("chat", 1_200, "ok")],
)
def test_r85_bands_by_channel(channel: str, amount: int, status: str) -> None:
    centre = costed()
    month(centre, 1, channel)
    cost(centre, amount, channel)
    found = figure(centre.facts(LATER, STRATEGY), "cost_per_contact", MAY, where={"channel": channel})
    assert (found.value, found.status) == (amount / 100, status)


def test_x16_a_voice_contact_of_7_50_is_above_in_one_pack_and_below_in_the_other() -> None:
    centre = costed()
    month(centre, 2)
    cost(centre, 1_500, "voice")
    asked = {pack.id: figure(centre.facts(LATER, pack), "cost_per_contact", MAY, where={"channel": "voice"})
             for pack in (PRESTIGE, STRATEGY)}  # fmt: skip
    assert {name: (each.value, each.status) for name, each in asked.items()} == {
        "prestige": (7.5, "miss"),
        "service-strategy": (7.5, "below"),
    }


def test_money_prints_as_many_digits_as_its_verdict_needs() -> None:
    """12.004 USD is above 12 and must not read 12.00."""
    centre = costed()
    month(centre, 250, "chat")
    cost(centre, 300_100, "chat")
    found = figure(centre.facts(LATER, STRATEGY), "cost_per_contact", MAY, where={"channel": "chat"})
    assert (value_text(found), found.status) == ("12.004 USD", "miss")


@pytest.mark.parametrize(
    ("window", "as_of", "note"),
    [
        ("7d", LATER, "only of whole months"),
        ("2025-05-01..2025-05-30", LATER, "only of whole months"),
        ("2025-05-02..2025-05-31", LATER, "only of whole months"),
        (MAY, "2025-05-31 23:00", "2025-05 is not over"),
        ("2025-06", LATER, "2025-06 is not over"),
        ("2025-04-01..2025-05-31", LATER, "no costs of 2025-04"),
        ("2025-04", LATER, "no costs of 2025-04"),
        ("2025-07", LATER, "2025-07 is not over"),
    ],
)
def test_r24_only_whole_months_that_are_over_and_have_costs(window: str, as_of: str, note: str) -> None:
    centre = costed()
    month(centre, 2)
    cost(centre, 1_000)
    found = per_contact(centre, window, as_of)
    assert (found.value, found.note) == (None, note)


def test_a_months_costs_end_with_it() -> None:
    centre = costed()
    month(centre, 2)
    cost(centre, 1_000, name="2025-04")
    assert per_contact(centre, "2025-04-01..2025-05-31").note == "no costs of 2025-05"


def test_half_a_months_contacts_make_no_cost_per_contact() -> None:
    centre = costed(covered=False)
    month(centre, 1)
    cost(centre, 1_000)
    assert per_contact(centre).note == "interactions cover 1 of 22 open days"
    centre.covers("interactions", "2025-05-02 00:00", "2025-05-30 18:00")
    assert per_contact(centre).note == "interactions cover 21 of 22 open days"
    centre.covers("interactions", "2025-05-01 09:00", "2025-05-01 18:00")
    assert per_contact(centre).value == 10.0


def test_without_costs_or_without_contacts_it_says_what_it_needs() -> None:
    centre = costed()
    month(centre, 1)
    assert per_contact(centre).note == "no data: needs costs"
    alone = Centre()
    cost(alone, 1_000)
    assert per_contact(alone).note == "no data: needs interactions"


def test_several_months_are_pooled_and_never_averaged() -> None:
    centre = costed()
    month(centre, 1, name="2025-04")
    month(centre, 3)
    cost(centre, 1_000, name="2025-04")
    cost(centre, 600)
    assert per_contact(centre, "2025-04-01..2025-05-31").value == 4.0


def test_a_months_costs_begin_with_it_in_the_reporting_zone() -> None:
    centre = costed()
    month(centre, 1)
    cost(centre, 1_000)
    cost(centre, 500, name="2025-05-01")
    cost(centre, 7_000, name="May")
    assert per_contact(centre).value == 15.0
    assert figure(centre.facts(LATER, zone="America/New_York"), "cost_per_contact", MAY).value == 15.0


def test_currencies_are_never_mixed() -> None:
    centre = costed()
    month(centre, 1)
    month(centre, 1, "chat")
    cost(centre, 1_000, "voice")
    cost(centre, 900, "chat", currency="EUR")
    found = per_contact(centre)
    assert (found.value, found.status, found.note) == (None, None, "several currencies: EUR and USD")
    by_channel = slices(centre.facts(LATER), "cost_per_contact", "channel", window=MAY)
    assert [(each.value, each.currency) for each in by_channel.values()] == [(10.0, "USD"), (9.0, "EUR")]


def test_an_amount_without_a_currency_is_of_none_of_the_others() -> None:
    centre = costed()
    month(centre, 1)
    cost(centre, 1_000, currency="")
    assert (per_contact(centre).value, per_contact(centre).currency) == (10.0, None)
    cost(centre, 1_000, "voice")
    assert per_contact(centre).note == "several currencies: USD and amounts without one"


def test_a_target_in_another_currency_judges_nothing() -> None:
    centre = costed()
    month(centre, 1)
    month(centre, 1, "chat")
    cost(centre, 4_000, currency="eur")
    found = per_contact(centre)
    assert (found.value, found.currency, found.status) == (20.0, "EUR", None)
    assert found.note == "40.00 of it shared, by handle time; not judged: the target is in USD"


def shared_centre() -> Centre:
    """Voice has 3 of 4 hours of handle time but 1 of 2 contacts."""
    centre = costed()
    month(centre, 1, handle_ms=3_000)
    month(centre, 1, "chat", handle_ms=1_000)
    cost(centre, 1_000)
    cost(centre, 100, "voice")
    return centre


def test_shared_costs_are_spread_by_handle_time() -> None:
    facts = shared_centre().facts(LATER)
    by_channel = slices(facts, "cost_per_contact", "channel", window=MAY)
    assert {name: each.value for name, each in by_channel.items()} == {"voice": 8.5, "chat": 2.5}
    assert by_channel["voice"].note == "7.50 of it shared, by handle time"
    assert figure(facts, "cost_per_contact", MAY).value == 5.5


def test_shared_costs_are_spread_by_volume_where_the_pack_says_so(tmp_path: Path) -> None:
    pack = pack_with(tmp_path, '[costs]\nspread = "volume"')
    by_channel = slices(shared_centre().facts(LATER, pack), "cost_per_contact", "channel", window=MAY)
    assert {name: each.value for name, each in by_channel.items()} == {"voice": 6.0, "chat": 5.0}
    assert by_channel["chat"].note == "5.00 of it shared, by volume"


def test_a_channel_without_handle_time_bears_no_shared_costs_and_says_so() -> None:
    centre = shared_centre()
    centre.contact("2025-05-14 09:00", channel="sms", ended_at="2025-05-14 09:05")
    cost(centre, 300, "sms")
    by_channel = slices(centre.facts(LATER), "cost_per_contact", "channel", window=MAY)
    assert (by_channel["sms"].value, by_channel["sms"].note) == (3.0, "none of the shared costs: no handle time known")


def test_handle_time_of_tests_and_of_no_length_bears_nothing() -> None:
    centre = shared_centre()
    centre.call(1_000, "2025-05-13 10:00", channel="chat", talk_ms=9_000, is_test=1)
    centre.call(1_000, "2025-05-13 10:00", channel="chat", talk_ms=9_000, is_system=1)
    assert slices(centre.facts(LATER), "cost_per_contact", "channel", window=MAY)["chat"].value == 2.5
    silent = costed()
    month(silent, 1, handle_ms=0)
    cost(silent, 300)
    told = figure(silent.facts(LATER), "cost_per_contact", MAY)
    assert (told.value, told.note) == (3.0, "3.00 of it shared, by no channel: no handle time known of a month")
    assert slices(silent.facts(LATER), "cost_per_contact", "channel", window=MAY)["voice"].value is None


def test_shared_costs_nobody_bears_stay_without_a_channel() -> None:
    centre = costed()
    centre.contact("2025-05-14 09:00", ended_at="2025-05-14 09:05")
    cost(centre, 300)
    facts = centre.facts(LATER)
    assert figure(facts, "cost_per_contact", MAY).value == 3.0
    by_channel = slices(facts, "cost_per_contact", "channel", window=MAY)
    assert {each.note for each in by_channel.values()} == {"not by channel: not all its feeds name one"}
    cost(centre, 500, "voice")
    by_channel = slices(centre.facts(LATER), "cost_per_contact", "channel", window=MAY)
    assert (by_channel["voice"].value, by_channel["voice"].note) == (
        5.0,
        "none of the shared costs: no handle time known",
    )
    assert (by_channel[None].value, by_channel[None].note) == (None, "nothing resolved")


def test_a_channel_nobody_knows_is_a_cost_of_the_total_only() -> None:
    centre = shared_centre()
    cost(centre, 200, "pigeon")
    facts = centre.facts(LATER)
    assert figure(facts, "cost_per_contact", MAY).value == 6.5
    assert slices(facts, "cost_per_contact", "channel", window=MAY)["voice"].value == 8.5


def test_a_case_resolves_in_the_channel_of_its_last_answered_contact() -> None:
    centre = costed()
    resolved = {"first_resolved_at": "2025-05-14 12:00", "status": "solved"}
    centre.case("2025-05-12 09:00", case_id="asked", channel="email", **resolved)
    centre.case("2025-05-12 09:00", case_id="called", channel="email", **resolved)
    centre.case("2025-05-12 09:00", case_id="again", channel="email", **resolved)
    centre.case("2025-05-12 09:00", case_id="tried", channel="email", **resolved)
    centre.case("2025-05-12 09:00", case_id="late", channel="email", **resolved)
    calls = (("called", "2025-05-13 10:00", "answered"), ("again", "2025-05-14 12:00", "answered"),
             ("tried", "2025-05-13 10:00", "abandoned"), ("late", "2025-05-14 12:01", "answered"))  # fmt: skip
    for case_id, started, outcome in calls:
        centre.contact(started, case_id=case_id, outcome=outcome)
    cost(centre, 300, "email")
    cost(centre, 500, "voice")
    by_channel = slices(centre.facts(LATER), "cost_per_contact", "channel", window=MAY)
    assert {name: (each.value, each.n) for name, each in by_channel.items()} == {"voice": (2.5, 2), "email": (1.0, 3)}


def test_tests_and_merged_cases_cost_nothing() -> None:
    centre = costed()
    month(centre, 1)
    centre.call(1_000, "2025-05-14 10:00", is_test=1)
    centre.case("2025-05-12 09:00", first_resolved_at="2025-05-13 09:00", merged_at="2025-05-13 09:00")
    cost(centre, 1_000)
    found = per_contact(centre)
    assert (found.value, dict(found.excluded)) == (10.0, {"test": 1, "merged": 1})


@pytest.mark.parametrize("name", ["queue", "issue_type", "agent", "tier", "source", "day"])
def test_costs_name_a_channel_and_nothing_else(name: str) -> None:
    centre = shared_centre()
    for each in slices(centre.facts(LATER), "cost_per_contact", name, window=MAY).values():
        assert (each.value, each.note) == (None, f"not by {name}: not all its rows have one" if name != "day"
                                           else "only of whole months")  # fmt: skip
    assert per_contact(centre, where={"queue": "Billing"}).value is None


def test_explain_lists_resolutions_and_costs_each_under_its_own() -> None:
    centre = costed()
    month(centre, 2)
    month(centre, 1, "chat")
    shared, voice = cost(centre, 1_000), cost(centre, 100, "voice")
    facts = centre.facts(LATER)
    contacts = [row["id"] for row in centre.rows["interactions"]]
    told = explained(facts, "cost_per_contact", MAY)
    assert told.rows == {"interactions": contacts}
    assert told.numerator_rows == {"costs": [shared, voice]}
    parts = [explained(facts, "cost_per_contact", MAY, where={"channel": name}) for name in ("voice", "chat")]
    assert [part.rows for part in parts] == [{"interactions": contacts[:2]}, {"interactions": contacts[2:]}]
    assert [part.numerator_rows for part in parts] == [{"costs": [shared, voice]}, {"costs": [shared]}]
    assert sum(part.figure.numerator for part in parts) == told.figure.numerator


@given(
    amount=st.integers(-10_000_000, 10_000_000),
    weights=st.dictionaries(st.integers(1, 7), st.integers(1, 10**10), min_size=1),
)
def test_no_cent_is_lost_or_made_when_a_cost_is_spread(amount: int, weights: dict[int, int]) -> None:
    parts = spread(amount, weights)
    assert sum(parts.values()) == amount
    assert {*parts} == {*weights}
    total = sum(weights.values())
    assert all(abs(parts[name] - Fraction(amount * weight, total)) < 1 for name, weight in weights.items())


def test_the_cent_left_over_goes_to_the_share_that_was_cut_most() -> None:
    assert spread(100, {1: 1, 2: 1, 3: 1}) == {1: 34, 2: 33, 3: 33}
    assert spread(100, {1: 2, 2: 2, 3: 3}) == {1: 29, 2: 28, 3: 43}
    assert spread(-100, {1: 1, 2: 2}) == {1: -33, 2: -67}
    assert spread(100, {}) == {}
