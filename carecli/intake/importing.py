"""Import files and folders: find them, skip what the ledger knows, parse in the child, merge one at a time.

Each file of an archive, and each sheet of a workbook, where several are known, is imported like a file of its own,
`archive.zip!member`. The ledger knows what was read by a hash: of a plain file that of its bytes; of a member the
archive's with the member's name; and where a mapping was given, that of the mapping's bytes goes into it too, so that
the same file read with another mapping is imported anew.
"""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from carecli.errors import CareError, FileRejected, NoStore
from carecli.intake.child import ParserChild
from carecli.intake.derive import DERIVE
from carecli.intake.hashing import hashed, identity_of, mapping_hash
from carecli.privacy import load_or_create_key
from carecli.store.connection import reading, writing
from carecli.store.ingest import FileResult, already_imported, apply_stage, record_refusal
from carecli.store.ledger import remembered_zones

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
    dates: str | None = None
    """The order of numeric dates: `dmy` or `mdy`."""
    encoding: str | None = None
    map_file: Path | None = None
    """A mapping for these files; it says their kind too."""
    mappings: Path | None = None
    """A folder of mappings that are recognised beside the catalog's kinds."""
    zones: Mapping[str, str] = field(default_factory=dict)
    """Kind -> zone of its local times, remembered or configured; `zone` goes before it."""


def find_files(paths: Sequence[Path]) -> Iterator[Path]:
    """Named files as they are; of folders every regular file by name, but for hidden and unfinished ones."""
    for path in paths:
        if _is_folder(path):
            yield from _walk(path)
        else:
            yield path


def _is_folder(path: Path) -> bool:
    """Whether it is a folder and no link; what may not be looked at is none, and is refused as a file."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _walk(folder: Path) -> Iterator[Path]:
    """A folder that can't be listed stands for itself: it is refused by name, not passed over."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        yield folder
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name.endswith(SKIPPED_SUFFIXES) or entry.is_symlink():
            continue
        if entry.is_dir():
            yield from _walk(Path(entry.path))
        elif entry.is_file() and entry.name != "README.md":
            yield Path(entry.path)


@dataclass(frozen=True, slots=True)
class _Parsed:
    """A file (or a member of one) on its way: already decided, or staged and waiting to be merged."""

    name: str
    stage: Path
    identity: str = ""
    """What the ledger knows it by."""
    decided: FileResult | None = None
    answer: Mapping[str, Any] = field(default_factory=dict)
    size: int = 0


def import_files(paths: Sequence[Path], request: ImportRequest) -> Iterator[FileResult]:
    """One result a file or member, in order, as it is done.

    While a file is merged the child already parses the next one; the store's writer lock is held only for the merge.
    """
    key = load_or_create_key(request.key_file).hex()
    with (
        ParserChild() as child,
        tempfile.TemporaryDirectory(prefix="carecli-") as folder,
        ThreadPoolExecutor(1, thread_name_prefix="parser") as thread,
    ):
        parser = _Parser(request, child, Path(folder), key)
        coming = parser.parsed(find_files(paths))
        try:
            following = thread.submit(next, coming, None)
            while (parsed := following.result()) is not None:
                following = thread.submit(next, coming, None)
                yield _finish(parsed, request)
        except BaseException:
            child.interrupt()  # so that the thread ends now, while its pipes are still open
            raise


