"""The saved filters of the settings: one key or enter puts one in force for every board."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from carecli.text import clean
from carecli.tui.app import CareApp

HOW: Final = 'No filters are saved yet. In config.toml:\n\n  [filters.night]\n  queue = "Billing"'


class FiltersScreen(ModalScreen[None]):
    """Chosen with the arrows and enter; the first line is none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,F", "app.pop_screen", "close", key_display="esc"),
        Binding("j", "down", "down", show=False),
        Binding("k", "up", "up", show=False),
    ]
    app = getters.app(CareApp)

    def compose(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Static(Content.styled("Filter of every board", "bold"), markup=False)
            if self.app.preferences.filters:
                yield OptionList(*self._options(), markup=False)
            else:
                yield Static(HOW, markup=False)
        yield Static("enter choose   esc back", id="sheet-keys", markup=False)

    @property
    def names(self) -> list[str]:
        return ["", *self.app.preferences.filters]

    def _options(self) -> list[Content]:
        return [self._option(name) for name in self.names]

    def _option(self, name: str) -> Content:
        mark = "›" if name == self.app.filter_name else " "
        slice_ = self.app.preferences.filters.get(name, {})
        told = ", ".join(f"{dimension} {value or '(none)'}" for dimension, value in slice_.items())
        words = clean(told, limit=80) if name else "everything the app was opened with"
        return Content.assemble(f"{mark} {clean(name or 'no filter', limit=30):<16} ", str(words))

    def on_mount(self) -> None:
        for options in self.query(OptionList):
            options.highlighted = self.names.index(self.app.filter_name)
            options.focus()

    def action_down(self) -> None:
        for options in self.query(OptionList):
            options.action_cursor_down()

    def action_up(self) -> None:
        for options in self.query(OptionList):
            options.action_cursor_up()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.app.pop_screen()
        self.app.use_filter(self.names[event.option_index])
