"""Gorgias tickets. A snoozed ticket says `closed` and is open again when the snooze ends, if not before."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from carecli.sources.attributes import unmapped
from carecli.sources.fields import Fields
from carecli.sources.observed import observed
from carecli.sources.records import Ignored, MapContext, Record, Row

STATUSES = ("open", "closed")
CHANNELS = {
    **dict.fromkeys(("email", "contact_form", "help-center"), "email"),
    "chat": "chat",
    **dict.fromkeys(("phone", "aircall"), "voice"),
    **dict.fromkeys(("facebook", "facebook-messenger", "facebook-mention", "facebook-recommendations"), "social"),
    **dict.fromkeys(("instagram-comment", "instagram-ad-comment", "instagram-mention"), "social"),
    **dict.fromkeys(("instagram-direct-message", "twitter", "twitter-direct-message"), "social"),
    "sms": "sms",
    "whatsapp": "whatsapp",
}

_PLACED = "id subject status priority channel created_datetime updated_datetime last_message_datetime closed_datetime"
_LEFT_OUT = "trashed_datetime snooze_datetime excerpt uri spam is_unread"
KNOWN = frozenset(f"{_PLACED} {_LEFT_OUT}".split())


def map_ticket(record: Record, context: MapContext) -> Iterator[Row]:
    """One version of a ticket, and what was observed of it."""
    fields = Fields(record.cells, context)
    if fields.text("spam") == "true":
        raise Ignored("spam")
    values = _case(fields)
    version = values["updated_at"] or context.exported_at or 0
    yield Row("cases", values, version, complete=values["closed_at"] is not None)
    yield from observed(values, version)


def _case(fields: Fields) -> dict[str, Any]:
    word, channel = fields.text("status"), fields.text("channel")
    updated_at = fields.time("updated_datetime")
    snoozed = _is_snoozed(fields, updated_at)
    closed_at = None if snoozed else fields.time("closed_datetime")
    place = {"channel": None if channel in CHANNELS else channel}
    return {
        "case_id": fields.identifier("id"),
        "customer_id": fields.context.customer_key(fields.inside("customer").optional_id("id")),
        "queue": fields.inside("assignee_team").text("name", "id"),
        "assignee_id": fields.inside("assignee_user").optional_id("id"),
        "channel": CHANNELS.get(channel or ""),
        "subject": fields.context.redact(fields.text("subject")),
        "tags": " ".join(filter(None, (tag.text("name") for tag in fields.elements("tags")))) or None,
        "created_at": fields.required_time("created_datetime"),
        "updated_at": updated_at,
        "last_action_at": fields.time("last_message_datetime"),
        "last_resolved_at": closed_at,
        "closed_at": closed_at,
        "deleted_at": fields.time("trashed_datetime"),
        "status": "open" if snoozed else word if word in STATUSES else None,
        "status_text": word,
        "priority": fields.text("priority"),
        "attributes": unmapped(fields.cells, KNOWN, fields.context, place),
    }


def _is_snoozed(fields: Fields, updated_at: int | None) -> bool:
    """Whether the snooze still lasted at the export, or at the ticket's last change where that isn't known."""
    until, seen_at = fields.time("snooze_datetime"), fields.context.exported_at or updated_at
    return until is not None and seen_at is not None and until > seen_at
