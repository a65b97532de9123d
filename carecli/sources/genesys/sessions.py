"""The sessions of a conversation: what one participant did on one medium, in segments, with the metrics it earned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from carecli.sources.cells import as_duration_ms
from carecli.sources.conventions import check_span
from carecli.sources.fields import Fields

AGENTS = ("agent", "user")
CUSTOMERS = ("customer", "external")
WITH_CUSTOMER = ("interact", "hold", "parked")
"""Segments of an agent's session in which the customer is there; not ringing, dialling or wrapping up."""
MEASURED = frozenset(
    {"tAcd", "tAnswered", "tAbandon", "tShortAbandon", "tFlowOut", "tVoicemail", "tTalkComplete", "tHeldComplete"}
    | {"tAcw", "tHandle", "tAlert", "tIvr", "nTransferred"}
)
"""`tTalk` and `tHeld` are the pieces of the complete ones."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a session; `ended_at` None while it lasts."""

    kind: str | None
    started_at: int
    ended_at: int | None
    queue: str | None
    disconnect: str | None
    wrap_up: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """One session of a participant."""

    purpose: str | None
    agent_id: str | None
    fields: Fields
    segments: Sequence[Segment]
    """By their starts."""
    measures: Mapping[str, int]
    """Sums of the metrics of `MEASURED`: milliseconds, or how many."""

    @property
    def queue(self) -> str | None:
        return next((segment.queue for segment in self.segments if segment.queue), None)

    @property
    def started_at(self) -> int | None:
        return self.segments[0].started_at if self.segments else None

    @property
    def with_customer(self) -> Sequence[Segment]:
        return [segment for segment in self.segments if segment.kind in WITH_CUSTOMER]

    @property
    def answered_at(self) -> int | None:
        """When the talk began; None for a session in which it only rang."""
        return next((segment.started_at for segment in self.segments if segment.kind == "interact"), None)

    @property
    def alerted(self) -> bool:
        return any(segment.kind == "alert" for segment in self.segments)

    @property
    def disposition(self) -> str | None:
        return next((segment.wrap_up for segment in reversed(self.segments) if segment.wrap_up), None)


def last_end(segments: Sequence[Segment]) -> int | None:
    """When the last of them was over; None where one still lasts, or there is none."""
    ends = [segment.ended_at for segment in segments]
    return None if None in ends else max((end for end in ends if end is not None), default=None)


def sessions_of(participants: Sequence[Fields]) -> list[Session]:
    """All sessions of a conversation, in the order of the file."""
    return [session for participant in participants for session in _sessions(participant)]


def _sessions(participant: Fields) -> Iterator[Session]:
    purpose, agent_id = participant.text("purpose"), participant.optional_id("userId")
    for fields in participant.elements("sessions"):
        segments = sorted(map(_segment, fields.elements("segments")), key=lambda segment: segment.started_at)
        yield Session(purpose, agent_id, fields, segments, _measures(fields))


def _segment(fields: Fields) -> Segment:
    started_at, ended_at = fields.required_time("segmentStart"), fields.time("segmentEnd")
    check_span("legs", {"entered_at": started_at, "left_at": ended_at})
    words = (fields.text(name) for name in ("queueId", "disconnectType", "wrapUpCode"))
    return Segment(fields.text("segmentType"), started_at, ended_at, *words)


def _measures(fields: Fields) -> Mapping[str, int]:
    sums: dict[str, int] = {}
    for metric in fields.elements("metrics"):
        name = metric.text("name")
        if name in MEASURED and (value := as_duration_ms(metric.cells.get("value"), name, "ms")) is not None:
            sums[name] = sums.get(name, 0) + value
    return sums
