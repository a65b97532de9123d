"""Zendesk Talk: a call is one contact, all its durations in seconds; a leg is one party's share of a call.

Legs tell no queue and no wait. As stays they would hide what the call tells of both, so they are kept as events.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from carecli.sources.fields import Fields
from carecli.sources.records import MapContext, Record, Row

NOBODY = "0"
ABANDONED = frozenset({"abandoned_in_queue", "abandoned_in_ivr", "abandoned_in_voicemail"})
HANDLED = {"talk_ms": "talk_time", "hold_ms": "hold_time", "wrap_ms": "wrap_up_time"}

_PLACED = "id created_at updated_at agent_id completion_status customer_id direction duration hold_time line ticket_id"
_TIMES = "time_to_answer voicemail wait_time wrap_up_time ivr_time_spent talk_time callback call_group_id"
_SAYS_LITTLE = "phone_number phone_number_id line_id line_type recording_control_interactions recording_time"
_BILLING = "not_recording_time call_recording_consent_keypress minutes_billed call_charge"
KNOWN = frozenset(f"{_PLACED} {_TIMES} {_SAYS_LITTLE} {_BILLING}".split())

LEG_DURATIONS = ("duration", "talk_time", "hold_time", "wrap_up_time", "consultation_time", "conference_time")
LEG_WORDS = ("transferred_from", "transferred_to", "completion_status", "available_via")


def map_call(record: Record, context: MapContext) -> Iterator[Row]:
    """One version of a call; the same call comes again when its wrap-up is known."""
    fields = Fields(record.cells, context)
    values = _call(fields)
    version = fields.time("updated_at") or context.exported_at or 0
    yield Row("interactions", values, version, complete=values["ended_at"] is not None)


def _call(fields: Fields) -> dict[str, Any]:
    started_at, outcome = fields.required_time("created_at"), _outcome(fields)
    direction = _word(fields, "direction")
    handled = {name: fields.duration_ms(column) for name, column in HANDLED.items()}
    told = [duration for duration in handled.values() if duration is not None]
    return {
        "interaction_id": fields.identifier("id"),
        "channel": "voice",
        "direction": direction if direction in ("inbound", "outbound") else None,
        "origin": _origin(fields, direction),
        "queue": fields.optional_id("call_group_id"),
        "entry_point": fields.text("line"),
        "customer_id": fields.context.customer_key(fields.optional_id("customer_id")),
        "case_id": fields.optional_id("ticket_id"),
        "agent_id": _agent(fields),
        "started_at": started_at,
        "answered_at": _after(started_at, fields.duration_ms("time_to_answer")) if outcome == "answered" else None,
        "ended_at": _after(started_at, fields.duration_ms("duration")),
        "outcome": outcome,
        "queue_time_ms": fields.duration_ms("wait_time"),
        "ivr_ms": fields.duration_ms("ivr_time_spent"),
        **handled,
        "handle_time_ms": sum(told) if told else None,
        "attributes": fields.attributes(KNOWN - _unplaced(outcome)),
    }


def _outcome(fields: Fields) -> str | None:
    """None for a call that ended as it should without a person of ours: in the menu, or forwarded elsewhere."""
    status = _word(fields, "completion_status")
    if _word(fields, "voicemail") == "true":
        return "voicemail"
    if status in ABANDONED:
        return "abandoned"
    # Who hangs up while on hold has been answered before (R13).
    if status == "abandoned_on_hold" or (status == "completed" and _agent(fields) is not None):
        return "answered"
    return "missed" if status == "failed" else None


def _unplaced(outcome: str | None) -> frozenset[str]:
    """The word of a call whose outcome it doesn't tell stays as it is."""
    return frozenset({"completion_status"}) if outcome is None else frozenset()


def _origin(fields: Fields, direction: str) -> str | None:
    if _word(fields, "callback") == "true":
        return "callback"
    return "customer" if direction == "inbound" else None


def _word(fields: Fields, name: str) -> str:
    return (fields.text(name) or "").lower()


def _agent(fields: Fields) -> str | None:
    agent_id = fields.optional_id("agent_id")
    return None if agent_id == NOBODY else agent_id


def _after(started_at: int, duration_ms: int | None) -> int | None:
    return None if duration_ms is None else started_at + duration_ms // 1000


def map_leg(record: Record, context: MapContext) -> Iterator[Row]:
    """One leg as an event of its call: `data` is what the leg tells, in seconds, as Zendesk writes it."""
    fields = Fields(record.cells, context)
    values = {
        "at": fields.required_time("created_at"),
        "interaction_id": fields.identifier("call_id"),
        "queue": "",
        "agent_id": _agent(fields) or "",
        "event": f"leg:{fields.required(fields.text('type'), 'type')}",
        "data": _leg_data(fields),
    }
    yield Row("contact_events", values, version=fields.time("updated_at") or context.exported_at or 0)


def _leg_data(fields: Fields) -> str:
    for name in LEG_DURATIONS:
        fields.duration_ms(name)
    told = {"id": fields.identifier("id")} | {name: fields.text(name) for name in (*LEG_DURATIONS, *LEG_WORDS)}
    return "|".join(f"{name}={text}" for name, text in told.items() if text is not None)
