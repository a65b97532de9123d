"""One child and one store to begin with for the whole corpus; what a case takes of memory."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from carecli.intake import importing
from carecli.intake.child import ParserChild
from carecli.intake.importing import ImportRequest, import_files
from carecli.store.frames import state_hash
from tests.hostile.case import USUAL_PEAK, row, table

NOW = 1_750_000_000


class LentChild:
    """A child that goes on living when an import is done with it."""

    def __init__(self, child: ParserChild) -> None:
        self._child = child

    def __enter__(self) -> ParserChild:
        if self._child.interrupted:  # a test has failed on the way
            self._child.stop()
            self._child.interrupted = False
        return self._child

    def __exit__(self, *exc: object) -> None:
        pass

    def forget_peak(self) -> None:
        """Begin to measure anew, where the system can tell a process's memory."""
        process = self._child.process
        if process is not None and Path(f"/proc/{process.pid}/clear_refs").exists():
            Path(f"/proc/{process.pid}/clear_refs").write_text("5")

    def peak(self) -> int:
        """The most resident memory since then, bytes; 0 where there is no child or the system doesn't tell."""
        return self._told("VmHWM:")

    def renew_if_large(self, most: int) -> None:
        """Another child where the last files, or what was loaded for them, left this one larger than that."""
        if self._told("VmRSS:") > most:
            self._child.stop()

    def _told(self, word: str) -> int:
        process = self._child.process
        status = Path(f"/proc/{process.pid}/status") if process is not None else Path()
        return int(status.read_text().partition(word)[2].split()[0]) * 1024 if status.is_file() else 0


@pytest.fixture(scope="session")
def lent_child() -> Iterator[LentChild]:
    with ParserChild() as child:
        yield LentChild(child)


@pytest.fixture
def child(lent_child: LentChild, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> LentChild:
    """The child that imports use, as long as it lives the same for all."""
    monkeypatch.setattr(importing, "ParserChild", lambda: lent_child)
    case = getattr(request.node, "callspec", None) and request.node.callspec.params.get("case")
    lent_child.renew_if_large((case.peak if case else USUAL_PEAK) * 2 // 3)
    lent_child.forget_peak()
    return lent_child


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A store that holds a contact already, and the hash of its state."""
    folder = tmp_path_factory.mktemp("before")
    (folder / "first.csv").write_text(table(row("first")))
    asked = ImportRequest(store=folder / "store.db", key_file=folder / "key", now=NOW, source="elsewhere")
    (result,) = import_files([folder / "first.csv"], asked)
    assert result.new == 1
    connection = sqlite3.connect(asked.store)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return asked.store, state_hash(asked.store)


@pytest.fixture
def asked(tmp_path: Path, before: tuple[Path, str]) -> ImportRequest:
    """An import into a store of its own, which holds one contact."""
    shutil.copy(before[0], tmp_path / "store.db")
    return ImportRequest(store=tmp_path / "store.db", key_file=before[0].parent / "key", now=NOW)


@pytest.fixture
def untouched(asked: ImportRequest, before: tuple[Path, str]) -> Callable[[], bool]:
    """Whether the store holds what it held."""
    return lambda: state_hash(asked.store) == before[1]
