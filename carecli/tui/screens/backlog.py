"""Open cases by queue, issue type, tier or priority x age."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from carecli.boards.board import AnyBoard, BacklogBoard, BacklogRow
from carecli.render.values import marked_value
from carecli.text import STATUS, clean, signed
from carecli.tui.queue_lines import ALL_COLUMNS, heat_headings, heat_row
from carecli.tui.screens.board_screen import BoardScreen
from carecli.tui.themes import TONES
from carecli.tui.widgets.board_table import figure_cell
from carecli.tui.widgets.heat_map import SHADES, HeatMap
from carecli.tui.widgets.words import Words
from carecli.tui.wording import lacking, tone

DIMENSIONS: Final = ("queue", "issue_type", "tier", "priority", "channel")


class BacklogScreen(BoardScreen):
    """The heat map; enter opens the rows of a cell."""

    mode = "backlog"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "dimension", "rows by"),
        Binding("t", "columns", "turn or flow"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.dimension = DIMENSIONS[0]
        self.flow = False
        """Whether what came and went stands in place of whose turn it is, where both don't fit."""

    def build(self, as_of: int | None) -> AnyBoard:
        return self.app.desk.backlog(as_of, self.dimension)

    def compose_body(self) -> ComposeResult:
        with Vertical(id="body"):
            yield Words(widget_id="sum")
            yield Words(widget_id="turn")
            yield HeatMap("heat", roomy=True)
            yield Words(widget_id="legend")

    def crumbs(self) -> tuple[str, ...]:
        shown = self.board.dimension if isinstance(self.board, BacklogBoard) else self.dimension
        return ("Backlog", f"by {shown.replace('_', ' ')} x age")

    def show(self, board: AnyBoard) -> None:
        if not isinstance(board, BacklogBoard):
            return
        room, mark = self.size.width, not self.all_provisional
        rows = [heat_row(row, room, mark=mark, flow=self.flow) for row in board.rows]
        total = heat_row(board.total, room, mark=mark, label="total", flow=self.flow)
        headings = heat_headings(board.bucket_labels, room, flow=self.flow)
        self.query_one(HeatMap).show(headings, rows, total, len(board.bucket_labels))
        self.query_one("#sum", Words).say(_sum(board))
        self.query_one("#turn", Words).say(_turn(board.total, mark=mark, wide=room >= 100))
        self.query_one("#legend", Words).say(self._legend())

    def nothing(self, board: AnyBoard) -> str | None:
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

    def action_columns(self) -> None:
        """Whose turn it is, or what came and went; a wide page has room for both."""
        if self.size.width >= ALL_COLUMNS:
            self.app.say("both stand side by side already")
            return
        self.flow = not self.flow
        self.on_resize()

    def on_heat_map_opened(self, message: HeatMap.Opened) -> None:
        message.stop()
        self.action_rows()

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


_TURNS: Final = ("on us", "on the customer", "on a third party")
_SHORT_TURNS: Final = ("us", "customer", "3rd party")


def _turn(total: BacklogRow, *, mark: bool, wide: bool) -> Content:
    """Whose turn it is over all rows, what nobody has and what nobody answered yet."""
    turns = zip(_TURNS if wide else _SHORT_TURNS, total.waiting_on, strict=False)
    told = (*turns, ("unassigned", total.unassigned), ("no reply yet", total.no_reply))
    return Content("   " if wide else "  ").join(
        Content.assemble((f"{name} ", TONES["quiet"]), (figure_cell(figure, mark=mark).text, TONES[tone(figure)]))
        for name, figure in told
    )
