"""Small changes to the measures that no other test noticed, and what the second implementation found."""

from __future__ import annotations

import pytest

from tests.metrics.build import Centre, at, explained, figure

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


def _stays(*outcomes: str, ended_at: str = "2025-05-13 09:10") -> Centre:
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
    [(("answered",), 90), (("overflowed", "answered"), 90), (("answered", "answered"), None), (("abandoned",), None)],
)
def test_r11_the_calls_parts_are_those_of_the_only_leg_that_was_answered(outcomes, talk):
    assert figure(_stays(*outcomes).facts(EVENING), "aht_talk").value == talk


def test_r11_a_stay_that_ends_at_the_very_moment_is_over():
    facts = _stays("answered", ended_at="2025-05-13 09:00:30").facts("2025-05-13 09:00:30")
    assert figure(facts, "aht").value == 90
