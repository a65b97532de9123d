"""Import files and folders: find them, skip what the ledger knows, parse in the child, merge one at a time."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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


def import_files(paths: Sequence[Path], request: ImportRequest) -> Iterator[FileResult]:
    """One result a file, as it is done. The store's writer lock is held only while a file is merged."""
    key = load_or_create_key(request.key_file).hex()
    with ParserChild() as child, tempfile.TemporaryDirectory(prefix="carecli-") as folder:
        for number, path in enumerate(find_files(paths)):
            yield import_file(path, request, child, Path(folder) / f"stage-{number}.db", key)


def import_file(path: Path, request: ImportRequest, child: ParserChild, stage: Path, key: str) -> FileResult:
    """Import one file: repeated, imported, held or rejected."""
    try:
        sha256, size = _hashed(path)
        known = _known(request, sha256)
        if known is not None:
            return _repeated(path, known, sha256)
        answer = child.ask(_question(path, request, stage, key, sha256))
        acceptable = answer["state"] == "held" and request.accept and answer.get("kind") is not None and stage.exists()
        if answer["state"] != "staged" and not acceptable:
            return _refused(path, request, answer, sha256, size)
        return _merge(path, request, stage, answer, size)
    except FileRejected as problem:
        return FileResult(
            path=str(path), state="rejected", code=problem.code, message=problem.message, hint=problem.hint
        )
    finally:
        stage.unlink(missing_ok=True)


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


def _refused(path: Path, request: ImportRequest, answer: dict[str, Any], sha256: str, size: int) -> FileResult:
    result = FileResult(
        path=str(path),
        state=answer["state"],
        kind=answer.get("kind"),
        source=answer.get("source"),
        sha256=sha256,
        code=answer.get("code"),
        message=answer.get("message"),
        hint=answer.get("hint"),
    )
    if not request.dry_run:
        with writing(request.store) as connection:
            record_refusal(connection, result, size=size, now=request.now)
    return result


class _DryRun(CareError):
    """Raised inside the transaction so that nothing of it stays."""

    def __init__(self, result: FileResult) -> None:
        super().__init__("dry run")
        self.result = result


def _merge(path: Path, request: ImportRequest, stage: Path, answer: dict[str, Any], size: int) -> FileResult:
    def check(result: FileResult) -> None:
        if request.dry_run:
            raise _DryRun(replace(result, notes=(*result.notes, "dry run: nothing was kept")))

    with writing(request.store) as connection:
        known = already_imported(connection, answer["sha256"], request.source, request.kind)
        if known is not None:  # another process was faster
            return _repeated(path, known, answer["sha256"])
        try:
            return apply_stage(
                connection,
                stage,
                path=str(path),
                derivations=DERIVE,
                now=request.now,
                accept=request.accept,
                check=check,
            )
        except _DryRun as dry:
            return dry.result
        except FileRejected as problem:
            held = {**answer, "state": "held", "code": problem.code, "message": problem.message, "hint": problem.hint}
            result = FileResult(
                path=str(path), state="held", kind=answer.get("kind"), source=answer.get("source"),
                sha256=answer.get("sha256"), code=held["code"], message=held["message"], hint=held["hint"],
            )  # fmt: skip
            record_refusal(connection, result, size=size, now=request.now)
            return result
