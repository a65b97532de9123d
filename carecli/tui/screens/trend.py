"""One figure day by day, as large as the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from carecli.boards.board import AnyBoard, queue_title
from carecli.boards.over_time import TREND_LENGTHS, TrendBoard, TrendDay
from carecli.metrics.figure import Figure
from carecli.render.values import marked_value, plain_value, scope_words, short_moment_text, status_text
from carecli.text import PROVISIONAL, clean, count
from carecli.tui.screens.board_screen import BoardScreen
from carecli.tui.themes import TONES
from carecli.tui.widgets.trend_chart import TrendChart
from carecli.tui.widgets.words import Words
from carecli.tui.wording import lacking, named, target_words, tone

MOST_MOMENTS = 4


class TrendScreen(BoardScreen):
    """Enter opens the rows of the day under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("w", "window", "4 or 13 weeks")]

    def __init__(self, figure: Figure, *, above: Sequence[str] = ()) -> None:
        super().__init__()
        self.opened_from = figure
        self.above = tuple(above)
        self.length = TREND_LENGTHS[0]

    def build(self, as_of: int | None) -> AnyBoard:
        return self.app.desk.trend(as_of, self.opened_from, self.length)

    def compose_body(self) -> ComposeResult:
        with Vertical(id="body"):
            yield Words(widget_id="number")
            yield Words(widget_id="totals")
            yield TrendChart("trend")
            yield Words(widget_id="happened", line=False)
            yield Words(widget_id="legend")

    def crumbs(self) -> tuple[str, ...]:
        return (*self.above, *slice_steps(self.opened_from), f"{self.opened_from.title} by day")

    def show(self, board: AnyBoard) -> None:
        if not isinstance(board, TrendBoard):
            return
        self.query_one(TrendChart).show_board(board)
        self.query_one("#number", Words).say(_number(board))
        self.query_one("#totals", Words).say(Content.styled(clean(_edges(board), limit=300), TONES["quiet"]))
        self.query_one("#happened", Words).say(_moments(board))
        self.query_one("#happened").display = bool(board.happened)
        legend = [f"{PROVISIONAL} provisional", "c closed", "- not known"]
        legend = ["┄ target", *legend] if board.bounds else legend
        legend += ["1 2 3 what happened"] if board.happened else []
        self.query_one("#legend", Words).say(Content.styled("   ".join(legend), TONES["quiet"]))

    def nothing(self, board: AnyBoard) -> str | None:
        if isinstance(board, TrendBoard) and not board.known:
            return f"No day of these has a value.  {lacking(board.figures)}".strip()
        return None

    def focus_first(self) -> None:
        self.query_one(TrendChart).focus()

    def readout_words(self) -> str:
        day = self.query_one(TrendChart).day
        words = super().readout_words()
        return f"{_day_words(day)}  {words}" if day is not None and words else words

    def on_trend_chart_moved(self) -> None:
        self.show_readout()

    def on_trend_chart_opened(self) -> None:
        self.action_rows()

    def action_window(self) -> None:
        """Four weeks or a quarter."""
        at = TREND_LENGTHS.index(self.length)
        self.length = TREND_LENGTHS[(at + 1) % len(TREND_LENGTHS)]
        self.action_load()


def slice_steps(figure: Figure) -> tuple[str, ...]:
    """The values of the slice; a queue whose name ends with its channel says it once."""
    if set(figure.by) == {"queue", "channel"}:
        return (queue_title(figure.by["queue"], figure.by["channel"]),)
    return tuple(named(value) for value in figure.by.values())


def _day_words(day: TrendDay) -> str:
    return f"{day.day:%a} {day.day.day} {day.day:%b}"


def _number(board: TrendBoard) -> Content:
    """The last day, its status and target, and the same over all days."""
    last = board.known[-1] if board.known else None
    if last is None:
        return Content("")
    parts = (
        (f"{_day_words(last)}  {marked_value(last.figure)}", f"bold {TONES[tone(last.figure)]}".strip()),
        (status_text(last.figure), TONES[tone(last.figure)]),
        (target_words(last.figure), TONES["quiet"]),
        (f"n {count(last.figure.n)}", TONES["quiet"]),
    )
    return Content("   ").join(Content.styled(clean(words, limit=200), style) for words, style in parts if words)


def _edges(board: TrendBoard) -> str:
    """The lowest and the highest day."""
    known = [(each.figure.value, each) for each in board.known if each.figure.value is not None]
    if not known:
        return ""
    low, high = min(known, key=lambda pair: pair[0]), max(known, key=lambda pair: pair[0])
    unit = board.figure.unit
    told = [
        f"min {plain_value(low[0], unit)} {_day_words(low[1])}",
        f"max {plain_value(high[0], unit)} {_day_words(high[1])}",
    ]
    together = [] if board.figure.value is None else [f"{len(board.days)} days {marked_value(board.figure)}"]
    misses = sum(each.figure.status == "miss" for each in board.known)
    judged = [f"{misses} of {len(known)} days missed"] if board.figure.target else []
    return "   ".join((*told, *together, *judged))


def _moments(board: TrendBoard) -> Content:
    """What happened, numbered as over the chart; the newest where not all fit."""
    numbered = list(enumerate(board.happened, start=1))[-MOST_MOMENTS:]
    lines = [
        Content.assemble(
            (f"{number} ", "bold"),
            clean(f"{short_moment_text(each.at)}  {each.kind}  {scope_words(each)}  {each.text}", limit=160),
        )
        for number, each in numbered
    ]
    return Content("\n").join(lines)
