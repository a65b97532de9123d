"""Files that are written whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path

from carecli.errors import NoSpace, UsageProblem

PRIVATE = 0o600
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def write_whole(path: Path, content: bytes, *, mode: int = PRIVATE) -> None:
    """Put `content` at `path`: whoever reads sees the old file or the new one, also after a crash.

    A link at `path` is replaced, never followed; `mode` is narrowed by the umask. NoSpace where the disk is full,
    UsageProblem where the place can't be written.
    """
    try:
        folder = os.open(path.parent, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    except OSError as problem:
        raise _said(path, problem) from None
    try:
        _replace(folder, path.name, content, mode)
    except OSError as problem:
        raise _said(path, problem) from None
    finally:
        os.close(folder)


def _replace(folder: int, name: str, content: bytes, mode: int) -> None:
    """Written beside its place under a name of its own, made durable, then moved over it."""
    part = f".{name[:100]}.{secrets.token_hex(8)}.part"
    opened = os.open(part, _NEW, mode, dir_fd=folder)
    try:
        with os.fdopen(opened, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(part, dir_fd=folder)
        raise
    os.fsync(folder)


def _said(path: Path, problem: OSError) -> NoSpace | UsageProblem:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpace(f"{path}: no space left", hint="nothing was changed there")
    return UsageProblem(f"{path} can't be written: {problem.strerror}", hint="nothing was changed there")
