"""The line that narrows what is shown while you type."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from carecli.text import clean


class FilterBar(Input):
    """Enter keeps the filter, escape clears it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "keep the filter", key_display="enter"),
        Binding("escape", "clear", "clear the filter", key_display="esc"),
    ]

    class Typed(Message):
        """The filter's text changed."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The bar was left; the filter stands as it is."""

    def __init__(self) -> None:
        super().__init__(id="filter", placeholder="filter: words of a row", compact=True)

    def open(self) -> None:
        """Show the bar and type into it; the focus moves at once, so that the next key is the filter's."""
        self.display = True
        self.screen.set_focus(self)

    def action_clear(self) -> None:
        self.value = ""
        self._leave()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._leave()

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self.post_message(self.Typed(self.value))

    def replace(self, text: str, start: int, end: int) -> None:
        """Put text in; a clipboard may hold control characters, and they stay out of the screen."""
        super().replace(clean(text), start, end)

    def _leave(self) -> None:
        self.display = False
        self.post_message(self.Left())
