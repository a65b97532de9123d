"""Aircall's export of calls: one row a call. Columns after `team` came later, so they may all be missing."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from carecli.sources.aircall.words import disposition_of, tags_of, unanswered
from carecli.sources.cells import as_flag
from carecli.sources.conventions import check_span
from carecli.sources.fields import Fields
from carecli.sources.records import MapContext, Record, Row

STARTED = "datetime (utc)"
NO_USER = "[No associated user]"

_KNOWN = (
    *(
        "line",
        "datetime (tz offset incl.)",
        "number timezone",
        STARTED,
        "direction",
        "answered",
        "user",
        "tags",
        "team",
    ),
    *("team", "duration (total)", "duration (in call)", "call direction - type", "call start time", "call end time"),
    *("in-call duration", "call type", "waiting time", "time to answer", "time in ivr", "call id (internal)"),
)
_PRIVATE = (
    *("from", "to", "customer number", "aircall number", "entry number", "comments", "recording", "voicemail"),
    *("callback details", "call timeline"),
)
KNOWN = frozenset((*_KNOWN, *_PRIVATE))
"""Columns that have a place, that say a thing again, or that aren't kept."""


def map_call(record: Record, context: MapContext) -> Iterator[Row]:
    """One call. The customer is who called, or who was called."""
    fields = Fields(record.cells, context)
    values = _call(fields)
    check_span("interactions", values)
    yield Row("interactions", values, version=context.exported_at or 0)


def _call(fields: Fields) -> dict[str, object]:
    direction = (fields.text("direction") or "").casefold()
    answered = bool(as_flag(fields.cells.get("answered"), "answered"))
    started_at, waited = fields.required_time(STARTED), fields.duration_ms("waiting time")
    lasted = fields.required(fields.duration_ms("duration (total)"), "duration (total)")
    user = fields.text("user")
    tags = tags_of((fields.text("tags") or "").split(","))
    return {
        "interaction_id": _identifier(fields),
        "channel": "voice",
        "direction": direction if direction in ("inbound", "outbound") else None,
        "queue": fields.text("team", "line"),
        "entry_point": fields.text("line"),
        "started_at": started_at,
        "answered_at": started_at + waited // 1000 if answered and waited is not None else None,
        "ended_at": started_at + lasted // 1000,
        "outcome": "answered" if answered else _unanswered(fields),
        "queue_time_ms": _queue_time(fields, waited),
        "ivr_ms": fields.duration_ms("time in ivr"),
        "talk_ms": fields.duration_ms("duration (in call)"),
        "agent_id": None if user == NO_USER else user,
        "customer_id": fields.telephone("to" if direction == "outbound" else "from"),
        "disposition": disposition_of(tags) or fields.text("call type"),
        "tags": " ".join(tags) or None,
        "attributes": fields.attributes(KNOWN),
    }


def _unanswered(fields: Fields) -> str:
    recorded = bool(fields.text("voicemail")) or (fields.text("call type") or "").casefold() == "voicemail"
    return unanswered(fields.text("missed_call_reason"), recorded=recorded)


def _queue_time(fields: Fields, waited: int | None) -> int | None:
    """The wait without the menu; the file says so itself where the call was answered."""
    own = fields.duration_ms("time to answer")
    if own is not None or waited is None:
        return own
    return max(0, waited - (fields.duration_ms("time in ivr") or 0))


def _identifier(fields: Fields) -> str:
    """The call's id; older exports have none, and two calls of one second differ in who called whom."""
    own = fields.optional_id("call id (internal)")
    if own is not None or "call id (internal)" in fields.cells:
        return fields.identifier("call id (internal)")
    told = (fields.text("line"), str(fields.required_time(STARTED)), fields.telephone("from"), fields.telephone("to"))
    return blake2b("\x1f".join(text or "" for text in told).encode(), digest_size=10).hexdigest()
