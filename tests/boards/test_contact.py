"""One contact and what stands around it, and what stands around a case: nothing that came later is known."""

from __future__ import annotations

from typing import Any

from carecli.boards.case import case_board
from carecli.boards.contact import contact_board
from carecli.boards.surroundings import MOST_CASES, open_cases_of
from tests.boards.test_cases import readable
from tests.metrics.build import BERLIN, TALLY, Centre, at

NOON = "2025-05-13 12:00"
CALL: dict[str, Any] = {
    "id": 7,
    "source": "phone",
    "interaction_id": "call-7",
    "channel": "voice",
    "direction": "inbound",
    "queue": "Billing",
    "started_at": at("2025-05-13 11:50"),
    "answered_at": at("2025-05-13 11:50") + 12,
    "ended_at": at("2025-05-13 11:55"),
    "outcome": "answered",
    "agent_id": "a-1",
    "customer_id": "c-1",
    "queue_time_sec": 12.0,
    "talk_sec": 242.0,
    "wrap_sec": 30.0,
    "language": "de",
}
LEG: dict[str, Any] = {
    "queue": "Billing",
    "agent_id": "a-1",
    "entered_at": CALL["started_at"],
    "answered_at": CALL["answered_at"],
    "left_at": CALL["ended_at"],
    "outcome": "answered",
    "queue_time_sec": 12.0,
    "talk_sec": 242.0,
    "hold_sec": None,
    "wrap_sec": 30.0,
}
SURVEY: dict[str, Any] = {
    "kind": "csat",
    "sent_at": at("2025-05-13 11:56"),
    "responded_at": at("2025-05-13 12:30"),
    "score": 4.0,
    "scale_max": 5.0,
    "agent_id": "a-1",
}
REVIEW: dict[str, Any] = {"reviewed_at": at("2025-05-13 12:40"), "agent_id": "a-1", "reviewer_id": "q-1", "score": 92.0}


def centre() -> Centre:
    """Three open cases of c-1, one solved; one open case of c-2."""
    made = Centre()
    for hours in (5, 90, 30):
        made.case(at(NOON) - 3600 * hours, customer_id="c-1", case_id=f"case-{hours}")
    made.case(at(NOON) - 3600, customer_id="c-1", status="solved", updated_at=at(NOON) - 1800)
    made.case(at(NOON) - 3600, customer_id="c-2")
    return made


def contact(as_of: str, **around: Any):
    return contact_board(centre().facts(as_of), CALL, **around)


def test_a_contact_has_its_stays_its_answers_and_its_times():
    board = contact("2025-05-13 13:00", legs=[LEG], surveys=[SURVEY], reviews=[REVIEW])
    assert (board.contact.wait_sec, board.contact.handle_sec, board.customer) == (12.0, 272.0, "c-1")
    assert dict(board.facts) | {} == {
        "Outcome": "answered",
        "Agent": "a-1",
        "Channel": "voice",
        "Direction": "inbound",
        "Queue": "Billing",
        "Language": "de",
    }
    assert dict(board.times)["Arrived"] == "Tue 13 May 2025 11:50:00"
    assert (dict(board.times)["Talk"], dict(board.times)["Queue time"]) == ("4:02", "12 s")
    (leg,) = board.legs
    assert (leg.wait_sec, leg.talk_sec, leg.hold_sec, f"{leg.left_at:%H:%M}") == (12.0, 242.0, None, "11:55")
    assert [(each.score, each.scale_max) for each in board.surveys] == [(4.0, 5.0)]
    assert [(each.score, each.reviewer) for each in board.reviews] == [(92.0, "q-1")]


def test_a_contact_that_is_still_on_has_no_outcome_no_agent_and_no_durations():
    """Asked at 11:50:05 nobody has answered; at 11:52 the call is on; the vote and the review come after noon."""
    waiting = contact("2025-05-13 11:50", legs=[LEG], surveys=[SURVEY], reviews=[REVIEW])
    assert (waiting.contact.outcome, waiting.contact.agent, waiting.contact.wait_sec) == (None, None, None)
    assert (waiting.legs[0].outcome, waiting.legs[0].wait_sec, waiting.legs[0].left_at) == (None, None, None)
    assert (waiting.surveys, waiting.reviews) == ((), ())
    talking = contact("2025-05-13 11:52", legs=[LEG])
    assert (talking.contact.wait_sec, talking.contact.handle_sec) == (12.0, None)
    assert (talking.legs[0].wait_sec, talking.legs[0].talk_sec) == (12.0, None)
    assert [label for label, _ in talking.times] == ["Arrived", "Answered"]
    noon = contact(NOON, surveys=[SURVEY], reviews=[REVIEW])
    assert [(each.score, each.responded_at) for each in noon.surveys] == [(None, None)]
    assert noon.reviews == ()


def test_its_own_case_comes_first_then_the_customer_s_other_open_ones_oldest_first():
    made = centre()
    facts = made.facts(NOON)
    own = readable(made, [1])[0]
    others = open_cases_of(facts, "c-1", but=own["id"])
    board = contact_board(facts, CALL, case=own, others=readable(made, others))
    assert board.own_case
    assert [case.case_id for case in board.cases] == ["case-5", "case-90", "case-30"]
    alone = contact_board(facts, CALL, others=readable(made, open_cases_of(facts, "c-2")))
    assert (alone.own_case, len(alone.cases)) == (False, 1)
    assert (open_cases_of(facts, None), open_cases_of(facts, "nobody")) == ([], [])


def test_never_more_than_so_many_of_a_customer_s_cases():
    made = Centre()
    for minutes in range(MOST_CASES + 5):
        made.case(at(NOON) - 60 * minutes, customer_id="c-1")
    assert len(open_cases_of(made.facts(NOON), "c-1")) == MOST_CASES


def test_a_case_has_its_contacts_answers_reviews_and_the_customer_s_others():
    made = centre()
    facts, row = made.facts("2025-05-13 13:00"), readable(made, [2])[0]
    board = case_board(
        facts.snapshot,
        TALLY,
        row,
        [],
        as_of=facts.as_of,
        zone=BERLIN,
        contacts=[CALL, {**CALL, "id": 6, "started_at": at("2025-05-12 09:00")}],
        surveys=[SURVEY],
        reviews=[REVIEW],
        others=readable(made, open_cases_of(facts, "c-1", but=2)),
    )
    assert [f"{each.at:%d %H:%M}" for each in board.contacts] == ["12 09:00", "13 11:50"]
    assert (len(board.surveys), len(board.reviews)) == (1, 1)
    assert [case.case_id for case in board.others] == ["case-30", "case-5"]
