"""Rows of a delimited file, with their physical lines. Nothing is padded, dropped or guessed: every row has a fate."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import chain

from carecli.sources.cells import LONGEST_CELL_BYTES
from carecli.sources.entry import normalise
from carecli.sources.recognise import Header
from carecli.sources.records import Record
from carecli.sources.verdicts import RAW_LIMIT, BadRecord, Held, Item, SkippedRecord

LONGEST_ROW = 16 * 1024 * 1024
"""Characters; a quote that is still open after as many was never meant to be one."""
NO_FINAL_NEWLINE = "the last row has no line end"
_Fault = tuple[str, str | None, str, str]
"""Code, column, found, expected."""

csv.field_size_limit(2 * LONGEST_ROW)


class _Lines:
    """Hands lines to the csv reader and keeps those of the row that is being read."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.row: list[str] = []
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.row.append(line)
            self._size += len(line)
            if self._size > LONGEST_ROW:
                raise Held("open-quote", f"a quote is still open after {LONGEST_ROW} characters")
            yield line

    def next_row(self) -> None:
        self.row.clear()
        self._size = 0

    @property
    def raw(self) -> str:
        return self.row[0] if len(self.row) == 1 else "".join(self.row)


def read_delimited(start: list[str], lines: Iterator[str], header: Header, notes: list[str]) -> Iterator[Item]:
    """All rows, then `Held` if one of them showed that the file is damaged.

    `start` are the physical lines that were read to find the header, `lines` those that follow them.
    """
    yield from _rows_above(header)
    source = _Lines(chain(start[header.lines :], lines))
    reader = csv.reader(iter(source), delimiter=header.delimiter, strict=True)
    rows = _Rows(header, source, notes)
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
        except Held as held:
            held.line = line
            raise
        else:
            yield rows.item(cells, number, line)
    if rows.verdict is not None:
        raise rows.verdict


def _rows_above(header: Header) -> Iterator[Item]:
    for number, row in enumerate(header.rows_above, start=1):
        yield SkippedRecord(number, number, "above-header" if any(map(str.strip, row)) else "blank")


class _Rows:
    """What each row is. A row that shows damage to the whole file leaves a `verdict`, and reading goes on."""

    def __init__(self, header: Header, source: _Lines, notes: list[str]) -> None:
        self.verdict: Held | None = None
        self._header = header
        self._source = source
        self._notes = notes

    def item(self, cells: list[str], number: int, line: int) -> Item:
        raw, names = self._source.raw, self._header.names
        if raw[-1] not in "\r\n" and (damage := self._last_row(raw, len(cells), line)):
            return self._bad(number, line, *damage)
        if not cells or (not cells[0].strip() and not any(map(str.strip, cells))):
            return SkippedRecord(number, line, "blank")
        if len(self._source.row) > 1 and _hides_rows(self._source.row, cells, self._header):
            last_line = line + len(self._source.row) - 1
            message = f"a quote in line {line} hides whole rows up to line {last_line}"
            self._hold("suspicious-quote", message, "mend the quotes, or export it again", line)
        if fault := _fault(cells, raw, names):
            return self._bad(number, line, *fault)
        if cells[0].casefold() == names[0] and tuple(map(normalise, cells)) == names:
            return SkippedRecord(number, line, "repeated-header")
        last_line = line + len(self._source.row) - 1
        return Record(number, line, last_line, dict(zip(names, cells, strict=True)), raw[:RAW_LIMIT])

    def unreadable(self, problem: str, number: int, line: int) -> BadRecord:
        """A row that the csv reader refused."""
        if problem != "unexpected end of data":
            return self._bad(number, line, "bad-quote", None, problem, "quotes that open and close")
        message = f"the file ends inside a quote that opens in the row of line {line}"
        self._hold("cut-off", message, "fetch the file again", line)
        return self._bad(number, line, "cut-off", None, "the end of the file", "a closing quote")

    def _last_row(self, raw: str, width: int, line: int) -> _Fault | None:
        """What is wrong with a row without a line end, which only the last one can be."""
        wanted = len(self._header.names)
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

    def _bad(self, number: int, line: int, *fault: *_Fault) -> BadRecord:
        last_line = line + len(self._source.row) - 1
        return BadRecord(number, line, last_line, *fault, self._source.raw[:RAW_LIMIT])


def _fault(cells: list[str], raw: str, names: tuple[str, ...]) -> _Fault | None:
    """What is wrong with a row before any cell is understood: code, column, found, expected."""
    if len(cells) != len(names):
        code = "missing-cell" if len(cells) < len(names) else "extra-cell"
        return code, None, f"{len(cells)} cells", f"{len(names)} cells"
    if "\0" in raw:
        column = next(name for name, cell in zip(names, cells, strict=True) if "\0" in cell)
        return "nul-byte", column, "NUL", "text without NUL"
    if len(raw) > LONGEST_CELL_BYTES:
        size, column = max((len(cell), name) for name, cell in zip(names, cells, strict=True))
        if size > LONGEST_CELL_BYTES:
            return "cell-too-long", column, f"{size} characters", f"at most {LONGEST_CELL_BYTES}"
    return None


def _hides_rows(lines: list[str], cells: list[str], header: Header) -> bool:
    """Whether lines of one row are rows by themselves: a quote too many hides them.

    A line is taken for a row if it has as many cells and its first cell has the form of this row's first cell.
    """
    width, form = len(header.names), _form(cells[0])
    for line in lines[1:10_000]:
        row = next(csv.reader([line], delimiter=header.delimiter), [])
        if width > 1 and len(row) == width and _form(row[0]) == form:
            return True
    return False


def _form(cell: str) -> str:
    """`A-0042` and `b-17` have one form: letters and digits, without their number."""
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", cell.strip()))
