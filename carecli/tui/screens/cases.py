"""The cases behind a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import DataTable

from carecli.boards.board import Board, CaseLine, CasesBoard
from carecli.text import STATUS, Shown, clean, count, duration
from carecli.tui.screens.board_screen import BoardScreen
from carecli.tui.screens.case import CaseScreen
from carecli.tui.widgets.board_table import BoardTable, Cell, Column, Line, text_cell
from carecli.tui.wording import named

LIMIT: Final = 500

COLUMNS: Final = (
    (0, Column("case", "Case", number=False)),
    (0, Column("age", "Age")),
    (0, Column("priority", "Prio", number=False)),
    (0, Column("status", "Status", number=False)),
    (100, Column("queue", "Queue", number=False)),
    (120, Column("channel", "Channel", number=False)),
    (100, Column("assignee", "Assignee", number=False)),
    (0, Column("last", "Last act", number=False)),
    (160, Column("source", "Source", number=False)),
    (0, Column("subject", "Subject", number=False)),
)
"""From which width of the screen a column is shown."""


class CasesScreen(BoardScreen):
    """Never more than 500 rows, and it says of how many."""

    has_figures = False

    def __init__(self, where: Mapping[str, str | None]) -> None:
        super().__init__()
        self.where = dict(where)

    def build(self, as_of: int | None) -> Board:
        return self.app.desk.cases(as_of, self.where, LIMIT)

    def compose_body(self) -> ComposeResult:
        with Vertical(id="body"):
            yield BoardTable("cases", by_row=True)

    def crumbs(self) -> tuple[str, ...]:
        board = self.board
        if isinstance(board, CasesBoard):
            return (*board.breadcrumb, _how_many(board))
        return (*(named(value) for value in self.where.values()), "cases")

    def show(self, board: Board) -> None:
        if not isinstance(board, CasesBoard):
            return
        told = {name for name, value in self.where.items() if value is not None} - {"age"}
        columns = [column for least, column in COLUMNS if self.size.width >= least and column.key not in told]
        self.query_one(BoardTable).show(columns, [_line(case, columns) for case in board.cases])

    def nothing(self, board: Board) -> str | None:
        if isinstance(board, CasesBoard) and not board.cases:
            return "no cases here: import tickets if you expected some"
        return None

    def focus_first(self) -> None:
        self.query_one(BoardTable).focus()

    def readout_words(self) -> str:
        """The whole subject, which the column may cut."""
        line = self.query_one(BoardTable).line
        if line is None or not isinstance(line.of, CaseLine):
            return ""
        return f"{clean(line.of.case_id)}  {clean(line.of.subject)}"

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        event.stop()
        line = self.query_one(BoardTable).line
        if line is not None and isinstance(line.of, CaseLine):
            self.app.push_screen(CaseScreen(line.of, self.crumbs()[:-1]))


def _how_many(board: CasesBoard) -> str:
    """ "14 cases", or "500 of 8,412 cases"."""
    shown = f"{count(len(board.cases))} of " if len(board.cases) < board.count else ""
    return f"{shown}{count(board.count)} cases"


def _line(case: CaseLine, columns: list[Column]) -> Line:
    cells = {
        "age": Cell(duration(case.age_sec), case.age_sec),
        "case": text_cell(case.case_id),
        "priority": text_cell(case.priority),
        "status": text_cell(case.status and case.status.replace("_", " ")),
        "queue": text_cell(case.queue),
        "channel": text_cell(case.channel),
        "assignee": text_cell(case.assignee),
        "last": Cell(_last_action(case), case.last_action_sec, "risk" if case.stale else ""),
        "source": text_cell(case.source, "quiet"),
        "subject": text_cell(case.subject),
    }
    return Line(f"{case.source}\x1f{case.case_id}", tuple(cells[column.key] for column in columns), case)


def _last_action(case: CaseLine) -> Shown:
    """How long ago somebody acted, marked where the case is stale."""
    mark = f" {STATUS['risk'][0]} stale" if case.stale else ""
    return clean(duration(case.last_action_sec) + mark)
