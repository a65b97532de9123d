"""Files in: what is found, what is refused, and a child that may fail without taking anything with it."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from carecli.intake.child import ParserChild
from carecli.intake.importing import ImportRequest, find_files, import_files
from carecli.store.connection import reading
from carecli.store.frames import state_hash
from tests.intake.test_kills import HEADER, write_day


@pytest.fixture
def asked(tmp_path: Path) -> ImportRequest:
    return ImportRequest(store=tmp_path / "store.db", key_file=tmp_path / "key", now=1_750_000_000)


def states(asked: ImportRequest, *paths: Path) -> list[tuple[str, str | None]]:
    return [(result.state, result.code) for result in import_files(list(paths), asked)]


def test_folders_are_read_by_name_hidden_and_unfinished_files_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    (folder / "b").mkdir(parents=True)
    for name in ("z.csv", "a.csv", ".hidden.csv", "half.part", "b/c.csv", "README.md", "copy.csv~"):
        (folder / name).touch()
    (folder / "link.csv").symlink_to(folder / "a.csv")
    os.mkfifo(folder / "pipe.csv")
    assert [path.name for path in find_files([folder])] == ["a.csv", "c.csv", "z.csv"]


def test_links_pipes_and_absent_files_are_refused_in_words(tmp_path: Path, asked: ImportRequest) -> None:
    write_day(tmp_path / "a.csv", 1)
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")
    os.mkfifo(tmp_path / "pipe.csv")
    paths = [tmp_path / name for name in ("link.csv", "pipe.csv", "absent.csv", "a.csv")]
    assert states(asked, *paths) == [("rejected", "not-a-regular-file")] * 3 + [("imported", None)]


def test_the_same_bytes_again_are_repeated_and_change_nothing(tmp_path: Path, asked: ImportRequest) -> None:
    day = write_day(tmp_path / "a.csv", 1)
    copy = write_day(tmp_path / "copy.csv", 1)
    assert states(asked, day, copy) == [("imported", None), ("repeated", None)]
    before = state_hash(asked.store)
    assert states(asked, day, day, copy) == [("repeated", None)] * 3
    assert state_hash(asked.store) == before
    with reading(asked.store) as connection:
        assert connection.execute("SELECT count(*) FROM files").fetchone() == (1,)


def test_a_dry_run_tells_and_keeps_nothing(tmp_path: Path, asked: ImportRequest) -> None:
    day = write_day(tmp_path / "a.csv", 1)
    (result,) = import_files([day], replace(asked, dry_run=True))
    assert (result.state, result.new) == ("imported", 12)
    with reading(asked.store) as connection:
        assert connection.execute("SELECT count(*) FROM interactions").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM files").fetchone() == (0,)


def test_a_refusal_stands_in_the_ledger(tmp_path: Path, asked: ImportRequest) -> None:
    page = tmp_path / "login.csv"
    page.write_text("<!DOCTYPE html><html><body>please log in</body></html>")
    assert states(asked, page) == [("rejected", "not-an-export")]
    with reading(asked.store) as connection:
        assert connection.execute("SELECT state, code, rows_in FROM files").fetchall() == [
            ("rejected", "not-an-export", None)
        ]


def test_a_cut_off_file_is_held_until_accepted(tmp_path: Path, asked: ImportRequest) -> None:
    day = write_day(tmp_path / "a.csv", 1)
    day.write_text(day.read_text()[:-40])
    assert states(asked, day) == [("held", "cut-off")]
    with reading(asked.store) as connection:
        assert connection.execute("SELECT count(*) FROM interactions").fetchone() == (0,)
    (result,) = import_files([day], replace(asked, accept=True))
    assert (result.state, result.rows, result.new, result.quarantined) == ("imported", 12, 11, 1)


def test_a_child_that_dies_costs_its_file_alone(
    tmp_path: Path, asked: ImportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [write_day(tmp_path / f"{day}.csv", day) for day in (1, 2, 3)]
    ask = ParserChild.ask

    def dies_on_the_second(self: ParserChild, request: dict[str, Any]) -> dict[str, Any]:
        if request["path"].endswith("2.csv"):
            self._running().kill()
        return ask(self, request)

    monkeypatch.setattr(ParserChild, "ask", dies_on_the_second)
    assert states(asked, *days) == [("imported", None), ("rejected", "parser-failed"), ("imported", None)]


def test_a_child_that_stays_silent_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    with ParserChild(wall_seconds=0.05) as child:
        silent = subprocess.Popen(
            [sys.executable, "-c", "input(); input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        monkeypatch.setattr(child, "process", silent)
        answer = child.ask({"path": "x"})
        assert (answer["state"], answer["code"]) == ("rejected", "parser-failed")
        assert "longer than 0 s" in answer["message"]
        assert child.process is None
        assert silent.returncode == -9


def test_lines_of_bad_rows_are_told(tmp_path: Path, asked: ImportRequest) -> None:
    day = tmp_path / "a.csv"
    rows = [f"c{n},voice,inbound,B,2025-05-01T10:{n:02}:00Z,,,abandoned,5,," for n in range(40)]
    rows[7] = "c7,voice,inbound,B,yesterday,,,abandoned,5,,"
    day.write_text("\n".join([HEADER, *rows]) + "\n")
    (result,) = import_files([day], asked)
    assert (result.new, result.quarantined) == (39, 1)
    (sample,) = result.samples
    assert sample.startswith("line 9, column started_at: ")
    assert "found 'yesterday'" in sample
