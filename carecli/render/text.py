"""Any board as text for a terminal, a mail or a file."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType

from carecli.boards.board import BacklogBoard, Board, CaseBoard, CasesBoard, QueuesBoard, StandupBoard
from carecli.boards.data import DataBoard
from carecli.boards.over_time import ArrivalsBoard, TrendBoard
from carecli.boards.reconciliation import IntervalGateBoard, ReconciliationBoard
from carecli.boards.scorecard import ScorecardBoard
from carecli.boards.scorecard_packs import PacksBoard
from carecli.boards.sla import SlaBoard
from carecli.render.backlog import backlog_parts
from carecli.render.cases import case_parts, cases_parts
from carecli.render.data import data_parts
from carecli.render.heat import arrivals_sheets
from carecli.render.page import NARROWEST, printed
from carecli.render.queues import queues_parts
from carecli.render.reconciliation import gate_parts, reconciliation_parts
from carecli.render.scorecard import scorecard_parts
from carecli.render.scorecard_packs import packs_parts
from carecli.render.sheet_text import sheet_parts
from carecli.render.sla import sla_sheets
from carecli.render.standup import standup_parts
from carecli.render.trend import trend_sheets

Page = (
    Board
    | DataBoard
    | ReconciliationBoard
    | IntervalGateBoard
    | ScorecardBoard
    | PacksBoard
    | SlaBoard
    | ArrivalsBoard
    | TrendBoard
)


def render_text(board: Page, *, width: int, color: bool) -> str:
    """The board as lines of at most `width` cells (taken as 40 where it is less). Numbers are never cut."""
    width = max(width, NARROWEST)
    return printed(_parts(board, width), width=width, color=color)


def _parts(board: Page, width: int) -> Iterable[RenderableType]:
    match board:
        case StandupBoard():
            return standup_parts(board, width)
        case QueuesBoard():
            return queues_parts(board, width)
        case BacklogBoard():
            return backlog_parts(board, width)
        case CasesBoard():
            return cases_parts(board, width)
        case CaseBoard():
            return case_parts(board, width)
        case DataBoard():
            return data_parts(board, width)
        case ReconciliationBoard():
            return reconciliation_parts(board, width)
        case IntervalGateBoard():
            return gate_parts(board, width)
        case ScorecardBoard():
            return scorecard_parts(board, width)
        case PacksBoard():
            return packs_parts(board, width)
        case SlaBoard():
            return sheet_parts(board.header, sla_sheets(board), board.figures, width)
        case ArrivalsBoard():
            return sheet_parts(board.header, arrivals_sheets(board), board.figures, width)
        case TrendBoard():
            return sheet_parts(board.header, trend_sheets(board), board.figures, width)
