"""The first screen of an app without settings and store: the questions of `carecli init`, on one page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from carecli.errors import CareError
from carecli.text import STATUS, clean
from carecli.tui.themes import THEMES, TONES

if TYPE_CHECKING:
    from carecli.policy.first_choices import FirstChoices

QUESTIONS: Final = (
    ("zone", "Time zone", "Europe/Berlin"),
    ("pack", "Care programme", "tally, prestige, lightcurve, care-package, service-strategy"),
    ("hours", "Opening hours", "empty for those of the programme; Mon-Fri 09:00-18:00; Sat 10:00-14:00"),
    ("country", "Holidays", "DE, or DE-BE for a state; empty for none"),
    ("queue", "Your queue", "empty for all"),
    ("exports", "Exports", "a file or folder to import now; empty for none"),
)
PROMISE: Final = "Nothing leaves this computer. Every answer can be changed later with carecli init."


class FirstStartApp(App["FirstChoices"]):
    """Returns the answers, checked; None where it was left without."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { layout: vertical; padding: 1 2; }
    #title { height: auto; margin: 0 0 1 0; }
    #questions { height: 1fr; scrollbar-size-vertical: 1; }
    #questions Horizontal { height: 1; margin: 0 0 1 0; }
    #questions Static { width: 18; color: $secondary; text-style: bold; }
    #questions Input { width: 1fr; max-width: 80; height: 1; border: none; padding: 0 1; background: $panel; }
    #questions Input:focus { border: none; background: $primary 30%; }
    #problem { height: auto; min-height: 1; }
    #keys { height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10", "finish", "done", priority=True),
        Binding("down", "move(1)", "next", show=False),
        Binding("up", "move(-1)", "before", show=False),
        Binding("escape,ctrl+q,ctrl+c", "leave", "leave", priority=True),
    ]

    def __init__(self, proposed: FirstChoices) -> None:
        super().__init__()
        self.proposed = proposed
        self.animation_level = "none"
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = THEMES[proposed.theme].name

    def compose(self) -> ComposeResult:
        yield Static(Content.assemble(("carecli, first start", "bold"), "\n", (PROMISE, TONES["quiet"])), id="title")
        with VerticalScroll(id="questions", can_focus=False):
            for name, label, example in QUESTIONS:
                with Horizontal():
                    yield Static(label, markup=False)
                    yield Input(self._default(name), placeholder=example, id=name, select_on_focus=False)
        yield Static(id="problem", markup=False)
        yield Static("enter next   up down move   ctrl+s done   esc leave", id="keys", markup=False)

    def _default(self, name: str) -> str:
        if name == "hours":
            from carecli.policy.first_choices import pack_hours

            return self.proposed.hours or "; ".join(pack_hours(self.proposed.pack))
        return self.proposed.where.get("queue", "") if name == "queue" else str(getattr(self.proposed, name))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter goes on; in the last line it is done."""
        if event.input.id == QUESTIONS[-1][0]:
            self.action_finish()
        else:
            self.action_move(1)

    def action_move(self, step: int) -> None:
        """To the next line, or the one before."""
        if step > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def answers(self) -> FirstChoices:
        """What stands in the lines."""
        told = {name: self.query_one(f"#{name}", Input).value.strip() for name, _, _ in QUESTIONS}
        country, _, subdivision = told.pop("country").partition("-")
        queue = told.pop("queue")
        others = {name: value for name, value in self.proposed.where.items() if name != "queue"}
        return replace(
            self.proposed,
            zone=told["zone"],
            pack=told["pack"],
            hours=told["hours"],
            exports=told["exports"],
            country=country,
            subdivision=subdivision,
            where={**others, "queue": queue} if queue else others,
        )

    def action_finish(self) -> None:
        """Leave with the answers; what makes no sense is said and nothing is lost."""
        from carecli.policy.first_choices import checked

        try:
            self.exit(checked(self.answers()))
        except CareError as problem:
            words = clean(f"{STATUS['miss'][0]} {problem.message}  {problem.hint or ''}", limit=300)
            self.query_one("#problem", Static).update(Content.styled(words, TONES["miss"]))

    def action_leave(self) -> None:
        self.exit(None)
