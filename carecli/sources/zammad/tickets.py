"""Zammad tickets of the API. With `expand` the record carries names; without, only ids of an installation as it comes.

Minutes of the service-level calendar stay in `attributes`: they are no calendar time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from carecli.sources.attributes import unmapped
from carecli.sources.cells import UTC, as_id, as_optional_id, as_present, as_time
from carecli.sources.observed import observed
from carecli.sources.records import BadCell, MapContext, Record, Row

Cells = Mapping[str, Any]

STATES = ("new", "open", "pending reminder", "closed", "merged", "removed", "pending close")
PRIORITIES = ("1 low", "2 normal", "3 high")
ARTICLE_TYPES = (
    "email",
    "sms",
    "chat",
    "fax",
    "phone",
    "twitter status",
    "twitter direct-message",
    "facebook feed post",
    "facebook feed comment",
    "note",
    "web",
    "telegram personal-message",
    "facebook direct-message",
    "whatsapp message",
)
"""Names of an installation as it comes, in the order of their ids from 1."""

STATUSES = {
    "new": "new",
    "open": "open",
    "pending reminder": "waiting_customer",
    "pending close": "solved",
    "closed": "closed",
    "merged": "closed",
    "removed": "closed",
}
CHANNELS = {
    "email": "email",
    "web": "email",
    "sms": "sms",
    "chat": "chat",
    "phone": "voice",
    "whatsapp message": "whatsapp",
    "telegram personal-message": "social",
    **{name: "social" for name in ARTICLE_TYPES if name.startswith(("twitter", "facebook"))},
}
NOBODY = "1"
"""The owner of tickets that nobody has."""

_MAPPED = "id group_id group priority_id priority state_id state title owner_id owner customer_id first_response_at "
_TIMES = "close_at last_close_at last_contact_at created_at updated_at create_article_type_id create_article_type "
_PRIVATE = "customer organization note created_by updated_by create_article_sender"
KNOWN = frozenset(f"{_MAPPED}{_TIMES}{_PRIVATE}".split())


def map_ticket(record: Record, context: MapContext) -> Iterator[Row]:
    """One version of a ticket, and its owner where the record names them."""
    cells = record.cells
    values = _case(cells, context)
    version = values["updated_at"] or context.exported_at or 0
    yield Row("cases", values, version=version, complete=values["status"] == "closed")
    yield from observed(values, version)
    owner = as_present(cells.get("owner"), "owner")
    if values["assignee_id"] and owner:
        yield Row("agents", {"agent_id": values["assignee_id"], "name": owner}, version=version)


def _case(cells: Cells, context: MapContext) -> dict[str, Any]:
    word = _name(cells, "state", STATES)
    state = (word or "").lower()
    updated_at, created_at = _time(cells, "updated_at"), _time(cells, "created_at")
    if created_at is None:
        raise BadCell("missing-value", "created_at", "", "a time")
    owner_id = as_optional_id(cells.get("owner_id"), "owner_id")
    return {
        "case_id": as_id(cells.get("id"), "id"),
        "customer_id": context.customer_key(as_optional_id(cells.get("customer_id"), "customer_id")),
        "queue": _name(cells, "group"),
        "channel": CHANNELS.get((_name(cells, "create_article_type", ARTICLE_TYPES) or "").lower()),
        "subject": context.redact(as_present(cells.get("title"), "title")),
        "created_at": created_at,
        "first_response_at": _time(cells, "first_response_at"),
        "updated_at": updated_at,
        "merged_at": updated_at if state == "merged" else None,
        "deleted_at": updated_at if state == "removed" else None,
        "last_action_at": _time(cells, "last_contact_at"),
        "status": STATUSES.get(state),
        "status_text": word,
        "priority": _name(cells, "priority", PRIORITIES),
        "assignee_id": None if owner_id == NOBODY else owner_id,
        "attributes": unmapped(cells, KNOWN, context),
        **_closings(cells, state),
    }


def _closings(cells: Cells, state: str) -> dict[str, Any]:
    """The first and the last closing; two that differ have a reopening between them."""
    first = _time(cells, "close_at")
    last = _time(cells, "last_close_at") or first
    return {
        "first_resolved_at": first,
        "last_resolved_at": last,
        "closed_at": last if STATUSES.get(state) == "closed" else None,
        "reopen_flag": None if first is None else first != last,
    }


def _name(cells: Cells, column: str, names: tuple[str, ...] = ()) -> str | None:
    """The name where the record carries it, else the one its id has by default, else the id."""
    name = as_present(cells.get(column), column)
    if name is not None:
        return name
    key = as_optional_id(cells.get(f"{column}_id"), f"{column}_id")
    return names[int(key) - 1] if key and key.isdecimal() and 0 < int(key) <= len(names) else key


def _time(cells: Cells, column: str) -> int | None:
    return as_time(cells.get(column), column, UTC)
