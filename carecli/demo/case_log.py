"""What other systems know of cases: automatic answers of the mail gateway, workarounds, exceptions a lead granted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from carecli.demo.centre import AGENT, AGENTS
from carecli.demo.files import Export, csv_text
from carecli.demo.opening import epoch, iso, next_open_day
from carecli.demo.scenario import Scenario
from carecli.demo.tickets import Ticket

HEADER = ("source", "event_id", "case_id", "at", "kind", "actor_id", "reason")
GATEWAY = "mail-gateway"
JAM_DAYS_BEFORE = 19
"""Planted: so many days before the incident the gateway held its answers from 09:00 to 12:00."""
EXCEPTION_SHARE = 0.035
EXCEPTIONS = ("agreed date", "part on order", "regulator asked", "customer abroad")
INCIDENT_REASON = "INC-311"
WORKAROUND_SHARE = 0.85
Event = tuple[int, str, int, str, str, str]
"""At, event, case, kind, actor, reason."""


def jam(scenario: Scenario) -> tuple[int, int]:
    """From when to when the gateway sent nothing."""
    day = next_open_day(scenario.incident_day - timedelta(days=JAM_DAYS_BEFORE))
    return epoch(day, 9), epoch(day, 12)


def _answers(scenario: Scenario, tickets: Iterable[Ticket]) -> Iterator[Event]:
    """E-mails and web forms are acknowledged within two minutes, unless the gateway jams."""
    begin, end = jam(scenario)
    rng = scenario.stream("acknowledgements")
    for ticket in tickets:
        if ticket.via not in ("email", "web") or ticket.created < scenario.from_epoch:
            continue
        at = ticket.created + rng.randint(15, 110)
        at = end + rng.randint(60, 900) if begin <= at < end else at
        yield at, f"ack:{ticket.number}", ticket.number, "public_reply", GATEWAY, "automation"


def _leads() -> list[str]:
    return [agent.key for agent in AGENTS if agent.role == "team lead"]


def _exceptions(scenario: Scenario, tickets: Iterable[Ticket]) -> Iterator[Event]:
    """Some cases get a date of their own; refund cases that came while the incident lasted all do."""
    leads, rng = _leads(), scenario.stream("exceptions")
    for ticket in tickets:
        hit = ticket.queue == "refunds_email" and scenario.incident[0] <= ticket.created < scenario.incident[1]
        replied = next((step.at for step in ticket.steps if step.is_reply), None)
        granted = ticket.created + 3600 if hit else replied and replied + rng.randint(60, 1800)
        if (hit or rng.random() < EXCEPTION_SHARE) and granted and granted >= scenario.from_epoch:
            reason = INCIDENT_REASON if hit else rng.choice(EXCEPTIONS)
            lead = str(AGENT[rng.choice(leads)].zendesk_id)
            yield granted, f"exception:{ticket.number}", ticket.number, "exception", lead, reason


def _workarounds(scenario: Scenario, tickets: Iterable[Ticket]) -> Iterator[Event]:
    """Most urgent cases get one, noted soon after the first reply."""
    rng = scenario.stream("workarounds")
    for ticket in tickets:
        replied = next((step for step in ticket.steps if step.is_reply), None)
        if ticket.priority == "urgent" and replied is not None and rng.random() < WORKAROUND_SHARE:
            agent = str(AGENT[replied.author].zendesk_id)
            at = replied.at + rng.randint(60, 2400)
            yield at, f"workaround:{ticket.number}", ticket.number, "internal_note", agent, "workaround"


def write(scenario: Scenario, tickets: list[Ticket], export: Export) -> None:
    """One row an event of the period, under the helpdesk's case numbers."""
    found = (*_answers(scenario, tickets), *_exceptions(scenario, tickets), *_workarounds(scenario, tickets))
    rows = [
        ("zendesk", name, case, iso(at), kind, actor, reason)
        for at, name, case, kind, actor, reason in sorted(found)
        if scenario.from_epoch <= at <= scenario.end
    ]
    export.write("cases/events.csv", csv_text(HEADER, rows))
