"""What is so now: whether a check holds, whether a rule's alarm is on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

from carecli.metrics.facts import Facts
from carecli.metrics.figure import Figure
from carecli.metrics.measures import Metric
from carecli.metrics.rules.alarms import Rule, replay
from carecli.metrics.rules.levels import holds
from carecli.metrics.rules.readings import Reading, Rhythm, closed, now, readings
from carecli.metrics.selection import Filter
from carecli.metrics.windows import Window
from carecli.policy.alerts import DAY, Limit

State = Literal["ok", "fails", "unknown"]


@dataclass(frozen=True)
class Check:
    """A promise about a metric: it is on the right side of a level, now or in each of the last readings."""

    name: str
    metric: Metric
    limit: Limit
    level: Fraction
    where: Filter
    window: Window
    """Of the one figure; with a rhythm, the days that are looked at."""
    rhythm: Rhythm | None = None

    def holds(self, value: Fraction) -> bool:
        return holds(self.limit.beyond, value, self.level)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`since` is when the state began, in epoch seconds; None for a single figure, and where that was before all that
    was looked at.
    """

    state: State
    figure: Figure | None
    value: Fraction | None
    since: int | None = None
    note: str | None = None


def judged(facts: Facts, check: Check) -> Verdict:
    """Whether a check holds; unknown where the figure, or one of those in a row, has no value."""
    if check.rhythm is not None:
        found = readings(facts, check.metric, check.where, check.rhythm, check.window)
        return _in_a_row(check, check.rhythm, found, facts.zone)
    reading = now(facts, check.metric, check.where, check.window)
    if reading.value is None:
        return Verdict("unknown", reading.figure, None, note=reading.reason)
    return Verdict("ok" if check.holds(reading.value) else "fails", reading.figure, reading.value)


def alarm_now(facts: Facts, rule: Rule, window: Window) -> Verdict:
    """Whether a rule's alarm is on: it fails then. Unknown where the last reading can't be known in opening hours."""
    played = replay(facts, rule, window)
    if not played.readings:
        return Verdict("unknown", None, None, note="no reading is over yet")
    last = played.readings[-1]
    if played.alarms and (alarm := played.alarms[-1]).until is None:
        return Verdict("fails", last.figure, last.value, alarm.since, last.reason if last.value is None else None)
    ended = played.alarms[-1].until if played.alarms else None
    if last.known:
        return Verdict("ok", last.figure, last.value, ended, last.reason if last.value is None else None)
    if closed(facts, rule.where, last):
        return Verdict("ok", last.figure, None, ended, "closed")
    return Verdict("unknown", last.figure, None, note=last.reason)


def _in_a_row(check: Check, rhythm: Rhythm, found: Sequence[Reading], zone: str) -> Verdict:
    """The state of the last readings in a row, and since when it has been so."""
    count = rhythm.in_a_row
    if len(found) < count:
        note = f"needs {count} readings in a row, has {len(found)}"
        return Verdict("unknown", found[-1].figure if found else None, None, note=note)
    states = [_state(check, found[end - count : end]) for end in range(count, len(found) + 1)]
    state = states[-1]
    begun = next((place for place in range(len(states) - 1, -1, -1) if states[place] != state), None)
    since = None if begun is None else found[begun + count].end
    telling = _telling(check, found[-count:], state)
    when = "" if telling is found[-1] and state == "ok" else _when(telling, zone)
    note = ": ".join(part for part in (when, telling.reason if telling.value is None else None) if part)
    return Verdict(state, telling.figure, telling.value, since, note or None)


def _state(check: Check, last: Sequence[Reading]) -> State:
    """A reading that fails decides, whatever isn't known of the others."""
    if any(reading.value is not None and not check.holds(reading.value) for reading in last):
        return "fails"
    return "unknown" if any(reading.value is None for reading in last) else "ok"


def _telling(check: Check, last: Sequence[Reading], state: State) -> Reading:
    """The newest of the readings that the state rests on."""
    for reading in reversed(last):
        if state == "fails" and reading.value is not None and not check.holds(reading.value):
            return reading
        if state == "unknown" and reading.value is None:
            return reading
    return last[-1]


def _when(reading: Reading, zone: str) -> str:
    """`2025-05-13`, or for an interval `2025-05-13T10:05`."""
    start = datetime.fromtimestamp(reading.start, ZoneInfo(zone))
    return f"{start:%Y-%m-%d}" if reading.end - reading.start > DAY // 2 else f"{start:%Y-%m-%dT%H:%M}"
