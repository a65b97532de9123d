"""A drop folder followed into the store: files once they have settled, logs line by line as they grow."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from carecli.errors import NoStore
from carecli.intake.child import ParserChild
from carecli.intake.dropping import BATCH, SETTLED_SECONDS, DropFolder, Role, Seen, Skipped, listing
from carecli.intake.following import GrowingLog, Identity, MovedOn, file_identity, how_to_read, named, opened_log
from carecli.intake.importing import ImportRequest, import_files
from carecli.privacy import load_or_create_key
from carecli.sources.catalog import load_catalog
from carecli.sources.containers import opened
from carecli.sources.verdicts import Verdict
from carecli.store.connection import reading
from carecli.store.ingest import PARSER_VERSION, FileResult

HEAD = 64 * 1024
"""So many bytes are enough to know a log."""
REST_SECONDS = 30.0
"""A log that can't be read, and a file the system could not read, are left alone for so long."""
PASSING = ("no-space", "read-failed")
"""Codes of refusals that the file is not to blame for."""
STORE_SUFFIXES = ("", "-wal", "-shm", "-journal", ".lock")


class FolderWatch:
    """What becomes of each look at a folder. Sub-folders are looked at too; nothing in them is ever changed."""

    def __init__(
        self, folder: Path, request: ImportRequest, settled_seconds: float = SETTLED_SECONDS, batch: int = BATCH
    ) -> None:
        self.folder = folder.absolute()
        self.request = request
        self.drop = DropFolder(self._role, settled_seconds, batch)
        self.known = 0
        """Files that the ledger held before they were looked at."""
        self.more = False
        """Whether the next look may come at once."""
        self.growing: tuple[str, ...] = ()
        self._child = ParserChild()
        self._key = load_or_create_key(request.key_file).hex()
        self._logs: dict[Identity, GrowingLog] = {}
        self._told: dict[Identity, str] = {}
        """What was said of a log or file that is tried again and again, so that it is said once."""
        self._ledger = _Ledger(request)

    def close(self) -> None:
        self._child.stop()

    def step(self, now: float, wall: int) -> Iterator[FileResult | Skipped]:
        """One look, and what it brings. `now` is monotonic seconds, `wall` epoch seconds for the ledger.

        StoreInUse and NoSpace leave what was not read for the next look.
        """
        self.more = False
        if not os.access(self.folder, os.R_OK | os.X_OK):
            yield from self.drop.look_away(Skipped(str(self.folder), "can't be looked into at the moment"))
            return
        with _Ledger(self.request) as self._ledger:
            look = self.drop.look(now, self._listing())
        self.growing = look.growing
        self._forget()
        yield from look.skipped
        for seen in look.logs:
            yield from self._read_log(seen, now, wall)
        yield from self._import(look.files, now, wall)
        self.more = look.more

    def _listing(self) -> Iterator[Seen | Skipped]:
        """The store's own files are never opened: closing them would undo SQLite's locks."""
        own = _identities(self.request)
        return (item for item in listing(self.folder) if isinstance(item, Skipped) or item.identity not in own)

    def _forget(self) -> None:
        for remembered in (self._logs, self._told):
            for identity in [identity for identity in remembered if identity not in self.drop]:
                del remembered[identity]

    def _role(self, seen: Seen, settled: bool) -> Role | None:
        """What the ledger says of the bytes; else the child is asked of the file's beginning."""
        known = self._ledger.role(seen) if settled else None
        if known == "known":
            self.known += 1
        return known or self._asked(seen)

    def _asked(self, seen: Seen) -> Role | None:
        """The kind by the beginning alone, for a log never settles."""
        try:
            with opened_log(Path(seen.path)) as file:
                head = file.read(HEAD) if file_identity(file) == seen.identity else b""
        except OSError:
            return None
        whole_lines = head[: head.rfind(b"\n") + 1]
        if not whole_lines:
            return None
        with tempfile.TemporaryDirectory(prefix="carecli-") as folder:
            beginning = Path(folder) / "beginning"
            beginning.write_bytes(whole_lines)
            places = {"path": str(beginning), "stage": str(Path(folder) / "stage.db")}
            answer = self._child.ask(how_to_read(self.request, self._key) | places)
        return "log" if may_be_followed(answer.get("kind"), answer.get("end_offset")) else "file"

    def _read_log(self, seen: Seen, now: float, wall: int) -> Iterator[FileResult]:
        if seen.identity not in self._logs:
            self._logs[seen.identity] = GrowingLog(self.request, self._child, self._key)
        try:
            result = self._logs[seen.identity].read_on(Path(seen.path), seen.identity, wall)
        except MovedOn:
            return  # the next look finds its new name
        if result is not None and result.code == "not-a-log":
            self.drop.no_log(seen)
            return
        if result is not None and result.state != "imported":
            yield from self._refused(seen, result, now)
            return
        self.drop.taken(seen)
        self._told.pop(seen.identity, None)
        if result is not None:
            yield result

    def _refused(self, seen: Seen, result: FileResult, now: float) -> Iterator[FileResult]:
        """What is tried again after a rest is told once: a log when it has grown, the rest whatever it did."""
        self.drop.rest(seen, now + REST_SECONDS)
        if result.code not in PASSING:
            self.drop.taken(seen)
        if self._told.get(seen.identity) != result.code:
            self._told[seen.identity] = result.code or ""
            yield result

    def _import(self, files: Sequence[Seen], now: float, wall: int) -> Iterator[FileResult]:
        waiting = {seen.path: seen for seen in files}
        if not waiting:
            return
        done: Seen | None = None  # an archive has several results, and is done when the next file's come
        again: set[Identity] = set()
        for result in import_files([Path(path) for path in waiting], replace(self.request, now=wall)):
            seen = waiting[_file_of(result.path, waiting)]
            if done is not None and done is not seen and done.identity not in again:
                self.drop.taken(done)
            done = seen
            moved = named(seen.path) != seen.identity  # then the next look finds its new name
            if moved or result.code in PASSING:
                again.add(seen.identity)
            if result.code in PASSING:
                yield from self._refused(seen, result, now)
            elif not moved or result.state != "rejected":
                yield result
        if done is not None and done.identity not in again:
            self.drop.taken(done)


