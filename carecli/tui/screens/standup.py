"""The stand-up: the day's big numbers, what moved, what happened, queues, what ages, quality. No customer is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import DataTable, OptionList

from carecli.boards.board import AnyBoard, BacklogRow, Headline, Moment, QueueRow, StandupBoard
from carecli.render.values import change_text, scope_words, short_moment_text
from carecli.text import PROVISIONAL, clean, count
from carecli.tui.queue_lines import heat_headings, heat_row, queue_columns, queue_line
from carecli.tui.screens.board_screen import BoardScreen
from carecli.tui.screens.slice import SliceScreen
from carecli.tui.themes import TONES
from carecli.tui.widgets.board_table import BoardTable, Cell, Column, Line, figure_cell, text_cell
from carecli.tui.widgets.figure_tile import FigureTile, TileRow
from carecli.tui.widgets.heat_map import HeatMap
from carecli.tui.widgets.interval_chart import Interval, IntervalChart
from carecli.tui.widgets.moved_list import MovedList
from carecli.tui.widgets.page import Page
from carecli.tui.widgets.words import Words
from carecli.tui.wording import all_provisional, lacking, tone, trend_lines

_PARTS: Final = (FigureTile, "#moved", "#by-queue", "#strip", "#quality")


class StandupScreen(BoardScreen):
    """One page on a shared screen."""

    mode = "standup"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("J,ctrl+down", "part(1)", "next part", show=False),
        Binding("K,ctrl+up", "part(-1)", "part before", show=False),
    ]

    def build(self, as_of: int | None) -> AnyBoard:
        return self.app.desk.standup(as_of)

    def compose_body(self) -> ComposeResult:
        with Page(id="body"):
            yield TileRow("tiles")
            with Container(classes="pair"):
                yield _part("What moved", MovedList("moved"))
                yield _part("What happened", Words(widget_id="happened", line=False))
            with Container(id="lower"):
                with Container(id="day"):
                    yield _part("Queues", BoardTable("by-queue", start="service_level"), part_id="queues-part")
                    yield _part("All queues", IntervalChart("curve"), part_id="curve-part")
                with Container(classes="pair"):
                    yield _part("Backlog", HeatMap("strip"), part_id="backlog-part")
                    yield _part("Quality", BoardTable("quality", opens=False, start="value"))

    def crumbs(self) -> tuple[str, ...]:
        return ("Stand-up",)

    def show(self, board: AnyBoard) -> None:
        if not isinstance(board, StandupBoard):
            return
        self.query_one(TileRow).show(board.headlines)
        self.query_one(MovedList).show(board.moved)
        self.query_one("#happened", Words).say(happened(board.happened))
        self._show_queues(board)
        self._show_backlog(board)
        self._show_quality(board)

    def _show_queues(self, board: StandupBoard) -> None:
        unsettled = all_provisional(figure for row in board.by_queue for figure in row.figures)
        self.query_one("#queues-part .section", Words).say(_queues_title(board, unsettled=unsettled))
        columns = queue_columns(self._room("#by-queue"), live=False)
        lines = [queue_line(row, columns, mark=not unsettled) for row in board.by_queue]
        self.query_one("#by-queue", BoardTable).show(columns, lines)
        chart = self.query_one(IntervalChart)
        chart.show(all_queues(board.by_queue))
        self.query_one("#curve-part .section", Words).say(Content.assemble("All queues ", chart.legend()))

    def _show_backlog(self, board: StandupBoard) -> None:
        room, unsettled = self._room("#strip"), all_provisional(row.total for row in board.backlog)
        mark = f" {PROVISIONAL} provisional" if unsettled else ""
        self.query_one("#backlog-part .section", Words).say(f"Backlog, open now, by age{mark}")
        rows = [heat_row(row, room, mark=not unsettled) for row in board.backlog]
        self.query_one(HeatMap).show(heat_headings(board.bucket_labels, room), rows, None, len(board.bucket_labels))

    def _show_quality(self, board: StandupBoard) -> None:
        room = self._room("#quality")
        columns = [column for least, column in _QUALITY if room >= least]
        lines = [_quality_line(headline, columns) for headline in board.quality]
        self.query_one("#quality", BoardTable).show(columns, lines)

    def _room(self, part: str) -> int:
        """Cells for a part's table: half the page where two stand side by side."""
        width = self.size.width
        alone = width < 100 or (part == "#by-queue" and width < 160)
        return width if alone else width // 2

    def nothing(self, board: AnyBoard) -> str | None:
        if isinstance(board, StandupBoard) and not any(figure.value is not None for figure in board.figures):
            return f"Nothing imported for this day.  {lacking(board.figures)}"
        return None

    def focus_first(self) -> None:
        tiles = self.query(FigureTile)
        if tiles:
            tiles.first().focus()

    def action_part(self, step: int) -> None:
        """Move the cursor to the next part that has something in it."""
        parts = [self.query(part).first() for part in _PARTS if self.query(part)]
        at = next((i for i, part in enumerate(parts) if part is self.focused), 0)
        parts[(at + step) % len(parts)].focus()

    def on_figure_tile_opened(self) -> None:
        self.app.action_board("queues")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        movement = self.query_one(MovedList).movement
        if movement is not None and movement.where:
            stock = movement.figure is not None and movement.figure.unit == "cases"
            self._open_slice(dict(movement.where), "" if stock else self._day())

    def on_option_list_option_highlighted(self) -> None:
        self.show_readout()

    def on_data_table_cell_selected(self, event: DataTable.CellSelected) -> None:
        event.stop()
        line = event.data_table.line if isinstance(event.data_table, BoardTable) else None
        if line is not None and isinstance(line.of, QueueRow):
            self._open_slice(line.of.offered.by, line.of.offered.window)

    def _day(self) -> str:
        """The day the page speaks of, as figures name it."""
        rows = self.board.by_queue if isinstance(self.board, StandupBoard) else ()
        return rows[0].offered.window if rows else ""

    def _open_slice(self, where: Mapping[str, str | None], window: str) -> None:
        as_of = int(self.board.header.as_of.timestamp()) if self.board else None
        self.app.push_screen(SliceScreen(where, window, above=self.crumbs(), as_of=as_of))

    def on_heat_map_opened(self, message: HeatMap.Opened) -> None:
        """The very rows of the cell, whatever it counts."""
        if isinstance(message.row.of, BacklogRow):
            self.action_rows()


