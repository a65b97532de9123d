"""FusionPBX's export of call detail records: one row a call; agents' and second legs repeat what the caller's says."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.sources.conventions import check_span
from carecli.sources.fields import Fields
from carecli.sources.records import Ignored, MapContext, Record, Row

OUTCOMES = {
    "answered": "answered",
    "voicemail": "voicemail",
    **dict.fromkeys(("missed", "no_answer", "cancelled", "busy", "failed"), "missed"),
}
DIRECTIONS = {"inbound": "inbound", "outbound": "outbound", "local": "internal"}

_KNOWN = (
    "extension extension_name start_stamp end_stamp start_date_formatted start_time_formatted start_epoch duration "
    "billmsec missed_call xml_cdr_uuid direction billsec destination_number cc_side answer_stamp status wait"
)
_PRIVATE = "caller_id_name caller_id_number caller_destination source_number record_path record_name"
KNOWN = frozenset(f"{_KNOWN} {_PRIVATE}".split())
"""Columns that have a place, that say a thing again, or that aren't kept."""


def map_call(record: Record, context: MapContext) -> Iterator[Row]:
    """One call, and the agent it names."""
    fields = Fields(record.cells, context)
    _refuse_legs(fields)
    values = _call(fields)
    check_span("interactions", values)
    yield Row("interactions", values, version=context.exported_at or 0, complete=values["ended_at"] is not None)
    extension, name = fields.optional_id("extension"), fields.text("extension_name")
    if extension and name:
        yield Row("agents", {"agent_id": extension, "name": name}, version=context.exported_at or 0)


def _refuse_legs(fields: Fields) -> None:
    if fields.text("cc_side") == "agent":
        raise Ignored("agent's leg")
    if fields.text("hangup_cause") == "LOSE_RACE":
        raise Ignored("lost race")
    if fields.text("leg") == "b":
        raise Ignored("second leg")


def _call(fields: Fields) -> dict[str, object]:
    direction = DIRECTIONS.get(fields.text("direction") or "")
    outcome = _outcome(fields)
    answered, outbound = outcome == "answered", direction == "outbound"
    started_at = fields.required_time("start_epoch")
    return {
        "interaction_id": fields.identifier("xml_cdr_uuid"),
        "channel": "voice",
        "direction": direction,
        # What an outbound call dials is the customer.
        "queue": None if outbound else fields.optional_id("destination_number"),
        "customer_id": fields.telephone("destination_number" if outbound else "caller_id_number"),
        "started_at": started_at,
        "answered_at": fields.time_from("answer_stamp", started_at) if answered else None,
        "ended_at": fields.time_from("end_stamp", started_at),
        "outcome": outcome,
        "queue_time_ms": fields.duration_ms("wait"),
        # A voicemail box talks to nobody.
        "talk_ms": None if outcome == "voicemail" else fields.duration_ms("billsec"),
        "agent_id": fields.optional_id("extension") if answered or outbound else None,
        "disposition": fields.text("status", "hangup_cause"),
        "attributes": fields.attributes(KNOWN),
    }


def _outcome(fields: Fields) -> str | None:
    """None where the user who exported may not see the status."""
    status = fields.text("status")
    if status == "missed" and fields.text("cc_side") == "member":
        return "abandoned"
    return OUTCOMES.get(status or "")
