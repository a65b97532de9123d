from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.sources.derive_taskrouter import derive_task
from carecli.sources.records import BadCell, Ignored
from tests.sources.vendor_records import map_one, of_table, told

START_MS = 1_741_600_000_000


def event(word, second, queue="Billing", agent="", reservation="", **said):
    ms = START_MS + round(second * 1000)
    data = {"ms": str(ms)} | ({"reservation": reservation} if reservation else {}) | said
    return {"at": ms // 1000, "queue": queue, "agent_id": agent, "event": word, "data": json.dumps(data)}


ANSWERED = [
    event("task.created", 0, channel="voice"),
    event("task-queue.entered", 0.25),
    event("reservation.created", 5, agent="a", reservation="r1"),
    event("reservation.timeout", 20, agent="a", reservation="r1"),
    event("reservation.accepted", 30.5, agent="b", reservation="r2"),
    event("reservation.wrapup", 90.5, agent="b", reservation="r2"),
    event("task-queue.entered", 90.5, queue="Refunds"),
    event("reservation.completed", 100, agent="b", reservation="r2"),
    event("reservation.accepted", 110, queue="Refunds", agent="c", reservation="r3"),
    event("reservation.completed", 170, queue="Refunds", agent="c", reservation="r3"),
    event("task.completed", 170, queue="Refunds"),
]


def said(leg, *names):
    return tuple(leg[name] for name in names)


def test_a_transfer_while_the_first_agent_still_wraps_up():
    first, second = derive_task(ANSWERED)[0]
    times = ("queue_time_ms", "talk_ms", "wrap_ms")
    assert said(first, "queue", "agent_id", "outcome", *times) == ("Billing", "b", "transferred", 30_250, 60_000, 9_500)
    # Completed without a wrap-up: the conversation ends there, and of work after it nothing is known.
    assert said(second, "queue", "agent_id", "outcome", *times) == ("Refunds", "c", "answered", 19_500, 60_000, None)


@given(st.randoms(use_true_random=False), st.sets(st.integers(0, len(ANSWERED) - 1)))
def test_the_order_of_events_does_not_matter_and_missing_ones_do_no_harm(dice: random.Random, missing):
    events = [item for place, item in enumerate(ANSWERED) if place not in missing]
    expected = derive_task(events)
    assert derive_task(dice.sample(events, len(events))) == expected
    for leg in expected[0]:
        assert all(leg[name] is None or leg[name] >= 0 for name in ("queue_time_ms", "talk_ms", "wrap_ms"))
        assert leg["left_at"] is None or leg["left_at"] >= leg["entered_at"]


def test_left_in_the_second_queue_and_never_answered():
    events = [
        event("task-queue.entered", 0),
        event("task-queue.entered", 60, queue="Refunds"),
        event("task.canceled", 75, queue="Refunds", reason="hangup"),
    ]
    first, second = derive_task(events)[0]
    assert said(first, "outcome", "queue_time_ms") == ("overflowed", 60_000)
    assert said(second, "outcome", "queue_time_ms") == ("abandoned", 15_000)


def test_a_stay_whose_beginning_is_missing_has_no_wait():
    (leg,) = derive_task(ANSWERED[4:6])[0]
    assert said(leg, "queue", "outcome", "queue_time_ms", "talk_ms") == ("Billing", "answered", None, 60_000)


def test_an_end_without_a_beginning_belongs_before_the_queue_the_task_is_in():
    first, second = derive_task([ANSWERED[place] for place in (0, 6, 7, 8, 10)])[0]
    assert said(first, "queue", "agent_id", "outcome", "talk_ms") == ("Billing", "b", "transferred", None)
    assert said(second, "queue", "agent_id", "outcome", "talk_ms") == ("Refunds", "c", "answered", 60_000)


def test_a_task_completed_by_nobody_has_no_outcome():
    (leg,) = derive_task([event("task-queue.entered", 0), event("task.completed", 9)])[0]
    assert said(leg, "outcome", "queue_time_ms") == (None, 9_000)


@pytest.mark.parametrize(
    ("direction", "expected"), [("inbound", ("inbound", "customer")), ("outbound", ("outbound", None))]
)
def test_the_direction_is_as_the_attributes_say(direction, expected):
    whole = derive_task([event("task.created", 3, direction=direction, customer="k")])[1]
    assert (whole["direction"], whole["origin"], whole["customer_id"]) == (*expected, "k")
    assert whole["started_at"] == START_MS // 1000 + 3


def record(word, **data):
    cells = {"event_type": word, "event_date": "2025-03-10T10:00:00Z", "event_date_ms": "1741600800250"}
    return cells | {"event_data": {"task_sid": "WT1", **data}}


def test_of_the_attributes_only_direction_and_key_are_kept():
    attributes = json.dumps({"direction": "inbound", "from": "+49 30 5550 101", "name": "Customer One"})
    (row,) = map_one("twilio.taskrouter_events", record("task.created", task_attributes=attributes))
    assert json.loads(row.values["data"]) == {"ms": "1741600800250", "direction": "inbound", "customer": "C-0101"}
    broken = record("task.created", task_attributes="{" * 99, task_channel_unique_name="fax")
    (row,) = map_one("twilio.taskrouter_events", broken)
    assert json.loads(row.values["data"]) == {"ms": "1741600800250"}


def test_events_of_workers():
    data = {"worker_name": "Agent One", "worker_activity_name": "Break", "worker_previous_activity_name": "Available"}
    cells = record("worker.activity.update", **data, worker_time_in_previous_activity_ms="60300")
    rows = map_one("twilio.taskrouter_events", cells)
    assert [told(row) for row in of_table(rows, "agent_states")] == [
        {"agent_id": "Agent One", "state": "Break", "started_at": 1741600800},
        {"agent_id": "Agent One", "state": "Available", "started_at": 1741600739, "ended_at": 1741600800},
    ]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (record("task.created", task_sid=None), "missing-id"),
        (record("worker.activity.update", worker_sid="WK1"), "missing-id"),
        (record("task.created") | {"event_data": "text"}, "not-an-object"),
        (record("task.created") | {"event_date_ms": None, "event_date": None}, "missing-value"),
    ],
)
def test_what_is_refused(cells, code):
    with pytest.raises(BadCell) as refused:
        map_one("twilio.taskrouter_events", cells)
    assert refused.value.code == code


def test_events_of_the_configuration_are_no_data():
    with pytest.raises(Ignored):
        map_one("twilio.taskrouter_events", record("workflow.updated"))
