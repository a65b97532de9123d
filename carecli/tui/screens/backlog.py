"""Open cases by queue, issue type, tier or priority x age."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from carecli.boards.board import BacklogBoard, Board
from carecli.render.values import marked_value
from carecli.text import STATUS, clean, signed
from carecli.tui.queue_lines import heat_headings, heat_row
from carecli.tui.screens.board_screen import BoardScreen
from carecli.tui.screens.cases import CasesScreen
from carecli.tui.themes import TONES
from carecli.tui.widgets.heat_map import SHADES, HeatMap
from carecli.tui.widgets.words import Words
from carecli.tui.wording import lacking, tone

DIMENSIONS: Final = ("queue", "issue_type", "tier", "priority")


class BacklogScreen(BoardScreen):
    """The heat map; enter opens the cases of a cell."""

    mode = "backlog"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("b", "dimension", "rows by")]

    def __init__(self) -> None:
        super().__init__()
        self.dimension = DIMENSIONS[0]

    def build(self, as_of: int | None) -> Board:
        return self.app.desk.backlog(as_of, self.dimension)

    def compose_body(self) -> ComposeResult:
        with Vertical(id="body"):
            yield Words(widget_id="sum")
            yield HeatMap("heat", roomy=True)
            yield Words(widget_id="legend")

    def crumbs(self) -> tuple[str, ...]:
        shown = self.board.dimension if isinstance(self.board, BacklogBoard) else self.dimension
        return ("Backlog", f"by {shown.replace('_', ' ')} x age")

    def show(self, board: Board) -> None:
        if not isinstance(board, BacklogBoard):
            return
        room, mark = self.size.width, not self.all_provisional
        rows = [heat_row(row, room, mark=mark) for row in board.rows]
        total = heat_row(board.total, room, mark=mark, label="total")
        self.query_one(HeatMap).show(heat_headings(board.bucket_labels, room), rows, total, len(board.bucket_labels))
        self.query_one("#sum", Words).say(_sum(board))
        self.query_one("#legend", Words).say(self._legend())

    def nothing(self, board: Board) -> str | None:
        if isinstance(board, BacklogBoard) and not board.rows:
            reason = lacking(board.figures)
            return f"No open cases.  {reason}" if reason else "No open cases."
        return None

    def focus_first(self) -> None:
        self.query_one(HeatMap).focus()

    def action_dimension(self) -> None:
        """Rows by the next dimension."""
        self.dimension = DIMENSIONS[(DIMENSIONS.index(self.dimension) + 1) % len(DIMENSIONS)]
        self.action_load()

    def on_heat_map_opened(self, message: HeatMap.Opened) -> None:
        self.app.push_screen(CasesScreen(message.figure.by))

    def _legend(self) -> Content:
        """What the shades mean, in the form the terminal gets."""
        if self.app.no_color or self.app.native_ansi_color:
            shades = Content("  ".join(f"{SHADES[i]} {text}" for i, text in enumerate(_SHARES, 1)))
        else:
            shades = Content.assemble("young ", *self._swatches("young"), "  old ", *self._swatches("old"))
        wide = self.size.width >= 120
        words = f"   {STATUS['miss'][0]} over target" if wide else ""
        title = "share of the row's open cases: " if wide else "share of row: "
        return Content.assemble(title, shades, (words, TONES["quiet"]))

    def _swatches(self, age: str) -> list[Content]:
        heat = self.query_one(HeatMap)
        return [
            Content.styled(f" {share} ", heat.get_visual_style(f"heat--{age}{number}"))
            for number, share in enumerate(_SHARES, 1)
        ]


_SHARES: Final = ("<10", "10-25", "25-50", ">50 %")


def _sum(board: BacklogBoard) -> Content:
    total, stale = board.total.total, board.total.stale
    change = "" if board.change_on_yesterday is None else f" ({signed(board.change_on_yesterday)} on yesterday)"
    return Content.assemble(
        (clean(f"open {marked_value(total)}{change}"), "bold"),
        "   ",
        (clean(f"stale {marked_value(stale)}"), TONES[tone(stale)]),
    )
