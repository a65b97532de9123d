"""Every metric of the dictionary a second time, one function each: which rows count, what they add, who is left out.

A function takes the facts and the window and yields `Counted` rows; what is made of them stands in `figures`. A new
metric is one more function under `@metric(..)`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from tests.oracle.plain import business, cases, contacts, legs, outcomes, surveys
from tests.oracle.plain.cases import dimensions
from tests.oracle.plain.row import Row
from tests.oracle.plain.settings import midnights
from tests.oracle.plain.world import World

SECOND = Fraction(1, 1000)
OF_CASES, OF_CONTACTS, OF_SURVEYS = ("cases",), ("interactions", "cases"), ("surveys",)
CLASSES = ("issue_class", "complexity", "journey", "verification")
OF_LEGS = ("interactions", "legs", "asynchronous cases")


@dataclass(frozen=True)
class Counted:
    """A row of a metric's population: left out for a `reason`, or counting `counts` in the denominator."""

    table: str
    id: int
    at: int | None
    by: Mapping[str, Any]
    reason: str | None
    counts: int
    adds: Any
    until: int | None = None
    """Up to when it is in force, for what holds for a time."""
    currency: str | None = None


@dataclass(frozen=True)
class Window:
    """Local dates, both included; `daily` asks a stock for each of them."""

    first: Any
    last: Any
    zone: str
    daily: bool = False

    @property
    def ends(self):
        return midnights(self.first, self.last, self.zone)

    def holds(self, at):
        return self.ends[0] <= at < self.ends[1]

    @property
    def dates(self):
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


class Facts(World):
    """A world with the rows that metrics are made of, each made once."""

    @cached_property
    def contacts(self):
        return contacts.contacts(self)

    @cached_property
    def legs(self):
        return legs.legs(self)

    @cached_property
    def resolutions(self):
        return cases.resolutions(self)

    @cached_property
    def closures(self):
        return cases.closures(self)

    @cached_property
    def created(self):
        return cases.created(self)

    @cached_property
    def surveys(self):
        return surveys.surveys(self)

    @cached_property
    def outcomes(self):
        return outcomes.outcomes(self)

    @cached_property
    def business(self):
        return business.business(self)

    @cached_property
    def costs(self):
        return business.costs(self)

    @cached_property
    def incidents(self):
        return business.incidents(self)

    def open_cases(self, window):
        """A day still to come has no stock."""
        begun = [day for day in window.dates if midnights(day, day, window.zone)[0] <= self.as_of]
        taken = begun if window.daily else begun[-1:]
        return [row for day in taken for row in cases.open_cases(self, day, midnights(day, day, window.zone)[1])]


@dataclass(frozen=True)
class Plain:
    """A metric: its rows, and how a value is made of them. `needs`: tables any of which must cover a day."""

    rows: Callable[[Facts, Window], Any]
    shape: str
    """ratio, count, maximum, spacing, or a quantile's share."""
    needs: tuple[str, ...]
    beside: tuple[str, ...] = ()
    """The same for the second kind of its rows."""
    only_by: tuple[str, ...] = ()
    """The dimensions that all its rows have; empty for all."""
    months: bool = False
    money: bool = False
    opening: bool = False
    """Whether what holds for a time counts as it stands on the window's first day."""
    of_time: bool = True
    """Whether a window cuts its rows, by their `at`; else it is a stock."""
    only_now: bool = False
    scale: Fraction = Fraction(1)
    scaled_parts: bool = False
    """Whether the numerator is told in the metric's unit."""
    minimum: Callable[[Any], int] = field(default=lambda settings: 0)


PLAIN: dict[str, Plain] = {}
OWED = frozenset(
    (
        *("attainment", "breached", "at_risk", "paused", "exception_share", "acknowledgement"),
        *("answered_in_time", "answer_time", "answer_time_p50"),
        *("first_response_time", "first_response_time_p50", "first_response_time_p90"),
        *("callback_in_time", "missed_offers", "late_offers"),
    )
)
"""Metrics of promised clocks, which have no second implementation yet; nothing else may lack one."""


