"""The stand-up as a run of timed pages: what a page consists of. Nothing here loads the data library."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from carecli.boards.board import Header, Headline, Moment, Movement
from carecli.metrics.figure import Figure

Value = str | int | Figure | None
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision on a page; `today` tells what was typed now from what is looked back on."""

    number: int
    at: datetime
    text: str
    author: str
    today: bool


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of a page: figures, whole numbers and words."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    """Why there are no rows: what would fill it."""


@dataclass(frozen=True, slots=True)
class StandupPage:
    """One page: four to six big numbers, what to talk about, and a table below."""

    number: int
    title: str
    seconds: int
    headlines: tuple[Headline, ...]
    talk: tuple[Movement, ...] = ()
    table: PageTable | None = None

    @property
    def figures(self) -> tuple[Figure, ...]:
        cells = [cell for row in self.table.rows for cell in row] if self.table else []
        heads = [figure for head in self.headlines for figure in (head.figure, *head.companions)]
        return (*heads, *(cell for cell in cells if isinstance(cell, Figure)))


@dataclass(frozen=True, slots=True)
class StandupRun:
    """The five pages, and what happened and was decided, which stand beside each of them."""

    header: Header
    pages: tuple[StandupPage, ...]
    closed_days: str | None
    happened: tuple[Moment, ...]
    decided: tuple[Decided, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(figure for page in self.pages for figure in page.figures)
