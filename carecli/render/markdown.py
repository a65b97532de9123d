"""A board as Markdown: a heading and a table for each part; data stands in it as literal text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from carecli.boards.board import Header
from carecli.metrics.figure import Figure
from carecli.render.sheet import Cell, Sheet, cell_text, feed_line, head_lines, lacking
from carecli.text import clean

LONGEST = 2_000
_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~&$]")
"""What may begin a mark in the middle of a line; lines here never begin with text of the data."""


def markdown_text(value: str) -> str:
    """Text that no mark acts in; an underscore between letters is none."""
    return re.sub(r"(?<=\w)\\_(?=\w)", "_", _MARKS.sub(r"\\\g<0>", clean(value, limit=LONGEST)))


def render_markdown(header: Header, sheets: Sequence[Sheet], figures: Sequence[Figure]) -> str:
    """The whole page: head, a table a sheet, why figures are missing, and how old the feeds are."""
    return "\n".join(_lines(header, sheets, figures)) + "\n"


def _lines(header: Header, sheets: Sequence[Sheet], figures: Sequence[Figure]) -> Iterator[str]:
    yield f"# {markdown_text(header.title)}"
    for line in head_lines(header):
        yield from ("", markdown_text(line))
    for each in sheets:
        yield from ("", f"## {markdown_text(each.title)}", "")
        if each.remark:
            yield from (markdown_text(each.remark), "")
        yield from _table(each)
    for line in (*lacking(figures), feed_line(header)):
        yield from ("", markdown_text(line).replace("-", "\\-", 1) if line.startswith("-") else markdown_text(line))


def _table(each: Sheet) -> Iterator[str]:
    yield _row(each.columns)
    yield _marks(each)
    yield from (_row([cell_text(cell) for cell in row]) for row in each.rows)


def _marks(each: Sheet) -> str:
    marks = ("---:" if each.is_number(place) else "---" for place in range(len(each.columns)))
    return f"| {' | '.join(marks)} |"


def _row(cells: Sequence[Cell]) -> str:
    return f"| {' | '.join(markdown_text(str(cell)) for cell in cells)} |"
