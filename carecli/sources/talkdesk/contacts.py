"""Talkdesk's Contacts report: a contact is one leg; a transfer makes a new one in the same interaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from carecli.sources.attributes import unmapped
from carecli.sources.cells import UTC, as_code, as_duration_ms, as_flag, as_id, as_present, as_time
from carecli.sources.records import MapContext, Record, Row
from carecli.sources.talkdesk.words import (
    Cells,
    as_part,
    check_order,
    first_present,
    named_agents,
    queues_of,
    required_time,
)
from carecli.sources.telephone import telephone_key

TYPES = {
    "answered": "answered",
    "connected": "answered",
    "missed": "missed",
    "not_connected": "missed",
    "abandoned": "abandoned",
    "short_abandoned": "abandoned",
    "voicemail": "voicemail",
}
WAITS = {
    "abandoned": ("abandon_time", "short_abandon_time", "wait_time"),
    "missed": ("time_to_missed", "wait_time"),
    "voicemail": ("time_to_voicemail", "wait_time"),
}
"""Outcome -> the columns that may hold its wait, in the order in which they are asked."""

DIRECTIONS = {"in": "inbound", "inbound": "inbound", "out": "outbound", "outbound": "outbound", "internal": "internal"}

_KNOWN = (
    "interaction_id contact_id company_number phone_display_name contact_person_number external_phone_number direction "
    "contact_type started_at wait_time time_to_missed abandon_time short_abandon_time time_to_voicemail ring_time "
    "answered_at connected_at talk_time hold_time after_call_work_time finished_at handle_time transfer_in callback "
    "ring_groups user_id user_name"
)
_FOLLOWS_FROM_OTHERS = (
    "connect_time hard_hold_time soft_hold_time duration team_id team_name direct_assignment_user direct_assignment_ids"
)
KNOWN = frozenset(f"{_KNOWN} {_FOLLOWS_FROM_OTHERS}".split())
"""Columns that have a place, that name people, or that say nothing new."""


def map_contact(record: Record, context: MapContext) -> Iterator[Row]:
    """One contact: its leg, its part of the interaction, and its agent."""
    cells, leg = record.cells, _leg(record.cells)
    version, complete = context.exported_at or 0, leg["left_at"] is not None
    yield Row("legs", leg, version=version, complete=complete)
    values = as_part(leg) | _of_the_contact(cells, context)
    yield Row("interactions", values, version=version, complete=complete, part=leg["leg_id"])
    yield from named_agents(cells, (("user_id", "user_name", "team_name"),), version)


def _leg(cells: Cells) -> dict[str, Any]:
    outcome = _outcome(cells)
    answered = outcome in ("answered", "transferred")
    started_at, left_at = required_time(cells, "started_at"), as_time(cells.get("finished_at"), "finished_at", UTC)
    check_order(started_at, left_at, "finished_at")
    queues = queues_of(cells.get("ring_groups"))
    queue_time_ms = _queue_time(cells, outcome)
    return {
        "interaction_id": as_id(cells.get("interaction_id"), "interaction_id"),
        "leg_id": as_id(cells.get("contact_id"), "contact_id"),
        "seq": None,
        "queue": queues[0] if queues else None,
        "agent_id": first_present(cells, ("user_id", "user_name")) if answered else None,
        "entered_at": started_at,
        "answered_at": _answered_at(cells, started_at, queue_time_ms) if answered else None,
        "left_at": left_at,
        "outcome": outcome,
        "queue_time_ms": queue_time_ms,
        "ring_ms": as_duration_ms(cells.get("ring_time"), "ring_time"),
        "talk_ms": as_duration_ms(cells.get("talk_time"), "talk_time"),
        "hold_ms": as_duration_ms(cells.get("hold_time"), "hold_time"),
        "wrap_ms": as_duration_ms(cells.get("after_call_work_time"), "after_call_work_time"),
    }


def _outcome(cells: Cells) -> str | None:
    """None while the contact is still going on."""
    word = as_code(cells.get("contact_type"), "contact_type", tuple(TYPES))
    outcome = None if word is None else TYPES[word]
    handed_on = outcome == "answered" and as_flag(cells.get("transfer_out"), "transfer_out")
    return "transferred" if handed_on else outcome


def _queue_time(cells: Cells, outcome: str | None) -> int | None:
    columns = WAITS.get(outcome or "", ("wait_time",))
    waits = (as_duration_ms(cells.get(name), name) for name in columns)
    return next((wait for wait in waits if wait is not None), None)


def _answered_at(cells: Cells, started_at: int, queue_time_ms: int | None) -> int | None:
    for column in ("answered_at", "connected_at"):
        at = as_time(cells.get(column), column, UTC)
        if at is not None:
            check_order(started_at, at, column)
            return at
    return None if queue_time_ms is None else started_at + queue_time_ms // 1000


def _of_the_contact(cells: Cells, context: MapContext) -> dict[str, Any]:
    """What the record says beyond its leg."""
    direction = as_code(cells.get("direction"), "direction", tuple(DIRECTIONS))
    number = next(
        (name for name in ("contact_person_number", "external_phone_number") if as_present(cells.get(name), name)), ""
    )
    return {
        "direction": DIRECTIONS.get(direction or ""),
        "origin": _origin(cells, direction),
        "customer_id": telephone_key(context, cells.get(number), number),
        "entry_point": as_present(cells.get("phone_display_name"), "phone_display_name"),
        "handle_time_ms": as_duration_ms(cells.get("handle_time"), "handle_time"),
        "attributes": unmapped(cells, KNOWN, context),
    }


def _origin(cells: Cells, direction: str | None) -> str | None:
    if as_flag(cells.get("transfer_in"), "transfer_in"):
        return "transfer"
    if as_flag(cells.get("callback"), "callback"):
        return "callback"
    return "customer" if DIRECTIONS.get(direction or "") == "inbound" else None
