"""Files parsed once and merged many times: what the order of imports does is seen in seconds."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from carecli.intake.derive import DERIVE
from carecli.sources.limits import Limits
from carecli.sources.parsing import ParseRequest, parse_file
from carecli.sources.reading import ReadOptions
from carecli.store.connection import reading, writing
from carecli.store.frames import state_hash
from carecli.store.ingest import FileResult, apply_stage
from carecli.tables import TABLES, Table

KEY = b"k" * 32


@dataclass
class Bench:
    """A folder with an empty store to start from, and numbered copies of it."""

    folder: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.empty = self.folder / "empty.db"
        with writing(self.empty):
            pass

    def new(self, name: str) -> Path:
        return self.folder / f"{next(self.numbers)}-{name}"

    def parsed(self, file: Path, kind: str | None = None, source: str | None = None) -> Path:
        """The stage of a file, as a parsing child leaves it."""
        stage = self.new(f"{file.name}.stage")
        asked = ParseRequest(str(file), str(stage), KEY, ReadOptions(kind), source=source)
        answer = parse_file(asked, Limits())
        assert answer["state"] == "staged", answer
        assert answer["rows"] > 0
        return stage

    def written(self, name: str, content: str, kind: str | None = None) -> Path:
        """The stage of a file of this content."""
        file = self.new(name)
        file.write_text(content, encoding="utf-8")
        return self.parsed(file, kind)

    def store(self, stages: Sequence[Path], start: Path | None = None) -> Path:
        """A store into which stages were merged in this order, on top of another one."""
        store = self.new("store.db")
        shutil.copyfile(start or self.empty, store)
        for stage in stages:
            self.merge(store, stage)
        return store

    def merge(self, store: Path, stage: Path) -> FileResult:
        """Merge a stage; merging leaves marks in the stage, so a copy is used up."""
        copy = self.new("stage.db")
        shutil.copyfile(stage, copy)
        try:
            with writing(store) as connection:
                return apply_stage(connection, copy, path=stage.name, derivations=DERIVE, now=0)
        finally:
            copy.unlink()

    @contextmanager
    def merged(self, stage: Path) -> Iterator[Path]:
        """A store into which a stage was merged, before its write-ahead log is emptied into it."""
        store = self.store([])
        with writing(store) as connection:
            apply_stage(connection, stage, path=stage.name, derivations=DERIVE, now=0)
            yield store

    def states(self, stages: Sequence[Path], start: Path | None = None) -> Iterator[tuple[Path, str]]:
        """The store and the state hash of every order of the stages; orders share the work of their beginnings."""
        if not stages:
            assert start is not None
            yield start, state_hash(start)
            return
        for place, stage in enumerate(stages):
            begun = self.store([stage], start)
            yield from self.states([*stages[:place], *stages[place + 1 :]], begun)
            begun.unlink()
            begun.with_name(begun.name + ".lock").unlink()


def differing(left: Path, right: Path) -> list[tuple[str, ...]]:
    """Rows that one store shows and the other doesn't, with their table: what a differing state hash is about."""
    rows = [_shown(store) for store in (left, right)]
    return sorted(rows[0] ^ rows[1])


def _shown(store: Path) -> set[tuple[str, ...]]:
    with reading(store) as connection:
        return {
            (table.name, *map(str, row))
            for table in TABLES
            for row in connection.execute(f"SELECT source, {', '.join(_columns(table))} FROM {table.name}")
        }


def _columns(table: Table) -> list[str]:
    return [f'"{column.name}"' for column in table.columns]
