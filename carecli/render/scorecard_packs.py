"""Packs side by side as text: the value once, then what each pack promises and how it judges (C14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.text import Text

from carecli.boards.scorecard_metrics import BLOCKS
from carecli.boards.scorecard_packs import PackCell, PackRow, PacksBoard
from carecli.metrics.judging import Judgement
from carecli.render.grid import GAP, QUIET, STYLES, Column, figure_cell, grids, text
from carecli.render.page import foot, head, section
from carecli.render.scorecard import judged_value, judgement_notes, short_title
from carecli.render.values import value_text
from carecli.text import STATUS, count

DIFFERS = "≠"
NOTHING = "·"
LEGEND = f"{DIFFERS} as this pack counts it   {NOTHING} nothing promised   ○ shown, not judged"


def packs_parts(board: PacksBoard, width: int) -> Iterable[RenderableType]:
    """The page from top to bottom; without figures where the data ends before its window."""
    yield from head(board.header, width)
    if board.header.data_ends is not None:
        yield from foot(board.header, (), width)
        return
    for block in BLOCKS:
        rows = [row for row in board.rows if row.block == block]
        if rows:
            yield section(block.capitalize())
            yield from _tables(rows, [name.rpartition(" ")[0] for name in board.packs], width)
            yield from (text(note, QUIET, limit=400) for note in _notes(rows, board.packs))
    yield Text(f"\n{LEGEND}", QUIET)
    yield from foot(board.header, [row.figure for row in board.rows], width)


def _tables(rows: Sequence[PackRow], names: Sequence[str], width: int) -> Iterator[RenderableType]:
    """The values with as many packs as fit beside them, then the other packs, of rows in which they promise something.

    Packs that promise nothing in a block are named in one line.
    """
    silent = [place for place in range(len(names)) if not any(row.cells[place].judgements for row in rows)]
    told = [place for place in range(len(names)) if place not in silent]
    for number, places in enumerate(_parts(rows, names, told, width)):
        some = rows if number == 0 else _promised(rows, places)
        values = [Column("Value"), Column("n")] if number == 0 else []
        columns = [Column("Metric", key=True), *values, *(Column(names[place], right=False) for place in places)]
        yield from grids(columns, [line for row in some for line in _lines(row, places, bool(values), width)], width)
    if silent and told:
        yield text(f"  nothing promised: {', '.join(names[place] for place in silent)}", QUIET)


def _promised(rows: Sequence[PackRow], places: Sequence[int]) -> list[PackRow]:
    """The rows of which some of these packs promise something, with the row that they stand below."""
    kept = [any(row.cells[place].judgements for place in places) for row in rows]
    under = {row.metric for row, keep in zip(rows, kept, strict=True) if keep and row.below}
    heads = {row.metric: number for number, row in reversed(list(enumerate(rows))) if not row.below}
    above = {heads[metric] for metric in under if metric in heads}
    return [row for number, row in enumerate(rows) if kept[number] or number in above]


def _parts(rows: Sequence[PackRow], names: Sequence[str], told: Sequence[int], width: int) -> list[list[int]]:
    """Which packs stand in which table; the first table has the values too."""
    key = min(width // 3, max(len(_title(row, width)) for row in rows)) + GAP
    values = max(len(value_text(row.figure)) + len(count(row.figure.n)) for row in rows) + 3 * GAP
    parts: list[list[int]] = [[]]
    used = key + values
    for place in told:
        cells = [len(names[place]), *(len(_cell(row.cells[place], each)) for row in rows for each in range(_deep(row)))]
        if used + max(cells) + GAP > width and (parts[-1] or len(parts) == 1):
            parts.append([])
            used = key
        parts[-1].append(place)
        used += max(cells) + GAP
    return parts


def _deep(row: PackRow) -> int:
    """How many lines a row needs for the pack that promises most."""
    return max(1, *(len(cell.judgements) for cell in row.cells))


def _title(row: PackRow, width: int) -> str:
    return f"  {row.title}" if row.below else short_title(row.title, row.figure.title, width)


def _lines(row: PackRow, places: Sequence[int], valued: bool, width: int) -> Iterator[list[Text]]:
    """A line for each promise of the pack of these that makes most."""
    for line in range(max(1, *(len(row.cells[place].judgements) for place in places), 1)):
        values = [figure_cell(row.figure, mark=False), Text(count(row.figure.n))] if valued else []
        own = [text(_title(row, width)), *values]
        yield [
            *(own if line == 0 else [Text("")] * len(own)),
            *(_cell(row.cells[place], line) for place in places),
        ]


def _cell(cell: PackCell, place: int) -> Text:
    if place >= len(cell.judgements):
        return Text(NOTHING if place == 0 else "", QUIET)
    judgement = cell.judgements[place]
    glyph, word = STATUS[judgement.verdict] if judgement.verdict else ("○", _why(judgement))
    style = STYLES.get(judgement.verdict or "", QUIET) if not judgement.directional else QUIET
    own = f"{DIFFERS} {value_text(cell.figure)}, " if cell.differs and place == 0 else ""
    other = judged_value(judgement, cell.figure)
    direction = "direction " if judgement.directional else ""
    return text(f"{own}{direction}{judgement.target} {glyph} {word}{f' {other}' if other else ''}", style)


def _why(judgement: Judgement) -> str:
    """The first words of why there is no verdict."""
    return (judgement.note or "no data").partition(":")[0] if judgement.figure.value is not None else "no data"


def _notes(rows: Sequence[PackRow], packs: Sequence[str]) -> Iterator[str]:
    """Why packs show values without a verdict, or which arm of a promise was met."""
    told: dict[str, dict[str, None]] = {}
    for row in rows:
        for pack, cell in zip(packs, row.cells, strict=True):
            for judgement in cell.judgements:
                for note in judgement_notes(judgement, cell.figure):
                    if note != judgement.figure.note:
                        title = f"{row.figure.title} {row.title}" if row.below else row.title
                        told.setdefault(f"{title}: {note}", {})[pack.rpartition(" ")[0]] = None
    return (f"  {', '.join(names)}: {note}" for note, names in told.items())
