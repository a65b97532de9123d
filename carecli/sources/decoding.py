"""Bytes to text, strictly: UTF-8 (with or without a mark), UTF-16, or an encoding that somebody named."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator

from carecli.sources.containers import BLOCK, Readable, refuse_foreign
from carecli.sources.verdicts import Held, Rejected

LONGEST_LINE = 16 * 1024 * 1024
"""Characters; a longer line is no record of a table."""


class Text:
    """The decoded text of a stream, its first block at hand in `head`; read it once, as chunks or as lines."""

    def __init__(self, stream: Readable, encoding: str | None = None) -> None:
        self._stream = stream
        first = stream.read(BLOCK)
        refuse_foreign(first)
        self._first = first
        self.encoding = encoding or _encoding_of(first)
        self._decoder = _decoder(self.encoding)
        self._lines = 0
        self._column = 0
        self.head = self._decode(first)
        if not self.head.strip("\0 \t\r\n"):
            raise Rejected("empty", "the file holds no data")

    def chunks(self) -> Iterator[str]:
        """All of the text, the head first."""
        yield self.head
        while block := self._stream.read(BLOCK):
            yield self._decode(block)
        yield self._decode(b"", final=True)

    def lines(self) -> Iterator[str]:
        """Physical lines with their ends, which may be LF, CRLF or CR, in any mixture."""
        carry = ""
        for chunk in self.chunks():
            pieces = list(io.StringIO(carry + chunk, newline=""))
            # The last piece may go on, or its CR may be half of a CRLF.
            carry = pieces.pop() if pieces else ""
            yield from pieces
            if len(carry) > LONGEST_LINE:
                raise Rejected("line-too-long", f"a line is longer than {LONGEST_LINE} characters")
        if carry:
            yield carry

    def _decode(self, block: bytes, *, final: bool = False) -> str:
        try:
            text = self._decoder.decode(block, final)
        except UnicodeDecodeError as problem:
            raise self._undecodable(problem, final=final) from None
        newlines = block.count(b"\n")
        self._lines += newlines
        self._column = len(block) - block.rfind(b"\n") - 1 if newlines else self._column + len(block)
        return text

    def _undecodable(self, problem: UnicodeDecodeError, *, final: bool) -> Held | Rejected:
        before = problem.object[: problem.start]
        line = self._lines + before.count(b"\n") + 1
        if final and problem.end == len(problem.object):
            return Held("cut-off", f"the file ends in the middle of a character, in line {line}", line=line)
        if _looks_binary(self._first):
            return Rejected("not-an-export", "this is no text", hint="export the figures as CSV or JSON")
        carried = 0 if b"\n" in before else self._column
        byte = len(before) - before.rfind(b"\n") + carried
        name = "UTF-8" if self.encoding.startswith("utf-8") else self.encoding
        message = f"line {line} byte {byte} is not {name}"
        return Rejected("not-utf-8", message, hint="save the file as UTF-8 and try again", line=line)


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    try:
        return codecs.getincrementaldecoder(encoding)("strict")
    except LookupError:
        raise Rejected("unknown-encoding", f"there is no encoding {encoding!r}") from None


def _encoding_of(head: bytes) -> str:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    pairs = head[:1000]
    first, second = pairs[0::2].count(0), pairs[1::2].count(0)
    # Every other byte is NUL and hardly any of the rest: UTF-16 without its mark.
    if max(first, second) > len(pairs) * 0.4 and min(first, second) < len(pairs) * 0.05:
        return "utf-16-be" if first > second else "utf-16-le"
    return "utf-8-sig"


def _looks_binary(head: bytes) -> bool:
    sample = head[:4096]
    control = sum(byte < 32 and byte not in (9, 10, 13) for byte in sample)
    return control * 20 > len(sample)
