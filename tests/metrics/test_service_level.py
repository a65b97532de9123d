"""Service level: threshold, denominator, edges and open time (R5-R8, R40, X24, C0.7)."""

from __future__ import annotations

import pytest

from tests.metrics.build import Centre, figure, pack_with, slices

EVENING = "2025-05-13 18:00"


def five_hundred_calls() -> Centre:
    """R5: 500 offered, 460 answered, 391 of them in 20 s, 40 abandoned, 12 of them in less than 3 s."""
    centre = Centre()
    for place in range(460):
        centre.call(20_000 if place < 391 else 20_001)
    for place in range(40):
        centre.call(2_999 if place < 12 else 3_000, outcome="abandoned")
    return centre


@pytest.mark.parametrize(
    ("denominator", "percent", "n", "status"),
    [("answered", 85.0, 460, "ok"), ("offered", 78.2, 500, "risk"), ("offered_minus_short", 80.1, 488, "ok")],
)
def test_r5_x24_three_denominators_on_one_fixture(tmp_path, denominator, percent, n, status):
    pack = pack_with(tmp_path, f'[service_level.voice]\ndenominator = "{denominator}"')
    level = figure(five_hundred_calls().facts(EVENING, pack), "service_level", where={"channel": "voice"})
    assert round(level.value * 100, 1) == percent
    assert (level.n, level.numerator, level.denominator, level.status) == (n, 391, n, status)
    assert level.target == "80 % in 20 s"
    assert level.note == f"of {denominator.replace('_', ' ')}"


@pytest.mark.parametrize(("within", "status"), [(368, "ok"), (367, "risk"), (345, "risk"), (344, "miss")])
def test_r6_exactly_twenty_seconds_is_inside_and_the_verdict_exact(within, status):
    centre = Centre()
    for place in range(460):
        centre.call(20_000 if place < within else 20_001)
    level = figure(centre.facts(EVENING), "service_level")
    assert (level.numerator, level.status) == (within, status)


@pytest.mark.parametrize(
    ("threshold", "percent", "status"), [("60 s", 75.0, "miss"), ("90 s", 82.5, "miss"), ("120 s", 87.0, "ok")]
)
def test_r7_chat_depends_on_the_threshold(tmp_path, threshold, percent, status):
    centre = Centre()
    for seconds, count in ((60, 150), (90, 15), (120, 9), (121, 26)):
        for _ in range(count):
            centre.call(seconds * 1000, channel="chat", queue="Chat")
    pack = pack_with(tmp_path, f'[service_level.chat]\nwithin = "{threshold}"')
    level = figure(centre.facts(EVENING, pack), "service_level")
    assert round(level.value * 100, 1) == percent
    assert level.status == status


@pytest.mark.parametrize(
    ("edge", "reply", "hit"),
    [
        ("within", "2025-03-10 10:59", 1),
        ("within", "2025-03-10 11:00:00", 1),
        ("within", "2025-03-10 11:00:01", 0),
        ("under", "2025-03-10 11:00:00", 0),
        ("under", "2025-03-10 10:59:59", 1),
    ],
)
def test_r8_first_reply_in_four_business_hours(tmp_path, edge, reply, hit):
    centre = Centre()
    centre.case("2025-03-07 16:00", first_response_at=reply)
    pack = pack_with(tmp_path, f'[service_level.email]\nedge = "{edge}"')
    level = figure(centre.facts("2025-03-10 18:00", pack), "service_level", "2025-03-07")
    assert (level.value, level.n) == (hit, 1)
    assert level.target == ("90 % in 4 bh" if edge == "within" else "90 % in under 4 bh")


def test_c07_overdue_and_unanswered_is_said_beside_the_email_tile():
    centre = Centre()
    centre.case("2025-05-13 09:00", first_response_at="2025-05-13 10:00")
    centre.case("2025-05-13 09:00")
    centre.case("2025-05-13 17:00")
    centre.case("2025-05-13 09:00", status="solved", last_resolved_at="2025-05-13 09:30")
    facts = centre.facts("2025-05-13 17:30")
    level = figure(facts, "service_level")
    assert (level.value, level.n, level.note) == (1.0, 1, "of answered; overdue, unanswered: 1")
    assert figure(facts, "waiting").value == 2
    assert figure(facts, "longest_wait").value == 8.5 * 3600


def test_a_live_case_makes_no_leg():
    centre = Centre()
    centre.case("2025-05-13 09:00", channel="voice", first_response_at="2025-05-13 10:00")
    level = figure(centre.facts(EVENING), "service_level", where={"channel": "voice"})
    assert (level.value, level.note) == (None, "no data: needs interactions")


