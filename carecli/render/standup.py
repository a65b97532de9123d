"""The stand-up board as text: big numbers, quality, what moved, queues, what ages, what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from carecli.boards.board import Headline, Movement, StandupBoard
from carecli.metrics.figure import Figure
from carecli.render.grid import QUIET, STYLES, Column, figure_cell, figure_style, grids, text
from carecli.render.page import foot, happened_lines, head, section
from carecli.render.tables import backlog_tables, queue_tables
from carecli.render.values import change_text, plain_value, status_text, value_text
from carecli.text import PROVISIONAL, STATUS, clean, count, spark

CARD = 29
"""Cells of a card: a trend of 28 days fits."""

OF_NOW = ("waiting", "longest_wait")
"""Who waits is a matter of now: a past day lacks it as a matter of course."""


def standup_parts(board: StandupBoard, width: int) -> Iterable[RenderableType]:
    """The page from top to bottom; without figures where the data ends before its day."""
    yield from head(board.header, width)
    if board.closed_days:
        yield text(board.closed_days)
    if board.header.data_ends is not None:
        yield from foot(board.header, (), width)
        return
    yield from _body(board, width)
    yield from foot(board.header, [figure for figure in board.figures if figure.metric not in OF_NOW], width)


def _body(board: StandupBoard, width: int) -> Iterable[RenderableType]:
    yield Text("")
    yield cards(board.headlines, width)
    yield section("What moved", "against the same weekday of the four weeks before")
    yield from moved_lines(board.moved)
    yield section("What happened")
    yield from happened_lines(board.happened) if board.happened else [Text("nothing noted", QUIET)]
    yield section("Quality")
    yield from _quality(board.quality, width)
    yield section("Queues", board.header.window.label)
    yield from queue_tables(board.by_queue, width)
    yield section("Backlog", "now, by age")
    yield from backlog_tables(board.backlog, None, board.bucket_labels, "Queue", width)


def cards(headlines: Sequence[Headline], width: int) -> Table:
    """The big numbers beside each other, as many as fit a line."""
    per_line = max(1, min(len(headlines), width // CARD))
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    for _ in range(per_line):
        grid.add_column(ratio=1)
    for start in range(0, len(headlines), per_line):
        cards = [_card(headline) for headline in headlines[start : start + per_line]]
        if start:
            grid.add_row("")
        grid.add_row(*cards)
    return grid


def _card(headline: Headline) -> Text:
    figure = headline.figure
    style = figure_style(figure)
    mark = f" {PROVISIONAL}" if figure.provisional and figure.value is not None else ""
    lines = [
        Text.assemble((clean(headline.name), QUIET)),
        Text.assemble((value_text(figure) + mark, f"bold {style}".strip()), "  ", (status_text(figure), style)),
        text(f"target {figure.target}" if figure.target else ""),
        text("   ".join(filter(None, (_change(headline), _n(figure))))),
        *([text(f"(was {PROVISIONAL}{value_text(headline.was)})", QUIET)] if headline.was else []),
        *map(_companion, headline.companions),
        *([text(figure.note, QUIET)] if figure.note else []),
        *_trend(headline),
    ]
    return Text("\n").join(line for line in lines if line.plain)


def _n(figure: Figure) -> str:
    """How many rows the value rests on; a count says so itself."""
    return "" if figure.unit in ("cases", "contacts") else f"n {count(figure.n)}"


def _companion(figure: Figure) -> Text:
    """`mean 6:30 ● ok (4-7 min)`."""
    judged = f" {status_text(figure)} ({figure.target})" if figure.status and figure.value is not None else ""
    return text(f"{figure.title} {value_text(figure)}{judged}", figure_style(figure))


def _change(headline: Headline) -> str:
    change = change_text(headline.figure, headline.before)
    if not change:
        return ""
    return f"{change} in 7 days" if headline.figure.unit == "cases" else f"{change} on 7 days"


def _trend(headline: Headline) -> list[Text]:
    known = [value for value in headline.trend if value is not None]
    if len(known) < 2:
        return []
    unit = headline.figure.unit
    low, high = plain_value(min(known), unit), plain_value(max(known), unit)
    return [Text(spark(headline.trend).rstrip() or "", QUIET), Text(f"{low} .. {high}", QUIET)]


def moved_lines(moved: Sequence[Movement]) -> Iterable[Text]:
    for movement in moved:
        glyph, word = STATUS.get(movement.status, STATUS["none"])
        style = STYLES.get(movement.status, QUIET)
        yield Text.assemble((f"{glyph} {word:4} ", style), clean(movement.text, limit=400))
    if not moved:
        yield Text("nothing out of the usual", QUIET)


def _quality(quality: Sequence[Headline], width: int) -> Iterable[RenderableType]:
    """A line per measure; the windows of its companions are their titles."""
    titles = list(dict.fromkeys(each.title for headline in quality for each in headline.companions))
    columns = [
        Column("Measure", key=True),
        Column("Window", right=False),
        *map(Column, ("Value", "n")),
        *map(Column, titles),
        Column("Target", right=False),
    ]
    yield from grids(columns, [_quality_cells(headline, titles) for headline in quality], width)


def _quality_cells(headline: Headline, titles: Sequence[str]) -> list[Text]:
    beside: dict[str, Figure] = {each.title: each for each in headline.companions}
    figure = headline.figure
    return [
        text(headline.name),
        text(headline.window or "the day"),
        figure_cell(figure),
        Text(count(figure.n)),
        *(figure_cell(beside[title]) if title in beside else Text("") for title in titles),
        text(figure.target or ""),
    ]
