"""Zendesk ticket metrics (minutes, calendar and business) and the events of its SLA clocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from carecli.demo.scenario import Scenario
from carecli.demo.tickets import CUSTOMER, Ticket
from carecli.demo.zendesk_ids import HOST, stamp

FIRST_METRIC, FIRST_EVENT = 370_900_000_000, 371_500_000_000
REPLY_TARGET = {"urgent": 60, "high": 120, "normal": 240, "low": 480}
"""Minutes of open time to the first reply."""
POLICY = {"id": 360_000_800_501, "title": "First reply", "description": "First reply in open hours"}
Minutes = dict[str, int] | None


def _minutes(scenario: Scenario, spans: list[tuple[int, int]]) -> Minutes:
    calendar = sum(end - start for start, end in spans)
    business = sum(scenario.open_time.between(start, end) for start, end in spans)
    return {"calendar": calendar // 60, "business": business // 60}


def _until(scenario: Scenario, ticket: Ticket, at: int | None) -> Minutes:
    return None if at is None else _minutes(scenario, [(ticket.created, at)])


def _first_reply(ticket: Ticket, cut: int) -> int | None:
    return next((step.at for step in ticket.until(cut) if step.is_reply), None)


def _in_status(scenario: Scenario, ticket: Ticket, statuses: tuple[str, ...]) -> Minutes:
    spans = ticket.status_spans(scenario.end)
    return _minutes(scenario, [(start, end) for status, start, end in spans if status in statuses])


def _durations(scenario: Scenario, ticket: Ticket) -> dict[str, Minutes]:
    cut = scenario.end
    solved = ticket.times("status", "solved", cut)
    return {
        "reply_time_in_minutes": _until(scenario, ticket, _first_reply(ticket, cut)),
        "first_resolution_time_in_minutes": _until(scenario, ticket, solved[0] if solved else None),
        "full_resolution_time_in_minutes": _until(scenario, ticket, solved[-1] if solved else None),
        "agent_wait_time_in_minutes": _in_status(scenario, ticket, ("pending",)),
        "requester_wait_time_in_minutes": _in_status(scenario, ticket, ("new", "open", "hold")),
        "on_hold_time_in_minutes": _in_status(scenario, ticket, ("hold",)),
    }


def _changes(ticket: Ticket, name: str, cut: int) -> list[int]:
    """When a field took a value."""
    return [step.at for step in ticket.until(cut) for key, _, after in step.changes if key == name and after]


def _metric(scenario: Scenario, number: int, ticket: Ticket) -> dict[str, Any]:
    cut = scenario.end
    steps, assigned = ticket.until(cut), _changes(ticket, "assignee", cut)
    solved, status = ticket.times("status", "solved", cut), _changes(ticket, "status", cut)
    comments = [step for step in steps if step.comment is not None]
    by_customer = [step.at for step in comments if step.author == CUSTOMER]
    by_agent = [step.at for step in comments if step.author != CUSTOMER]
    still_solved = ticket.value("status", cut) in ("solved", "closed")
    return {
        "url": f"{HOST}/ticket_metrics/{number}.json",
        "id": number,
        "ticket_id": ticket.number,
        "created_at": stamp(ticket.created),
        "updated_at": stamp(steps[-1].at),
        "group_stations": len(_changes(ticket, "group", cut)),
        "assignee_stations": len(assigned),
        "reopens": ticket.reopens(cut),
        "replies": sum(step.is_reply for step in steps),
        "assignee_updated_at": stamp(by_agent[-1] if by_agent else None),
        "requester_updated_at": stamp(by_customer[-1] if by_customer else ticket.created),
        "status_updated_at": stamp(status[-1]),
        "initially_assigned_at": stamp(assigned[0] if assigned else None),
        "assigned_at": stamp(assigned[-1] if assigned else None),
        "solved_at": stamp(solved[-1] if solved and still_solved else None),
        "latest_comment_added_at": stamp(comments[-1].at),
        **_durations(scenario, ticket),
    }


def metrics(scenario: Scenario, tickets: list[Ticket]) -> Iterator[dict[str, Any]]:
    """One row a ticket, as it stood at the end."""
    return (_metric(scenario, FIRST_METRIC + ticket.number, ticket) for ticket in tickets)


def _clock(scenario: Scenario, ticket: Ticket) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """(at, type, details) of the first-reply clock of one ticket."""
    priority = ticket.value("priority", ticket.created) or "normal"
    target, cut = REPLY_TARGET[priority], scenario.end
    sla = {"target": target, "business_hours": True, "policy": POLICY}
    due = scenario.open_time.after(ticket.created, target * 60)
    replied = _first_reply(ticket, cut)
    yield ticket.created, "activate", {}
    yield ticket.created, "apply_sla", {"sla": sla}
    if due < (cut if replied is None else replied):
        yield due, "breach", {"deleted": False}
    elif replied is not None and ticket.number % 211 == 0 and due <= cut:
        yield due, "breach", {"deleted": True}
    if replied is not None:
        yield replied, "fulfill", {}
        yield replied, "update_status", {"status": _until(scenario, ticket, replied)}


def events(scenario: Scenario, tickets: list[Ticket]) -> Iterator[dict[str, Any]]:
    """The first-reply clocks of written tickets, in order of time; a few breaches are taken back."""
    found = [
        (at, ticket.number, place, kind, more)
        for ticket in tickets
        if ticket.via != "voice"
        for place, (at, kind, more) in enumerate(_clock(scenario, ticket))
    ]
    found.sort(key=lambda event: event[:3])
    head = {"metric": "reply_time", "instance_id": 1}
    return (
        {"id": FIRST_EVENT + index, "ticket_id": number, **head, "type": kind, "time": stamp(at), **more}
        for index, (at, number, _, kind, more) in enumerate(found)
    )
