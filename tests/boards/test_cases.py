"""Cases: the list behind a number is that number, and one case with its clocks."""

from __future__ import annotations

from typing import Any

import pytest

from carecli.boards.case import case_board
from carecli.boards.cases import MOST, cases_board, oldest_first
from carecli.metrics.evaluate import explain
from carecli.metrics.windows import parse_window
from tests.metrics.build import BERLIN, TALLY, Centre, at

NOON = "2025-05-13 12:00"
TUESDAY_TEN = "2025-03-11 10:00"


def readable(centre: Centre, ids: list[int]) -> list[dict[str, Any]]:
    """Rows as the store hands them out: names as text, times in epoch seconds."""
    held = {row["id"]: row for row in centre.rows["cases"]}
    return [
        {
            name: at(value) if name.endswith("_at") and isinstance(value, str) else value
            for name, value in held[i].items()
        }
        for i in ids
    ]


def behind(centre: Centre, limit: int = MOST, **where: str):
    """The cases behind a backlog figure, as the command line asks for them."""
    facts, snapshot = centre.facts(NOON), centre.snapshot()
    found = explain(facts, "backlog", window=parse_window("today", at(NOON), BERLIN), where=where)
    ids = found.rows.get("cases", [])
    board = cases_board(
        snapshot,
        TALLY,
        readable(centre, oldest_first(snapshot, ids, limit)),
        as_of=at(NOON),
        zone=BERLIN,
        count=len(ids),
        breadcrumb=("Backlog", *where.values()),
        where=where,
    )
    return board, found


