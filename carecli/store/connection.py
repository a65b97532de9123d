"""Opening the store: one copy of SQLite, one writer at a time, pragmas set and read back.

Why each pragma: `synchronous=FULL` so that what was acknowledged survives a power cut; `BEGIN IMMEDIATE` because a read
that turns into a write fails at once; `secure_delete` because deleted customer data must not stay in the file;
`temp_store=MEMORY` because sorts must not spill customer text to a shared folder.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from carecli.errors import CareError, NoSpace, NoStore, StoreDamaged, StoreInUse
from carecli.store.schema import SCHEMA_VERSION, check_version, migrate, schema_version

WRITER_PRAGMAS: dict[str, str | int] = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "secure_delete": 1,
    "recursive_triggers": 1,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "temp_store": 2,
    "journal_size_limit": 67_108_864,
    "cache_size": -262_144,
    "wal_autocheckpoint": 0,
}

READER_PRAGMAS: dict[str, str | int] = {
    "query_only": 1,
    "busy_timeout": 2000,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "temp_store": 2,
    "cache_size": -16_384,
}

WAIT_SECONDS = 5.0
LOOK_SECONDS = 0.02


def _set_pragmas(connection: sqlite3.Connection, pragmas: dict[str, str | int]) -> None:
    """A pragma that was not taken is silent, so each is read back."""
    for name, wanted in pragmas.items():
        connection.execute(f"PRAGMA {name} = {wanted}").fetchall()
        (found,) = connection.execute(f"PRAGMA {name}").fetchone()
        if found != wanted:
            raise StoreDamaged(f"SQLite did not take {name}: wanted {wanted}, found {found}")


def _create_private(path: Path) -> None:
    """An empty store file only its owner can read; SQLite gives -wal and -shm the same mode."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))


def _uri(path: Path, parameters: str) -> str:
    return f"file:{quote(str(path.absolute()))}?{parameters}"


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """SQLite's errors in words a person can act on."""
    try:
        yield
    except sqlite3.Error as problem:
        raise translated(path, problem) from problem


def translated(path: Path, problem: sqlite3.Error) -> CareError:
    """The CareError that says what an SQLite error means for this store."""
    name = getattr(problem, "sqlite_errorname", "") or ""
    if name.startswith("SQLITE_FULL") or name in {"SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_WRITE"}:
        return NoSpace(f"no space left for {path}", hint="free some space and run it again; nothing was half done")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreInUse(f"{path} is in use by another program", hint="wait for it, or close it")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return StoreDamaged(f"{path} is damaged or no store: {problem}", hint="run `carecli store verify`")
    if name.startswith("SQLITE_READONLY"):
        return StoreDamaged(f"{path} can't be written: {problem}", hint="check the permissions of its folder")
    if name.startswith("SQLITE_CANTOPEN"):
        return StoreDamaged(f"{path} can't be opened: {problem}")
    return StoreDamaged(f"{path}: {problem}")


def _locked(handle: int) -> bool:
    """Whether the lock came within the time a merge usually takes."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(LOOK_SECONDS)
        else:
            return True


@contextmanager
def writer_lock(path: Path) -> Iterator[None]:
    """The advisory lock of the one writer; StoreInUse names the process that holds it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = path.with_name(path.name + ".lock")
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        if not _locked(handle):
            holder = os.pread(handle, 64, 0).decode("ascii", "replace").strip() or "another process"
            raise StoreInUse(f"{path} is being written by {holder}", hint="wait for it to finish, then run this again")
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}".encode(), 0)
        yield
    finally:
        os.close(handle)


@contextmanager
def writing(path: Path) -> Iterator[sqlite3.Connection]:
    """The store opened for writing under the writer's lock, migrated, checkpointed when done."""
    with writer_lock(path), storage_errors(path):
        _create_private(path)
        connection = sqlite3.connect(_uri(path, "mode=rw"), uri=True, isolation_level=None)
        try:
            check_version(connection)
            _set_pragmas(connection, WRITER_PRAGMAS)
            migrate(connection)
            yield connection
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()  # waits for no reader
        finally:
            connection.close()


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The store opened read-only, in one transaction: everything read is of one generation."""
    if not path.exists():
        raise _no_store(path)
    with storage_errors(path):
        connection = sqlite3.connect(_reader_uri(path), uri=True, isolation_level=None)
        try:
            _set_pragmas(connection, READER_PRAGMAS)
            check_version(connection)
            if schema_version(connection) == 0:
                raise _no_store(path)
            if schema_version(connection) < SCHEMA_VERSION:
                raise StoreDamaged(f"{path} is of an older carecli", hint="any `carecli import` brings it up to date")
            connection.execute("BEGIN")
            yield connection
        finally:
            connection.close()


def _no_store(path: Path) -> NoStore:
    return NoStore(f"there is no store at {path}", hint="import something first: carecli import FILE...")


def _reader_uri(path: Path) -> str:
    """`immutable` only for a cleanly closed store in a folder that can't be written: it would miss a -wal's rows."""
    left_over = path.with_name(path.name + "-wal").exists()
    if not left_over and not os.access(path.parent, os.W_OK):
        return _uri(path, "mode=ro&immutable=1")
    return _uri(path, "mode=ro")


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing. SQLite may have rolled back by itself (disk full): a blind ROLLBACK would hide the cause."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
