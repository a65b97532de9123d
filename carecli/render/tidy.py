"""Figures as CSV: one row a figure, one column a dimension; what a spreadsheet might take for a formula is defused."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from carecli.boards.board import Header
from carecli.metrics.figure import Figure

FIRST = ("board", "as_of", "tz", "pack", "window", "metric", "title")
LAST = ("value", "unit", "currency", "n", "numerator", "denominator", "target", "status", "provisional", "excluded",
        "note")  # fmt: skip
ACTIVE = ("=", "+", "-", "@", "\t", "\r")
"""What begins a formula in some spreadsheet; a leading apostrophe makes it text."""


def render_csv(header: Header, figures: Sequence[Figure]) -> str:
    """RFC 4180 with `\\r\\n`; ratios 0..1 and durations in seconds, as in JSON; a value not known is empty."""
    dimensions = list(dict.fromkeys(name for figure in figures for name in figure.by))
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([*FIRST, *map(defused, dimensions), *LAST])
    writer.writerows(_row(header, figure, dimensions) for figure in figures)
    return out.getvalue()


def defused(text: str) -> str:
    """Text that no spreadsheet runs."""
    return f"'{text}" if text.startswith(ACTIVE) else text


def _row(header: Header, figure: Figure, dimensions: Sequence[str]) -> list[str]:
    told = figure.as_json()
    first = (header.board, header.as_of.isoformat(), header.zone, header.pack, figure.window, figure.metric,
             figure.title)  # fmt: skip
    slice_ = (figure.by.get(name) or "" for name in dimensions)
    excluded = "; ".join(f"{reason} {rows}" for reason, rows in figure.excluded.items())
    last = {**told, "currency": figure.currency, "excluded": excluded}
    return [defused(text) for text in (*first, *slice_)] + [_cell(last[name]) for name in LAST]


def _cell(value: object) -> str:
    """A number as it is; only text can be taken for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else defused(str(value))
