"""First answers of contacts, callbacks and their offers (R95, R97, R103-R109, R131, R132, R139, C0.26, C0.31)."""

from __future__ import annotations

import polars as pl
import pytest

from carecli.metrics.promises_spikes import missed_call_spikes
from tests.metrics.build import Centre, at, explained, figure, pack_with, window_of
from tests.metrics.test_promises import clocks, only, own_pack
from tests.policy.packs import CARE, HOUR, LIGHTCURVE, PRESTIGE

TUESDAY = "2025-03-11 10:00"
NOON = "2025-03-11 12:00"


def stands(facts) -> list[list[str]]:
    return [row["stands"] for row in clocks(facts)]


@pytest.mark.parametrize(
    ("wait_ms", "met", "over_goal"),
    [(30_000, 1, 0), (45_000, 1, 1), (59_000, 1, 1), (59_900, 1, 1), (60_000, 0, 0)],
)
def test_r131_voice_within_a_goal_and_under_a_limit(wait_ms, met, over_goal):
    centre = Centre()
    centre.call(wait_ms, TUESDAY, tier="Premium")
    row = only(centre.facts(NOON, LIGHTCURVE), "first_response")
    assert (row["met"], row["breached"], row["over_goal"], row["together"]) == (met, 1 - met, over_goal, 0)


