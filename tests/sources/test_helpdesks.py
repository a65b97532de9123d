"""What the exports in tests/vendors don't show of Freshdesk, Intercom, Gorgias, Jira and Zendesk's Chat and views."""

from __future__ import annotations

import json
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from carecli.sources.catalog import entry_named, transform_of
from carecli.sources.records import BadCell, Ignored, Record
from tests.sources.vendor_records import at, context, map_one


def map_local(kind, cells):
    """Rows of a record whose times are Berlin's."""
    berlin = replace(context(kind), zone=ZoneInfo("Europe/Berlin"))
    return list(transform_of(entry_named(kind))(Record(1, 1, 1, cells, ""), berlin))


TICKET = {"id": "7", "created_at": "2025-03-10T08:00:00Z", "updated_at": "2025-03-10T09:00:00Z", "status": "2"}


def test_freshdesk_the_last_act_may_be_the_customers():
    stats = {"agent_responded_at": "2025-03-10T08:30:00Z", "requester_responded_at": "2025-03-10T09:00:00Z"}
    case = map_one("freshdesk.tickets", TICKET | {"stats": stats})[0].values
    assert case["last_action_at"] == at("2025-03-10 09:00:00")
    assert map_one("freshdesk.tickets", TICKET | {"stats": {}})[0].values["last_action_at"] is None


def test_freshdesk_a_source_that_is_no_channel_stays_with_the_accounts_own_fields():
    own = {"cf_plan": ["Pro", "EU"], "cf_nested": {"a": 1}, "cf_empty": None}
    case = map_one("freshdesk.tickets", TICKET | {"source": "12", "custom_fields": own})[0].values
    assert case["channel"] is None
    assert json.loads(case["attributes"]) == {"source": "12", "custom_fields.cf_plan": "Pro EU"}


def test_freshdesk_the_vote_is_the_default_questions_wherever_it_stands():
    rating = {"id": "8", "survey_id": "7", "ticket_id": "4", "created_at": "2025-03-10T09:00:00Z"}
    votes = [{"question": "question_2", "value": "-103"}, {"question": "default_question", "value": "101"}]
    (survey,) = map_one("freshdesk.satisfaction_ratings", rating | {"ratings": votes})
    assert survey.values["score"] == 5.0


CONVERSATION = {"id": "9", "state": "open", "created_at": "1741600800", "updated_at": "1741604400"}


@pytest.mark.parametrize(
    ("delivered_as", "direction", "origin"),
    [
        ("customer_initiated", "inbound", "customer"),
        ("campaigns_initiated", "outbound", "campaign"),
        ("automated", "outbound", None),
        ("something new", None, None),
    ],
)
def test_intercom_who_began_it(delivered_as, direction, origin):
    rows = map_one("intercom.conversations", CONVERSATION | {"source": {"delivered_as": delivered_as}})
    contact = next(row.values for row in rows if row.table == "interactions")
    assert (contact["direction"], contact["origin"]) == (direction, origin)


def test_intercom_a_teammate_who_wrote_first_kept_nobody_waiting():
    statistics = {"first_admin_reply_at": "1741600800", "first_contact_reply_at": "1741600900"}
    rows = map_one("intercom.conversations", CONVERSATION | {"statistics": statistics})
    contact = next(row.values for row in rows if row.table == "interactions")
    assert (contact["queue_time_ms"], contact["answered_at"], contact["ended_at"]) == (None, 1741600800, None)


def test_intercom_a_case_keeps_its_tags_its_service_level_and_the_accounts_own_attributes():
    tags = {"tags": [{"name": "vip"}, {"name": "late"}]}
    more = {"tags": tags, "custom_attributes": {"Plan": "Pro", "Parts": []}, "source": {"type": "push"}}
    case = map_one("intercom.conversations", CONVERSATION | more | {"sla_applied": {"sla_status": "missed"}})[0].values
    assert case["tags"] == "vip late"
    told = {"custom_attributes.Plan": "Pro", "sla_applied.sla_status": "missed", "source.type": "push"}
    assert json.loads(case["attributes"]) == told


def test_intercom_a_vote_that_names_nobody_is_the_conversations_only_one():
    cells = {"conversation id": "7", "conversation started at": "2025-03-10 09:00", "conversation rating": "4"}
    (vote,) = map_local("intercom.dataset_csv", cells | {"updated at": "2025-03-10 10:00"})
    assert (vote.table, vote.values["survey_id"], vote.values["score"]) == ("surveys", "7:vote", 4.0)


