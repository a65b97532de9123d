"""Incidents of the half year before the end, with their moments, and the steps that were taken in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from carecli.demo.files import Export, csv_text
from carecli.demo.opening import epoch, iso
from carecli.demo.scenario import Scenario
from carecli.demo.tickets import Ticket

HEADER = (
    *("source", "incident_id", "case_id", "severity", "opened_at", "declared_at", "aware_at", "acknowledged_at"),
    *("contained_at", "resolved_at", "root_cause", "affected_accounts"),
)
FIRST = 300
# Days before the planted one | at | severity | minutes to aware, acknowledged, declared, contained, resolved | accounts
# affected | cause.
HISTORY = """
152|10:20|SEV2|4 |9 |18|70 |130|2100 |expired certificate
131|15:05|SEV3|20|35|40|110|240|340  |meter gateway overload
118|08:40|SEV2|3 |12|15|95 |180|1900 |payment provider timeout
97 |13:10|SEV3|15|30|45|90 |150|420  |faulty release
83 |09:15|SEV1|2 |8 |10|55 |105|11800|network failure
66 |16:30|SEV2|6 |14|22|80 |160|2600 |payment provider timeout
52 |11:45|SEV3|25|40|60|150|310|260  |meter gateway overload
41 |07:55|SEV2|5 |38|40|120|210|3100 |faulty release
27 |14:20|SEV3|12|25|30|75 |140|510  |address service outage
13 |13:35|SEV3|10|20|35|65 |125|330  |meter gateway overload
6  |10:10|SEV2|4 |9 |16|60 |115|1750 |payment provider timeout
0  |14:05|SEV2|5 |13|35|105|125|6400 |faulty release
"""
STILL_OPEN = (2400, 2040, 1500, 210)
"""Seconds before the end at which the newest one was opened, known and acknowledged; and the accounts it affects."""
LADDER = ("acknowledge", "customer_update", "recover")
WITH_LADDER = ("SEV1", "SEV2")


@dataclass(frozen=True, slots=True)
class Incident:
    """One incident; instants are epoch seconds."""

    name: str
    severity: str
    opened: int
    aware: int
    acknowledged: int
    declared: int | None
    contained: int | None
    resolved: int | None
    accounts: int
    cause: str


def incidents(scenario: Scenario) -> Iterator[Incident]:
    """The oldest first; the last one goes on, the one before it is the planted one."""
    for number, line in enumerate(HISTORY.strip().splitlines(), start=FIRST):
        days, clock, severity, *spans, accounts, cause = (cell.strip() for cell in line.split("|"))
        hour, minute = clock.split(":")
        opened = epoch(scenario.incident_day - timedelta(days=int(days)), int(hour), int(minute))
        aware, acknowledged, declared, contained, resolved = (opened + 60 * int(span) for span in spans)
        known = (opened, aware, acknowledged)
        yield Incident(f"INC-{number}", severity, *known, declared, contained, resolved, int(accounts), cause)
    since, aware, acknowledged = (scenario.end - ago for ago in STILL_OPEN[:3])
    gone_on = (since, aware, acknowledged, None, None, None)
    yield Incident(f"INC-{number + 1}", "SEV3", *gone_on, STILL_OPEN[3], "meter gateway overload")


def _case(scenario: Scenario, incident: Incident, tickets: Iterable[Ticket]) -> int | None:
    """Of the planted one: the first refund case that came while it lasted."""
    if incident.opened < scenario.incident[0]:
        return None
    begin, end = incident.opened, incident.resolved or 0
    return next((t.number for t in tickets if begin <= t.created <= end and t.queue == "refunds_email"), None)


def _when(at: int | None) -> str | None:
    return None if at is None else iso(at)


def _steps(scenario: Scenario) -> Iterator[tuple[str, ...]]:
    """What was done when: customers hear of it ten minutes after the declaration."""
    for incident in incidents(scenario):
        told = incident.declared + 600 if incident.declared else None
        done = (incident.acknowledged, told, incident.resolved)
        for step, at in zip(LADDER, done, strict=True):
            if incident.severity in WITH_LADDER and at is not None:
                yield "incidents", incident.name, step, iso(at)


def write(scenario: Scenario, tickets: list[Ticket], export: Export) -> None:
    """What the incident tool holds."""
    rows = [
        (
            *("incidents", one.name, _case(scenario, one, tickets), one.severity, iso(one.opened), _when(one.declared)),
            *(
                iso(one.aware),
                iso(one.acknowledged),
                _when(one.contained),
                _when(one.resolved),
                one.cause,
                one.accounts,
            ),
        )
        for one in incidents(scenario)
    ]
    export.write("incidents/incidents.csv", csv_text(HEADER, rows), packed=False)
    steps = csv_text(("source", "incident_id", "step", "done_at"), _steps(scenario))
    export.write("incidents/ladder_steps.csv", steps, packed=False)
