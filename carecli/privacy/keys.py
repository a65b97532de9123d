"""The key of the pseudonyms: a small file of its own, outside the store."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from carecli.errors import CareError

KEY_BYTES: Final = 32


def load_or_create_key(path: Path) -> bytes:
    """The 32 bytes of a key file of mode 0600, made at the first call; its folder is made with mode 0700."""
    try:
        with suppress(FileNotFoundError):
            return _read_key(path)
        _create_key(path)
        return _read_key(path)
    except OSError as error:
        raise CareError(f"key file {path}: {error.strerror}") from error


def _read_key(path: Path) -> bytes:
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # never waits for a named pipe
        state = os.fstat(file.fileno())
        if not stat.S_ISREG(state.st_mode):
            raise CareError(f"key file {path} is not a regular file")
        if state.st_mode & 0o077:
            mode = f"{stat.S_IMODE(state.st_mode):04o}"
            raise CareError(f"key file {path} is open to others (mode {mode})", hint=f"chmod 600 {path}")
        key = file.read(KEY_BYTES + 1)
    if len(key) != KEY_BYTES:
        raise CareError(f"key file {path} does not hold a key of {KEY_BYTES} bytes", hint="restore it from a copy")
    return key


def _create_key(path: Path) -> None:
    """Write a whole key beside the path, then link it there: two first starts at once end up with one key."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(os.urandom(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
