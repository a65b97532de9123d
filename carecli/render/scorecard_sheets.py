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
    """One sheet with the block beside each row, then the balanced score and its alarms."""
    names = [window.name for window in board.windows]
    compared = ("Before", "Change") if board.against is not None else ()
    columns = ("Block", "Metric", "Target", *names, "n", "Status", *compared, "Note", "Owner")
    yield sheet("scorecard", "Scorecard", columns, [_line(row, bool(compared)) for row in board.rows])
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
    first: tuple[Cell, ...] = (row.block, title, row.judged.target or "", *row.figures, row.judged.n)
    last: tuple[Cell, ...] = ("; ".join(each for each in notes if each), row.owner)
    return (*first, status_text(row.judged), *(moved if compared else ()), *last)


def packs_sheets(board: PacksBoard) -> Iterator[Sheet]:
    """One sheet: the value once, then what each pack says."""
    columns = ("Block", "Metric", "Value", "n", *(name.rpartition(" ")[0] for name in board.packs))
    yield sheet("packs", "Every pack", columns, [_pack_line(row) for row in board.rows])


def _pack_line(row: PackRow) -> tuple[Cell, ...]:
    title = f"{row.figure.title}: {row.title}" if row.below else row.title
    return (row.block, title, row.figure, row.figure.n, *(_said(cell) for cell in row.cells))


def _said(cell: PackCell) -> str:
    own = f"≠ {value_text(cell.figure)}: " if cell.differs else ""
    return own + "; ".join(_verdict(each, cell) for each in cell.judgements)


def _verdict(judgement: Judgement, cell: PackCell) -> str:
    word = " ".join(STATUS[judgement.verdict]) if judgement.verdict else judgement.note or "no data"
    return " ".join(filter(None, (judgement.target, word, judged_value(judgement, cell.figure))))


def _decimal(value: Fraction | None) -> str | None:
    return None if value is None else f"{float(value):.3f}"
