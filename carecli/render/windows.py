"""Windows side by side, as text and as plain objects for JSON (R29)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from carecli.boards.board import NONE, WindowShown
from carecli.boards.windows import WindowsPage
from carecli.metrics.figure import Figure
from carecli.render.grid import QUIET, Column, figure_cell, grids, text
from carecli.render.page import NARROWEST, foot, head, printed
from carecli.render.structured import figures_json
from carecli.text import count

NO_ROWS = "an empty cell: the slice has no rows in that window"


def render_windows_text(page: WindowsPage, *, width: int, color: bool) -> str:
    """A line per metric and slice with the value of each window, then n of each; a number is never cut."""
    width = max(width, NARROWEST)
    return printed(_parts(page, width), width=width, color=color)


def _parts(page: WindowsPage, width: int) -> Iterable[RenderableType]:
    yield from head(page.header, width)
    yield from (text(f"{column.window.name}  {column.window.label}", QUIET) for column in page.columns)
    names = [column.window.name for column in page.columns]
    dimensions = list(dict.fromkeys(dimension for figure in page.figures for dimension in figure.by))
    columns = [
        Column("Metric", key=True),
        *(Column(dimension, key=True) for dimension in dimensions),
        *map(Column, names),
        *(Column(f"n {name}") for name in names),
        Column("Target", right=False),
    ]
    if page.rows:
        yield from grids(columns, [_cells(row, dimensions) for row in page.rows], width)
    else:
        yield Text("no figures", QUIET)
    if any(cell is None for row in page.rows for cell in row):
        yield text(NO_ROWS, QUIET)
    yield from (text(note, QUIET, limit=1000) for note in _notes(page))
    yield from foot(page.header, page.figures, width)


def _cells(row: Sequence[Figure | None], dimensions: Sequence[str]) -> list[Text]:
    first = next(figure for figure in row if figure is not None)
    targets = dict.fromkeys(figure.target for figure in row if figure is not None and figure.target)
    return [
        text(first.metric),
        *(text(_slice_value(first, dimension)) for dimension in dimensions),
        *(Text("") if figure is None else figure_cell(figure) for figure in row),
        *(Text("" if figure is None else count(figure.n)) for figure in row),
        text(", ".join(targets)),
    ]


def _slice_value(figure: Figure, dimension: str) -> str:
    if dimension not in figure.by:
        return ""
    value = figure.by[dimension]
    return NONE if value is None else value


def _notes(page: WindowsPage) -> Iterator[str]:
    """What is said beside values, each once: `service_level 7d, 28d: of answered`."""
    told: dict[tuple[str, str], dict[str, None]] = {}
    for column in page.columns:
        for figure in column.figures:
            if figure.value is not None and figure.note:
                told.setdefault((figure.note, figure.metric), {})[column.window.name] = None
    return (f"{metric} {', '.join(names)}: {note}" for (note, metric), names in told.items())


def windows_json(page: WindowsPage) -> dict[str, Any]:
    """As `metric` prints one window, but `windows` for `window`, and each figure names the window it is of."""
    told = figures_json((), page.header)
    figures = [
        {**figure.as_json(), "window": column.window.name} for column in page.columns for figure in column.figures
    ]
    own = {"window": ("windows", [_window(column.window) for column in page.columns]), "figures": ("figures", figures)}
    return dict(own.get(name, (name, value)) for name, value in told.items())


def _window(window: WindowShown) -> dict[str, str]:
    """The keys of a window in the contract; `to` is exclusive."""
    return {
        "name": window.name,
        "from": window.first.isoformat(),
        "to": window.last.isoformat(),
        "label": window.label,
    }
