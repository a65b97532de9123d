"""What a look at a drop folder decides, from listings and a clock that are handed in."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.intake.dropping import DropFolder, Look, Role, Seen, Skipped, listing


def seen(name: str, inode: int = 1, size: int = 10, modified: int = 1, changed: int = 0) -> Seen:
    return Seen(name, 7, inode, size, modified, changed or modified)


def is_file(_: Seen, __: bool) -> Role | None:
    return "file"


def is_log(_: Seen, __: bool) -> Role | None:
    return "log"


@pytest.fixture
def drop() -> DropFolder:
    return DropFolder(is_file, settled_seconds=2.0, batch=3)


def names(found: tuple[Seen, ...]) -> list[str]:
    return [item.path for item in found]


def taken(drop: DropFolder, look: Look) -> list[str]:
    """The files of a look, read at once."""
    for item in look.files:
        drop.taken(item)
    return names(look.files)


def test_a_file_is_handed_out_once_when_it_has_stopped_growing(drop: DropFolder) -> None:
    half, whole = seen("a.csv"), seen("a.csv", size=20, modified=2)
    assert drop.look(0.0, [half]) == Look((), (), (), ("a.csv",), False)
    assert taken(drop, drop.look(1.9, [half])) == []
    assert taken(drop, drop.look(2.0, [whole])) == []  # it grew just when it seemed to have settled
    assert drop.look(3.9, [whole]).growing == ("a.csv",)
    assert taken(drop, drop.look(4.0, [whole])) == ["a.csv"]
    assert drop.look(9.0, [whole]) == Look((), (), (), (), False)


@pytest.mark.parametrize(
    "after",
    [
        pytest.param(seen("a.csv", size=11, modified=2), id="longer"),
        pytest.param(seen("a.csv", size=9, modified=2), id="shorter"),
        pytest.param(seen("a.csv", modified=2), id="another time"),
        pytest.param(seen("a.csv", changed=5), id="same size and time, yet written"),
        pytest.param(seen("b.csv", modified=2), id="its inode used by another file"),
    ],
)
def test_what_changed_is_read_again(drop: DropFolder, after: Seen) -> None:
    drop.look(0.0, [seen("a.csv")])
    assert taken(drop, drop.look(2.0, [seen("a.csv")])) == ["a.csv"]
    assert taken(drop, drop.look(3.0, [after])) == []
    assert taken(drop, drop.look(5.0, [after])) == [after.path]


def test_a_renamed_file_and_a_second_name_are_not_read_again(drop: DropFolder) -> None:
    drop.look(0.0, [seen("a.csv")])
    assert taken(drop, drop.look(2.0, [seen("a.csv")])) == ["a.csv"]
    moved = seen("done/a.csv", changed=9)  # a rename sets the inode's time of change
    for now in (3.0, 6.0, 9.0):
        assert drop.look(now, [moved, seen("twin.csv", changed=9)]) == Look((), (), (), (), False)


def test_a_rename_does_not_make_a_growing_file_settle_later(drop: DropFolder) -> None:
    drop.look(0.0, [seen("a.csv.new")])
    assert drop.look(1.0, [seen("a.csv", changed=4)]).files == ()
    assert taken(drop, drop.look(2.0, [seen("a.csv", changed=4)])) == ["a.csv"]


def test_what_left_the_folder_is_forgotten(drop: DropFolder) -> None:
    for number in range(50):
        drop.look(float(number), [seen(f"{number}.csv", inode=number), Skipped(f"link {number}", "a symbolic link")])
        assert len(drop) == 1
        assert (7, number) in drop
    assert drop.look(99.0, [Skipped("link 0", "a symbolic link")]).skipped  # told again: it had left
    assert len(drop) == 0


def test_batches_go_oldest_first_and_say_that_more_is_left(drop: DropFolder) -> None:
    files = [seen(f"{number}.csv", inode=number, modified=100 - number) for number in range(7)]
    drop.look(0.0, files)
    handed = [(taken(drop, look), look.more) for look in (drop.look(2.0 + n, files) for n in range(3))]
    assert handed == [
        (["6.csv", "5.csv", "4.csv"], True),
        (["3.csv", "2.csv", "1.csv"], True),
        (["0.csv"], False),
    ]


def test_known_files_take_no_place_in_a_batch() -> None:
    drop = DropFolder(lambda item, _: "known" if item.inode < 90 else "file", settled_seconds=2.0, batch=3)
    files = [seen(f"{number:02}.csv", inode=number) for number in range(93)]
    drop.look(0.0, files)
    look = drop.look(2.0, files)
    assert (names(look.files), look.more) == (["90.csv", "91.csv", "92.csv"], False)


def test_a_log_is_read_while_it_grows_and_only_when_it_has_grown() -> None:
    drop = DropFolder(is_log, settled_seconds=2.0)
    assert drop.look(0.0, [seen("log")]).logs == ()  # not asked yet: it may be the beginning of a file
    for size in (20, 30):
        grown = seen("log", size=size, modified=size)
        look = drop.look(size / 100, [grown])
        assert (look.logs, look.growing) == ((grown,), ())
        drop.taken(grown)
        assert drop.look(size / 100, [grown]).logs == ()
    cut = seen("log", size=3, modified=40)
    assert drop.look(1.0, [cut]).logs == (cut,)


def test_a_log_that_does_not_grow_is_known_when_it_has_settled() -> None:
    drop = DropFolder(is_log, settled_seconds=2.0)
    drop.look(0.0, [seen("log")])
    assert names(drop.look(2.0, [seen("log")]).logs) == ["log"]


def test_the_log_that_takes_a_rotated_ones_name_is_known_at_once() -> None:
    drop = DropFolder(is_log, settled_seconds=2.0)
    for size in (10, 20):
        drop.look(0.0, [seen("log", size=size, modified=size)])
    look = drop.look(0.1, [seen("log.1", size=25, modified=25), seen("log", inode=2, size=5, modified=30)])
    assert names(look.logs) == ["log.1", "log"]  # the rest of the rotated one goes first


def test_what_a_growing_file_is_is_asked_once() -> None:
    asked: list[int] = []

    def recognise(item: Seen, _: bool) -> Role | None:
        asked.append(item.size)
        return None if item.size < 30 else "file"

    drop = DropFolder(recognise, settled_seconds=2.0)
    for size in (10, 20, 30, 40, 50):
        drop.look(size / 100, [seen("a", size=size, modified=size)])
    assert asked == [20, 30]
    assert names(drop.look(9.0, [seen("a", size=50, modified=50)]).files) == ["a"]
    assert asked == [20, 30]


def test_what_is_no_log_after_all_is_a_file_that_has_to_settle() -> None:
    drop = DropFolder(is_log, settled_seconds=2.0)
    drop.look(0.0, [seen("a")])
    (log,) = drop.look(1.0, [seen("a", size=20, modified=2)]).logs
    drop.no_log(log)
    assert drop.look(2.0, [log]).growing == ("a",)
    assert names(drop.look(3.0, [log]).files) == ["a"]


def test_a_rest_holds_even_what_changes(drop: DropFolder) -> None:
    drop.look(0.0, [seen("a.csv")])
    (item,) = drop.look(2.0, [seen("a.csv")]).files
    drop.rest(item, 32.0)
    grown = replace(item, size=99)
    assert drop.look(20.0, [grown]) == Look((), (), (), (), False)
    assert names(drop.look(32.0, [grown]).files) == ["a.csv"]


def test_a_folder_that_is_away_for_a_while_is_not_forgotten(drop: DropFolder) -> None:
    drop.look(0.0, [seen("a.csv")])
    assert taken(drop, drop.look(2.0, [seen("a.csv")])) == ["a.csv"]
    away = Skipped("folder", "can't be looked into")
    assert [drop.look_away(away), drop.look_away(away)] == [(away,), ()]
    assert drop.look(90.0, [seen("a.csv")]) == Look((), (), (), (), False)


CHANGES = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["grow", "rename", "wait", "leave"])), max_size=40)


@given(CHANGES)
def test_any_history_ends_with_every_content_read_exactly_once(history: list[tuple[int, str]]) -> None:
    """One look a second; whatever was handed out had not changed for two."""
    drop = DropFolder(is_file, settled_seconds=2.0)
    there = {number: seen(f"{number}", inode=number, modified=1) for number in range(4)}
    steady = dict.fromkeys(there, 0)
    read: list[tuple[int, tuple[int, int]]] = []
    clock = 0
    for clock, (number, change) in enumerate([*history, *[(9, "wait")] * 3]):
        if change == "leave":
            there.pop(number, None)
        elif number in there and change != "wait":
            old = there[number]
            grown = {"size": old.size + 1, "modified_ns": clock + 2} if change == "grow" else {"path": old.path + "x"}
            there[number] = replace(old, **grown, changed_ns=clock + 2)
            steady[number] = clock if change == "grow" else steady[number]
        for item in drop.look(float(clock), list(there.values())).files:
            assert clock - steady[item.inode] >= 2
            drop.taken(item)
            read.append((item.inode, item.content))
    assert len(read) == len(set(read))
    assert {(item.inode, item.content) for item in there.values()} <= set(read)


def test_a_listing_skips_what_is_no_file_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "b" / "c").mkdir(parents=True)
    for name in ("z.csv", "b/c/a.csv", ".hidden", "half.part", "x.tmp", "copy.csv~", "README.md", "d.crdownload"):
        (tmp_path / name).write_text(name)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "index.csv").touch()
    (tmp_path / "link.csv").symlink_to(tmp_path / "z.csv")
    (tmp_path / "folder").symlink_to(tmp_path)  # a circle
    (tmp_path / "broken").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        found = list(listing(tmp_path))
    files = [item for item in found if isinstance(item, Seen)]
    assert sorted(Path(item.path).name for item in files) == ["a.csv", "z.csv"]
    assert {Path(item.path).name: item.why for item in found if isinstance(item, Skipped)} == {
        "link.csv": "a symbolic link",
        "folder": "a symbolic link",
        "broken": "a symbolic link",
        "pipe": "a pipe, socket or device",
        "socket": "a pipe, socket or device",
    }
    status = os.stat(tmp_path / "z.csv")
    (z,) = (item for item in files if item.path.endswith("z.csv"))
    assert (z.identity, z.content) == ((status.st_dev, status.st_ino), (5, status.st_mtime_ns))


def test_a_name_that_is_not_utf_8_is_skipped(tmp_path: Path) -> None:
    try:
        os.close(os.open(os.fsencode(tmp_path) + b"/\xff.csv", os.O_CREAT))
    except OSError:  # macOS makes no such file
        assert list(listing(tmp_path)) == []
    else:
        (item,) = listing(tmp_path)
        assert isinstance(item, Skipped)
        assert item.why == "its name is not UTF-8"


def test_folders_far_below_are_no_trouble_and_absent_ones_are_empty(tmp_path: Path) -> None:
    deep = str(tmp_path / "top")
    (tmp_path / "top").mkdir()
    for _ in range(1200):  # more than calls may be nested, which os.makedirs does
        deep += "/d"
        os.mkdir(deep)
    Path(deep, "a.csv").touch()
    Path(tmp_path, "z.csv").touch()
    assert len(list(listing(tmp_path))) == 2
    Path(deep, "a.csv").unlink()
    os.removedirs(deep)
    assert list(listing(tmp_path / "absent")) == []


def test_a_folder_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shut").mkdir()
    (tmp_path / "a.csv").touch()
    scandir = os.scandir

    def refuse(path: str) -> object:
        if path.endswith("shut"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)  # the mode of a folder stops no root
    shut = next(item for item in listing(tmp_path) if isinstance(item, Skipped))
    assert (Path(shut.path).name, shut.why) == ("shut", "can't be looked into: Permission denied")
    assert len(list(listing(tmp_path))) == 2
