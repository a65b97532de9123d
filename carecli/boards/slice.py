"""One slice of the centre: its core figures, and the same figures by one more dimension."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from carecli.boards.cases import agent_name, slice_names
from carecli.boards.days import day_label
from carecli.boards.drill import METRICS, MOST, OF_MONTH, OF_WINDOW, SliceBoard, SliceRow
from carecli.boards.header import header_of
from carecli.boards.slices import Key, Slices, Where, slices
from carecli.errors import UsageProblem
from carecli.metrics.dictionary import metric_named
from carecli.metrics.dimensions import allowed
from carecli.metrics.facts import Facts
from carecli.metrics.figure import Figure
from carecli.metrics.windows import Window, trailing
from carecli.tables import CHANNELS

DIMENSIONS: Final = ("queue", "channel", "issue_type", "tier", "agent")
"""By what a slice can be parted, in the order of the way down."""
OF_SIZE: Final = ("offered", "volume", "backlog")
"""Counts that say whether there is anything of a part."""
MONTH_DAYS: Final = 28


def open_dimensions(where: Where) -> tuple[str, ...]:
    """The dimensions that a slice doesn't fix yet."""
    return tuple(name for name in DIMENSIONS if name not in where)


def needed_window(window: Window) -> Window:
    """All days that a slice board over a window speaks of."""
    return trailing(window, max(MONTH_DAYS, len(window.dates)))


def slice_board(
    facts: Facts, window: Window, where: Where, dimension: str = "", within: Where | None = None
) -> SliceBoard:
    """A slice in a window, parted by a dimension; by the first one that is still open where none is named.

    `within` is what every question is asked of beside the slice; it is no part of the figures' slices.
    """
    asked = {**(within or {}), **where}
    parts = open_dimensions(asked)
    if not parts or (dimension and dimension not in parts):
        raise UsageProblem(f"no part of this slice by {dimension!r}", hint=f"it goes by {', '.join(parts)}")
    telling = tuple(name for name in parts if _tells(facts, window, name, asked))
    by = dimension or next(iter(telling), parts[0])
    total, found = _Found(facts, window, (), asked), _Found(facts, window, (by,), asked)
    keys = _ordered(found, by)
    one_day = len(window.dates) == 1
    return SliceBoard(
        header=header_of(
            facts.snapshot,
            facts.pack,
            board="slice",
            title="Slice",
            window=window,
            as_of=facts.as_of,
            where=within or {},
            label=day_label(window.dates[0]) if one_day else window.label,
        ),
        where=dict(where),
        names=slice_names(facts.snapshot, where),
        dimension=by,
        dimensions=tuple(name for name in parts if name in (by, *telling)),
        total=total.figures((), where),
        rows=tuple(SliceRow(key[0], _name(facts, by, key[0]), found.figures(key, where)) for key in keys[:MOST]),
        count=len(keys),
    )


def _tells(facts: Facts, window: Window, dimension: str, where: Where) -> bool:
    """Whether any row of the slice has a value in a dimension."""
    by = (dimension,)
    found = slices(facts, _sliceable(OF_SIZE, by, where), window, by, where)
    return any(key != (None,) for key in found.keys(*OF_SIZE))


class _Found:
    """The figures of a slice by some dimensions: of the window, and of the month that ends with it."""

    def __init__(self, facts: Facts, window: Window, by: tuple[str, ...], where: Where) -> None:
        self._by = by
        self._asked = _sliceable(METRICS, by, where)
        spans = ((OF_WINDOW, window), (OF_MONTH, trailing(window, MONTH_DAYS)))
        self._parts = tuple(
            (metrics, slices(facts, [name for name in metrics if name in self._asked], span, by, where))
            for metrics, span in spans
        )

    def keys(self, *names: str) -> list[Key]:
        """The values that have rows in any of some metrics of the window."""
        return self._parts[0][1].keys(*names)

    def figures(self, key: Key, where: Where) -> tuple[Figure, ...]:
        """A figure of each metric, under its whole slice, so that it can be asked for again."""
        told = (self._figure(found, metric, key) for metrics, found in self._parts for metric in metrics)
        return tuple(replace(figure, by={**where, **figure.by}) for figure in told)

    def size(self, key: Key) -> float:
        """How much there is of a part, to put the largest first."""
        counts = (self._figure(self._parts[0][1], name, key).value for name in OF_SIZE)
        return sum(count or 0 for count in counts)

    def _figure(self, found: Slices, metric: str, key: Key) -> Figure:
        if metric in self._asked:
            return found.figure(metric, *key)
        by, declared = dict(zip(self._by, key, strict=True)), metric_named(metric)
        note = f"{declared.title} has no such slice"
        return Figure(metric, declared.title, by, None, declared.unit, 0, note=note, window=found.window)


def _sliceable(metrics: Sequence[str], by: Sequence[str], where: Where) -> tuple[str, ...]:
    """Those that have all these dimensions: a stock knows no hour."""
    return tuple(name for name in metrics if {*by, *where} <= {*allowed(metric_named(name))})


def _ordered(found: _Found, by: str) -> list[Key]:
    """Channels in their canonical order, other values by how much there is of them; without a value last."""
    keys = [key for key in found.keys(*OF_SIZE) if found.size(key)]
    if by == "channel":
        return sorted(keys, key=lambda key: (key[0] is None, CHANNELS.index(key[0]) if key[0] in CHANNELS else 0))
    return sorted(keys, key=lambda key: (key[0] is None, -found.size(key), key[0] or ""))


def _name(facts: Facts, dimension: str, value: str | None) -> str | None:
    """The name to show: of an agent the one that is known."""
    return agent_name(facts.snapshot, value) if dimension == "agent" else value
