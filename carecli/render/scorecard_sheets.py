"""Scorecards as sheets: what Markdown, HTML and workbooks are written from."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from carecli.boards.scorecard import ScorecardBoard, ScoreRow
from carecli.boards.scorecard_packs import PackCell, PackRow, PacksBoard
from carecli.metrics.judging import Judgement
from carecli.render.scorecard import judged_value
from carecli.render.sheet import Cell, Sheet, sheet
from carecli.render.values import change_text, status_text, value_text
from carecli.text import STATUS


def scorecard_sheets(board: ScorecardBoard) -> Iterator[Sheet]:
    """One sheet a block (R42), then the balanced score and its alarms."""
    compared = ("Before", "Change") if board.against is not None else ()
    names = [window.name for window in board.windows]
    columns = ("Metric", *names, "n", "Status", "Target", *compared, "Note", "Owner")
    for block in dict.fromkeys(row.block for row in board.rows):
        lines = [_line(row, bool(compared)) for row in board.rows if row.block == block]
        yield sheet(block.replace(" ", "-"), block.capitalize(), columns, lines)
    if board.balanced is not None:
        parts: list[tuple[Cell, ...]] = [
            (part.figure.title, part.figure, part.target, _decimal(part.score), _decimal(part.weight), part.note)
            for part in board.balanced.parts
        ]
        total: tuple[Cell, ...] = ("Total", None, "", _decimal(board.balanced.total), "", board.balanced.normalised)
        heading = ("Part", "Value", "Target", "Score", "Weight", "Note")
        yield sheet("balanced", "Balanced scorecard", heading, [*parts, total])
    alarms = [
        (", ".join(str(value) for _, value in each.by) or "all channels", each.handle_time, each.csat)
        for each in board.alarms
    ]
    yield sheet("false-economy", "False economy?", ("Where", "Handle time", "CSAT"), alarms)


def _line(row: ScoreRow, compared: bool) -> tuple[Cell, ...]:
    title = f"{row.judged.title}: {row.title}" if row.below else row.title
    notes = dict.fromkeys(each.note for each in row.judgements if each.note)
    moved: tuple[Cell, ...] = (None, "")
    if row.change is not None:
        moved = (row.change.before, change_text(row.judged, row.change.before))
    first: tuple[Cell, ...] = (title, *row.figures, row.judged.n, status_text(row.judged), row.judged.target or "")
    last: tuple[Cell, ...] = ("; ".join(each for each in (_judged_apart(row), *notes) if each), row.owner)
    return (*first, *(moved if compared else ()), *last)


def _judged_apart(row: ScoreRow) -> str:
    """`2025-04-01..2025-04-30: 8.91 USD` where another window than those shown is judged."""
    judged = row.judged
    shown = any(figure.window == judged.window for figure in row.figures)
    return "" if shown or judged.value is None else f"{judged.window}: {value_text(judged)}"


def packs_sheets(board: PacksBoard) -> Iterator[Sheet]:
    """One sheet a block: the value once, then what each pack says."""
    columns = ("Metric", "Value", "n", *(name.rpartition(" ")[0] for name in board.packs))
    for block in dict.fromkeys(row.block for row in board.rows):
        lines = [_pack_line(row) for row in board.rows if row.block == block]
        yield sheet(block.replace(" ", "-"), block.capitalize(), columns, lines)


def _pack_line(row: PackRow) -> tuple[Cell, ...]:
    title = f"{row.figure.title}: {row.title}" if row.below else row.title
    return (title, row.figure, row.figure.n, *(_said(cell) for cell in row.cells))


def _said(cell: PackCell) -> str:
    own = f"≠ {value_text(cell.figure)}: " if cell.differs else ""
    return own + "; ".join(_verdict(each, cell) for each in cell.judgements)


def _verdict(judgement: Judgement, cell: PackCell) -> str:
    word = " ".join(STATUS[judgement.verdict]) if judgement.verdict else judgement.note or "no data"
    return " ".join(filter(None, (judgement.target, word, judged_value(judgement, cell.figure))))


def _decimal(value: Fraction | None) -> str | None:
    return None if value is None else f"{float(value):.3f}"
