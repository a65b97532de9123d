"""The legs of one task from its Twilio TaskRouter events.

A stay begins when the task enters a queue. A reservation that is accepted answers it, its wrap-up ends it, and its
completion ends the after-contact work; one that times out or is rejected is no answer. Waits are differences of the
events' milliseconds. What belongs to a reservation is found by its id, for a transferred task may be in its next queue
already while the first agent is still busy with the wrap-up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

Event = Mapping[str, Any]

RANKS = ("task.created", "task-queue.entered", "reservation.created", "reservation.accepted", "reservation.wrapup")
"""Of events of one millisecond: the order in which they can have happened; all others come after these."""


@dataclass(slots=True)
class _Stay:
    """One stay in one queue; times in epoch milliseconds."""

    queue: str
    entered: int
    rebuilt: bool = False
    """Its beginning lies in a file we don't have (yet)."""
    reservation: str | None = None
    agent_id: str | None = None
    answered: bool = False
    accepted: int | None = None
    left: int | None = None
    canceled: bool = False
    wrapped: int | None = None
    """Between wrap-up and completion; None where one of them wasn't seen."""

    @property
    def waited(self) -> int | None:
        until = self.accepted if self.answered else self.left
        return None if until is None or self.rebuilt else until - self.entered

    @property
    def talked(self) -> int | None:
        return None if self.accepted is None or self.left is None else self.left - self.accepted


def derive_task(events: Sequence[Event]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Legs of one task as rows of `legs` without its id, in order, and what the events say of it as a whole.

    A task still waiting has no outcome and no `left_at`. TaskRouter knows no hold, so it stays None. A task that was
    completed with no reservation ever accepted has no outcome.
    """
    stays: list[_Stay] = []
    ordered = sorted(((event, _said(event)) for event in events), key=_order)
    for event, said in ordered:
        _apply(stays, event, said)
    legs = [_leg(stay, number, later) for number, (stay, later) in enumerate(zip_longest(stays, stays[1:]), start=1)]
    return legs, _whole(ordered)


def _said(event: Event) -> dict[str, str]:
    return dict(json.loads(event["data"]))


def _order(pair: tuple[Event, dict[str, str]]) -> tuple[int, int, str, str, str]:
    event, said = pair
    word = event["event"]
    return int(said["ms"]), RANKS.index(word) if word in RANKS else len(RANKS), word, event["queue"], event["data"]


def _apply(stays: list[_Stay], event: Event, said: Mapping[str, str]) -> None:
    word, at = event["event"], int(said["ms"])
    if word == "task-queue.entered":
        if waiting := _waiting(stays):
            waiting.left = at
        stays.append(_Stay(event["queue"], at))
    elif word == "reservation.accepted":
        _accept(stays, event, said, at)
    elif word == "reservation.wrapup":
        _of_reservation(stays, event, said, at).left = at
    elif word == "reservation.completed":
        _complete(_of_reservation(stays, event, said, at), at)
    elif word in ("task.wrapup", "task.completed", "task.canceled"):
        _close(stays, at, canceled=word == "task.canceled")


def _accept(stays: list[_Stay], event: Event, said: Mapping[str, str], at: int) -> None:
    stay = _waiting(stays) or _rebuilt(stays, event["queue"], at)
    stay.reservation, stay.agent_id = said.get("reservation"), event["agent_id"] or None
    stay.answered, stay.accepted = True, at


def _of_reservation(stays: list[_Stay], event: Event, said: Mapping[str, str], at: int) -> _Stay:
    """The stay that the reservation answered; where its acceptance wasn't seen, one that was answered some time."""
    reservation = said.get("reservation")
    for stay in reversed(stays):
        if stay.answered and stay.reservation == reservation:
            return stay
    unanswered = [stay for stay in stays if not stay.answered and stay.queue == event["queue"]]
    stay = unanswered[-1] if unanswered else _rebuilt(stays, event["queue"], at)
    stay.reservation, stay.agent_id, stay.answered = reservation, event["agent_id"] or None, True
    return stay


def _complete(stay: _Stay, at: int) -> None:
    if stay.left is None:
        stay.left = at
    else:
        stay.wrapped = at - stay.left


def _close(stays: list[_Stay], at: int, *, canceled: bool) -> None:
    """The task is over: so is the stay it was in, if nothing has ended that before."""
    if stays and stays[-1].left is None:
        stays[-1].left, stays[-1].canceled = at, canceled


def _waiting(stays: Sequence[_Stay]) -> _Stay | None:
    """The stay the task waits in now; no other can be waiting."""
    return stays[-1] if stays and not stays[-1].answered and stays[-1].left is None else None


def _rebuilt(stays: list[_Stay], queue: str, at: int) -> _Stay:
    """A stay of which only the end is known. Where the task waits again already, it was before that."""
    waiting = _waiting(stays)
    stay = _Stay(queue, min(at, waiting.entered) if waiting else at, rebuilt=True)
    stays.insert(len(stays) - (waiting is not None), stay)
    return stay


def _leg(stay: _Stay, number: int, later: _Stay | None) -> dict[str, Any]:
    if stay.left is None and later is not None:
        stay.left = later.entered
    return {
        "leg_id": f"{stay.queue}:{stay.entered}:{number}",
        "seq": number,
        "queue": stay.queue,
        "agent_id": stay.agent_id,
        "entered_at": stay.entered // 1000,
        "answered_at": None if stay.accepted is None else stay.accepted // 1000,
        "left_at": None if stay.left is None else stay.left // 1000,
        "outcome": _outcome(stay, moved_on=later is not None),
        "queue_time_ms": stay.waited,
        "ring_ms": None,
        "talk_ms": stay.talked,
        "hold_ms": None,
        "wrap_ms": stay.wrapped,
    }


def _outcome(stay: _Stay, *, moved_on: bool) -> str | None:
    if stay.answered:
        return "transferred" if moved_on else "answered"
    if moved_on:
        return "overflowed"
    return "abandoned" if stay.canceled else None


def _whole(ordered: Sequence[tuple[Event, Mapping[str, str]]]) -> dict[str, Any]:
    """What the events say of the contact itself: the first that says it counts. Tasks come in unless they say not."""
    created = [event["at"] for event, _ in ordered if event["event"] == "task.created"]
    told = {name: next((said[name] for _, said in ordered if name in said), None) for name in ("channel", "customer")}
    outbound = any(said.get("direction") == "outbound" for _, said in ordered)
    return {
        "channel": told["channel"],
        "direction": "outbound" if outbound else "inbound",
        "origin": None if outbound else "customer",
        "customer_id": told["customer"],
        "started_at": min(created, default=None),
    }
