"""The demo, played on: the rest of the simulated day is appended to a log that the app follows."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from carecli.demo import SAMPLE_END, SAMPLE_SEED, SAMPLE_START
from carecli.demo.write import live_events, start_of

CALMEST_LOOK_SEC = 0.5


@dataclass(frozen=True, slots=True)
class Play:
    """A running play: its log, and the simulated clock."""

    log: Path
    speed: float
    begun: float
    """On the monotonic clock."""

    def now(self) -> int:
        """The simulated moment, epoch seconds."""
        return int(SAMPLE_END.timestamp() + (time.monotonic() - self.begun) * self.speed)


@contextmanager
def playing(weeks: int | None, speed: float) -> Iterator[Play]:
    """Play the day on in a thread until the block is left; the log is gone then, what was read of it stays."""
    start = SAMPLE_START if weeks is None else start_of(SAMPLE_END, weeks)
    with tempfile.TemporaryDirectory(prefix="carecli-live-") as folder:
        log = Path(folder) / "queue_log"
        log.touch(mode=0o600)
        play = Play(log, speed, time.monotonic())
        stop = Event()
        events = live_events(SAMPLE_SEED, start, SAMPLE_END)
        thread = Thread(target=_append, args=(events, play, stop), name="live demo", daemon=True)
        thread.start()
        try:
            yield play
        finally:
            stop.set()
            thread.join()


def _append(events: Iterator[tuple[datetime, str, str]], play: Play, stop: Event) -> None:
    """Each line when its moment has come."""
    with play.log.open("a", encoding="utf-8") as log:
        for at, _, text in events:
            while (left := at.timestamp() - play.now()) > 0:
                if stop.wait(min(left / play.speed, CALMEST_LOOK_SEC)):
                    return
            log.write(text)
            log.flush()
