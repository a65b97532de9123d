"""Freshdesk tickets: codes for status, priority and source, moments in `stats` where the export was asked for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from carecli.sources.attributes import unmapped
from carecli.sources.cells import as_flag, as_present
from carecli.sources.fields import Fields
from carecli.sources.observed import observed
from carecli.sources.records import Ignored, MapContext, Record, Row

STATUSES = {
    "2": ("open", "Open"),
    "3": ("waiting_customer", "Pending"),
    "4": ("solved", "Resolved"),
    "5": ("closed", "Closed"),
}
"""Code -> our word and theirs; 6 and above are the account's own."""
PRIORITIES = {"1": "low", "2": "medium", "3": "high", "4": "urgent"}
CHANNELS = {
    **dict.fromkeys(("1", "2", "9", "10"), "email"),  # e-mail, portal, feedback widget, outbound e-mail
    "3": "voice",
    **dict.fromkeys(("5", "6"), "social"),  # Twitter, Facebook
    "7": "chat",
    "13": "whatsapp",
}

_PLACED = "id subject status priority source type requester_id responder_id group_id created_at updated_at deleted spam"
_PRIVATE = "description description_text support_email"
KNOWN = frozenset(f"{_PLACED} {_PRIVATE}".split())


def map_ticket(record: Record, context: MapContext) -> Iterator[Row]:
    """One version of a ticket, and what was observed of it."""
    fields = Fields(record.cells, context)
    if _flag(fields, "spam"):
        raise Ignored("spam")
    values = _case(fields) | _stats(fields)
    version = values["updated_at"] or context.exported_at or 0
    yield Row("cases", values, version, complete=values.get("last_resolved_at") is not None)
    yield from observed(values, version)


def _case(fields: Fields) -> dict[str, Any]:
    code, updated_at = fields.text("status"), fields.time("updated_at")
    status, word = STATUSES.get(code or "", (None, code))
    priority = fields.text("priority")
    return {
        "case_id": fields.identifier("id"),
        "customer_id": fields.context.customer_key(fields.optional_id("requester_id")),
        "queue": fields.optional_id("group_id"),
        "issue_type": fields.text("type"),
        "channel": CHANNELS.get(fields.text("source") or ""),
        "subject": fields.context.redact(fields.text("subject")),
        "tags": _joined(fields.cells.get("tags")),
        "created_at": fields.required_time("created_at"),
        "updated_at": updated_at,
        "deleted_at": updated_at if _flag(fields, "deleted") else None,
        "status": status,
        "status_text": word,
        "priority": PRIORITIES.get(priority or "", priority),
        "assignee_id": fields.optional_id("responder_id"),
        "attributes": unmapped(fields.cells, KNOWN, fields.context, _further(fields)),
    }


def _stats(fields: Fields) -> dict[str, Any]:
    """The moments of a ticket; nothing is known of them without `stats`.

    Only the last reopening is told, so how many there were isn't known.
    """
    if not isinstance(fields.cells.get("stats"), Mapping):
        return {}
    stats = fields.inside("stats")
    closed_at, reopened_at = stats.time("closed_at"), stats.time("reopened_at")
    acts = filter(None, (stats.time("agent_responded_at"), stats.time("requester_responded_at")))
    return {
        "first_response_at": stats.time("first_responded_at"),
        "last_resolved_at": stats.time("resolved_at") or closed_at,
        "closed_at": closed_at,
        "reopened_at": reopened_at,
        "reopen_flag": reopened_at is not None,
        "last_action_at": max(acts, default=None),
    }


def _further(fields: Fields) -> dict[str, str | None]:
    """The account's own fields that hold something, and a source that is no channel of ours."""
    source, own = fields.text("source"), fields.inside("custom_fields")
    told = {f"custom_fields.{name}": _joined(cell) for name, cell in own.cells.items()}
    return told | {"source": None if source in CHANNELS else source}


def _joined(cell: object) -> str | None:
    """A value, or the values of a list with blanks between them; what is nested deeper is left out."""
    items = cell if isinstance(cell, list) else [cell]
    texts = (as_present(item, "custom_fields") for item in items if not isinstance(item, list | dict))
    return " ".join(filter(None, texts)) or None


def _flag(fields: Fields, name: str) -> bool:
    return as_flag(fields.cells.get(name), name) is True
