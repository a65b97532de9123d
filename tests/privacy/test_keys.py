from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from carecli.errors import CareError
from carecli.privacy import load_or_create_key


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def open_umask():
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_the_first_call_makes_a_private_key_and_later_calls_read_it(tmp_path: Path):
    path = tmp_path / "private" / "key"
    key = load_or_create_key(path)
    assert len(key) == 32
    assert load_or_create_key(path) == key == path.read_bytes()
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert os.listdir(path.parent) == ["key"]
    assert load_or_create_key(tmp_path / "other") != key


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o666])
def test_a_key_open_to_others_is_refused(tmp_path: Path, bits: int):
    path = tmp_path / "key"
    load_or_create_key(path)
    path.chmod(bits)
    with pytest.raises(CareError, match=f"open to others .mode {bits:04o}") as caught:
        load_or_create_key(path)
    assert caught.value.hint == f"chmod 600 {path}"


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_file_that_is_no_key_is_refused_and_kept(tmp_path: Path, size: int):
    path = tmp_path / "key"
    path.write_bytes(b"k" * size)
    path.chmod(0o600)
    with pytest.raises(CareError, match="does not hold a key of 32 bytes"):
        load_or_create_key(path)
    assert path.read_bytes() == b"k" * size


def test_a_pipe_or_a_folder_is_refused_at_once(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(CareError, match="not a regular file"):
        load_or_create_key(tmp_path / "pipe")
    with pytest.raises(CareError, match="key file"):
        load_or_create_key(tmp_path)


def test_a_place_without_a_folder_is_an_error_in_words(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CareError, match=r"key file .*: Not a directory"):
        load_or_create_key(tmp_path / "file" / "key")


def test_of_two_first_starts_the_first_key_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The other process links its key between our look and our link."""
    path = tmp_path / "key"
    link = os.link

    def slower(source: Path, target: Path) -> None:
        monkeypatch.setattr(os, "link", link)
        load_or_create_key(target)
        link(source, target)

    monkeypatch.setattr(os, "link", slower)
    key = load_or_create_key(path)
    assert key == path.read_bytes() == load_or_create_key(path)
    assert os.listdir(tmp_path) == ["key"]
