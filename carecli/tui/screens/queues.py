"""Queue health of a day: a row per queue x channel, and the half hours of the one under the cursor."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import DataTable

from carecli.boards.board import AnyBoard, QueueRow, QueuesBoard, queue_title
from carecli.text import clean
from carecli.tui.queue_lines import queue_columns, queue_line
from carecli.tui.screens.board_screen import BoardScreen
from carecli.tui.screens.slice import SliceScreen
from carecli.tui.screens.standup import happened
from carecli.tui.widgets.board_table import BoardTable
from carecli.tui.widgets.interval_chart import IntervalChart
from carecli.tui.widgets.words import Words
from carecli.tui.wording import lacking


class QueuesScreen(BoardScreen):
    """Enter opens the slice of a queue, `R` the rows of the number under the cursor."""

    mode = "queues"

    def build(self, as_of: int | None) -> AnyBoard:
        return self.app.desk.queues(as_of)

    def compose_body(self) -> ComposeResult:
        with Vertical(id="body"):
            yield BoardTable("queues", start="service_level")
            with Vertical(id="detail"):
                yield Words(widget_id="chart-title")
                yield IntervalChart("chart")
            yield Words(widget_id="happened", line=False)

    def crumbs(self) -> tuple[str, ...]:
        return ("Queues",)

    def show(self, board: AnyBoard) -> None:
        if not isinstance(board, QueuesBoard):
            return
        mark = not self.all_provisional
        columns = queue_columns(self.size.width, live=True)
        self.query_one(BoardTable).show(columns, [queue_line(row, columns, mark=mark) for row in board.rows])
        note = self.query_one("#happened", Words)
        note.set_class(not board.happened, "-none")
        note.say(happened(board.happened[-4:]))
        self._show_chart()

    def nothing(self, board: AnyBoard) -> str | None:
        if isinstance(board, QueuesBoard) and not board.rows:
            return "No contacts in this window: import telephony or chat exports.  " + " ".join(board.header.notes)
        if isinstance(board, QueuesBoard) and not any(figure.value is not None for figure in board.figures):
            return f"No numbers for this window.  {lacking(board.figures)}"
        return None

    def focus_first(self) -> None:
        self.query_one(BoardTable).focus()

    def show_readout(self) -> None:
        super().show_readout()
        self._show_chart()

    def _show_chart(self) -> None:
        """The half hours of the queue under the cursor."""
        line = self.query_one(BoardTable).line
        row = line.of if line is not None and isinstance(line.of, QueueRow) else None
        intervals = row.offered_by_interval if row else ()
        self.query_one("#detail").display = bool(intervals)
        if row is not None and intervals:
            self.query_one(IntervalChart).show(intervals)
            name = clean(queue_title(row.queue, row.channel), limit=60)
            title = Content.assemble((name, "bold"), "  ", self.query_one(IntervalChart).legend())
            self.query_one("#chart-title", Words).say(title)

    def on_data_table_cell_selected(self, event: DataTable.CellSelected) -> None:
        event.stop()
        line = self.query_one(BoardTable).line
        if line is not None and isinstance(line.of, QueueRow):
            as_of = int(self.board.header.as_of.timestamp()) if self.board else None
            offered = line.of.offered
            self.app.push_screen(SliceScreen(offered.by, offered.window, above=self.crumbs(), as_of=as_of))