class _Parser:
    """Hashes files, looks them up, and has the child stage them, one after the other."""

    def __init__(self, request: ImportRequest, child: ParserChild, folder: Path, key: str) -> None:
        self._request = request
        self._child = child
        self._folder = folder
        self._key = key
        self._mapping = mapping_hash(request.map_file)
        self._remembered = zones_remembered(request.store)
        self._stages = count()

    def parsed(self, paths: Iterable[Path]) -> Iterator[_Parsed]:
        """Every file, or its members instead where it has several that can be read."""
        for path in paths:
            try:
                sha256, size = hashed(path)
            except FileRejected as problem:
                yield self._refused(label(path), problem)
                continue
            parsed = self._parse(path, None, sha256, size)
            members = parsed.answer.get("members") if parsed.answer.get("state") == "members" else None
            if members is None:
                yield parsed
            else:
                yield from (self._parse(path, str(member), sha256, size) for member in members)

    def _parse(self, path: Path, member: str | None, sha256: str, size: int) -> _Parsed:
        name = label(path) if member is None else f"{label(path)}!{member}"
        identity = identity_of(sha256, member, self._mapping)
        stage = self._next_stage()
        if known := _known(self._request, identity):
            return _Parsed(name, stage, identity, _repeated(name, known, identity))
        answer = self._child.ask(self._question(path, member, stage, sha256))
        if answer["state"] == "members" and member is not None:
            answer = {"state": "rejected", "code": "parser-failed", "message": "a member that has members of its own"}
        return _Parsed(name, stage, identity, None, answer, size)

    def _refused(self, name: str, problem: FileRejected) -> _Parsed:
        result = FileResult(path=name, state="rejected", code=problem.code, message=problem.message, hint=problem.hint)
        return _Parsed(name, self._next_stage(), decided=result)

    def _next_stage(self) -> Path:
        return self._folder / f"stage-{next(self._stages)}.db"

    def _question(self, path: Path, member: str | None, stage: Path, sha256: str) -> dict[str, Any]:
        request = self._request
        return {
            "path": str(path.absolute()),
            "member": member,
            "stage": str(stage),
            "as": request.kind,
            "source": request.source,
            "zone": request.zone,
            "zones": {**self._remembered, **request.zones},
            "dates": request.dates,
            "encoding": request.encoding,
            "map": _absolute(request.map_file),
            "mappings": _absolute(request.mappings),
            "exported_at": request.exported_at,
            "key": self._key,
            "expected_sha256": sha256,
            "from_offset": 0,
            "first_line": 1,
        }


def label(path: Path) -> str:
    """A path as it is told and kept in the ledger; bytes of a name that are no UTF-8 as `\\xe9`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def zones_remembered(store: Path) -> dict[str, str]:
    """Kind -> the zone that was given for it the last time; none where there is no store yet."""
    try:
        with reading(store) as connection:
            return dict(remembered_zones(connection))
    except NoStore:
        return {}


def _absolute(path: Path | None) -> str | None:
    return None if path is None else str(path.absolute())


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


def _repeated(name: str, known: dict[str, Any], sha256: str) -> FileResult:
    """The same bytes again: nothing is applied; what was quarantined or ignored then still is."""
    return FileResult(
        path=name,
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


def _known(request: ImportRequest, identity: str) -> dict[str, Any] | None:
    """What the ledger says of these bytes; a store that doesn't exist yet knows nothing."""
    try:
        with reading(request.store) as connection:
            return already_imported(connection, identity, request.source, request.kind)
    except NoStore:
        return None


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
        path=parsed.name,
        state=verdict["state"],
        kind=parsed.answer.get("kind"),
        source=parsed.answer.get("source"),
        sha256=parsed.identity,
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


def _tell_identity(parsed: _Parsed) -> None:
    """The stage says the hash of the file's bytes; what the ledger keeps is what was read of it.

    A stage of another shape than a child is told to write is left as it is: it is refused when it is merged.
    """
    if parsed.identity == parsed.answer.get("sha256"):
        return
    with closing(sqlite3.connect(parsed.stage)) as stage, suppress(sqlite3.Error), stage:
        if not stage.execute("SELECT 1 FROM sqlite_master WHERE type NOT IN ('table', 'index')").fetchone():
            stage.execute("UPDATE summary SET value = ? WHERE key = 'sha256'", (json.dumps(parsed.identity),))


def _merge(parsed: _Parsed, request: ImportRequest) -> FileResult:
    _tell_identity(parsed)

    def check(result: FileResult) -> None:
        if request.dry_run:
            raise _DryRun(replace(result, notes=(*result.notes, "dry run: nothing was kept")))

    with writing(request.store) as connection:
        known = already_imported(connection, parsed.identity, request.source, request.kind)
        if known is not None:  # another process, or the same bytes under another name, came first
            return _repeated(parsed.name, known, parsed.identity)
        try:
            return apply_stage(
                connection,
                parsed.stage,
                path=parsed.name,
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
