"""All cases of the period: written contacts, and calls that open one."""

from __future__ import annotations

from random import Random

from carecli.demo.arrivals import written_arrivals
from carecli.demo.case_flow import CaseFlow
from carecli.demo.case_texts import subject
from carecli.demo.centre import QUEUE
from carecli.demo.desk import EmailDesk
from carecli.demo.floor import Contact
from carecli.demo.scenario import Scenario
from carecli.demo.tickets import Ticket

FIRST_NUMBER = 48_000
PRIORITIES = ("urgent", "high", "normal", "low")
PRIORITY_WEIGHTS = (3, 14, 70, 13)
CALL_OPENS_CASE_SHARE = 0.075
CASE_GROUP = {"billing_voice": "refunds_email", "tech_voice": "technical_email", "moves_voice": "account_email"}


def _priority(rng: Random) -> str:
    return rng.choices(PRIORITIES, PRIORITY_WEIGHTS)[0]


def _written(rng: Random, scenario: Scenario) -> list[Ticket]:
    tickets = []
    for arrival in written_arrivals(scenario):
        vias = ("twitter", "facebook") if QUEUE[arrival.queue].channel == "social" else ("email", "email", "web")
        via = rng.choice(vias)
        tickets.append(Ticket(arrival.at, via, arrival.queue, arrival.customer, arrival.issue, _priority(rng), ""))
    return tickets


def _from_calls(rng: Random, contacts: list[Contact]) -> list[Ticket]:
    """Some answered calls leave work behind: the agent opens a case as the call ends."""
    tickets = []
    for contact in contacts:
        last = contact.legs[-1]
        able = contact.queue in CASE_GROUP and contact.direction == "in" and last.outcome == "answered"
        if able and rng.random() < CALL_OPENS_CASE_SHARE and last.ended and last.agent:
            ticket = Ticket(last.ended, "voice", CASE_GROUP[contact.queue], contact.arrival.customer, "", "", "")
            ticket.issue, ticket.priority = contact.arrival.issue, _priority(rng)
            ticket.opener, ticket.external_id = last.agent, contact.contact_id
            tickets.append(ticket)
    return tickets


def cases(scenario: Scenario, contacts: list[Contact], desk: EmailDesk) -> list[Ticket]:
    """Every case, numbered by creation, with its whole life (also what lies after the end)."""
    rng = scenario.stream("cases")
    everything = _written(rng, scenario) + _from_calls(rng, contacts)
    everything.sort(key=lambda ticket: (ticket.created, ticket.queue, ticket.customer))
    for index, ticket in enumerate(everything):
        ticket.number = FIRST_NUMBER + index
        ticket.subject = subject(rng, ticket.issue, ticket.number)
        CaseFlow(rng, scenario, desk, ticket).run()
    desk.finish()
    return everything
