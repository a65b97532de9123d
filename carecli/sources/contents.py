"""A file to its plain bytes, or to its workbook: which container it is, and the one member of it that is asked for.

A zip archive with several files raises `SeveralMembers` until one of them is named. Archives in archives are refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from carecli.sources.archives import Archive
from carecli.sources.compression import expanded
from carecli.sources.containers import (
    BLOCK,
    GZIP_MAGIC,
    OLE_MAGIC,
    ZIP_MAGIC,
    ZSTD_MAGIC,
    Opened,
    Readable,
    SeveralMembers,
)
from carecli.sources.limits import Limits
from carecli.sources.verdicts import Rejected

PACKED = (GZIP_MAGIC, ZIP_MAGIC, ZSTD_MAGIC, OLE_MAGIC)


@dataclass(frozen=True, slots=True)
class Contents:
    """The bytes that a file stands for. `stream` begins anew each time."""

    stream: Callable[[], Readable]
    head: bytes
    packed: bool
    """Whether they were expanded: then places in them are no places in the file."""


def archive_of(file: Opened, limits: Limits) -> Archive | None:
    """The zip archive that a file is; None where it is none."""
    return Archive(file.handle, file.size, limits) if file.head.startswith(ZIP_MAGIC) else None


def contents(file: Opened, archive: Archive | None, member: str | None, limits: Limits) -> Contents:
    """The plain bytes of a file or of one member of an archive. `Rejected` for archives in archives."""
    if archive is not None:
        name = _chosen(archive, member)
        return _packed(lambda: archive.open(name))
    if file.head.startswith((GZIP_MAGIC, ZSTD_MAGIC)):
        return _packed(lambda: _expanded(file, limits))
    return Contents(file.stream, file.head, packed=False)


def _chosen(archive: Archive, member: str | None) -> str:
    names = archive.names
    archive.check_size(most=len(names) * archive.limits.expanded)
    if member is None and len(names) > 1:
        raise SeveralMembers(names)
    return names[0] if member is None else member


def _expanded(file: Opened, limits: Limits) -> Readable:
    stream = expanded(file.stream(), file.head, file.size, limits)
    assert stream is not None
    return stream


def _packed(stream: Callable[[], Readable]) -> Contents:
    head = stream().read(BLOCK)
    if head.startswith(PACKED):
        raise Rejected("nested-archive", "this is an archive in an archive", hint="unpack it first")
    return Contents(stream, head, packed=True)
