"""`carecli watch`: a drop folder, or one growing log, followed into the store."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from carecli import config
from carecli.cli.importing import DATES, ENCODING, FILE_ZONE, as_text, checked_zone, exit_code
from carecli.cli.options import STORE, asked
from carecli.errors import CareError, FileRejected, NoSpace, StoreInUse, UsageProblem
from carecli.text import clean, count

if TYPE_CHECKING:
    from carecli.intake.dropping import Skipped
    from carecli.intake.importing import ImportRequest
    from carecli.intake.waking import Waker
    from carecli.intake.watching import FolderWatch
    from carecli.store.ingest import FileResult

LONGEST_WAIT_SEC = 30.0
"""A folder is looked at so often even where no event comes."""
NEVER_A_LOG = ("not-a-log", "unknown-kind", "not-an-export")

INTERVAL = click.option(
    "--interval", default=1.0, show_default=True, type=click.FloatRange(0.1, 3600), help="Shortest time between looks."
)
SETTLE = click.option(
    "--settle", default=2.0, show_default=True, type=click.FloatRange(0, 3600), help="Seconds until a file is whole."
)


@click.command(
    epilog="Example: carecli watch ~/exports --tz Europe/Berlin; or carecli watch /var/log/asterisk/queue_log"
)
@click.argument("path", metavar="DIR|FILE")
@click.option("--as", "kind", metavar="KIND", help="Read all files as this kind (see `carecli kinds`).")
@click.option("--source", metavar="NAME", help="Name of the account; default the system's name.")
@asked(FILE_ZONE, DATES, ENCODING, INTERVAL, SETTLE)
@click.option("--poll", is_flag=True, help="Look every interval instead of waiting for the file system's events.")
@click.option("--once", is_flag=True, help="Read what is there, then stop; exit code as `carecli import`.")
@asked(STORE)
def watch(
    path: str,
    kind: str | None,
    source: str | None,
    zone: str | None,
    dates: str | None,
    encoding: str | None,
    interval: float,
    settle: float,
    poll: bool,
    once: bool,
    store: str | None,
) -> int:
    """Import what is dropped into a folder, and follow logs as they grow.

    A file is imported once it has stopped growing; a log, such as an Asterisk queue_log, is read line by line, through
    rotation and renames. What the store has is never read twice, also after a restart. Links, pipes, hidden and
    unfinished files (.part, .tmp) are left alone. FILE: follow this one log.
    """
    from carecli.intake.importing import ImportRequest

    settings = config.load(store=store)
    where = Path(path)
    if not where.is_dir() and not where.is_file():
        raise UsageProblem(f"no such file or folder: {clean(path)}")
    request = ImportRequest(
        store=settings.store,
        key_file=settings.key_file,
        now=int(time.time()),
        kind=kind,
        source=source,
        zone=checked_zone(zone),
        dates=dates,
        encoding=encoding,
        mappings=settings.mappings,
        zones=settings.zones,
    )
    pace = Pace(interval, settle, poll, once)
    try:
        with _terminable():
            return _watch_folder(where, request, pace) if where.is_dir() else _follow_file(where, request, pace)
    except KeyboardInterrupt as stop:
        click.echo("stopped; the next `carecli watch` reads on from here", err=True)
        return 0 if isinstance(stop, _Terminated) else 130


@dataclass(frozen=True, slots=True)
class Pace:
    """When to look: seconds between looks and until a file has settled, whether to poll, whether to stop."""

    interval: float
    settle: float
    poll: bool
    once: bool


class _Terminated(KeyboardInterrupt):
    """SIGTERM ends what is under way as Ctrl-C does, and nothing of it is kept; but it is no failure."""


@contextmanager
def _terminable() -> Iterator[None]:
    def terminate(*_: Any) -> None:
        raise _Terminated

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Teller:
    """Says what became of each file; a trouble that lasts is said once."""

    def __init__(self) -> None:
        self.worst = 0
        """Of the exit codes `carecli import` would give."""
        self._trouble: str | None = None
        self._known = 0

    def tell(self, item: FileResult | Skipped) -> None:
        from carecli.intake.dropping import Skipped

        self._trouble = None
        if isinstance(item, Skipped):
            click.echo(f"{clean(item.path)}: skipped: {clean(item.why)}", err=True)
            return
        self.worst = max(self.worst, exit_code([item]))
        click.echo(as_text(item))

    def trouble(self, problem: CareError) -> None:
        if problem.message != self._trouble:
            click.echo(f"carecli: {clean(problem.message, limit=500)}; trying again", err=True)
        self._trouble = problem.message

    def known(self, files: int) -> None:
        """How many files were there before, once they are all looked at."""
        if files > self._known:
            click.echo(f"imported before, not read again: {count(files - self._known)}", err=True)
        self._known = files


def _watch_folder(folder: Path, request: ImportRequest, pace: Pace) -> int:
    from carecli.intake.waking import Waker, has_events
    from carecli.intake.watching import FolderWatch

    poll = pace.poll or not has_events(folder)
    watch = FolderWatch(folder, request, pace.settle)
    waker = Waker(folder, poll=poll or pace.once)
    try:
        if pace.once:
            return _until_settled(watch, waker, pace)
        how = f"looking every {pace.interval:g} s" if poll else "woken by the file system"
        click.echo(f"watching {clean(folder)}, {how}; stop with Ctrl-C", err=True)
        _for_ever(watch, waker, pace)
    finally:
        waker.stop()
        watch.close()


def _until_settled(watch: FolderWatch, waker: Waker, pace: Pace) -> int:
    """Look until all that doesn't grow is read. The worst exit code of all files."""
    teller = _Teller()
    began = now = time.monotonic()
    while True:
        for item in watch.step(now, int(time.time())):
            teller.tell(item)
        if not watch.more and now - began >= pace.settle:
            break
        pause = 0.0 if watch.more else pace.settle
        waker.wait(pause, pause)
        now = time.monotonic()
    teller.known(watch.known)
    for path in watch.growing:
        click.echo(f"{clean(path)}: still growing; left for the next time", err=True)
    return teller.worst


def _for_ever(watch: FolderWatch, waker: Waker, pace: Pace) -> NoReturn:
    teller = _Teller()
    while True:
        waker.start()  # before the look, so that nothing comes between the two
        tried_again = False
        try:
            for item in watch.step(time.monotonic(), int(time.time())):
                teller.tell(item)
        except (StoreInUse, NoSpace) as problem:
            teller.trouble(problem)
            tried_again = True
        if watch.more:
            continue
        teller.known(watch.known)
        soon = tried_again or watch.growing or not waker.events
        waker.wait(pace.interval, pace.interval if soon else max(pace.interval, LONGEST_WAIT_SEC))


def _follow_file(file: Path, request: ImportRequest, pace: Pace) -> int:
    """Read on as the log grows; what can't be understood is said, and tried again with what comes next."""
    from carecli.intake.following import Follower

    teller = _Teller()
    follower = Follower(file, request)
    try:
        while True:
            try:
                for result in follower.read_on(int(time.time())):
                    teller.tell(result)
            except (FileRejected, StoreInUse, NoSpace) as problem:
                if pace.once or getattr(problem, "code", None) in NEVER_A_LOG:
                    raise
                teller.trouble(problem)
            if pace.once:
                return teller.worst
            time.sleep(pace.interval)
    finally:
        follower.close()
