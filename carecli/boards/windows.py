"""Figures over several windows side by side (R29): each is the figure of its own window, asked for alone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from carecli.boards.board import Header, WindowShown
from carecli.metrics.figure import Figure

Slice = tuple[tuple[str, str | None], ...]
"""Dimension and value; empty for a figure of all rows."""


@dataclass(frozen=True, slots=True)
class WindowFigures:
    """What was found in one window, in the order of its slices."""

    window: WindowShown
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class WindowsPage:
    """The windows in the order they were asked for; `header.window` reaches from the first of all days to the last."""

    header: Header
    columns: tuple[WindowFigures, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for column in self.columns for figure in column.figures)

    @cached_property
    def rows(self) -> tuple[tuple[Figure | None, ...], ...]:
        """A figure a window for each metric and slice; None where a slice has no rows in a window.

        Metrics in the order asked for; in each the slices of the window that has most, then what only others have.
        """
        cells = [{_key(figure): figure for figure in column.figures} for column in self.columns]
        keys = dict.fromkeys(key for column in sorted(cells, key=len, reverse=True) for key in column)
        metrics = list(dict.fromkeys(metric for metric, _ in keys))
        ordered = sorted(keys, key=lambda key: metrics.index(key[0]))
        return tuple(tuple(column.get(key) for column in cells) for key in ordered)


def _key(figure: Figure) -> tuple[str, Slice]:
    return figure.metric, tuple(figure.by.items())
