"""A path to a handle: regular files only, hashed, and known by their first bytes, never by their names.

Every stream over a file keeps its own place in it, so that a file can be read several times at once: for the zone in
its last rows, for the order of its dates, and for its records.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from carecli.sources.verdicts import Rejected

BLOCK = 1024 * 1024
GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
PARQUET_MAGIC = b"PAR1"

FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", "export the figures as CSV instead"),
    (b"BZh", "compressed with bzip2", "decompress it first, or use gzip"),
    (b"\xfd7zXZ", "compressed with xz", "decompress it first, or use gzip"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it first"),
    (b"SQLite format 3", "an SQLite database", "export a table as CSV"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"PK\x05\x06", "a zip archive without any file", "export it again"),
    (b"PK\x07\x08", "a part of a zip archive", "put its parts together first"),
    (b"\x89PNG", "a picture", "export the figures as CSV instead"),
    (b"\xff\xd8\xff", "a picture", "export the figures as CSV instead"),
)


TAR_PLACE = 257
"""Where a tar archive says that it is one."""


class SeveralMembers(Exception):
    """A file that holds several: an archive, or a workbook with several sheets that are known. Ask for one by name."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"{len(names)} members")
        self.names = names
        """In their own order; labels, never paths."""


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

    def stream(self, offset: int = 0) -> Bounded:
        """The bytes from there to where the file ended when it was opened; independent of any other stream."""
        return Bounded(self.handle.fileno(), offset, self.size)

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
        head, sha256 = _hashed(Bounded(descriptor, 0, status.st_size))
        yield Opened(handle, status.st_size, sha256, head, status.st_mtime_ns)


def _hashed(stream: Bounded) -> tuple[bytes, str]:
    digest = hashlib.sha256()
    head = b""
    while block := stream.read(BLOCK):
        head = head or block
        digest.update(block)
    return head, digest.hexdigest()


class Bounded:
    """The bytes of a file between two places: what is appended meanwhile is left for next time."""

    def __init__(self, descriptor: int, start: int, end: int) -> None:
        self._descriptor = descriptor
        self._place = start
        self._end = end

    def read(self, size: int = -1, /) -> bytes:
        left = self._end - self._place
        if size < 0:
            return b"".join(iter(lambda: self.read(BLOCK), b""))
        block = os.pread(self._descriptor, min(size, left), self._place)
        self._place += len(block)
        return block


def refuse_foreign(head: bytes) -> None:
    """`Rejected` where the first bytes are those of something that is no export."""
    for magic, what, hint in FOREIGN:
        if head.startswith(magic):
            raise Rejected("not-an-export", f"this is {what}, not an export", hint=hint)
    if head[TAR_PLACE:].startswith(b"ustar"):
        raise Rejected("not-an-export", "this is a tar archive, not an export", hint="unpack it first")
