"""What a path may lead to other than a file that lies still: nothing of it is read, followed or waited for."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from carecli.cli.importing import _is_missing, as_text
from carecli.errors import FileRejected
from carecli.intake import importing
from carecli.intake.hashing import hashed
from carecli.intake.importing import ImportRequest, find_files, import_files
from tests.hostile.case import row, rows, table
from tests.hostile.conftest import LentChild

GOOD = table(row())


def pipe(path: Path) -> None:
    os.mkfifo(path)


def bound_socket(path: Path) -> None:
    # The path of a socket must be short, so it is bound from within its folder.
    here = os.getcwd()
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path.name)
    os.chdir(here)


def link(path: Path) -> None:
    (path.parent / "target").write_text(GOOD)
    path.symlink_to("target")


PLACES: dict[str, Callable[[Path], object]] = {
    "pipe": pipe,
    "socket": bound_socket,
    "link": link,
    "link to nothing": lambda path: path.symlink_to("nowhere"),
    "link to itself": lambda path: path.symlink_to(path.name),
    "link to a device": lambda path: path.symlink_to("/dev/zero"),
    "link to a folder": lambda path: path.symlink_to(path.parent),
    "nothing": lambda path: None,
}


@pytest.mark.parametrize("name", PLACES)
def test_what_is_no_file_is_refused_by_name_and_skipped_in_a_folder(
    name: str, asked: ImportRequest, untouched: Callable[[], bool], child: LentChild, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    PLACES[name](folder / "x.csv")
    (result,) = import_files([folder / "x.csv"], asked)
    code = "no-such-file" if name == "nothing" else "not-a-regular-file"
    assert (result.state, result.code) == ("rejected", code)
    assert as_text(result).startswith(f"{folder}/x.csv: rejected ({code}): ")
    assert untouched()
    (folder / "target").unlink(missing_ok=True)
    assert list(import_files([folder], asked)) == []


def test_a_device_is_refused(asked: ImportRequest, child: LentChild) -> None:
    (result,) = import_files([Path("/dev/zero")], asked)
    assert (result.state, result.code) == ("rejected", "not-a-regular-file")


def test_a_folder_named_like_a_file_is_searched_and_one_that_links_back_is_not_followed(
    asked: ImportRequest, child: LentChild, tmp_path: Path
) -> None:
    folder = tmp_path / "x.csv"
    (folder / "a[1].csv").mkdir(parents=True)
    (folder / "a[1].csv" / "back").symlink_to(folder)
    (folder / "a[1].csv" / "a*.csv").write_text(GOOD)
    assert [result.new for result in import_files([folder], asked)] == [1]


@contextmanager
def nobody() -> Iterator[None]:
    """As a user who may read what everybody may; root may read all."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        if me == 0:
            os.seteuid(me)


def test_what_may_not_be_read_is_told_by_its_reason_and_not_passed_over() -> None:
    open_to_all = Path(tempfile.mkdtemp(dir="/tmp"))
    try:
        open_to_all.chmod(0o755)
        (open_to_all / "locked").mkdir()
        (open_to_all / "a.csv").write_text(GOOD)
        for name in ("a.csv", "locked"):
            (open_to_all / name).chmod(0)
        with nobody():
            found = list(find_files([open_to_all, open_to_all / "locked" / "b.csv"]))
            assert [path.name for path in found] == ["a.csv", "locked", "b.csv"]
            for path in found:
                with pytest.raises(FileRejected, match="Permission denied") as caught:
                    hashed(path)
                assert caught.value.code == "permission-denied"
            assert not _is_missing(str(open_to_all / "locked" / "b.csv"))
    finally:
        (open_to_all / "locked").chmod(0o700)
        shutil.rmtree(open_to_all)


def test_a_file_that_vanishes_or_is_replaced_after_it_was_chosen(
    asked: ImportRequest,
    untouched: Callable[[], bool],
    child: LentChild,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gone, other, linked = (tmp_path / name for name in ("gone.csv", "other.csv", "linked.csv"))
    for path in (gone, other, linked):
        path.write_text(GOOD)

    def between(path: Path) -> tuple[str, int]:
        found = hashed(path)
        path.unlink()
        if path == other:
            path.write_text(table(row("b1")))
        elif path == linked:
            path.symlink_to(other)
        return found

    monkeypatch.setattr(importing, "hashed", between)
    results = list(import_files([gone, other, linked], asked))
    assert [result.code for result in results] == ["no-such-file", "file-changed", "not-a-regular-file"]
    assert untouched()


def test_a_file_that_grows_while_it_is_read_is_not_applied(
    asked: ImportRequest, untouched: Callable[[], bool], child: LentChild, tmp_path: Path
) -> None:
    path = tmp_path / "growing.csv"
    path.write_text(table(*rows(5_000)))
    done = threading.Event()

    def grow() -> None:
        number = 5_000
        while not done.is_set():
            number += 1
            with path.open("a") as file:
                file.write(row(f"r{number}") + "\n")

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        (result,) = import_files([path], asked)
    finally:
        done.set()
        writer.join()
    assert (result.state, result.code) in (("rejected", "file-changed"), ("rejected", "still-growing"))
    assert untouched()
    (result,) = import_files([path], asked)
    assert (result.state, result.new) == ("imported", len(path.read_text().splitlines()) - 1)
