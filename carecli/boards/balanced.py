"""The balanced scorecard of a pack with weights (R86), and the alarm where speed is bought with quality (R87)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from carecli.metrics.dictionary import METRICS
from carecli.metrics.dictionary_lint import goal_name
from carecli.metrics.figure import Figure
from carecli.metrics.judge import Judge
from carecli.metrics.judged_slices import Slice, heard_of, judged_slices
from carecli.metrics.judging import Judgement, exact_value
from carecli.metrics.windows import Window, before
from carecli.policy.bands import AtLeast, AtMost, Band
from carecli.tables import CHANNELS

NORMALISED = "part = actual / target, from 0 to 1; a time or cost counts 1 up to its limit, above it limit / actual"
"""How values of different units become comparable; declared beside the score."""

OF_SEVERAL = {"nps": ("nps_relationship", "nps_touch")}
"""Weights name a promise; where several metrics are meant by it, the first that has a value."""

HANDLE_TIME_FALLS = Fraction(5, 100)
CSAT_FALLS = Fraction(1, 100)
LEAST_ANSWERS = 30


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a balanced scorecard."""

    name: str
    """As the pack's weight names it."""
    weight: Fraction
    figure: Figure
    target: str
    score: Fraction | None
    """From 0 to 1; None where there is no value or no target."""
    note: str | None = None

    @property
    def weighted(self) -> Fraction | None:
        return None if self.score is None else self.score * self.weight


@dataclass(frozen=True, slots=True)
class BalancedScorecard:
    """Parts and total; the total is None where a part is."""

    parts: tuple[Part, ...]
    normalised: str = NORMALISED

    @property
    def total(self) -> Fraction | None:
        weighted = [part.weighted for part in self.parts]
        known = [each for each in weighted if each is not None]
        return sum(known, Fraction(0)) if len(known) == len(weighted) else None


@dataclass(frozen=True, slots=True)
class FalseEconomy:
    """Handle time fell and satisfaction fell with it: `false economy?` (R87). It says both, it doesn't say why."""

    by: tuple[tuple[str, str | None], ...]
    handle_time: Figure
    handle_time_before: Figure
    csat: Figure
    csat_before: Figure


def balanced_scorecard(judge: Judge, window: Window) -> BalancedScorecard | None:
    """The score of a pack over a window; None where it declares no weights."""
    weights = judge.facts.pack.programme.scorecard
    if not weights:
        return None
    return BalancedScorecard(tuple(_part(judge, name, weight, window) for name, weight in weights.items()))


def score(band: Band, value: Fraction) -> Fraction:
    """How far a value attains a target, from 0 to 1 (R86)."""
    if isinstance(band, AtLeast):
        attained = value / band.goal.value if band.goal.value else Fraction(1)
        return min(Fraction(1), max(Fraction(0), attained))
    limit = band.ok.value if isinstance(band, AtMost) else band.high.value
    return Fraction(1) if value <= limit else limit / value


def _part(judge: Judge, name: str, weight: Fraction, window: Window) -> Part:
    found = [each for metric_id in _metrics(name) if (each := _promise(judge, metric_id, window)) is not None]
    judgement = next((each for each in found if each.value is not None), found[0] if found else None)
    if judgement is None:
        nothing = judge.figure(_metrics(name)[0], {}, window)
        return Part(name, weight, nothing, "", None, "the pack sets no target for it")
    sliced = "".join(f"{dimension}={value}" for dimension, value in judgement.figure.by.items())
    if judgement.value is None or judgement.band is None:
        return Part(name, weight, judgement.figure, judgement.target, None, judgement.note)
    attained = score(judgement.band, judgement.value)
    return Part(name, weight, judgement.figure, judgement.target, attained, sliced or None)


def _metrics(name: str) -> tuple[str, ...]:
    named = (each.id for each in METRICS.values() if name in (each.id, goal_name(each)))
    return OF_SEVERAL.get(name) or tuple(named)


def _promise(judge: Judge, metric_id: str, window: Window) -> Judgement | None:
    """The first level that the pack asks of a metric, of all rows before one of a slice.

    A slice of a dimension that nothing in the store has is taken over all rows: else such a part never had a value.
    """
    slices = judged_slices(judge.facts, metric_id)
    for where in sorted(slices, key=len):
        for judgement in judge.judgements(metric_id, where, window):
            if not judgement.directional and judgement.baseline is None and judgement.band is not None:
                return _over_all(judge, judgement, window) if _unheard_of(judge, where) else judgement
    return None


def _unheard_of(judge: Judge, where: Slice) -> bool:
    return any(name != "channel" and not heard_of(judge.facts, name) for name in where)


def _over_all(judge: Judge, judgement: Judgement, window: Window) -> Judgement:
    figure = judge.figure(judgement.figure.metric, {}, window)
    return replace(judgement, figure=figure, value=exact_value(figure), note=figure.note)


def false_economies(judge: Judge, window: Window) -> tuple[FalseEconomy, ...]:
    """The window against the equal one before it: over all rows, then in each channel (R87)."""
    places: list[Slice] = [{}, *({"channel": channel} for channel in CHANNELS)]
    return tuple(found for where in places if (found := _false_economy(judge, where, window, before(window))))


def _false_economy(judge: Judge, where: Slice, window: Window, earlier: Window) -> FalseEconomy | None:
    csat, csat_before = (judge.figure("csat", where, each) for each in (window, earlier))
    if min(csat.n, csat_before.n) < LEAST_ANSWERS:
        return None
    handle, handle_before = (judge.figure("aht", where, each) for each in (window, earlier))
    values = [exact_value(each) for each in (handle, handle_before, csat, csat_before)]
    known = [value for value in values if value is not None]
    if len(known) < len(values) or not known[1]:
        return None
    faster = (known[1] - known[0]) / known[1] >= HANDLE_TIME_FALLS
    worse = known[3] - known[2] >= CSAT_FALLS
    return FalseEconomy(tuple(where.items()), handle, handle_before, csat, csat_before) if faster and worse else None
