from __future__ import annotations

import pytest

from carecli.sources.records import BadCell, Ignored
from tests.sources.vendor_records import at, map_one, of_table, told

CONTACT = {
    "ContactId": "c1",
    "Channel": "VOICE",
    "InitiationMethod": "INBOUND",
    "InitiationTimestamp": "2025-03-10T09:00:00Z",
    "DisconnectTimestamp": "2025-03-10T09:05:00Z",
    "LastUpdateTimestamp": "2025-03-10T09:06:00Z",
}
QUEUE = {"Name": "Billing", "EnqueueTimestamp": "2025-03-10T09:00:10Z", "Duration": "20"}
AGENT = {"ARN": "arn:aws:connect:x:instance/i/agent/a-7", "ConnectedToAgentTimestamp": "2025-03-10T09:00:30Z"}


def contact(**changes):
    return map_one("amazon_connect.contact_records", CONTACT | changes)


def leg_outcome(**changes):
    (leg,) = of_table(contact(Queue=QUEUE, **changes), "legs")
    return leg.values["outcome"]


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "abandoned"),
        ({"NextContactId": "c2"}, "overflowed"),
        ({"Agent": AGENT}, "answered"),
        ({"Agent": AGENT, "NextContactId": "c2"}, "transferred"),
        ({"InitiationMethod": "CALLBACK"}, "missed"),
        ({"DisconnectTimestamp": None}, None),
    ],
)
def test_how_a_stay_in_a_queue_ends(changes, outcome):
    assert leg_outcome(**changes) == outcome


def test_a_call_straight_to_an_agent_is_a_part_and_no_leg():
    (row,) = contact(
        Agent=AGENT | {"AgentInteractionDuration": "60"}, InitialContactId="c0", InitiationMethod="TRANSFER"
    )
    assert (row.table, row.part, row.values["interaction_id"]) == ("interactions", "c1", "c0")
    assert (row.values["direction"], row.values["origin"]) == (None, "transfer")
    assert (row.values["outcome"], row.values["agent_id"], row.values["handle_time_ms"]) == ("answered", "a-7", 60_000)


@pytest.mark.parametrize(("channel", "direction"), [("VOICE", "outbound"), ("CHAT", "inbound"), ("EMAIL", "inbound")])
def test_what_the_api_starts(channel, direction):
    (row,) = contact(Channel=channel, InitiationMethod="API")
    assert row.values["direction"] == direction


@pytest.mark.parametrize("changes", [{"Channel": "TASK"}, {"InitiationMethod": "MONITOR"}])
def test_what_is_no_contact(changes):
    with pytest.raises(Ignored):
        contact(**changes)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Queue": "Billing"}, "not-an-object"),
        ({"LastUpdateTimestamp": None}, "missing-value"),
        ({"Channel": "FAX"}, "unknown-code"),
        ({"Queue": QUEUE, "DisconnectTimestamp": "2025-03-10T09:00:05Z"}, "times-reversed"),
    ],
)
def test_what_is_refused(changes, code):
    with pytest.raises(BadCell) as refused:
        contact(**changes)
    assert refused.value.code == code


def snapshot(name, start):
    return {"AgentStatus": {"Name": name, "StartTimestamp": start}, "Configuration": {"Username": "one"}}


def test_two_statuses_that_begin_in_one_second():
    cells = {"EventType": "STATE_CHANGE", "EventTimestamp": "2025-03-10T09:00:00.950Z"}
    cells |= {"PreviousAgentSnapshot": snapshot("Available", "2025-03-10T09:00:00.100Z")}
    cells |= {"CurrentAgentSnapshot": snapshot("Break", "2025-03-10T09:00:00.900Z")}
    now = at("2025-03-10 09:00:00")
    assert [told(row) for row in map_one("amazon_connect.agent_events", cells)] == [
        {"agent_id": "one", "state": "Break", "started_at": now},
        {"agent_id": "one", "state": "Available", "started_at": now, "ended_at": now},
    ]


def test_a_status_before_that_began_later_is_refused():
    cells = {"EventType": "STATE_CHANGE", "EventTimestamp": "2025-03-10T09:00:01Z"}
    cells |= {"PreviousAgentSnapshot": snapshot("Available", "2025-03-10T09:30:00Z")}
    cells |= {"CurrentAgentSnapshot": snapshot("Break", "2025-03-10T09:00:00Z")}
    with pytest.raises(BadCell) as refused:
        map_one("amazon_connect.agent_events", cells)
    assert refused.value.code == "times-reversed"


def interval(**changes):
    cells = {"queue": "Billing", "startinterval": "2025-03-10T09:30:00Z", "contacts queued": "7"}
    return map_one("amazon_connect.historical_metrics", cells | changes)


def test_a_report_by_quarters_is_refused():
    with pytest.raises(BadCell) as refused:
        interval(startinterval="2025-03-10T09:15:00Z")
    assert refused.value.code == "not-a-half-hour"


def test_of_several_thresholds_the_first_in_the_file_counts():
    named = {"contacts answered 40 seconds": "6", "contacts answered in 20 seconds": "5"}
    (row,) = interval(**named)
    assert (row.values["threshold_ms"], row.values["within_sl"]) == (40_000, 6)
    (row,) = interval()
    assert "threshold_ms" not in row.values


def test_the_last_update_and_the_submission_are_versions():
    assert {row.version for row in contact(Queue=QUEUE)} == {at("2025-03-10 09:06:00")}
    times = {"evaluationStartTimestamp": "2025-03-10T14:00:00Z", "evaluationSubmitTimestamp": "2025-03-10T14:20:00Z"}
    cells = {"evaluationId": "e1", "metadata": times, "sections": [{"sectionTitle": "Greeting"}]}
    rows = map_one("amazon_connect.evaluations", cells)
    assert [(row.table, row.version) for row in rows] == [
        ("qa_reviews", at("2025-03-10 14:20:00")),
        ("qa_sections", at("2025-03-10 14:20:00")),
    ]
