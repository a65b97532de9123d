"""Zendesk Chat: one record is one chat, or one message left while nobody was there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from carecli.sources.cells import as_optional_id, as_present
from carecli.sources.conventions import check_span
from carecli.sources.fields import Fields
from carecli.sources.records import BadCell, Ignored, MapContext, Record, Row

OFFLINE = "offline_msg"
RATINGS = {"good": 1.0, "bad": 0.0}
SHARED = ("interaction_id", "case_id", "customer_id", "channel", "queue", "agent_id")
"""What a vote has in common with its chat."""

_PLACED = "id type timestamp update_timestamp agent_ids agent_names department_id department_name duration missed tags"
_PRIVATE = "comment message rating unread deleted zendesk_ticket_id"
KNOWN = frozenset(f"{_PLACED} {_PRIVATE}".split())


def map_chat(record: Record, context: MapContext) -> Iterator[Row]:
    """The chat, the vote at its end, and the people who answered. What was written is not kept."""
    fields = Fields(record.cells, context)
    if fields.text("deleted") == "true":
        raise Ignored("deleted")
    chat = _chat(fields)
    version = fields.time("update_timestamp") or context.exported_at or 0
    yield Row("interactions", chat, version, complete=chat["ended_at"] is not None)
    if (rating := fields.text("rating")) is not None:
        yield _vote(chat, rating, _rated_at(fields), version)
    for agent_id, name in _agents(fields):
        if name:
            yield Row("agents", {"agent_id": agent_id, "name": name}, version)


def _chat(fields: Fields) -> dict[str, Any]:
    started_at, outcome = fields.required_time("timestamp"), _outcome(fields)
    waited_ms = fields.inside("response_time").duration_ms("first")
    lasted_ms = fields.duration_ms("duration")
    answered = outcome == "answered"
    agents = _agents(fields)
    chat = {
        "interaction_id": fields.identifier("id"),
        "channel": "chat",
        "direction": "inbound",
        "origin": "customer",
        "queue": fields.text("department_name") or fields.optional_id("department_id"),
        "customer_id": fields.context.customer_key(fields.inside("visitor").optional_id("id")),
        "case_id": fields.optional_id("zendesk_ticket_id"),
        "agent_id": agents[-1][0] if agents else None,
        "started_at": started_at,
        "answered_at": started_at + waited_ms // 1000 if answered and waited_ms is not None else None,
        "ended_at": fields.inside("session").time("end_date"),
        "outcome": outcome,
        "queue_time_ms": waited_ms,
        "handle_time_ms": lasted_ms if answered else None,
        "tags": _tags(fields),
        "attributes": fields.attributes(KNOWN),
    }
    check_span("interactions", chat)
    return chat


def _outcome(fields: Fields) -> str | None:
    """A message left for later reached nobody; a chat that no agent took and that wasn't missed has no outcome."""
    if fields.text("type") == OFFLINE:
        return "missed"
    if fields.text("missed") == "true":
        return "abandoned"
    return "answered" if _agents(fields) else None


def _agents(fields: Fields) -> list[tuple[str, str | None]]:
    """Ids and names, in the order of the file."""
    ids, names = (_listed(fields, name) for name in ("agent_ids", "agent_names"))
    found = ((as_optional_id(agent_id, "agent_ids"), place) for place, agent_id in enumerate(ids))
    return [
        (agent_id, as_present(names[place], "agent_names") if place < len(names) else None)
        for agent_id, place in found
        if agent_id
    ]


def _listed(fields: Fields, name: str) -> list[Any]:
    cell = fields.cells.get(name)
    return cell if isinstance(cell, list) else []


def _tags(fields: Fields) -> str | None:
    return " ".join(filter(None, (as_present(tag, "tags") for tag in _listed(fields, "tags")))) or None


def _rated_at(fields: Fields) -> int | None:
    """When the last vote was given, which the history tells."""
    votes = [event.time("timestamp") for event in fields.elements("history") if event.text("new_rating")]
    return max(filter(None, votes), default=None)


def _vote(chat: dict[str, Any], rating: str, rated_at: int | None, version: int) -> Row:
    """The vote of a rated chat; its end where the history doesn't tell the time."""
    score = RATINGS.get(rating.lower())
    if score is None:
        raise BadCell("unknown-code", "rating", rating, "good or bad")
    values = {name: chat[name] for name in SHARED} | {"survey_id": f"chat:{chat['interaction_id']}", "kind": "csat"}
    values |= {"responded_at": rated_at or chat["ended_at"], "score": score, "scale_max": 1.0}
    return Row("surveys", values, version)
