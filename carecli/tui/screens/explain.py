"""Where a number comes from: formula, pack key, counts, what was left out, the first rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar, Final
from zoneinfo import ZoneInfo

from textual import getters
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import get_current_worker

from carecli.metrics.figure import Explanation, Figure
from carecli.render.values import short_moment_text, status_text, value_text
from carecli.text import NO_DATA, STATUS, Shown, clean, count
from carecli.tui import crash
from carecli.tui.app import CareApp
from carecli.tui.messages import ExplanationFailed, ExplanationReady
from carecli.tui.themes import TONES
from carecli.tui.widgets.labelled import Part, labelled
from carecli.tui.wording import named, provisional_text, tone

if TYPE_CHECKING:
    from carecli.store.rows import InputFile

IDS_SHOWN: Final = 8
FILES_SHOWN: Final = 6


class ExplainScreen(ModalScreen[None]):
    """Shows at once what the figure itself carries, then what the desk adds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,e,q", "app.pop_screen", "close", key_display="esc"),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
        Binding("y", "copy", "copy", show=False),
        Binding("R,enter", "rows", "the rows of the number", show=False),
    ]
    app = getters.app(CareApp)

    def __init__(self, figure: Figure, as_of: int) -> None:
        super().__init__()
        self.figure = figure
        self.as_of = as_of

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="sheet"):
            yield Static(id="headline", markup=False)
            yield Static(id="explanation", markup=False)
        yield Static("esc back   R its rows   y copy   j k scroll", id="sheet-keys", markup=False)

    def on_mount(self) -> None:
        self.query_one("#headline", Static).update(_headline(self.figure))
        self._show([*_figure_parts(self.figure), ("rows", "loading")])
        self.run_worker(self._explain_in_thread, thread=True, exclusive=True, exit_on_error=False)

    def _explain_in_thread(self) -> None:
        worker = get_current_worker()
        with self.app.desk_lock:
            try:
                message: ExplanationReady | ExplanationFailed = ExplanationReady(
                    self.app.desk.explain(self.as_of, self.figure)
                )
            except Exception as error:
                message = ExplanationFailed(crash.reason(error))
        if not worker.is_cancelled:
            self.post_message(message)

    def on_explanation_ready(self, message: ExplanationReady) -> None:
        self._show(list(explanation_parts(self.figure, message.explanation)))

    def on_explanation_failed(self, message: ExplanationFailed) -> None:
        self._show([*_figure_parts(self.figure), ("rows", f"{STATUS['miss'][0]} {message.reason}")])

    def _show(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self.query_one("#explanation", Static).update(labelled(parts))

    def action_rows(self) -> None:
        """From the sheet to the very rows; over the rows of the number themselves it only closes."""
        from carecli.tui.screens.board_screen import BoardScreen
        from carecli.tui.screens.rows import RowsScreen

        below = self.app.screen_stack[-2]
        self.app.pop_screen()
        if not isinstance(below, RowsScreen):
            above = below.crumbs()[:1] if isinstance(below, BoardScreen) else ()
            self.app.push_screen(RowsScreen(self.figure, as_of=self.as_of, above=above))

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_copy(self) -> None:
        """The sheet as text, by OSC 52."""
        self.app.copy_to_clipboard("\n".join(f"{label}\t{clean(words, limit=2000)}" for label, words in self._parts))
        self.app.say("copied by OSC 52: a terminal that ignores it keeps its old clipboard")


def _headline(figure: Figure) -> Content:
    value = f"{clean(figure.title)}  {provisional_text(figure)}"
    return Content.assemble((value, "bold"), "  ", (status_text(figure), TONES[tone(figure)]))


def _figure_parts(figure: Figure) -> Iterator[Part]:
    """What the figure itself says."""
    yield "metric", figure.metric
    yield "slice", ", ".join(f"{dimension} = {named(value)}" for dimension, value in figure.by.items()) or "all"
    yield "value", value_text(figure)
    if figure.numerator is not None and figure.denominator is not None:
        yield "made of", f"{_amount(figure.numerator)} of {_amount(figure.denominator)}"
    yield "n", count(figure.n)
    yield "target", figure.target or "none"
    left_out = [f"{count(rows)} {reason}" for reason, rows in figure.excluded.items() if rows]
    yield "left out", ", ".join(left_out) or "nothing"
    if figure.provisional:
        yield "provisional", "~ the day is not over, or its data is not complete yet"
    if figure.note:
        yield "note", figure.note


def _amount(value: float) -> Shown:
    return count(int(value)) if value == int(value) else clean(f"{value:,.2f}")


def _files(files: Sequence[InputFile], zone: str) -> Iterator[Part]:
    """The input files by name, with the beginning of their hash and when they were brought."""
    for place, file in enumerate(files[:FILES_SHOWN]):
        at = short_moment_text(datetime.fromtimestamp(file.imported_at, ZoneInfo(zone)))
        yield "" if place else "files", f"{PurePath(file.path).name}  {file.sha256[:12]}  imported {at}"
    if len(files) > FILES_SHOWN:
        yield "", f"and {count(len(files) - FILES_SHOWN)} more: carecli explain names all"


def explanation_parts(figure: Figure, explanation: Explanation) -> Iterator[Part]:
    """Formula, pack key and window, the figure as it was shown, and the rows behind it."""
    yield "formula", explanation.formula
    yield "pack key", explanation.pack_key or NO_DATA
    yield "window", explanation.window
    yield from _figure_parts(figure)
    if explanation.figure.value != figure.value:
        yield "now", f"{STATUS['risk'][0]} {value_text(explanation.figure)}: data was imported since the page was read"
    yield from _rows("counted", explanation.rows)
    yield from _rows("in numerator", explanation.numerator_rows)
    for reason, rows in explanation.excluded_rows.items():
        yield from _rows(f"out: {reason}", rows)
    yield from _files(explanation.files, explanation.zone)
    for note in explanation.notes:
        if note != figure.note:
            yield "note", note


def _rows(label: str, tables: Mapping[str, Sequence[int]]) -> Iterator[Part]:
    """How many rows of which table, and the ids of the first."""
    for table, ids in tables.items():
        first = ", ".join(str(each) for each in ids[:IDS_SHOWN])
        more = " …" if len(ids) > IDS_SHOWN else ""
        yield label, f"{table}: {count(len(ids))} rows" + (f", ids {first}{more}" if ids else "")
