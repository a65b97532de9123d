"""Zip archives: their members by name, read within bounds. Nothing is ever unpacked to disk; names are only labels."""

from __future__ import annotations

import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from carecli.sources.compression import Expansion
from carecli.sources.containers import BLOCK, Readable
from carecli.sources.limits import Limits
from carecli.sources.verdicts import Rejected, Verdict

MOST_MEMBERS = 1_000
_PROTECTED = 1
"""The flag of a member that is encrypted."""


class Archive:
    """A zip archive over an open file; it moves the handle about, but always to where it needs it."""

    def __init__(self, handle: BinaryIO, size: int, limits: Limits) -> None:
        self.limits = limits
        self._size = size
        handle.seek(0)
        with _damaged_zip():
            self._zip = zipfile.ZipFile(handle)

    @property
    def workbook(self) -> str | None:
        """`xlsx` or `ods` where the archive is a workbook by what is in it; None for any other archive."""
        names = set(self._zip.namelist())
        if "[Content_Types].xml" in names:
            return "xlsx"
        return "ods" if {"content.xml", "mimetype"} <= names else None

    @property
    def names(self) -> tuple[str, ...]:
        """The files in it, in the archive's order: without folders, hidden ones, and what a Mac adds."""
        names = [item.filename for item in self._zip.infolist() if not item.is_dir() and not _hidden(item.filename)]
        if not names:
            raise Rejected("empty", "the archive holds no file")
        if len(names) > MOST_MEMBERS:
            message = f"this archive holds {len(names)} files; at most {MOST_MEMBERS} are read"
            raise Rejected("too-many-members", message, hint="unpack it and import the folder")
        name, times = Counter(names).most_common(1)[0]
        if times > 1:
            raise Rejected("duplicate-member", f"this archive holds {name!r} {times} times", hint="unpack it first")
        return tuple(names)

    def check_size(self, most: int) -> None:
        """`Rejected` where all members together expand too far. What a member says of its size binds its reader."""
        total = sum(item.file_size for item in self._zip.infolist())
        limits = self.limits
        if total > most or (total > limits.ratio_after and total > self._size * limits.ratio):
            raise Rejected("expands-too-far", f"its members expand to {total} bytes")

    def parts(self) -> Iterator[Readable]:
        """The streams of all members, whatever they are called."""
        for item in self._zip.infolist():
            if not item.is_dir():
                yield _Member(self._zip, item, self.limits)

    def open(self, name: str) -> Readable:
        """The bytes of one member."""
        if name not in self.names:
            raise Rejected("no-such-member", f"this archive holds no {name!r}")
        return _Member(self._zip, self._zip.getinfo(name), self.limits)


class _Member:
    """The bytes of one member, read within bounds."""

    def __init__(self, archive: zipfile.ZipFile, item: zipfile.ZipInfo, limits: Limits) -> None:
        if item.flag_bits & _PROTECTED:
            raise Rejected("password", "this archive is protected by a password", hint="unpack it first")
        if stat.S_ISLNK(item.external_attr >> 16):
            raise Rejected("not-a-regular-file", "a symbolic link in an archive; what it leads to isn't read")
        self._expansion = Expansion(item.compress_size, limits)
        with _damaged_zip():
            self._stream = archive.open(item)

    def read(self, size: int = -1, /) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(BLOCK), b""))
        with _damaged_zip():
            block = self._stream.read(size)
        self._expansion.add(len(block))
        return block


def _hidden(name: str) -> bool:
    """Files of a system rather than of a person: any step of the path begins with a dot, or is a Mac's own."""
    steps = name.replace("\\", "/").split("/")
    return "__MACOSX" in steps or any(step.startswith(".") and step.strip(".") for step in steps)


@contextmanager
def _damaged_zip() -> Iterator[None]:
    """zipfile answers damage with a dozen kinds of exceptions; each means the same here."""
    try:
        yield
    except (Verdict, MemoryError):
        raise
    except Exception as problem:
        raise Rejected("damaged-zip", f"the zip archive can't be read ({type(problem).__name__})") from None
