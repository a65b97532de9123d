"""The clocks of one case, by the pack's priorities, with their tape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from carecli.boards.header import local_time
from carecli.boards.priorities import pack_priority
from carecli.clocks.answers import Reply, first_answer
from carecli.clocks.moves import Move
from carecli.clocks.tape import ClockReading, Pause, run_clock
from carecli.policy.pack import Pack
from carecli.policy.targets import ClockName, ClockTarget

CLOCKS: tuple[ClockName, ...] = ("first_response", "resolution")
AUTOMATION = "automation"
Event = Mapping[str, Any]


def case_clocks(
    pack: Pack, row: Mapping[str, Any], events: Sequence[Event], as_of: int, zone: str
) -> Iterator[dict[str, Any]]:
    """First response and resolution; a case without a priority of the pack has the first response of its channel.

    `row` and `events` hold nothing after `as_of`; events are in order of time.
    """
    for clock in CLOCKS:
        target = pack.clock_target(pack_priority(row.get("priority")), clock) or _of_channel(pack, row, clock)
        if target is None:
            continue
        calendar = pack.clock_calendar(target.clock, row.get("queue"))
        start = row["created_at"]
        budget = target.budget_at(calendar, start)
        pauses = [pause for pause in pauses_of(pack, events) if pack.pauses.stop(clock, pause.reason)]
        stop = _first_answer(row, events, as_of) if clock == "first_response" else _resolved(row)
        night = clock == "first_response"
        reading = run_clock(calendar, start, budget, pauses, stop, as_of=as_of, edge=target.edge, night=night)
        yield _shown(clock, reading, zone)


def pauses_of(pack: Pack, events: Sequence[Event]) -> list[Pause]:
    """Stretches in a status that pauses, and those between `paused` and `resumed`; the last may be open."""
    by_status = _stretches((event["at"], _reason_of_status(pack, event)) for event in events if _tells_status(event))
    marked = (event for event in events if event["kind"] in ("paused", "resumed"))
    by_mark = _stretches((event["at"], _reason_of_mark(event)) for event in marked)
    return [*by_status, *by_mark]


def _stretches(changes: Iterable[tuple[int, str | None]]) -> Iterator[Pause]:
    """From each change with a reason to the next change."""
    since: tuple[int, str] | None = None
    for at, reason in changes:
        if since is not None and at > since[0]:
            yield Pause(since[0], at, since[1])
        since = (at, reason) if reason else None
    if since is not None:
        yield Pause(since[0], None, since[1])


def _tells_status(event: Event) -> bool:
    observed = event["kind"] == "observed" and event.get("reason") == "status"
    return observed or event["kind"] in ("status", "reopened", "closed")


def _reason_of_status(pack: Pack, event: Event) -> str | None:
    return pack.pauses.status.get(event.get("to_value") or "") if event["kind"] in ("status", "observed") else None


def _reason_of_mark(event: Event) -> str | None:
    return (event.get("reason") or "paused") if event["kind"] == "paused" else None


def _of_channel(pack: Pack, row: Mapping[str, Any], clock: ClockName) -> ClockTarget | None:
    level = pack.service_level.get(row.get("channel") or "")
    if clock != "first_response" or level is None:
        return None
    return ClockTarget(level.clock, seconds=level.threshold_sec, edge=level.edge)


def _first_answer(row: Mapping[str, Any], events: Sequence[Event], as_of: int) -> int | None:
    """As the source states it, else the first public reply that no automation sent (R110)."""
    replies = (event for event in events if event["kind"] == "public_reply")
    told = [Reply(event["at"], event.get("reason") == AUTOMATION) for event in replies]
    return first_answer(row.get("first_response_at"), told, row["created_at"], as_of=as_of).answered_at


def _resolved(row: Mapping[str, Any]) -> int | None:
    """The last resolution; a case that was reopened since runs on."""
    resolved: int | None = row.get("last_resolved_at") or row.get("first_resolved_at") or row.get("closed_at")
    reopened = row.get("reopened_at")
    runs_again = resolved is not None and reopened is not None and reopened > resolved
    return None if runs_again else resolved


def _shown(clock: str, reading: ClockReading, zone: str) -> dict[str, Any]:
    return {
        "clock": clock,
        "target_sec": reading.budget_sec,
        "due_at": None if reading.due_at is None else local_time(reading.due_at, zone),
        "state": reading.state,
        "elapsed_sec": reading.elapsed_sec,
        "left_sec": reading.left_sec,
        "tape": [
            {
                "from": local_time(segment.start, zone),
                "to": local_time(segment.end, zone),
                "state": segment.state,
                "reason": segment.reason,
            }
            for segment in reading.tape
        ],
        "at_night": reading.at_night,
        "moves": [_moved(move, zone) for move in reading.moves],
    }


def _moved(move: Move, zone: str) -> dict[str, Any]:
    times = {"from": move.start, "to": move.end, "due_from": move.due_from, "due_to": move.due_to}
    shown = {name: None if at is None else local_time(at, zone) for name, at in times.items()}
    return {"cause": move.cause, "reason": move.reason, **shown}
