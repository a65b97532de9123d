"""One window under several packs side by side: the same rows, each pack's own targets (C14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from carecli.boards.board import Header
from carecli.boards.header import header_of
from carecli.boards.scorecard import judged_figure
from carecli.boards.scorecard_metrics import Block, block_of, in_blocks, row_title, stands_below, with_total
from carecli.boards.slices import Where
from carecli.metrics.facts import build_facts
from carecli.metrics.figure import Figure, Status
from carecli.metrics.judge import Judge
from carecli.metrics.judged_slices import Slice, judged_slices
from carecli.metrics.judging import Judgement, status_of
from carecli.metrics.measures import Metric
from carecli.metrics.windows import Window
from carecli.policy.pack import Pack
from carecli.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class PackCell:
    """What one pack says of a row."""

    figure: Figure
    """The figure as this pack counts it, with its target and status."""
    judgements: tuple[Judgement, ...]
    """Empty where the pack promises nothing."""
    differs: bool
    """Whether the pack's own definition gives another value than the row's."""

    @property
    def status(self) -> Status | None:
        return status_of(self.judgements)


@dataclass(frozen=True, slots=True)
class PackRow:
    """One metric in one slice, under every pack."""

    block: Block
    metric: str
    title: str
    by: tuple[tuple[str, str | None], ...]
    below: bool
    figure: Figure
    """As the first pack counts it that can: packs never change what happened, only what counts and what is promised."""
    cells: tuple[PackCell, ...]
    """One a pack, in the board's order."""


@dataclass(frozen=True, slots=True)
class PacksBoard:
    """The packs in their order: the reader's own first is that of the row's figure."""

    header: Header
    packs: tuple[str, ...]
    """Id and version."""
    rows: tuple[PackRow, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figure of each row, then those of the packs that count otherwise."""
        return tuple(
            figure for row in self.rows for figure in (row.figure, *(cell.figure for cell in row.cells if cell.differs))
        )


def packs_board(
    snapshot: Snapshot,
    packs: Sequence[Pack],
    own: Pack,
    *,
    as_of: int,
    zone: str,
    window: Window,
    where: Where | None = None,
    week_start: int = 0,
) -> PacksBoard:
    """The rows of every pack over one window; the row's figure is that of `own` where it has one."""
    judges = [Judge(build_facts(snapshot, pack, as_of, zone), where or {}, week_start) for pack in packs]
    first = next((judge for judge in judges if judge.pack.id == own.id), judges[0])
    header = header_of(
        snapshot, own, board="scorecard", title="Scorecard, all packs", window=window, as_of=as_of, where=where or {}
    )
    names = tuple(f"{pack.id} {pack.version}" for pack in packs)
    return PacksBoard(
        header=replace(header, pack=", ".join(names)),
        packs=names,
        rows=tuple(row for metric in in_blocks() for row in _rows(judges, first, metric, window)),
    )


def _rows(judges: Sequence[Judge], first: Judge, metric: Metric, window: Window) -> list[PackRow]:
    """The rows of a metric: every slice in which any pack promises something of it."""
    judged = [tuple(where.items()) for judge in judges for where in judged_slices(judge.facts, metric.id)]
    ordered = sorted(dict.fromkeys(judged), key=lambda where: (len(where), [name for name, _ in where]))
    slices = with_total(metric.id, [dict(where) for where in ordered])
    return [_row(judges, first, metric, where, window, below=stands_below(where, slices)) for where in slices]


def _row(
    judges: Sequence[Judge], first: Judge, metric: Metric, where: Slice, window: Window, *, below: bool
) -> PackRow:
    over = first.window(metric.id, window)
    made = [judge.figure(metric.id, where, over) for judge in (first, *judges)]
    shown = next((figure for figure in made if figure.value is not None), made[0])
    return PackRow(
        block=block_of(metric),
        metric=metric.id,
        title=row_title(metric, where, below=below),
        by=tuple(where.items()),
        below=below,
        figure=replace(shown, target=None, status=None),
        cells=tuple(_cell(judge, metric, where, window, shown) for judge in judges),
    )


def _cell(judge: Judge, metric: Metric, where: Slice, window: Window, shown: Figure) -> PackCell:
    judgements = judge.judgements(metric.id, where, window)
    figure = judged_figure(judge, metric, where, window)
    differs = bool(judgements) and (figure.value, figure.n) != (shown.value, shown.n)
    return PackCell(figure, judgements, differs)
