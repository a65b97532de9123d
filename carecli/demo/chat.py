"""Chats as a warehouse query: the canonical interactions table, a file a month."""

from __future__ import annotations

from carecli.demo.centre import AGENT, QUEUE, phone
from carecli.demo.files import Export, csv_text
from carecli.demo.floor import Contact
from carecli.demo.opening import day_of, iso
from carecli.demo.scenario import Scenario

HEADER = (
    *("source", "interaction_id", "channel", "direction", "queue", "issue_type"),
    *("started_at", "answered_at", "ended_at", "outcome"),
    *("queue_time_sec", "talk_sec", "hold_sec", "wrap_sec", "agent_id", "customer_id", "disposition"),
)


def _row(contact: Contact) -> list[object]:
    leg, arrival = contact.legs[0], contact.arrival
    answered, ended = leg.answered, leg.ended or leg.entered
    waited = (answered or ended) - leg.entered
    times = (iso(leg.entered), iso(answered) if answered else None, iso(ended))
    handled = (leg.talk, leg.hold, leg.wrap) if answered else (None, None, None)
    agent = AGENT[leg.agent].chat_id if leg.agent and answered else None
    said = ("resolved" if leg.customer_hung_up else "follow_up") if answered else None
    head = ("chat", contact.contact_id, "chat", "inbound", QUEUE[leg.queue].external, arrival.issue)
    return [*head, *times, leg.outcome, waited, *handled, agent, phone(arrival.customer), said]


def write(scenario: Scenario, contacts: list[Contact], export: Export) -> None:
    """Chats that began within the period and were wrapped up by its end."""
    months: dict[str, list[list[object]]] = {}
    for contact in contacts:
        leg = contact.legs[0]
        if contact.channel != "chat" or leg.entered < scenario.from_epoch or leg.ended is None:
            continue
        if leg.ended + leg.wrap <= scenario.end:
            months.setdefault(f"{day_of(leg.entered):%Y-%m}", []).append(_row(contact))
    for month, rows in months.items():
        export.write(f"chat/interactions-{month}.csv", csv_text(HEADER, rows))
