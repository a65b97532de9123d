"""Small changes to the measures that no other test noticed, and what the second implementation found."""

from __future__ import annotations

import pytest

from tests.metrics.build import TALLY, Centre, at, explained, figure, pack_with

EVENING = "2025-05-13 18:00"
MINUTE_MS = 60_000


def _email(centre: Centre, started_at: str, case: str, **parts: int) -> int:
    """An e-mail answered a minute after it came, handled at once."""
    start = at(started_at)
    told = {"channel": "email", "answered_at": start + 60, "ended_at": start + 300, "case_id": case, **parts}
    return centre.contact(start, **told)


def test_r12_email_per_resolution_wherever_its_legs_are_among_all_others():
    """The last leg of the case carries the sum, not the leg at a place that the case's own legs would count to."""
    centre = Centre()
    for minute in range(5):
        centre.call(2_000, f"2025-05-13 09:0{minute}")
    centre.case("2025-05-13 09:00", case_id="7", first_resolved_at="2025-05-13 12:00")
    legs = [_email(centre, f"2025-05-13 1{hour}:00", "7", talk_ms=4 * MINUTE_MS) for hour in range(3)]
    told = explained(centre.facts(EVENING), "aht", where={"channel": "email"})
    assert (told.figure.value, told.rows) == (720.0, {"interactions": [legs[-1]]})


def test_r11_a_part_that_no_leg_of_the_case_states_is_not_0():
    centre = Centre()
    centre.case("2025-05-13 09:00", case_id="7", first_resolved_at="2025-05-13 12:00")
    _email(centre, "2025-05-13 10:00", "7", talk_ms=MINUTE_MS)
    facts = centre.facts(EVENING)
    assert [figure(facts, name).value for name in ("aht_talk", "aht_hold")] == [60.0, None]
    assert figure(facts, "aht_hold").excluded == {"no hold time": 1}


def test_the_latest_answer_counts_whoever_else_answered_before():
    """A later answer of one case is not told by its place among the answers of that case alone."""
    centre = Centre()
    told = {"kind": "csat", "channel": "email", "sent_at": "2025-05-13 09:00", "scale_max": 5.0}
    for case in "1237":
        centre.case("2025-05-13 08:00", case_id=case)
    for minute, (case, score) in enumerate((("1", 5.0), ("2", 5.0), ("3", 5.0), ("7", 1.0), ("7", 5.0))):
        centre.add("surveys", case_id=case, responded_at=f"2025-05-13 10:0{minute}", score=score, **told)
    csat = figure(centre.facts(EVENING), "csat")
    assert (csat.n, csat.excluded) == (4, {"repeated": 1})


def test_a_contact_that_two_cases_name_belongs_to_the_first():
    """R14: in whatever order the cases came in."""
    for order in ((0, 1), (1, 0)):
        centre = Centre()
        centre.contact("2025-05-01 10:00", interaction_id="call", ended_at="2025-05-01 10:05")
        for place in order:
            resolved = f"2025-05-01 1{1 + place}:00"
            centre.case(
                f"2025-05-01 10:1{place}", case_id=f"{place}", interaction_id="call", first_resolved_at=resolved
            )
        facts = centre.facts(EVENING)
        first = facts.records.interactions["case"].to_list()
        assert first == facts.records.cases.filter(case_id="0")["id"].to_list()


def test_a_contact_of_the_very_second_opened_the_case():
    """Whatever its channel: a call and the ticket that it made count once."""
    centre = Centre()
    call = centre.contact("2025-05-13 10:00:00", case_id="7")
    centre.case("2025-05-13 10:00:00", case_id="7")
    assert explained(centre.facts(EVENING), "volume").rows == {"interactions": [call]}


def _solved_at_noon() -> Centre:
    centre = Centre()
    centre.case("2025-05-12 09:00", case_id="7", first_resolved_at="2025-05-12 12:00")
    return centre


def _message(centre: Centre, moment: str) -> int:
    return centre.add("case_events", case_id="7", at=moment, kind="customer_reply")


def test_a_message_of_the_second_of_the_resolution_comes_not_after_it():
    centre = _solved_at_noon()
    _message(centre, "2025-05-12 12:00:00")
    after = _message(centre, "2025-05-12 12:00:01")
    assert explained(centre.facts(EVENING), "volume", "7d").rows["case_events"] == [after]


def test_what_is_no_contact_comes_not_between_a_resolution_and_a_message():
    centre = _solved_at_noon()
    centre.contact("2025-05-12 13:00", case_id="7", direction="outbound")
    message = _message(centre, "2025-05-12 14:00")
    assert explained(centre.facts(EVENING), "volume", "7d").rows["case_events"] == [message]


def test_a_contact_of_the_second_of_the_resolution_comes_not_between_it_and_a_message():
    centre = _solved_at_noon()
    centre.contact("2025-05-12 12:00:00", case_id="7")
    message = _message(centre, "2025-05-12 14:00")
    assert explained(centre.facts(EVENING), "volume", "7d").rows["case_events"] == [message]


