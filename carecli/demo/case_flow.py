"""How cases go: first reply, questions back, holds, Tier 2, solved, reopened, closed, and the survey after."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log
from random import Random

from carecli.demo import case_texts as texts
from carecli.demo.centre import AGENT, QUEUE
from carecli.demo.desk import EmailDesk
from carecli.demo.scenario import Scenario
from carecli.demo.tickets import CUSTOMER, SYSTEM, Change, Step, Survey, Ticket

HOUR, DAY = 3600, 86400
OUTCOMES = ("solve", "ask", "hold", "escalate", "research")
FIRST_TOUCH = (57.0, 18.5, 5.5, 9.0, 10.0)
LATER_TOUCH = (76.0, 10.0, 3.5, 2.5, 8.0)
TIER2_TOUCH = (66.0, 14.0, 9.0, 0.0, 11.0)
MOST_TOUCHES = 7
URGENCY = {"urgent": 0.3, "high": 0.65, "normal": 1.0, "low": 1.2}
REPLY_SIGMA = 0.8
NO_ANSWER_SHARE = 0.16
REOPEN_SHARE = 0.055
AUTO_SOLVE_AFTER, CLOSE_AFTER = 4 * DAY, 4 * DAY
STUCK_SHARE, STUCK_DAYS = 0.065, 20
SURVEY_SHARE, ANSWER_SHARE = 0.8, 0.2
MERGE_SHARE, DELETE_SHARE = 0.005, 0.0015


@dataclass
class CaseFlow:
    """Writes the steps of one ticket, from its creation to its closure."""

    rng: Random
    scenario: Scenario
    desk: EmailDesk
    ticket: Ticket
    status: str = "new"
    group: str = ""
    assignee: str | None = None
    escalated: bool = False
    touches: int = 0
    stuck: bool = False
    pending: list[Change] = field(default_factory=list)

    def run(self) -> None:
        """The whole life of the ticket."""
        at = self._create()
        if self.rng.random() < DELETE_SHARE and self.ticket.via in ("email", "web"):
            self.ticket.deleted_at = at + self.rng.randrange(600, 6 * HOUR)
            return
        if self.rng.random() < MERGE_SHARE and self.ticket.number % 10:
            self._merge(self._answered_by(at))
            return
        at = self._first_reply(at)
        while (solved := self._touch(at)) is None:
            at = self._next_touch
        self._after_solving(solved)

    # The steps

    def _set(self, name: str, before: str | None, after: str | None) -> None:
        if before != after:
            self.pending.append((name, before, after))

    def _move(self, status: str) -> None:
        self._set("status", self.status, status)
        self.status = status

    def _assign(self, agent: str | None) -> None:
        self._set("assignee", self.assignee, agent)
        self.assignee = agent

    def _write(self, at: int, author: str, text: str | None, *, public: bool = True, ack: bool = False) -> None:
        changes, self.pending = tuple(self.pending), []
        self.ticket.steps.append(Step(at, author, changes, text, public and text is not None, ack))
        if author not in (CUSTOMER, SYSTEM) and text is not None:
            self.desk.note_work(author, at)

    def _create(self) -> int:
        ticket = self.ticket
        self.group = ticket.queue
        by_phone = ticket.opener != CUSTOMER
        self.status = "open" if by_phone else "new"
        self.pending = [("status", None, self.status), ("priority", None, ticket.priority)]
        self.pending.append(("group", None, self.group))
        if by_phone:
            self._assign(ticket.opener)
        text = "Opened during the call." if by_phone else self.rng.choice(texts.OPENINGS)
        changes, self.pending = tuple(self.pending), []
        ticket.steps.append(Step(ticket.created, ticket.opener, changes, text, not by_phone, not by_phone))
        return ticket.created

    # Waiting

    def _spread(self, median: float, sigma: float) -> int:
        return max(60, round(self.rng.lognormvariate(log(median), sigma)))

    def _answered_by(self, at: int, factor: float = 1.0) -> int:
        """When the group now in charge answers what came in at `at`; people answer in open time."""
        priority = self.ticket.value("priority", at) or "normal"
        median = QUEUE[self.group].reply_hours * HOUR * factor * URGENCY[priority]
        return self.scenario.open_time.after(at, min(self._spread(median, REPLY_SIGMA), 40 * HOUR))

    def _agent_at(self, at: int) -> str:
        """Who had it goes on with it, mostly."""
        keep = self.assignee is not None and self.group in AGENT[self.assignee].groups
        if keep and self.rng.random() < 0.85 and self.assignee is not None:
            return self.assignee
        return self.desk.pick(self.group, at)

    def _first_reply(self, at: int) -> int:
        reply = self._answered_by(at)
        if self.assignee is None and self.rng.random() < 0.4:
            triage = at + round((reply - at) * self.rng.uniform(0.3, 0.9))
            self._assign(self.desk.pick(self.group, reply))
            self._move("open")
            self._write(triage, SYSTEM, None)
        return reply

    # One touch by an agent, and what comes of it

    def _touch(self, at: int) -> int | None:
        """An agent works on it at `at`. The instant it is solved, or None: then `_next_touch` is set."""
        agent, outcome = self._agent_at(at), self._outcome()
        self._assign(agent)
        self.touches += 1
        if outcome == "solve":
            self._move("solved")
            self._write(at, agent, self.rng.choice(texts.REPLIES))
            return at
        return self._unsolved(outcome, at, agent)

    def _unsolved(self, outcome: str, at: int, agent: str) -> int | None:
        if outcome == "ask":
            return self._ask(at, agent)
        if outcome == "hold":
            self._hold(at, agent)
        elif outcome == "escalate":
            self._escalate(at, agent)
        else:
            self._move("open")
            self._write(at, agent, self.rng.choice(texts.NOTES[1:3]), public=self.touches == 1)
            self._next_touch = self._answered_by(at, 8.0 if self.group != "tier2" else 1.2)
        return None

    def _outcome(self) -> str:
        if self._gets_stuck():
            self.stuck = True
            return "hold"
        if self.touches >= MOST_TOUCHES:
            return "solve"
        weights = TIER2_TOUCH if self.group == "tier2" else LATER_TOUCH if self.touches else FIRST_TOUCH
        outcome = self.rng.choices(OUTCOMES, weights)[0]
        return "solve" if outcome == "escalate" and self.escalated else outcome

    def _gets_stuck(self) -> bool:
        """The planted growth: refunds that hang at the payment provider."""
        early, late = self.scenario.stuck_refunds
        within = self.ticket.queue == "refunds_email" and early <= self.ticket.created < late
        return within and self.touches == 0 and self.rng.random() < STUCK_SHARE

    def _ask(self, at: int, agent: str) -> int | None:
        """Ask the customer; who never answers is solved by the system after four days."""
        self._move("pending")
        self._write(at, agent, self.rng.choice(texts.QUESTIONS))
        if self.rng.random() < NO_ANSWER_SHARE:
            self._move("solved")
            self._write(at + AUTO_SOLVE_AFTER, SYSTEM, None)
            return at + AUTO_SOLVE_AFTER
        answer = at + min(self._spread(18 * HOUR, 0.9), AUTO_SOLVE_AFTER - HOUR)
        self._move("open")
        self._write(answer, CUSTOMER, self.rng.choice(texts.ANSWERS))
        self._next_touch = self._answered_by(answer)
        return None

    def _hold(self, at: int, agent: str) -> None:
        self._move("hold")
        self._write(at, agent, texts.NOTES[0], public=self.touches == 1)
        waits = STUCK_DAYS * DAY if self.stuck else self._spread(2.8 * DAY, 0.85)
        self._next_touch = self.scenario.open_time.after(at + waits, self.rng.randrange(1, 4 * HOUR))

    def _escalate(self, at: int, agent: str) -> None:
        self._move("open")
        self._set("group", self.group, "tier2")
        self.group, self.escalated = "tier2", True
        if self.ticket.priority == "normal" and self.rng.random() < 0.35:
            self._set("priority", "normal", "high")
        self._assign(None if self.rng.random() < 0.5 else self.desk.pick("tier2", at))
        self._write(at, agent, texts.NOTES[3], public=self.touches == 1)
        self._next_touch = self._answered_by(at)

    # The end

    def _merge(self, at: int) -> None:
        agent = self.desk.pick(self.group, at)
        self.ticket.merged_into = self.ticket.number - 1 - self.ticket.number % 9
        self._assign(agent)
        self._move("closed")
        self._set("tags", self.ticket.issue, f"{self.ticket.issue} closed_by_merge")
        self._write(at, agent, f"Merged into request #{self.ticket.merged_into}.", public=False)

    def _after_solving(self, at: int) -> None:
        self._survey(at)
        if self.rng.random() < REOPEN_SHARE:
            back = at + min(self._spread(13 * HOUR, 0.9), CLOSE_AFTER - HOUR)
            self._move("open")
            self._write(back, CUSTOMER, self.rng.choice(texts.THANKLESS))
            at = self._answered_by(back)
            agent = self._agent_at(at)
            self._assign(agent)
            self._move("solved")
            self._write(at, agent, self.rng.choice(texts.REPLIES))
        self._move("closed")
        self._write(at + CLOSE_AFTER, SYSTEM, None)

    def _survey(self, at: int) -> None:
        if self.rng.random() >= SURVEY_SHARE or self.assignee is None:
            return
        sent, answered, good, comment = at + HOUR, None, None, None
        if self.rng.random() < ANSWER_SHARE:
            answered = sent + self._spread(3 * HOUR, 1.0)
            slow = at - self.ticket.created > 3 * DAY
            good = self.rng.random() < 0.925 - 0.12 * slow + (AGENT[self.assignee].quality - 91) / 100
            if self.rng.random() < 0.3:
                comment = self.rng.choice(texts.PRAISE if good else texts.BLAME)
        self.ticket.surveys.append(Survey(sent, answered, good, comment, self.assignee, self.group))

    _next_touch: int = 0
