"""The dictionary as a page: every metric with its definition, and what the pack promises of it (R1, R28)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from carecli.metrics.dictionary_lint import band_name, goal_name
from carecli.metrics.dimensions import allowed
from carecli.metrics.figure import Unit
from carecli.metrics.measures import Direction, Exclusion, Metric, QuantileMethod, Shape
from carecli.policy.goals import Goal
from carecli.policy.pack import Pack

KEPT = ("false", "keep")
"""How a pack says that it leaves such rows in."""


@dataclass(frozen=True, slots=True)
class Target:
    """What the pack promises of a metric in one scope: a channel, `any`, `total`, or a slice such as `tier=elite`."""

    scope: str
    key: str
    """The pack's key that says so."""
    text: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A reason to leave rows out; `kept` where the pack leaves them in."""

    reason: str
    key: str
    """The pack's key of it; empty where no pack can change it."""
    kept: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One metric. Empty texts say that there is no such thing, as a look-back, or a pack key."""

    id: str
    title: str
    owner: str
    version: int
    formula: str
    shape: Shape
    unit: Unit
    direction: Direction
    window: str
    look_back: str
    look_ahead: str
    sources: tuple[str, ...]
    needs: tuple[str, ...]
    slices: tuple[str, ...]
    """The dimensions it can be sliced by, any two at once (R40)."""
    targets: tuple[Target, ...]
    exclusions: tuple[LeftOut, ...]
    """In the order they are asked; the first that holds counts."""
    minimum_n: int
    quantile_method: QuantileMethod | None
    portable: bool
    pack_key: str
    requirement: str


@dataclass(frozen=True, slots=True)
class DictionaryPage:
    """The entries asked for, under one pack."""

    pack: str
    entries: tuple[Entry, ...]


def dictionary_page(metrics: Iterable[Metric], pack: Pack) -> DictionaryPage:
    """The entries of metrics, in their order. It depends on nothing else, so equal packs give equal pages."""
    return DictionaryPage(f"{pack.id} {pack.version}", tuple(_entry(metric, pack) for metric in metrics))


def _entry(metric: Metric, pack: Pack) -> Entry:
    return Entry(
        id=metric.id,
        title=metric.title,
        owner=metric.owner,
        version=metric.version,
        formula=metric.formula,
        shape=metric.shape,
        unit=metric.unit,
        direction=metric.direction,
        window=metric.window,
        look_back=metric.look_back(pack),
        look_ahead=metric.look_ahead(pack),
        sources=metric.sources,
        needs=metric.needs,
        slices=allowed(metric),
        targets=tuple(_targets(metric, pack)),
        exclusions=tuple(_left_out(exclusion, pack) for exclusion in metric.exclusions),
        minimum_n=metric.minimum_n(pack),
        quantile_method=metric.quantile_method,
        portable=metric.portable,
        pack_key=metric.pack_key,
        requirement=metric.requirement,
    )


def _left_out(exclusion: Exclusion, pack: Pack) -> LeftOut:
    return LeftOut(exclusion.reason, exclusion.key, pack.settings.get(exclusion.key) in KEPT)


def _targets(metric: Metric, pack: Pack) -> Iterator[Target]:
    """Bands first, then their flexes, then the goals of a part of the work."""
    name = band_name(metric)
    if name == "service_level":
        yield from (Target(each, f"service_level.{each}", str(level)) for each, level in pack.service_level.items())
    elif name is not None:
        yield from (Target(each, f"bands.{name}.{each}", str(band)) for each, band in pack.bands.get(name, {}).items())
    for key, flex in pack.programme.exceptions.flexes.items():
        if flex.metric == name:
            dates = f"{flex.dates.first}..{flex.dates.last}"
            yield Target(f"{flex.channel} {dates}", f"exceptions.flexes.{key}", str(flex.band))
    for key, goal in pack.programme.goals.items():
        if goal.metric == goal_name(metric):
            yield Target(_scope(goal), f"goals.{key}", _goal_text(goal))


def _scope(goal: Goal) -> str:
    return ", ".join(f"{dimension}={value}" for dimension, value in goal.where.items()) or "any"


def _goal_text(goal: Goal) -> str:
    """`median <=4 h over a month`, and what else the pack says of it."""
    baseline = None if goal.baseline_below is None else f"from a baseline under {float(goal.baseline_below):g}"
    response = None
    if goal.minimum_response is not None:
        response = f"judged from a response rate of {float(goal.minimum_response * 100):g} %"
    said = (
        f"{goal.statistic.replace('_', ' ')} {goal.band}",
        _over(goal.window) if goal.window else None,
        f"or goals.{goal.otherwise}" if goal.otherwise else None,
        baseline,
        response,
        "as a direction" if goal.directional else None,
    )
    return ", ".join(part for part in said if part)


def _over(window: str) -> str:
    """`over a quarter`, `over 90 days`."""
    return f"over {window}" if window[0].isdigit() else f"over a {window}"
