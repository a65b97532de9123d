"""The two tables that several boards share: queue x channel, and open cases by age."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.text import Text

from carecli.boards.board import NONE, BacklogRow, QueueRow, queue_title
from carecli.metrics.figure import Figure
from carecli.render.grid import QUIET, Column, all_provisional, figure_cell, grids, text
from carecli.render.values import value_text
from carecli.text import PROVISIONAL, count, duration

NOTHING = "nothing to show"
ALL_PROVISIONAL = f"{PROVISIONAL} all of it provisional"
QUEUE_COLUMNS = ("Waiting", "Longest", "Offered", "Answ.", "SL", "ASA", "AHT p50", "p90", "Aband.")
BACKLOG_COLUMNS = (
    *("Total", "Stale", "Oldest", "Us", "Cust.", "3rd", "Nobody", "No reply"),
    *("In 7d", "Out 7d"),
)
"""Behind the ages: the stock, on whom it waits, what nobody has or nobody answered yet, and the flow."""
SHADES = ((0.5, "█"), (0.25, "▓"), (0.1, "▒"), (0.0, "░"))
"""From which share of a row's open cases a cell is shaded how."""


def queue_tables(rows: Sequence[QueueRow], width: int) -> Iterable[RenderableType]:
    """One line per queue x channel; columns in which no row has a value are left out (the foot says why)."""
    if not rows:
        yield Text(NOTHING, QUIET)
        return
    known = [place for place in range(len(QUEUE_COLUMNS)) if any(row.figures[place].value is not None for row in rows)]
    provisional = all_provisional(figure for row in rows for figure in row.figures)
    numbers = [Column(QUEUE_COLUMNS[place]) for place in known]
    columns = [Column("Queue", key=True), *numbers]
    cells = [_queue_cells(row, known, mark=not provisional) for row in rows]
    yield from grids(columns, cells, width)
    if targets := _targets(rows):
        yield text(f"service level: {targets}", QUIET, limit=1000)
    if provisional:
        yield Text(ALL_PROVISIONAL, QUIET)


def _queue_cells(row: QueueRow, places: Iterable[int], *, mark: bool) -> list[Text]:
    return [
        text(queue_title(row.queue, row.channel)),
        *(figure_cell(row.figures[place], mark=mark) for place in places),
    ]


def _targets(rows: Iterable[QueueRow]) -> str:
    """`voice 80 % in 20 s, chat 85 % in 120 s`, each channel once."""
    by_channel = {row.channel or NONE: row.service_level.target for row in rows if row.service_level.target}
    return ", ".join(f"{channel} {target}" for channel, target in by_channel.items())


def backlog_tables(
    rows: Sequence[BacklogRow], total: BacklogRow | None, labels: Sequence[str], name: str, width: int
) -> Iterable[RenderableType]:
    """The heat map: a line per row, shaded by the share of the row's open cases, the total last."""
    if not rows:
        yield Text(NOTHING, QUIET)
        return
    shown = [*rows, *([total] if total else [])]
    columns = [Column(name, key=True), *map(Column, (*labels, *BACKLOG_COLUMNS))]
    yield from grids(columns, [_backlog_cells(row, "total" if row is total else NONE) for row in shown], width)
    yield Text("share of the row's open cases: ░ under 10 %  ▒ 10-25 %  ▓ 25-50 %  █ from 50 %", QUIET)
    if any(row.total.provisional for row in shown):
        yield Text(ALL_PROVISIONAL, QUIET)


def _backlog_cells(row: BacklogRow, unnamed: str) -> list[Text]:
    """The stock is of one moment, so it is provisional as a whole and not by cell."""
    turn = (*row.waiting_on, row.unassigned, row.no_reply, row.created_7d, row.resolved_7d)
    return [
        text(row.name if row.name is not None else unnamed),
        *(_shaded(bucket, row.total) for bucket in row.buckets),
        *(figure_cell(figure, mark=False) for figure in (row.total, row.stale)),
        Text(duration(row.oldest_sec)),
        *(figure_cell(figure, mark=False) for figure in turn),
    ]


def _shaded(bucket: Figure, total: Figure) -> Text:
    if not bucket.value or not total.value:
        return figure_cell(bucket, mark=False)
    return text(f"{shade(bucket.value / total.value)} {value_text(bucket)}")


def shade(share: float) -> str:
    """The character for a share of a row, 0 to 1."""
    return next(character for least, character in SHADES if share >= least)


def more(shown: int, total: int, noun: str) -> str:
    """`500 of 8,412 cases`, or `14 cases` where all are shown."""
    return f"{count(total)} {noun}" if shown == total else f"{count(shown)} of {count(total)} {noun}"
