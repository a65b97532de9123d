"""The last line: the keys that matter here, as many as fit."""

from __future__ import annotations

from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widgets import Input

from carecli.text import width
from carecli.tui.widgets.words import Words


class KeyLine(Words):
    """Keys of the focused widget, then of the view, then of the app; help and quit always fit."""

    def __init__(self) -> None:
        super().__init__(widget_id="keys")

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def on_resize(self) -> None:
        self._changed(self.screen)

    def _changed(self, screen: Screen[object]) -> None:
        if not self.is_attached or screen is not self.screen:
            return
        self.say(Content("  ").join(self._label(binding) for binding in self._fitting(self._wanted(screen))))

    def _wanted(self, screen: Screen[object]) -> list[Binding]:
        """Keys of the cursor, of this very view, of every view, of the app; while a filter is typed only its own."""
        actives = [active for active in screen.active_bindings.values() if active.binding.show and active.enabled]
        if isinstance(screen.focused, Input):
            return [active.binding for active in actives if active.node is screen.focused]
        own = {binding.key for binding in Binding.make_bindings(type(screen).__dict__.get("BINDINGS", ()))}
        ranks = [(0 if each.node is screen.focused else 1 if each.binding.key in own else 2) for each in actives]
        order = sorted(range(len(actives)), key=lambda at: (actives[at].node is self.app, ranks[at]))
        return [actives[at].binding for at in order]

    def _fitting(self, bindings: list[Binding]) -> list[Binding]:
        """One binding for each action, in order; the last two (help, quit) keep their place."""
        distinct = list({binding.action: binding for binding in reversed(bindings)}.values())[::-1]
        first, last = distinct[:-2], distinct[-2:]
        room = self.size.width - sum(self._cells(binding) for binding in last)
        kept = []
        for binding in first:
            room -= self._cells(binding)
            if room < 0:
                break
            kept.append(binding)
        return [*kept, *last]

    def _cells(self, binding: Binding) -> int:
        return width(f"{self.app.get_key_display(binding)} {binding.description}  ")

    def _label(self, binding: Binding) -> Content:
        """A label that can be clicked; all of it is our own text."""
        key = Content.styled(self.app.get_key_display(binding), "bold $accent")
        click = Style.from_meta({"@click": f"app.simulate_key('{binding.key}')"})
        return Content.assemble(key, " ", binding.description).stylize(click)
