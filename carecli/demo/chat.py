"""Chats as a warehouse query: the canonical interactions table, a file a month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from carecli.demo.centre import AGENT, QUEUE, phone
from carecli.demo.files import Export, csv_text
from carecli.demo.floor import Contact
from carecli.demo.opening import day_of, iso
from carecli.demo.reasons import Reasons
from carecli.demo.scenario import Scenario

HEADER = (
    *("source", "interaction_id", "channel", "direction", "queue", "issue_type"),
    *("started_at", "answered_at", "ended_at", "outcome"),
    *("queue_time_sec", "talk_sec", "hold_sec", "wrap_sec", "agent_id", "customer_id", "disposition"),
)


def _row(contact: Contact, reasons: Reasons) -> list[object]:
    leg, arrival = contact.legs[0], contact.arrival
    answered, ended = leg.answered, leg.ended or leg.entered
    waited = (answered or ended) - leg.entered
    times = (iso(leg.entered), iso(answered) if answered else None, iso(ended))
    handled = (leg.talk, leg.hold, leg.wrap) if answered else (None, None, None)
    agent = AGENT[leg.agent].chat_id if leg.agent and answered else None
    said = ("resolved" if leg.customer_hung_up else "follow_up") if answered else None
    reason = reasons.of(arrival.customer, arrival.issue)
    head = ("chat", contact.contact_id, "chat", "inbound", QUEUE[leg.queue].external, reason)
    return [*head, *times, leg.outcome, waited, *handled, agent, phone(arrival.customer), said]


def finished(scenario: Scenario, contacts: Iterable[Contact]) -> Iterator[Contact]:
    """Chats that began within the period and were wrapped up by its end."""
    for contact in contacts:
        leg = contact.legs[0]
        if contact.channel != "chat" or leg.entered < scenario.from_epoch or leg.ended is None:
            continue
        if leg.ended + leg.wrap <= scenario.end:
            yield contact


def write(scenario: Scenario, contacts: Iterable[Contact], reasons: Reasons, export: Export) -> None:
    """The finished chats, by the month in which they began."""
    months: dict[str, list[list[object]]] = {}
    for contact in finished(scenario, contacts):
        months.setdefault(f"{day_of(contact.legs[0].entered):%Y-%m}", []).append(_row(contact, reasons))
    for month, rows in months.items():
        export.write(f"chat/interactions-{month}.csv", csv_text(HEADER, rows))
