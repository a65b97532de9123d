"""A drop folder: what is new in it, what has stopped growing, and what is a log that is read on while it grows.

A look decides from names, inodes, sizes and times alone. Time is a monotonic clock that is handed in, so a jump of the
wall clock means nothing here.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from carecli.intake.importing import SKIPPED_SUFFIXES

SETTLED_SECONDS = 2.0
"""A file that has not changed for so long is taken to be whole."""
BATCH = 100
"""So many files are handed out by one look: logs are read on between batches."""

Role = Literal["file", "log", "known"]
"""known: a file that the ledger holds already."""
Recognise = Callable[["Seen", bool], Role | None]
"""Asked what a file is, and told whether it has settled; None where its beginning doesn't tell yet."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A regular file as a listing shows it."""

    path: str
    device: int
    inode: int
    size: int
    modified_ns: int
    changed_ns: int

    @property
    def identity(self) -> tuple[int, int]:
        return self.device, self.inode

    @property
    def content(self) -> tuple[int, int]:
        return self.size, self.modified_ns


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in the folder that is not read, and why."""

    path: str
    why: str


def listing(folder: Path) -> Iterator[Seen | Skipped]:
    """Every regular file of a folder and its sub-folders; hidden and unfinished ones are left out without a word."""
    folders = [str(folder)]
    while folders:
        for entry in _entries(folders.pop()):
            if isinstance(entry, Skipped):
                yield entry
            elif not _left_out(entry.name):
                found = _looked_at(entry)
                if isinstance(found, str):
                    folders.append(found)
                elif found is not None:
                    yield found


def _entries(folder: str) -> list[os.DirEntry[str]] | list[Skipped]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    except OSError as problem:
        return [Skipped(folder, f"can't be looked into: {problem.strerror}")]


def _left_out(name: str) -> bool:
    return name.startswith(".") or name.endswith(SKIPPED_SUFFIXES) or name == "README.md"


def _looked_at(entry: os.DirEntry[str]) -> Seen | Skipped | str | None:
    """A file, why it is none, a sub-folder's path, or None for what has just gone."""
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    except OSError as problem:
        return Skipped(entry.path, f"can't be looked at: {problem.strerror}")
    if not _is_text(entry.path):
        return Skipped(entry.path, "its name is not UTF-8")
    if stat.S_ISDIR(status.st_mode):
        return entry.path
    if not stat.S_ISREG(status.st_mode):
        return Skipped(entry.path, "a symbolic link" if stat.S_ISLNK(status.st_mode) else "a pipe, socket or device")
    times = status.st_mtime_ns, status.st_ctime_ns
    return Seen(entry.path, status.st_dev, status.st_ino, status.st_size, *times)


def _is_text(name: str) -> bool:
    """Names of other encodings could neither be stored nor printed."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(slots=True)
class _File:
    """What is remembered of a file while it is in the folder."""

    seen: Seen
    since: float
    """Monotonic time of the look that first showed it as it is."""
    grown: bool = False
    """Whether it has changed since the look before."""
    role: Role | None = None
    taken: tuple[int, int] | None = None
    """Size and time of change when it was last read; None before."""
    rest_until: float = 0.0


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found to do, oldest first."""

    files: tuple[Seen, ...]
    """Settled and not read yet; at most a batch."""
    logs: tuple[Seen, ...]
    """Changed since they were last read."""
    skipped: tuple[Skipped, ...]
    """Not told before."""
    growing: tuple[str, ...]
    """Not settled yet."""
    more: bool
    """Whether settled files are left for the next look."""


class DropFolder:
    """What is known of the files of a folder, from look to look; what left the folder is forgotten.

    A file is known by its inode, so a renamed one is not read again; it is read again when its content changes.
    """

    def __init__(self, recognise: Recognise, settled_seconds: float = SETTLED_SECONDS, batch: int = BATCH) -> None:
        self._recognise = recognise
        self._settled_seconds = settled_seconds
        self._batch = batch
        self._files: dict[tuple[int, int], _File] = {}
        self._logs: frozenset[str] = frozenset()
        self._skipped: frozenset[str] = frozenset()

    def __contains__(self, identity: object) -> bool:
        return identity in self._files

    def __len__(self) -> int:
        return len(self._files)

    def look(self, now: float, found: Iterable[Seen | Skipped]) -> Look:
        """`now` is monotonic seconds, `found` the whole folder as it is."""
        before, self._files = self._files, {}
        skipped: dict[str, Skipped] = {}
        for item in found:
            if isinstance(item, Skipped):
                skipped[item.path] = item
            elif item.identity not in self._files:  # a second name of the same file says nothing new
                self._files[item.identity] = _updated(before.get(item.identity), item, now)
        untold = tuple(item for path, item in skipped.items() if path not in self._skipped)
        self._skipped = frozenset(skipped)
        return self._decided(now, untold)

    def look_away(self, why: Skipped) -> tuple[Skipped, ...]:
        """The folder can't be looked at: what is known of it is kept. The reason, where it wasn't told before."""
        untold = () if why.path in self._skipped else (why,)
        self._skipped |= {why.path}
        return untold

    def taken(self, seen: Seen) -> None:
        """It was read as it was seen: no more of it until it changes."""
        if (file := self._files.get(seen.identity)) is not None:
            file.taken = seen.content

    def no_log(self, seen: Seen) -> None:
        """What was taken for a log is none: it waits until it has settled, like any file."""
        if (file := self._files.get(seen.identity)) is not None:
            file.role = "file"

    def rest(self, seen: Seen, until: float) -> None:
        """Leave it alone until then (monotonic), whatever becomes of it."""
        if (file := self._files.get(seen.identity)) is not None:
            file.rest_until = until

    def _decided(self, now: float, untold: tuple[Skipped, ...]) -> Look:
        files: list[Seen] = []
        logs: list[Seen] = []
        growing: list[str] = []
        more = False
        for file in self._due(now):
            settled = now - file.since >= self._settled_seconds
            if settled and len(files) >= self._batch and file.role != "log":
                more = True  # it is asked what it is when its turn comes
                continue
            role = self._role(file, settled)
            if role == "log":
                logs.append(file.seen)
            elif not settled:
                growing.append(file.seen.path)
            elif role != "known":
                files.append(file.seen)
        self._logs = frozenset(file.seen.path for file in self._files.values() if file.role == "log")
        return Look(tuple(files), tuple(logs), untold, tuple(growing), more)

    def _due(self, now: float) -> list[_File]:
        """What has changed since it was read, oldest first."""
        due = (file for file in self._files.values() if file.taken != file.seen.content and now >= file.rest_until)
        return sorted(due, key=lambda file: (file.seen.modified_ns, file.seen.path))

    def _role(self, file: _File, settled: bool) -> Role | None:
        """A new file is asked what it is when it grows or has settled, or at once where a log was rotated away."""
        if file.role is None and (settled or file.grown or file.seen.path in self._logs):
            file.role = self._recognise(file.seen, settled)
        if file.role == "known":
            file.taken = file.seen.content
        return file.role


def _updated(file: _File | None, seen: Seen, now: float) -> _File:
    """What is remembered of a file after another look at it."""
    if file is None:
        return _File(seen, now)
    before, file.seen = file.seen, seen
    renamed = before.path != seen.path
    if before.content == seen.content and (renamed or before.changed_ns == seen.changed_ns):
        file.grown = False
        return file
    file.since, file.grown, file.taken = now, True, None
    only_longer = not renamed and seen.size > before.size
    if file.role == "known" or (file.role == "file" and not only_longer):
        file.role = None  # another file, perhaps: inodes are used again
    return file
