"""Compressed streams, expanded within bounds: gzip and zstd, of one or several members each."""

from __future__ import annotations

import zlib

import zstandard

from carecli.sources.containers import BLOCK, GZIP_MAGIC, ZSTD_MAGIC, Readable
from carecli.sources.limits import MEGABYTE, Limits
from carecli.sources.verdicts import Held, Rejected

ZSTD_PIECE = 1024
"""Compressed bytes handed over at once: four of them may stand for 128 KB, so a piece expands to 32 MB at most."""
ZSTD_WINDOW = 128 * MEGABYTE
"""What a frame may ask its reader to remember."""


class Expansion:
    """Counts what comes out of a compressed stream and stops a bomb."""

    def __init__(self, compressed: int, limits: Limits) -> None:
        self._limits = limits
        self._compressed = max(compressed, 1)
        self.total = 0

    def add(self, size: int) -> None:
        self.total += size
        if self.total > self._limits.expanded:
            raise Rejected("expands-too-far", f"expands to more than {self._limits.expanded} bytes")
        if self.total > self._limits.ratio_after and self.total > self._compressed * self._limits.ratio:
            raise Rejected("expands-too-far", f"expands to more than {self._limits.ratio} times its size")


class Gzip:
    """A gzip stream of one or several members, read within bounds."""

    def __init__(self, handle: Readable, compressed: int, limits: Limits) -> None:
        self._handle = handle
        self._expansion = Expansion(compressed, limits)
        self._inflate = zlib.decompressobj(wbits=31)
        self._waiting = b""
        self._ended = False

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(BLOCK), b""))
        while not self._ended:
            self._waiting = self._waiting or self._handle.read(BLOCK)
            exhausted = not self._waiting
            if block := self._expand(size):
                self._expansion.add(len(block))
                return block
            if exhausted and not self._ended:
                raise Held("cut-off", "the gzip data ends in the middle", hint="fetch the file again")
        return b""

    def _expand(self, size: int) -> bytes:
        try:
            block = self._inflate.decompress(self._waiting, size)
        except zlib.error as problem:
            raise Rejected("damaged-gzip", f"the gzip data is damaged: {problem}") from None
        self._waiting = self._inflate.unconsumed_tail
        if self._inflate.eof:
            self._next_member()
        return block

    def _next_member(self) -> None:
        rest = self._inflate.unused_data.lstrip(b"\0")
        while len(rest) < len(GZIP_MAGIC) and (block := self._handle.read(BLOCK)):
            rest = (rest + block).lstrip(b"\0")
        if rest and not rest.startswith(GZIP_MAGIC):
            raise Rejected("damaged-gzip", "something that isn't gzip follows the gzip data")
        self._waiting = rest
        self._ended = not rest
        self._inflate = zlib.decompressobj(wbits=31)


class Zstd:
    """A zstd stream of one or several frames, read within bounds."""

    def __init__(self, handle: Readable, compressed: int, limits: Limits) -> None:
        self._handle = handle
        self._expansion = Expansion(compressed, limits)
        self._frame = _zstd_frame()
        self._within = False
        self._waiting = b""
        self._ready = b""

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(BLOCK), b""))
        while not self._ready and self._expand():
            pass
        block, self._ready = self._ready[:size], self._ready[size:]
        return block

    def _expand(self) -> bool:
        """Expand the next piece; False at the end."""
        self._waiting = self._waiting or self._handle.read(BLOCK)
        if not self._waiting:
            if self._within:
                raise Held("cut-off", "the zstd data ends in the middle", hint="fetch the file again")
            return False
        piece, self._waiting = self._waiting[:ZSTD_PIECE], self._waiting[ZSTD_PIECE:]
        try:
            self._ready = self._frame.decompress(piece)
        except zstandard.ZstdError as problem:
            raise Rejected("damaged-zstd", f"the zstd data is damaged: {problem}") from None
        self._expansion.add(len(self._ready))
        self._within = not self._frame.eof
        if self._frame.eof:
            self._waiting = self._frame.unused_data + self._waiting
            self._frame = _zstd_frame()
        return True


def _zstd_frame() -> zstandard.ZstdDecompressionObj:
    return zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()


def expanded(handle: Readable, magic: bytes, compressed: int, limits: Limits) -> Readable | None:
    """What comes out of a compressed stream that begins with these bytes; None where it is not compressed."""
    if magic.startswith(GZIP_MAGIC):
        return Gzip(handle, compressed, limits)
    return Zstd(handle, compressed, limits) if magic.startswith(ZSTD_MAGIC) else None
