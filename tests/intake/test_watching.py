"""A drop folder followed into a store: what arrives, grows, is renamed, is bad, and what a restart makes of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from carecli.errors import StoreInUse
from carecli.intake import watching
from carecli.intake.dropping import Skipped, listing
from carecli.intake.importing import ImportRequest, import_files
from carecli.intake.watching import FolderWatch
from carecli.store.connection import reading, writer_lock
from carecli.store.frames import state_hash
from carecli.store.ingest import FileResult
from tests.intake.test_following import LINES, WHOLE, append, imported_whole
from tests.intake.test_kills import write_day

WALL = 1_750_000_000
PAGE = "<!DOCTYPE html><html><body>please log in</body></html>"


class Clocked:
    """A watched folder and its clock: three seconds pass between looks."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "in"
        self.folder.mkdir(exist_ok=True)
        self.request = ImportRequest(store=home / "store.db", key_file=home / "key", now=0)
        self.now = 1000.0
        self.watch = FolderWatch(self.folder, self.request)

    def restart(self) -> None:
        self.watch.close()
        self.watch = FolderWatch(self.folder, self.request)

    def look(self, wall: int = WALL, seconds: float = 3.0) -> list[tuple[str, str]]:
        """What a look says of each file: its name in the folder, and its fate."""
        self.now += seconds
        return [self.told(item) for item in self.watch.step(self.now, wall)]

    def looks(self, number: int = 2) -> list[tuple[str, str]]:
        return [told for _ in range(number) for told in self.look()]

    def told(self, item: FileResult | Skipped) -> tuple[str, str]:
        path = os.path.relpath(item.path, self.folder)
        if isinstance(item, Skipped):
            return path, item.why
        return path, item.code or f"{item.state} {item.new}"

    def rows(self, table: str = "interactions") -> int:
        with reading(self.request.store) as connection:
            (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(rows)


@pytest.fixture
def drop(tmp_path: Path) -> Iterator[Clocked]:
    clocked = Clocked(tmp_path)
    yield clocked
    clocked.watch.close()


def test_files_are_imported_when_they_have_settled_and_once(drop: Clocked) -> None:
    write_day(drop.folder / "a.csv", 1)
    (drop.folder / "sub").mkdir()
    write_day(drop.folder / "sub" / "b.csv", 2)
    assert drop.look() == []
    assert drop.watch.growing == tuple(str(drop.folder / name) for name in ("a.csv", "sub/b.csv"))
    assert drop.look() == [("a.csv", "imported 12"), ("sub/b.csv", "imported 12")]
    os.rename(drop.folder / "a.csv", drop.folder / "sub" / "done.csv")
    assert drop.looks(3) == []
    assert (drop.rows(), drop.rows("files"), drop.watch.growing) == (24, 2, ())


def test_a_restart_reads_nothing_twice_and_counts_what_it_knows(drop: Clocked) -> None:
    for day in range(1, 6):
        write_day(drop.folder / f"{day}.csv", day)
    append(drop.folder / "queue_log", WHOLE)
    assert len(drop.looks()) == 6
    before = state_hash(drop.request.store)
    drop.restart()
    os.rename(drop.folder / "queue_log", drop.folder / "old_log")
    assert drop.looks(3) == []
    assert (drop.watch.known, drop.rows("files"), state_hash(drop.request.store)) == (5, 6, before)


def test_what_carecli_import_has_read_is_known(drop: Clocked) -> None:
    append(drop.folder / "queue_log", "".join(f"{line}\n" for line in LINES[:6]))
    write_day(drop.folder / "a.csv", 1)
    assert [result.state for result in import_files([drop.folder], drop.request)] == ["imported"] * 2
    assert drop.looks() == []
    append(drop.folder / "queue_log", "".join(f"{line}\n" for line in LINES[6:]))
    (told,) = drop.looks()
    assert told[1] == "imported 4"


def test_a_log_is_read_as_it_grows_and_half_a_line_waits(drop: Clocked) -> None:
    log = drop.folder / "queue_log"
    append(log, f"{LINES[0]}\n")
    assert drop.look(seconds=0.5) == []
    append(log, f"{LINES[1]}\n{LINES[2][:9]}")
    assert drop.look(seconds=0.5) == [("queue_log@0", "imported 2")]  # it grows: no need to settle
    assert drop.look(seconds=0.5) == []
    append(log, LINES[2][9:] + "\n")
    assert [fate for _, fate in drop.look(seconds=0.5)] == ["imported 1"]
    append(log, "".join(f"{line}\n" for line in LINES[3:]))
    assert [fate for _, fate in drop.look(seconds=0.5)] == ["imported 7"]
    assert state_hash(drop.request.store) == imported_whole(drop.home)


@pytest.mark.parametrize("restarted", [False, True])
def test_a_log_rotated_twice_is_read_whole_and_once(drop: Clocked, restarted: bool) -> None:
    log, first, second = (drop.folder / name for name in ("queue_log", "queue_log.1", "queue_log.2"))
    append(log, "".join(f"{line}\n" for line in LINES[:3]))
    assert [fate for _, fate in drop.looks()] == ["imported 3"]
    append(log, f"{LINES[3]}\n")
    os.rename(log, first)
    append(log, "".join(f"{line}\n" for line in LINES[4:6]))
    if restarted:
        drop.restart()
    assert sorted(fate for _, fate in drop.looks()) == ["imported 1", "imported 2"]
    append(log, f"{LINES[6]}\n")
    os.rename(first, second)
    os.rename(log, first)
    append(log, "".join(f"{line}\n" for line in LINES[7:]))
    if restarted:
        drop.restart()
    assert sorted(fate for _, fate in drop.looks()) == ["imported 1", "imported 3"]
    assert drop.looks() == []
    assert state_hash(drop.request.store) == imported_whole(drop.home)


def test_a_log_copied_away_and_cut_off_is_read_once(drop: Clocked) -> None:
    log = drop.folder / "queue_log"
    append(log, "".join(f"{line}\n" for line in LINES[:6]))
    assert [fate for _, fate in drop.looks()] == ["imported 6"]
    append(log, f"{LINES[6]}\n")
    (drop.folder / "queue_log.1").write_text(log.read_text())
    log.write_text("".join(f"{line}\n" for line in LINES[7:]))
    assert sorted(drop.looks(3)) == [
        (f"queue_log.1@{len(''.join(LINES[:6])) + 6}", "imported 1"),
        ("queue_log@0", "imported 3"),
    ]
    assert state_hash(drop.request.store) == imported_whole(drop.home)


def test_a_bad_file_stops_nothing_is_told_once_and_tried_again_when_it_changes(drop: Clocked) -> None:
    page = drop.folder / "a.csv"
    page.write_text(PAGE)
    write_day(drop.folder / "b.csv", 1)
    (drop.folder / "empty.csv").touch()
    (drop.folder / "link.csv").symlink_to(page)
    os.mkfifo(drop.folder / "pipe")
    assert drop.look() == [("link.csv", "a symbolic link"), ("pipe", "a pipe, socket or device")]
    assert drop.look() == [("a.csv", "not-an-export"), ("b.csv", "imported 12"), ("empty.csv", "empty")]
    assert drop.looks(3) == []
    write_day(page, 2)
    assert drop.looks() == [("a.csv", "imported 12")]


def test_a_log_that_turns_bad_is_told_once_and_read_on_when_it_is_good_again(drop: Clocked) -> None:
    log = drop.folder / "queue_log"
    append(log, f"{LINES[0]}\n")
    assert [fate for _, fate in drop.looks()] == ["imported 1"]
    append(log, "rubbish\n" * 30)
    assert drop.look() == [("queue_log", "too-many-bad")]
    append(log, "rubbish\n")
    write_day(drop.folder / "b.csv", 1)
    assert drop.looks() == [("b.csv", "imported 12")]
    append(log, "".join(f"{line}|{number}\n" for number in range(70) for line in LINES))
    assert drop.look(seconds=1.0) == []  # it rests
    assert [name for name, _ in drop.look(seconds=30.0)] == [f"queue_log@{len(LINES[0]) + 1}"]


def test_lines_that_look_like_nothing_after_the_place_cost_only_themselves(drop: Clocked) -> None:
    """The kind is known from before, so the first new line needn't tell it."""
    log = drop.folder / "queue_log"
    append(log, f"{LINES[0]}\n")
    drop.looks()
    append(log, "rubbish\n" + "".join(f"{line}\n" for line in LINES[1:]))
    assert [fate for _, fate in drop.look()] == ["imported 9"]


def test_a_jump_of_the_wall_clock_means_nothing(drop: Clocked) -> None:
    write_day(drop.folder / "a.csv", 1)
    future = drop.folder / "b.csv"
    write_day(future, 2)
    os.utime(future, (4_000_000_000, 4_000_000_000))
    assert drop.look(WALL) == []
    assert drop.look(WALL - 86_400, seconds=1.0) == []
    assert drop.look(WALL + 86_400, seconds=1.0) == [("a.csv", "imported 12"), ("b.csv", "imported 12")]
    assert drop.look(5) == []


def test_the_store_and_the_key_in_the_folder_are_never_opened(drop: Clocked, monkeypatch: pytest.MonkeyPatch) -> None:
    drop.request = ImportRequest(store=drop.folder / "store.db", key_file=drop.folder / "key", now=0)
    drop.restart()
    write_day(drop.folder / "a.csv", 1)
    assert [result.state for result in import_files([write_day(drop.home / "b.csv", 9)], drop.request)] == ["imported"]
    opened: list[str] = []
    open_ = os.open

    def spied(path: Any, flags: int, *rest: Any, **named: Any) -> int:
        if not flags & os.O_CREAT:  # making what is there already opens nothing
            opened.append(str(path))
        return open_(path, flags, *rest, **named)

    monkeypatch.setattr(os, "open", spied)
    with reading(drop.request.store):  # so that -wal and -shm stay
        assert (drop.folder / "store.db-shm").exists()
        assert drop.looks(4) == [("a.csv", "imported 12")]
    assert {Path(path).name for path in opened if Path(path).parent == drop.folder} == {"a.csv", "key"}


def test_a_store_in_use_leaves_all_for_the_next_look(drop: Clocked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carecli.store.connection.WAIT_SECONDS", 0.0)
    write_day(drop.folder / "a.csv", 1)
    append(drop.folder / "queue_log", WHOLE)
    drop.look()
    with writer_lock(drop.request.store), pytest.raises(StoreInUse):
        drop.look()
    assert [fate for _, fate in sorted(drop.looks())] == ["imported 12", "imported 10"]


def test_a_file_the_system_fails_to_read_rests_and_is_tried_again(
    drop: Clocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_day(drop.folder / "a.csv", 1)
    drop.look()

    def full(paths: list[Path], _: ImportRequest) -> Iterator[FileResult]:
        yield from (FileResult(str(path), "rejected", code="no-space", message="no space") for path in paths)

    with monkeypatch.context() as patched:
        patched.setattr(watching, "import_files", full)
        assert drop.look() == [("a.csv", "no-space")]
        assert drop.looks() == []
        assert drop.look(seconds=30) == []  # tried, and told before
    assert drop.look() == []  # it rests
    assert drop.look(seconds=30) == [("a.csv", "imported 12")]


def test_a_file_that_moves_on_during_its_batch_is_found_under_its_new_name(
    drop: Clocked, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_day(drop.folder / "a.csv", 1)
    drop.look()

    def moved(paths: list[Path], request: ImportRequest) -> Iterator[FileResult]:
        os.rename(paths[0], drop.folder / "b.csv")
        return import_files(paths, request)

    with monkeypatch.context() as patched:
        patched.setattr(watching, "import_files", moved)
        assert drop.look() == []
    assert drop.look() == [("b.csv", "imported 12")]


def test_an_archive_is_done_when_its_last_member_is(drop: Clocked, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = drop.folder / "days!.zip"
    archive.write_bytes(b"PK\x03\x04")
    asked: list[str] = []

    def broken(paths: list[Path], _: ImportRequest) -> Iterator[FileResult]:
        asked.extend(path.name for path in paths)
        yield FileResult(f"{archive}!a!b.csv", "imported", new=1)
        if len(asked) == 1:
            raise StoreInUse("in use")
        yield FileResult(f"{archive}!c.csv", "imported", new=2)

    monkeypatch.setattr(watching, "import_files", broken)
    drop.look()
    with pytest.raises(StoreInUse):
        drop.look()
    assert drop.looks() == [("days!.zip!a!b.csv", "imported 1"), ("days!.zip!c.csv", "imported 2")]
    assert asked == ["days!.zip"] * 2


def test_a_folder_that_goes_and_comes_back_is_said_once(drop: Clocked) -> None:
    (drop.folder / "a.csv").write_text(PAGE)
    assert drop.looks() == [("a.csv", "not-an-export")]
    os.rename(drop.folder, drop.home / "away")
    assert drop.looks(3) == [(".", "can't be looked into at the moment")]
    os.rename(drop.home / "away", drop.folder)
    assert drop.looks(3) == []
    write_day(drop.folder / "b.csv", 1)
    assert drop.looks() == [("b.csv", "imported 12")]


def test_batches_let_logs_be_read_in_between(drop: Clocked) -> None:
    drop.watch.close()
    drop.watch = FolderWatch(drop.folder, drop.request, batch=2)
    for day in range(1, 6):
        write_day(drop.folder / f"{day}.csv", day)
    log = drop.folder / "queue_log"
    append(log, f"{LINES[0]}\n")
    drop.look()
    told = []
    for number in range(1, 4):
        append(log, f"{LINES[number]}\n")
        told.append([fate for _, fate in drop.look()])
        assert drop.watch.more == (number < 3)
    assert told == [
        ["imported 2", "imported 12", "imported 12"],
        ["imported 1", *["imported 12"] * 2],
        ["imported 1", "imported 12"],
    ]


def test_a_name_that_passes_to_another_file_costs_neither(drop: Clocked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the listing and the reading: of a log, of what is recognised, and of what is imported."""
    log = drop.folder / "queue_log"
    append(log, "".join(f"{line}\n" for line in LINES[:4]))
    drop.looks()
    write_day(drop.folder / "a.csv", 1)
    listed = listing

    def rotated(folder: Path) -> Iterator[Any]:
        append(log, f"{LINES[4]}\n")
        found = list(listed(folder))
        os.rename(log, drop.folder / "queue_log.1")
        append(log, "".join(f"{line}\n" for line in LINES[5:]))
        os.rename(drop.folder / "a.csv", drop.folder / "b.csv")
        write_day(drop.folder / "a.csv", 2)
        yield from found

    drop.look()
    with monkeypatch.context() as patched:
        patched.setattr(watching, "listing", rotated)
        first = drop.look()
    told = [*first, *drop.looks(3)]
    assert sorted(fate for _, fate in told if fate != "repeated 0") == [
        "imported 1",
        "imported 12",
        "imported 12",
        "imported 5",
    ]
    assert drop.rows("contact_events") == 10
    with reading(drop.request.store) as connection:
        (lines,) = connection.execute("SELECT sum(rows_in) FROM files WHERE kind = 'asterisk.queue_log'").fetchone()
    assert lines == 10


def test_a_file_swapped_during_its_batch_is_not_taken_for_read(drop: Clocked, monkeypatch: pytest.MonkeyPatch) -> None:
    write_day(drop.folder / "a.csv", 1)
    drop.look()

    def swapped(paths: list[Path], request: ImportRequest) -> Iterator[FileResult]:
        os.rename(paths[0], drop.folder / "b.csv")
        write_day(paths[0], 2)
        return import_files(paths, request)

    with monkeypatch.context() as patched:
        patched.setattr(watching, "import_files", swapped)
        assert drop.look() == [("a.csv", "imported 12")]
    assert drop.looks() == [("b.csv", "imported 12")]
    assert (drop.rows(), drop.watch.known) == (24, 1)