@pytest.mark.parametrize(("second", "follow_ups"), [("09:00:00", 1), ("09:00:01", 0)])
def test_r3_the_last_second_of_the_days_of_one_case_is_in_them(second, follow_ups):
    """28 days of 24 h, over no clock change."""
    centre = Centre()
    centre.contact("2025-04-15 09:00:00", case_id="7", customer_id="a")
    centre.contact(f"2025-05-13 {second}", case_id="7", customer_id="b")
    assert figure(centre.facts(EVENING), "volume_follow_up").value == follow_ups


@pytest.mark.parametrize(("second", "repeats"), [("09:00:00", 1), ("09:00:01", 0)])
def test_r53_the_last_second_of_the_days_for_repeats_is_in_them(second, repeats):
    centre = Centre()
    for moment in ("2025-05-06 09:00:00", f"2025-05-13 {second}"):
        centre.contact(moment, customer_id="a", issue_type="Login")
    assert figure(centre.facts(EVENING), "repeat_contacts").numerator == repeats


def test_a_leg_entered_at_the_very_moment_is_there():
    centre = Centre()
    centre.contact("2025-05-13 09:00", interaction_id="c", outcome=None)
    centre.add("legs", interaction_id="c", queue="Billing", entered_at="2025-05-13 18:00")
    assert figure(centre.facts("2025-05-13 18:00"), "waiting").value == 1


def _stays(*outcomes: str | None, ended_at: str = "2025-05-13 09:10") -> Centre:
    """A call of 90 s of talk, with stays of these outcomes that say nothing of it."""
    centre = Centre()
    centre.contact("2025-05-13 09:00", interaction_id="c", ended_at=ended_at, talk_ms=90_000)
    for place, outcome in enumerate(outcomes):
        told = {"answered_at": f"2025-05-13 09:0{place}"} if outcome == "answered" else {}
        left = {"left_at": f"2025-05-13 09:0{place}:30", "entered_at": f"2025-05-13 09:0{place}"}
        centre.add("legs", interaction_id="c", queue="Billing", outcome=outcome, **left, **told)
    return centre


@pytest.mark.parametrize(
    ("outcomes", "talk"),
    [
        (("answered",), 90),
        (("overflowed", "answered"), 90),
        ((None, "answered"), 90),
        (("answered", "answered"), None),
        (("abandoned",), None),
    ],
)
def test_r11_the_calls_parts_are_those_of_the_only_leg_that_was_answered(outcomes, talk):
    assert figure(_stays(*outcomes).facts(EVENING), "aht_talk").value == talk


def test_r11_a_stay_that_ends_at_the_very_moment_is_over():
    facts = _stays("answered", ended_at="2025-05-13 09:00:30").facts("2025-05-13 09:00:30")
    assert figure(facts, "aht").value == 90


def _resolved(first_resolved_at: str = "2025-05-01 12:00", **values: object) -> Centre:
    """A case of 1 May, resolved for the first time that day."""
    centre = Centre()
    told = {"case_id": "7", "customer_id": "a", "issue_type": "Login", **values}
    centre.case("2025-05-01 09:00", first_resolved_at=first_resolved_at, **told)
    return centre


def test_r14_of_several_followers_the_first_counts():
    """One of the case inside the window, and one of the customer and reason after it."""
    centre = _resolved()
    centre.contact("2025-05-03 10:00", case_id="7", issue_type="Other")
    centre.contact("2025-05-12 10:00", customer_id="a", issue_type="Login")
    assert figure(centre.facts(EVENING), "fcr", "2025-05-01").numerator == 0


def test_r14_a_contact_of_the_second_of_the_resolution_was_made_by_then():
    centre = _resolved("2025-05-01 12:00:00")
    centre.contact("2025-05-01 12:00:00", case_id="7")
    assert figure(centre.facts(EVENING), "fcr", "2025-05-01").numerator == 0


def _reopened(centre: Centre, *moments: str) -> None:
    for moment in moments:
        centre.add("case_events", case_id="7", at=moment, kind="reopened")


def test_r19_of_two_reopenings_the_first_counts():
    centre = _resolved()
    _reopened(centre, "2025-05-03 10:00", "2025-05-10 10:00")
    assert figure(centre.facts(EVENING), "reopen_rate", "2025-05-01").value == 1


@pytest.mark.parametrize(
    ("told", "moments"),
    [({"reopens": 2}, ("2025-05-09 10:00", "2025-05-10 10:00")), ({"reopen_flag": 1}, ("2025-05-09 10:00",))],
)
def test_r19_reopenings_that_are_all_timed_are_measurable(told, moments):
    centre = _resolved(**told)
    _reopened(centre, *moments)
    rate = figure(centre.facts(EVENING), "reopen_rate", "2025-05-01")
    assert (rate.value, rate.excluded) == (0, {})


