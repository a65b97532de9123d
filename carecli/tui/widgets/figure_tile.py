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
from carecli.text import NO_DATA, STATUS, clean, count, width
from carecli.tui.themes import TONES
from carecli.tui.widgets.words import Words
from carecli.tui.wording import provisional_text, readout, target_words, tone, trend_lines


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
        yield Digits()
        yield Words(classes="lines", line=False)

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
        self.query_one(".name", Words).say(Content.styled(clean(headline.name), "bold"))
        self._show_lines()

    def on_resize(self) -> None:
        self._show_lines()

    def _show_lines(self) -> None:
        """Status and target, change and n; on a tall terminal the trend and the figures beside it, too."""
        lines = [self._status_line(), Content(self._change_line())]
        if not self.screen.has_class("-short"):
            companions = (f"{clean(each.title)} {provisional_text(each)}" for each in self.headline.companions)
            lines += [Content.styled(line, TONES["accent"]) for line in trend_lines(self.headline, self.size.width)]
            lines.append(Content(clean("  ".join(companions))))
        self.query_one(".lines", Words).say(Content("\n").join(lines))

    def _status_line(self) -> Content:
        status, target = _status(self.figure), target_words(self.figure)
        if status.cell_length + width(target) + 2 > self.size.width and self.figure.value is not None:
            target = clean(self.figure.target)
        return Content("  ").join(part for part in (status, Content(target)) if part)

    def _change_line(self) -> str:
        change, n = change_text(self.figure, self.headline.before), f"n {count(self.figure.n)}"
        return f"{change} on 7 days  {n}" if change and self.size.width >= 26 else f"{change}  {n}".strip()


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
