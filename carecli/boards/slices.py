"""Figures by slice, as boards look them up: a cell without rows is 0 or says why it has no value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from carecli.metrics.dictionary import metric_named
from carecli.metrics.evaluate import figures
from carecli.metrics.facts import Facts
from carecli.metrics.figure import Figure
from carecli.metrics.windows import Window

Where = Mapping[str, str | None]
Key = tuple[str | None, ...]


@dataclass(frozen=True)
class Slices:
    """The figures of some metrics in one window by the same dimensions."""

    by: tuple[str, ...]
    window: str
    """The local dates, as figures name them."""
    held: Mapping[tuple[str, Key], Figure]
    unknown: Mapping[str, Figure]
    """Metrics of which nothing is known: the one figure that says why."""

    def figure(self, metric_id: str, *values: str | None) -> Figure:
        """The figure of a slice; where it has no rows a count is 0 and anything else has no value."""
        found = self.held.get((metric_id, values))
        return found if found is not None else self._without_rows(metric_id, values)

    def find(self, metric_id: str, *values: str | None) -> Figure | None:
        """The figure of a slice that has rows."""
        return self.held.get((metric_id, values))

    def keys(self, *metric_ids: str) -> list[Key]:
        """The slices that have rows, in their order; of all metrics where none is named."""
        return list(dict.fromkeys(key for metric, key in self.held if not metric_ids or metric in metric_ids))

    def _without_rows(self, metric_id: str, values: Key) -> Figure:
        by = dict(zip(self.by, values, strict=True))
        if metric_id in self.unknown:
            return replace(self.unknown[metric_id], by=by)
        metric = metric_named(metric_id)
        provisional = any(figure.provisional for (name, _), figure in self.held.items() if name == metric_id)
        counts = metric.shape == "count"
        return Figure(
            metric_id,
            metric.title,
            by,
            0.0 if counts else None,
            metric.unit,
            0,
            provisional=provisional,
            note=None if counts else metric.nothing,
            window=self.window,
        )


def slices(
    facts: Facts, metric_ids: Sequence[str], window: Window, by: tuple[str, ...] = (), where: Where | None = None
) -> Slices:
    """The metrics in a window, by slice; without dimensions the only slice has no values."""
    held: dict[tuple[str, Key], Figure] = {}
    unknown: dict[str, Figure] = {}
    for figure in figures(facts, metric_ids, window=window, by=by, where=where or {}):
        if by and not figure.by:
            unknown[figure.metric] = replace(figure, window=window.label)
        else:
            held[figure.metric, tuple(figure.by[name] for name in by)] = replace(figure, window=window.label)
    return Slices(by, window.label, held, unknown)


def why_unknown(found: Slices) -> tuple[str, ...]:
    """The reasons why nothing is known of some metrics, each once."""
    return tuple(dict.fromkeys(figure.note for figure in found.unknown.values() if figure.note))
