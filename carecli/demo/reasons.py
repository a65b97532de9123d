"""Why customers reach us, as agents record it: fewer phrases than in the forms, and unevenly spread."""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from carecli.demo.centre import CUSTOMERS, QUEUES
from carecli.demo.files import Export, csv_text
from carecli.demo.opening import iso
from carecli.demo.scenario import Scenario
from carecli.demo.tickets import Ticket

OTHER, OTHER_SHARE = "other", 0.04
ISSUES = tuple(sorted({issue for queue in QUEUES for issue in queue.issues}))
CODED: dict[str, dict[str, float]] = {
    "payment_failed": {"invoice_question": 0.25},
    "instalment_change": {"invoice_question": 0.2},
    "meter_reading": {"invoice_question": 0.3, "direct_debit": 0.1},
    "boiler_fault": {"warranty": 0.3},
    "thermostat_offline": {"warranty": 0.25},
    "smart_meter": {"meter_reading": 0.3},
    "appointment": {"boiler_fault": 0.25},
    "address_change": {"account_inquiry": 0.5},
    "contract_copy": {"account_inquiry": 0.6},
    "data_request": {"account_inquiry": 0.7},
    "tariff_change": {"account_inquiry": 0.2},
}
"""What the customer chose in a form or menu -> what agents recorded instead, with shares; in all other cases that."""


class Reasons:
    """The reason code of a matter. It stays the same however often the customer comes back with it."""

    def __init__(self, scenario: Scenario) -> None:
        rng = scenario.stream("reasons")
        self._chances = {issue: array("d", (rng.random() for _ in range(CUSTOMERS))) for issue in ISSUES}

    def of(self, customer: int, issue: str) -> str:
        """The code for what that customer asks under that phrase."""
        chance = (self._chances[issue][customer] - OTHER_SHARE) / (1 - OTHER_SHARE)
        if chance < 0:
            return OTHER
        for code, share in CODED.get(issue, {}).items():
            if chance < share:
                return code
            chance -= share
        return issue


def write(reasons: Reasons, tickets: Iterable[Ticket], export: Export) -> None:
    """What agents noted of cases, under the helpdesk's numbers."""
    rows = [("zendesk", t.number, iso(t.created), reasons.of(t.customer, t.issue)) for t in tickets]
    export.write("cases/reasons.csv", csv_text(("source", "case_id", "created_at", "issue_type"), rows))
