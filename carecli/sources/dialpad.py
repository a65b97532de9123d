"""Dialpad's export of call records: a call of a call centre is one row, each user who took it another.

The rows of users name the call centre's call as their `entry_point_call_id`. The store makes one contact of them: waits
and queue come from the call centre's row, the agent from the user who took the call last.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

from carecli.sources.cells import as_flag
from carecli.sources.conventions import check_span
from carecli.sources.fields import Fields
from carecli.sources.records import BadCell, Ignored, MapContext, Record, Row

_KNOWN = (
    "call_id entry_point_call_id category direction is_internal external_number date_started date_queued "
    "date_connected date_ended target_id target_kind name email timezone"
)
_PRIVATE = "internal_number voicemail recording_url transferred_to transferred_to_contact_id"
KNOWN = frozenset(f"{_KNOWN} {_PRIVATE}".split())


def map_record(record: Record, context: MapContext) -> Iterator[Row]:
    """A row of a call centre, of a user who took its call, or of a user who called or was called directly."""
    fields = Fields(record.cells, _in_own_zone(record, context))
    kind = (fields.text("target_kind") or "").casefold()
    if kind not in ("callcenter", "userprofile"):
        raise Ignored("neither a call centre nor a user")
    taken = kind == "userprofile" and fields.optional_id("entry_point_call_id") is not None
    if taken and fields.time("date_connected") is None:
        raise Ignored("rang, not answered")
    values = _taking(fields) if taken else _call(fields)
    check_span("interactions", values)
    ended = values["ended_at"] is not None
    yield Row("interactions", values, context.exported_at or 0, complete=ended, part=fields.identifier("call_id"))
    if kind == "userprofile":
        yield from _agent(fields)


def _in_own_zone(record: Record, context: MapContext) -> MapContext:
    name = Fields(record.cells, context).text("timezone")
    try:
        return context if name is None else replace(context, zone=ZoneInfo(name))
    except (ValueError, OSError, KeyError):
        raise BadCell("unknown-zone", "timezone", name, "an IANA zone such as Europe/Berlin") from None


def _taking(fields: Fields) -> dict[str, object]:
    """What a user's row adds to the call centre's call."""
    return {
        "interaction_id": fields.optional_id("entry_point_call_id"),
        "channel": "voice",
        "started_at": fields.time("date_connected"),
        "answered_at": fields.time("date_connected"),
        "ended_at": fields.time("date_ended"),
        "outcome": "answered",
        "agent_id": _agent_id(fields),
    }


def _call(fields: Fields) -> dict[str, object]:
    """Durations are differences of times: the unit of the columns that state them isn't known."""
    identifier = fields.identifier("call_id")
    queued_at, answered_at, ended_at = map(fields.time, ("date_queued", "date_connected", "date_ended"))
    of_user = (fields.text("target_kind") or "").casefold() == "userprofile"
    return {
        "interaction_id": identifier,
        "channel": "voice",
        "direction": _direction(fields),
        "queue": None if of_user else fields.text("name", "target_id"),
        "started_at": fields.required_time("date_started"),
        "answered_at": answered_at,
        "ended_at": ended_at,
        "outcome": _outcome(fields, answered_at, ended_at),
        "queue_time_ms": _between(queued_at, answered_at or ended_at, "date_queued"),
        "talk_ms": _between(answered_at, ended_at, "date_connected"),
        "agent_id": _agent_id(fields) if of_user and answered_at is not None else None,
        "customer_id": fields.telephone("external_number"),
        "disposition": fields.text("category"),
        "attributes": fields.attributes(KNOWN),
    }


def _direction(fields: Fields) -> str | None:
    if as_flag(fields.cells.get("is_internal"), "is_internal"):
        return "internal"
    word = (fields.text("direction") or "").casefold()
    return word if word in ("inbound", "outbound") else None


def _outcome(fields: Fields, answered_at: int | None, ended_at: int | None) -> str | None:
    """None while the call is going on."""
    if answered_at is not None:
        return "answered"
    words = {word.strip().casefold() for word in (fields.text("categories", "category") or "").split(",")}
    if "abandoned" in words:
        return "abandoned"
    return None if ended_at is None else "missed"


def _between(start: int | None, end: int | None, column: str) -> int | None:
    if start is None or end is None:
        return None
    if end < start:
        raise BadCell("times-reversed", column, start, f"no later than {end}")
    return (end - start) * 1000


def _agent_id(fields: Fields) -> str | None:
    return fields.text("email") or fields.optional_id("target_id")


def _agent(fields: Fields) -> Iterator[Row]:
    agent, name = _agent_id(fields), fields.text("name")
    if agent and name:
        yield Row("agents", {"agent_id": agent, "name": name})
