"""Contact records: each is one contact id, a leg of the first contact where it was queued, and a part of it always.

A transfer, a queue transfer and a callback make a record of their own, which names the first contact's id. One record
alone doesn't tell whether a customer who left the queue for another record was moved or took a callback.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from carecli.sources.amazon_connect.words import Cells, agent_named, part_of, required_time
from carecli.sources.attributes import unmapped
from carecli.sources.cells import UTC, as_code, as_duration_ms, as_id, as_optional_id, as_present, as_time
from carecli.sources.conventions import check_span
from carecli.sources.records import Ignored, MapContext, Record, Row
from carecli.sources.telephone import telephone_key

CHANNELS = ("voice", "chat", "email", "task")
BY_CUSTOMER = ("inbound", "customer")
STARTS = {
    "INBOUND": BY_CUSTOMER,
    "WEBRTC_API": BY_CUSTOMER,
    "OUTBOUND": ("outbound", None),
    "EXTERNAL_OUTBOUND": ("outbound", None),
    "TRANSFER": (None, "transfer"),
    "QUEUE_TRANSFER": (None, "transfer"),
    "CALLBACK": ("inbound", "callback"),
}
"""Initiation method -> direction and origin; a transfer goes in the direction of the contact it continues."""

MEASURES = ("answered_at", "queue_time_ms", "talk_ms", "hold_ms", "wrap_ms", "queue", "agent_id")
KNOWN = frozenset(
    {"ContactId", "InitialContactId", "PreviousContactId", "NextContactId", "Channel", "InitiationMethod"}
    | {"InitiationTimestamp", "ConnectedToSystemTimestamp", "DisconnectTimestamp", "DisconnectReason"}
    | {"LastUpdateTimestamp", "TransferCompletedTimestamp", "AWSAccountId", "AWSContactTraceRecordFormatVersion"}
    | {"InstanceARN", "Name", "Description"}
)


@dataclass(frozen=True, slots=True)
class _Contact:
    """One record, as far as its leg and its part have it in common."""

    contact_id: str
    interaction_id: str
    started_at: int
    ended_at: int | None
    queued: bool
    outcome: str | None
    """A leg's word."""
    measures: dict[str, Any]

    @property
    def leg(self) -> dict[str, Any]:
        return {
            "interaction_id": self.interaction_id,
            "leg_id": self.contact_id,
            "outcome": self.outcome,
        } | self.measures


def map_contact(record: Record, context: MapContext) -> Iterator[Row]:
    """The record's leg, where it was queued, and its part of the contact."""
    cells = record.cells
    _refuse_no_contacts(cells)
    version, complete = required_time(cells, "LastUpdateTimestamp"), cells.get("DisconnectTimestamp") is not None
    contact = _contact(cells)
    if contact.queued:
        entered_at = required_time(part_of(cells, "Queue"), "EnqueueTimestamp")
        leg = contact.leg | {"entered_at": entered_at, "left_at": contact.ended_at}
        check_span("legs", leg)
        yield Row("legs", leg, version, complete)
    part = _part(cells, contact, context)
    check_span("interactions", part)
    yield Row("interactions", part, version, complete, contact.contact_id)


def _refuse_no_contacts(cells: Cells) -> None:
    if as_present(cells.get("InitiationMethod"), "InitiationMethod") == "MONITOR":
        raise Ignored("monitored by a supervisor")
    if as_code(cells.get("Channel"), "Channel", CHANNELS) == "task":
        raise Ignored("task")


def _contact(cells: Cells) -> _Contact:
    contact_id = as_id(cells.get("ContactId"), "ContactId")
    queue = part_of(cells, "Queue")
    queued = as_present(queue.get("EnqueueTimestamp"), "EnqueueTimestamp") is not None
    ended_at = as_time(cells.get("DisconnectTimestamp"), "DisconnectTimestamp", UTC)
    measures = _measures(queue, part_of(cells, "Agent"))
    answered = measures["answered_at"] is not None
    return _Contact(
        contact_id,
        as_optional_id(cells.get("InitialContactId"), "InitialContactId") or contact_id,
        required_time(cells, "InitiationTimestamp"),
        ended_at,
        queued,
        _outcome(cells, answered=answered, queued=queued, over=ended_at is not None),
        measures,
    )


def _measures(queue: Cells, agent: Cells) -> dict[str, Any]:
    answered_at = as_time(agent.get("ConnectedToAgentTimestamp"), "ConnectedToAgentTimestamp", UTC)
    return {
        "queue": as_present(queue.get("Name"), "Queue.Name"),
        "queue_time_ms": as_duration_ms(queue.get("Duration"), "Queue.Duration"),
        "agent_id": None if answered_at is None else agent_named(agent, agent.get("ARN")),
        "answered_at": answered_at,
        "talk_ms": as_duration_ms(agent.get("AgentInteractionDuration"), "AgentInteractionDuration"),
        "hold_ms": as_duration_ms(agent.get("CustomerHoldDuration"), "CustomerHoldDuration"),
        "wrap_ms": as_duration_ms(agent.get("AfterContactWorkDuration"), "AfterContactWorkDuration"),
    }


def _outcome(cells: Cells, *, answered: bool, queued: bool, over: bool) -> str | None:
    """As a leg ends. None while it goes on, and for a contact that ended in the menu."""
    goes_on = as_present(cells.get("NextContactId"), "NextContactId") is not None
    if answered:
        return "transferred" if goes_on else "answered"
    if goes_on and queued:
        return "overflowed"
    method = as_present(cells.get("InitiationMethod"), "InitiationMethod")
    if not over:
        return None
    if method in ("CALLBACK", "OUTBOUND", "EXTERNAL_OUTBOUND"):
        return "missed"
    return "abandoned" if queued else None


def _part(cells: Cells, contact: _Contact, context: MapContext) -> dict[str, Any]:
    channel = as_code(cells.get("Channel"), "Channel", CHANNELS)
    direction, origin = _start(cells, channel)
    measures = contact.measures
    handled = [measures[name] for name in ("talk_ms", "hold_ms", "wrap_ms") if measures[name] is not None]
    return {
        "interaction_id": contact.interaction_id,
        "channel": channel,
        "direction": direction,
        "origin": origin,
        "started_at": contact.started_at,
        "ended_at": contact.ended_at,
        "outcome": {"transferred": "answered", "overflowed": "missed"}.get(contact.outcome or "", contact.outcome),
        **measures,
        "handle_time_ms": sum(handled) if handled else None,
        "customer_id": _customer(part_of(cells, "CustomerEndpoint"), context),
        "disposition": as_present(cells.get("DisconnectReason"), "DisconnectReason"),
        "attributes": unmapped(cells, KNOWN, context),
    }


def _start(cells: Cells, channel: str | None) -> tuple[str | None, str | None]:
    """A chat is opened by the customer, by way of the API; a call that the API makes goes out."""
    method = as_present(cells.get("InitiationMethod"), "InitiationMethod") or ""
    if method == "API":
        return ("outbound", None) if channel == "voice" else BY_CUSTOMER
    return STARTS.get(method, (None, None))


def _customer(endpoint: Cells, context: MapContext) -> str | None:
    address, kind = endpoint.get("Address"), as_present(endpoint.get("Type"), "Type")
    if kind == "TELEPHONE_NUMBER":
        return telephone_key(context, address, "CustomerEndpoint.Address")
    return context.customer_key(as_optional_id(address, "CustomerEndpoint.Address"))
