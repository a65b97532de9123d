"""The big numbers of the stand-up, and the row they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ItemGrid, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Digits

from carecli.boards.board import Headline
from carecli.metrics.figure import Figure
from carecli.render.values import change_text, status_text, value_text
from carecli.text import NO_DATA, PROVISIONAL, STATUS, clean, count, width
from carecli.tui.themes import TONES
from carecli.tui.widgets.words import Words
from carecli.tui.wording import provisional_text, readout, target_words, tone, trend_lines

TALL: Final = 32
"""Lines of the terminal from which a tile shows its trend; care.tcss has the same step."""


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
        figure = self.figure
        value = provisional_text(figure) if figure.value is not None else NO_DATA
        self.query_one(Digits).update(value.replace(" ", ""))  # a blank would be as wide as a digit
        self.set_classes(f"tone-{tone(figure) or 'plain'}")
        self._show_lines()

    def on_resize(self) -> None:
        self._show_lines()

    def _show_lines(self) -> None:
        """Name, status and target, change and n; on a tall terminal the trend and the figures beside it, too."""
        self.query_one(".name", Words).say(Content.styled(_short_name(self.headline.name, self.size.width), "bold"))
        lines = [self._status_line(), Content(self._change_line())]
        if (was := self.headline.was) is not None:
            lines.append(Content.styled(clean(f"was {PROVISIONAL}{value_text(was)}"), TONES["quiet"]))
        if self.app.size.height >= TALL:
            lines += [Content.styled(line, TONES["accent"]) for line in trend_lines(self.headline, self.size.width - 1)]
            lines += [Content(line) for line in self._companion_lines()]
        self.query_one(".lines", Words).say(Content("\n").join(lines))

    def _status_line(self) -> Content:
        """In full, else without the word "target", else with fewer blanks."""
        status, target = _status(self.figure), target_words(self.figure)
        room = self.size.width - status.cell_length
        if self.figure.value is not None and width(target) + 2 > room:
            target = clean(self.figure.target)
        if width(target) + 2 > room:
            return Content(" ").join(part for part in (status, Content(clean(target.replace(" %", "%")))) if part)
        return Content("  ").join(part for part in (status, Content(target)) if part)

    def _companion_lines(self) -> list[str]:
        """The figures beside it, as many to a line as fit."""
        lines = [""]
        for each in self.headline.companions:
            words = f"{clean(each.title)} {provisional_text(each)}"
            fits = width(f"{lines[-1]}  {words}") <= self.size.width
            lines[-1:] = [f"{lines[-1]}  {words}".strip()] if fits else [lines[-1], words]
        return [line for line in lines if line][:2]

    def _change_line(self) -> str:
        change, n = change_text(self.figure, self.headline.before), f"n {count(self.figure.n)}"
        return f"{change} on 7 days  {n}" if change and self.size.width >= 26 else f"{change}  {n}".strip()


def _short_name(name: str, room: int) -> str:
    """The name, with the field's own abbreviations where it is too long."""
    shown = clean(name)
    if width(shown) <= room:
        return shown
    return shown.replace("Service level", "SL").replace("SERVICE LEVEL", "SL").replace("Abandonment", "Aband.")


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
