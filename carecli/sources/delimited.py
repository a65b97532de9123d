"""Rows of a delimited file, with their physical lines. Nothing is padded, dropped or guessed: every row has a fate."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import chain

from carecli.sources.decoding import MARK
from carecli.sources.headers import Header
from carecli.sources.rows import Fault, Rows, zone_of_footer
from carecli.sources.verdicts import RAW_LIMIT, BadRecord, Held, Item, SkippedRecord

LONGEST_ROW = 16 * 1024 * 1024
"""Characters; a quote that is still open after as many was never meant to be one."""
MOST_LINES = 1_000_000
"""Of one row; each takes memory of its own, however short it is."""
NO_FINAL_NEWLINE = "the last row has no line end"
FOOTER_LINES = 50
"""How many of the last lines are looked at for a zone."""

csv.field_size_limit(2 * LONGEST_ROW)


class _StillOpen(Exception):
    """A quote that was never meant to be one."""


class _Lines:
    """Hands lines to the csv reader and keeps those of the row that is being read."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.row: list[str] = []
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            if not self.row and line[0] == MARK:
                line = line.lstrip(MARK)
            self.row.append(line)
            self._size += len(line)
            if self._size > LONGEST_ROW or len(self.row) > MOST_LINES:
                raise _StillOpen
            yield line

    def next_row(self) -> None:
        self.row.clear()
        self._size = 0

    @property
    def size(self) -> str:
        """Of the row so far, in words."""
        return f"{len(self.row)} lines and {self._size} characters"

    @property
    def raw(self) -> str:
        return self.row[0] if len(self.row) == 1 else "".join(self.row)


def read_delimited(start: list[str], lines: Iterator[str], header: Header, notes: list[str]) -> Iterator[Item]:
    """All rows, then `Held` if one of them showed that the file is damaged.

    `start` are the physical lines that were read to find the header, `lines` those that follow them.
    """
    rules = Rows(header)
    yield from rules.above()
    source = _Lines(chain(start[header.lines :], lines))
    reader = csv.reader(iter(source), delimiter=header.delimiter, strict=True)
    rows = _Rows(rules, source, notes)
    number = len(header.rows_above)
    while True:
        source.next_row()
        number += 1
        line = header.lines + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as problem:
            yield rows.unreadable(str(problem), number, line)
        except _StillOpen:
            message = f"a quote in the row of line {line} is still open after {source.size}"
            raise Held("open-quote", message, hint="mend the quotes, or export it again", line=line) from None
        else:
            yield rows.item(cells, number, line)
    if rows.verdict is not None:
        raise rows.verdict


class _Rows:
    """What each row is. A row that shows damage to the whole file leaves a `verdict`, and reading goes on."""

    def __init__(self, rules: Rows, source: _Lines, notes: list[str]) -> None:
        self.verdict: Held | None = None
        self._rules = rules
        self._header = rules.header
        self._source = source
        self._notes = notes

    def item(self, cells: list[str], number: int, line: int) -> Item:
        raw = self._source.raw
        if aside := self._rules.aside(cells, number, line):
            return aside
        if raw[-1] not in "\r\n" and (damage := self._last_row(raw, len(cells), line)):
            return self._bad(number, line, *damage)
        if not cells or (not cells[0].strip() and not any(map(str.strip, cells))):
            return SkippedRecord(number, line, "blank")
        last_line = line + len(self._source.row) - 1
        if last_line > line and _hides_rows(self._source.row, cells, self._header):
            message = f"a quote in line {line} hides whole rows up to line {last_line}"
            self._hold("suspicious-quote", message, "mend the quotes, or export it again", line)
        return self._rules.item(cells, number, line, last_line, raw)

    def unreadable(self, problem: str, number: int, line: int) -> BadRecord:
        """A row that the csv reader refused."""
        if problem != "unexpected end of data":
            return self._bad(number, line, "bad-quote", None, problem, "quotes that open and close")
        message = f"the file ends inside a quote that opens in the row of line {line}"
        self._hold("cut-off", message, "fetch the file again", line)
        return self._bad(number, line, "cut-off", None, "the end of the file", "a closing quote")

    def _last_row(self, raw: str, width: int, line: int) -> Fault | None:
        """What is wrong with a row without a line end, which only the last one can be."""
        wanted = self._header.fewest
        if raw.endswith("\0"):
            self._hold("nul-padding", f"the file ends in NUL bytes, from line {line} on", "export it again", line)
            return "nul-padding", None, "NUL bytes", "the end of the file"
        if 0 < width < wanted and raw.strip():
            message = f"the file looks cut off: line {line} has {width} of {wanted} cells and no line end"
            self._hold("cut-off", message, "fetch the file again", line)
            return "cut-off", None, f"{width} cells", f"{wanted} cells"
        self._notes.append(NO_FINAL_NEWLINE)
        return None

    def _hold(self, code: str, message: str, hint: str, line: int) -> None:
        self.verdict = self.verdict or Held(code, message, hint=hint, line=line)

    def _bad(self, number: int, line: int, *fault: *Fault) -> BadRecord:
        last_line = line + len(self._source.row) - 1
        return BadRecord(number, line, last_line, *fault, self._source.raw[:RAW_LIMIT])


def _hides_rows(lines: list[str], cells: list[str], header: Header) -> bool:
    """Whether lines of one row are rows by themselves: a quote too many hides them.

    A line is taken for a row if it has as many cells and its first cell has the form of this row's first cell.
    """
    width, form = len(header.names), _form(cells[0])
    for line in lines[1:10_000]:
        row = next(csv.reader([line], delimiter=header.delimiter), [])
        if width > 1 and header.fewest <= len(row) <= width and _form(row[0]) == form:
            return True
    return False


def _form(cell: str) -> str:
    """`A-0042` and `b-17` have one form: letters and digits, without their number."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", cell.strip()))


def zone_in_last_lines(lines: Iterable[str], header: Header, expression: str) -> str | None:
    """The zone that a footer tells; all lines are read for it, before any record is."""
    last = deque(lines, maxlen=FOOTER_LINES)
    return zone_of_footer([next(csv.reader([line], delimiter=header.delimiter), []) for line in last], expression)
