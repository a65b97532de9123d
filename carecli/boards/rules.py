"""What `check` and `rules` say: each check's state, the rules in words, what a replay of them gave (R57, R307)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from carecli.boards.header import local_time
from carecli.metrics.facts import Facts
from carecli.metrics.figure import Figure, Unit
from carecli.metrics.rules.alarms import Missing, Replay, Rule, replay
from carecli.metrics.rules.checks import Check, State, Verdict, alarm_now, judged
from carecli.metrics.rules.language import Expression
from carecli.metrics.rules.levels import level_in, limit_words
from carecli.metrics.rules.readings import Rhythm
from carecli.metrics.windows import Window, parse_window
from carecli.policy.alerts import DAY
from carecli.policy.pack import Pack
from carecli.policy.sources import requirements_of

LOOK_BACK = 28
"""Days over which an alarm, and since when a check holds, are looked for."""
DEFAULT_WINDOW = "7d"
"""Of a single figure, as of `carecli metric`."""

Slice = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check or alert rule, now. `limit` judges it and `target` is all of it in words."""

    check: str
    target: str
    limit: str
    state: State
    figure: Figure | None
    where: Slice
    since: datetime | None
    note: str | None


@dataclass(frozen=True, slots=True)
class RuleLine:
    """An alert rule in words. `missing` says why it can't be judged at all."""

    rule: str
    metric: str
    condition: str
    clears: str
    where: Slice
    minimum_n: int
    file: str
    requirements: tuple[str, ...]
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class ReplayLine:
    """How often a rule would have fired. Percentiles are of the values read, by nearest rank."""

    rule: str
    condition: str
    unit: Unit | None
    alarms: tuple[tuple[datetime, datetime | None], ...]
    """Since and until; None while it lasts."""
    alarm_sec: int
    readings: int
    with_data: int
    p5: Fraction | None
    p50: Fraction | None
    p95: Fraction | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ReplayPage:
    as_of: datetime
    zone: str
    pack: str
    window: Window
    lines: tuple[ReplayLine, ...]


def check_of(
    name: str, expression: Expression, *, as_of: int, zone: str, where: Mapping[str, str | None], window: str | None,
    week_start: int = 0,
) -> Check:  # fmt: skip
    """A check under the circumstances it is asked in; the slice and window it names itself go before theirs.

    UsageProblem where its level or its times make no sense.
    """
    metric = expression.metric
    rhythm = expression.rhythm(window)
    level = level_in(metric.unit, expression.limit.level, repr(expression.text))
    asked = expression.window or window or DEFAULT_WINDOW if rhythm is None else _looked_at(rhythm)
    span = parse_window(asked, as_of, zone, week_start)
    return Check(name, metric, expression.limit, level, {**where, **expression.where}, span, rhythm)


def tried_rule(expression: Expression, where: Mapping[str, str | None]) -> Rule | None:
    """The rule whose alarm is what an expression says; None where it says no `for`."""
    rhythm = expression.rhythm()
    if rhythm is None:
        return None
    metric = expression.metric
    level = level_in(metric.unit, expression.limit.level, repr(expression.text))
    return Rule(expression.text, metric, expression.limit, level, rhythm, {**where, **expression.where})


def first_needed(asked: Sequence[Check | Rule | Missing], window: Window) -> date:
    """The first local day whose rows are needed where rules are replayed over a window."""
    first = [window.dates[0]] if any(not isinstance(each, Check) for each in asked) else []
    for each in asked:
        if isinstance(each, Missing):
            continue
        begin = each.window.dates[0] if isinstance(each, Check) else window.dates[0]
        first.append(begin - timedelta(days=(each.rhythm.window_days or 1) - 1 if each.rhythm else 0))
    return min(first)


def check_lines(facts: Facts, asked: Sequence[Check | Rule | Missing], window: Window) -> list[CheckLine]:
    """One line each, in order; rules are looked at over `window`."""
    return [_check_line(facts, each, window) for each in asked]


def rule_line(pack: Pack, rule: Rule | Missing) -> RuleLine:
    """A rule of a pack in words."""
    key = f"alerts.{rule.name}"
    file, named = pack.origins.get(f"{key}.metric", pack.layers.file_of(key)), requirements_of(pack.layers, key)
    where = tuple(rule.where.items())
    if isinstance(rule, Missing):
        return RuleLine(rule.name, rule.metric, "", "", where, 0, file, named, rule.reason)
    return RuleLine(rule.name, rule.metric.id, condition_words(rule), _clears(rule), where, rule.minimum_n, file, named)


