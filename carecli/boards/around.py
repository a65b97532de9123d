"""What stands around a case or a contact: contacts, stays in queues, survey answers, quality reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One contact in a list. Durations are seconds; what isn't known is None."""

    source: str
    interaction_id: str
    at: datetime
    channel: str | None
    direction: str | None
    queue: str | None
    outcome: str | None
    agent: str | None
    wait_sec: float | None
    handle_sec: float | None


@dataclass(frozen=True, slots=True)
class LegLine:
    """One stay of a contact in a queue. Durations are seconds."""

    queue: str | None
    agent: str | None
    entered_at: datetime | None
    answered_at: datetime | None
    left_at: datetime | None
    outcome: str | None
    wait_sec: float | None
    talk_sec: float | None
    hold_sec: float | None
    wrap_sec: float | None


@dataclass(frozen=True, slots=True)
class SurveyLine:
    """One survey: sent, and answered with a vote or not."""

    kind: str | None
    sent_at: datetime | None
    responded_at: datetime | None
    score: float | None
    scale_max: float | None
    agent: str | None


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One quality review; the score is 0 to 100."""

    reviewed_at: datetime | None
    agent: str | None
    reviewer: str | None
    sample: str | None
    score: float | None
    coached_at: datetime | None
