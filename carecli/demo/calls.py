"""What the telephone desk notes beside the switch: reasons of calls, callbacks offered, and the callbacks made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from carecli.demo.centre import AGENT, AGENTS, QUEUE, phone
from carecli.demo.customers import Customers
from carecli.demo.files import Export, csv_text
from carecli.demo.floor import Contact
from carecli.demo.opening import iso
from carecli.demo.reasons import Reasons
from carecli.demo.scenario import Scenario

OFFER_AFTER = 45
"""Seconds of waiting after which customers of the better tiers are offered a callback."""
OFFERED_TIERS = ("premium", "enterprise")
OFFERS = (("in time", 0.82), ("late", 0.1), ("never", 0.08))
CALLED_SOON_SHARE = 0.88
NOTES = (
    *("source", "interaction_id", "channel", "started_at", "issue_type"),
    *("callback_offered_at", "callback_accepted_at"),
)
CALLBACKS = (
    *("source", "interaction_id", "channel", "direction", "origin", "caused_by", "queue", "issue_type"),
    *("started_at", "answered_at", "ended_at", "outcome", "talk_sec", "agent_id", "customer_id"),
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A callback offered to a caller in the queue; who gave up after it had accepted it."""

    contact: Contact
    offered: int
    accepted: int | None


def finished(scenario: Scenario, contacts: Iterable[Contact]) -> Iterator[Contact]:
    """Inbound calls of the period whose every leg was over and wrapped up by its end: those every export holds."""
    for contact in contacts:
        if contact.channel != "voice" or contact.direction != "in" or contact.arrival.at < scenario.from_epoch:
            continue
        if all(leg.ended is not None and leg.ended + leg.wrap <= scenario.end for leg in contact.legs):
            yield contact


def _offer(scenario: Scenario, customers: Customers, contact: Contact) -> Offer | None:
    """None where none was due, or it was forgotten, or came too late to be heard."""
    leg = contact.legs[0]
    until = leg.answered or leg.ended or leg.entered
    profile = customers.profile(contact.arrival.customer)
    if until - leg.entered <= OFFER_AFTER or profile is None or profile.tier not in OFFERED_TIERS:
        return None
    rng = scenario.stream(f"callback offer:{contact.contact_id}")
    how = rng.choices([how for how, _ in OFFERS], [share for _, share in OFFERS])[0]
    at = leg.entered + OFFER_AFTER + (rng.randint(5, 60) if how == "late" else 0)
    if how == "never" or at > until:
        return None
    return Offer(contact, at, until if leg.outcome == "abandoned" else None)


def _notes(reasons: Reasons, calls: Iterable[Contact], offers: dict[str, Offer]) -> str:
    rows = []
    for contact in calls:
        arrival, offer = contact.arrival, offers.get(contact.contact_id)
        answered = contact.legs[-1].outcome == "answered"
        reason = reasons.of(arrival.customer, arrival.issue) if answered else None
        if reason or offer:
            told = (iso(offer.offered), iso(offer.accepted) if offer.accepted else None) if offer else (None, None)
            head = (QUEUE[contact.queue].system, contact.contact_id, "voice", iso(arrival.at))
            rows.append((*head, reason, *told))
    return csv_text(NOTES, rows)


def _callbacks(scenario: Scenario, reasons: Reasons, offers: Iterable[Offer]) -> str:
    """One call to every customer who accepted, mostly within five minutes."""
    rows = []
    for offer in offers:
        arrival, contact = offer.contact.arrival, offer.contact
        rng = scenario.stream(f"callback:{contact.contact_id}")
        soon = rng.random() < CALLED_SOON_SHARE
        at = (offer.accepted or 0) + (rng.randint(70, 290) if soon else rng.randint(310, 1500))
        talk = rng.randint(90, 500)
        able = [agent for agent in AGENTS if contact.queue in agent.skills]
        if offer.accepted and at + 12 + talk <= scenario.end:
            system, who = QUEUE[contact.queue].system, AGENT[rng.choice(able).key]
            head = (system, f"cb-{contact.contact_id}", "voice", "outbound", "callback", contact.contact_id)
            about = (QUEUE[contact.queue].external, reasons.of(arrival.customer, arrival.issue))
            name = who.talkdesk_id if system == "talkdesk" else who.extension
            times = (iso(at), iso(at + 12), iso(at + 12 + talk))
            rows.append((*head, *about, *times, "answered", talk, name, phone(arrival.customer)))
    return csv_text(CALLBACKS, rows)


def write(
    scenario: Scenario, reasons: Reasons, customers: Customers, contacts: Iterable[Contact], export: Export
) -> None:
    """Two canonical files of contacts, under the switches' own ids."""
    calls = list(finished(scenario, contacts))
    offers = {call.contact_id: offer for call in calls if (offer := _offer(scenario, customers, call)) is not None}
    export.write("calls/callbacks.csv", _callbacks(scenario, reasons, offers.values()), packed=False)
    export.write("calls/notes.csv", _notes(reasons, calls, offers))
