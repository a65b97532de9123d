"""Asterisk queue_log: the outage line's own small telephone system, and the live play of all voice queues."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from carecli.demo.centre import AGENT, AGENTS, QUEUE, phone
from carecli.demo.files import Export
from carecli.demo.floor import AVAILABLE, ON_CALL, WRAP, Contact, Leg
from carecli.demo.opening import day_of, epoch
from carecli.demo.scenario import Scenario
from carecli.demo.shifts import OFF

OUTAGE = QUEUE["outage_line"]
MEMBERS = tuple(agent.key for agent in AGENTS if OUTAGE.key in agent.skills)
ON_THE_LINE = (AVAILABLE, ON_CALL, WRAP)
ROTATION_HOUR = 10

Line = tuple[int, str]
"""Epoch seconds, and the whole line without its line end."""


def _line(at: int, call: str, queue: str, agent: str | None, event: str, *data: object) -> Line:
    member = AGENT[agent].extension if agent in AGENT else "NONE"
    return at, "|".join([str(at), call, queue, member, event, *map(str, data or ("",))])


def _leg_lines(contact: Contact, leg: Leg) -> Iterator[Line]:
    call, queue = contact.contact_id, QUEUE[leg.queue].external
    number = phone(contact.arrival.customer)
    yield _line(leg.entered, call, queue, None, "ENTERQUEUE", "", number, leg.position)
    for agent, since, until in leg.no_answers:
        yield _line(until, call, queue, agent, "RINGNOANSWER", (until - since) * 1000)
    waited = (leg.answered or leg.ended or leg.entered) - leg.entered
    if leg.outcome == "abandoned" and leg.ended is not None:
        yield _line(leg.ended, call, queue, None, "ABANDON", 1, leg.position, waited)
    if leg.answered is None:
        return
    yield _line(leg.answered, call, queue, leg.agent, "CONNECT", waited, f"{call}.2", leg.ring_seconds)
    if leg.ended is not None:
        yield _end_line(call, queue, leg, waited)


def _end_line(call: str, queue: str, leg: Leg, waited: int) -> Line:
    """How an answered leg ended; this system counts holding as talking."""
    assert leg.ended is not None
    talked = leg.talk + leg.hold
    if leg.transfer_to is not None:
        to = QUEUE[leg.transfer_to].external if leg.transfer_to in QUEUE else leg.transfer_to
        data = (to, "from-queue", waited, talked, leg.position)
        return _line(leg.ended, call, queue, leg.agent, "BLINDTRANSFER", *data)
    event = "COMPLETECALLER" if leg.customer_hung_up else "COMPLETEAGENT"
    return _line(leg.ended, call, queue, leg.agent, event, waited, talked, leg.position)


def call_lines(contact: Contact) -> list[Line]:
    """Everything the log says about one call, in the order it happened."""
    return [line for leg in contact.legs for line in _leg_lines(contact, leg)]


def _saturday_help(contacts: list[Contact]) -> set[tuple[date, str]]:
    """(day, agent) of those whose telephone rang; on Saturdays others than the members help out."""
    rang = {(day_of(leg.entered), leg.agent) for contact in contacts for leg in contact.legs if leg.agent}
    missed = {(day_of(a), agent) for one in contacts for leg in one.legs for agent, a, _ in leg.no_answers}
    return rang | missed


def _member_lines(states: list[tuple[int, str, str]], contacts: list[Contact]) -> Iterator[Line]:
    """Members log in, pause (once for the queue and once for all) and log out."""
    logged = {agent.key: OFF for agent in AGENTS}
    helping = _saturday_help(contacts)
    for at, agent, state in states:
        before = logged[agent]
        if state != before and (agent in MEMBERS or (day_of(at), agent) in helping):
            logged[agent] = state
            yield from _member_change(at, agent, before, state)


def _member_change(at: int, agent: str, before: str, state: str) -> Iterator[Line]:
    if before == OFF:
        yield _line(at, "NONE", OUTAGE.external, agent, "ADDMEMBER")
    elif state != OFF and (before in ON_THE_LINE) != (state in ON_THE_LINE):
        paused = state not in ON_THE_LINE
        yield _line(at, "NONE", OUTAGE.external, agent, "PAUSE" if paused else "UNPAUSE", state if paused else "")
        yield _line(at, "NONE", "NONE", agent, "PAUSEALL" if paused else "UNPAUSEALL", state if paused else "")
    if before == OFF and state not in ON_THE_LINE:
        yield _line(at, "NONE", OUTAGE.external, agent, "PAUSE", state)
    if state == OFF:
        yield _line(at, "NONE", OUTAGE.external, agent, "REMOVEMEMBER")


def _housekeeping(scenario: Scenario) -> Iterator[Line]:
    """The configuration is reloaded in the night to Monday."""
    for day in scenario.live_days:
        if day.weekday() == 0:
            yield _line(epoch(day, 3, 15), "NONE", "NONE", None, "CONFIGRELOAD")


def _rotations(scenario: Scenario, contacts: list[Contact]) -> list[int]:
    """The log is moved away by hand on Monday mornings, always while somebody is talking."""
    moments: dict[int, int] = {}
    for contact in contacts:
        for leg in contact.legs:
            day = day_of(leg.entered)
            if day.weekday() == 0 and leg.answered and leg.answered >= epoch(day, ROTATION_HOUR):
                moments.setdefault(day.toordinal(), leg.answered + leg.talk // 2 + 1)
    return [at for at in moments.values() if scenario.from_epoch < at <= scenario.end]


def write(scenario: Scenario, contacts: list[Contact], states: list[tuple[int, str, str]], export: Export) -> None:
    """queue_log is the newest; queue_log.1 was moved away last, and so on."""
    own = [contact for contact in contacts if contact.queue == OUTAGE.key]
    lines = [line for contact in own for line in call_lines(contact)]
    lines += [*_member_lines(states, own), *_housekeeping(scenario)]
    lines = sorted((line for line in lines if scenario.from_epoch <= line[0] <= scenario.end), key=_time)
    edges = [scenario.from_epoch, *_rotations(scenario, own), scenario.end + 1]
    for index, (start, end) in enumerate(pairwise(edges)):
        age = len(edges) - 2 - index
        text = "".join(f"{line}\n" for at, line in lines if start <= at < end)
        export.write(f"asterisk/queue_log.{age}" if age else "asterisk/queue_log", text, packed=age > 0)


def _time(line: Line) -> int:
    return line[0]


def lines_after(contacts: list[Contact], since: int, until: int) -> list[Line]:
    """The log lines of all voice queues in (since, until], in order of time."""
    recent = [one for one in contacts if one.channel == "voice" and one.direction == "in"]
    recent = [one for one in recent if one.arrival.at > since - timedelta(days=1).total_seconds()]
    lines = [line for contact in recent for line in call_lines(contact)]
    return sorted((line for line in lines if since < line[0] <= until), key=_time)
