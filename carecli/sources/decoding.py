"""Bytes to text, strictly: UTF-8 (with or without a mark), UTF-16, or an encoding that somebody named.

Only a file that can't be UTF-8, and has no trace of it, is taken for cp1252; that is decided over all of its bytes.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator

from carecli.sources.containers import BLOCK, Readable, refuse_foreign
from carecli.sources.verdicts import Held, Rejected

UTF_8 = "utf-8-sig"
LONGEST_LINE = 16 * 1024 * 1024
"""Characters; a longer line is no record of a table."""


class Text:
    """The decoded text of a stream, its first block at hand in `head`; read it once, as chunks or as lines."""

    def __init__(self, stream: Readable, encoding: str) -> None:
        self._stream = stream
        first = stream.read(BLOCK)
        refuse_foreign(first)
        self._first = first
        self.encoding = encoding
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


def encoding_of(stream: Readable) -> str:
    """The encoding of a text, by one pass over its bytes: `utf-8-sig`, a UTF-16, or `cp1252`."""
    head = stream.read(BLOCK)
    marked = _utf_16(head)
    return marked or ("cp1252" if _is_cp1252(head, stream) else UTF_8)


def _utf_16(head: bytes) -> str | None:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    pairs = head[:1000]
    first, second = pairs[0::2].count(0), pairs[1::2].count(0)
    # Every other byte is NUL and hardly any of the rest: UTF-16 without its mark.
    if max(first, second) > len(pairs) * 0.4 and min(first, second) < len(pairs) * 0.05:
        return "utf-16-be" if first > second else "utf-16-le"
    return None


def _is_cp1252(head: bytes, stream: Readable) -> bool:
    """Whether the first bytes beyond ASCII, wherever they are, are no UTF-8, and all bytes mean something in cp1252."""
    if _looks_binary(head):
        return False
    utf_8 = _decoder("utf-8")
    block = head
    while block:
        pending = utf_8.getstate()[0]
        if pending or not block.isascii():
            try:
                if not utf_8.decode(block).isascii():
                    return False
            except UnicodeDecodeError as problem:
                before = problem.object[: problem.start]
                return before.isascii() and _decodes(problem.object[problem.start :], stream)
        block = stream.read(BLOCK)
    return False


def _decodes(block: bytes, stream: Readable) -> bool:
    """Whether the rest is cp1252, which leaves five bytes without a meaning; NUL is in no such text."""
    while block:
        if b"\0" in block or len(block) != len(block.decode("cp1252", errors="ignore")):
            return False
        block = stream.read(BLOCK)
    return True


def _looks_binary(head: bytes) -> bool:
    sample = head[:4096]
    control = sum(byte < 32 and byte not in (9, 10, 13) for byte in sample)
    return control * 20 > len(sample)
