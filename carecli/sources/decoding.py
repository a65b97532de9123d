"""Bytes to text, strictly: UTF-8 (with or without a mark), UTF-16, UTF-32, or an encoding that somebody named.

Only a file that can't be UTF-8, and has no trace of it, is taken for cp1252; that is decided over all of its bytes.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator

from carecli.sources.containers import BLOCK, Readable, refuse_foreign
from carecli.sources.verdicts import Held, Rejected

UTF_8 = "utf-8-sig"
UTF_32_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
MARK = "\ufeff"
"""The mark of an encoding; one at the beginning of a later line shows that files were put together."""
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
        self._place = _Place()
        self.head = self._decode(first).lstrip(MARK)
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
        number = 1
        for chunk in self.chunks():
            pieces = list(io.StringIO(carry + chunk, newline=""))
            # The last piece may go on, or its CR may be half of a CRLF.
            carry = pieces.pop() if pieces else ""
            number += len(pieces)
            yield from pieces
            if len(carry) > LONGEST_LINE:
                message = f"line {number} is longer than {LONGEST_LINE} characters"
                raise Rejected("line-too-long", message, hint="is this the right export?", line=number)
        if carry:
            yield carry

    def _decode(self, block: bytes, *, final: bool = False) -> str:
        flags = self._decoder.getstate()[1]
        try:
            text = self._decoder.decode(block, final)
        except UnicodeDecodeError as problem:
            raise self._undecodable(problem, flags, final=final) from None
        self._place.move(text, block)
        return text

    def _undecodable(self, problem: UnicodeDecodeError, flags: int, *, final: bool) -> Held | Rejected:
        # What came before the fault, from the state in which the decoder was: it has just read the same bytes.
        before = problem.object[: problem.start]
        self._decoder.setstate((b"", flags))
        place = self._place
        place.move(self._decoder.decode(before), before)
        line = place.line
        if final and problem.end == len(problem.object):
            return Held("cut-off", f"the file ends in the middle of a character, in line {line}", line=line)
        if looks_binary(self._first, self.encoding):
            return no_text()
        name = "UTF-8" if self.encoding.startswith("utf-8") else self.encoding
        message = f"line {line} byte {place.byte} is not {name}"
        return Rejected("not-utf-8", message, hint="save the file as UTF-8 and try again", line=line)


class _Place:
    """Where in a text one is: the line, from 1, and the byte in it, from 1. Lines end in LF, CRLF or CR."""

    def __init__(self) -> None:
        self.line = 1
        self.byte = 1
        self._last = ""

    def move(self, text: str, block: bytes) -> None:
        """Behind this text, which these bytes stand for."""
        ends = text.count("\n") + text.count("\r") - text.count("\r\n")
        self.line += ends - (self._last == "\r" and text[:1] == "\n")
        self.byte = len(block) - max(block.rfind(b"\n"), block.rfind(b"\r")) + (0 if ends else self.byte - 1)
        self._last = text[-1:] or self._last


def _decoder(encoding: str) -> codecs.IncrementalDecoder:
    try:
        b"a".decode(encoding)  # refuses codecs that turn bytes into something else than text
    except UnicodeDecodeError:
        pass  # a byte may be half of a character
    except (LookupError, ValueError):
        hint = "a name such as cp1252, latin-1 or utf-16"
        raise Rejected("unknown-encoding", f"there is no encoding {encoding!r} of text", hint=hint) from None
    return codecs.getincrementaldecoder(encoding)("strict")


def encoding_of(stream: Readable) -> str:
    """The encoding of a text, by one pass over its bytes: `utf-8-sig`, a UTF-16 or UTF-32, or `cp1252`."""
    head = stream.read(BLOCK)
    marked = "utf-32" if head.startswith(UTF_32_MARKS) else _utf_16(head)
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
    if looks_binary(head):
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


def no_text() -> Rejected:
    return Rejected("not-an-export", "this is no text", hint="export the figures as CSV or JSON")


def looks_binary(head: bytes, encoding: str = "utf-8") -> bool:
    """Whether so many of the first characters can't be printed that it is no text."""
    sample = head[:4096]
    if encoding.startswith(("utf-16", "utf-32")):
        text = sample.decode(encoding, errors="replace")
        return sum(not character.isprintable() for character in text if character not in "\t\r\n") * 20 > len(text)
    control = sum(byte < 32 and byte not in (9, 10, 13) for byte in sample)
    return control * 20 > len(sample)