def replay_line(facts: Facts, rule: Rule | Missing, window: Window) -> ReplayLine:
    """A rule played over a window."""
    if isinstance(rule, Missing):
        return ReplayLine(rule.name, "", None, (), 0, 0, 0, None, None, None, rule.reason)
    played = replay(facts, rule, window)
    values = played.values
    return ReplayLine(
        rule=rule.name,
        condition=condition_words(rule),
        unit=rule.metric.unit,
        alarms=tuple(
            (local_time(each.since, facts.zone), None if each.until is None else local_time(each.until, facts.zone))
            for each in played.alarms
        ),
        alarm_sec=played.alarm_seconds,
        readings=len(played.readings),
        with_data=len(values),
        p5=played.quantile(5),
        p50=played.quantile(50),
        p95=played.quantile(95),
        note=None if values else _why_nothing(played),
    )


def condition_words(rule: Rule) -> str:
    """`Abandonment > 8 % in 3 intervals of 5 min in a row`."""
    limit, rhythm = limit_words(rule.metric.unit, rule.limit), rule.rhythm
    count = rhythm.in_a_row
    if rhythm.window_days is None:
        run = (
            f"in {count} intervals of {time_words(rhythm.every)} in a row"
            if count > 1
            else f"in {time_words(rhythm.every)}"
        )
    else:
        run = f"at the end of {count} days in a row" if count > 1 else "at the end of a day"
        run += f", over {rhythm.window_days} days each" if rhythm.window_days > 1 else ""
    return f"{rule.metric.title} {limit} {run}"


def time_words(seconds: int) -> str:
    """`15 min`, `1 h`, `3 days`."""
    if seconds % DAY == 0:
        return f"{seconds // DAY} day{'' if seconds == DAY else 's'}"
    unit, size = next((unit, size) for unit, size in (("h", 3600), ("min", 60), ("s", 1)) if seconds % size == 0)
    return f"{seconds // size} {unit}"


def _looked_at(rhythm: Rhythm) -> str:
    """Days in which there are readings enough in a row; twice as many where closed days may be passed over."""
    days = -(-rhythm.every * rhythm.in_a_row // DAY)
    return f"{max(LOOK_BACK, days + 1 if rhythm.window_days is None else 2 * days + 14)}d"


def _check_line(facts: Facts, asked: Check | Rule | Missing, window: Window) -> CheckLine:
    where = tuple(asked.where.items())
    if isinstance(asked, Missing):
        return CheckLine(asked.name, "", "", "unknown", None, where, None, asked.reason)
    limit = limit_words(asked.metric.unit, asked.limit)
    if isinstance(asked, Rule):
        return _line(
            asked.name, f"not {_target(limit, asked.rhythm)}", limit, alarm_now(facts, asked, window), where, facts.zone
        )
    return _line(asked.name, _target(limit, asked.rhythm), limit, judged(facts, asked), where, facts.zone)


def _line(name: str, target: str, limit: str, verdict: Verdict, where: Slice, zone: str) -> CheckLine:
    since = None if verdict.since is None else local_time(verdict.since, zone)
    return CheckLine(name, target, limit, verdict.state, verdict.figure, where, since, verdict.note)


def _target(limit: str, rhythm: Rhythm | None) -> str:
    """`> 8 % for 15 min`, `>= 92 % over 28 days for 3 days`."""
    if rhythm is None:
        return limit
    over = f" over {rhythm.window_days} days" if (rhythm.window_days or 1) > 1 else ""
    return f"{limit}{over} for {time_words(rhythm.every * rhythm.in_a_row)}"


def _clears(rule: Rule) -> str:
    noun = "interval" if rule.rhythm.window_days is None else "day"
    count = rule.clears_after
    calm = "not so" if rule.clear is None else limit_words(rule.metric.unit, rule.clear)
    return f"{calm} in {count} {noun}{'' if count == 1 else 's'}" + (" in a row" if count > 1 else "")


def _why_nothing(played: Replay) -> str:
    return (played.readings[-1].reason if played.readings else None) or "no reading is over yet"
