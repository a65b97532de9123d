"""Whether every entry of the dictionary is complete, and whether a pack's targets are of metrics there are (R1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from carecli.metrics.figure import Unit
from carecli.metrics.measures import Direction, Metric, QuantileMethod, Shape
from carecli.policy.pack import Pack
from carecli.tables import TABLES

TEXTS = ("id", "title", "owner", "formula", "window", "requirement")
WORDS = {"unit": get_args(Unit), "direction": get_args(Direction), "shape": get_args(Shape)}
KNOWN_TABLES = frozenset(table.name for table in TABLES)


def lint_dictionary(metrics: Iterable[Metric], pack: Pack) -> list[str]:
    """One line for each thing that is wrong, such as `asa.owner: missing`; empty where nothing is."""
    entries = tuple(metrics)
    incomplete = (line for metric in entries for line in _of_entry(metric, pack))
    return [*_twice(entries), *incomplete, *_targets(entries, pack)]


def band_name(metric: Metric) -> str | None:
    """The name by which a pack judges it; None where it is judged by none."""
    return None if metric.band == "-" else metric.band or metric.id


def goal_name(metric: Metric) -> str:
    """The name by which a pack sets goals for it."""
    return metric.goal or metric.id


def _twice(metrics: Iterable[Metric]) -> Iterator[str]:
    counts = Counter(metric.id for metric in metrics)
    return (f"{name}.id: used by {count} entries" for name, count in counts.items() if count > 1)


def _of_entry(metric: Metric, pack: Pack) -> Iterator[str]:
    name = metric.id or "(an entry without id)"
    yield from (f"{name}.{key}: missing" for key in TEXTS if not getattr(metric, key).strip())
    for key, words in WORDS.items():
        if (found := getattr(metric, key)) not in words:
            yield f"{name}.{key}: found {found!r}, expected one of {', '.join(words)}"
    if metric.version < 1:
        yield f"{name}.version: found {metric.version}, expected 1 or more"
    yield from (f"{name}.{line}" for line in (*_sources(metric), *_method(metric), *_exclusions(metric, pack)))
    if not _has(pack, metric.pack_key):
        yield f"{name}.pack_key: {pack.id} has no key {metric.pack_key}"


def _sources(metric: Metric) -> Iterator[str]:
    for key in ("sources", "needs"):
        if not getattr(metric, key):
            yield f"{key}: missing"
    yield from (f"sources: no table {source}" for source in metric.sources if source not in KNOWN_TABLES)


def _method(metric: Metric) -> Iterator[str]:
    """A quantile says how it is taken (R32), and nothing else does."""
    if metric.quantile is not None and metric.quantile_method not in get_args(QuantileMethod):
        yield "quantile_method: missing"
    if metric.quantile is None and metric.quantile_method is not None:
        yield "quantile_method: the metric is no quantile"


def _exclusions(metric: Metric, pack: Pack) -> Iterator[str]:
    for place, exclusion in enumerate(metric.exclusions, start=1):
        if not exclusion.reason.strip():
            yield f"exclusions: the reason of number {place} is missing"
        if not _has(pack, exclusion.key):
            yield f"exclusions.{exclusion.reason}: {pack.id} has no key {exclusion.key}"
    reasons = Counter(exclusion.reason for exclusion in metric.exclusions)
    yield from (f"exclusions.{reason}: given {count} times" for reason, count in reasons.items() if count > 1)


def _has(pack: Pack, key: str) -> bool:
    """Whether a pack has a key or table; a band is promised by some packs only, and no key needs none."""
    value: Any = pack.layers.values
    for part in key.split(".") if key and not key.startswith("bands.") else ():
        if not isinstance(value, Mapping) or part not in value:
            return False
        value = value[part]
    return True


def _targets(metrics: Iterable[Metric], pack: Pack) -> Iterator[str]:
    """Targets of metrics that aren't there: such a promise would never be judged."""
    known = tuple(metrics)
    bands = {band_name(metric) for metric in known}
    goals = {goal_name(metric) for metric in known}
    ids = {metric.id for metric in known}
    programme = pack.programme
    aimed: list[tuple[str, str, set[str | None] | set[str]]] = [
        *((f"bands.{name}", name, bands) for name in pack.bands),
        *((f"exceptions.flexes.{key}", flex.metric, bands) for key, flex in programme.exceptions.flexes.items()),
        *((f"goals.{key}", goal.metric, goals) for key, goal in programme.goals.items()),
        *((f"alerts.{key}", alert.metric, ids) for key, alert in programme.alerts.items()),
        *((f"scorecard.{name}", name, ids | goals) for name in programme.scorecard),
    ]
    for key, name, there in aimed:
        if name not in there:
            yield f"{_file(pack, key)}: {key}: there is no metric {name}"
    if pack.service_level and "service_level" not in ids:
        yield f"{_file(pack, 'service_level')}: service_level: there is no metric service_level"


def _file(pack: Pack, key: str) -> str:
    """The file that set a key, or the first value under it."""
    under = (origin for each, origin in pack.origins.items() if f"{each}.".startswith(f"{key}."))
    return next(under, pack.layers.file_of(key))
