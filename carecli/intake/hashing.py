"""What the ledger knows a file by: hashes of its bytes, of the member of it that is read, and of its mapping."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

from carecli.errors import FileRejected, UsageProblem

BLOCK = 1024 * 1024
REFUSED = {errno.ENOENT: "no-such-file", errno.EACCES: "permission-denied", errno.EPERM: "permission-denied"}


def hashed(path: Path) -> tuple[str, int]:
    """sha256 and size of a regular file. FileRejected for links, pipes, folders and what can't be opened."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as problem:
        reason = "a symbolic link" if problem.errno == errno.ELOOP else problem.strerror
        code = REFUSED.get(problem.errno or 0, "not-a-regular-file")
        raise FileRejected(code, f"can't be opened: {reason}") from None
    with open(handle, "rb") as opened:
        status = os.fstat(opened.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise FileRejected("not-a-regular-file", "not a regular file: pipes, devices and folders are not read")
        return _digest(opened, status.st_size), status.st_size


def _digest(opened: BinaryIO, size: int) -> str:
    """Of the first bytes only: a file that grows as fast as it is read would never end."""
    digest = hashlib.sha256()
    while size > 0 and (block := opened.read(min(BLOCK, size))):
        digest.update(block)
        size -= len(block)
    return digest.hexdigest()


def identity_of(sha256: str, member: str | None = None, mapping: str | None = None) -> str:
    """What the ledger knows a file by: its hash, that of a member of it, and that of the mapping it is read with."""
    for part in filter(None, (member, mapping)):
        sha256 = hashlib.sha256(f"{sha256}!{part}".encode("utf-8", "surrogatepass")).hexdigest()
    return sha256


def mapping_hash(map_file: Path | None) -> str | None:
    """The hash of the mapping file's bytes; UsageProblem where it can't be read."""
    if map_file is None:
        return None
    try:
        return hashlib.sha256(map_file.read_bytes()).hexdigest()
    except OSError as problem:
        raise UsageProblem(f"the mapping {map_file} can't be read: {problem.strerror}") from None
