"""The big numbers of the stand-up, and the row they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ItemGrid, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Digits

from carecli.boards.board import Headline
from carecli.metrics.figure import Figure
from carecli.render.values import change_text, status_text
from carecli.text import NO_DATA, STATUS, clean, count
from carecli.tui.themes import TONES
from carecli.tui.widgets.words import Words
from carecli.tui.wording import provisional_text, readout, target_words, tone, trend_words


class FigureTile(Vertical, can_focus=True, inherit_bindings=False):
    """One headline: its value in big digits, status and target, change and n, companions, trend."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "queues", key_display="enter"),
        Binding("h,left", "app.focus_previous", "number before", show=False),
        Binding("l,right", "app.focus_next", "next number", show=False),
    ]

    class Opened(Message):
        """Enter was pressed on a tile."""

    def __init__(self, headline: Headline) -> None:
        super().__init__()
        self.headline = headline

    @property
    def figure(self) -> Figure:
        return self.headline.figure

    def copy_text(self) -> str:
        return readout(self.figure)

    def compose(self) -> ComposeResult:
        yield Words(classes="name")
        yield Digits(classes="value")
        yield Words(classes="status", line=False)
        yield Words(classes="change", line=False)
        yield Words(classes="trend", line=False)
        yield Words(classes="companions", line=False)

    def on_mount(self) -> None:
        self._draw()

    def on_click(self) -> None:
        self.focus()

    def action_open(self) -> None:
        self.post_message(self.Opened())

    def show(self, headline: Headline) -> None:
        """Put another day's figure in the same place."""
        self.headline = headline
        if self.is_mounted:
            self._draw()

    def _draw(self) -> None:
        headline, figure = self.headline, self.figure
        value = provisional_text(figure) if figure.value is not None else NO_DATA
        self.query_one(Digits).update(value.replace(" ", ""))  # a blank would be as wide as a digit
        self.set_classes(f"tone-{tone(figure) or 'plain'}")
        self._line("name", Content.styled(clean(headline.name), "bold"))
        companions = (f"{clean(each.title)} {provisional_text(each)}" for each in headline.companions)
        self._line("companions", Content(clean("  ".join(companions))))
        self._show_fitting()

    def on_resize(self) -> None:
        self._show_fitting()

    def _show_fitting(self) -> None:
        """The lines that say more where there is room."""
        room = self.size.width
        status, target = _status(self.figure), Content(target_words(self.figure))
        if status.cell_length + target.cell_length + 2 > room and self.figure.value is not None:
            target = Content(clean(self.figure.target))
        self._line("status", Content("  ").join(part for part in (status, target) if part))
        change, n = change_text(self.figure, self.headline.before), f"n {count(self.figure.n)}"
        self._line("change", Content(f"{change} on 7 days  {n}" if change and room >= 26 else f"{change}  {n}".strip()))
        self._line("trend", Content.styled(trend_words(self.headline, room), TONES["accent"]))

    def _line(self, name: str, content: Content) -> None:
        self.query_one(f".{name}", Words).say(content)


def _status(figure: Figure) -> Content:
    """Glyph and word of the status; without a value the reason follows, which names what would fill it."""
    if figure.value is None and figure.note:
        return Content.styled(STATUS["none"][0], TONES["none"])
    return Content.styled(status_text(figure), TONES[tone(figure)])


class TileRow(ItemGrid):
    """Tiles side by side, as many as fit."""

    def __init__(self, widget_id: str) -> None:
        super().__init__(id=widget_id, min_column_width=19)

    def show(self, headlines: Sequence[Headline]) -> None:
        """Update the tiles in place; only their number makes new ones."""
        tiles = list(self.query(FigureTile))
        for tile, headline in zip(tiles, headlines, strict=False):
            tile.show(headline)
        self.mount_all([FigureTile(headline) for headline in headlines[len(tiles) :]])
        for tile in tiles[len(headlines) :]:
            tile.remove()
