"""Append-only files of one record a line, such as Asterisk's queue_log: they may be read on from where they were left.

A line is a record of its own (queue_log), a row of a table without a header (call records), or an object (events).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from carecli.sources.containers import BLOCK, Readable
from carecli.sources.decoding import LONGEST_LINE
from carecli.sources.headers import Header
from carecli.sources.records import Record
from carecli.sources.rows import Rows
from carecli.sources.structured import record_of
from carecli.sources.verdicts import RAW_LIMIT, BadRecord, Held, Item, Rejected, SkippedRecord

NOT_UTF_8 = "some lines are not UTF-8; what could not be read is marked"
NO_FINAL_NEWLINE = "the last line has no line end"


@dataclass(slots=True)
class Position:
    """How far whole lines were read: the byte behind the last one, and its number (0 before the first)."""

    offset: int
    line: int


Parse = Callable[[str, int, int], Item]
"""A line's text, its number among those read now, and its line in the file -> what it is."""


def as_line(text: str, number: int, line: int) -> Item:
    """The line itself as a record."""
    return Record(number, line, line, {"line": text}, text[:RAW_LIMIT])


def as_object(text: str, number: int, line: int) -> Item:
    """A line that is a JSON object."""
    return record_of(text, number, line, line)


def as_row(header: Header) -> Parse:
    """A line that is a row of a table without a header."""
    rules = Rows(header)

    def parse(text: str, number: int, line: int) -> Item:
        try:
            cells = next(csv.reader([text], delimiter=header.delimiter, strict=True), [])
        except csv.Error as problem:
            expected = "quotes that open and close"
            return BadRecord(number, line, line, "bad-quote", None, str(problem), expected, text[:RAW_LIMIT])
        return rules.item(cells, number, line, line, text)

    return parse


def read_log(
    stream: Readable, position: Position, notes: list[str], parse: Parse = as_line, *, following: bool
) -> Iterator[Item]:
    """Every line, `position` moving along. A last line without its end is left for next time where `following`."""
    number = 0
    carry = b""
    while block := stream.read(BLOCK):
        pieces = (carry + block).split(b"\n")
        carry = pieces.pop()
        if len(carry) > LONGEST_LINE:
            raise Rejected("line-too-long", f"a line is longer than {LONGEST_LINE} bytes")
        for piece in pieces:
            number += 1
            position.offset += len(piece) + 1
            position.line += 1
            yield _item(piece, number, position.line, notes, parse)
    if carry and not following:
        yield _item(carry, number + 1, position.line + 1, notes, parse)
        if carry.endswith(b"\0"):
            line = position.line + 1
            raise Held("nul-padding", f"the file ends in NUL bytes, from line {line} on", line=line)
        notes.append(NO_FINAL_NEWLINE)


def _item(piece: bytes, number: int, line: int, notes: list[str], parse: Parse) -> Item:
    try:
        text = piece.decode("utf-8")
    except UnicodeDecodeError:
        text = piece.decode("utf-8", errors="replace")
        if NOT_UTF_8 not in notes:
            notes.append(NOT_UTF_8)
    text = text.rstrip("\r")
    if not text.strip():
        return SkippedRecord(number, line, "blank")
    return parse(text, number, line)
