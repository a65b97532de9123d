"""Figures and explanations as text: what `metric` and `explain` print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from carecli.boards.board import NONE, Header
from carecli.boards.header import local_time
from carecli.metrics.figure import Explanation, Figure
from carecli.render.grid import QUIET, Column, figure_style, grids, text
from carecli.render.page import NARROWEST, foot, head, printed, section
from carecli.render.structured import NaturalIds
from carecli.render.tables import more
from carecli.render.values import short_moment_text, status_text, value_text
from carecli.text import PROVISIONAL, clean, count

if TYPE_CHECKING:
    from carecli.store.rows import InputFile

TEXT_IDS = 20
"""How many ids a list prints; JSON has more."""


def render_figures_text(figures: Sequence[Figure], header: Header, *, width: int, color: bool) -> str:
    """A line per figure: its slice, value with unit, n, target, status, what was left out, and a note."""
    width = max(width, NARROWEST)
    return printed(_figures_parts(figures, header, width), width=width, color=color)


def _figures_parts(figures: Sequence[Figure], header: Header, width: int) -> Iterable[RenderableType]:
    yield from head(header, width)
    dimensions = list(dict.fromkeys(dimension for figure in figures for dimension in figure.by))
    columns = [
        Column("Metric", key=True),
        *(Column(dimension, key=True) for dimension in dimensions),
        *map(Column, ("Value", "n")),
        *(Column(title, right=False) for title in ("Status", "Target", "Left out", "Note")),
    ]
    if figures:
        yield from grids(columns, [_figure_cells(figure, dimensions) for figure in figures], width)
    else:
        yield Text("no figures", QUIET)
    yield from foot(header, figures, width)


def _figure_cells(figure: Figure, dimensions: Sequence[str]) -> list[Text]:
    mark = f" {PROVISIONAL}" if figure.provisional and figure.value is not None else ""
    return [
        text(figure.metric),
        *(text(_slice_value(figure, dimension)) for dimension in dimensions),
        text(value_text(figure) + mark, figure_style(figure)),
        Text(count(figure.n)),
        text(status_text(figure), figure_style(figure)),
        text(figure.target or ""),
        text(_left_out(figure.excluded)),
        text(figure.note or ""),
    ]


def _slice_value(figure: Figure, dimension: str) -> str:
    if dimension not in figure.by:
        return ""
    value = figure.by[dimension]
    return NONE if value is None else value


def _left_out(excluded: Mapping[str, int]) -> str:
    """`12 short, 4 test`."""
    return ", ".join(f"{count(rows)} {reason}" for reason, rows in excluded.items() if rows)


def render_explanation_text(
    explanation: Explanation,
    header: Header,
    *,
    natural_ids: NaturalIds,
    files: Sequence[InputFile],
    width: int,
    color: bool,
) -> str:
    """Where a figure comes from: formula, pack key, window, counts, exclusions, files and the first ids."""
    width = max(width, NARROWEST)
    parts = _explanation_parts(explanation, header, natural_ids, files, width)
    return printed(parts, width=width, color=color)


def _explanation_parts(
    explanation: Explanation, header: Header, natural_ids: NaturalIds, files: Sequence[InputFile], width: int
) -> Iterable[RenderableType]:
    figure = explanation.figure
    yield from head(header, width)
    by = ", ".join(f"{dimension}={NONE if value is None else value}" for dimension, value in figure.by.items())
    yield text(f"{figure.title} {by}".strip(), "bold", limit=400)
    yield Text.assemble((value_text(figure), f"bold {figure_style(figure)}".strip()), "  ", status_text(figure))
    for label, value in _lines(explanation):
        yield Text.assemble((f"{label}: ", QUIET), clean(value, limit=1000))
    yield from _row_lists(explanation, natural_ids)
    yield section("Files")
    yield from (_file_line(file, header.zone) for file in files)
    yield from foot(header, (figure,), width)


def _file_line(file: InputFile, zone: str) -> Text:
    """Its path, the beginning of its hash, and when it was brought."""
    brought = f"  {file.sha256[:12]}  imported {short_moment_text(local_time(file.imported_at, zone))}"
    return Text.assemble(text(file.path, limit=400), (brought, QUIET))


def _lines(explanation: Explanation) -> Iterable[tuple[str, str]]:
    figure = explanation.figure
    yield "formula", explanation.formula
    yield "pack key", explanation.pack_key
    yield "window", explanation.window
    if figure.target:
        yield "target", figure.target
    if figure.numerator is not None:
        yield "numerator", f"{figure.numerator:,.15g}"
    if figure.denominator is not None:
        yield "denominator", f"{figure.denominator:,.15g}"
    yield "n", count(figure.n)
    yield "left out", _left_out(figure.excluded) or "nothing"
    notes = dict.fromkeys(note for note in (figure.note, *explanation.notes) if note)
    yield from (("note", note) for note in notes)


def _row_lists(explanation: Explanation, natural_ids: NaturalIds) -> Iterable[Text]:
    """The first ids of what was counted, and of what was left out for each reason."""
    yield from _row_list("Rows", explanation.rows, natural_ids)
    if explanation.numerator_rows != explanation.rows:
        yield from _row_list("Of these in the numerator", explanation.numerator_rows, natural_ids)
    for reason, rows in explanation.excluded_rows.items():
        yield from _row_list(f"Left out: {reason}", rows, natural_ids)


def _row_list(title: str, rows: Mapping[str, Sequence[int]], natural_ids: NaturalIds) -> Iterable[Text]:
    for table, ids in rows.items():
        if not ids:
            continue
        first = natural_ids(table, ids[:TEXT_IDS])
        yield section(str(clean(title)), f"{more(len(first), len(ids), table)}")
        yield text("  ".join(str(clean(each)) for each in first), limit=200_000)
