"""Import files and folders: find them, skip what the ledger knows, parse in the child, merge one at a time."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from carecli.errors import CareError, FileRejected, NoStore
from carecli.intake.child import ParserChild
from carecli.intake.derive import DERIVE
from carecli.privacy import load_or_create_key
from carecli.store.connection import reading, writing
from carecli.store.ingest import FileResult, already_imported, apply_stage, record_refusal

SKIPPED_SUFFIXES = (".part", ".tmp", ".crdownload", "~")


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """How files are to be read. `now` is the wall clock of the import, epoch seconds, for the ledger."""

    store: Path
    key_file: Path
    now: int
    kind: str | None = None
    source: str | None = None
    zone: str | None = None
    exported_at: int | None = None
    accept: bool = False
    dry_run: bool = False


def find_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Named files as they are; of folders every regular file by name, but for hidden and unfinished ones."""
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        else:
            yield path


def _walk(folder: Path) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith(".") or entry.name.endswith(SKIPPED_SUFFIXES) or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _walk(Path(entry.path))
        elif entry.is_file() and entry.name != "README.md":
            yield Path(entry.path)


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A file on its way: already decided, or staged and waiting to be merged."""

    path: Path
    stage: Path
    decided: FileResult | None = None
    answer: Mapping[str, Any] = field(default_factory=dict)
    size: int = 0


def import_files(paths: Sequence[Path], request: ImportRequest) -> Iterator[FileResult]:
    """One result a file, in order, as it is done.

    While a file is merged the child already parses the next one; the store's writer lock is held only for the merge.
    """
    key = load_or_create_key(request.key_file).hex()
    with (
        ParserChild() as child,
        tempfile.TemporaryDirectory(prefix="carecli-") as folder,
        ThreadPoolExecutor(1, thread_name_prefix="parser") as thread,
    ):
        before: Future[_Parsed] | None = None
        try:
            for number, path in enumerate(find_files(paths)):
                parsing = thread.submit(_parse, path, request, child, Path(folder) / f"stage-{number}.db", key)
                if before is not None:
                    yield _finish(before.result(), request)
                before = parsing
            if before is not None:
                yield _finish(before.result(), request)
        except BaseException:
            child.interrupt()  # so that the thread ends now, while its pipes are still open
            raise


def _parse(path: Path, request: ImportRequest, child: ParserChild, stage: Path, key: str) -> _Parsed:
    """Hash the file, look it up, and have the child stage it."""
    try:
        sha256, size = _hashed(path)
    except FileRejected as problem:
        refused = FileResult(
            path=str(path), state="rejected", code=problem.code, message=problem.message, hint=problem.hint
        )
        return _Parsed(path, stage, refused)
    known = _known(request, sha256)
    if known is not None:
        return _Parsed(path, stage, _repeated(path, known, sha256))
    return _Parsed(
        path, stage, None, {"sha256": sha256, **child.ask(_question(path, request, stage, key, sha256))}, size
    )


def _finish(parsed: _Parsed, request: ImportRequest) -> FileResult:
    """Merge what was staged, or say why not."""
    try:
        if parsed.decided is not None:
            return parsed.decided
        held_but_accepted = parsed.answer["state"] == "held" and request.accept and parsed.stage.exists()
        if parsed.answer["state"] == "staged" or (held_but_accepted and parsed.answer.get("kind") is not None):
            return _merge(parsed, request)
        with _recording(request) as connection:
            return _refuse(connection, parsed, request, parsed.answer)
    finally:
        parsed.stage.unlink(missing_ok=True)


def _repeated(path: Path, known: dict[str, Any], sha256: str) -> FileResult:
    """The same bytes again: nothing is applied; what was quarantined or ignored then still is."""
    return FileResult(
        path=str(path),
        state="repeated",
        kind=known["kind"],
        source=known["source"],
        sha256=sha256,
        rows=known["rows"],
        new=0,
        changed=0,
        unchanged=known["rows"] - known["quarantined"] - known["ignored"],
        stale=0,
        quarantined=known["quarantined"],
        ignored=known["ignored"],
        notes=("the same bytes were imported before",),
    )


def _hashed(path: Path) -> tuple[str, int]:
    """sha256 and size of a regular file. FileRejected for links, pipes, folders and what can't be opened."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as problem:
        reason = "a symbolic link" if path.is_symlink() else problem.strerror
        raise FileRejected("not-a-regular-file", f"can't be opened: {reason}") from None
    with open(handle, "rb") as opened:
        status = os.fstat(opened.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise FileRejected("not-a-regular-file", "not a regular file: pipes, devices and folders are not read")
        return hashlib.file_digest(opened, "sha256").hexdigest(), status.st_size


def _known(request: ImportRequest, sha256: str) -> dict[str, Any] | None:
    """What the ledger says of these bytes; a store that doesn't exist yet knows nothing."""
    try:
        with reading(request.store) as connection:
            return already_imported(connection, sha256, request.source, request.kind)
    except NoStore:
        return None


def _question(path: Path, request: ImportRequest, stage: Path, key: str, sha256: str) -> dict[str, Any]:
    return {
        "path": str(path.absolute()),
        "stage": str(stage),
        "as": request.kind,
        "source": request.source,
        "zone": request.zone,
        "exported_at": request.exported_at,
        "key": key,
        "expected_sha256": sha256,
        "from_offset": 0,
        "first_line": 1,
    }


@contextmanager
def _recording(request: ImportRequest) -> Iterator[sqlite3.Connection | None]:
    """The store for a ledger line; None in a dry run, which leaves no trace."""
    if request.dry_run:
        yield None
        return
    with writing(request.store) as connection:
        yield connection


def _refuse(
    connection: sqlite3.Connection | None, parsed: _Parsed, request: ImportRequest, verdict: Mapping[str, Any]
) -> FileResult:
    """A held or rejected file, with its line in the ledger."""
    result = FileResult(
        path=str(parsed.path),
        state=verdict["state"],
        kind=parsed.answer.get("kind"),
        source=parsed.answer.get("source"),
        sha256=parsed.answer.get("sha256"),
        code=verdict.get("code"),
        message=verdict.get("message"),
        hint=verdict.get("hint"),
    )
    if connection is not None:
        record_refusal(connection, result, size=parsed.size, now=request.now)
    return result


class _DryRun(CareError):
    """Raised inside the transaction so that nothing of it stays."""

    def __init__(self, result: FileResult) -> None:
        super().__init__("dry run")
        self.result = result


def _merge(parsed: _Parsed, request: ImportRequest) -> FileResult:
    sha256 = str(parsed.answer["sha256"])

    def check(result: FileResult) -> None:
        if request.dry_run:
            raise _DryRun(replace(result, notes=(*result.notes, "dry run: nothing was kept")))

    with writing(request.store) as connection:
        known = already_imported(connection, sha256, request.source, request.kind)
        if known is not None:  # another process, or the same bytes under another name, came first
            return _repeated(parsed.path, known, sha256)
        try:
            return apply_stage(
                connection,
                parsed.stage,
                path=str(parsed.path),
                derivations=DERIVE,
                now=request.now,
                accept=request.accept,
                check=check,
            )
        except _DryRun as dry:
            return dry.result
        except FileRejected as problem:
            verdict = {"state": "held", "code": problem.code, "message": problem.message, "hint": problem.hint}
            return _refuse(None if request.dry_run else connection, parsed, request, verdict)