def _part(title: str, widget: Widget, *, part_id: str | None = None) -> Vertical:
    """A part of the page under its title."""
    return Vertical(Words(title, classes="section"), widget, classes="part", id=part_id)


def happened(moments: tuple[Moment, ...]) -> Content:
    """Releases, incidents, campaigns and holidays, one a line."""
    if not moments:
        return Content.styled("nothing noted", TONES["quiet"])
    return Content("\n").join(_moment(moment) for moment in moments)


def _moment(moment: Moment) -> Content:
    until = f" to {short_moment_text(moment.until)}" if moment.until else ""
    at = f"{short_moment_text(moment.at)}{until}  "
    scope = f" ({clean(scope_words(moment))})" if moment.scope else ""
    words = clean(f"{clean(moment.kind)}{scope}  {clean(moment.text)}", limit=400)
    return Content.assemble((at, TONES["quiet"]), words)


def all_queues(rows: Sequence[QueueRow]) -> list[Interval]:
    """The half hours of all queues together."""
    sums: dict[datetime, tuple[int, int]] = {}
    for start, offered, answered in (interval for row in rows for interval in row.offered_by_interval):
        before = sums.get(start, (0, 0))
        sums[start] = (before[0] + offered, before[1] + answered)
    return [(start, *sums[start]) for start in sorted(sums)]


def _queues_title(board: StandupBoard, *, unsettled: bool) -> Content:
    closed = f"   {clean(board.closed_days)}" if board.closed_days else ""
    mark = f" {PROVISIONAL} provisional" if unsettled else ""
    return Content.assemble(f"Queues, {clean(board.header.window.label, limit=40)}{mark}", (closed, TONES["quiet"]))


_QUALITY: Final = (
    (0, Column("name", "Measure", number=False)),
    (70, Column("window", "Window", number=False)),
    (0, Column("value", "Value")),
    (0, Column("n", "n")),
    (80, Column("beside", "Beside", number=False)),
    (0, Column("target", "Target", number=False)),
    (90, Column("change", "Change")),
    (100, Column("trend", "Trend", number=False)),
)


def _quality_line(headline: Headline, columns: list[Column]) -> Line:
    figure = headline.figure
    change = change_text(figure, headline.before)
    beside = "  ".join(f"{clean(each.title)} {figure_cell(each).text}" for each in headline.companions)
    cells = {
        "name": text_cell(clean(headline.name, limit=24)),
        "window": text_cell(headline.window or "the day", "quiet"),
        "value": figure_cell(figure),
        "n": Cell(count(figure.n), figure.n, "quiet"),
        "beside": Cell(clean(beside), None, "quiet"),
        "target": Cell(clean(figure.target, limit=24), figure.target, tone(figure) and "quiet"),
        "change": Cell(change or clean(""), None),
        "trend": Cell(clean("  ".join(trend_lines(headline, 36))), None, "accent"),
    }
    return Line(headline.name, tuple(cells[column.key] for column in columns), headline)
