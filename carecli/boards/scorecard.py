"""The scorecard: every metric with its target, several windows side by side, its trend and its status (R29, R42)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from carecli.boards.balanced import BalancedScorecard, FalseEconomy, balanced_scorecard, false_economies
from carecli.boards.board import Header, WindowShown
from carecli.boards.comparing import Change, change_of
from carecli.boards.header import header_of, window_shown
from carecli.boards.scorecard_metrics import Block, block_of, in_blocks, row_title, stands_below, with_total
from carecli.boards.slices import Where
from carecli.metrics.evaluate import figures
from carecli.metrics.facts import build_facts
from carecli.metrics.figure import Figure, Status
from carecli.metrics.goal_lint import lint_goals
from carecli.metrics.judge import Judge
from carecli.metrics.judged_slices import Slice, judged_slices
from carecli.metrics.judging import Judgement, status_of
from carecli.metrics.measures import Metric
from carecli.metrics.windows import Window, trailing
from carecli.policy.pack import Pack
from carecli.store.snapshot import Snapshot

TREND_DAYS = 28
WINDOWS = ("7d", "28d", "wtd", "mtd")
JUDGED_IN = "28d"


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """One metric in one slice."""

    block: Block
    metric: str
    title: str
    by: tuple[tuple[str, str | None], ...]
    """The slice; empty for all rows of the metric."""
    below: bool
    """Whether it stands below a row of the same metric."""
    figures: tuple[Figure, ...]
    """One a window, in the order of the board's; only that of the judged window has a target and a status."""
    judged: Figure
    """The figure of the judged window, or of the last full month where only months are known, held against its targets.
    """
    trend: tuple[float | None, ...]
    """One value a day over 28 days, oldest first; None where a day has none."""
    judgements: tuple[Judgement, ...]
    """Every promise of the pack about it; empty where there is none."""
    owner: str
    change: Change | None = None
    """Against another window, where one was asked for (R90)."""

    @property
    def status(self) -> Status | None:
        """The worst verdict of all that is promised, of other windows and movements too."""
        return status_of(self.judgements)


@dataclass(frozen=True, slots=True)
class ScorecardBoard:
    """The whole tally under one pack. Rows stand by block, in each in the dictionary's order."""

    header: Header
    windows: tuple[WindowShown, ...]
    judged_in: str
    """The name of the window whose figures are judged."""
    rows: tuple[ScoreRow, ...]
    balanced: BalancedScorecard | None
    """None where the pack declares no weights: no blended score by default (R42)."""
    alarms: tuple[FalseEconomy, ...]
    against: WindowShown | None = None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The number of every cell, row by row, window by window."""
        return tuple(figure for row in self.rows for figure in row.figures)


def scorecard_board(
    snapshot: Snapshot,
    pack: Pack,
    *,
    as_of: int,
    zone: str,
    windows: Sequence[Window],
    judged: Window,
    against: Window | None = None,
    where: Where | None = None,
    week_start: int = 0,
) -> ScorecardBoard:
    """The scorecard as of an instant; `judged` is one of `windows`, `against` another to compare it with (R90)."""
    judge = Judge(build_facts(snapshot, pack, as_of, zone), where or {}, week_start)
    return ScorecardBoard(
        header=header_of(
            snapshot,
            pack,
            board="scorecard",
            title="Scorecard",
            window=judged,
            as_of=as_of,
            where=where or {},
            label=f"judged over {judged.name} {judged.label}",
            notes=lint_goals(judge.facts),
        ),
        windows=tuple(map(window_shown, windows)),
        judged_in=judged.name,
        rows=tuple(row for metric in in_blocks() for row in _rows(judge, metric, windows, judged, against)),
        balanced=balanced_scorecard(judge, judged),
        alarms=false_economies(judge, judged),
        against=None if against is None else window_shown(against),
    )


def _rows(
    judge: Judge, metric: Metric, windows: Sequence[Window], judged: Window, against: Window | None
) -> list[ScoreRow]:
    """The rows of a metric: its total, and below it the slices that the pack judges by themselves."""
    slices = with_total(metric.id, judged_slices(judge.facts, metric.id))
    return [_row(judge, metric, where, windows, judged, against, below=stands_below(where, slices)) for where in slices]


def _row(
    judge: Judge,
    metric: Metric,
    where: Slice,
    windows: Sequence[Window],
    judged: Window,
    against: Window | None,
    *,
    below: bool,
) -> ScoreRow:
    now = judged_figure(judge, metric, where, judged)
    cells = [
        now if window.label == now.window else _unjudged(judge.figure(metric.id, where, window)) for window in windows
    ]
    before = None if against is None else judge.figure(metric.id, where, against)
    return ScoreRow(
        block=block_of(metric),
        metric=metric.id,
        title=row_title(metric, where, below=below),
        by=tuple(where.items()),
        below=below,
        figures=tuple(cells),
        judged=now,
        trend=_trend(judge, metric, where, judged),
        judgements=judge.judgements(metric.id, where, judged),
        owner=metric.owner,
        change=None if before is None else change_of(now, before),
    )


def judged_figure(judge: Judge, metric: Metric, where: Slice, window: Window) -> Figure:
    """A figure with the targets of its own window, and the worst verdict by them.

    What is promised of another window, or of a movement, is a verdict of the row and none of this value.
    """
    figure = judge.figure(metric.id, where, judge.window(metric.id, window))
    own = [
        each
        for each in judge.judgements(metric.id, where, window)
        if each.figure.window == figure.window and each.baseline is None and not each.directional
    ]
    target = "; ".join(dict.fromkeys(each.target for each in own)) or None
    return replace(figure, target=target, status=status_of(own))


def _unjudged(figure: Figure) -> Figure:
    """A figure beside the judged one: its target is that of another window."""
    return replace(figure, target=None, status=None)


def _trend(judge: Judge, metric: Metric, where: Slice, window: Window) -> tuple[float | None, ...]:
    span = trailing(window, TREND_DAYS)
    known = judge.figure(metric.id, where, span)
    if known.value is None and not known.n:
        return ()
    found = figures(judge.facts, (metric.id,), window=span, by=("day",), where={**judge.asked, **where})
    values = {figure.by.get("day"): figure.value for figure in found}
    return tuple(values.get(day.isoformat()) for day in span.dates)
