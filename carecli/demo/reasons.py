"""Why customers reach us, as agents record it: fewer phrases than in the forms, and unevenly spread."""

from __future__ import annotations

from collections.abc import Iterable

from carecli.demo.files import Export, csv_text
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


def write(reasons: Reasons, tickets: Iterable[Ticket], export: Export) -> None:
    """What agents noted of cases, under the helpdesk's numbers."""
    rows = [("zendesk", t.number, iso(t.created), reasons.of(t.customer, t.issue)) for t in tickets]
    export.write("cases/reasons.csv", csv_text(("source", "case_id", "created_at", "issue_type"), rows))
