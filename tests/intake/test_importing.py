"""Files in: what is found, what is refused, and a child that may fail without taking anything with it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from carecli.errors import UsageProblem
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
    refused = [("rejected", "not-a-regular-file")] * 2 + [("rejected", "no-such-file")]
    assert states(asked, *paths) == [*refused, ("imported", None)]


def test_a_name_that_is_no_utf_8_is_told_and_kept(tmp_path: Path, asked: ImportRequest) -> None:
    good, bad = (tmp_path / name.decode("utf-8", "surrogateescape") for name in (b"a\xe9.csv", b"b\xe9.csv"))
    write_day(good, 1)
    bad.write_text("<html>")
    results = list(import_files([good, bad], asked))
    assert [(result.path, result.state) for result in results] == [
        (f"{tmp_path}/a\\xe9.csv", "imported"),
        (f"{tmp_path}/b\\xe9.csv", "rejected"),
    ]


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


def zipped(path: Path, **members: bytes | str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return path


def day_text(tmp_path: Path, day: int) -> str:
    return write_day(tmp_path / "scratch", day).read_text()


def test_members_of_an_archive_are_files_of_their_own(tmp_path: Path, asked: ImportRequest) -> None:
    one, two = day_text(tmp_path, 1), day_text(tmp_path, 2)
    archive = zipped(tmp_path / "days.zip", b__csv=one, bad__csv="<html>", cut__csv=two[:-40], a__csv=two)
    results = list(import_files([archive, write_day(tmp_path / "3.csv", 3)], asked))
    assert [(result.path, result.state, result.code, result.new) for result in results] == [
        (f"{archive}!b.csv", "imported", None, 12),
        (f"{archive}!bad.csv", "rejected", "not-an-export", None),
        (f"{archive}!cut.csv", "held", "cut-off", None),
        (f"{archive}!a.csv", "imported", None, 12),
        (str(tmp_path / "3.csv"), "imported", None, 12),
    ]
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert results[0].sha256 == hashlib.sha256(f"{sha256}!b.csv".encode()).hexdigest()
    again = import_files([archive], asked)
    assert [result.state for result in again] == ["repeated", "rejected", "held", "repeated"]
    with reading(asked.store) as connection:
        ledger = connection.execute("SELECT path, sha256 FROM files WHERE state = 'imported' ORDER BY id").fetchall()
    assert ledger[:2] == [(results[0].path, results[0].sha256), (results[3].path, results[3].sha256)]


def test_the_only_member_is_the_file_itself(tmp_path: Path, asked: ImportRequest) -> None:
    archive = zipped(tmp_path / "day.zip", day__csv=day_text(tmp_path, 1))
    (result,) = import_files([archive], asked)
    assert (result.path, result.sha256) == (str(archive), hashlib.sha256(archive.read_bytes()).hexdigest())
    assert states(asked, archive) == [("repeated", None)]


def test_a_child_that_dies_over_a_member_costs_that_member_alone(
    tmp_path: Path, asked: ImportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = zipped(tmp_path / "x.zip", a__csv=day_text(tmp_path, 1), b__csv=day_text(tmp_path, 2))
    ask = ParserChild.ask

    def dies_on_the_first(self: ParserChild, request: dict[str, Any]) -> dict[str, Any]:
        if request["member"] == "a.csv":
            self._running().kill()
        return ask(self, request)

    monkeypatch.setattr(ParserChild, "ask", dies_on_the_first)
    assert states(asked, archive) == [("rejected", "parser-failed"), ("imported", None)]


def test_a_member_that_claims_to_have_members_is_refused(
    tmp_path: Path, asked: ImportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ParserChild, "ask", lambda self, request: {"state": "members", "members": ["x", "y"]})
    assert states(asked, write_day(tmp_path / "a.csv", 1)) == [("rejected", "parser-failed")] * 2


def test_what_the_caller_says_reaches_the_child(
    tmp_path: Path, asked: ImportRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, Any]] = []

    def refuses(_: ParserChild, request: dict[str, Any]) -> dict[str, Any]:
        seen.append(request)
        return {"state": "rejected", "code": "x", "message": "y"}

    monkeypatch.setattr(ParserChild, "ask", refuses)
    monkeypatch.chdir(tmp_path)
    Path("map.toml").write_text("")
    asked = replace(
        asked,
        dates="dmy",
        encoding="cp1252",
        map_file=Path("map.toml"),
        mappings=Path("maps"),
        zones={"acme.calls": "Europe/Berlin"},
    )
    assert states(asked, write_day(tmp_path / "a.csv", 1)) == [("rejected", "x")]
    expected = {
        "dates": "dmy",
        "encoding": "cp1252",
        "map": str(tmp_path / "map.toml"),
        "mappings": str(tmp_path / "maps"),
        "zones": {"acme.calls": "Europe/Berlin"},
        "member": None,
    }
    assert seen[0].items() >= expected.items()


def test_the_same_file_with_another_mapping_is_imported_anew(tmp_path: Path, asked: ImportRequest) -> None:
    calls = tmp_path / "calls.csv"
    calls.write_text("Call,Began,Line,Other line\n1,2025-03-10T10:00:00Z,Billing,Sales\n")
    mapping = tmp_path / "map.toml"
    text = """
kind = "mine.calls"
system = "mine"
title = "calls"
grade = "M"
container = ["csv"]
fingerprint = ["Call", "Began"]
[[rows]]
table = "interactions"
[rows.columns]
interaction_id = "Call"
started_at = "Began"
channel = { const = "voice" }
queue = "Line"
"""
    mapping.write_text(text)
    mapped = replace(asked, map_file=mapping)
    assert states(asked, calls) == [("rejected", "unknown-kind")]
    assert states(mapped, calls) == [("imported", None)]
    assert states(mapped, calls) == [("repeated", None)]
    mapping.write_text(text.replace('"Line"', '"Other line"'))
    (result,) = import_files([calls], replace(mapped, exported_at=1_750_000_000))
    assert (result.state, result.kind, result.changed) == ("imported", "mine.calls", 1)


def test_a_mapping_that_is_not_there(tmp_path: Path, asked: ImportRequest) -> None:
    with pytest.raises(UsageProblem, match="can't be read"):
        states(replace(asked, map_file=tmp_path / "none.toml"), write_day(tmp_path / "a.csv", 1))
