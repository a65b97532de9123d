"""A file is written whole or not at all, follows no link, and is private."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from carecli.errors import NoSpace, UsageProblem
from carecli.files import write_whole


def test_a_new_file_is_private_and_whole(tmp_path: Path):
    path = tmp_path / "board.html"
    old = os.umask(0)
    try:
        write_whole(path, b"x" * 100_000)
    finally:
        os.umask(old)
    assert path.read_bytes() == b"x" * 100_000
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["board.html"]


def test_a_link_is_replaced_and_what_it_points_at_stays(tmp_path: Path):
    other = tmp_path / "other"
    other.write_bytes(b"theirs")
    link = tmp_path / "board.html"
    link.symlink_to(other)
    write_whole(link, b"ours")
    assert (other.read_bytes(), link.read_bytes(), link.is_symlink()) == (b"theirs", b"ours", False)


@pytest.mark.parametrize(("number", "kind"), [(errno.ENOSPC, NoSpace), (errno.EIO, UsageProblem)])
def test_what_fails_leaves_the_old_file_and_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number, kind):
    path = tmp_path / "board.html"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(number, "told")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(kind, match=r"board\.html"):
        write_whole(path, b"new")
    assert (path.read_bytes(), os.listdir(tmp_path)) == (b"old", ["board.html"])


def test_a_folder_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(UsageProblem, match="can't be written"):
        write_whole(tmp_path / "nowhere" / "board.html", b"")
