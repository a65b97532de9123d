"""When to look at a folder again: when the file system says so, and after a while in any case.

Events are only a hint. They are lost when too many come at once, don't come at all over a network, and end when a
folder is removed and made anew.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

NETWORK = re.compile(r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ncpfs|webdav|davfs|vboxsf|virtiofs|ceph|glusterfs|fuse(\..+)?")
"""File systems whose changes may be made elsewhere, where no event tells of them."""
DEBOUNCE_MS = 500
TIMEOUT_MS = 1000
MOUNTS = Path("/proc/self/mountinfo")

Sleep = Callable[[float], object]


class Waker:
    """Wakes whoever waits when something in the folder changes; without events it is only a clock."""

    def __init__(self, folder: Path, *, poll: bool = False, sleep: Sleep = time.sleep) -> None:
        self.folder = folder
        self._poll = poll
        self._sleep = sleep
        self._woken = Event()
        self._stop = Event()
        self._thread: Thread | None = None
        self._inode: int | None = None

    @property
    def events(self) -> bool:
        """Whether changes are told at the moment."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin to listen; begin anew where the folder is another one than before."""
        inode = _inode(self.folder)
        if self._poll or inode is None or (self.events and inode == self._inode):
            return
        self.stop()
        self._stop, self._inode = Event(), inode
        self._thread = Thread(target=self._listen, args=(self._stop,), name="drop folder", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def wait(self, least: float, most: float) -> None:
        """Until something changes, but `least` seconds, so that many events are one look, and never above `most`."""
        self._sleep(least)
        self._woken.wait(max(0.0, most - least))
        self._woken.clear()

    def _listen(self, stop: Event) -> None:
        """Ends where the system gives no events (any more): then looks come by the clock alone."""
        from watchfiles import watch

        listening = False
        try:
            for changes in watch(
                self.folder,
                watch_filter=None,
                debounce=DEBOUNCE_MS,
                stop_event=stop,
                rust_timeout=TIMEOUT_MS,
                yield_on_timeout=True,
                ignore_permission_denied=True,
            ):
                if changes or not listening:  # what came before it listened is found by one look more
                    self._woken.set()
                listening = True
        except (OSError, RuntimeError):  # no more watches to be had, or the folder has gone
            self._poll = self._poll or _inode(self.folder) is not None


def _inode(folder: Path) -> int | None:
    try:
        return os.stat(folder).st_ino
    except OSError:
        return None


def has_events(folder: Path, mounts: Path = MOUNTS) -> bool:
    """Whether the folder's file system is local, by the system's list of mounts; True where there is no such list."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return True
    kinds = dict(_mounted(line) for line in lines if " - " in line)
    place = folder.resolve()
    kind = next((kinds[str(above)] for above in (place, *place.parents) if str(above) in kinds), "")
    return NETWORK.fullmatch(kind) is None


def _mounted(line: str) -> tuple[str, str]:
    """Mount point and kind of one line of mountinfo(5)."""
    before, _, after = line.partition(" - ")
    point = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), before.split(" ")[4])
    return point, after.split(" ")[0]
