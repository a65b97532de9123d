"""Zendesk tickets, from the incremental export or any list: the case as it stands, and what was observed of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from carecli.sources.attributes import unmapped
from carecli.sources.cells import as_id, as_optional_id, as_present
from carecli.sources.observed import observed
from carecli.sources.records import MapContext, Record, Row
from carecli.sources.zendesk.metrics import metric_values
from carecli.sources.zendesk.words import (
    CHANNELS,
    MERGED_TAG,
    STATUSES,
    Cells,
    optional_time,
    required_time,
    tags_of,
    via_channel,
)

_API_URL = re.compile(r"(https://[^/\s]+)/api/v2/tickets/(\d+)\.json", re.ASCII)
_MAPPED = "id url external_id via created_at updated_at generated_timestamp type subject priority status requester_id"
_PRIVATE = "raw_subject description recipient submitter_id satisfaction_rating"
_SAYS_LITTLE = "has_incidents is_public allow_channelback allow_attachments from_messaging_channel forum_topic_id"
KNOWN = frozenset(f"{_MAPPED} assignee_id group_id tags {_PRIVATE} {_SAYS_LITTLE}".split())


def map_ticket(record: Record, context: MapContext) -> Iterator[Row]:
    """One version of a ticket. A system's change moves `generated_timestamp` but not `updated_at`."""
    cells = record.cells
    values = _case(cells, context) | _embedded_metrics(cells)
    version = optional_time(cells, "generated_timestamp") or values["updated_at"] or context.exported_at or 0
    yield Row("cases", values, version=version, complete=values["status"] in ("solved", "closed"))
    yield from observed(values, version)


def _case(cells: Cells, context: MapContext) -> dict[str, Any]:
    word, status = as_present(cells.get("status"), "status"), None
    if word is not None:
        status = STATUSES.get(word.lower())
    tags, updated_at = tags_of(cells.get("tags")), optional_time(cells, "updated_at")
    return {
        "case_id": as_id(cells.get("id"), "id"),
        "customer_id": context.customer_key(as_optional_id(cells.get("requester_id"), "requester_id")),
        "queue": as_optional_id(cells.get("group_id"), "group_id"),
        "issue_type": as_present(cells.get("type"), "type"),
        "subject": context.redact(as_present(cells.get("subject"), "subject")),
        "tags": " ".join(tags) or None,
        "url": _agents_url(as_present(cells.get("url"), "url")),
        "created_at": required_time(cells, "created_at"),
        "updated_at": updated_at,
        "merged_at": updated_at if MERGED_TAG in tags else None,
        "deleted_at": updated_at if word is not None and word.lower() == "deleted" else None,
        "status": status,
        "status_text": word,
        "priority": as_present(cells.get("priority"), "priority"),
        "assignee_id": as_optional_id(cells.get("assignee_id"), "assignee_id"),
        **_channel(cells, context),
    }


def _embedded_metrics(cells: Cells) -> dict[str, Any]:
    """What a `metric_set` tells, where the export was asked to include it; the ticket itself knows its creation."""
    metrics = cells.get("metric_set")
    if not isinstance(metrics, Mapping):
        return {}
    return metric_values({**metrics, "ticket_id": cells.get("id"), "created_at": cells.get("created_at")})


def _channel(cells: Cells, context: MapContext) -> dict[str, str | None]:
    """The channel; a voice ticket's external id is the call that opened it."""
    word = via_channel(cells)
    channel = CHANNELS.get(word or "")
    external_id = as_optional_id(cells.get("external_id"), "external_id")
    is_voice = channel == "voice"
    extra = _custom_fields(cells) | {
        "via": None if channel else word,
        "external_id": None if is_voice else external_id,
    }
    return {
        "channel": channel,
        "interaction_id": external_id if is_voice else None,
        "attributes": unmapped(cells, KNOWN, context, extra),
    }


def _custom_fields(cells: Cells) -> dict[str, str | None]:
    """Custom fields that hold something, by their ids; several choices are separated by blanks."""
    fields = cells.get("custom_fields")
    listed = fields if isinstance(fields, list) else []
    pairs = ((field.get("id"), field.get("value")) for field in listed if isinstance(field, Mapping))
    return {f"custom_fields.{name}": _as_one_text(value) for name, value in pairs}


def _as_one_text(value: object) -> str | None:
    return " ".join(map(str, value)) if isinstance(value, list) else as_present(value, "custom_fields")


def _agents_url(url: str | None) -> str | None:
    """The address an agent opens, where the export gives the one a program reads."""
    match = _API_URL.fullmatch(url or "")
    return f"{match[1]}/agent/tickets/{match[2]}" if match else url
