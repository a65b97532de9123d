"""An append-only log, read on from where it was left, through rotation, truncation, renames and restarts.

The ledger keeps the hash of all a log held when a piece of it was read, and where that piece ended, in the same
transaction as the rows. A log is therefore known again by its content, whatever it is called now: what was read is
never read twice, and nothing is left out after a crash.
"""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from carecli.errors import FileRejected, NoStore
from carecli.intake.child import ParserChild
from carecli.intake.derive import DERIVE
from carecli.intake.importing import ImportRequest, zones_remembered
from carecli.privacy import load_or_create_key
from carecli.sources.decoding import LONGEST_LINE
from carecli.store.connection import reading, writing
from carecli.store.ingest import PARSER_VERSION, FileResult, apply_stage

BLOCK = 1 << 20
TAIL = 256
"""Bytes before the place to read on from that must still be there: else the log was begun anew."""
LONGEST_WAIT = LONGEST_LINE + BLOCK
"""So much without a line end is given to the parser, which says what is wrong with it."""

Identity = tuple[int, int]
"""Device and inode."""
Keep = Callable[[sqlite3.Connection], None]


@dataclass(frozen=True, slots=True)
class Place:
    """How far a log was read: the byte behind the last whole line, and that line's number."""

    offset: int = 0
    line: int = 0


START = Place()


class MovedOn(Exception):
    """Another file has this name by now; the one that had it goes by another."""


class GrowingLog:
    """One log, whatever its name is at the moment, and how far it was read."""

    def __init__(self, request: ImportRequest, child: ParserChild, key: str) -> None:
        self.request = request
        self.child = child
        self.key = key
        self.kind = request.kind
        self.place = START
        self._tail: bytes | None = None
        """None before the first look: then the ledger is asked."""

    def read_on(self, path: Path, identity: Identity, now: int, keep: Keep | None = None) -> FileResult | None:
        """What was appended since the last call; None where no line has ended since.

        `now` is epoch seconds, for the ledger. `keep` runs in the transaction that keeps the rows. MovedOn where the
        path is no longer (or has just ceased to be) the name of the file of that identity; nothing was read then.
        """
        try:
            with opened_log(path) as log:
                if file_identity(log) != identity:
                    raise MovedOn
                self._settle(log)
                if not _has_whole_line(log, self.place.offset):
                    return None
                return self._read(path, log, now, keep)
        except FileNotFoundError:
            raise MovedOn from None
        except OSError as problem:
            return _unopened(path, problem)

    def _settle(self, log: BinaryIO) -> None:
        """Make sure that what is to be skipped is what was read: else the ledger tells what of this file was."""
        if self._tail is None or _before(log, self.place.offset) != self._tail:
            self.place, self.kind = self._known(log)
            self._tail = _before(log, self.place.offset)

    def _known(self, log: BinaryIO) -> tuple[Place, str | None]:
        try:
            with reading(self.request.store) as connection:
                return known_place(connection, log, self.request)
        except NoStore:
            return START, self.request.kind

    def _read(self, path: Path, log: BinaryIO, now: int, keep: Keep | None) -> FileResult | None:
        with tempfile.TemporaryDirectory(prefix="carecli-") as folder:
            stage = Path(folder) / "stage.db"
            answer = self.child.ask(self._question(path, stage))
            if named(path) != file_identity(log):  # rotated just now: the child may have read another file
                raise MovedOn
            if answer["state"] != "staged":
                message = answer.get("message") or f"{path} is no log, but {answer['state']}"
                return _refused(path, answer.get("code") or "rejected", message, answer)
            if answer.get("end_offset") is None:
                return _refused(path, "not-a-log", f"{path} is no log that can be followed", answer)
            self.kind = answer["kind"]
            if answer["end_offset"] <= self.place.offset:
                return None
            result = self._apply(path, stage, now, keep)
        self.place = Place(answer["end_offset"], answer["end_line"])
        self._tail = _before(log, self.place.offset)
        return result

    def _question(self, path: Path, stage: Path) -> dict[str, Any]:
        return how_to_read(self.request, self.key) | {
            "path": str(path.absolute()),
            "stage": str(stage),
            "as": self.kind,
            "from_offset": self.place.offset,
            "first_line": self.place.line + 1,
        }

    def _apply(self, path: Path, stage: Path, now: int, keep: Keep | None) -> FileResult:
        with writing(self.request.store) as connection:

            def check(result: FileResult) -> None:
                del result
                if keep is not None:
                    keep(connection)

            name = f"{path}@{self.place.offset}"
            return apply_stage(connection, stage, path=name, derivations=DERIVE, now=now, accept=True, check=check)