def metric(name, shape, needs, **more):
    def entered(rows):
        PLAIN[name] = Plain(rows, shape, needs, **more)
        return rows

    return entered


def counted(row, at, counts=True, adds=1, more=(), apart=False):
    """One row: the first of its marks that holds, then of `more`, leaves it out.

    `counts` is what it adds to the denominator, or whether it does; `adds` what it adds to the numerator. Where they
    are apart, a row that doesn't count may add.
    """
    marks = [*row["marks"], *more]
    reason = next((name for name, holds in marks if holds), None)
    counts = int(counts) if reason is None else 0
    adds = adds if reason is None and (counts or apart) else 0
    return Counted(row["table"], row["id"], at, row["by"], reason, counts, int(adds), row["until"], row["currency"])


# Contacts


@metric("volume", "count", OF_CONTACTS)
def volume(facts, _window):
    return [counted(row, row["at"]) for row in facts.contacts]


@metric("volume_new", "count", OF_CONTACTS)
def volume_new(facts, _window):
    return [counted(row, row["at"], not row["follow_up"]) for row in facts.contacts]


@metric("volume_follow_up", "count", OF_CONTACTS)
def volume_follow_up(facts, _window):
    return [counted(row, row["at"], row["follow_up"]) for row in facts.contacts]


# Legs


@metric("offered", "count", OF_LEGS)
def offered(facts, _window):
    return [counted(row, row["entered"], row["offered"]) for row in facts.legs]


@metric("answered", "count", OF_LEGS)
def answered(facts, _window):
    return [counted(row, row["entered"], row["answered"]) for row in facts.legs]


@metric("abandoned", "count", OF_LEGS)
def abandoned(facts, _window):
    return [counted(row, row["entered"], row["abandoned"]) for row in facts.legs]


@metric("abandonment", "ratio", OF_LEGS)
def abandonment(facts, _window):
    return [counted(row, row["entered"], row["offered"], row["abandoned"]) for row in facts.legs]


@metric("service_level", "ratio", OF_LEGS)
def service_level(facts, _window):
    for row in facts.legs:
        untimed = row["answered"] and row["wait_ms"] is None
        more = [("arrived closed", row["arrived_closed"]), ("no queue time", untimed)]
        if row["targeted"]:
            yield counted(row, row["entered"], row["base"], row["within"], more)


def _waits(facts):
    for row in facts.legs:
        more = [("short", row["short_call"]), ("no queue time", row["wait_ms"] is None)]
        if row["answered"]:
            yield counted(row, row["entered"], adds=row["wait_ms"], more=more)


@metric("asa", "ratio", OF_LEGS, scale=SECOND, scaled_parts=True)
def asa(facts, _window):
    return _waits(facts)


@metric("asa_p90", Fraction(9, 10), OF_LEGS, scale=SECOND)
def asa_p90(facts, _window):
    return _waits(facts)


@metric("asa_p50", Fraction(1, 2), OF_LEGS, scale=SECOND)
def asa_p50(facts, _window):
    return _waits(facts)


def _handled(facts, value):
    for row in facts.legs:
        more = [("no handle time", row["handle_ms"] is None)]
        if row["answered"]:
            yield counted(row, row["entered"], adds=value(row), more=more)


