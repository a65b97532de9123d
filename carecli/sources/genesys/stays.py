"""Stays in queues: the session of an `acd` participant, and the agent's session it led to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from carecli.sources.conventions import check_span
from carecli.sources.genesys.sessions import AGENTS, Session, last_end

TRANSFERS = ("transfer", "conferenceTransfer", "consultTransfer", "forwardTransfer")
LOST = {"tAbandon": "abandoned", "tShortAbandon": "abandoned", "tFlowOut": "overflowed", "tVoicemail": "voicemail"}
"""Metric of a stay that no agent answered -> how it ended."""


@dataclass(slots=True)
class Stay:
    """One stay in one queue."""

    queued: Session
    agent: Session | None = None
    """Who answered it."""

    @property
    def entered_at(self) -> int:
        return self.queued.segments[0].started_at

    @property
    def left_at(self) -> int | None:
        """The end of the talk it led to, else of the wait."""
        return last_end(self.agent.with_customer if self.agent else self.queued.segments)

    @property
    def outcome(self) -> str | None:
        """None while it goes on, and where neither a metric nor the way it ended tells."""
        if self.agent:
            return "transferred" if _handed_on(self.agent) else "answered"
        lost = next((word for metric, word in LOST.items() if metric in self.queued.measures), None)
        last = self.queued.segments[-1]
        if lost or last.ended_at is None:
            return lost
        return "overflowed" if last.disconnect in TRANSFERS else {"timeout": "timed_out"}.get(last.disconnect or "")

    def measure(self, *metrics: str) -> int | None:
        """Milliseconds of the first of the metrics that a session of the stay has."""
        sessions = [self.queued, *([self.agent] if self.agent else [])]
        for metric in metrics:
            found = [session.measures[metric] for session in sessions if metric in session.measures]
            if found:
                return sum(found)
        return None

    def leg(self, number: int) -> dict[str, Any]:
        """The row of `legs`, without the conversation's id. Stays are only ever added, so their number names them."""
        values = {
            "leg_id": str(number),
            "seq": number,
            "queue": self.queued.queue,
            "agent_id": self.agent.agent_id if self.agent else None,
            "entered_at": self.entered_at,
            "answered_at": self.agent.answered_at if self.agent else None,
            "left_at": self.left_at,
            "outcome": self.outcome,
            "queue_time_ms": self.measure("tAcd", "tAnswered", "tAbandon", "tFlowOut"),
            "ring_ms": self.measure("tAlert"),
            "talk_ms": self.measure("tTalkComplete"),
            "hold_ms": self.measure("tHeldComplete"),
            "wrap_ms": self.measure("tAcw"),
        }
        check_span("legs", values)
        return values


def _handed_on(agent: Session) -> bool:
    return "nTransferred" in agent.measures or agent.with_customer[-1].disconnect in TRANSFERS


def answering(sessions: Sequence[Session]) -> list[Session]:
    """The agents' sessions in which somebody talked, by the moment they began to."""
    agents = [session for session in sessions if session.purpose in AGENTS and session.answered_at is not None]
    return sorted(agents, key=lambda session: session.answered_at or 0)


def stays_of(sessions: Sequence[Session]) -> list[Stay]:
    """Stays by the moment they began. A talk belongs to the latest stay in its queue that none answered before."""
    queued = [session for session in sessions if session.purpose == "acd" and session.queue]
    stays = sorted(map(Stay, queued), key=lambda stay: stay.entered_at)
    for agent in answering(sessions):
        before = [stay for stay in stays if _may_lead_to(stay, agent)]
        if before:
            before[-1].agent = agent
    return stays


def _may_lead_to(stay: Stay, agent: Session) -> bool:
    if stay.agent or LOST.keys() & stay.queued.measures.keys():
        return False
    return stay.entered_at <= (agent.answered_at or 0) and agent.queue in (None, stay.queued.queue)
