"""Names, identities, schedules, states and annotations as canonical CSV files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from carecli.demo.centre import AGENT, AGENTS, GRADERS, QUEUES, Agent
from carecli.demo.desk import EmailDesk
from carecli.demo.files import Export, csv_text
from carecli.demo.floor import AVAILABLE
from carecli.demo.opening import ZONE, days, epoch, holidays, iso
from carecli.demo.scenario import Scenario
from carecli.demo.shifts import OFF, PRODUCTIVE, UNPAID, Block

EMAIL_DESK, ON_EMAIL = "E-mail desk", "On e-mail"
State = tuple[str, str, int, int]
"""Agent, state, from, to (0: still going on)."""


def agent_ids(agent: Agent) -> tuple[tuple[str, str], ...]:
    """(source, id) of one person in every system."""
    return (
        ("people", agent.key),
        ("quality", agent.key),
        ("talkdesk", agent.talkdesk_id),
        ("zendesk", str(agent.zendesk_id)),
        ("chat", agent.chat_id),
        ("asterisk", agent.extension),
    )


def _agents() -> str:
    header = ("source", "agent_id", "name", "team", "role", "hired_on", "location")
    rows: list[tuple[str, ...]] = []
    for agent in AGENTS:
        rest = (agent.name, agent.team, agent.role, agent.hired_on, agent.location)
        rows += [(source, name, *rest) for source, name in agent_ids(agent)]
    rows += [("quality", key, name, "Quality", "grader", "", "Berlin") for key, name, _ in GRADERS]
    return csv_text(header, rows)


def _queues() -> str:
    header = ("source", "queue_id", "name", "queue", "zone", "channel", "team")
    rows = [(q.system, q.external, q.title, q.title, ZONE.key, q.channel, q.team) for q in QUEUES]
    return csv_text(header, rows)


def _identities() -> str:
    header = ("kind", "source", "external_id", "canonical")
    people = [("agent", source, name, agent.key) for agent in AGENTS for source, name in agent_ids(agent)]
    queues = [("queue", queue.system, queue.external, queue.title) for queue in QUEUES]
    return csv_text(header, [*people, *queues])


def _schedules(scenario: Scenario, plan: list[Block]) -> str:
    header = ("source", "agent_id", "activity", "started_at", "ended_at", "paid", "productive")
    rows = [
        (
            *("people", block.agent, block.activity, iso(block.start), iso(block.end)),
            *("false" if block.activity in UNPAID else "true", "true" if block.activity in PRODUCTIVE else "false"),
        )
        for block in plan
        if block.start >= scenario.from_epoch
    ]
    return csv_text(header, rows)


def _spans(scenario: Scenario, log: list[tuple[int, str, str]]) -> Iterator[State]:
    """The state log as spans, each up to the agent's next state."""
    current: dict[str, tuple[int, str]] = {}
    for at, agent, state in log:
        if at > scenario.end:
            break
        since, before = current.get(agent, (at, OFF))
        if before != OFF and at > since:
            yield agent, before, since, at
        current[agent] = (at, state)
    for agent in AGENT:
        since, state = current.get(agent, (0, OFF))
        if state != OFF:
            yield agent, state, since, 0


def _with_writing(scenario: Scenario, desk: EmailDesk, span: State) -> Iterator[State]:
    """At the e-mail desk people write, or are available."""
    agent, state, start, end = span
    if state != EMAIL_DESK:
        yield span
        return
    edge, open_end = start, end or scenario.end
    for begin, done in desk.busy(agent, start, open_end):
        if begin > edge:
            yield agent, AVAILABLE, edge, begin
        yield agent, ON_EMAIL, begin, done
        edge = done
    if edge < open_end:
        yield agent, AVAILABLE, edge, end


def _states(scenario: Scenario, log: list[tuple[int, str, str]], desk: EmailDesk) -> str:
    header = ("source", "agent_id", "state", "started_at", "ended_at")
    spans = [piece for span in _spans(scenario, log) for piece in _with_writing(scenario, desk, span)]
    kept = sorted((span for span in spans if span[2] >= scenario.from_epoch), key=lambda s: (s[2], s[0]))
    rows = [("people", who, state, iso(start), iso(end) if end else None) for who, state, start, end in kept]
    return csv_text(header, rows)


def _annotations(scenario: Scenario) -> str:
    """What was planted, and the public holidays, as a lead would have written them down."""
    day, billing = scenario.incident_day, "queue=Billing voice"
    rows: list[tuple[int, int | None, str, str, str]] = [
        (epoch(day, 14, 2), None, "release", billing, "web 25.5.2: new checkout and payment page"),
        (epoch(day, 14, 40), epoch(day, 16, 10), "incident", billing, "INC-311 SEV2 payment retries fail"),
    ]
    mailing = scenario.incident_day - timedelta(days=14)
    rows.append((epoch(mailing, 9), epoch(mailing, 18), "campaign", "", "mailing: switch to the green tariff"))
    for one in days(scenario.start, scenario.last_day):
        if name := holidays(one.year).get(one):
            rows.append((epoch(one), epoch(one + timedelta(days=1)), "holiday", "", name))
    kept = [row for row in sorted(rows, key=lambda row: row[0]) if scenario.from_epoch <= row[0] <= scenario.end]
    header = ["at", "until", "kind", "scope", "text"]
    return csv_text(header, [(iso(at), iso(until) if until else None, *rest) for at, until, *rest in kept])


def write(
    scenario: Scenario, plan: list[Block], log: list[tuple[int, str, str]], desk: EmailDesk, export: Export
) -> None:
    """Everything a workforce system and a lead's own sheet would give."""
    export.write("people/agents.csv", _agents(), packed=False)
    export.write("people/queues.csv", _queues(), packed=False)
    export.write("people/identities.csv", _identities(), packed=False)
    export.write("people/schedules.csv", _schedules(scenario, plan))
    export.write("people/agent_states.csv", _states(scenario, log, desk))
    export.write("annotations.csv", _annotations(scenario), packed=False)
