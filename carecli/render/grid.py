"""Tables that fit a width without ever cutting a number: what doesn't fit stands in a further table below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rich import box
from rich.table import Table
from rich.text import Text

from carecli.metrics.figure import Figure
from carecli.render.values import marked_value
from carecli.text import clean

GAP = 2
"""Cells between columns, one of them drawn by the table's own divider."""

STYLES = {"ok": "color(33)", "risk": "color(214)", "miss": "bold color(208)", "below": "color(245)"}
"""Blue for good, orange for bad; the glyph says the same without colour."""

QUIET = "color(245)"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. A key names the row, may be cut, and is repeated in every part of a split table."""

    title: str
    key: bool = False
    right: bool = True


def text(value: object, style: str = "", *, limit: int = 200) -> Text:
    """Data as literal text: cleaned, never markup."""
    return Text(clean(value, limit=limit), style)


def figure_cell(figure: Figure, *, mark: bool = True) -> Text:
    """A figure in a table: status glyph, value, and where `mark` is set its provisional mark."""
    return text(marked_value(figure if mark else replace(figure, provisional=False)), figure_style(figure))


def all_provisional(figures: Iterable[Figure]) -> bool:
    """Whether a table may say so once, in place of a mark in every cell."""
    known = [figure.provisional for figure in figures if figure.value is not None]
    return bool(known) and all(known)


def figure_style(figure: Figure) -> str:
    if figure.value is None:
        return QUIET
    return STYLES.get(figure.status or "", "")


def grids(columns: Sequence[Column], rows: Sequence[Sequence[Text]], width: int) -> Iterator[Table]:
    """The rows as one table, or as several that repeat the key columns where one would be too wide."""
    widths = [_natural_width(place, columns, rows) for place in range(len(columns))]
    keys = [place for place, column in enumerate(columns) if column.key]
    widest_key = max(8, width // 3 // max(1, len(keys)))
    widths = [min(each, widest_key) if columns[place].key else each for place, each in enumerate(widths)]
    for places in _parts(columns, widths, keys, width):
        yield _table(columns, rows, widths, places, width)


def _natural_width(place: int, columns: Sequence[Column], rows: Sequence[Sequence[Text]]) -> int:
    return max(text(columns[place].title).cell_len, *(row[place].cell_len for row in rows), 1)


def _parts(columns: Sequence[Column], widths: Sequence[int], keys: list[int], width: int) -> list[list[int]]:
    """Which columns stand in which table; each has the keys and at least one column more."""
    parts: list[list[int]] = [list(keys)]
    for place in range(len(columns)):
        if place in keys:
            continue
        used = sum(widths[each] + GAP for each in parts[-1])
        if used + widths[place] > width and len(parts[-1]) > len(keys):
            parts.append(list(keys))
        parts[-1].append(place)
    return [sorted(part) for part in parts]


def _table(
    columns: Sequence[Column], rows: Sequence[Sequence[Text]], widths: Sequence[int], places: Sequence[int], width: int
) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, GAP - 1, 0, 0), show_edge=False, header_style="bold")
    for place in places:
        column = columns[place]
        table.add_column(
            text(column.title),
            justify="right" if column.right and not column.key else "left",
            width=min(widths[place], width),
            no_wrap=column.key,
            overflow="ellipsis" if column.key else "fold",
        )
    for row in rows:
        table.add_row(*(row[place] for place in places))
    return table
