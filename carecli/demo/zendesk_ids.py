"""Zendesk's ids, times and ways in, as all its lists write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from carecli.demo.centre import AGENT, QUEUE, phone
from carecli.demo.tickets import CUSTOMER, SYSTEM, Ticket

HOST = "https://larkfield.zendesk.example/api/v2"
FIRST_REQUESTER, REQUESTER_STEP = 380_100_000_000, 17


def stamp(at: int | None) -> str | None:
    """UTC with Z."""
    return None if at is None else f"{datetime.fromtimestamp(at, UTC).isoformat()[:19]}Z"


def requester_id(ticket: Ticket) -> int:
    return FIRST_REQUESTER + ticket.customer * REQUESTER_STEP


def author_id(author: str, ticket: Ticket) -> int:
    """The user id of a step's author; Zendesk's own system is -1."""
    if author == CUSTOMER:
        return requester_id(ticket)
    return -1 if author == SYSTEM else AGENT[author].zendesk_id


def assignee_id(agent: str | None) -> int | None:
    return None if agent is None else AGENT[agent].zendesk_id


def group_id(queue: str) -> int:
    return int(QUEUE[queue].external)


def via(ticket: Ticket) -> dict[str, Any]:
    """How the ticket came in."""
    source: dict[str, Any] = {"from": {}, "to": {}, "rel": None}
    if ticket.via == "voice":
        number = phone(ticket.customer)
        source = {"from": {"phone": number, "formatted_phone": number}, "to": {}, "rel": "inbound"}
    elif ticket.via == "email":
        address = f"c{ticket.customer:05d}@mail.example"
        source = {"from": {"address": address}, "to": {"address": "help@larkfield.example"}, "rel": None}
    elif ticket.via in ("twitter", "facebook"):
        source = {"from": {"username": f"lark{ticket.customer}"}, "to": {}, "rel": "mention"}
    return {"channel": ticket.via, "source": source}
