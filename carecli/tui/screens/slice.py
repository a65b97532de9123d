"""One slice: its core figures, and the same by channel, issue type, tier or agent; every number opens its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import DataTable

from carecli.boards.board import AnyBoard
from carecli.boards.drill import METRICS, OF_FLOW, SliceBoard, SliceRow
from carecli.metrics.figure import Figure
from carecli.text import clean, count
from carecli.tui.screens.board_screen import BoardScreen
from carecli.tui.screens.rows import RowsScreen
from carecli.tui.widgets.board_table import BoardTable, Cell, Column, Line, figure_cell, text_cell
from carecli.tui.widgets.figure_strip import FigureStrip, StripFigure
from carecli.tui.widgets.words import Words
from carecli.tui.wording import all_provisional, lacking, named

NAMES: Final = {
    "offered": "Offered",
    "answered": "Answ.",
    "service_level": "SL",
    "asa": "ASA",
    "aht_p50": "AHT p50",
    "aht_p90": "p90",
    "abandonment": "Aband.",
    "volume": "Contacts",
    "backlog": "Open",
    "stale": "Stale",
    "fcr": "FCR 28d",
    "csat": "CSAT 28d",
}
LONG: Final = {
    "answered": "Answered",
    "service_level": "Service level",
    "aht_p90": "AHT p90",
    "abandonment": "Abandoned",
    "backlog": "Open cases",
    "stale": "Stale cases",
}
"""What stands in the strip where it isn't the heading of the table."""
STRIP: Final = (
    *("service_level", "asa", "aht_p50", "abandonment", "offered", "backlog"),
    *("fcr", "csat", "volume", "stale", "answered", "aht_p90"),
)
LEAST: Final = {"answered": 110, "aht_p90": 100, "volume": 120, "stale": 100, "fcr": 110, "csat": 110}
"""From which width of the screen a column is shown; the others always."""
WITH_N: Final = ("fcr", "csat")
"""Figures that say nothing without the number they rest on."""


