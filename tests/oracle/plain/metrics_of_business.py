"""Costs, business events, incidents, the product's health (R24, R54-R56, R66, R67, R79, R168)."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle.plain.cases import dimensions
from tests.oracle.plain.registry import CLASSES, OF_CASES, OF_CONTACTS, counted, metric
from tests.oracle.plain.row import Row

CENT = Fraction(1, 100)
CUSTOMERS_BY = ("source", "tier", "region", "segment", "day", "weekday")
CONTACTS_BY = ("issue_type", "tier", "region", "segment", *CLASSES, "day", "weekday")


def of_kind(*kinds):
    return tuple(f"business_events ({kind})" for kind in kinds)


@metric("cost_per_contact", "ratio", ("costs",), beside=OF_CONTACTS, only_by=("channel",), months=True, money=True,
        scale=CENT, scaled_parts=True)  # fmt: skip
def cost_per_contact(facts, _window):
    for row in facts.costs:
        yield counted(row, row["at"], row["table"] != "costs", row["amount"] or 0, apart=True)


def _events(facts, numerator, denominator):
    """Rows of one kind, set against those of another."""
    for row in facts.business:
        if row["kind"] in (numerator, denominator):
            counts = row["count"] if row["kind"] == denominator else 0
            yield counted(row, row["at"], counts, row["count"] if row["kind"] == numerator else 0, apart=True)


@metric("contact_rate", "ratio", of_kind("order", "subscriber"), beside=OF_CONTACTS, only_by=CONTACTS_BY, opening=True,
        scale=Fraction(100))  # fmt: skip
def contact_rate(facts, _window):
    return _events(facts, "contact", facts.settings["business"]["contacts_per"])


@metric("deflection", "ratio", of_kind("self_service"), beside=OF_CONTACTS, only_by=CONTACTS_BY)
def deflection(facts, _window):
    for row in facts.business:
        if row["kind"] in ("contact", "self_service"):
            yield counted(row, row["at"], row["count"], row["count"] if row["kind"] == "self_service" else 0)


@metric("refund_rate", "ratio", of_kind("order"), beside=of_kind("refund"), only_by=CUSTOMERS_BY)
def refund_rate(facts, _window):
    return _events(facts, "refund", "order")


@metric("chargeback_rate", "ratio", of_kind("order"), beside=of_kind("chargeback"), only_by=CUSTOMERS_BY)
def chargeback_rate(facts, _window):
    return _events(facts, "chargeback", "order")


@metric("churn_rate", "ratio", of_kind("churn"), beside=of_kind("subscriber"), opening=True,
        only_by=("source", "tier", "region", "segment"))  # fmt: skip
def churn_rate(facts, _window):
    return _events(facts, "churn", "subscriber")


@metric("churn_after_contact", "ratio", of_kind("churn"), beside=OF_CASES)
def churn_after_contact(facts, _window):
    for row in facts.business:
        if row["kind"] == "churn":
            more = [("no customer named", row["customer"] is None)]
            yield counted(row, row["at"], row["count"], row["count"] if row["after_contact"] else 0, more)


def _amounts(facts, *kinds):
    for row in facts.business:
        if row["kind"] in kinds:
            more = [("no case named", row["case_id"] is None), ("without an amount", row["amount"] is None)]
            yield counted(row, row["at"], adds=row["amount"] or 0, more=more)


@metric("service_revenue", "count", of_kind("save", "expansion"), money=True, scale=CENT)
def service_revenue(facts, _window):
    return _amounts(facts, "save", "expansion")


@metric("saves", "count", of_kind("save"), money=True, scale=CENT)
def saves(facts, _window):
    return _amounts(facts, "save")


@metric("upsell", "count", of_kind("expansion"), money=True, scale=CENT)
def upsell(facts, _window):
    return _amounts(facts, "expansion")


@metric("incidents", "count", ("incidents",))
def incidents(facts, _window):
    return [counted(row, row["at"]) for row in facts.incidents]


@metric("mtbi", "spacing", ("incidents",), only_by=("source", "channel", "queue", "issue_type", "agent", "tier",
                                                   "priority", "region", "segment", "day"))  # fmt: skip
def mtbi(facts, window):
    return incidents(facts, window)


@metric("repeat_root_causes", "count", ("incidents",))
def repeat_root_causes(facts, window):
    """The second incident of a cause in the window stands for the cause."""
    seen = []
    for row in facts.incidents:
        counts = window.holds(row["at"]) and not any(holds for _, holds in row["marks"])
        seen += [row["cause"]] if counts else []
        second = counts and seen.count(row["cause"]) == 2
        yield counted(row, row["at"], second, more=[("no root cause", not row["cause"])])


@metric("error_rate", "ratio", ("service_health",), only_by=("source", "interval", "day", "hour", "weekday"))
def error_rate(facts, _window):
    """Of intervals that are over; a system that watches the product knows nothing of contacts."""
    for row in facts.all("service_health"):
        if _is_over(facts, row):
            by = dimensions(Row(source=row["source"]), "agent_id")
            fact = Row(table="service_health", id=row["id"], by=by, marks=[])
            yield counted(fact, row["interval_start"], row["requests"] or 0, row["errors"] or 0)


def _is_over(facts, row):
    begin = row["interval_start"]
    return begin is not None and begin + (row["minutes"] or 0) * 60 <= facts.as_of
