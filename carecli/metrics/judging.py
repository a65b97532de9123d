"""How figures are held against what a pack promises: bands, goals and movements (C0.1-C0.3, R46, R47, R51, R52)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from carecli.metrics.dictionary import METRICS
from carecli.metrics.dictionary_lint import goal_name
from carecli.metrics.figure import Figure
from carecli.policy.bands import AtLeast, Band, Verdict
from carecli.policy.goals import Goal, GoalStatistic
from carecli.text import percent

STATISTICS: Mapping[tuple[str, GoalStatistic], str] = {
    ("aht", "median"): "aht_p50",
    ("asa", "median"): "asa_p50",
    ("csat", "mean"): "csat_mean",
    ("csat", "median"): "csat_median",
    ("ttr", "median"): "ttr_p50",
}
"""The entry of the dictionary that is a statistic of a metric; any other statistic is the metric itself."""

SURVEY_TYPE = "survey_type"
"""The dimension of goals that names one of the two NPS and not rows of a metric (R18)."""


@dataclass(frozen=True, slots=True)
class DayVerdict:
    """One day of a window over which the target changes (C0.15)."""

    figure: Figure
    target: str
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """One promise of a pack held against one figure."""

    key: str
    """The pack's key that promises it: `bands.aht.voice`, `goals.csat_elite`."""
    target: str
    """In words, from the pack."""
    figure: Figure
    """What was judged, with its own window and slice."""
    value: Fraction | None
    """What was compared with the target, exact: the figure's value, or how far it moved; None where it is unknown."""
    verdict: Verdict | None
    """None where there is nothing to judge, or too little to judge it by; `note` says why."""
    note: str | None = None
    directional: bool = False
    """Shown as a direction and not as a promise (R52): it is no status of the metric."""
    band: Band | None = None
    """What the value was held against; None where the target changes inside the window."""
    baseline: Figure | None = None
    """What a movement is measured from."""
    days: tuple[DayVerdict, ...] = ()
    """Where the target changes inside the window each day is judged by its own, and the window has no verdict."""


def measured_by(goal: Goal) -> tuple[str, ...]:
    """The metrics of the dictionary that a goal is a promise about; the two NPS are both meant where none is named."""
    own = STATISTICS.get((goal.metric, goal.statistic), goal.metric)
    if own in METRICS or own != goal.metric:
        return (own,)
    kind = goal.where.get(SURVEY_TYPE, "")
    return tuple(each.id for each in METRICS.values() if goal_name(each) == own and each.id.endswith(kind))


def exact_value(figure: Figure) -> Fraction | None:
    """A figure's value as the ratio it is (C0.1); of a quantile or count the shortest decimal that is its float."""
    if figure.value is None:
        return None
    parts = (figure.numerator, figure.denominator)
    if parts[0] is None or not parts[1]:
        return Fraction(Decimal(repr(figure.value)))
    numerator, denominator = (Fraction(Decimal(repr(part))) for part in parts)
    # A numerator of seconds or money is said in seconds or major units already; others are as they were counted.
    scale = Fraction(1) if figure.unit in ("seconds", "money") else METRICS[figure.metric].scale
    return numerator / denominator * scale


def by_band(key: str, band: Band, figure: Figure, target: str | None = None) -> Judgement:
    """A figure held against a band."""
    value = exact_value(figure)
    verdict = None if value is None else band.verdict(value)
    return Judgement(key, str(band) if target is None else target, figure, value, verdict, figure.note, band=band)


def by_days(key: str, days: Sequence[tuple[Figure, Band | None]], figure: Figure, target: str) -> Judgement:
    """A window over several targets: each day by its own (R51, C0.15)."""
    judged = tuple(_day(day, band) for day, band in days)
    counts = {verdict: sum(day.verdict == verdict for day in judged) for verdict in ("ok", "risk", "miss", "below")}
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count)
    note = f"each day by its own target: {told or 'no days'}"
    return Judgement(key, target, figure, exact_value(figure), None, note, days=judged)


def _day(figure: Figure, band: Band | None) -> DayVerdict:
    value = exact_value(figure)
    verdict = None if value is None or band is None else band.verdict(value)
    return DayVerdict(figure, "" if band is None else str(band), verdict)


