"""Intercom's conversations: the case, the contact, and the vote at its end. Moments are epoch seconds.

Intercom's durations to a reply or a close leave closed hours out; none of them is used, for the moments are there too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from carecli.sources.attributes import unmapped
from carecli.sources.cells import as_present
from carecli.sources.fields import Fields
from carecli.sources.observed import observed
from carecli.sources.records import MapContext, Record, Row

STATUSES = {"open": "open", "closed": "closed", "snoozed": "open"}
CHANNELS = {
    "conversation": "chat",
    "email": "email",
    **dict.fromkeys(("phone_call", "phone_switch"), "voice"),
    **dict.fromkeys(("facebook", "instagram", "twitter"), "social"),
    "sms": "sms",
    "whatsapp": "whatsapp",
}
DIRECTIONS = {
    "customer_initiated": "inbound",
    **dict.fromkeys(("admin_initiated", "campaigns_initiated", "operator_initiated", "automated"), "outbound"),
}
"""Who began it; only what a customer began is a contact."""
ORIGINS = {"customer_initiated": "customer", "campaigns_initiated": "campaign"}

_PLACED = "type id title created_at updated_at state open priority admin_assignee_id team_assignee_id"
_SAYS_LITTLE = "waiting_since snoozed_until read ai_agent_participated"
KNOWN = frozenset(f"{_PLACED} {_SAYS_LITTLE}".split())


def map_conversation(record: Record, context: MapContext) -> Iterator[Row]:
    """One version of a conversation. What was written is not kept."""
    fields = Fields(record.cells, context)
    shared, statistics = _shared(fields), fields.inside("statistics")
    case, updated_at = _case(fields, shared, statistics), fields.time("updated_at")
    version = updated_at or context.exported_at or 0
    contact = _contact(fields, shared, statistics)
    yield Row("cases", case, version, complete=case["closed_at"] is not None)
    yield from observed(case, version)
    yield Row("interactions", contact, version, complete=contact["ended_at"] is not None)
    if isinstance(fields.cells.get("conversation_rating"), Mapping):
        yield _vote(fields.inside("conversation_rating"), shared, version)


def _shared(fields: Fields) -> dict[str, Any]:
    """What the case and the contact have in common."""
    contacts = fields.inside("contacts").elements("contacts")
    tags = (tag.text("name") for tag in fields.inside("tags").elements("tags"))
    return {
        "case_id": fields.identifier("id"),
        "interaction_id": fields.identifier("id"),
        "customer_id": fields.context.customer_key(contacts[0].optional_id("id")) if contacts else None,
        "queue": fields.optional_id("team_assignee_id"),
        "channel": CHANNELS.get(fields.inside("source").text("type") or ""),
        "tags": " ".join(filter(None, tags)) or None,
    }


def _case(fields: Fields, shared: dict[str, Any], statistics: Fields) -> dict[str, Any]:
    word, reopens = fields.text("state"), statistics.whole("count_reopens")
    last_close_at = statistics.time("last_close_at")
    return shared | {
        "subject": fields.context.redact(fields.text("title")),
        "assignee_id": fields.optional_id("admin_assignee_id"),
        "created_at": fields.required_time("created_at"),
        "updated_at": fields.time("updated_at"),
        "first_response_at": statistics.time("first_admin_reply_at"),
        "first_resolved_at": statistics.time("first_close_at"),
        "last_resolved_at": last_close_at,
        "closed_at": last_close_at if word == "closed" else None,
        "status": STATUSES.get(word or ""),
        "status_text": word,
        "priority": fields.text("priority"),
        "reopens": reopens,
        "reopen_flag": None if reopens is None else reopens > 0,
        "attributes": unmapped(fields.cells, KNOWN, fields.context, _further(fields)),
    }


def _contact(fields: Fields, shared: dict[str, Any], statistics: Fields) -> dict[str, Any]:
    delivered_as = fields.inside("source").text("delivered_as") or ""
    answered_at, asked_at = statistics.time("first_admin_reply_at"), statistics.time("first_contact_reply_at")
    closed = fields.text("state") == "closed"
    waited = None if answered_at is None or asked_at is None else answered_at - asked_at
    return shared | {
        "agent_id": fields.optional_id("admin_assignee_id"),
        "direction": DIRECTIONS.get(delivered_as),
        "origin": ORIGINS.get(delivered_as),
        "started_at": fields.required_time("created_at"),
        "answered_at": answered_at,
        "ended_at": statistics.time("last_close_at") if closed else None,
        "outcome": _outcome(fields, answered_at, closed=closed),
        # A teammate who wrote first kept nobody waiting.
        "queue_time_ms": waited * 1000 if waited is not None and waited >= 0 else None,
        "handle_time_ms": statistics.duration_ms("handling_time"),
        "disposition": fields.inside("ai_agent").text("resolution_state"),
    }


def _outcome(fields: Fields, answered_at: int | None, *, closed: bool) -> str | None:
    """Closed without a teammate's answer is abandoned, unless the bot took part: then nobody was waited for."""
    if answered_at is not None:
        return "answered"
    return "abandoned" if closed and fields.text("ai_agent_participated") != "true" else None


def _vote(rating: Fields, shared: dict[str, Any], version: int) -> Row:
    """A survey sent; answered where there is a vote."""
    score = rating.whole("rating")
    values = {name: shared[name] for name in shared if name != "tags"} | {
        "survey_id": f"conversation:{shared['case_id']}",
        "kind": "csat",
        "agent_id": rating.inside("teammate").optional_id("id"),
        "sent_at": rating.time("created_at"),
        "responded_at": None if score is None else rating.time("updated_at"),
        "score": None if score is None else float(score),
        "scale_max": 5.0,
    }
    return Row("surveys", values, version, complete=score is not None)


def _further(fields: Fields) -> dict[str, str | None]:
    """Attributes of the account's own, the state of the service level, and a source that is no channel of ours."""
    source, own = fields.inside("source").text("type"), fields.inside("custom_attributes").cells
    told = {f"custom_attributes.{name}": as_present(cell, name) for name, cell in own.items() if _is_plain(cell)}
    told |= {f"sla_applied.{name}": fields.inside("sla_applied").text(name) for name in ("sla_name", "sla_status")}
    return told | {"source.type": None if source in CHANNELS else source}


def _is_plain(cell: object) -> bool:
    return not isinstance(cell, list | dict)