def test_the_cases_behind_a_figure_are_its_rows_oldest_first():
    centre = Centre()
    for hours in (5, 300, 30, 200):
        centre.case(at(NOON) - 3600 * hours)
    centre.case(at(NOON) - 3600 * 400, status="solved", updated_at=at(NOON) - 3600)
    centre.case(at(NOON) - 3600 * 400, queue="Account")
    board, explanation = behind(centre, queue="Refunds", age="7 d+")
    assert sorted(case.row_id for case in board.cases) == explanation.rows["cases"]
    assert [case.age_sec // 3600 for case in board.cases] == [300, 200]
    assert board.count == explanation.figure.value == 2
    assert board.breadcrumb == ("Backlog", "Refunds", "7 d+")


def test_no_more_than_asked_for_and_they_are_the_oldest():
    centre = Centre()
    for hours in range(1, 31):
        centre.case(at(NOON) - 3600 * hours)
    board, _ = behind(centre, limit=10)
    assert (len(board.cases), board.count) == (10, 30)
    assert [case.age_sec // 3600 for case in board.cases] == list(range(30, 20, -1))


def test_a_line_says_stale_as_the_figure_does():
    centre = Centre()
    for hours in (71, 72):
        centre.case("2025-05-01 09:00", last_action_at=at(NOON) - 3600 * hours, assignee_id="a-1")
    board, _ = behind(centre)
    assert [(case.last_action_sec, case.stale) for case in board.cases] == [(71 * 3600, False), (72 * 3600, True)]


def test_an_agent_has_a_name_where_one_is_known():
    centre = Centre()
    centre.case("2025-05-13 09:00", assignee_id="a-1")
    centre.case("2025-05-13 09:00", assignee_id="a-2")
    snapshot = centre.snapshot()
    named = type(snapshot)(
        snapshot.frames, snapshot.names, snapshot.coverage, agents={snapshot.codes["a-1"]: "A. Amari"}
    )
    rows = readable(centre, [1, 2])
    board = cases_board(named, TALLY, rows, as_of=at(NOON), zone=BERLIN)
    assert [case.assignee for case in board.cases] == ["A. Amari", "a-2"]


def one_case(centre: Centre, events: list[dict[str, Any]], as_of: str, **arguments):
    told = [{"from_value": None, "to_value": None, "actor_id": None, "reason": None, **event} for event in events]
    for event in told:
        event["at"] = at(event["at"])
    (row,) = readable(centre, [1])
    return case_board(centre.snapshot(), TALLY, row, told, as_of=at(as_of), zone=BERLIN, **arguments)


def clock(board, name: str) -> dict[str, Any]:
    (found,) = [each for each in board.clocks if each["clock"] == name]
    return found


def status(moment: str, to: str, before: str = "open") -> dict[str, Any]:
    return {"at": moment, "kind": "status", "from_value": before, "to_value": to}


def test_a_p2_has_an_hour_to_answer_and_a_business_day_to_resolve():
    centre = Centre()
    centre.case(TUESDAY_TEN, priority="high", first_response_at="2025-03-11 10:40")
    board = one_case(centre, [], "2025-03-11 12:00")
    answer, resolve = clock(board, "first_response"), clock(board, "resolution")
    assert (answer["state"], answer["target_sec"], answer["elapsed_sec"], answer["left_sec"]) == (
        "met",
        3600,
        2400,
        1200,
    )
    assert answer["due_at"].isoformat() == "2025-03-11T11:00:00+01:00"
    assert (resolve["state"], resolve["target_sec"], resolve["elapsed_sec"]) == ("running", 9 * 3600, 2 * 3600)
    assert resolve["due_at"].isoformat() == "2025-03-12T10:00:00+01:00"


def test_waiting_for_the_customer_pauses_the_resolution_and_not_the_answer():
    """Two hours paused on Tuesday: 10 h 00 + 9 business hours + 2 h -> Wednesday 12:00."""
    centre = Centre()
    centre.case(TUESDAY_TEN, priority="high", status="open")
    events = [status("2025-03-11 11:00", "waiting_customer"), status("2025-03-11 13:00", "open", "waiting_customer")]
    board = one_case(centre, events, "2025-03-11 14:00")
    resolve = clock(board, "resolution")
    assert (resolve["state"], resolve["elapsed_sec"]) == ("running", 2 * 3600)
    assert resolve["due_at"].isoformat() == "2025-03-12T12:00:00+01:00"
    tape = [
        (piece["state"], f"{piece['from']:%H:%M}", f"{piece['to']:%H:%M}", piece["reason"]) for piece in resolve["tape"]
    ]
    assert tape == [
        ("running", "10:00", "11:00", ""),
        ("paused", "11:00", "13:00", "awaiting_customer"),
        ("running", "13:00", "14:00", ""),
    ]
    assert clock(board, "first_response")["state"] == "missed"


def test_a_pause_still_open_has_no_due_time():
    centre = Centre()
    centre.case(TUESDAY_TEN, priority="high", status="waiting_customer")
    board = one_case(centre, [status("2025-03-11 11:00", "waiting_customer")], "2025-03-11 14:00")
    assert (clock(board, "resolution")["state"], clock(board, "resolution")["due_at"]) == ("paused", None)


def test_an_explicit_pause_counts_where_the_pack_knows_its_reason():
    centre = Centre()
    centre.case(TUESDAY_TEN, priority="high")
    for reason, elapsed in (("vendor_dependency", 3600), ("lunch", 4 * 3600)):
        events = [
            {"at": "2025-03-11 11:00", "kind": "paused", "reason": reason},
            {"at": "2025-03-11 14:00", "kind": "resumed"},
        ]
        board = one_case(centre, events, "2025-03-11 14:00")
        assert clock(board, "resolution")["elapsed_sec"] == elapsed


@pytest.mark.parametrize(
    ("stamps", "state"),
    [
        ({"last_resolved_at": "2025-03-11 16:00"}, "met"),
        ({"last_resolved_at": "2025-03-13 10:00"}, "missed"),
        ({"first_resolved_at": "2025-03-11 16:00", "reopened_at": "2025-03-11 17:00"}, "missed"),
    ],
)
def test_a_resolution_stops_the_clock_and_a_reopening_starts_it_again(stamps, state):
    centre = Centre()
    centre.case(TUESDAY_TEN, priority="high", **stamps)
    assert clock(one_case(centre, [], "2025-03-14 10:00"), "resolution")["state"] == state


@pytest.mark.parametrize(("reason", "state"), [(None, "met"), ("automation", "missed")])
def test_the_first_public_reply_of_a_person_stops_the_first_response(reason, state):
    centre = Centre()
    centre.case(TUESDAY_TEN, priority="high")
    events = [{"at": "2025-03-11 10:20", "kind": "public_reply", "reason": reason}]
    assert clock(one_case(centre, events, "2025-03-11 12:00"), "first_response")["state"] == state


def test_without_a_known_priority_the_channel_has_its_answer_time():
    """Four business hours from Friday 16:00 end on Monday at 11:00 (R8)."""
    centre = Centre()
    centre.case("2025-03-14 16:00", priority=None)
    board = one_case(centre, [], "2025-03-14 17:00")
    assert [each["clock"] for each in board.clocks] == ["first_response"]
    assert board.clocks[0]["due_at"].isoformat() == "2025-03-17T11:00:00+01:00"


def test_nothing_after_as_of_is_known():
    centre = Centre()
    centre.case(TUESDAY_TEN, priority="high", first_response_at="2025-03-11 10:40", last_resolved_at="2025-03-12 09:00")
    events = [
        {"at": "2025-03-11 10:40", "kind": "public_reply"},
        {"at": TUESDAY_TEN, "kind": "created"},
        {"at": "2025-03-12 09:00", "kind": "closed"},
    ]
    board = one_case(centre, events, "2025-03-11 10:30")
    assert [event.kind for event in board.events] == ["created"]
    assert "First response" not in dict(board.facts)
    assert clock(board, "first_response")["state"] == "running"
    assert [event.kind for event in one_case(centre, events, "2025-03-13 09:00").events] == [
        "created",
        "public_reply",
        "closed",
    ]


def test_facts_are_in_words_and_in_the_reporting_zone():
    centre = Centre()
    centre.case(TUESDAY_TEN, priority="high", tier="gold", escalation_level=2, reopens=0)
    facts = dict(one_case(centre, [], "2025-03-11 12:00").facts)
    assert facts["Priority"] == "high (P2)"
    assert facts["Created"] == "Tue 11 Mar 2025 10:00"
    assert (facts["Tier"], facts["Escalation level"], facts["Reopens"], facts["Assignee"]) == ("gold", "2", "0", None)


def test_a_ladder_says_how_late_each_step_was():
    centre = Centre()
    centre.case(TUESDAY_TEN)
    steps = [
        {"step": "L1", "owner_id": "x", "due_at": at("2025-03-11 10:10"), "done_at": at("2025-03-11 10:15")},
        {"step": "L2", "owner_id": None, "due_at": at("2025-03-11 10:30"), "done_at": None},
        {"step": "exec", "owner_id": None, "due_at": at("2025-03-11 12:30"), "done_at": None},
        {"step": "brief", "owner_id": None, "due_at": None, "done_at": None},
    ]
    board = one_case(centre, [], "2025-03-11 11:00", ladder=steps)
    assert [(step.step, step.late_sec) for step in board.ladder] == [
        ("L1", 300),
        ("L2", 1800),
        ("exec", None),
        ("brief", None),
    ]