class _Ledger:
    """What the store says of files' bytes during one look; opened when it is first asked."""

    def __init__(self, request: ImportRequest) -> None:
        self._request = request
        self._stack = ExitStack()
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> _Ledger:
        return self

    def __exit__(self, *exc: object) -> None:
        del exc
        self._stack.close()

    def role(self, seen: Seen) -> Role | None:
        """known or log where these bytes were imported; None where they weren't, or the file can't be read.

        With a mapping the import itself decides: what the ledger knows a file by depends on it then.
        """
        if self._request.map_file is not None:
            return None
        try:
            with opened(seen.path) as file:
                if file_identity(file.handle) != seen.identity:
                    return None
                sha256 = file.sha256
            self._connection = self._connection or self._stack.enter_context(reading(self._request.store))
        except (Verdict, OSError, NoStore):
            return None
        source, kind = self._request.source, self._request.kind
        row = self._connection.execute(
            "SELECT kind, end_offset FROM files WHERE state = 'imported' AND sha256 = ? AND parser_version = ? "
            "AND (? IS NULL OR source = ?) AND (? IS NULL OR kind = ?) ORDER BY id LIMIT 1",
            (sha256, PARSER_VERSION, source, source, kind, kind),
        ).fetchone()
        if row is None:
            return None
        return "log" if may_be_followed(*row) else "known"


def _file_of(path: str, files: dict[str, Seen]) -> str:
    """The file a result speaks of: itself, or `archive!member`."""
    return path if path in files else next(name for name in files if path.startswith(f"{name}!"))


def _identities(request: ImportRequest) -> set[Identity]:
    """Device and inode of the store's own files and of the key."""
    paths = [request.store.with_name(request.store.name + suffix) for suffix in STORE_SUFFIXES]
    found: set[Identity] = set()
    for path in (*paths, request.key_file):
        try:
            status = os.stat(path)
        except OSError:
            continue
        found.add((status.st_dev, status.st_ino))
    return found


def may_be_followed(kind: str | None, end_offset: int | None) -> bool:
    """The child tells the place behind the last line of what can be read on; the catalog tells what may be."""
    entry = load_catalog().get(kind or "")
    return end_offset is not None and (entry is None or entry.follow)
