"""`carecli metric`: any metric by any dimension, over one window or several side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from carecli.cli.options import AS_OF, BY, FORMAT, PACK, STORE, TZ, WHERE, WINDOW, asked, parse_by, parse_where
from carecli.errors import StoreInUse, UsageProblem

if TYPE_CHECKING:
    from carecli.boards.board import Header
    from carecli.cli.asking import Asking
    from carecli.metrics.figure import Figure
    from carecli.metrics.windows import Window
    from carecli.store.snapshot import Snapshot

READINGS = 3
"""How often several windows are read until no import came between them."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which figures are asked for, under which circumstances."""

    ids: tuple[str, ...]
    by: tuple[str, ...]
    totals: bool
    circumstances: Asking

    def window(self, text: str) -> Window:
        from carecli.metrics.windows import parse_window

        asking = self.circumstances
        return parse_window(text, asking.as_of, asking.zone, asking.settings.week_start)

    def figures(self, window: Window) -> tuple[Snapshot, list[Figure]]:
        """The figures of one window, and what they were made of."""
        from carecli.boards.needs import metric_needs
        from carecli.metrics.evaluate import figures
        from carecli.metrics.facts import build_facts

        at, zone, pack = self.circumstances.as_of, self.circumstances.zone, self.circumstances.pack
        snapshot = self.circumstances.load(metric_needs(as_of=at, zone=zone, pack=pack, window=window))
        facts = build_facts(snapshot, pack, at, zone)
        found = figures(facts, self.ids, window=window, by=self.by, where=self.circumstances.where)
        if self.totals and self.by:
            found += figures(facts, self.ids, window=window, where=self.circumstances.where)
        return snapshot, found

    def header(self, snapshot: Snapshot, window: Window, label: str | None = None) -> Header:
        from carecli.boards.header import header_of

        return header_of(
            snapshot,
            self.circumstances.pack,
            board="metric",
            title=", ".join(self.ids),
            window=window,
            as_of=self.circumstances.as_of,
            where=self.circumstances.where,
            label=label,
        )


@click.command(epilog="Example: carecli metric service_level asa --by channel,queue --window 7d")
@click.argument("metric_ids", nargs=-1, required=True, metavar="ID...")
@asked(STORE, AS_OF, WINDOW, PACK, TZ, WHERE, BY, FORMAT)
@click.option("--windows", metavar="WINDOW,WINDOW", help="Several windows side by side, such as 7d,28d,wtd,mtd.")
@click.option("--totals", is_flag=True, help="Also the figure over all slices, computed anew from the rows.")
def metric(
    metric_ids: tuple[str, ...],
    store: str | None,
    as_of: str | None,
    window: str | None,
    pack: str | None,
    tz: str | None,
    where: tuple[str, ...],
    by: str,
    output: str,
    windows: str | None,
    totals: bool,
) -> None:
    """Print metrics over a window, sliced as you like.

    No data is no number: a figure without one says why. `carecli explain ID` shows where it comes from.
    """
    from carecli.cli.asking import asking
    from carecli.cli.printing import put
    from carecli.metrics.dictionary import metric_named

    if window is not None and windows is not None:
        raise UsageProblem("--window and --windows exclude each other", hint="--windows 7d,28d,wtd,mtd")
    ids = tuple(metric_named(metric_id).id for metric_id in metric_ids)
    circumstances = asking(store=store, as_of=as_of, pack=pack, tz=tz, where=parse_where(where))
    question = Question(ids, parse_by(by), totals, circumstances)
    if windows is None:
        put(_one_window(question, question.window(window or "7d"), output))
    else:
        put(_side_by_side(question, _windows(question, windows), output))


def _windows(question: Question, text: str) -> list[Window]:
    """The windows of a list, each once."""
    names = dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip())
    if not names:
        raise UsageProblem("--windows names no window", hint="--windows 7d,28d,wtd,mtd")
    return [question.window(name) for name in names]


def _one_window(question: Question, window: Window, output: str) -> str:
    snapshot, found = question.figures(window)
    header = question.header(snapshot, window)
    if output == "json":
        from carecli.render.structured import figures_json
        from carecli.text import json_text

        return json_text(figures_json(found, header))
    from carecli.cli.printing import coloured, columns
    from carecli.render.figures import render_figures_text

    return render_figures_text(found, header, width=columns(), color=coloured())


def _side_by_side(question: Question, windows: list[Window], output: str) -> str:
    """The windows beside each other, under a header that reaches over all of their days."""
    from carecli.boards.header import window_shown
    from carecli.boards.windows import WindowFigures, WindowsPage
    from carecli.metrics.windows import window_of

    snapshot, found = _read(question, windows)
    days = [day for window in windows for day in window.dates]
    names = ", ".join(window.name for window in windows)
    header = question.header(snapshot, window_of(min(days), max(days), question.circumstances.zone), names)
    shown = zip(windows, found, strict=True)
    page = WindowsPage(header, tuple(WindowFigures(window_shown(window), tuple(each)) for window, each in shown))
    if output == "json":
        from carecli.render.windows import windows_json
        from carecli.text import json_text

        return json_text(windows_json(page))
    from carecli.cli.printing import coloured, columns
    from carecli.render.windows import render_windows_text

    return render_windows_text(page, width=columns(), color=coloured())


def _read(question: Question, windows: list[Window]) -> tuple[Snapshot, list[list[Figure]]]:
    """The figures of each window, all of one generation of the store.

    Each window is read by itself, just as when it is asked for alone: a longer window reads further back, and contacts
    found there would make later ones follow-ups.
    """
    for _ in range(READINGS):
        read = [question.figures(window) for window in windows]
        if len({snapshot.generation for snapshot, _ in read}) == 1:
            return read[-1][0], [found for _, found in read]
    raise StoreInUse("the store changes while it is read", hint="try again when the import is done")
