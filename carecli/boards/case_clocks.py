"""The clocks of one case with their tape: the same promises, stops and pauses as the facts of all cases have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from carecli.boards.header import local_time
from carecli.clocks.moves import Move
from carecli.clocks.tape import ClockReading, Pause, run_clock
from carecli.clocks.wall_time import local_date
from carecli.metrics.facts import Facts
from carecli.metrics.promises_cases import STAMPS, case_readings
from carecli.metrics.promises_log import CaseLog, events_of_one, log_of, pauses_of_clock
from carecli.metrics.promises_matters import with_matters
from carecli.metrics.promises_measurable import untold
from carecli.policy.precedence import LIVE, Matter, Promise
from carecli.policy.targets import CLOCK_NAMES
from carecli.tables import CHANNELS

Event = Mapping[str, Any]
Row = Mapping[str, Any]
THE_CASE = 0
"""Its number among the cases looked at, which is one."""


def case_clocks(facts: Facts, row: Row, events: Sequence[Event]) -> Iterator[dict[str, Any]]:
    """The clocks promised of one case, of those that run again and again the last one.

    `row` and `events` hold nothing after the facts' `as_of`; events are in order of time. A promise comes from the
    case's journey, else its priority, tier and channel (C0.28). A state beside those of a clock is `ended`: resolved in
    time without the answer promised, or `unmeasurable`: late as far as its source can tell (R105).
    """
    log = log_of(facts.pack, events_of_one(events, row.get("customer_id")))
    stamps = {name: row.get(name) for name in STAMPS}
    case = {"case": THE_CASE, "matter": 0, "asks_channel": _asks_channel(facts, row), **stamps}
    schema = {name: pl.Boolean if name == "asks_channel" else pl.Int64 for name in case}
    cases = pl.DataFrame([case], schema=schema)
    read, promises = case_readings(facts.pack, cases, log, [_matter(facts, row)], as_of=facts.as_of)
    told = _untold(facts, row, log)
    for clock in read.sort("start").group_by("clock", maintain_order=True).last().sort("clock").to_dicts():
        promise = promises[clock["promise_no"]]
        if promise.target is not None:
            reading = _reading(facts, promise, clock, log)
            yield _shown(promise, reading, _state(reading, clock, told), facts.zone)


def _matter(facts: Facts, row: Row) -> Matter:
    """As the facts have it, where the case is among them: with its customer's tier, its queue under the common name."""
    held = facts.records.cases.filter(pl.col("id") == row["id"])
    if held.height:
        return with_matters(held, facts.records)[1][0]
    journey = facts.pack.classes.of("journey", row.get("issue_type"))
    return Matter(journey, *(row.get(name) for name in ("priority", "tier", "channel", "queue")))


def _asks_channel(facts: Facts, row: Row) -> bool:
    """Not in a live channel whose contact has the promise itself: one is named, or a feed covers that day."""
    channel = row.get("channel")
    if channel not in LIVE:
        return True
    held = facts.records.cases.filter((pl.col("id") == row["id"]) & pl.col("contact").is_not_null())
    coverage = facts.records.coverage
    day = local_date(row["created_at"], ZoneInfo(coverage.zone))
    covered = coverage.covers(("interactions",), day, CHANNELS.index(channel) + 1)
    return not (row.get("interaction_id") or held.height or covered)


def _untold(facts: Facts, row: Row, log: CaseLog) -> set[str]:
    """The clocks that the case's source can't tell, by all that is loaded of it and by the case's own events."""
    source = facts.snapshot.codes.get(row["source"])
    codes = untold(facts.records).filter(pl.col("source") == source)["clock"]
    shown = {
        "first_response": log.replies,
        "next_response": log.logged,
        "update": log.logged,
        "workaround": log.workarounds,
        "resolution": log.resolved,
    }
    return {CLOCK_NAMES[code - 1] for code in codes if shown[CLOCK_NAMES[code - 1]].is_empty()}


def _reading(facts: Facts, promise: Promise, clock: Row, log: CaseLog) -> ClockReading:
    (budget,) = promise.budgets(pl.Series([clock["start"]], dtype=pl.Int64))
    pauses = [Pause(**pause) for pause in pauses_of_clock(facts.pack, log, promise.clock).drop("case").to_dicts()]
    return run_clock(
        promise.calendar,
        clock["start"],
        budget,
        pauses,
        clock["stop"],
        as_of=facts.as_of,
        edge=promise.edge,
        night=promise.clock == "first_response",
    )


def _state(reading: ClockReading, clock: Row, untold_clocks: set[str]) -> str:
    if reading.state == "missed" and CLOCK_NAMES[clock["clock"] - 1] in untold_clocks:
        return "unmeasurable"
    return "ended" if reading.state == "met" and clock["withdrawn"] else reading.state


def _shown(promise: Promise, reading: ClockReading, state: str, zone: str) -> dict[str, Any]:
    return {
        "clock": promise.clock,
        "target_sec": reading.budget_sec,
        "due_at": None if reading.due_at is None else local_time(reading.due_at, zone),
        "state": state,
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
