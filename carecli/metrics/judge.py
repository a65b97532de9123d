"""Every promise of a pack that holds for a metric in a slice, judged by figures made from facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from carecli.errors import UsageProblem
from carecli.metrics.dictionary import METRICS
from carecli.metrics.dictionary_lint import band_name
from carecli.metrics.evaluate import figures
from carecli.metrics.facts import Facts
from carecli.metrics.figure import Figure
from carecli.metrics.goal_windows import baseline_window, judged_window, last_month
from carecli.metrics.judged_slices import OF_TARGET, Slice, channel_targets, of_each_channel, rows_of, same_slice
from carecli.metrics.judging import (
    Judgement,
    by_band,
    by_days,
    by_level,
    by_movement,
    either,
    goals_on,
    measured_by,
)
from carecli.metrics.measures import Metric
from carecli.metrics.selection import Filter
from carecli.metrics.windows import Window, days
from carecli.policy.bands import ANY, TOTAL
from carecli.policy.goals import Goal
from carecli.policy.pack import Pack
from carecli.policy.tiers import ChannelTarget

RESPONSE_RATE = "csat_response_rate"


@dataclass(frozen=True, eq=False)
class Judge:
    """Judges slices of one snapshot by one pack; figures are made once and kept."""

    facts: Facts
    asked: Filter = field(default_factory=dict)
    """What the reader asked for: every slice is a part of it."""
    week_start: int = 0
    _held: dict[tuple[str, tuple[tuple[str, str | None], ...], str], Figure] = field(default_factory=dict, repr=False)

    @property
    def pack(self) -> Pack:
        return self.facts.pack

    def figure(self, metric_id: str, where: Slice, window: Window) -> Figure:
        """The figure of a slice, which it names; where the metric can't be sliced so it says that."""
        key = (metric_id, tuple(sorted(where.items())), window.label)
        if key not in self._held:
            self._held[key] = self._made(metric_id, where, window)
        return self._held[key]

    def window(self, metric_id: str, window: Window) -> Window:
        """The window over which a metric can be judged: the last full month where it is known of months only (R24)."""
        return last_month(window) if METRICS[metric_id].months else window

    def judgements(self, metric_id: str, where: Slice, over: Window) -> tuple[Judgement, ...]:
        """Every promise about a metric in a slice: bands first, then goals, then what a tier is promised."""
        window = self.window(metric_id, over)
        return (
            *self._of_band(METRICS[metric_id], where, window),
            *self._of_goals(metric_id, where, window),
            *self._of_targets(metric_id, where, window),
        )

    def _made(self, metric_id: str, where: Slice, window: Window) -> Figure:
        metric = METRICS[metric_id]
        try:
            (found,) = figures(self.facts, (metric_id,), window=window, where={**self.asked, **where})
        except UsageProblem as problem:
            found = Figure(metric_id, metric.title, {}, None, metric.unit, 0, note=problem.message, window=window.label)
        return replace(found, by=dict(where))

    def _of_band(self, metric: Metric, where: Slice, window: Window) -> Iterator[Judgement]:
        """The band of the metric; where a flex changes it inside the window, of each day (R51)."""
        name, channel = band_name(metric), where.get("channel")
        if name is None or not set(where) <= {"channel"}:
            return
        bands = [(day, self.pack.band_on(name, channel, day.dates[0])) for day in days(window)]
        (first, *others) = dict.fromkeys(band for _, band in bands)
        figure = self.figure(metric.id, where, window)
        target = targets_on(self.pack, name, channel, window.dates)
        if others:
            by_day = [(self.figure(metric.id, where, day), band) for day, band in bands]
            yield by_days(band_key(self.pack, name, channel), by_day, figure, target)
        elif first is not None:
            yield by_band(band_key(self.pack, name, channel), first, figure, target)

    def _of_goals(self, metric_id: str, where: Slice, window: Window) -> Iterator[Judgement]:
        for name, goal in goals_on(self.pack.programme.goals, metric_id):
            if same_slice(where, rows_of(goal)) or (of_each_channel(goal) and set(where) == {"channel"}):
                yield self._of_goal(name, goal, metric_id, where, window)

    def _of_goal(self, name: str, goal: Goal, metric_id: str, where: Slice, window: Window) -> Judgement:
        """One goal, with its other arm where it has one (R46)."""
        own = self._arm(name, goal, metric_id, where, window)
        if goal.otherwise is None:
            return own
        other = self.pack.programme.goals[goal.otherwise]
        (measure,) = measured_by(other)
        return either(own, self._arm(goal.otherwise, other, measure, where, window))

    def _arm(self, name: str, goal: Goal, metric_id: str, where: Slice, window: Window) -> Judgement:
        judged = judged_window(goal, window, self.week_start)
        now = self.figure(metric_id, where, judged)
        if goal.moves:
            return by_movement(name, goal, now, self.figure(metric_id, where, baseline_window(goal, judged)))
        rate = self.figure(RESPONSE_RATE, where, judged) if goal.minimum_response is not None else None
        return by_level(name, goal, now, rate)

    def _of_targets(self, metric_id: str, where: Slice, window: Window) -> Iterator[Judgement]:
        for key, place, target in channel_targets(self.pack):
            if OF_TARGET[target.statistic] == metric_id and same_slice(where, place):
                yield self._of_target(key, target, metric_id, where, window)

    def _of_target(self, key: str, target: ChannelTarget, metric_id: str, where: Slice, window: Window) -> Judgement:
        figure, band = self.figure(metric_id, where, window), target.band
        assert band is not None  # Only targets that are judged together come here.
        judged = by_band(key, band, figure, str(target))
        if target.statistic != "share" or _same_share(self.pack, target, str(where["channel"])):
            return judged
        measured = self.pack.text_target(metric_id, where["channel"])
        return replace(judged, verdict=None, note=f"not judged: measured is {measured or 'nothing promised'}")


def band_key(pack: Pack, name: str, channel: str | None) -> str:
    """The pack's key of a band: `bands.aht.voice`, `bands.fcr.any`, `service_level.voice`."""
    if name == "service_level":
        return f"service_level.{channel}"
    places = pack.bands.get(name, {})
    return f"bands.{name}.{next((each for each in (channel or TOTAL, ANY) if each in places), channel or ANY)}"


def targets_on(pack: Pack, name: str, channel: str | None, dates: tuple[date, ...]) -> str:
    """The target of ordinary days, and each flex with its dates: `6-8 min; 6-10 min 2025-12-01..2025-12-07 (sale)`."""
    flexes = [pack.programme.exceptions.flex(name, channel, day) for day in dates]
    told = [pack.text_target(name, channel)] if None in flexes else []
    for flex in dict.fromkeys(flex for flex in flexes if flex is not None):
        told.append(f"{flex.band} {flex.dates.first}..{flex.dates.last} ({flex.about})")
    return "; ".join(each for each in told if each)


def _same_share(pack: Pack, target: ChannelTarget, channel: str) -> bool:
    """Whether the service level of the channel counts in time what the target does."""
    level = pack.service_level.get(channel)
    counted = (target.within, target.denominator, target.clock, target.edge)
    return level is not None and (level.threshold_sec, level.denominator, level.clock, level.edge) == counted