@pytest.mark.parametrize(("wait_ms", "met"), [(29_000, 1), (29_900, 1), (30_000, 0)])
def test_r132_chat_under_thirty_seconds_by_the_source_s_own_fractions(wait_ms, met):
    centre = Centre()
    centre.call(wait_ms, TUESDAY, channel="chat", customer_id="c-1")
    centre.add("customers", customer_id="c-1", tier="premium")
    row = only(centre.facts(NOON, LIGHTCURVE), "first_response")
    assert (row["met"], row["promise"]) == (met, "tiers.premium.targets.chat")
    assert (row["elapsed_sec"], row["left_sec"]) == (wait_ms // 1000, (30_000 - wait_ms) // 1000)


def test_r132_twenty_and_nine_tenths_are_over_twenty():
    centre = Centre()
    for wait_ms in (20_000, 20_900):
        centre.call(wait_ms, TUESDAY)
    assert stands(centre.facts(NOON)) == [["met"], ["breached"]]


def test_c0_27_a_share_of_live_contacts_is_judged_together():
    centre = Centre()
    centre.call(15_000, TUESDAY)
    facts = centre.facts(NOON)
    assert only(facts, "first_response")["together"] == 1
    found = figure(facts, "attainment")
    assert (found.value, found.excluded, found.note) == (None, {"judged together": 1}, "no clock was due")


def test_a_call_that_was_lost_in_time_was_neither_kept_nor_broken():
    centre = Centre()
    for wait_ms in (10_000, 90_000):
        centre.call(wait_ms, TUESDAY, outcome="abandoned")
    assert stands(centre.facts(NOON, LIGHTCURVE)) == [["withdrawn"], ["breached"]]
    found = figure(centre.facts(NOON, LIGHTCURVE), "attainment")
    assert (found.value, found.n, found.excluded) == (0.0, 1, {"ended unanswered": 1})


def test_who_still_waits_runs_until_the_limit_by_the_feed_s_newest_moment():
    centre = Centre()
    centre.contact("2025-03-11 11:58", outcome=None)
    centre.contact("2025-03-11 11:59:30", outcome=None)
    centre.covers("interactions", "2025-03-11 09:00", "2025-03-11 11:59:50", channel=1)
    facts = centre.facts(NOON, LIGHTCURVE)
    assert [(row["stands"], row["stop"], row["elapsed_sec"]) for row in clocks(facts)] == [
        (["breached"], None, 110),
        (["running"], None, 20),
    ]


def test_r139_standard_chat_on_saturday_is_out_of_coverage_and_its_e_mail_runs():
    centre = Centre()
    centre.call(10_000, "2025-03-15 10:00", channel="chat", tier="standard", customer_id="s")
    centre.call(10_000, "2025-03-15 10:00", channel="chat", customer_id="p")
    centre.add("customers", customer_id="s", tier="Standard")
    centre.add("customers", customer_id="p", tier="Premium")
    centre.case("2025-03-15 10:00", tier="standard")
    facts = centre.facts("2025-03-15 12:00", LIGHTCURVE)
    told = [(row["promise"], row["uncovered"], row["due_at"]) for row in clocks(facts)]
    assert told == [
        ("tiers.standard.targets.chat", 1, at("2025-03-15 10:05")),
        ("tiers.premium.targets.chat", 0, at("2025-03-15 10:00:30")),
        ("tiers.standard.targets.email", 0, at("2025-03-15 22:00")),
    ]
    found = figure(facts, "attainment", where={"channel": "chat"})
    assert (found.value, found.n, found.excluded) == (1.0, 1, {"out of coverage": 1})


def test_c0_26_a_queue_whose_hours_the_pack_states(tmp_path):
    pack = own_pack(tmp_path, 'extends = "lightcurve"\nqueues.calendars = { Billing = "business" }\n')
    centre = Centre()
    for queue in ("Billing", "Sales"):
        centre.call(10_000, "2025-03-15 10:00", queue=queue)
    assert [row["uncovered"] for row in clocks(centre.facts("2025-03-15 12:00", pack))] == [1, 0]


def test_r97_chat_in_business_hours():
    centre = Centre()
    start = at("2025-03-14 17:30")
    centre.contact(start, channel="chat", customer_id="c", answered_at=at("2025-03-17 10:30"), outcome="answered")
    centre.add("customers", customer_id="c", tier="essential")
    row = only(centre.facts("2025-03-17 12:00", CARE), "first_response")
    assert (row["due_at"], row["elapsed_sec"], row["stands"]) == (at("2025-03-17 10:30"), 2 * HOUR, ["met"])


def test_r95_a_call_at_night_has_26_seconds():
    centre = Centre()
    centre.add("customers", customer_id="c", tier="enterprise")
    for wait_ms, moment in ((26_000, "2025-03-11 20:00"), (26_100, "2025-03-11 20:00"), (20_000, "2025-03-11 19:59")):
        centre.call(wait_ms, moment, customer_id="c")
    found = clocks(centre.facts("2025-03-12 12:00", CARE))
    assert [(row["at_night"], row["budget_sec"], row["met"], row["together"]) for row in found] == [
        (0, 20, 1, 1),
        (1, 26, 1, 1),
        (1, 26, 0, 1),
    ]


def test_an_answer_without_any_time_is_unmeasurable():
    centre = Centre()
    centre.contact(TUESDAY, ended_at="2025-03-11 10:05")
    found = figure(centre.facts(NOON, LIGHTCURVE), "attainment")
    assert (found.value, found.note, found.excluded) == (None, "unmeasurable", {"unmeasurable": 1})


def test_an_e_mail_contact_has_a_promise_unless_its_case_has_it():
    centre = Centre()
    centre.case(TUESDAY, case_id="held", first_response_at="2025-03-11 11:00")
    _, elsewhere, without = (
        centre.contact(TUESDAY, channel="email", case_id=case_id, answered_at="2025-03-11 11:00")
        for case_id in ("held", "elsewhere", None)
    )
    found = clocks(centre.facts(NOON, PRESTIGE))
    assert sorted((row["table"], row["row"]) for row in found) == [(0, elsewhere), (0, without), (2, 1)]
    assert {row["met"] for row in found} == {1}


def test_a_call_and_its_case_have_one_promise_of_the_channel_and_the_priority_has_its_own():
    centre = Centre()
    centre.call(10_000, TUESDAY, case_id="c")
    centre.case("2025-03-11 10:01", case_id="c", channel="voice", priority="P1", tier="premium")
    found = clocks(centre.facts(NOON, LIGHTCURVE))
    assert [(row["table"], row["clock"], row["promise"]) for row in found] == [
        (0, "first_response", "tiers.premium.targets.voice"),
        (2, "first_response", "priorities.P1.first_response"),
        (2, "resolution", "priorities.P1.resolution"),
    ]


def test_a_telephone_case_without_its_call_can_t_tell_how_long_somebody_waited():
    """Twenty seconds in a queue are nothing that the stamps of a ticket say; a chat's two hours are (R97)."""
    centre = Centre()
    centre.case(TUESDAY, channel="voice", first_response_at="2025-03-11 10:01")
    assert clocks(centre.facts(NOON)) == []
    other = Centre()
    other.case(TUESDAY, channel="chat", tier="essential", first_response_at="2025-03-11 10:01")
    assert only(other.facts(NOON, CARE), "first_response")["promise"] == "tiers.essential.targets.chat"


def test_r95_a_night_widens_the_goal_inside_the_limit_too(tmp_path):
    keys = '[tiers.enterprise.targets.chat]\nstatistic = "limit"\nwithin = "20 s"\nlimit = "60 s"\n'
    pack = own_pack(tmp_path, f'extends = "care-package"\n{keys}')
    centre = Centre()
    centre.add("customers", customer_id="c", tier="enterprise")
    for wait_ms in (26_000, 27_000):
        centre.call(wait_ms, "2025-03-11 21:00", channel="chat", customer_id="c")
    found = clocks(centre.facts("2025-03-11 22:00", pack))
    assert [(row["goal_sec"], row["budget_sec"], row["over_goal"]) for row in found] == [(26, 78, 0), (26, 78, 1)]


def test_outbound_calls_are_promised_nothing():
    centre = Centre()
    centre.call(10_000, TUESDAY, direction="outbound")
    centre.call(10_000, TUESDAY)
    assert len(clocks(centre.facts(NOON, LIGHTCURVE))) == 1


CALLBACK = '[callback]\nwithin = "5 min"\nclock = "coverage"\n'


@pytest.mark.parametrize(
    ("missed", "called", "due", "value"),
    [
        (TUESDAY, TUESDAY, "2025-03-11 10:05", 1.0),
        (TUESDAY, "2025-03-11 10:05:00", "2025-03-11 10:05", 1.0),
        (TUESDAY, "2025-03-11 10:05:01", "2025-03-11 10:05", 0.0),
        ("2025-03-14 17:58", "2025-03-17 09:03", "2025-03-17 09:03", 1.0),
        ("2025-03-14 17:58", None, "2025-03-17 09:03", 0.0),
    ],
)
def test_r103_missed_calls_are_called_back_in_the_hours_of_the_queue(tmp_path, missed, called, due, value):
    centre = Centre()
    start = at(missed) - 40
    centre.contact(start, interaction_id="lost", outcome="missed", ended_at=at(missed), customer_id="c")
    centre.contact("2025-03-10 09:00", direction="outbound", caused_by="another", outcome="answered")
    if called:
        centre.contact(called, direction="outbound", caused_by="lost", outcome="answered")
    centre.covers("interactions", "2025-03-10 09:00", "2025-03-17 12:00", channel=1)
    facts = centre.facts("2025-03-17 12:00", pack_with(tmp_path, CALLBACK))
    assert facts.callbacks["due_at"].to_list() == [at(due)]
    found = figure(facts, "callback_in_time", due[:10])
    assert (found.value, found.n) == (value, 1)
    assert explained(facts, "callback_in_time", due[:10]).rows == {"interactions": [1]}


def test_r103_without_a_time_in_the_pack_nothing_is_owed():
    centre = Centre()
    centre.contact(TUESDAY, outcome="missed", ended_at="2025-03-11 10:01")
    found = figure(centre.facts(NOON, CARE), "callback_in_time")
    assert (found.value, found.note) == (None, "no callback was due")


@pytest.mark.parametrize(("called", "value"), [("2025-03-11 10:05:00", 1.0), ("2025-03-11 10:05:01", 0.0)])
def test_r109_from_the_accepted_offer(called, value):
    """An accepted offer of a customer of Elite; the callback is known by its customer."""
    centre = Centre()
    centre.add("customers", customer_id="c", tier="Elite")
    centre.add("customers", customer_id="d", tier="Standard")
    for customer in ("c", "d"):
        centre.contact("2025-03-11 09:59", outcome="missed", customer_id=customer, ended_at=TUESDAY,
                       callback_offered_at="2025-03-11 09:59:40", callback_accepted_at=TUESDAY)  # fmt: skip
    centre.contact(called, direction="outbound", origin="callback", customer_id="c")
    found = figure(centre.facts(NOON, PRESTIGE), "callback_in_time")
    assert (found.value, found.n) == (value, 1)
    assert figure(centre.facts("2025-03-11 10:04", PRESTIGE), "callback_in_time").excluded == {"unmeasurable": 1}


def test_c0_31_a_source_without_callbacks_can_t_tell():
    centre = Centre()
    centre.add("customers", customer_id="c", tier="elite")
    centre.contact(TUESDAY, customer_id="c", callback_accepted_at=TUESDAY)
    found = figure(centre.facts(NOON, PRESTIGE), "callback_in_time")
    assert (found.value, found.note) == (None, "unmeasurable")


def _waits(*offers: tuple[int, int | None], tier: str = "Premium", **values) -> Centre:
    """Calls of (seconds waited, seconds until a callback was offered)."""
    centre = Centre()
    centre.add("customers", customer_id="c", tier=tier)
    for waited, offered in offers:
        moment = None if offered is None else at(TUESDAY) + offered
        centre.call(waited * 1000, TUESDAY, customer_id="c", callback_offered_at=moment, **values)
    return centre


def test_r108_no_offer_after_45_seconds_is_a_violation_even_if_answered():
    facts = _waits((46, None), (45, None), (60, 45), (60, 46), (46, 30)).facts(NOON, PRESTIGE)
    missed, late = (figure(facts, name) for name in ("missed_offers", "late_offers"))
    assert (missed.numerator, late.numerator, missed.n) == (1, 1, 4)
    assert explained(facts, "missed_offers").numerator_rows == {"interactions": [2]}
    assert explained(facts, "late_offers").numerator_rows == {"interactions": [5]}


def test_r108_is_of_the_pack_s_tiers():
    found = figure(_waits((46, None), (60, 46), tier="Standard").facts(NOON, PRESTIGE), "missed_offers")
    assert (found.value, found.n) == (None, 0)


def test_r108_a_feed_without_offers_is_unmeasurable():
    found = figure(_waits((46, None)).facts(NOON, PRESTIGE), "missed_offers")
    assert (found.value, found.note, found.excluded) == (None, "unmeasurable", {"unmeasurable": 1})


def test_r108_an_offer_after_now_is_not_known_yet():
    centre = _waits((90, 80), (46, 10))
    centre.covers("interactions", "2025-03-11 09:00", "2025-03-11 10:01", channel=1)
    found = figure(centre.facts("2025-03-11 10:01", PRESTIGE), "missed_offers")
    assert (found.numerator, found.n) == (1, 2)


def test_r108_waiting_counts_from_the_first_queue():
    """Thirty seconds in each of two queues are sixty; the answer in the first queue ends the waiting."""
    centre = Centre()
    centre.add("customers", customer_id="c", tier="elite")
    centre.contact("2025-03-11 09:00", callback_offered_at="2025-03-11 09:01")
    for interaction, first in (("lost", "overflowed"), ("kept", "answered")):
        centre.contact(TUESDAY, interaction_id=interaction, customer_id="c", ended_at="2025-03-11 10:30")
        for number, (outcome, entered) in enumerate(((first, 0), ("answered", 30))):
            start = at(TUESDAY) + entered
            centre.add("legs", interaction_id=interaction, leg_id=str(number), queue="VIP", entered_at=start,
                       answered_at=start + 30 if outcome == "answered" else None, left_at=start + 30,
                       outcome=outcome, queue_time_ms=30_000)  # fmt: skip
    facts = centre.facts(NOON, PRESTIGE)
    assert facts.callback_offers.select("row", "wait_ms", "missed").rows() == [(3, 60_000, 1)]


def test_r103_a_spike_is_above_twice_the_usual():
    """Twelve voicemails in the same half hour of the four weeks before are 3.0 a week: six are none, seven are one."""
    for count, spikes in ((6, 0), (7, 1)):
        centre = Centre()
        for week in ("02-11", "02-18", "02-25", "03-04"):
            for _ in range(3):
                centre.contact(f"2025-{week} 10:10", outcome="voicemail")
        for number in range(count):
            centre.contact("2025-03-11 10:29", outcome=("voicemail", "missed")[number % 2])
        centre.contact("2025-03-11 10:20", outcome="voicemail", is_test=1)
        centre.contact("2025-03-11 10:20", outcome="answered")
        centre.contact("2025-03-11 10:20", outcome="voicemail", queue="Other")
        facts = centre.facts(NOON, CARE)
        found = missed_call_spikes(facts, window_of(facts, "today"))
        billing = found.filter(pl.col("queue") == facts.snapshot.codes["Billing"])
        assert billing.height == spikes
        assert billing.select("half_hour", "count", "usual").rows() == [(20, count, 12)] * spikes
        assert missed_call_spikes(centre.facts(NOON, PRESTIGE), window_of(facts, "today")).is_empty()


def test_r103_weeks_that_no_feed_covers_make_no_spike():
    centre = Centre()
    for _ in range(9):
        centre.contact(TUESDAY, outcome="voicemail")
    facts = centre.facts(NOON, CARE)
    assert missed_call_spikes(facts, window_of(facts, "today")).is_empty()
