"""Rows of queue x channel, and of the heat map, as the widgets want them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from carecli.boards.board import BacklogRow, QueueRow
from carecli.metrics.figure import Figure
from carecli.text import Shown, ago, clean
from carecli.tui.widgets.board_table import Cell, Column, Line, figure_cell, text_cell
from carecli.tui.widgets.heat_map import HeatRow
from carecli.tui.wording import named

_COLUMNS: Final = (
    (0, Column("queue", "Queue", number=False)),
    (0, Column("channel", "Channel", number=False)),
    (120, Column("waiting", "Wait")),
    (120, Column("longest_wait", "Longest")),
    (0, Column("offered", "Offered")),
    (100, Column("answered", "Answ.")),
    (0, Column("service_level", "SL")),
    (110, Column("target", "target", number=False)),
    (0, Column("asa", "ASA")),
    (0, Column("aht_p50", "AHT p50")),
    (90, Column("aht_p90", "p90")),
    (0, Column("abandonment", "Aband.")),
)
"""From which room a column is shown."""

_FIGURES: Final = (
    "waiting", "longest_wait", "offered", "answered", "service_level", "asa", "aht_p50", "aht_p90", "abandonment",
)  # fmt: skip
"""The columns that are figures, in the order of `QueueRow.figures`."""

_LIVE: Final = ("waiting", "longest_wait")


def queue_columns(room: int, *, live: bool) -> list[Column]:
    """The columns that fit so many cells; a live page shows who waits at any width, a past day not at all."""
    columns = [(0 if column.key == "waiting" and live else least, column) for least, column in _COLUMNS]
    return [column for least, column in columns if room >= least and (live or column.key not in _LIVE)]


def queue_line(row: QueueRow, columns: Sequence[Column], *, mark: bool) -> Line:
    """One queue x channel; the key is its names, so that the cursor stays on it."""
    figures = zip(_FIGURES, row.figures, strict=True)
    cells = {
        "queue": text_cell(clean(named(row.queue), limit=16 if len(columns) <= 8 else 26)),
        "channel": text_cell(named(row.channel)),
        "target": Cell(clean(row.service_level.target, limit=24), row.service_level.target, "quiet", row.service_level),
        **{name: figure_cell(figure, mark=mark) for name, figure in figures},
    }
    return Line(f"{row.queue!r} {row.channel!r}", tuple(cells[column.key] for column in columns), row)


def heat_headings(labels: Sequence[str], room: int, *, flow: bool = False) -> list[Shown]:
    """The headings over the heat map, as many as fit; `flow` puts what came and went in place of whose turn it is."""
    rest = _heat_rest(room, flow=flow)
    return [*(clean(label, limit=12) for label in labels), *(clean(name) for name in rest)]


_TURN: Final = ("on us", "on cust", "on 3rd", "nobody", "no reply")
_FLOW: Final = ("in 7 d", "out 7 d")
ALL_COLUMNS: Final = 150
"""From this width whose turn it is and what came and went stand side by side."""


def _heat_rest(room: int, *, flow: bool) -> tuple[str, ...]:
    if room >= ALL_COLUMNS:
        return ("total", *_TURN, "stale", *_FLOW, "oldest")
    if room >= 90 and flow:
        return ("total", "stale", *_FLOW, "oldest")
    if room >= 110:
        return ("total", *_TURN, "stale", "oldest")
    if room >= 90:
        return ("total", "on us", "nobody", "no reply", "stale")
    if room >= 70:
        return (*_FLOW, "oldest") if flow else ("total", "on us", "stale")
    return ("total", "stale")


def heat_row(row: BacklogRow, room: int, *, mark: bool, label: str | None = None, flow: bool = False) -> HeatRow:
    """One row of the heat map; a row without a name is the slice without a value."""
    waiting: list[Figure | Shown] = [*row.waiting_on]
    waiting += [clean("")] * (3 - len(waiting))
    rest: dict[str, Figure | Shown] = dict(zip(("on us", "on cust", "on 3rd"), waiting, strict=False))
    rest |= {"total": row.total, "stale": row.stale, "in 7 d": row.created_7d, "out 7 d": row.resolved_7d}
    rest |= {"nobody": row.unassigned, "no reply": row.no_reply}
    rest["oldest"] = ago(row.oldest_sec)
    shown = tuple(rest[name] for name in _heat_rest(room, flow=flow))
    name = clean(label) if label is not None else named(row.name)
    return HeatRow(repr(row.name), name, row.buckets, shown, row.total.value or 0.0, mark, row)
