"""Zendesk ticket audits: every update of a ticket with its events."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from carecli.demo.tickets import Change, Step, Ticket
from carecli.demo.zendesk_ids import assignee_id, author_id, group_id, stamp, via

FIRST_AUDIT = 1_902_000_000_000
IDS_A_STEP = 10
TRIGGER = {"channel": "rule", "source": {"from": {"title": "Acknowledge receipt"}, "to": {}, "rel": "trigger"}}
WEB = {"channel": "web", "source": {"from": {}, "to": {}, "rel": None}}
Event = dict[str, Any]


def _value(name: str, value: str | None) -> Any:
    """A field's value as audits write it: text, or an array for tags."""
    if value is None:
        return None
    if name == "group":
        return str(group_id(value))
    if name == "assignee":
        return str(assignee_id(value))
    return value.split() if name == "tags" else value


def _field(name: str) -> str:
    return f"{name}_id" if name in ("group", "assignee") else name


def _change(change: Change, created: bool) -> Event:
    name, before, after = change
    event: Event = {"type": "Create" if created else "Change", "field_name": _field(name)}
    event["value"] = _value(name, after)
    return event if created else event | {"previous_value": _value(name, before)}


def _comment(step: Step, ticket: Ticket, audit: int) -> Event:
    return {
        "type": "Comment",
        "author_id": author_id(step.author, ticket),
        "body": step.comment,
        "html_body": f"<p>{step.comment}</p>",
        "plain_body": step.comment,
        "public": step.public,
        "attachments": [],
        "audit_id": audit,
    }


def _acknowledgement(ticket: Ticket) -> Event:
    """The automatic answer: a notification by a trigger, not a comment by a person."""
    recipients = [author_id(ticket.opener, ticket)]
    return {"type": "Notification", "via": TRIGGER, "subject": "We have received it", "recipients": recipients}


def _events(step: Step, ticket: Ticket, audit: int) -> list[Event]:
    created = step is ticket.steps[0]
    events = [_comment(step, ticket, audit)] if step.comment is not None else []
    events += [_change(change, created) for change in step.changes]
    if created:
        events.append({"type": "Create", "field_name": "subject", "value": ticket.subject})
    if step.auto_reply:
        events.append(_acknowledgement(ticket))
    return [{"id": audit + 1 + index, **event} for index, event in enumerate(events)]


def _audit(audit: int, ticket: Ticket, index: int) -> dict[str, Any]:
    step = ticket.steps[index]
    return {
        "id": audit,
        "ticket_id": ticket.number,
        "created_at": stamp(step.at),
        "author_id": author_id(step.author, ticket),
        "metadata": {"system": {}, "custom": {}},
        "events": _events(step, ticket, audit),
        "via": via(ticket) if index == 0 else WEB,
    }


def audits(tickets: list[Ticket], cut: int) -> Iterator[dict[str, Any]]:
    """The audits of these tickets up to the cut, in order of time."""
    steps = [(step.at, ticket.number, index) for ticket in tickets for index, step in enumerate(ticket.until(cut))]
    by_number = {ticket.number: ticket for ticket in tickets}
    for place, (_, number, index) in enumerate(sorted(steps)):
        yield _audit(FIRST_AUDIT + place * IDS_A_STEP, by_number[number], index)