def by_level(name: str, goal: Goal, figure: Figure, rate: Figure | None = None) -> Judgement:
    """A figure held against a goal; `rate` is the response rate of the same slice and window (R47, R62)."""
    judged = replace(by_band(f"goals.{name}", goal.band, figure, str(goal)), directional=goal.directional)
    low = None if figure.value is None else _low_response(goal, rate)
    return judged if low is None else replace(judged, verdict=None, note=low)


def _low_response(goal: Goal, rate: Figure | None) -> str | None:
    """Why a figure isn't judged: too few answered (`low response`), or nobody knows how many were asked."""
    if goal.minimum_response is None:
        return None
    told = None if rate is None else exact_value(rate)
    if told is None:
        return "no verdict: the response rate is unknown"
    if told >= goal.minimum_response:
        return None
    shown = percent(told.numerator, told.denominator)
    return f"low response: rate {shown} <{float(goal.minimum_response * 100):g} %"


def either(own: Judgement, other: Judgement) -> Judgement:
    """Two arms of one promise: meeting one is enough, and the note says which was met (R46).

    Where only one of them can be judged, that is the verdict.
    """
    target = f"{own.target} or {other.target}"
    passed = [each for each in (own, other) if each.verdict == "ok"]
    if passed:
        told = " and ".join(f"{each.figure.title} ({each.target})" for each in passed)
        return replace(own, target=target, verdict="ok", note=f"met by {told}")
    known = [each for each in (own, other) if each.verdict is not None]
    if len(known) == 2:
        return replace(own, target=target, note="neither is met")
    if known:
        (judged,), (unknown,) = known, [each for each in (own, other) if each not in known]
        note = f"by {judged.target} alone, {unknown.target} has no value: {unknown.note}"
        return replace(own, target=target, verdict=judged.verdict, note=note)
    return replace(own, target=target, verdict=None, note=own.note or other.note)


def by_movement(name: str, goal: Goal, now: Figure, before: Figure) -> Judgement:
    """How far a figure moved from its baseline, held against a goal (R52, R53, R67, R80)."""
    told = Judgement(
        f"goals.{name}", str(goal), now, None, None, now.note, goal.directional, goal.band, baseline=before
    )
    ends = (exact_value(now), exact_value(before))
    if ends[0] is None:
        return told
    if ends[1] is None:
        return replace(told, note=f"no baseline: {before.note}")
    if goal.baseline_below is not None and ends[1] >= goal.baseline_below:
        return replace(told, note=f"not applied: the baseline is not under {float(goal.baseline_below):g}")
    moved = _movement(goal.statistic, ends[0], ends[1])
    if moved is None:
        return replace(told, note="no movement: the baseline is 0")
    return replace(told, value=moved, verdict=goal.band.verdict(moved), note=_in_range(goal.band, moved))


def _movement(statistic: GoalStatistic, now: Fraction, before: Fraction) -> Fraction | None:
    """In the figure's own unit, or as a share of the baseline; None where that is 0."""
    change = before - now if statistic.endswith("fall") else now - before
    if not statistic.startswith("relative"):
        return change
    return None if before == 0 else change / abs(before)


def _in_range(band: Band, moved: Fraction) -> str | None:
    """Where a movement lies against a range of which both ends are named."""
    if not isinstance(band, AtLeast) or band.top is None:
        return None
    return "under range" if moved < band.goal.value else "in range" if moved <= band.top.value else "above range"


def status_of(judgements: Sequence[Judgement]) -> Verdict | None:
    """The worst verdict among promises: what a row is shown as; directions are none of it."""
    worst: tuple[Verdict, ...] = ("miss", "risk", "below", "ok")
    found = {each.verdict for each in judgements if not each.directional}
    return next((verdict for verdict in worst if verdict in found), None)


def goals_on(goals: Mapping[str, Goal], metric_id: str) -> Iterator[tuple[str, Goal]]:
    """The goals that are promises about a metric of the dictionary, by name."""
    return ((name, goal) for name, goal in goals.items() if metric_id in measured_by(goal))
