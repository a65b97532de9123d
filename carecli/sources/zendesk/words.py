"""What all Zendesk files write the same way, and our words for theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carecli.sources.cells import UTC, as_present, as_time
from carecli.sources.records import BadCell, Row

Cells = Mapping[str, Any]

STATUSES: Mapping[str, str] = {
    "new": "new",
    "open": "open",
    "pending": "waiting_customer",
    "hold": "waiting_third_party",
    "solved": "solved",
    "closed": "closed",
    "deleted": "closed",
}
CHANNELS: Mapping[str, str] = {
    **dict.fromkeys(("web", "email", "api", "help_center"), "email"),
    **dict.fromkeys(("voice", "phone"), "voice"),
    **dict.fromkeys(("chat", "messaging", "native_messaging"), "chat"),
    **dict.fromkeys(("twitter", "twitter_dm", "facebook", "facebook_post", "facebook_message"), "social"),
    **dict.fromkeys(("instagram", "instagram_dm"), "social"),
    "sms": "sms",
    "whatsapp": "whatsapp",
}
"""`via.channel` -> channel; the list is open, and words that aren't here stay in `attributes`."""

MERGED_TAG = "closed_by_merge"


def optional_time(cells: Cells, column: str) -> int | None:
    return as_time(cells.get(column), column, UTC)


def required_time(cells: Cells, column: str) -> int:
    at = optional_time(cells, column)
    if at is None:
        raise BadCell("missing-time", column, cells.get(column), "a time such as 2025-05-13T06:45:00Z")
    return at


def via_channel(cells: Cells) -> str | None:
    """The word of `via.channel`; older exports write it bare."""
    via = cells.get("via")
    return as_present(via.get("channel") if isinstance(via, Mapping) else via, "via.channel")


def tags_of(cell: object) -> list[str]:
    """Tags as a list, or as text separated by blanks."""
    words = cell if isinstance(cell, list) else str(cell or "").split()
    return sorted({str(word) for word in words if word})


def case_event(
    event_id: str,
    case_id: str,
    at: int,
    kind: str,
    *,
    from_value: str | None = None,
    to_value: str | None = None,
    actor_id: str | None = None,
    reason: str | None = None,
    version: int,
) -> Row:
    """One row of `case_events`."""
    values = {"event_id": event_id, "case_id": case_id, "at": at, "kind": kind, "from_value": from_value}
    values |= {"to_value": to_value, "actor_id": actor_id, "reason": reason}
    return Row("case_events", values, version=version)
