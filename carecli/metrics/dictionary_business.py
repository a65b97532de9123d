"""Metrics of money, business events and incidents (R24, R54, R56, R66, R67, R69, R79, R80, R355)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from carecli.metrics.business_coverage import of_kind
from carecli.metrics.incidents import with_repeats
from carecli.metrics.measures import (
    SYSTEM,
    TEST,
    Context,
    Exclusion,
    Expression,
    Metric,
    Namespace,
    Term,
    flag,
    rows,
    total,
    unknown,
    unset,
)
from carecli.policy.pack import Pack

NOT_OURS = (TEST, SYSTEM)
OF_CUSTOMERS = ("source", "tier", "region", "segment", "day", "weekday")
OF_CONTACTS = (
    *("issue_type", "tier", "region", "segment", "issue_class", "complexity", "journey", "verification"),
    *("day", "weekday"),
)
OF_INCIDENTS = (*("source", "channel", "queue", "issue_type", "agent", "tier", "priority", "region", "segment", "day"),)


def _either(first: Term, second: Term) -> Term:
    return lambda ns, pack: first(ns, pack) | second(ns, pack)


def _base(ns: Namespace, pack: Pack) -> Expression:
    """What the pack sets contacts against (R54)."""
    return ns.col(pack.business.contacts_per) == 1


def _of_it_shared(sums: Mapping[str, int], context: Context) -> str | None:
    """How much of a cost was shared among the channels, and by what (R24)."""
    by = context.pack.costs.spread.replace("_", " ")
    if sums["unborne"]:
        return f"{sums['unborne'] / 100:,.2f} of it shared, by no channel: no {by} known of a month"
    if sums["shared"]:
        return f"{sums['shared'] / 100:,.2f} of it shared, by {by}"
    if sums["shared_month"] and context.channel is not None:
        return f"none of the shared costs: no {by} known"
    return None


def _as_stated(_sums: Mapping[str, int], _context: Context) -> str:
    return "after, which is not because of"


COST_PER_CONTACT = Metric(
    id="cost_per_contact",
    title="Cost per contact",
    unit="money",
    direction="between",
    shape="ratio",
    formula="loaded costs of whole months / contacts resolved in them, each case once, in the channel of its last "
    "answered contact; costs without a channel are spread by handle time, or by contacts",
    numerator=total("costs", flag("cost"), "amount"),
    denominator=rows("costs", flag("resolved")),
    apart=True,
    exclusions=(*NOT_OURS, Exclusion("merged", flag("merged")), Exclusion("deleted", flag("deleted"))),
    time="at",
    window="by resolution; whole months that are over",
    months=True,
    only_by=("channel",),
    look_back=lambda _pack: "to a case's earlier contacts",
    scale=Fraction(1, 100),
    sources=("costs", "interactions", "cases", "case_events", "legs"),
    needs=("costs",),
    beside=("interactions", "cases"),
    requirement="R24, R85",
    pack_key="costs.spread",
    nothing="nothing resolved",
    asides={
        "shared": total("costs", flag("cost"), "shared"),
        "unborne": total("costs", flag("cost"), "unborne"),
        "shared_month": total("costs", flag("resolved"), "shared_month"),
    },
    note=_of_it_shared,
)

CONTACT_RATE = Metric(
    id="contact_rate",
    title="Contact rate",
    unit="per_100",
    direction="lower",
    shape="ratio",
    formula="contacts per 100 orders, by their own times; or per 100 subscribers counted last by the window's first "
    "day",
    numerator=rows("business", flag("contact")),
    denominator=total("business", _base, "count"),
    apart=True,
    population=_either(flag("contact"), _base),
    exclusions=NOT_OURS,
    time="at",
    window="by arrival, by order",
    opening=True,
    only_by=OF_CONTACTS,
    scale=Fraction(100),
    sources=("business_events", "interactions", "cases", "case_events"),
    needs=(of_kind("order"), of_kind("subscriber")),
    beside=("interactions", "cases"),
    requirement="R54",
    pack_key="business.contacts_per",
    nothing="nothing to set contacts against",
)

DEFLECTION = Metric(
    id="deflection",
    title="Deflection",
    unit="ratio",
    direction="higher",
    shape="ratio",
    formula="resolved by self-service / (resolved by self-service + contacts), by their own times",
    numerator=total("business", flag("self_service"), "count"),
    denominator=total("business", _either(flag("self_service"), flag("contact")), "count"),
    population=_either(flag("self_service"), flag("contact")),
    exclusions=NOT_OURS,
    time="at",
    window="by arrival, by use of self-service",
    only_by=OF_CONTACTS,
    sources=("business_events", "interactions", "cases", "case_events"),
    needs=(of_kind("self_service"),),
    beside=("interactions", "cases"),
    requirement="R54, R90",
    pack_key="",
    nothing="no contacts, no self-service",
)

REFUND_RATE = Metric(
    id="refund_rate",
    title="Refund rate",
    unit="ratio",
    direction="lower",
    shape="ratio",
    formula="refunds / orders, by their own times",
    numerator=total("business", flag("refund"), "count"),
    denominator=total("business", flag("order"), "count"),
    apart=True,
    population=_either(flag("refund"), flag("order")),
    exclusions=NOT_OURS,
    time="at",
    window="by refund, by order",
    only_by=OF_CUSTOMERS,
    sources=("business_events",),
    needs=(of_kind("order"),),
    beside=(of_kind("refund"),),
    requirement="R56",
    pack_key="",
    nothing="no orders",
)

CHARGEBACK_RATE = replace(
    REFUND_RATE,
    id="chargeback_rate",
    title="Chargeback rate",
    formula="chargebacks / orders, by their own times",
    numerator=total("business", flag("chargeback"), "count"),
    population=_either(flag("chargeback"), flag("order")),
    window="by chargeback, by order",
    beside=(of_kind("chargeback"),),
)

CHURN_RATE = Metric(
    id="churn_rate",
    title="Churn rate",
    unit="ratio",
    direction="lower",
    shape="ratio",
    formula="customers that left / subscribers counted last by the window's first day",
    numerator=total("business", flag("churn"), "count"),
    denominator=total("business", flag("subscriber"), "count"),
    apart=True,
    population=_either(flag("churn"), flag("subscriber")),
    exclusions=NOT_OURS,
    time="at",
    window="by the day they left",
    opening=True,
    only_by=("source", "tier", "region", "segment"),
    look_back=lambda _pack: "to the last count of subscribers",
    sources=("business_events",),
    needs=(of_kind("churn"),),
    beside=(of_kind("subscriber"),),
    requirement="R56, R80, R355",
    pack_key="",
    nothing="no subscribers counted by the window's first day",
)

CHURN_AFTER_CONTACT = Metric(
    id="churn_after_contact",
    title="Churned after support contact",
    unit="ratio",
    direction="lower",
    shape="ratio",
    formula="customers that left and of whom a ticket was open or created in X before / customers that left",
    numerator=total("business", flag("after_contact"), "count"),
    denominator=total("business", flag("churn"), "count"),
    population=flag("churn"),
    exclusions=(*NOT_OURS, Exclusion("no customer named", unknown("customer"))),
    time="at",
    window="by the day they left",
    look_back=lambda pack: f"{pack.business.churn_days} days of 24 h",
    sources=("business_events", "cases", "case_events"),
    needs=(of_kind("churn"),),
    beside=("cases",),
    requirement="R79",
    pack_key="business.churn_days",
    nothing="nobody left",
    note=_as_stated,
)

SERVICE_REVENUE = Metric(
    id="service_revenue",
    title="Revenue by service",
    unit="money",
    direction="higher",
    shape="count",
    formula="amounts of saves and expansions that name the case they came from",
    numerator=total("business", _either(flag("save"), flag("expansion")), "amount"),
    denominator=None,
    population=_either(flag("save"), flag("expansion")),
    exclusions=(
        *NOT_OURS,
        Exclusion("no case named", unset("of_case")),
        Exclusion("without an amount", unknown("amount")),
    ),
    time="at",
    window="by save, by expansion",
    scale=Fraction(1, 100),
    sources=("business_events",),
    needs=(of_kind("save"), of_kind("expansion")),
    requirement="R69",
    pack_key="",
)

SAVES = replace(
    SERVICE_REVENUE,
    id="saves",
    title="Saved by service",
    formula="amounts of saves that name the case they came from",
    numerator=total("business", flag("save"), "amount"),
    population=flag("save"),
    window="by save",
    needs=(of_kind("save"),),
)

UPSELL = replace(
    SERVICE_REVENUE,
    id="upsell",
    title="Upsell by service",
    formula="amounts of expansions that name the case they came from",
    numerator=total("business", flag("expansion"), "amount"),
    population=flag("expansion"),
    window="by expansion",
    needs=(of_kind("expansion"),),
    requirement="R69, R355",
)

INCIDENTS = Metric(
    id="incidents",
    title="Incidents",
    unit="incidents",
    direction="lower",
    shape="count",
    formula="incidents, by opening",
    numerator=rows("incidents"),
    denominator=None,
    exclusions=NOT_OURS,
    time="opened_at",
    window="by opening",
    sources=("incidents",),
    needs=("incidents",),
    requirement="R66",
    pack_key="",
)

MTBI = replace(
    INCIDENTS,
    id="mtbi",
    title="Mean time between incidents",
    unit="days",
    direction="higher",
    shape="spacing",
    formula="days of the window that have begun / incidents opened in it",
    only_by=OF_INCIDENTS,
)

REPEAT_ROOT_CAUSES = replace(
    INCIDENTS,
    id="repeat_root_causes",
    title="Repeat root causes",
    unit="causes",
    formula="root causes that two or more incidents of the window have, each once; they compare without case and "
    "punctuation",
    numerator=rows("incidents", flag("repeats")),
    exclusions=(*NOT_OURS, Exclusion("no root cause", unknown("cause"))),
    prepare=with_repeats,
    requirement="R67",
)

BUSINESS_METRICS = (
    COST_PER_CONTACT,
    CONTACT_RATE,
    DEFLECTION,
    REFUND_RATE,
    CHARGEBACK_RATE,
    CHURN_RATE,
    CHURN_AFTER_CONTACT,
    SERVICE_REVENUE,
    SAVES,
    UPSELL,
    INCIDENTS,
    MTBI,
    REPEAT_ROOT_CAUSES,
)
