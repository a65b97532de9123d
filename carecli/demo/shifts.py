"""Who is planned when, and what really happened: shifts, breaks, meetings, sickness, the planted absence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from carecli.demo.centre import AGENTS, Agent
from carecli.demo.opening import day_of, days, epoch, opening
from carecli.demo.scenario import Scenario

PHONES, CHAT, EMAIL = "Phones", "Chat", "E-mail"
BREAK, LUNCH, COACHING, TRAINING, VACATION = "Break", "Lunch", "Coaching", "Training", "Vacation"
INCIDENT_CALL, OFF = "Incident call", "Off"
DESK = {"phones": PHONES, "chat": CHAT, "email": EMAIL}
PRODUCTIVE = (PHONES, CHAT, EMAIL)
UNPAID = (LUNCH,)

SHIFT_STARTS = (-10, 90, 20, 100)
"""Minutes after 08:00 at which the shifts begin, in rotation by week; each lasts 8.5 hours."""
SHIFT_MINUTES = 510
SICK_SHARE = 0.03
VACATION_SHARE = 0.55
SATURDAY_CREW = (("phones", 5), ("chat", 2), ("email", 2))
BRIDGED, ABSENT = 5, 2
"""How many of North join the planted incident call, how many of South go home on the bad afternoon."""


@dataclass(frozen=True, slots=True)
class Block:
    """One agent, one activity, half-open [start, end) in epoch seconds."""

    agent: str
    activity: str
    start: int
    end: int


def _week(day: date) -> int:
    return day.toordinal() // 7


def _saturday_crew(week: int) -> tuple[tuple[Agent, str], ...]:
    """Nine people and their desk; every one of them has a weekday off in the week after."""
    crew: list[tuple[Agent, str]] = []
    for desk, count in SATURDAY_CREW:
        able = [agent for agent in AGENTS if agent.desks[0] == desk]
        crew += [(able[(week * count + index) % len(able)], desk) for index in range(count)]
    return tuple(crew)


def _day_off(agent: Agent, day: date) -> bool:
    worked = agent.key in {member.key for member, _ in _saturday_crew(_week(day - timedelta(days=7)))}
    return worked and day.weekday() == 1 + agent.number % 4


def _on_vacation(scenario: Scenario, agent: Agent, day: date) -> bool:
    """At most one of a team a week."""
    rng = scenario.stream(f"vacation:{agent.team}:{_week(day)}")
    team = [member.key for member in AGENTS if member.team == agent.team]
    return rng.random() < VACATION_SHARE and rng.choice(team) == agent.key


def _interruptions(agent: Agent, day: date, start: int) -> list[tuple[int, int, str]]:
    """Breaks, lunch, coaching and training of a weekday shift: (start, minutes, activity), in order."""
    stagger = agent.number % 4
    plan = [(100 + stagger * 12, 15, BREAK), (205 + stagger * 25, 30, LUNCH), (395 + stagger * 14, 15, BREAK)]
    if agent.number % 5 == day.weekday():
        plan.append((330, 30, COACHING))
    if (agent.number + _week(day)) % 2 == 0 and (agent.number + 2) % 5 == day.weekday():
        plan.append((45, 50, TRAINING))
    return sorted((start + minute * 60, length, activity) for minute, length, activity in plan)


def _shift(agent: Agent, day: date) -> Iterator[Block]:
    """The planned blocks of a weekday."""
    start = epoch(day, 8) + SHIFT_STARTS[(agent.number + _week(day)) % 4] * 60
    end, at, desk = start + SHIFT_MINUTES * 60, start, DESK[agent.desks[0]]
    for begin, minutes, activity in _interruptions(agent, day, start):
        yield Block(agent.key, desk, at, begin)
        at = begin + minutes * 60
        yield Block(agent.key, activity, begin, at)
        desk = DESK[agent.desks[1]] if activity == LUNCH else desk
    yield Block(agent.key, desk, at, end)


def _saturday_shift(agent: Agent, desk: str, day: date) -> Iterator[Block]:
    start, pause = epoch(day, 8, 50), epoch(day, 11) + agent.number % 4 * 900
    yield Block(agent.key, DESK[desk], start, pause)
    yield Block(agent.key, BREAK, pause, pause + 900)
    yield Block(agent.key, DESK[desk], pause + 900, epoch(day, 14, 10))


def _planned_day(scenario: Scenario, day: date) -> Iterator[Block]:
    if opening(day) is None:
        return
    if day.weekday() == 5:
        for agent, desk in _saturday_crew(_week(day)):
            yield from _saturday_shift(agent, desk, day)
        return
    for agent in AGENTS:
        if _on_vacation(scenario, agent, day):
            yield Block(agent.key, VACATION, epoch(day, 8), epoch(day, 16, 30))
        elif not _day_off(agent, day):
            yield from _shift(agent, day)


def planned(scenario: Scenario) -> list[Block]:
    """The published schedule, warm-up included, up to the Saturday of the last day's week."""
    until = scenario.last_day + timedelta(days=(5 - scenario.last_day.weekday()) % 7)
    return [block for day in days(scenario.live_days[0], until) for block in _planned_day(scenario, day)]


