"""The SLA board as sheets and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from carecli.boards.sla import PromiseRow, RunningClock, SlaBoard, SliceRow
from carecli.render.sheet import Cell, Sheet, sheet
from carecli.text import count, duration

PROMISE = ("Promise", "Target", "Judged by", "Value", "n", "Breached", "At risk", "Paused", "Left out")
SLICE = ("Attainment", "n", "Breached", "At risk", "Paused", "Left out")
RUNNING = ("Case or contact", "Clock", "Left", "Due", "Queue", "Priority", "Tier", "Promise")
JUDGED_BY = {
    "each": "each clock",
    "limit": "each answer",
    "share": "share in time",
    "median": "p50",
    "asa": "mean wait",
}


def sla_sheets(board: SlaBoard) -> Iterator[Sheet]:
    """The promises, what breaches next, the clocks by each dimension, and exceptions."""
    yield sheet("total", "All clocks", SLICE, [_stands(board.total)])
    yield sheet("promises", "Promises", PROMISE, [_promise(row) for row in board.promises], "by due date, now at risk")
    shown = f"{count(len(board.next_due))} of {count(board.running)}" if board.running > len(board.next_due) else ""
    yield sheet("next", "Next to breach", RUNNING, [_running(clock) for clock in board.next_due], shown)
    for name in dict.fromkeys(row.dimension for row in board.slices):
        rows = [(row.name or "(none)", *_stands(row)) for row in board.slices if row.dimension == name]
        yield sheet(f"by-{name.replace('_', '-')}", f"By {name.replace('_', ' ')}", (_title(name), *SLICE), rows)
    weeks = [(figure.window, figure, figure.n) for figure in board.exceptions]
    yield sheet("exceptions", "Cases carrying an exception, by week", ("Week", "Share", "Cases"), weeks)
    windows = [(each.name, each.dates, each.channels, each.about) for each in board.windows]
    yield sheet("windows", "Exception windows", ("Window", "Dates", "Channels", "About"), windows)


def sla_json(board: SlaBoard) -> dict[str, Any]:
    """What the contract's figures don't say: the promises in words, what runs, and the windows."""
    return {
        "promises": [
            {"key": row.key, "target": row.target, "judged_by": row.statistic, "metric": row.value.metric}
            for row in board.promises
        ],
        "running": board.running,
        "next": [_clock_json(clock) for clock in board.next_due],
        "windows": [
            {"name": each.name, "dates": each.dates, "channels": each.channels, "about": each.about}
            for each in board.windows
        ],
    }


def _promise(row: PromiseRow) -> tuple[Cell, ...]:
    value = row.value
    counts = (row.breached, row.at_risk, row.paused)
    return (row.key, row.target, JUDGED_BY[row.statistic], value, value.n, *counts, left_out(value.excluded))


def _stands(row: SliceRow) -> tuple[Cell, ...]:
    counts = (row.breached, row.at_risk, row.paused)
    return (row.attainment, row.attainment.n, *counts, left_out(row.attainment.excluded))


def left_out(excluded: Any) -> str:
    """`14 not yet due, 3 unmeasurable`."""
    return ", ".join(f"{count(rows)} {reason}" for reason, rows in excluded.items() if rows)


def _running(clock: RunningClock) -> tuple[Cell, ...]:
    left = f"late {duration(-clock.left_sec)}" if clock.left_sec < 0 else duration(clock.left_sec)
    mark = "▲ " if clock.left_sec < 0 else "◆ " if clock.at_risk else ""
    due: Cell = "paused" if clock.due_at is None else clock.due_at
    words = clock.clock.replace("_", " ")
    return (clock.about, words, f"{mark}{left}", due, clock.queue, clock.priority, clock.tier, clock.promise)


def _clock_json(clock: RunningClock) -> dict[str, Any]:
    return {
        "about": clock.about,
        "table": clock.table,
        "clock": clock.clock,
        "promise": clock.promise,
        "queue": clock.queue,
        "channel": clock.channel,
        "tier": clock.tier,
        "priority": clock.priority,
        "due_at": None if clock.due_at is None else clock.due_at.isoformat(),
        "left_sec": clock.left_sec,
        "at_risk": clock.at_risk,
    }


def _title(dimension: str) -> str:
    return dimension.replace("_", " ").capitalize()