def test_r20_an_escalation_without_a_level_reached_the_second(tmp_path):
    centre = _resolved()
    centre.add("case_events", case_id="7", at="2025-05-01 10:00", kind="escalated")
    strict = pack_with(tmp_path, "[escalation]\nlevel = 3")
    rates = [figure(centre.facts(EVENING, pack), "escalation_rate", "2025-05-01").value for pack in (TALLY, strict)]
    assert rates == [1, 0]


def _asked(centre: Centre, **values: object) -> None:
    centre.add("surveys", kind="csat", score=5.0, scale_max=5.0, sent_at="2025-05-13 09:00", **values)


def test_a_case_and_a_contact_of_one_number_are_two_matters():
    """Ids are of one table each."""
    centre = Centre()
    centre.case("2025-05-13 08:00", id=5, case_id="7")
    centre.contact("2025-05-13 08:00", id=5, interaction_id="7", ended_at="2025-05-13 08:30")
    _asked(centre, case_id="7", responded_at="2025-05-13 10:00")
    _asked(centre, interaction_id="7", responded_at="2025-05-13 10:01")
    assert figure(centre.facts(EVENING), "csat").n == 2


def test_a_survey_sent_at_the_very_moment_is_there():
    centre = Centre()
    _asked(centre)
    assert figure(centre.facts("2025-05-13 09:00"), "csat_response_rate").n == 1


def test_r16_an_answer_of_the_second_of_the_last_resolution_is_after_that():
    centre = Centre()
    stamps = {"first_resolved_at": "2025-05-02 10:00", "last_resolved_at": "2025-05-13 10:00"}
    centre.case("2025-05-01 09:00", case_id="7", **stamps)
    _asked(centre, case_id="7", responded_at="2025-05-13 10:00")
    csat = figure(centre.facts(EVENING), "csat")
    assert (csat.n, csat.excluded) == (1, {})


def test_r5_an_abandoned_call_of_unknown_wait_is_not_short(tmp_path):
    centre = Centre()
    centre.contact(outcome="abandoned")
    for wait_ms in (2_000, 4_000):
        centre.call(wait_ms, outcome="abandoned")
    pack = pack_with(tmp_path, '[service_level.voice]\ndenominator = "offered_minus_short"')
    assert figure(centre.facts(EVENING, pack), "service_level").n == 2


def test_c0_7_only_who_waits_too_long_is_overdue():
    centre = Centre()
    for created_at in ("2025-05-13 09:00", "2025-05-13 10:00", "2025-05-13 17:00"):
        centre.case(created_at)
    centre.case("2025-05-13 09:00", first_response_at="2025-05-13 09:30")
    assert figure(centre.facts(EVENING), "service_level").note == "of answered; overdue, unanswered: 2"


def test_c0_26_arrived_closed_is_a_call_of_that_queue_outside_its_hours(tmp_path):
    centre = Centre()
    centre._code("Billing")  # as the first of all names
    for started_at in ("2025-05-13 11:00", "2025-05-13 20:00", "2025-05-13 21:00"):
        for queue in ("Billing", "Other", None):
            centre.call(5_000, started_at, queue=queue)
    centre.call(5_000, "2025-05-13 20:00", channel=None)
    shop = '[calendars.shop]\nhours = ["Mon-Fri 10:00-16:00"]\n[queues]\ncalendars = '
    for queue, closed in (("Billing", {"arrived closed": 2}), ("Nowhere", {})):
        facts = centre.facts("2025-05-13 22:00", pack_with(tmp_path, f'{shop}{{ "{queue}" = "shop" }}'))
        assert figure(facts, "service_level").excluded == closed


def _handled(centre: Centre, seconds: int, **values: object) -> None:
    centre.call(1_000, talk_ms=1_000 * seconds, **values)


def test_r26_what_is_left_out_says_nothing_about_the_cap(tmp_path):
    centre = Centre()
    for seconds, direction in ((60, "inbound"), (600, "inbound"), *[(1, "outbound")] * 3):
        _handled(centre, seconds, direction=direction)
    pack = pack_with(tmp_path, "[aht]\ncap_percentile = 50")
    assert figure(centre.facts(EVENING, pack), "aht").value == 60


def test_r26_the_cap_is_the_nearest_rank_of_101_calls():
    centre = Centre()
    for seconds in range(1, 102):
        _handled(centre, seconds)
    assert figure(centre.facts(EVENING), "aht").numerator == 5_050 + 100


def test_r26_contacts_without_a_channel_are_capped_together(tmp_path):
    centre = Centre()
    for seconds in (60, 600):
        _handled(centre, seconds, channel=None)
    pack = pack_with(tmp_path, "[aht]\ncap_percentile = 50")
    assert figure(centre.facts(EVENING, pack), "aht").value == 60
