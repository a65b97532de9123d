"""Why customers reach us, as agents record it: fewer phrases than in the forms, and unevenly spread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from carecli.demo.centre import QUEUE
from carecli.demo.customers import Customers
from carecli.demo.files import Export, csv_text
from carecli.demo.floor import Contact
from carecli.demo.opening import iso
from carecli.demo.scenario import Scenario
from carecli.demo.tickets import Ticket

OTHER, OTHER_SHARE = "other", 0.04
CODED: dict[str, tuple[tuple[str, float], ...]] = {
    "payment_failed": (("payment_failed", 0.75), ("invoice_question", 0.25)),
    "instalment_change": (("instalment_change", 0.8), ("invoice_question", 0.2)),
    "meter_reading": (("meter_reading", 0.6), ("invoice_question", 0.3), ("direct_debit", 0.1)),
    "boiler_fault": (("boiler_fault", 0.7), ("warranty", 0.3)),
    "thermostat_offline": (("thermostat_offline", 0.75), ("warranty", 0.25)),
    "smart_meter": (("smart_meter", 0.7), ("meter_reading", 0.3)),
    "appointment": (("appointment", 0.75), ("boiler_fault", 0.25)),
    "address_change": (("address_change", 0.5), ("account_inquiry", 0.5)),
    "contract_copy": (("account_inquiry", 0.6), ("contract_copy", 0.4)),
    "data_request": (("account_inquiry", 0.7), ("data_request", 0.3)),
    "tariff_change": (("tariff_change", 0.8), ("account_inquiry", 0.2)),
}
"""What the customer chose in a form or menu -> what the agent recorded in the end, with shares; else the same."""

OFFER_AFTER = 45
"""Seconds of waiting after which the better tiers are offered a callback."""
OFFERED_TIERS = ("premium", "enterprise")
OFFERS = (("in time", 0.82), ("late", 0.1), ("never", 0.08))


class Reasons:
    """The reason code of a matter. It stays the same however often the customer comes back with it."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self._known: dict[tuple[int, str], str] = {}

    def of(self, customer: int, issue: str) -> str:
        """The code for what that customer asks under that phrase."""
        matter = (customer, issue)
        if matter not in self._known:
            self._known[matter] = self._draw(customer, issue)
        return self._known[matter]

    def _draw(self, customer: int, issue: str) -> str:
        rng = self._scenario.stream(f"reason:{customer}:{issue}")
        if rng.random() < OTHER_SHARE:
            return OTHER
        codes = CODED.get(issue, ((issue, 1.0),))
        return rng.choices([code for code, _ in codes], [share for _, share in codes])[0]


def finished_calls(scenario: Scenario, contacts: Iterable[Contact]) -> Iterator[Contact]:
    """Inbound calls of the period whose every leg was over and wrapped up by its end: those every export holds."""
    for contact in contacts:
        if contact.channel != "voice" or contact.direction != "in" or contact.arrival.at < scenario.from_epoch:
            continue
        if all(leg.ended is not None and leg.ended + leg.wrap <= scenario.end for leg in contact.legs):
            yield contact


def _offered_at(scenario: Scenario, customers: Customers, contact: Contact) -> int | None:
    """When a callback was offered; to whom it is due, not always, and not always in time."""
    leg = contact.legs[0]
    until = leg.answered or leg.ended or leg.entered
    profile = customers.profile(contact.arrival.customer)
    if until - leg.entered <= OFFER_AFTER or profile is None or profile.tier not in OFFERED_TIERS:
        return None
    rng = scenario.stream(f"callback offer:{contact.contact_id}")
    how = rng.choices([how for how, _ in OFFERS], [share for _, share in OFFERS])[0]
    at = leg.entered + OFFER_AFTER + (rng.randint(5, 60) if how == "late" else 0)
    return at if how != "never" and at <= until else None


def _calls(scenario: Scenario, reasons: Reasons, customers: Customers, contacts: Iterable[Contact]) -> str:
    header = ("source", "interaction_id", "channel", "started_at", "issue_type", "callback_offered_at")
    rows = []
    for contact in finished_calls(scenario, contacts):
        arrival, offered = contact.arrival, _offered_at(scenario, customers, contact)
        answered = contact.legs[-1].outcome == "answered"
        reason = reasons.of(arrival.customer, arrival.issue) if answered else None
        if reason or offered:
            head = (QUEUE[contact.queue].system, contact.contact_id, "voice", iso(arrival.at))
            rows.append((*head, reason, iso(offered) if offered else None))
    return csv_text(header, rows)


def _cases(reasons: Reasons, tickets: Iterable[Ticket]) -> str:
    rows = [("zendesk", t.number, iso(t.created), reasons.of(t.customer, t.issue)) for t in tickets]
    return csv_text(("source", "case_id", "created_at", "issue_type"), rows)


def write(
    scenario: Scenario,
    reasons: Reasons,
    customers: Customers,
    contacts: Iterable[Contact],
    tickets: Iterable[Ticket],
    export: Export,
) -> None:
    """What agents noted of calls and cases, under the ids those have in their own systems."""
    export.write("calls/notes.csv", _calls(scenario, reasons, customers, contacts))
    export.write("cases/reasons.csv", _cases(reasons, tickets))
