"""The legs of one call from its Asterisk queue_log events.

Each stay in a queue is `ENTERQUEUE`, any number of rings, `CONNECT`, then `COMPLETE...` or a transfer; or it is
`ENTERQUEUE` and one way out. Stamps are whole seconds, so events of one second are put into the order in which they can
have happened. A stay whose `ENTERQUEUE` or `CONNECT` lies in a file not imported yet is rebuilt from the waits that
later events state, and becomes exact once that file arrives: legs are derived anew from all events of the call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

COMPLETIONS = frozenset({"COMPLETEAGENT", "COMPLETECALLER"})
TRANSFERS = frozenset({"BLINDTRANSFER", "TRANSFER", "ATTENDEDTRANSFER"})
LOST = {
    "ABANDON": ("abandoned", 2),
    "EXITWITHTIMEOUT": ("timed_out", 2),
    "EXITEMPTY": ("timed_out", 2),
    "EXITWITHKEY": ("overflowed", 3),
    "WITHDRAW": ("abandoned", 2),
    "SYSCOMPAT": ("missed", None),
}
"""Ways out of a queue without an answer: the leg's outcome, and which data field holds the seconds waited."""

EXITS = COMPLETIONS | TRANSFERS | LOST.keys()
ENTER, CONNECT = "ENTERQUEUE", "CONNECT"


@dataclass(slots=True)
class _Stay:
    """One stay in one queue while its events are read; times in epoch seconds, durations in milliseconds."""

    queue: str
    entered_at: int
    answered_at: int | None = None
    left_at: int | None = None
    outcome: str | None = None
    agent_id: str | None = None
    queue_time_ms: int | None = None
    ring_ms: int | None = None
    talk_ms: int | None = None

    def connect(self, at: int, agent: str, hold: int | None) -> None:
        """Answered at `at` after `hold` seconds; the log's own wait is kept, not the difference of stamps."""
        self.answered_at = at
        self.agent_id = agent or None
        self.outcome = "answered"
        self.queue_time_ms = _milliseconds(hold if hold is not None else at - self.entered_at)


