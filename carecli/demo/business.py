"""What the business counts: orders, refunds, chargebacks, self-service, subscribers, churn, saves and expansions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from carecli.demo.centre import CUSTOMERS, phone
from carecli.demo.customers import CURRENCY, Customers, requester
from carecli.demo.files import Export, csv_text
from carecli.demo.opening import days, epoch, iso
from carecli.demo.reasons import Reasons
from carecli.demo.scenario import Scenario
from carecli.demo.tickets import Ticket

HEADER = (
    *("source", "business_event_id", "at", "kind", "customer_id", "issue_type", "case_id"),
    *("count", "amount", "currency"),
)
SUBSCRIBERS, GROWTH = 96_000, 0.004
"""Households and firms at the end, and by how much they grow a month."""
MONTHS_BEFORE = 24
MONTHLY_CHURN = (0.0087, 0.0075)
"""Share of subscribers lost a month: in the year before the last, and in the last."""
ORDERS_A_DAY = (680, 650, 640, 630, 660, 420, 300)
"""Of the web shop, Monday first."""
ORDERS_OF_CALLERS = 25
PRICES = (4900, 8900, 12900, 24900)
OTHER_REFUNDS, CHARGEBACKS = 5, 0.9
"""Means a day; `OTHER_REFUNDS` are those without a case."""
SELF_SERVICE: Mapping[str, int] = {
    "meter_reading": 44,
    "invoice_question": 21,
    "app_login": 17,
    "address_change": 13,
    "contract_copy": 11,
    "instalment_change": 9,
    "move_in": 8,
    "tariff_change": 7,
}
REFUNDED = ("refund_missing", "double_charge", "deposit_return", "final_invoice")
REFUND_SHARE, SAVE_SHARE, LEAVE_SHARE, EXPANSION_SHARE = 0.55, 0.34, 0.3, 0.09
EXPANDED = ("tariff_change", "account_inquiry", "praise", "thermostat_offline")
LEFT_ANYWAY_SHARE = 0.012
DEFAULT_MONTHLY = 6900


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """One row; `count` None is one, `amount` cents of EUR."""

    at: int
    kind: str
    customer: str = ""
    issue: str = ""
    case: str = ""
    count: int | None = None
    amount: int | None = None


class Ledger:
    """The events of one run. Every kind draws from a stream of its own."""

    def __init__(self, scenario: Scenario, reasons: Reasons, customers: Customers) -> None:
        self.scenario, self.reasons, self.customers = scenario, reasons, customers
        self._of_cases = scenario.stream("business of cases")

    def events(self, tickets: Sequence[Ticket], calling: Sequence[int]) -> list[Event]:
        """Everything up to the end, in order of time."""
        found = [*self._months(), *self._days(), *self._orders(calling), *self._strangers()]
        for ticket in tickets:
            found += self._of_case(ticket)
        return sorted(event for event in found if event.at <= self.scenario.end)

    def _months(self) -> Iterator[Event]:
        """Subscribers at the first of every month; of the months before the period the churn, too."""
        rng = self.scenario.stream("months")
        first = self.scenario.last_day.replace(day=1)
        for back in range(MONTHS_BEFORE, -1, -1):
            month = _months_before(first, back)
            held = round(SUBSCRIBERS * (1 - GROWTH) ** back)
            yield Event(epoch(month), "subscriber", count=held)
            last = min(_months_before(first, back - 1), self.scenario.start) - timedelta(days=1)
            if month < self.scenario.start:
                share = MONTHLY_CHURN[back <= MONTHS_BEFORE // 2] * (last - month).days / 30
                yield Event(_evening(last), "churn", count=round(held * share * rng.uniform(0.96, 1.04)))

    def _days(self) -> Iterator[Event]:
        """Daily counts of the period, taken in the evening, of what names no customer."""
        for day in days(self.scenario.start, self.scenario.last_day):
            rng, at = self.scenario.stream(f"business:{day}"), _evening(day)
            yield Event(at, "order", count=round(rng.gauss(ORDERS_A_DAY[day.weekday()], 14)) - ORDERS_OF_CALLERS)
            yield Event(at, "refund", count=rng.randint(1, 2 * OTHER_REFUNDS))
            if rng.random() < CHARGEBACKS:
                yield Event(at, "chargeback", issue="double_charge", count=1, amount=rng.choice(PRICES))
            for issue, mean in SELF_SERVICE.items():
                yield Event(at, "self_service", issue=issue, count=max(1, round(rng.gauss(mean, mean / 6))))

    def _orders(self, calling: Sequence[int]) -> Iterator[Event]:
        """Orders of people who also called, one row each."""
        for day in days(self.scenario.start, self.scenario.last_day) if calling else ():
            rng = self.scenario.stream(f"orders:{day}")
            for _ in range(ORDERS_OF_CALLERS):
                at, number = epoch(day, 7) + rng.randrange(15 * 3600), rng.choice(calling)
                yield Event(at, "order", phone(number), amount=rng.choice(PRICES))

    def _strangers(self) -> Iterator[Event]:
        """Customers who left without ever having written."""
        mean, rng = round(SUBSCRIBERS * MONTHLY_CHURN[1] / 30), self.scenario.stream("strangers")
        for day in days(self.scenario.start, self.scenario.last_day):
            for _ in range(rng.randint(mean - 9, mean + 3)):
                at = epoch(day, 8) + rng.randrange(12 * 3600)
                yield Event(at, "churn", requester(CUSTOMERS + rng.randrange(SUBSCRIBERS - CUSTOMERS)))

    def _of_case(self, ticket: Ticket) -> Iterator[Event]:
        """What a solved case leads to: money back, a customer who stays or goes, or one who takes more."""
        solved = ticket.times("status", "solved", self.scenario.end)
        if not solved or solved[0] < self.scenario.from_epoch:
            return
        rng, at = self._of_cases, solved[0] + 120
        reason = self.reasons.of(ticket.customer, ticket.issue)
        about = (requester(ticket.customer), reason, str(ticket.number))
        chance, later = rng.random(), at + rng.randrange(2 * 86400, 21 * 86400)
        profile = self.customers.profile(ticket.customer)
        monthly = profile.monthly if profile else DEFAULT_MONTHLY
        if reason in REFUNDED and chance < REFUND_SHARE:
            yield Event(at, "refund", *about, amount=rng.randrange(900, 26000, 10))
        elif reason == "cancellation":
            if chance < SAVE_SHARE:
                yield Event(at, "save", *about, amount=12 * monthly)
            elif chance < SAVE_SHARE + LEAVE_SHARE:
                yield Event(later, "churn", *about)
        elif reason in EXPANDED and chance < EXPANSION_SHARE:
            yield Event(at, "expansion", *about, amount=round(12 * monthly * rng.choice((0.06, 0.1, 0.2))))
        elif chance > 1 - LEFT_ANYWAY_SHARE:
            yield Event(later, "churn", *about[:2])


def _months_before(first: date, back: int) -> date:
    """The first of the month so many months before a first of the month; below 0 after it."""
    place = first.year * 12 + first.month - 1 - back
    return date(place // 12, place % 12 + 1, 1)


def _evening(day: date) -> int:
    return epoch(day, 23, 30)


def _cells(number: int, event: Event) -> tuple[object, ...]:
    money = (event.amount, CURRENCY) if event.amount is not None else (None, None)
    return (
        *("business", f"B-{number:05d}", iso(event.at), event.kind, event.customer or None, event.issue or None),
        *(event.case or None, event.count, *money),
    )


def write(events: Iterable[Event], export: Export) -> None:
    """The events as one canonical file."""
    rows = [_cells(number, event) for number, event in enumerate(events, start=1)]
    export.write("business/business_events.csv", csv_text(HEADER, rows))