GORGIAS = {"id": "5", "status": "closed", "created_datetime": "2025-03-10T09:00:00"}
GORGIAS |= {"updated_datetime": "2025-03-10T09:30:00", "closed_datetime": "2025-03-10T09:30:00"}


@pytest.mark.parametrize(
    ("exported_at", "status"),
    [(None, "open"), ("2025-03-11 23:59:59", "open"), ("2025-03-12 08:00:00", "closed")],
)
def test_gorgias_a_snooze_ends_before_the_export_or_not_at_all(exported_at, status):
    ticket = GORGIAS | {"snooze_datetime": "2025-03-12T08:00:00"}
    case = map_one_in_utc("gorgias.tickets", ticket, exported_at)
    assert (case["status"], case["closed_at"] is None) == (status, status == "open")


def map_one_in_utc(kind, cells, exported_at):
    utc = replace(context(kind), zone=ZoneInfo("UTC"), exported_at=exported_at and at(exported_at))
    return next(transform_of(entry_named(kind))(Record(1, 1, 1, cells, ""), utc)).values


def cycles(*stops, name="Time to first response"):
    return {"name": name, "completedCycles": [{"stopTime": {"epochMillis": stop}} for stop in stops]}


def test_jira_the_first_cycle_that_stopped_is_the_first_answer():
    issue = {"key": "HELP-1", "fields": {"created": "2025-03-10T09:00:00.000+0100", "updated": "2025-03-11T09:00+0100"}}
    issue["fields"] |= {"customfield_1": cycles("1741615200000", "1741604400000"), "customfield_2": None}
    (part,) = map_one("jira.sla_json", issue)
    assert part.values["first_response_at"] == 1741604400
    assert part.version == at("2025-03-11 08:00:00")


@pytest.mark.parametrize("fields", [{}, {"customfield_1": cycles(name="Time to resolution")}, {"customfield_1": "1h"}])
def test_jira_an_issue_without_that_clock_tells_nothing(fields):
    with pytest.raises(Ignored, match="no clock"):
        map_one("jira.sla_json", {"key": "HELP-1", "fields": {"created": "2025-03-10T09:00:00.000+0100"} | fields})


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        ("jira.issues_csv", {"issue key": "A-1", "created": "10/Mar/25 9:15 AM", "updated": "11/Mar/25 12:05 AM"}),
        ("zendesk.view_csv", {"id": "1", "requested": "2025-03-10 09:15", "updated": "2025-03-11 00:05"}),
        ("zendesk.account_csv", {"id": "1", "created at": "2025-03-10 09:15", "updated at": "2025-03-11 00:05"}),
        (
            "freshdesk.tickets_csv",
            {"ticket id": "1", "created time": "2025-03-10 09:15", "last update time": "11.3.25 00:05"},
        ),
    ],
)
def test_the_last_change_is_the_version(kind, cells):
    assert {row.version for row in map_local(kind, cells)} == {at("2025-03-10 23:05:00")}


CHAT = {"id": "2", "timestamp": "2025-03-10T08:00:00Z", "session": {"end_date": "2025-03-10T08:05:00Z"}}


def test_zendesk_chat_every_agent_is_known_and_the_last_one_handled_it():
    chat, *agents = map_one("zendesk.chats", CHAT | {"agent_ids": ["5", "6"], "agent_names": ["Agent One"]})
    assert (chat.values["agent_id"], chat.values["outcome"]) == ("6", "answered")
    assert [row.values for row in agents] == [{"agent_id": "5", "name": "Agent One"}]


def test_zendesk_chat_a_vote_of_another_word_is_refused_and_one_without_history_came_at_the_end():
    _, vote = map_one("zendesk.chats", CHAT | {"rating": "good"})
    assert vote.values["responded_at"] == at("2025-03-10 08:05:00")
    with pytest.raises(BadCell, match="unknown-code"):
        map_one("zendesk.chats", CHAT | {"rating": "splendid"})


def test_zendesk_chat_that_nobody_took_and_nobody_missed_has_no_outcome():
    assert map_one("zendesk.chats", CHAT | {"missed": "false"})[0].values["outcome"] is None
