"""Volume: what a contact is (R2, R3, R4, R33), and what is left out."""

from __future__ import annotations

import polars as pl
import pytest

from carecli.metrics.evaluate import trailing_mean
from tests.metrics.build import Centre, at, explained, figure, pack_with, slices, window_of

EVENING = "2025-05-13 18:00"


def test_r2_outbound_is_never_a_contact():
    centre = Centre()
    for channel, count in (("voice", 120), ("chat", 80), ("email", 100)):
        for _ in range(count):
            centre.contact(channel=channel)
    for _ in range(10):
        centre.contact(direction="outbound")
    facts = centre.facts(EVENING)
    volume = figure(facts, "volume")
    assert (volume.value, volume.unit, volume.excluded) == (300, "contacts", {"outbound": 10})
    by_channel = {name: each.value for name, each in slices(facts, "volume", "channel").items()}
    assert by_channel == {"voice": 120, "chat": 80, "email": 100}


def follow_ups(repeats: int) -> Centre:
    """300 contacts over 246 cases; `repeats` cases share customer and reason with an earlier one."""
    centre = Centre()
    for case in range(246):
        contacts = 2 if case < 54 else 1
        twin = case - 100 if 100 <= case < 100 + repeats else case
        for number in range(contacts):
            started = at("2025-05-13 08:00") + case * 60 + number * 3600
            centre.contact(started, case_id=f"C{case}", customer_id=f"P{twin}", issue_type="refund")
    return centre


@pytest.mark.parametrize(("repeats", "new", "follow_up"), [(0, 246, 54), (6, 240, 60)])
def test_r3_new_and_follow_up(repeats, new, follow_up):
    facts = follow_ups(repeats).facts(EVENING)
    assert figure(facts, "volume").value == 300
    assert figure(facts, "volume_new").value == new
    assert figure(facts, "volume_follow_up").value == follow_up


@pytest.mark.parametrize(
    ("second", "follow_up"),
    [
        ({"issue_type": "refund"}, 1),
        ({"issue_type": "delivery"}, 0),
        ({"issue_type": None, "queue": "Billing"}, 1),
        ({"issue_type": None, "queue": "Moves"}, 0),
        ({"issue_type": "refund", "customer_id": None}, 0),
    ],
)
def test_r3_same_customer_and_reason_else_queue(second, follow_up):
    centre = Centre()
    centre.contact("2025-05-13 09:00", customer_id="P1", issue_type="refund")
    centre.contact("2025-05-13 10:00", **{"customer_id": "P1", **second})
    assert figure(centre.facts(EVENING), "volume_follow_up").value == follow_up


@pytest.mark.parametrize(("second", "follow_up"), [("2025-05-13 09:00:00", 1), ("2025-05-13 09:00:01", 0)])
def test_r3_the_no_touch_window_includes_its_end(second, follow_up):
    centre = Centre()
    for started in ("2025-05-06 09:00:00", second):
        centre.contact(started, customer_id="P1", issue_type="refund")
    assert figure(centre.facts(EVENING), "volume_follow_up").value == follow_up


def test_r4_trailing_means_need_every_day():
    centre = Centre()
    for day, count in enumerate(range(100, 107)):
        for _ in range(count):
            centre.contact(f"2025-05-{7 + day:02d} 10:00")
    centre.covers("interactions", "2025-04-24 00:00", "2025-05-13 20:00")
    facts = centre.facts(EVENING)
    today = window_of(facts, "today")
    assert trailing_mean(facts, "volume", 7, window=today).value == 103.0
    month = trailing_mean(facts, "volume", 28, window=today)
    assert (month.value, month.note) == (None, "n/a (20/28)")
    assert trailing_mean(facts, "volume", 20, window=today).value == 721 / 20


def test_r33_tests_and_system_events_are_left_out(tmp_path):
    centre = Centre()
    for number in range(300):
        centre.contact(is_test=int(number < 4), is_system=int(4 <= number < 13))
    volume = figure(centre.facts(EVENING), "volume")
    assert (volume.value, volume.excluded) == (287, {"test": 4, "system": 9})
    kept = centre.facts(EVENING, pack_with(tmp_path, "[exclusions]\ntest = false"))
    assert figure(kept, "volume").excluded == {"system": 9}


def test_a_row_with_two_reasons_is_left_out_once():
    centre = Centre()
    centre.contact(is_test=1, is_system=1, direction="outbound")
    centre.contact()
    volume = figure(centre.facts(EVENING), "volume")
    assert (volume.value, volume.excluded) == (1, {"test": 1})


def test_a_transfer_is_no_new_contact():
    centre = Centre()
    centre.contact()
    centre.contact(origin="transfer")
    centre.contact(origin="callback")
    volume = figure(centre.facts(EVENING), "volume")
    assert (volume.value, volume.excluded) == (2, {"transfer": 1})


def test_a_call_and_its_ticket_count_once_from_either_side():
    centre = Centre()
    centre.contact("2025-05-13 10:00", interaction_id="call-1", case_id="7")
    centre.case("2025-05-13 10:02", case_id="7", channel="voice")
    centre.contact("2025-05-13 11:00", interaction_id="call-2")
    centre.case("2025-05-13 11:05", case_id="8", channel="email", interaction_id="call-2")
    volume = figure(centre.facts(EVENING), "volume")
    assert (volume.value, volume.excluded) == (2, {"case of a contact": 2})


