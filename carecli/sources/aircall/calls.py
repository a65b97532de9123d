"""Aircall's API: calls, with times in epoch seconds. A transferred call is one call, with who took it last."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.sources.aircall.words import disposition_of, tags_of, unanswered
from carecli.sources.conventions import check_span
from carecli.sources.fields import Fields
from carecli.sources.records import MapContext, Record, Row

_KNOWN = "id direct_link direction status started_at answered_at ended_at duration raw_digits user number tags teams"
_PRIVATE = "recording voicemail asset contact comments assigned_to transferred_by transferred_to"
KNOWN = frozenset(f"{_KNOWN} {_PRIVATE}".split())


def map_call(record: Record, context: MapContext) -> Iterator[Row]:
    """One call, and the agent it names."""
    fields = Fields(record.cells, context)
    values = _call(fields)
    check_span("interactions", values)
    version = context.exported_at or 0
    yield Row("interactions", values, version, complete=values["ended_at"] is not None)
    user = fields.inside("user")
    agent, name = user.optional_id("id"), user.text("name")
    if agent and name:
        yield Row("agents", {"agent_id": agent, "name": name}, version)


def _call(fields: Fields) -> dict[str, object]:
    answered_at, ended_at = fields.time("answered_at"), fields.time("ended_at")
    direction, line = (fields.text("direction") or "").casefold(), fields.inside("number").text("name")
    teams = [team.text("name") for team in fields.elements("teams")]
    tags = tags_of(tag.text("name") for tag in fields.elements("tags"))
    return {
        "interaction_id": fields.identifier("id"),
        "channel": "voice",
        "direction": direction if direction in ("inbound", "outbound") else None,
        "queue": next(filter(None, teams), line),
        "entry_point": line,
        "started_at": fields.required_time("started_at"),
        "answered_at": answered_at,
        "ended_at": ended_at,
        "outcome": _outcome(fields, answered_at, ended_at),
        "talk_ms": None if answered_at is None or ended_at is None else (ended_at - answered_at) * 1000,
        "agent_id": fields.inside("user").optional_id("id"),
        "customer_id": fields.telephone("raw_digits"),
        "disposition": disposition_of(tags),
        "tags": " ".join(tags) or None,
        "url": fields.text("direct_link"),
        "attributes": fields.attributes(KNOWN),
    }


def _outcome(fields: Fields, answered_at: int | None, ended_at: int | None) -> str | None:
    """None while nobody has answered yet."""
    if answered_at is not None:
        return "answered"
    if ended_at is None:
        return None
    return unanswered(fields.text("missed_call_reason"), recorded=bool(fields.text("voicemail")))