def _jittered(rng: Random, blocks: list[Block]) -> Iterator[Block]:
    """People start and end a little off the plan; breaks tend to be taken late and to last longer."""
    edges = [block.start + int(rng.triangular(-90, 300, 40)) for block in blocks]
    edges.append(blocks[-1].end + int(rng.triangular(-60, 240, 60)))
    for block, start, end in zip(blocks, edges, edges[1:], strict=False):
        if end > start:
            yield Block(block.agent, block.activity, start, end)


def _cut_out(blocks: list[Block], start: int, end: int, instead: str) -> list[Block]:
    """The blocks with `instead` in place of everything within [start, end)."""
    agent = blocks[0].agent
    kept: list[Block] = []
    for block in blocks:
        pieces = ((block.start, min(block.end, start)), (max(block.start, end), block.end))
        kept += [Block(agent, block.activity, a, b) for a, b in pieces if a < b]
    inside = Block(agent, instead, max(start, blocks[0].start), min(end, blocks[-1].end))
    return sorted([*kept, inside], key=lambda block: block.start)


def _on_phones(plan: list[Block], team: str, at: int) -> list[str]:
    """Who of a team is planned for the telephone in the hour from `at`."""
    there = [block.agent for block in plan if block.activity == PHONES and block.start < at + 3600 and at < block.end]
    return [agent.key for agent in AGENTS if agent.team == team and agent.key in there]


def _with_planted(scenario: Scenario, plan: list[Block], blocks: list[Block]) -> list[Block]:
    """Some of Tech support go home at 13:00 on one day; some of Billing join the incident call."""
    day, agent = day_of(blocks[0].start), blocks[0].agent
    noon, two = epoch(day, 13), epoch(day, 14)
    if day == scenario.absence_day and agent in _on_phones(plan, "South", noon)[-ABSENT:]:
        return _cut_out(blocks, noon, epoch(day, 18, 30), OFF)
    if day == scenario.incident_day and agent in _on_phones(plan, "North", two)[:BRIDGED]:
        return _cut_out(blocks, epoch(day, 14, 5), epoch(day, 16, 20), INCIDENT_CALL)
    return blocks


def worked(scenario: Scenario, plan: list[Block]) -> list[Block]:
    """What people really did, up to the end of the last day; who is sick has no block at all."""
    shifts: dict[tuple[date, str], list[Block]] = {}
    for block in plan:
        if block.activity != VACATION and (day := day_of(block.start)) <= scenario.last_day:
            shifts.setdefault((day, block.agent), []).append(block)
    done: list[Block] = []
    for (day, agent), blocks in shifts.items():
        rng = scenario.stream(f"shift:{agent}:{day}")
        planted = day in (scenario.absence_day, scenario.incident_day)
        if rng.random() >= SICK_SHARE or planted:
            done += _with_planted(scenario, plan, list(_jittered(rng, blocks)))
    return sorted(done, key=lambda block: (block.start, block.agent))
