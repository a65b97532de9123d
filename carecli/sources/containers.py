"""A path to a stream of plain bytes: regular files only, known by their first bytes, expanded within bounds."""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from carecli.sources.limits import Limits
from carecli.sources.verdicts import Held, Rejected, Verdict

BLOCK = 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
PARQUET_MAGIC = b"PAR1"

FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", "export the figures as CSV instead"),
    (b"\xd0\xcf\x11\xe0", "an old or password-protected Office file", "save it as CSV"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "decompress it first, or use gzip"),
    (b"BZh", "compressed with bzip2", "decompress it first, or use gzip"),
    (b"\xfd7zXZ", "compressed with xz", "decompress it first, or use gzip"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it first"),
    (b"SQLite format 3", "an SQLite database", "export a table as CSV"),
    (b"\x89PNG", "a picture", "export the figures as CSV instead"),
    (b"\xff\xd8\xff", "a picture", "export the figures as CSV instead"),
)


class Readable(Protocol):
    """The one thing a reader needs of a stream."""

    def read(self, size: int = -1, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A regular file, its bytes hashed; later steps use the handle, never the path."""

    handle: BinaryIO
    size: int
    sha256: str
    head: bytes
    modified_ns: int

    def changed(self) -> bool:
        """Whether somebody has written to the file since it was opened."""
        status = os.fstat(self.handle.fileno())
        return (status.st_size, status.st_mtime_ns) != (self.size, self.modified_ns)


@contextmanager
def opened(path: str) -> Iterator[Opened]:
    """Open without following a link and without waiting, and read it once for its hash."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise Rejected("no-such-file", "there is no such file") from None
    except PermissionError:
        raise Rejected("permission-denied", "this file may not be read", hint="check its permissions") from None
    except OSError as problem:
        raise Rejected("not-a-regular-file", f"not a regular file: {problem.strerror}") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise Rejected("not-a-regular-file", "not a regular file: a folder, pipe or device")
    with os.fdopen(descriptor, "rb") as handle:
        head, sha256 = _hashed(handle, status.st_size)
        yield Opened(handle, status.st_size, sha256, head, status.st_mtime_ns)


def _hashed(handle: BinaryIO, size: int) -> tuple[bytes, str]:
    digest = hashlib.sha256()
    head = b""
    stream = Bounded(handle, size)
    while block := stream.read(BLOCK):
        head = head or block
        digest.update(block)
    handle.seek(0)
    return head, digest.hexdigest()


class Bounded:
    """The first `size` bytes from where a handle stands: what is appended meanwhile is left for next time."""

    def __init__(self, handle: Readable, size: int) -> None:
        self._handle = handle
        self._left = size

    def read(self, size: int = -1, /) -> bytes:
        block = self._handle.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(block)
        return block


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


class ZipMember:
    """The one file of a zip archive, read within bounds; nothing is ever unpacked to disk."""

    def __init__(self, handle: BinaryIO, limits: Limits) -> None:
        with _damaged_zip():
            self._archive = zipfile.ZipFile(handle)
            member = _only_member(self._archive)
            self._expansion = Expansion(member.compress_size, limits)
            self._stream = self._archive.open(member)

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(BLOCK), b""))
        with _damaged_zip():
            block = self._stream.read(size)
        self._expansion.add(len(block))
        return block


@contextmanager
def _damaged_zip() -> Iterator[None]:
    """zipfile answers damage with a dozen kinds of exceptions; each means the same here."""
    try:
        yield
    except (Verdict, MemoryError):
        raise
    except Exception as problem:
        raise Rejected("damaged-zip", f"the zip archive can't be read ({type(problem).__name__})") from None


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    names = archive.namelist()
    if "[Content_Types].xml" in names:
        raise Rejected("not-an-export", "this is an Office workbook", hint="save the sheet as CSV")
    members = [item for item in archive.infolist() if not item.is_dir() and not item.filename.startswith("__MACOSX/")]
    if len(members) != 1:
        hint = "unpack it and import the folder"
        raise Rejected("several-members", f"this archive holds {len(members)} files, not one", hint=hint)
    if members[0].flag_bits & 1:
        raise Rejected("not-an-export", "this archive is protected by a password", hint="unpack it first")
    return members[0]


def plain_stream(file: Opened, limits: Limits) -> Readable:
    """The file's bytes, expanded where they are compressed; `Rejected` for what is plainly no export."""
    if file.size == 0:
        raise Rejected("empty", "the file is empty")
    if file.head.startswith((GZIP_MAGIC, ZIP_MAGIC)):
        # Once through before any record is read: a bomb or a damaged file is found in a moment.
        _drain(_expanded(file, limits))
        return _expanded(file, limits)
    refuse_foreign(file.head)
    return Bounded(file.handle, file.size)


def _expanded(file: Opened, limits: Limits) -> Readable:
    file.handle.seek(0)
    if file.head.startswith(ZIP_MAGIC):
        return ZipMember(file.handle, limits)
    return Gzip(Bounded(file.handle, file.size), file.size, limits)


def _drain(stream: Readable) -> None:
    while stream.read(BLOCK):
        pass


def refuse_foreign(head: bytes) -> None:
    """`Rejected` where the first bytes are those of something that is no export."""
    for magic, what, hint in FOREIGN:
        if head.startswith(magic):
            raise Rejected("not-an-export", f"this is {what}, not an export", hint=hint)
