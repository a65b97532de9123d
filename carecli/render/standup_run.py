"""The stand-up's timed pages as text: one of them, or all below each other."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import RenderableType
from rich.text import Text

from carecli.boards.standup_run import PageTable, StandupPage, StandupRun, Value
from carecli.metrics.figure import Figure
from carecli.render.grid import QUIET, Column, figure_cell, grids, text
from carecli.render.page import NARROWEST, happened_lines, head, printed, section
from carecli.render.standup import cards, moved_lines
from carecli.render.values import short_moment_text
from carecli.text import clean, clock_duration, count


def run_text(run: StandupRun, number: int | None, *, width: int, color: bool) -> str:
    """Page `number`, or all five, as lines of at most `width` cells."""
    width = max(width, NARROWEST)
    pages = [page for page in run.pages if number in (None, page.number)]
    return printed(_parts(run, pages, width), width=width, color=color)


def _parts(run: StandupRun, pages: list[StandupPage], width: int) -> Iterable[RenderableType]:
    yield from head(run.header, width)
    if run.closed_days:
        yield text(run.closed_days)
    for page in pages:
        yield section(f"{page.number} {page.title}", str(clock_duration(page.seconds)))
        yield cards(page.headlines, width)
        if page.talk:
            yield section("To talk about")
            yield from moved_lines(page.talk)
        if page.table:
            yield from _table(page.table, width)
    if run.happened:
        yield section("What happened")
        yield from happened_lines(run.happened)
    yield section("Decided")
    yield from _decided(run)


def _table(table: PageTable, width: int) -> Iterable[RenderableType]:
    yield section(table.title)
    if not table.rows:
        yield Text(clean(table.note or "nothing to show"), QUIET)
        return
    columns = [Column(table.columns[0], key=True), *map(Column, table.columns[1:])]
    yield from grids(columns, [[_cell(value) for value in row] for row in table.rows], width)


def _cell(value: Value) -> Text:
    if isinstance(value, Figure):
        return figure_cell(value)
    return text(value or "") if isinstance(value, str) else Text("-" if value is None else count(value))


def _decided(run: StandupRun) -> Iterable[Text]:
    for each in run.decided:
        yield text(f"{short_moment_text(each.at)}  {clean(each.text, limit=200)}")
    if not run.decided:
        yield Text("nothing noted since the last open day", QUIET)