@metric("aht", "ratio", OF_LEGS, scale=SECOND, scaled_parts=True)
def aht(facts, window):
    """R26: at most the nearest-rank percentile of the channel over the window, whatever slice is asked for."""
    by_channel = {}
    for row in facts.legs:
        left_out = any(holds for _, holds in row["marks"])
        if window.holds(row["entered"]) and not left_out and row["handle_ms"] is not None:
            by_channel.setdefault(row["by"]["channel"], []).append(row["handle_ms"])
    percent = facts.settings["aht"]["cap_percentile"]
    caps = {channel: sorted(all_)[-(-percent * len(all_) // 100) - 1] for channel, all_ in by_channel.items()}

    def capped(row):
        cap = caps.get(row["by"]["channel"])
        return 0 if None in (cap, row["handle_ms"]) else min(cap, row["handle_ms"])

    return _handled(facts, capped)


@metric("aht_p50", Fraction(1, 2), OF_LEGS, scale=SECOND)
def aht_p50(facts, _window):
    return _handled(facts, lambda row: row["handle_ms"])


@metric("aht_p90", Fraction(9, 10), OF_LEGS, scale=SECOND)
def aht_p90(facts, _window):
    return _handled(facts, lambda row: row["handle_ms"])


def _part(facts, name, title):
    for row in facts.legs:
        more = [("no handle time", row["handle_ms"] is None), (f"no {title} time", row[name] is None)]
        if row["answered"]:
            yield counted(row, row["entered"], adds=row[name], more=more)


@metric("aht_talk", "ratio", OF_LEGS, scale=SECOND, scaled_parts=True)
def aht_talk(facts, _window):
    return _part(facts, "talk_ms", "talk")


@metric("aht_hold", "ratio", OF_LEGS, scale=SECOND, scaled_parts=True)
def aht_hold(facts, _window):
    return _part(facts, "hold_ms", "hold")


@metric("aht_wrap", "ratio", OF_LEGS, scale=SECOND, scaled_parts=True)
def aht_wrap(facts, _window):
    return _part(facts, "wrap_ms", "wrap")


@metric("waiting", "count", OF_LEGS, of_time=False, only_now=True)
def waiting(facts, _window):
    return [counted(row, None) for row in facts.legs if row["waiting"]]


@metric("longest_wait", "maximum", OF_LEGS, of_time=False, only_now=True, scale=SECOND)
def longest_wait(facts, _window):
    return [counted(row, None, adds=row["wait_ms"]) for row in facts.legs if row["waiting"]]


# Cases


@metric("cases_created", "count", OF_CASES)
def cases_created(facts, _window):
    return [counted(row, row["at"]) for row in facts.created]


@metric("cases_resolved", "count", OF_CASES)
def cases_resolved(facts, _window):
    return [counted(row, row["at"]) for row in facts.closures]


@metric("fcr", "ratio", OF_CONTACTS)
def fcr(facts, _window):
    """R45: reasons that take several steps of verification may be left out of the numerator, or of both."""
    left_out_of = facts.settings["counting"]["verification"]
    for row in facts.resolutions:
        verifies = facts.settings.class_of("verification", row["by"]["issue_type"]) is not None
        at_once = row["first_contact"] and not row["followed"] and not (verifies and left_out_of == "numerator")
        more = [("immature", row["immature"]), ("verification", verifies and left_out_of == "both")]
        yield counted(row, row["at"], adds=at_once, more=more)


@metric("reopen_rate", "ratio", OF_CASES)
def reopen_rate(facts, _window):
    for row in facts.closures:
        more = [(name, row[name]) for name in ("immature", "unmeasurable")]
        yield counted(row, row["at"], adds=row["reopened"], more=more)


@metric("escalation_rate", "ratio", OF_CASES)
def escalation_rate(facts, _window):
    for row in facts.created:
        reached = row["level"] >= facts.settings["escalation"]["level"]
        yield counted(row, row["at"], adds=reached, more=[("unmeasurable", row["unmeasurable"])])


def _open(facts, window, counts=lambda row: True, adds=lambda row: 1):
    """Merged and deleted ones aren't open; so only tests and what a system made is left out."""
    for row in facts.open_cases(window):
        ours = [mark for mark in row["marks"] if mark[0] in ("test", "system")]
        row = type(row)(row, marks=ours)
        yield counted(row, None, counts(row), adds(row))


@metric("backlog", "count", OF_CASES, of_time=False)
def backlog(facts, window):
    return _open(facts, window)


@metric("stale", "count", OF_CASES, of_time=False)
def stale(facts, window):
    return _open(facts, window, lambda row: row["stale"])


@metric("unassigned", "count", OF_CASES, of_time=False)
def unassigned(facts, window):
    return _open(facts, window, lambda row: row["unassigned"])


@metric("no_reply", "count", OF_CASES, of_time=False)
def no_reply(facts, window):
    return _open(facts, window, lambda row: row["unanswered"])


@metric("oldest_case", "maximum", OF_CASES, of_time=False)
def oldest_case(facts, window):
    return _open(facts, window, adds=lambda row: row["age_seconds"])


# Surveys


def _valid(row):
    return [("without a vote", row["score"] is None), ("repeated", row["repeated"]), ("late", row["late"])]


@metric("csat", "ratio", OF_SURVEYS, minimum=lambda settings: settings["csat"]["minimum_n"])
def csat(facts, _window):
    for row in facts.surveys:
        if row["kind"] == "csat" and row["answered_at"] is not None:
            more = [*_valid(row), ("unknown scale", row["favourable"] is None)]
            yield counted(row, row["answered_at"], adds=row["favourable"] or 0, more=more)


@metric("csat_response_rate", "ratio", OF_SURVEYS)
def csat_response_rate(facts, _window):
    for row in facts.surveys:
        if row["kind"] == "csat" and row["sent_at"] is not None:
            answer = row["answered_at"] is not None
            yield counted(row, row["sent_at"], adds=answer, more=[("repeated", row["repeated"])])


def _nps(facts, kind):
    for row in facts.surveys:
        if row["kind"] == kind and row["answered_at"] is not None:
            yield counted(row, row["answered_at"], adds=_promotes(facts, row["score"]), more=_valid(row))


def _promotes(facts, score):
    nps = facts.settings["nps"]
    return 0 if score is None else (score >= nps["promoters_from"]) - (score <= nps["detractors_to"])


def _enough(settings):
    return settings["nps"]["minimum_n"]


@metric("nps_touch", "ratio", OF_SURVEYS, scale=Fraction(100), minimum=_enough)
def nps_touch(facts, _window):
    return _nps(facts, "nps_touch")


@metric("nps_relationship", "ratio", OF_SURVEYS, scale=Fraction(100), minimum=_enough)
def nps_relationship(facts, _window):
    return _nps(facts, "nps_relationship")


# Outcomes


def _resolved(facts):
    return [(row, [("open again", row["open_again"])]) for row in facts.outcomes if row["resolved_at"] is not None]


@metric("ttr", "ratio", OF_CASES, scaled_parts=True)
def ttr(facts, _window):
    return [counted(row, row["resolved_at"], adds=row["ttr"], more=more) for row, more in _resolved(facts)]


@metric("ttr_p50", Fraction(1, 2), OF_CASES)
def ttr_p50(facts, window):
    return ttr(facts, window)


@metric("ttr_p90", Fraction(9, 10), OF_CASES)
def ttr_p90(facts, window):
    return ttr(facts, window)


@metric("resolved_in_48h", "ratio", OF_CASES)
def resolved_in_48h(facts, _window):
    for row in facts.outcomes:
        yield counted(row, row["due_at"], adds=row["in_time"], more=[("not due", row["not_due"])])


@metric("handoffs", "ratio", OF_CASES)
def handoffs(facts, _window):
    for row, more in _resolved(facts):
        unknown = [("unmeasurable", row["handoffs"] is None)]
        yield counted(row, row["resolved_at"], adds=row["handoffs"] or 0, more=[*more, *unknown])


@metric("repeat_contacts", "ratio", OF_CONTACTS)
def repeat_contacts(facts, _window):
    for row in facts.contacts:
        yield counted(row, row["at"], adds=row["repeated"], more=[("unknown customer or reason", row["unkeyed"])])


def _votes(facts):
    for row in facts.surveys:
        if row["kind"] == "csat" and row["answered_at"] is not None:
            more = [*_valid(row), ("another scale", row["scale_max"] != 5)]
            yield counted(row, row["answered_at"], adds=round((row["score"] or 0) * 1000), more=more)


@metric("csat_mean", "ratio", OF_SURVEYS, scale=SECOND, minimum=lambda settings: settings["csat"]["minimum_n"])
def csat_mean(facts, _window):
    return _votes(facts)


@metric("csat_median", Fraction(1, 2), OF_SURVEYS, scale=SECOND, minimum=lambda settings: settings["csat"]["minimum_n"])
def csat_median(facts, _window):
    return _votes(facts)


# Business

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
