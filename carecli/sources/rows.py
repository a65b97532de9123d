"""What each row of a table is, whichever container it came in: a record, no data, or bad. Nothing is guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from carecli.sources.cells import LONGEST_CELL_BYTES
from carecli.sources.entry import normalise
from carecli.sources.headers import Header
from carecli.sources.records import Record
from carecli.sources.verdicts import RAW_LIMIT, BadRecord, Item, SkippedRecord

Fault = tuple[str, str | None, str, str]
"""Code, column, found, expected."""


class Rows:
    """The rules of one table: its header's names, and the rows that are no data."""

    def __init__(self, header: Header) -> None:
        entry = header.entry
        self.header = header
        self._names = header.names
        self._lists = {
            name
            for name, times in Counter(header.names).items()
            if name in entry.repeated or (times > 1 and entry.may_repeat(name))
        }
        self._last_further = len(header.rows_above) + entry.rows_below_header
        self._footer = re.compile("|".join(f"(?:{one})" for one in entry.footers), re.IGNORECASE)

    def above(self) -> Iterator[Item]:
        """The rows above the header."""
        for number, row in enumerate(self.header.rows_above, start=1):
            yield SkippedRecord(number, number, "above-header" if any(map(str.strip, row)) else "blank")

    def aside(self, cells: Sequence[str], number: int, line: int) -> SkippedRecord | None:
        """A further header or a footer, which may have any number of cells; None where the row is neither."""
        if number <= self._last_further:
            return SkippedRecord(number, line, "further-header")
        if self._footer.pattern and self._footer.search(first_said(cells)):
            return SkippedRecord(number, line, "footer")
        return None

    def item(self, cells: Sequence[str], number: int, line: int, last_line: int, raw: str) -> Item:
        """The record in a row that is neither, or why there is none."""
        if fault := self._fault(cells, raw):
            return BadRecord(number, line, last_line, *fault, raw[:RAW_LIMIT])
        written = self.header.written
        if written and cells[0].casefold() == written[0] and tuple(map(normalise, cells)) == written:
            return SkippedRecord(number, line, "repeated-header")
        return Record(number, line, last_line, self._named(cells), raw[:RAW_LIMIT])

    def _named(self, cells: Sequence[str]) -> dict[str, Any]:
        named: dict[str, Any] = dict(zip(self._names, cells, strict=False))
        for name in self._lists:
            pairs = zip(self._names, cells, strict=False)
            named[name] = [cell for column, cell in pairs if column == name and cell.strip()]
        return named

    def _fault(self, cells: Sequence[str], raw: str) -> Fault | None:
        """What is wrong with a row before any cell is understood."""
        most, fewest = len(self._names), self.header.fewest
        if not fewest <= len(cells) <= most:
            expected = f"{most} cells" if fewest == most else f"{fewest} to {most} cells"
            return "missing-cell" if len(cells) < fewest else "extra-cell", None, f"{len(cells)} cells", expected
        if "\0" in raw:
            column = next(name for name, cell in zip(self._names, cells, strict=False) if "\0" in cell)
            return "nul-byte", column, "NUL", "text without NUL"
        if len(raw) > LONGEST_CELL_BYTES:
            size, column = max((len(cell), name) for name, cell in zip(self._names, cells, strict=False))
            if size > LONGEST_CELL_BYTES:
                return "cell-too-long", column, f"{size} characters", f"at most {LONGEST_CELL_BYTES}"
        return None


def first_said(cells: Sequence[str]) -> str:
    """The first cell that isn't blank; empty where there is none."""
    return next((cell for cell in cells if cell.strip()), "")


def zone_of_footer(rows: Sequence[Sequence[str]], expression: str) -> str | None:
    """The zone that one of the last rows tells: the expression's group 1, in the first cell that isn't blank."""
    for row in reversed(rows):
        if match := re.search(expression, first_said(row), re.IGNORECASE):
            return str(match[1]).strip()
    return None