def test_r40_totals_come_from_rows():
    centre = Centre()
    for queue, count, within in (("Billing", 100, 90), ("Moves", 900, 450)):
        for place in range(count):
            centre.call(10_000 if place < within else 60_000, queue=queue)
    facts = centre.facts(EVENING)
    by_queue = slices(facts, "service_level", "queue")
    assert {name: each.value for name, each in by_queue.items()} == {"Billing": 0.9, "Moves": 0.5}
    assert figure(facts, "service_level").value == 0.54


def test_channels_with_different_targets_have_no_verdict_together():
    centre = Centre()
    centre.call(10_000)
    centre.call(10_000, channel="chat")
    facts = centre.facts(EVENING)
    level = figure(facts, "service_level")
    assert (level.value, level.target, level.status) == (1.0, None, None)
    by_channel = slices(facts, "service_level", "channel")
    assert [each.status for each in by_channel.values()] == ["ok", "ok"]
    assert [each.target for each in by_channel.values()] == ["80 % in 20 s", "85 % in 120 s"]


def test_a_channel_without_a_target_has_no_service_level():
    centre = Centre()
    centre.call(10_000, channel="social")
    level = figure(centre.facts(EVENING), "service_level")
    assert (level.value, level.n, level.note) == (None, 0, "no answered contacts")


def test_stored_legs_count_by_queue_and_take_the_rest_from_their_contact():
    centre = Centre()
    centre.contact("2025-05-13 10:00", interaction_id="1", customer_id="P1", issue_type="refund")
    legs = [("a", "Billing", "10:00", "transferred", 30_000), ("b", "Moves", "10:05", "answered", 5_000)]
    for leg_id, queue, time, outcome, wait in legs:
        centre.add("legs", interaction_id="1", leg_id=leg_id, queue=queue, entered_at=f"2025-05-13 {time}",
                   answered_at=f"2025-05-13 {time}:30", outcome=outcome, queue_time_ms=wait)  # fmt: skip
    facts = centre.facts(EVENING)
    assert figure(facts, "offered").value == 2
    assert figure(facts, "volume").value == 1
    by_queue = slices(facts, "service_level", "queue")
    assert {name: each.value for name, each in by_queue.items()} == {"Billing": 0.0, "Moves": 1.0}
    assert slices(facts, "offered", "channel", "issue_type")["voice", "refund"].value == 2


def test_a_leg_transferred_before_an_answer_flowed_out():
    centre = Centre()
    centre.contact("2025-05-13 10:00", interaction_id="1")
    for leg_id, outcome in (("a", "transferred"), ("b", "timed_out"), ("c", "abandoned_ringing"), ("d", "voicemail")):
        centre.add("legs", interaction_id="1", leg_id=leg_id, entered_at="2025-05-13 10:00",
                   left_at="2025-05-13 10:01", outcome=outcome)  # fmt: skip
    facts = centre.facts(EVENING)
    assert figure(facts, "offered").value == 2
    assert figure(facts, "abandoned").value == 2


def test_without_an_outcome_an_answer_or_the_end_says_it():
    centre = Centre()
    centre.contact("2025-05-13 10:00", outcome=None, answered_at="2025-05-13 10:00:05", ended_at="2025-05-13 10:01")
    centre.contact("2025-05-13 10:00", outcome=None, ended_at="2025-05-13 10:01")
    facts = centre.facts(EVENING)
    assert figure(facts, "answered").value == 1
    assert figure(facts, "abandoned").value == 1
    assert figure(facts, "asa").value == 5.0


def test_c026_a_live_contact_that_arrives_closed_is_counted_apart(tmp_path):
    centre = Centre()
    for started in ("2025-05-12 08:59:59", "2025-05-12 09:00:00", "2025-05-12 17:59:59", "2025-05-12 18:00:00"):
        centre.call(60_000, started)
    centre.call(10_000, "2025-05-12 20:00", queue="Outage")
    assert figure(centre.facts(EVENING), "service_level", "yesterday").n == 5
    pack = pack_with(tmp_path, '[queues.calendars]\nBilling = "business"')
    level = figure(centre.facts(EVENING, pack), "service_level", "yesterday")
    assert (level.n, level.numerator, level.excluded) == (3, 1, {"arrived closed": 2})


def test_an_answer_after_an_unknown_wait_is_neither_in_time_nor_late():
    centre = Centre()
    centre.contact("2025-05-13 10:00")
    centre.call(10_000)
    level = figure(centre.facts(EVENING), "service_level")
    assert (level.value, level.n, level.excluded) == (1.0, 1, {"no queue time": 1})
