"""TaskRouter events: what happened to a task becomes a contact event, a worker's change of activity two states.

`event_data` holds text only, and JSON inside text where it holds attributes. Of those no more is read than the
direction and the customer's number, which is replaced by its key before anything is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from carecli.sources.cells import UTC, as_duration_ms, as_id, as_present, as_time, as_whole
from carecli.sources.records import BadCell, Ignored, MapContext, Record, Row
from carecli.sources.structured import parse_object
from carecli.sources.telephone import telephone_key
from carecli.tables.codes import CHANNELS

Cells = Mapping[str, Any]

ACTIVITY = "worker.activity.update"
OF_TASKS = ("task.", "task-queue.entered", "reservation.")
MILLISECONDS = 100_000_000_000
"""Epochs above are milliseconds, as in `cells.as_time`."""


def map_event(record: Record, context: MapContext) -> Iterator[Row]:
    """One event; those of the configuration are ignored."""
    cells, said = record.cells, record.cells.get("event_data")
    if not isinstance(said, Mapping):
        raise BadCell("not-an-object", "event_data", type(said).__name__, "an object")
    word = as_present(cells.get("event_type"), "event_type") or ""
    if word != ACTIVITY and not word.startswith(OF_TASKS):
        raise Ignored("event of no task and no activity")
    at_ms = _milliseconds(cells)
    if word == ACTIVITY:
        yield from _activities(said, at_ms)
    else:
        yield _task_event(word, said, at_ms, context)
    name, worker = as_present(said.get("worker_name"), "worker_name"), _worker(said)
    if worker and name:
        yield Row("agents", {"agent_id": worker, "name": name}, at_ms // 1000)


def _milliseconds(cells: Cells) -> int:
    """The event's time; `event_date` alone is whole seconds."""
    column = "event_date_ms" if as_present(cells.get("event_date_ms"), "event_date_ms") else "event_date"
    seconds = as_time(cells.get(column), column, UTC)
    if seconds is None:
        raise BadCell("missing-value", column, "", "a time")
    exact = as_whole(cells.get(column), column) if column == "event_date_ms" else None
    return exact if exact is not None and exact > MILLISECONDS else seconds * 1000


def _task_event(word: str, said: Cells, at_ms: int, context: MapContext) -> Row:
    values = {
        "at": at_ms // 1000,
        "interaction_id": as_id(said.get("task_sid"), "task_sid"),
        "queue": as_present(said.get("task_queue_name"), "task_queue_name") or "",
        "agent_id": _worker(said) or "",
        "event": word,
        "data": _data(said, at_ms, context),
    }
    return Row("contact_events", values, at_ms // 1000)


def _data(said: Cells, at_ms: int, context: MapContext) -> str:
    """What `derive_taskrouter` reads beside the columns, as JSON."""
    attributes = _attributes(said.get("task_attributes"))
    direction = as_present(attributes.get("direction"), "task_attributes.direction")
    number = attributes.get("from") if direction != "outbound" else None
    channel = (as_present(said.get("task_channel_unique_name"), "task_channel_unique_name") or "").casefold()
    told = {
        "ms": str(at_ms),
        "channel": channel if channel in CHANNELS else None,
        "direction": direction,
        "customer": telephone_key(context, number, "task_attributes.from"),
        "reservation": as_present(said.get("reservation_sid"), "reservation_sid"),
        "reason": context.redact(as_present(said.get("task_canceled_reason"), "task_canceled_reason")),
    }
    return json.dumps({name: text for name, text in told.items() if text}, ensure_ascii=False, separators=(",", ":"))


def _attributes(cell: object) -> Cells:
    """The task's attributes; none where they aren't JSON, for they are the account's own and no event hangs on them."""
    text = as_present(cell, "task_attributes")
    try:
        return parse_object(text) if text else {}
    except ValueError:
        return {}


def _activities(said: Cells, at_ms: int) -> Iterator[Row]:
    """The activity that begins, open until an event shows it as the one before; and the one that ends."""
    agent_id = _worker(said)
    name = as_present(said.get("worker_activity_name"), "worker_activity_name")
    if agent_id is None or name is None:
        raise BadCell("missing-id", "worker_sid", "", "a worker and an activity")
    begins = {"agent_id": agent_id, "state": name, "started_at": at_ms // 1000}
    yield Row("agent_states", begins, at_ms // 1000, complete=False)
    before = as_present(said.get("worker_previous_activity_name"), "worker_previous_activity_name")
    column = "worker_time_in_previous_activity_ms"
    lasted = as_duration_ms(said.get(column), column, "ms")
    if before is not None and lasted is not None:
        span = {"started_at": (at_ms - lasted) // 1000, "ended_at": at_ms // 1000}
        yield Row("agent_states", {"agent_id": agent_id, "state": before, **span}, at_ms // 1000)


def _worker(said: Cells) -> str | None:
    return as_present(said.get("worker_sid"), "worker_sid") or as_present(said.get("worker_name"), "worker_name")
