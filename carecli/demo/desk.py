"""Who answers cases: the people at the e-mail desk at an instant, and the minutes they spend on it."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from math import log
from random import Random

from carecli.demo.centre import AGENT, AGENTS
from carecli.demo.opening import day_of
from carecli.demo.shifts import EMAIL, Block

WORK_MEDIAN, WORK_SIGMA = 600, 0.55
"""Seconds an answer takes."""
FIRST_GROUP_WEIGHT = 4


class EmailDesk:
    """The e-mail blocks people really worked; every answer picked here is noted as work."""

    def __init__(self, rng: Random, blocks: list[Block]) -> None:
        self._rng = rng
        self._blocks: dict[date, list[Block]] = {}
        for block in blocks:
            if block.activity == EMAIL:
                self._blocks.setdefault(day_of(block.start), []).append(block)
        self.work: dict[str, list[tuple[int, int]]] = {agent.key: [] for agent in AGENTS}
        """Per agent: when an answer went out, and the seconds it took."""

    def pick(self, group: str, at: int) -> str:
        """An agent of that group at the desk then; without one, somebody of the group anyway."""
        there = [block.agent for block in self._blocks.get(day_of(at), ()) if block.start <= at < block.end]
        able = [key for key in there if group in AGENT[key].groups]
        able = able or [agent.key for agent in AGENTS if group in agent.groups[:1]]
        weights = [FIRST_GROUP_WEIGHT if AGENT[key].groups[0] == group else 1 for key in able]
        return self._rng.choices(able, weights)[0]

    def note_work(self, agent: str, at: int) -> None:
        """An answer left at that instant."""
        seconds = self._rng.lognormvariate(log(WORK_MEDIAN), WORK_SIGMA) * AGENT[agent].speed
        self.work[agent].append((at, max(60, round(seconds))))

    def finish(self) -> None:
        """All answers are noted: put them in order of time."""
        for done in self.work.values():
            done.sort()

    def busy(self, agent: str, start: int, end: int) -> list[tuple[int, int]]:
        """Spans within [start, end) in which the agent was writing, in order, with gaps; after `finish`."""
        done = self.work[agent]
        spans: list[tuple[int, int]] = []
        for at, seconds in done[bisect_right(done, (start, 0)) :]:
            if at >= end:
                break
            edge = spans[-1][1] if spans else start
            if spans and at - seconds <= edge:
                spans[-1] = (spans[-1][0], at)
            elif at > edge:
                spans.append((max(edge, at - seconds), at))
        return spans
