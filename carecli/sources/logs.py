"""Files of lines without any quoting, such as Asterisk's queue_log; they may be read on from where they were left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from carecli.sources.containers import BLOCK, Readable
from carecli.sources.decoding import LONGEST_LINE
from carecli.sources.records import Record
from carecli.sources.verdicts import RAW_LIMIT, Held, Item, Rejected, SkippedRecord

NOT_UTF_8 = "some lines are not UTF-8; what could not be read is marked"
NO_FINAL_NEWLINE = "the last line has no line end"


@dataclass(slots=True)
class Position:
    """How far whole lines were read: the byte behind the last one, and its number (0 before the first)."""

    offset: int
    line: int


def read_log(stream: Readable, position: Position, notes: list[str], *, following: bool) -> Iterator[Item]:
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
            yield _item(piece, number, position.line, notes)
    if carry and not following:
        yield _item(carry, number + 1, position.line + 1, notes)
        if carry.endswith(b"\0"):
            line = position.line + 1
            raise Held("nul-padding", f"the file ends in NUL bytes, from line {line} on", line=line)
        notes.append(NO_FINAL_NEWLINE)


def _item(piece: bytes, number: int, line: int, notes: list[str]) -> Item:
    try:
        text = piece.decode("utf-8")
    except UnicodeDecodeError:
        text = piece.decode("utf-8", errors="replace")
        if NOT_UTF_8 not in notes:
            notes.append(NOT_UTF_8)
    text = text.rstrip("\r")
    if not text.strip():
        return SkippedRecord(number, line, "blank")
    return Record(number, line, line, {"line": text}, text[:RAW_LIMIT])
