"""What the exports in `tests/vendors` don't show of Salesforce, LiveChat, Chatwoot, Zammad, osTicket and PagerDuty."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from vendor_records import at, map_one, of_table, told

from carecli.sources.entry import normalise
from carecli.sources.records import BadCell, Ignored

MORNING = "2025-03-10T08:00:00.000Z"
NOON = "2025-03-10T11:00:00.000Z"
SALESFORCE_CASE = {"Id": "500A", "CaseNumber": "0001", "Status": "Working", "IsClosed": "false", "CreatedDate": MORNING}
HISTORY = {"Id": "017A", "IsDeleted": "false", "CaseId": "500A", "CreatedById": "005A", "CreatedDate": MORNING}
QUEUE, OTHER_QUEUE, PERSON = "00G5g00000QueA1EAJ", "00G5g00000QueB1EAJ", "0055g00000UsrA1AAJ"
TRANSCRIPT = {"Id": "570A", "RequestTime": MORNING, "EndTime": NOON, "Status": "Completed", "WaitTime": "5"}
ZAMMAD = {"id": "7", "state_id": "4", "owner_id": "7", "created_at": MORNING, "updated_at": NOON}
THREAD = {"id": "T1", "active": False, "created_at": MORNING, "events": []}
ENTRY = {"id": "R1", "created_at": MORNING, "agent": {"id": "P1"}, "incident": {"id": "Q1"}}


def csv(**cells: str) -> dict[str, str]:
    return {normalise(name): cell for name, cell in cells.items()}


def change(field: str, before: str, after: str) -> list[dict[str, Any]]:
    """Events of one row of a case's history."""
    row = csv(**HISTORY, Field=field, OldValue=before, NewValue=after)
    return [told(event) for event in map_one("salesforce.case_history", row)]


@pytest.mark.parametrize(
    ("closed", "word", "status"),
    [("true", "Anything", "closed"), ("1", "Done", "closed"), ("0", "New", "new"), ("false", "New idea", "open")],
)
def test_whether_a_case_is_closed_says_the_flag_alone(closed: str, word: str, status: str) -> None:
    case = map_one("salesforce.case", csv(**{**SALESFORCE_CASE, "IsClosed": closed, "Status": word}))[0]
    assert (case.values["status"], case.values["status_text"]) == (status, word)


def test_the_weekly_export_writes_flags_as_digits() -> None:
    cells = csv(**SALESFORCE_CASE, IsDeleted="1", IsEscalated="1", SystemModstamp=NOON)
    case = map_one("salesforce.case", cells)[0]
    assert (case.values["deleted_at"], case.values["escalation_level"]) == (at("2025-03-10 11:00:00"), 2)
    assert case.version == at("2025-03-10 11:00:00")
    assert "deleted_at" not in map_one("salesforce.case", csv(**SALESFORCE_CASE, SystemModstamp=NOON))[0].values


def test_a_case_moved_to_another_queue_names_both_but_no_person_as_a_group() -> None:
    (moved,) = change("ownerAssignment", QUEUE, OTHER_QUEUE)
    assert (moved["kind"], moved["reason"], moved["from_value"], moved["to_value"]) == (
        "assigned",
        "group",
        QUEUE,
        OTHER_QUEUE,
    )
    (handed_back,) = change("Owner", PERSON, QUEUE)
    assert (handed_back["reason"], "from_value" in handed_back) == ("group", False)


def test_every_word_that_begins_with_closed_closes_and_others_stay_as_they_are() -> None:
    assert [(one["kind"], one["to_value"]) for one in change("Status", "On hold", "Closed - duplicate")] == [
        ("status", "closed"),
        ("closed", "closed"),
    ]
    assert [one["kind"] for one in change("Status", "Closed - duplicate", "Closed")] == ["status"]
    reopened = change("Status", "Closed", "On hold")[1]
    assert (reopened["kind"], reopened["from_value"], reopened["to_value"]) == ("reopened", "closed", "On hold")


def test_a_change_of_owner_by_names_is_told_by_ids_as_well() -> None:
    with pytest.raises(Ignored, match="by ids as well"):
        change("Owner", "Tier 1", "005 Squad")


def test_a_chat_keeps_no_word_that_was_said() -> None:
    cells = csv(
        **TRANSCRIPT, Body="Hello", SupervisorTranscriptBody="Hi", IpAddress="192.0.2.1", SkillId="0C5", EndedBy="agent"
    )
    chat = map_one("salesforce.live_chat_transcript", cells)[0]
    assert json.loads(chat.values["attributes"]) == {"endedby": "agent"}
    assert chat.values["queue"] == "0C5"


def test_a_blocked_visitor_is_no_contact() -> None:
    with pytest.raises(Ignored, match="blocked"):
        map_one("salesforce.live_chat_transcript", csv(**{**TRANSCRIPT, "Status": "Blocked"}))


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("osticket.tickets_csv", {"Ticket Number": "1", "Date Created": MORNING, "From": "Customer One", "Kept": "x"}),
        ("zammad.report_sheet", {"Number": "1", "Created At": MORNING, "Customer": "Customer One", "Kept": "x"}),
        (
            "salesforce.report_csv",
            {"Case Number": "1", "Date/Time Opened": MORNING, "Contact Name": "Customer One", "Kept": "x"},
        ),
        (
            "livechat.chats_csv",
            {
                "conferenceId": "1",
                "chat creation date": MORNING,
                "visitor nick": "Customer One",
                "pre chat: Your name": "Customer One",
                "last rate comment": "Customer One was here",
                "Kept": "x",
            },
        ),
    ],
)
def test_customers_names_are_not_kept(kind: str, cells: dict[str, str]) -> None:
    row = map_one(kind, csv(**cells))[0]
    assert json.loads(row.values["attributes"]) == {"kept": "x"}


