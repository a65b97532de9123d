"""An append-only log, read on from where it was left, through rotation and truncation.

The position is kept in the store, in the same transaction as the rows: what was read is never read twice, and nothing
is left out after a crash.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from carecli.errors import FileRejected, NoStore
from carecli.intake.child import ParserChild
from carecli.intake.derive import DERIVE
from carecli.intake.importing import ImportRequest
from carecli.privacy import load_or_create_key
from carecli.store.connection import reading, writing
from carecli.store.ingest import FileResult, apply_stage


@dataclass(frozen=True, slots=True)
class Position:
    """How far a log was read: up to which byte and line, of which file."""

    device: int
    inode: int
    offset: int
    line: int


class Follower:
    """Follows one log into the store. `read_on` is called as often as the caller likes."""

    def __init__(self, path: Path, request: ImportRequest) -> None:
        self.path = path.absolute()
        self.request = request
        self.child = ParserChild()
        self.key = load_or_create_key(request.key_file).hex()

    def close(self) -> None:
        self.child.stop()

    def read_on(self, now: int) -> Iterator[FileResult]:
        """What was appended since the last call: first the rest of a rotated file, then the log itself."""
        position = self._position()
        rotated = None if position is None else self._rotated(position)
        if rotated is not None and position is not None:
            if _has_whole_line(rotated, position.offset):
                yield from self._read(rotated, position, now)
            position = None
        try:
            status = os.stat(self.path, follow_symlinks=False)
        except FileNotFoundError:
            return
        if position is None or (position.device, position.inode) != (status.st_dev, status.st_ino):
            position = Position(status.st_dev, status.st_ino, 0, 0)
        if status.st_size < position.offset:  # cut off and begun anew in place
            position = Position(status.st_dev, status.st_ino, 0, 0)
        if _has_whole_line(self.path, position.offset):
            yield from self._read(self.path, position, now)

    def _position(self) -> Position | None:
        try:
            with reading(self.request.store) as connection:
                row = connection.execute(
                    "SELECT device, inode, offset, line FROM follows WHERE path = ?", (str(self.path),)
                ).fetchone()
        except NoStore:
            return None
        return None if row is None else Position(*row)

    def _rotated(self, position: Position) -> Path | None:
        """The file read so far, if it has been renamed beside the log and has grown since."""
        with suppress(FileNotFoundError):
            if os.stat(self.path, follow_symlinks=False).st_ino == position.inode:
                return None
        with os.scandir(self.path.parent) as entries:
            for entry in entries:
                if entry.is_file(follow_symlinks=False) and entry.inode() == position.inode:
                    return Path(entry.path) if entry.stat().st_size > position.offset else None
        return None

    def _read(self, path: Path, position: Position, now: int) -> Iterator[FileResult]:
        with tempfile.TemporaryDirectory(prefix="carecli-") as folder:
            stage = Path(folder) / "stage.db"
            answer = self.child.ask(
                {
                    "path": str(path),
                    "stage": str(stage),
                    "as": self.request.kind,
                    "source": self.request.source,
                    "zone": self.request.zone,
                    "exported_at": None,
                    "key": self.key,
                    "expected_sha256": None,
                    "from_offset": position.offset,
                    "first_line": position.line + 1,
                    "follow": True,
                }
            )
            if answer["state"] != "staged":
                raise FileRejected(answer.get("code") or "rejected", answer["message"], hint=answer.get("hint"))
            if answer.get("end_offset") is None:
                raise FileRejected("not-a-log", f"{path} is no log that can be followed", hint="use carecli import")
            if answer["end_offset"] > position.offset:
                yield self._apply(stage, position, answer["end_offset"], answer["end_line"], now)

    def _apply(self, stage: Path, position: Position, offset: int, line: int, now: int) -> FileResult:
        with writing(self.request.store) as connection:

            def keep(result: FileResult) -> None:
                del result
                keep_position(connection, self.path, Position(position.device, position.inode, offset, line))

            name = f"{self.path}@{position.offset}"
            return apply_stage(connection, stage, path=name, derivations=DERIVE, now=now, accept=True, check=keep)


def keep_position(connection: sqlite3.Connection, path: Path, position: Position) -> None:
    """Within the transaction that keeps the rows."""
    connection.execute(
        "INSERT INTO follows VALUES (?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET device = excluded.device, "
        "inode = excluded.inode, offset = excluded.offset, line = excluded.line",
        (str(path), position.device, position.inode, position.offset, position.line),
    )


def _has_whole_line(path: Path, offset: int) -> bool:
    """Whether a line has ended since: half a line waits for its other half."""
    with path.open("rb") as log:
        log.seek(offset)
        return any(b"\n" in block for block in iter(lambda: log.read(1 << 16), b""))
