"""Zendesk ticket audits: an audit is one change of a ticket, by one author, with several events.

Kept are the events that concern a clock: the creation, changes of status, group, assignee and priority, and that a
message was written, by whom and whether in public. The file doesn't tell who the requester of a ticket is except in the
audit that creates it; later messages are `public_reply` with their author, to be compared with the case's customer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from carecli.sources.cells import as_flag, as_id, as_optional_id, as_present
from carecli.sources.records import BadCell, Ignored, MapContext, Record, Row
from carecli.sources.zendesk.words import MERGED_TAG, STATUSES, Cells, case_event, required_time, tags_of, via_channel

CHANGES = {
    "status": ("status", None),
    "group_id": ("assigned", "group"),
    "assignee_id": ("assigned", "assignee"),
    "priority": ("priority", None),
}
"""Field -> kind of event, and the reason that tells two of one kind apart."""

COMMENTS = frozenset({"Comment", "FacebookComment"})
RESOLVED = frozenset({"solved", "closed"})
SYSTEM_AUTHOR = "-1"


@dataclass(frozen=True, slots=True)
class _Audit:
    """What holds for all events of one audit."""

    audit_id: str
    case_id: str
    at: int
    author_id: str | None
    automatic: bool
    creates: bool
    requester_id: str | None
    """Known in the audit that creates the ticket only."""
    merges: bool

    def row(self, event_id: str, kind: str, **values: Any) -> Row:
        return case_event(f"{self.audit_id}:{event_id}", self.case_id, self.at, kind, version=self.at, **values)


def map_audit(record: Record, context: MapContext) -> Iterator[Row]:
    """One audit to the events that concern a clock; without any it is ignored, with that reason."""
    events = _events(record.cells)
    audit = _audit(record.cells, events, context)
    rows = [row for event in events for row in _rows(audit, event)]
    if audit.creates:
        created = audit.row("created", "created", to_value=audit.requester_id, actor_id=audit.author_id)
        rows.insert(0, created)
    if not rows:
        raise Ignored("no event that concerns a clock")
    yield from rows


def _events(cells: Cells) -> list[Cells]:
    events = cells.get("events")
    if not isinstance(events, list) or not all(isinstance(event, Mapping) for event in events):
        raise BadCell("not-a-list", "events", type(events).__name__, "a list of events")
    return events


def _audit(cells: Cells, events: list[Cells], context: MapContext) -> _Audit:
    author_id = as_optional_id(cells.get("author_id"), "author_id")
    requesters = (event.get("value") for event in events if _is_change(event, "Create", "requester_id"))
    return _Audit(
        audit_id=as_id(cells.get("id"), "id"),
        case_id=as_id(cells.get("ticket_id"), "ticket_id"),
        at=required_time(cells, "created_at"),
        author_id=author_id,
        automatic=via_channel(cells) == "rule" or author_id == SYSTEM_AUTHOR,
        creates=any(event.get("type") == "Create" for event in events),
        requester_id=context.customer_key(as_optional_id(next(requesters, None), "requester_id")),
        merges=_merges(cells, events),
    )


def _is_change(event: Cells, word: str, field: str) -> bool:
    return bool(event.get("type") == word and event.get("field_name") == field)


def _merges(cells: Cells, events: list[Cells]) -> bool:
    """Whether the audit merges the ticket away, or another into it."""
    via = cells.get("via")
    source = via.get("source") if isinstance(via, Mapping) else None
    if isinstance(source, Mapping) and source.get("rel") == "merge":
        return True
    tagged = (tags_of(event.get("value")) for event in events if _is_change(event, "Change", "tags"))
    return any(MERGED_TAG in tags for tags in tagged)


def _rows(audit: _Audit, event: Cells) -> Iterator[Row]:
    if event.get("type") in COMMENTS:
        yield _comment(audit, event)
    elif event.get("type") in ("Create", "Change") and event.get("field_name") in CHANGES:
        yield from _change(audit, event)


def _comment(audit: _Audit, event: Cells) -> Row:
    author_id = as_optional_id(event.get("author_id"), "author_id") or audit.author_id
    public = as_flag(event.get("public"), "public") is not False
    by_requester = author_id is not None and author_id == audit.requester_id
    return audit.row(
        as_id(event.get("id"), "events.id"),
        ("customer_reply" if by_requester else "public_reply") if public else "internal_note",
        actor_id=author_id,
        reason=_reason_of_comment(audit, event, author_id),
    )


def _reason_of_comment(audit: _Audit, event: Cells, author_id: str | None) -> str | None:
    """Why a message is no work of a person on the case; None where it is."""
    automatic = via_channel(event) == "rule" if event.get("via") else audit.automatic
    if automatic or author_id == SYSTEM_AUTHOR:
        return "automation"
    if audit.creates:
        return "opening"
    return "merge" if audit.merges else None


def _change(audit: _Audit, event: Cells) -> Iterator[Row]:
    field = event["field_name"]
    kind, reason = CHANGES[field]
    event_id = as_id(event.get("id"), "events.id")
    before = as_present(event.get("previous_value"), f"{field}.previous_value")
    after = as_present(event.get("value"), f"{field}.value")
    if field == "status":
        yield from _status(audit, event_id, before, after)
    elif before != after:
        yield audit.row(event_id, kind, from_value=before, to_value=after, actor_id=audit.author_id, reason=reason)


def _status(audit: _Audit, event_id: str, before: str | None, after: str | None) -> Iterator[Row]:
    """A change of status, and what it means beside: closed for good, or reopened."""
    reason = "deleted" if after == "deleted" else "merge" if audit.merges and after == "closed" else None
    told = {"from_value": _status_word(before), "to_value": _status_word(after), "actor_id": audit.author_id}
    yield audit.row(event_id, "status", reason=reason, **told)
    if after in ("closed", "deleted"):
        yield audit.row(f"{event_id}:closed", "closed", reason=reason, **told)
    elif before in RESOLVED and after not in RESOLVED and after is not None:
        yield audit.row(f"{event_id}:reopened", "reopened", reason=reason, **told)


def _status_word(word: str | None) -> str | None:
    """Our word for a status; the vendor's own where we have none."""
    return None if word is None else STATUSES.get(word.lower(), word)
