"""RingCentral's call log: a record is a session, its legs in order; the one that is master describes the whole."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.sources.fields import Fields
from carecli.sources.records import Ignored, MapContext, Record, Row

ANSWERED = frozenset({"accepted", "call accepted", "call connected"})
OUTCOMES = {
    **dict.fromkeys(ANSWERED, "answered"),
    "voicemail": "voicemail",
    "abandoned": "abandoned",
    **dict.fromkeys(("missed", "no answer", "busy", "rejected", "declined", "hang up", "stopped", "blocked"), "missed"),
    **dict.fromkeys(("call failed", "call failure", "wrong number", "ip phone offline", "restricted number"), "missed"),
}
"""Results that say how a call ended; of the others (in progress, of faxes) the outcome stays unknown."""
DIRECTIONS = {"inbound": "inbound", "outbound": "outbound"}
KNOWN = frozenset({"uri", "sessionId", "startTime", "duration", "type", "direction", "result", "lastModifiedTime"})


def map_call(record: Record, context: MapContext) -> Iterator[Row]:
    """One session by telephone. Waits, hold and wrap-up are not in the log."""
    fields = Fields(record.cells, context)
    if (fields.text("type") or "").casefold() != "voice":
        raise Ignored("not a call")
    values = _call(fields)
    version = fields.time("lastModifiedTime") or context.exported_at or 0
    yield Row("interactions", values, version, complete=values["ended_at"] is not None)


def _call(fields: Fields) -> dict[str, object]:
    direction = DIRECTIONS.get((fields.text("direction") or "").casefold())
    outbound = direction == "outbound"
    started_at, lasted = fields.required_time("startTime"), fields.duration_ms("duration")
    outcome = OUTCOMES.get((fields.text("result") or "").casefold())
    return {
        "interaction_id": fields.identifier("sessionId"),
        "channel": "voice",
        "direction": direction,
        "entry_point": None if outbound else fields.inside("to").text("name"),
        "started_at": started_at,
        "ended_at": None if lasted is None else started_at + lasted // 1000,
        "outcome": outcome,
        "agent_id": _agent(fields) if outcome == "answered" else None,
        "customer_id": fields.inside("to" if outbound else "from").telephone("phoneNumber"),
        "disposition": fields.text("result"),
        "attributes": fields.attributes(KNOWN),
    }


def _agent(fields: Fields) -> str | None:
    """The extension of the last leg that was accepted."""
    accepted = (leg for leg in fields.elements("legs") if (leg.text("result") or "").casefold() in ANSWERED)
    extensions = [extension for leg in accepted if (extension := leg.inside("extension").optional_id("id"))]
    return extensions[-1] if extensions else None