class SliceScreen(BoardScreen):
    """Enter on a name goes a dimension deeper, enter on a number to its rows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "dimension", "rows by"),
        Binding("R", "rows", "rows"),
    ]

    def __init__(
        self, where: Mapping[str, str | None], window: str = "", *, above: Sequence[str] = (), as_of: int | None = None
    ) -> None:
        """`window` as figures name it; `as_of` is when the page was read that it was opened from."""
        super().__init__()
        self.where = dict(where)
        self.window = window
        self.above = tuple(above)
        self.dimension = ""
        self._pinned = as_of

    def build(self, as_of: int | None) -> AnyBoard:
        at = self._pinned if as_of is None else as_of
        board = self.app.desk.slice(at, self.where, self.window, self.dimension)
        self._pinned = int(board.header.as_of.timestamp())
        return board

    def action_load(self) -> None:
        """Read again: after the first time the newest data."""
        if self.board is not None:
            self._pinned = None
        super().action_load()

    def compose_body(self) -> ComposeResult:
        with Vertical(id="body"):
            yield FigureStrip("strip-figures")
            yield Words(widget_id="parts-title", classes="section")
            yield BoardTable("parts")

    def crumbs(self) -> tuple[str, ...]:
        board = self.board
        if not isinstance(board, SliceBoard):
            return (*self.above, *(named(value) for value in self.where.values()))
        return (*self.above, *map(named, board.names), f"by {_dimension_words(board.dimension)}")

    @property
    def all_provisional(self) -> bool:
        """Whether what came in may still change: then the page says it once; a stock is of the moment anyway."""
        board = self.board
        return isinstance(board, SliceBoard) and all_provisional(board.total[: len(OF_FLOW)])

    def show(self, board: AnyBoard) -> None:
        if not isinstance(board, SliceBoard):
            return
        mark = not self.all_provisional
        total = dict(zip(METRICS, board.total, strict=True))
        strip = [
            StripFigure(clean(LONG.get(name, NAMES[name])), clean(NAMES[name]), total[name], mark) for name in STRIP
        ]
        self.query_one(FigureStrip).show(strip)
        self.query_one("#parts-title", Words).say(_parts_title(board))
        columns = [Column("name", _dimension_words(board.dimension).capitalize(), number=False)]
        columns += [Column(name, NAMES[name]) for name in METRICS if self.size.width >= LEAST.get(name, 0)]
        self.query_one(BoardTable).show(columns, [_line(row, columns, mark=mark) for row in board.rows])

    def nothing(self, board: AnyBoard) -> str | None:
        if isinstance(board, SliceBoard) and not board.rows:
            return f"Nothing in this slice.  {lacking(board.total)}"
        return None

    def focus_first(self) -> None:
        self.query_one(BoardTable).focus()

    def on_figure_strip_moved(self) -> None:
        self.show_readout()

    def action_dimension(self) -> None:
        """Rows by the next dimension that is still open."""
        board = self.board
        if isinstance(board, SliceBoard):
            at = board.dimensions.index(board.dimension)
            self.dimension = board.dimensions[(at + 1) % len(board.dimensions)]
            super().action_load()

    def on_data_table_cell_selected(self, event: DataTable.CellSelected) -> None:
        event.stop()
        if self.figure is not None:
            self.open_rows(self.figure)
        elif self.row is not None:
            self._deeper(self.row)

    @property
    def row(self) -> SliceRow | None:
        """The part under the cursor."""
        line = self.query_one(BoardTable).line
        return line.of if line is not None and isinstance(line.of, SliceRow) else None

    def readout_words(self) -> str:
        """All about a number; of a name where it leads."""
        board, row = self.board, self.row
        if self.figure is not None or row is None or not isinstance(board, SliceBoard):
            return super().readout_words()
        left = [name for name in board.dimensions if name != board.dimension]
        leads = f"enter parts it by {_dimension_words(left[0])}" if left else "enter opens its rows"
        return f"{named(row.name)}: {leads}, R opens the rows offered"

    def action_rows(self) -> None:
        """The rows of the number under the cursor; of a part's name those that were offered."""
        figure = self.figure or (self.row.figures[0] if self.row else None)
        if figure is None:
            super().action_rows()
        else:
            self.open_rows(figure)

    def on_figure_strip_opened(self, message: FigureStrip.Opened) -> None:
        self.open_rows(message.figure)

    def open_rows(self, figure: Figure) -> None:
        """The rows of a figure of this page, of the same moment."""
        at = None if self.board is None else int(self.board.header.as_of.timestamp())
        self.app.push_screen(RowsScreen(figure, as_of=at, above=self.above))

    def _deeper(self, row: SliceRow) -> None:
        """The same page of one part, by the next dimension; where there is none left, its contacts."""
        board = self.board
        if not isinstance(board, SliceBoard):
            return
        if len(board.dimensions) == 1:
            self.open_rows(row.figures[0])
            return
        at = int(board.header.as_of.timestamp())
        where = {**self.where, board.dimension: row.value}
        self.app.push_screen(SliceScreen(where, self.window, above=self.above, as_of=at))


def _dimension_words(name: str) -> str:
    return name.replace("_", " ")


def _parts_title(board: SliceBoard) -> str:
    """By what, and how many of how many."""
    more = f"   {count(len(board.rows))} of {count(board.count)} shown" if len(board.rows) < board.count else ""
    others = ", ".join(_dimension_words(name) for name in board.dimensions if name != board.dimension)
    by = f"By {_dimension_words(board.dimension)}"
    return f"{by}   b: by {others}{more}" if others else f"{by}{more}"


def _line(row: SliceRow, columns: Sequence[Column], *, mark: bool) -> Line:
    figures = dict(zip(METRICS, row.figures, strict=True))
    cells = [
        text_cell(clean(named(row.name), limit=26)),
        *(_cell(figures[each.key], mark=mark) for each in columns[1:]),
    ]
    return Line(repr(row.value), tuple(cells), row)


def _cell(figure: Figure, *, mark: bool) -> Cell:
    cell = figure_cell(figure, mark=mark)
    if figure.metric not in WITH_N or figure.value is None:
        return cell
    return Cell(clean(f"{cell.text} ({count(figure.n)})"), cell.order, cell.tone, figure)
