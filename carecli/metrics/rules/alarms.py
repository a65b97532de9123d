"""Alarms: when a rule's figure has stayed beyond its level for long enough, and when it was calm again (R57, R307)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from carecli.metrics.dictionary import METRICS
from carecli.metrics.facts import Facts
from carecli.metrics.measures import Metric
from carecli.metrics.rules.levels import holds, level_in
from carecli.metrics.rules.readings import Reading, Rhythm, readings
from carecli.metrics.selection import Filter
from carecli.metrics.windows import Window
from carecli.policy.alerts import Alert, Limit
from carecli.policy.pack import Pack


@dataclass(frozen=True)
class Rule:
    """An alarm's condition on a metric, its levels in the metric's unit."""

    name: str
    metric: Metric
    limit: Limit
    level: Fraction
    rhythm: Rhythm
    where: Filter = field(default_factory=dict)
    clear: Limit | None = None
    clear_level: Fraction | None = None
    clears_after: int = 1
    minimum_n: int = 0

    def raised(self, value: Fraction | None) -> bool:
        """Whether a reading is beyond the limit; one without value breaks the run."""
        return value is not None and holds(self.limit.beyond, value, self.level)

    def calm(self, value: Fraction | None) -> bool:
        """Whether a reading helps to end an alarm. One without value does: nothing happened, or nothing is known."""
        if value is None or self.clear is None or self.clear_level is None:
            return not self.raised(value)
        return holds(self.clear.beyond, value, self.clear_level)


@dataclass(frozen=True, slots=True)
class Missing:
    """A rule whose metric is not in the dictionary: nothing that is imported gives it."""

    name: str
    metric: str
    where: Filter

    @property
    def reason(self) -> str:
        return f"needs {self.metric}, which no feed gives"


@dataclass(frozen=True, slots=True)
class Alarm:
    """From the end of the reading that completed the run to the end of the last one that was needed to calm it; None
    while it lasts. Epoch seconds.
    """

    since: int
    until: int | None


@dataclass(frozen=True, slots=True)
class Replay:
    """What a rule would have done over some days."""

    readings: tuple[Reading, ...]
    alarms: tuple[Alarm, ...]
    as_of: int

    @property
    def values(self) -> list[Fraction]:
        """In rising order."""
        return sorted(reading.value for reading in self.readings if reading.value is not None)

    @property
    def alarm_seconds(self) -> int:
        """Time in alarm, up to the last reading."""
        last = self.readings[-1].end if self.readings else self.as_of
        return sum((last if alarm.until is None else alarm.until) - alarm.since for alarm in self.alarms)

    def quantile(self, percent: int) -> Fraction | None:
        """The nearest-rank percentile of the values read; None where there are none."""
        values = self.values
        return values[max(1, -(-len(values) * percent // 100)) - 1] if values else None


def rules_of(pack: Pack, where: Filter) -> list[Rule | Missing]:
    """The alert rules of a pack by name, each on its own slice of `where`.

    UsageProblem for a level that is none of the metric's unit.
    """
    return [rule_of(name, alert, where) for name, alert in pack.programme.alerts.items()]


def rule_of(name: str, alert: Alert, where: Filter) -> Rule | Missing:
    """One rule; the slice it names itself goes before `where`."""
    slice_of: Mapping[str, str | None] = {**where, **{key: value or None for key, value in alert.where.items()}}
    metric = METRICS.get(alert.metric)
    if metric is None:
        return Missing(name, alert.metric, slice_of)
    clear = alert.clear
    return Rule(
        name=name,
        metric=metric,
        limit=alert.limit,
        level=level_in(metric.unit, alert.limit.level, f"alerts.{name}.{alert.limit.beyond}"),
        rhythm=Rhythm(alert.every, alert.in_a_row, alert.window_days),
        where=slice_of,
        clear=clear,
        clear_level=None
        if clear is None
        else level_in(metric.unit, clear.level, f"alerts.{name}.clears_{clear.beyond}"),
        clears_after=alert.clears_after,
        minimum_n=alert.minimum_n,
    )


def replay(facts: Facts, rule: Rule, window: Window) -> Replay:
    """The rule over every reading of a window that is over by `as_of`; no alarm is on when it begins."""
    found = readings(facts, rule.metric, rule.where, rule.rhythm, window, rule.minimum_n)
    return Replay(tuple(found), tuple(alarms(rule, found)), facts.as_of)


def alarms(rule: Rule, found: Sequence[Reading]) -> list[Alarm]:
    """The alarms of readings in order of time."""
    begun: list[Alarm] = []
    raised = calm = 0
    on = False
    for reading in found:
        raised = raised + 1 if rule.raised(reading.value) else 0
        calm = calm + 1 if rule.calm(reading.value) else 0
        if not on and raised >= rule.rhythm.in_a_row:
            on = True
            begun.append(Alarm(reading.end, None))
        elif on and calm >= rule.clears_after:
            on = False
            begun[-1] = Alarm(begun[-1].since, reading.end)
    return begun
