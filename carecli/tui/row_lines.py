"""The rows behind a figure as a table wants them, and the sums of them in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from carecli.boards.drill import Kind, RowLine, RowsBoard, RowsColumn, RowsTotals, Value
from carecli.metrics.figure import Figure
from carecli.render.values import plain_value, short_moment_text
from carecli.text import NO_DATA, STATUS, Shown, clean, count, duration, width
from carecli.tui.widgets.board_table import Cell, Column, Line, text_cell

ADDS: Final = "adds"
FIRST_WANTED: Final = (
    *("when", "case", "age", ADDS, "subject", "last", "stale", "turn", "wait", "outcome", "vote", "again", "level"),
    *("reopened", "issue_type", "agent", "queue", "handle", "priority", "channel", "status", "customer", "tier"),
    *("contact", "what", "source"),
)
"""Which columns a narrow screen keeps."""
WANTED_OF_CASES: Final = tuple(key for key in FIRST_WANTED if key != "when")
"""The same where the rows are open cases, whose age says when they were made."""
CUT: Final = {"subject": 60, "contact": 36, "case": 20, "customer": 20, "agent": 22, "queue": 22, "issue_type": 18}
"""The widest that a text may be; the line below the table shows the whole."""
LEAST_SUBJECT: Final = 20
"""Cells that a subject is worth showing in."""
PADDING: Final = 2


def laid_out(board: RowsBoard, room: int, widths: dict[str, int]) -> tuple[list[Column], list[Line]]:
    """The columns that fit so many cells, in the order of the page, and the rows in them.

    `widths` is what each column has needed so far, so that the columns stay while one types a filter.
    """
    every = _every_column(board)
    rows = [_cells(line, board) for line in board.lines]
    for column in every:
        needed = PADDING + max([width(column.label), *(width(cells[column.key].text) for cells in rows)])
        widths[column.key] = max(widths.get(column.key, 0), needed)
    kept, spare = _fitting(board, widths, room)
    columns = [Column(each.key, each.label, number=each.kind in NUMBERS) for each in every if each.key in kept]
    for cells in rows if "subject" in kept else ():
        cells["subject"] = _shortened(cells["subject"], LEAST_SUBJECT - PADDING + spare)
    lines = [
        Line(line.key, tuple(cells[column.key] for column in columns), line)
        for line, cells in zip(board.lines, rows, strict=True)
    ]
    return columns, lines


NUMBERS: Final = ("duration", "number")


def is_of_cases(board: RowsBoard) -> bool:
    """Whether the rows are open cases."""
    return any(column.key == "age" for column in board.columns)


def _every_column(board: RowsBoard) -> list[RowsColumn]:
    """What rows add stands behind the first column, where they add anything that differs."""
    marks = board.adds_label != "Counts" or board.sides is not None or board.asked.left_out
    kind: Kind = "number" if board.adds_label == "Adds" else "text"
    adds = [RowsColumn(ADDS, board.adds_label, kind)] if marks else []
    return [*board.columns[:1], *adds, *board.columns[1:]]


def _fitting(board: RowsBoard, widths: Mapping[str, int], room: int) -> tuple[set[str], int]:
    """The keys of the columns that fit, the most wanted first, and the cells left over; a subject may be cut."""
    kept: set[str] = set()
    known = {column.key for column in _every_column(board)}
    wanted = WANTED_OF_CASES if is_of_cases(board) else FIRST_WANTED
    for key in (*wanted, "when"):
        if key not in known or key in kept:
            continue
        least = min(widths[key], LEAST_SUBJECT) if key == "subject" else widths[key]
        if least <= room:
            kept.add(key)
            room -= least
    return kept, room


def _cells(line: RowLine, board: RowsBoard) -> dict[str, Cell]:
    """The cells of one row by column; what was left out is quiet and says why."""
    cells = {column.key: _cell(column, value, line) for column, value in zip(board.columns, line.cells, strict=True)}
    return {ADDS: _adds_cell(line, board.figure), **cells}


def _cell(column: RowsColumn, value: Value, line: RowLine) -> Cell:
    style = "" if line.counted else "quiet"
    if column.kind == "mark":
        return Cell(clean(f"{STATUS['risk'][0]} {value}") if value else clean(""), None, "risk")
    if isinstance(value, str) or value is None:
        shown = text_cell(value, style)
        return Cell(_cut(shown.text, CUT.get(column.key)), shown.order, shown.tone)
    return Cell(value_words(column, value), None, style)


def value_words(column: RowsColumn, value: Value) -> Shown:
    """A value as it is shown."""
    if isinstance(value, datetime):
        return short_moment_text(value)
    if isinstance(value, float):
        return duration(value) if column.kind == "duration" else count(int(value))
    return clean(NO_DATA if value is None else value)


def _shortened(cell: Cell, widest: int) -> Cell:
    return replace(cell, text=_cut(cell.text, widest))


def _cut(text: Shown, widest: int | None) -> Shown:
    return text if widest is None or len(text) <= widest else clean(f"{text[: widest - 1]}…")


def _adds_cell(line: RowLine, figure: Figure) -> Cell:
    """The side of a share with its glyph; an amount in the figure's unit; why a row was left out."""
    if not line.counted:
        return Cell(clean(f"{STATUS['none'][0]} left out: {line.adds}"), None, "quiet")
    if isinstance(line.adds, float):
        return Cell(plain_value(line.adds, figure.unit), None)
    tone = "" if line.good is None else "ok" if line.good else "miss"
    glyph = f"{STATUS[tone][0]} " if tone else ""
    return Cell(clean(f"{glyph}{line.adds or ''}"), None, tone)