def test_a_later_call_about_an_email_case_is_a_contact_beside_it():
    centre = Centre()
    centre.case("2025-05-13 09:00", case_id="7", channel="email")
    centre.contact("2025-05-13 10:00", case_id="7")
    facts = centre.facts(EVENING)
    assert figure(facts, "volume").value == 2
    assert figure(facts, "volume_follow_up").value == 1


def test_ids_of_another_system_join_by_link_or_where_they_can_mean_one_row_only():
    centre = Centre()
    centre.contact("2025-05-13 10:00", source="phones", interaction_id="c-1")
    centre.case("2025-05-13 10:02", source="desk", channel="voice", interaction_id="c-1")
    assert figure(centre.facts(EVENING), "volume").excluded == {"case of a contact": 1}
    for source in ("phones", "lab"):
        centre.contact("2025-05-13 11:00", source=source, interaction_id="c-2")
    centre.case("2025-05-13 11:02", source="desk", channel="voice", interaction_id="c-2")
    assert figure(centre.facts(EVENING), "volume").excluded["case of a contact"] == 1
    centre.add("links", source="desk", column="cases.interaction_id", target_source="phones")
    assert figure(centre.facts(EVENING), "volume").excluded == {"case of a contact": 2}


def test_a_live_case_is_a_contact_only_where_no_feed_covers_its_channel():
    centre = Centre()
    centre.case("2025-05-13 10:00", channel="voice")
    centre.case("2025-05-13 10:00", channel="chat")
    centre.case("2025-05-13 10:00", channel="email")
    assert figure(centre.facts(EVENING), "volume").value == 3
    centre.covers("interactions", "2025-05-13 08:00", "2025-05-13 09:00", channel=1)
    volume = figure(centre.facts(EVENING), "volume")
    assert (volume.value, volume.excluded) == (2, {"case in a channel with its own feed": 1})


def test_a_customer_message_after_a_resolution_is_a_contact_once():
    centre = Centre()
    centre.case("2025-05-12 09:00", case_id="7", customer_id="P1", status="solved", last_resolved_at="2025-05-12 12:00")
    for moment, kind in [
        ("2025-05-12 10:00", "customer_reply"),
        ("2025-05-13 09:00", "customer_reply"),
        ("2025-05-13 09:10", "customer_reply"),
        ("2025-05-13 09:30", "public_reply"),
    ]:
        centre.add("case_events", case_id="7", at=moment, kind=kind)
    centre.covers("cases", "2025-05-12 00:00", "2025-05-13 20:00")
    facts = centre.facts(EVENING)
    assert figure(facts, "volume", "today").value == 1
    assert figure(facts, "volume_follow_up", "today").value == 1
    assert figure(facts, "volume", "yesterday").value == 1
    assert list(explained(facts, "volume").rows) == ["case_events"]


def test_a_public_reply_by_the_customer_is_the_customers_message():
    centre = Centre()
    centre.case("2025-05-12 09:00", case_id="7", customer_id="P1", status="solved", last_resolved_at="2025-05-12 12:00")
    centre.covers("cases", "2025-05-12 00:00", "2025-05-13 20:00")
    centre.add("case_events", case_id="7", at="2025-05-13 09:00", kind="public_reply", actor_id="A1")
    assert figure(centre.facts(EVENING), "volume").value == 0
    centre.add("case_events", case_id="7", at="2025-05-13 09:05", kind="public_reply", actor_id="P1")
    assert figure(centre.facts(EVENING), "volume").value == 1


def test_a_message_after_the_case_was_counted_again_is_no_further_contact():
    centre = Centre()
    centre.case("2025-05-12 09:00", case_id="7", status="solved", last_resolved_at="2025-05-12 12:00")
    centre.contact("2025-05-13 08:00", case_id="7")
    centre.add("case_events", case_id="7", at="2025-05-13 09:00", kind="customer_reply")
    assert figure(centre.facts(EVENING), "volume").value == 1


def test_what_comes_after_as_of_has_not_happened():
    centre = Centre()
    centre.contact("2025-05-13 10:00")
    centre.contact("2025-05-13 10:01")
    assert figure(centre.facts("2025-05-13 10:00"), "volume").value == 1
    assert figure(centre.facts("2025-05-13 10:01"), "volume").value == 2


def test_r68_every_tier_and_the_one_without():
    centre = Centre()
    for tier, count in (("standard", 120), ("premium", 100), ("elite", 60)):
        centre.add("customers", customer_id=tier, tier=tier)
        for _ in range(count):
            centre.contact(customer_id=tier)
    for _ in range(20):
        centre.contact()
    facts = centre.facts(EVENING)
    found = {name: each.value for name, each in slices(facts, "volume", "tier").items()}
    assert found == {"elite": 60, "premium": 100, "standard": 120, None: 20}
    assert list(found)[-1] is None


def test_facts_are_whole_numbers_only():
    facts = follow_ups(3).facts(EVENING)
    assert set(facts.contacts.dtypes) == {pl.Int64}


def test_a_contact_at_midnight_belongs_to_the_new_day():
    centre = Centre()
    centre.contact("2025-05-13 00:00:00")
    centre.contact("2025-05-12 23:59:59")
    facts = centre.facts(EVENING)
    assert (figure(facts, "volume", "yesterday").value, figure(facts, "volume").value) == (1, 1)


def test_a_system_with_contacts_of_its_own_means_those_by_an_id():
    centre = Centre()
    centre.contact("2025-05-13 10:00", source="phones", interaction_id="1")
    centre.contact("2025-05-13 10:00", source="desk", interaction_id="2", channel="chat")
    centre.case("2025-05-13 10:02", source="desk", interaction_id="1")
    assert figure(centre.facts(EVENING), "volume").excluded == {}
