"""All keys of a view, read off its bindings, and what the marks mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from carecli.text import PROVISIONAL, STATUS
from carecli.tui.keys import KeyHelp, help_of, widgets_with_keys
from carecli.tui.themes import TONES


class HelpScreen(ModalScreen[None]):
    """Help of the screen it was opened over."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,q,f1", "app.pop_screen", "close", key_display="esc"),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
    ]

    def __init__(self, described: Screen[object]) -> None:
        super().__init__()
        app = described.app
        self.view = list(help_of(app, [described]))
        self.cursor = list(help_of(app, widgets_with_keys(described)))
        self.everywhere = list(help_of(app, [app]))

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="sheet"), Horizontal():
            yield Static(_groups(("This view", self.view), ("Everywhere", self.everywhere)), markup=False)
            yield Static(_groups(("Cursor", self.cursor)), markup=False)
            yield Static(_marks(), id="marks", markup=False)
        yield Static("esc back   j k scroll", id="sheet-keys", markup=False)

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


def _groups(*groups: tuple[str, Iterable[KeyHelp]]) -> Content:
    """Groups of keys, each under its title."""
    parts = []
    for title, keys in groups:
        lines = [Content.assemble((f"{key.keys:<11}", TONES["accent"]), f" {key.does}") for key in keys]
        parts.append(Content("\n").join([Content.styled(title, "bold"), *lines]))
    return Content("\n\n").join(parts)


def _marks() -> Content:
    status = [Content.assemble((f"{glyph:<3}", TONES[key]), word) for key, (glyph, word) in STATUS.items()]
    words = [
        (PROVISIONAL, "provisional: the day or its data is not complete"),
        ("-", "no data: the line at the bottom says why"),
        ("n", "contacts or cases the number rests on"),
    ]
    lines = [*status, *(Content(f"{mark:<3}{meaning}") for mark, meaning in words)]
    return Content("\n").join([Content.styled("Marks", "bold"), *lines])