def totals_words(board: RowsBoard) -> Shown:
    """ "37 of 189 rows with /refund: 30 in time, 7 late   left out 12: 12 test": of all rows, not of the page."""
    shown, every = board.matching, board.totals
    filtered = " ".join(board.asked.words)
    noun = row_noun(board, every.counted)
    of = f"{count(shown.counted)} of {count(every.counted)} {noun} with /{filtered}" if filtered else ""
    sums = ", ".join(_sums(shown, board))
    page = f"   on this page {count(board.asked.first + 1)} to {count(board.asked.first + len(board.lines))}"
    paged = page if 0 < len(board.lines) < board.count else ""
    told = of or f"{count(every.counted)} {noun}"
    return clean((f"{told}: {sums}" if sums else told) + paged + _left_out(board), limit=400)


def _sums(totals: RowsTotals, board: RowsBoard) -> Iterator[str]:
    if board.sides is not None and totals.added is not None:
        yield f"{count(totals.added)} {board.sides[0]}"
        yield f"{count(totals.counted - totals.added)} {board.sides[1]}"
    elif totals.amount is not None:
        yield f"together {plain_value(totals.amount, board.figure.unit)}"


def _left_out(board: RowsBoard) -> str:
    left_out = board.matching.left_out
    if not left_out:
        return ""
    reasons = ", ".join(f"{count(rows)} {reason}" for reason, rows in left_out.items())
    how = "listed too" if board.asked.left_out else "x lists them"
    return f"   left out {count(sum(left_out.values()))}: {reasons} ({how})"


def place_words(board: RowsBoard) -> Shown:
    """ "14 rows", "500 of 8,412 rows", "501 to 1,000 of 8,412 rows"."""
    noun, first, shown = row_noun(board, board.count), board.asked.first, len(board.lines)
    if shown == board.count:
        return clean(f"{count(shown)} {noun}")
    if first == 0:
        return clean(f"{count(shown)} of {count(board.count)} {noun}")
    return clean(f"{count(first + 1)} to {count(first + shown)} of {count(board.count)} {noun}")


def row_noun(board: RowsBoard, number: int) -> str:
    """Open cases are cases; other rows may be of several tables."""
    noun = "case" if is_of_cases(board) or board.figure.unit == "cases" else "row"
    return noun if number == 1 else f"{noun}s"