def test_a_rating_keeps_the_vote_alone() -> None:
    cells = {
        "Rating": "4",
        "Link to the conversation": "https://chat.example.com/conversations/9",
        "Contact Name": "Eve",
    }
    rows = map_one("chatwoot.csat_csv", csv(**cells, **{"Recorded date": MORNING, "Feedback Comment": "Bad"}))
    assert [told(row) for row in rows] == [
        {
            "survey_id": f"csat:9 {MORNING}",
            "kind": "csat",
            "case_id": "9",
            "responded_at": at("2025-03-10 08:00:00"),
            "score": 4.0,
            "scale_max": 5.0,
        }
    ]


def thread(*events: tuple[str, str], agents: tuple[str, ...] = ("ann@example.com",), **changes: Any) -> dict[str, Any]:
    """An archived thread with system messages, told by time and word."""
    told_events = [{"created_at": when, "system_message_type": word, "type": "system_message"} for when, word in events]
    users = [{"id": one, "type": "agent", "name": one} for one in agents]
    return {"id": "C1", "users": users, "thread": {**THREAD, "events": told_events, **changes}}


def test_a_thread_says_by_system_messages_when_it_was_taken_and_closed() -> None:
    cells = thread((MORNING, "routing.assigned_other"), (NOON, "routing.assigned"), (NOON, "routing.archived_inactive"))
    contact = map_one("livechat.archives_v3", cells)[0]
    noon = at("2025-03-10 11:00:00")
    assert (contact.values["answered_at"], contact.values["ended_at"], contact.complete) == (noon, noon, True)
    assert contact.values["outcome"] == "answered"


@pytest.mark.parametrize(("score", "code"), [("2", "unknown-code"), ("good", "not-a-whole-number")])
def test_an_unknown_vote_is_refused(score: str, code: str) -> None:
    with pytest.raises(BadCell) as bad:
        map_one("livechat.archives_v3", thread(properties={"rating": {"score": score}}))
    assert bad.value.code == code


@pytest.mark.parametrize(("shape", "code"), [(None, "not-an-object"), ("T1", "not-an-object"), ({}, "missing-value")])
def test_what_is_no_thread_is_refused(shape: object, code: str) -> None:
    with pytest.raises(BadCell) as bad:
        map_one("livechat.archives_v3", {"id": "C1", "thread": shape})
    assert bad.value.code == code


def test_a_thread_whose_events_are_no_list_was_answered_by_nobody() -> None:
    assert map_one("livechat.archives_v3", thread(events=1))[0].values["outcome"] == "abandoned"


def test_a_ticket_that_is_worked_on_again_is_not_closed() -> None:
    cells = ZAMMAD | {"state_id": "2", "close_at": MORNING, "last_close_at": NOON}
    case = told(map_one("zammad.tickets", cells)[0])
    assert (case["status"], case["reopen_flag"], "closed_at" in case) == ("open", True, False)
    sheet = {"Number": "7", "Created At": MORNING, "Closed At": NOON}
    assert "closed_at" not in map_one("zammad.report_sheet", csv(**sheet, State="open"))[0].values
    own_word = map_one("zammad.report_sheet", csv(**sheet, State="Done at last"))[0]
    assert (own_word.values["closed_at"], "status" in own_word.values) == (at("2025-03-10 11:00:00"), False)


def test_an_installations_own_states_keep_their_words() -> None:
    case = told(map_one("zammad.tickets", ZAMMAD | {"state": "Waiting for Parts", "state_id": "9"})[0])
    assert (case["status_text"], "status" in case) == ("Waiting for Parts", False)
    assert told(map_one("zammad.tickets", ZAMMAD | {"state_id": "9"})[0])["status_text"] == "9"


def events_of(kind: str, **more: Any) -> Iterator[tuple[str, str | None]]:
    rows = map_one("pagerduty.log_entries", ENTRY | {"type": f"{kind}_log_entry"} | more)
    yield from ((row.values["kind"], row.values.get("to_value")) for row in of_table(rows, "case_events"))


def test_log_entries_without_assignees_tell_what_the_incident_became() -> None:
    assert list(events_of("unacknowledge")) == [("status", "triggered")]
    for kind, event in (("assign", "assigned"), ("delegate", "assigned"), ("escalate", "escalated")):
        assert list(events_of(kind)) == [(event, None)]


def test_assignees_of_an_entry_are_agents_if_they_are_people() -> None:
    assignees = [
        {"id": "P2", "type": "user_reference", "summary": "Two"},
        {"id": "S1", "type": "service", "summary": "S"},
    ]
    rows = map_one("pagerduty.log_entries", ENTRY | {"type": "assign_log_entry", "assignees": assignees})
    assert [told(row) for row in of_table(rows, "agents")] == [{"agent_id": "P2", "name": "Two"}]


def test_a_vote_beyond_the_scale_is_refused() -> None:
    cells = {
        "ResponseId": "R1",
        "Status": "IP Address",
        "Finished": "True",
        "RecordedDate": MORNING,
        "Q2_NPS_GROUP": "3",
    }
    with pytest.raises(BadCell, match="out-of-range"):
        map_one("qualtrics.responses_csv", csv(**cells, Q2="11"))
    with pytest.raises(Ignored, match="no vote"):
        map_one("qualtrics.responses_csv", csv(**cells, Q2=""))
    with pytest.raises(Ignored, match="preview"):
        map_one("qualtrics.responses_csv", csv(**{**cells, "Status": "Survey Preview"}, Q2="9"))
