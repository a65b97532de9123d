"""A part of a board as a plain table: what Markdown, HTML, workbooks and the app's plain pages are written from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from carecli.boards.board import Header
from carecli.metrics.figure import Figure
from carecli.render.values import marked_value, moment_text, short_moment_text
from carecli.text import NO_DATA, Shown, ago, clean, count

Cell = Figure | datetime | str | int | None
"""A number with all that belongs to it, a moment of the reporting zone, data text, a count, or nothing known."""

LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows as wide as `columns`. `name` is short, unique in its board and made of letters, digits and hyphens."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    remark: str = ""

    def is_number(self, place: int) -> bool:
        """Whether a column holds numbers, so that it is set to the right."""
        held = [row[place] for row in self.rows if row[place] is not None]
        return bool(held) and all(isinstance(cell, Figure | int) for cell in held)


def sheet(name: str, title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], remark: str = "") -> Sheet:
    """A sheet of any sequences. ValueError where a row is not as wide as the heading."""
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"{name}: a row of {len(row)} cells under {len(columns)} columns")
    return Sheet(name, title, tuple(columns), tuple(map(tuple, rows)), remark)


def cell_text(cell: Cell) -> Shown:
    """A cell in words: a figure with glyph, value and provisional mark, as on the screen."""
    match cell:
        case Figure():
            return marked_value(cell)
        case datetime():
            return short_moment_text(cell)
        case None:
            return clean(NO_DATA)
        case int():
            return count(cell)
    return clean(cell, limit=LONGEST)


def narrowed(each: Sheet, words: Sequence[str]) -> Sheet:
    """The rows that hold every word, in any case."""
    wanted = [word.casefold() for word in words]
    if not wanted:
        return each
    told = [(row, " ".join(map(cell_text, row)).casefold()) for row in each.rows]
    return replace(each, rows=tuple(row for row, text in told if all(word in text for word in wanted)))


def head_lines(header: Header) -> list[str]:
    """What every page says first: window, as of when, pack, slice, where its data ends."""
    lines = [
        f"{header.window.label}, as of {moment_text(header.as_of)} {header.zone}, pack {header.pack}",
        *([f"only {', '.join(f'{name}={value}' for name, value in header.where)}"] if header.where else []),
        *([f"data ends {short_moment_text(header.data_ends)}"] if header.data_ends else []),
        *header.notes,
    ]
    return [clean(line, limit=LONGEST) for line in lines]


def feed_line(header: Header) -> str:
    """How old each feed is."""
    feeds = (f"{feed.source} {feed.kind} {ago(feed.age_sec)}" for feed in header.feeds)
    return "feeds, how old: " + (" · ".join(clean(feed) for feed in feeds) or "none imported")


def lacking(figures: Sequence[Figure]) -> list[str]:
    """Why figures without a value have none: each reason once, with the titles it holds for."""
    titles: dict[str, dict[str, None]] = {}
    for figure in figures:
        if figure.value is None and figure.note:
            titles.setdefault(figure.note, {})[figure.title] = None
    return [clean(f"- {note}: {', '.join(named)}", limit=LONGEST) for note, named in titles.items()]