class Follower:
    """Follows the log of one name into the store. `read_on` is called as often as the caller likes."""

    def __init__(self, path: Path, request: ImportRequest) -> None:
        self.path = path.absolute()
        self.request = request
        self.child = ParserChild()
        self.key = load_or_create_key(request.key_file).hex()
        self._identity: Identity | None = None
        self._log = self._fresh()

    def close(self) -> None:
        self.child.stop()

    def read_on(self, now: int) -> Iterator[FileResult]:
        """What was appended since the last call: first the rest of a rotated file, then the log itself.

        `FileRejected` where it can't be understood; the next call tries again.
        """
        before = self._identity or self._stored_identity()
        current = named(self.path)
        if before is not None and before != current and (rotated := self._sibling(before)):
            yield from self._read(rotated, before, now)
        if current is None:
            return
        if before != current:
            self._log = self._fresh()
        self._identity = current
        yield from self._read(self.path, current, now)

    def _fresh(self) -> GrowingLog:
        return GrowingLog(self.request, self.child, self.key)

    def _read(self, path: Path, identity: Identity, now: int) -> Iterator[FileResult]:
        def keep(connection: sqlite3.Connection) -> None:
            keep_identity(connection, self.path, identity)

        try:
            result = self._log.read_on(path, identity, now, keep)
        except MovedOn:
            return
        if result is None:
            return
        if result.state != "imported":
            raise FileRejected(result.code or "rejected", result.message or "", hint=result.hint)
        yield result

    def _stored_identity(self) -> Identity | None:
        """The file that was last read under this name, so that a rotated one is read to its end after a restart."""
        try:
            with reading(self.request.store) as connection:
                row = connection.execute(
                    "SELECT device, inode FROM follows WHERE path = ?", (str(self.path),)
                ).fetchone()
        except NoStore:
            return None
        return None if row is None else (row[0], row[1])

    def _sibling(self, identity: Identity) -> Path | None:
        """The file of that identity beside the log, under whatever name."""
        with suppress(OSError), os.scandir(self.path.parent) as entries:
            for entry in entries:
                with suppress(OSError):
                    if entry.inode() == identity[1] and named(entry.path) == identity:
                        return Path(entry.path)
        return None


def how_to_read(request: ImportRequest, key: str) -> dict[str, Any]:
    """What the child is told of every log, wherever it is read on."""
    return {
        "as": request.kind,
        "source": request.source,
        "zone": request.zone,
        "zones": {**zones_remembered(request.store), **request.zones},
        "dates": request.dates,
        "encoding": request.encoding,
        "map": None if request.map_file is None else str(request.map_file.absolute()),
        "mappings": None if request.mappings is None else str(request.mappings.absolute()),
        "key": key,
        "follow": True,
    }


def keep_identity(connection: sqlite3.Connection, path: Path, identity: Identity) -> None:
    """Which file was read under this name; within the transaction that keeps the rows."""
    connection.execute(
        "INSERT INTO follows VALUES (?, ?, ?, 0, 0) ON CONFLICT (path) DO UPDATE SET device = excluded.device, "
        "inode = excluded.inode",
        (str(path), *identity),
    )


def known_place(connection: sqlite3.Connection, log: BinaryIO, request: ImportRequest) -> tuple[Place, str | None]:
    """The furthest place up to which the ledger has read exactly these bytes, under any name, and their kind."""
    rows = connection.execute(
        "SELECT size, sha256, end_offset, end_line, kind FROM files WHERE state = 'imported' "
        "AND end_offset IS NOT NULL AND parser_version = ? AND size <= ? "
        "AND (? IS NULL OR source = ?) AND (? IS NULL OR kind = ?) ORDER BY size, end_offset",
        (PARSER_VERSION, _size(log), request.source, request.source, request.kind, request.kind),
    )
    found: tuple[Place, str | None] = (START, request.kind)
    digest = hashlib.sha256()
    log.seek(0)
    for size, sha256, offset, line, kind in rows:
        while block := log.read(min(BLOCK, size - log.tell())):
            digest.update(block)
        if digest.hexdigest() == sha256:
            found = Place(offset, line), kind
    return found


@contextmanager
def opened_log(path: Path) -> Iterator[BinaryIO]:
    """A regular file, opened without following a link and without waiting; OSError for anything else."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as log:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        yield log


def _size(log: BinaryIO) -> int:
    return os.fstat(log.fileno()).st_size


def _before(log: BinaryIO, offset: int) -> bytes:
    """The last bytes before that place."""
    start = max(0, offset - TAIL)
    return os.pread(log.fileno(), offset - start, start)


def _has_whole_line(log: BinaryIO, offset: int) -> bool:
    """Whether a line has ended since: half a line waits for its other half."""
    log.seek(offset)
    blocks = iter(lambda: log.read(BLOCK), b"")
    return any(b"\n" in block or log.tell() - offset >= LONGEST_WAIT for block in blocks)


def named(path: Path | str) -> Identity | None:
    """The file that has this name at the moment."""
    try:
        status = os.stat(path, follow_symlinks=False)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def file_identity(opened: BinaryIO) -> Identity:
    status = os.fstat(opened.fileno())
    return status.st_dev, status.st_ino


def _refused(path: Path, code: str, message: str, answer: dict[str, Any] | None = None) -> FileResult:
    said = answer or {}
    return FileResult(
        path=str(path),
        state="held" if said.get("state") == "held" else "rejected",
        kind=said.get("kind"),
        source=said.get("source"),
        sha256=said.get("sha256"),
        code=code,
        message=message,
        hint="use carecli import" if code == "not-a-log" else said.get("hint"),
    )


def _unopened(path: Path, problem: OSError) -> FileResult:
    if problem.errno in (errno.ELOOP, errno.EINVAL):
        return _refused(path, "not-a-regular-file", "not a regular file: links, pipes and devices are not read")
    code = "permission-denied" if problem.errno == errno.EACCES else "read-failed"
    return _refused(path, code, f"can't be read: {problem.strerror}")