def derive_legs(events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Legs of one call as rows of `legs` under stored names, without the interaction's id, in order.

    A caller still waiting has no outcome and no `left_at`; one still talking is `answered` without `left_at`. Wrap-up
    and hold are not in a queue_log and stay None.
    """
    stays: list[_Stay] = []
    for event in _in_order(events):
        _apply(stays, event)
    stays.sort(key=lambda stay: (stay.entered_at, stay.left_at is None, stay.left_at or 0, stay.queue))
    return [_leg(stay, number) for number, stay in enumerate(stays, start=1)]


def first_caller(events: Sequence[Mapping[str, Any]]) -> str | None:
    """The customer of the call: the caller of its first `ENTERQUEUE` that names one."""
    for event in sorted(events, key=_content):
        caller = _fields(event)[1:2]
        if event["event"] == ENTER and caller and caller[0]:
            return caller[0]
    return None


def _leg(stay: _Stay, number: int) -> dict[str, Any]:
    return {
        "leg_id": f"{stay.queue}:{stay.entered_at}:{number}",
        "seq": number,
        "queue": stay.queue,
        "agent_id": stay.agent_id,
        "entered_at": stay.entered_at,
        "answered_at": stay.answered_at,
        "left_at": stay.left_at,
        "outcome": stay.outcome,
        "queue_time_ms": stay.queue_time_ms,
        "ring_ms": stay.ring_ms,
        "talk_ms": stay.talk_ms,
        "hold_ms": None,
        "wrap_ms": None,
    }


def _in_order(events: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    """By second; within one, by what can have happened, which depends on whether the caller was in that queue."""
    inside: set[str] = set()
    in_queues = (event for event in events if event["queue"])
    for _, same_second in groupby(sorted(in_queues, key=_content), key=lambda event: event["at"]):
        was_inside = frozenset(inside)
        for event in sorted(same_second, key=lambda event: (_rank(event, was_inside), _content(event))):
            if event["event"] in EXITS:
                inside.discard(event["queue"])
            elif event["event"] in (ENTER, CONNECT):
                inside.add(event["queue"])
            yield event


def _rank(event: Mapping[str, Any], inside: frozenset[str]) -> int:
    """A caller who was in the queue already leaves it before entering it again; who wasn't must enter it first."""
    word = event["event"]
    if word == ENTER:
        return 5 if event["queue"] in inside else 0
    if word == CONNECT:
        return 2
    return 3 if word in EXITS else 1


def _apply(stays: list[_Stay], event: Mapping[str, Any]) -> None:
    word, at = event["event"], event["at"]
    if word == ENTER:
        _enter(stays, event["queue"], at)
    elif word == CONNECT:
        _connect(stays, event)
    elif word in COMPLETIONS:
        _finish(stays, event, "answered", _number(event, 0), _number(event, 1))
    elif word in TRANSFERS:
        _finish(stays, event, "transferred", *_times_of_transfer(event))
    elif word in LOST:
        _lose(stays, event)


def _enter(stays: list[_Stay], queue: str, at: int) -> None:
    """A stay whose end was never logged had ended by the time the caller came in again."""
    earlier = _open(stays, queue)
    if earlier is not None:
        earlier.left_at = at
    stays.append(_Stay(queue, at))


def _connect(stays: list[_Stay], event: Mapping[str, Any]) -> None:
    at, hold = event["at"], _number(event, 0)
    stay = _open(stays, event["queue"]) or _rebuilt(stays, event["queue"], at - (hold or 0))
    stay.connect(at, event["agent_id"], hold)
    stay.ring_ms = _milliseconds(_number(event, 2))


def _finish(stays: list[_Stay], event: Mapping[str, Any], outcome: str, hold: int | None, talk: int | None) -> None:
    """The end of a conversation; `hold` is the wait before it, `talk` its length, in seconds."""
    at = event["at"]
    answered_at = at - (talk or 0)
    stay = _open(stays, event["queue"])
    if stay is None:
        if _told_already(stays, event["queue"], answered_at - (hold or 0)):
            return
        stay = _rebuilt(stays, event["queue"], answered_at - (hold or 0))
    if stay.answered_at is None:
        stay.connect(answered_at, event["agent_id"], hold)
    stay.left_at, stay.outcome, stay.talk_ms = at, outcome, _milliseconds(talk)


def _lose(stays: list[_Stay], event: Mapping[str, Any]) -> None:
    outcome, place = LOST[event["event"]]
    at, waited = event["at"], None if place is None else _number(event, place)
    stay = _open(stays, event["queue"])
    if stay is None:
        if _told_already(stays, event["queue"], at - (waited or 0)):
            return
        stay = _rebuilt(stays, event["queue"], at - (waited or 0))
    if stay.answered_at is None:
        stay.outcome = outcome
        stay.queue_time_ms = _milliseconds(waited if waited is not None else at - stay.entered_at)
    stay.left_at = at


def _open(stays: Sequence[_Stay], queue: str) -> _Stay | None:
    latest = _latest(stays, queue)
    return latest if latest is not None and latest.left_at is None else None


def _latest(stays: Sequence[_Stay], queue: str) -> _Stay | None:
    return next((stay for stay in reversed(stays) if stay.queue == queue), None)


def _told_already(stays: Sequence[_Stay], queue: str, entered_at: int) -> bool:
    """A second ending of one conversation, as some versions log after an attended transfer, is no stay of its own."""
    latest = _latest(stays, queue)
    return latest is not None and latest.left_at is not None and entered_at < latest.left_at


def _rebuilt(stays: list[_Stay], queue: str, entered_at: int) -> _Stay:
    """A stay whose beginning lies in a file we don't have (yet)."""
    stay = _Stay(queue, entered_at)
    stays.append(stay)
    return stay


def _times_of_transfer(event: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """(seconds waited, seconds talked). An attended transfer names its target in a varying number of fields first."""
    fields = _fields(event)
    first = len(fields) - 3 if event["event"] == "ATTENDEDTRANSFER" else 2
    return _number(event, first), _number(event, first + 1)


def _fields(event: Mapping[str, Any]) -> list[str]:
    return str(event["data"]).split("|")


def _number(event: Mapping[str, Any], place: int) -> int | None:
    """The whole number in that data field; None where the field is missing or isn't one."""
    fields = _fields(event)
    text = fields[place] if 0 <= place < len(fields) else ""
    return int(text) if text.isascii() and text.isdigit() else None


def _content(event: Mapping[str, Any]) -> tuple[int, str, str, str, str]:
    return event["at"], event["queue"], event["event"], event["agent_id"], event["data"]


def _milliseconds(seconds: int | None) -> int | None:
    return None if seconds is None else seconds * 1000
