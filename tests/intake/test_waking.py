"""When a folder is looked at again: on an event, by the clock, and whether events can be hoped for at all."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from carecli.intake.waking import Waker, has_events

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv/share rw shared:9 - nfs4 filer:/share rw
31 22 0:41 / /srv/share/local rw - xfs /dev/sdb1 rw
32 22 0:42 / /srv/two\\040words rw - cifs //filer/two rw
33 22 0:43 / /srv/remote rw - fuse.sshfs desk: rw
34 22 0:44 / /srv/stick rw - fuseblk /dev/sdc1 rw
rubbish
"""


@pytest.mark.parametrize(
    ("folder", "told"),
    [
        ("/home/desk/exports", True),
        ("/srv/share", False),
        ("/srv/share/exports", False),
        ("/srv/shared", True),
        ("/srv/share/local/exports", True),
        ("/srv/two words/exports", False),
        ("/srv/remote", False),
        ("/srv/stick/exports", True),
    ],
)
def test_a_folder_of_another_machine_tells_of_no_changes(tmp_path: Path, folder: str, told: bool) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert has_events(Path(folder), mounts) is told
    assert has_events(Path(folder), tmp_path / "absent") is True


def no_pause(_: float) -> None:
    """The least time between looks is not waited for."""


def test_a_file_that_arrives_wakes_and_so_does_one_in_a_folder_made_anew(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    waker = Waker(folder, sleep=no_pause)
    try:
        waker.start()
        waker.wait(0, 20)  # it listens
        assert waker.events
        began = time.monotonic()
        (folder / "a.csv").write_text("a")
        waker.wait(0, 20)
        assert time.monotonic() - began < 15
        os.rename(folder, tmp_path / "away")
        folder.mkdir()
        waker.start()
        waker.wait(0, 20)
        began = time.monotonic()
        (folder / "b.csv").write_text("b")
        waker.wait(0, 20)
        assert time.monotonic() - began < 15
    finally:
        waker.stop()
    assert not waker.events


def test_the_clock_alone_wakes_where_polling_is_asked_for(tmp_path: Path) -> None:
    paused: list[float] = []
    waker = Waker(tmp_path, poll=True, sleep=paused.append)
    waker.start()
    assert not waker.events
    waker.wait(7.0, 7.0)
    assert paused == [7.0]
    waker.stop()


def test_a_folder_that_is_not_there_waits_for_the_clock(tmp_path: Path) -> None:
    waker = Waker(tmp_path / "absent", sleep=no_pause)
    waker.start()
    assert not waker.events
    waker.wait(0, 0)
    (tmp_path / "absent").mkdir()
    waker.start()
    assert waker.events
    waker.stop()


def test_where_the_system_gives_no_events_it_polls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> object:
        raise OSError(28, "no more watches")

    monkeypatch.setattr("watchfiles.watch", refuse)
    waker = Waker(tmp_path, sleep=no_pause)
    waker.start()
    for thread in threading.enumerate():
        if thread.name == "drop folder":
            thread.join(20)
    assert not waker.events
    waker.start()
    assert not waker.events  # it isn't tried at every look
    waker.stop()
