"""What comes in which hour of which weekday, and how it is served then."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from carecli.boards.board import AnyBoard
from carecli.boards.over_time import MAP_DAYS, MAP_METRICS, ArrivalsBoard
from carecli.render.values import marked_value
from carecli.text import clean, count
from carecli.tui.screens.board_screen import BoardScreen
from carecli.tui.themes import TONES
from carecli.tui.widgets.heat_map import SHADES, HeatMap
from carecli.tui.widgets.hour_map import HourMap
from carecli.tui.widgets.words import Words
from carecli.tui.wording import lacking

WEEKS: Final = {"28d": "4 weeks", "13w": "13 weeks", "7d": "1 week"}


class ArrivalsScreen(BoardScreen):
    """The map of 24 hours x 7 weekdays; enter opens the rows of a cell."""

    mode = "arrivals"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "metric", "measure"),
        Binding("w", "window", "weeks"),
        Binding("b", "channel", "channel"),
        Binding("n", "means", "sum or mean"),
        Binding("c", "closed", "closed hours"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.metric = MAP_METRICS[0]
        self.window = next(iter(MAP_DAYS))
        self.channel = ""
        self.channels: tuple[str, ...] = ()
        self.means = False
        self.closed = False
        """Whether hours are shown in which the calendar is never open."""

    def build(self, as_of: int | None) -> AnyBoard:
        where = {"channel": self.channel} if self.channel else {}
        return self.app.desk.arrivals(as_of, self.metric, self.window, where)

    def compose_body(self) -> ComposeResult:
        with Vertical(id="body"):
            yield Words(widget_id="sum")
            yield Words(widget_id="legend")
            yield HourMap("heat")

    def crumbs(self) -> tuple[str, ...]:
        board = self.board
        title = board.total.figure.title if isinstance(board, ArrivalsBoard) else self.metric
        return ("Arrivals", *([self.channel] if self.channel else []), f"{title} by hour x weekday")

    def show(self, board: AnyBoard) -> None:
        if not isinstance(board, ArrivalsBoard):
            return
        self.channels = board.channels or self.channels
        heat = self.query_one(HourMap)
        heat.show_board(board, range(24) if self.closed else board.open_rows, means=self.means)
        self.query_one("#sum", Words).say(self._sum(board))
        self.query_one("#legend", Words).say(self._legend(heat))

    def nothing(self, board: AnyBoard) -> str | None:
        if isinstance(board, ArrivalsBoard) and not board.total.figure.n:
            return f"Nothing in this window.  {lacking([board.total.figure])}".strip()
        return None

    def focus_first(self) -> None:
        self.query_one(HourMap).focus()

    def _sum(self, board: ArrivalsBoard) -> Content:
        """The whole, over how many hours, and what of it lies in hours that are not shown."""
        total = board.total
        prints = "mean of an hour" if self.means and board.counts else "sum" if board.counts else "share"
        if board.total.figure.unit not in ("ratio", "contacts", "cases"):
            prints = "value"
        weeks = WEEKS.get(board.header.window.name, board.header.window.label)
        hidden = [] if self.closed else [cell for hour, cell in enumerate(board.by_hour) if hour not in board.open_rows]
        outside = sum(cell.figure.n for cell in hidden)
        quiet = [weeks, f"cells: {prints}", *([f"{count(outside)} in closed hours (c)"] if outside else [])]
        quiet.append(f"{count(total.hours)} h, {count(total.open_hours)} open")
        return Content.assemble(
            (clean(f"{total.figure.title} {marked_value(total.figure)}"), "bold"),
            ("   " + clean("   ".join(quiet), limit=200), TONES["quiet"]),
        )

    def _legend(self, heat: HourMap) -> Content:
        """What the shades mean, in the form the terminal gets."""
        mono = self.app.no_color or self.app.native_ansi_color
        parts = []
        for number, words in heat.shade_words():
            if mono:
                parts.append(Content(f"{SHADES[number]} {words}"))
            else:
                parts.append(Content.styled(f" {words} ", heat.get_visual_style(f"heat--{heat.ramp(0)}{number}")))
        worse = heat.ramp(0) == "old"
        end = ("   stronger is worse" if worse else "   stronger is more") + ("   dim: closed" if self.closed else "")
        return Content.assemble("shade: ", Content("" if not mono else "  ").join(parts), (end, TONES["quiet"]))

    def readout_words(self) -> str:
        """The number with its place, and how many such hours there were."""
        heat = self.query_one(HourMap)
        held = heat.cell(heat.row, heat.cursor[1]) if heat.row else None
        words = super().readout_words()
        if held is None or not words:
            return words
        mean = (
            f"  mean of an hour {held.mean:,.1f}" if held.mean is not None and heat.board and heat.board.counts else ""
        )
        return f"{words}{mean}  {count(held.hours)} such hours, {count(held.open_hours)} open"

    # Keys

    def on_heat_map_opened(self, message: HeatMap.Opened) -> None:
        message.stop()
        self.action_rows()

    def action_metric(self) -> None:
        """The next measure of the same hours."""
        self.metric = _after(self.metric, MAP_METRICS)
        self.action_load()

    def action_window(self) -> None:
        """Four weeks, a quarter, one week."""
        self.window = _after(self.window, tuple(MAP_DAYS))
        self.action_load()

    def action_channel(self) -> None:
        """The next channel; after the last one all together."""
        self.channel = _after(self.channel, ("", *self.channels))
        self.action_load()

    def action_means(self) -> None:
        """What a count prints: the sum of the window, or the mean of one hour."""
        self.means = not self.means
        self.on_resize()

    def action_closed(self) -> None:
        """Show or hide the hours in which the calendar is never open."""
        self.closed = not self.closed
        self.on_resize()


def _after(value: str, values: tuple[str, ...]) -> str:
    return values[(values.index(value) + 1) % len(values)] if value in values else values[0]
