"""`carecli app`, and `carecli` alone: the app; a plain board where there is no terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carecli.cli.options import AS_OF, PACK, STORE, TZ, WHERE, asked, parse_where

if TYPE_CHECKING:
    from carecli.cli.asking import Asking
    from carecli.cli.desk import StoreDesk
    from carecli.config import Config
    from carecli.tui.preferences import Preferences


@click.command(epilog="Example: carecli app --watch /var/log/asterisk/queue_log")
@asked(STORE, AS_OF, PACK, TZ, WHERE)
@click.option("--watch", "logs", multiple=True, metavar="FILE", help="Follow a growing log while the app is open.")
def app(
    store: str | None = None,
    as_of: str | None = None,
    pack: str | None = None,
    tz: str | None = None,
    where: tuple[str, ...] = (),
    logs: tuple[str, ...] = (),
) -> None:
    """Open the app on the stand-up board. Keys: 1 2 3 boards, enter drills, esc goes back, ? shows all, q quits."""
    from carecli.cli.asking import asking

    if store is None and has_terminal() and _is_first_start() and not _first_start():
        return
    circumstances = asking(store=store, as_of=as_of, pack=pack, tz=tz, where=parse_where(where))
    pinned = None if as_of is None else circumstances.as_of
    open_app(circumstances, pinned=pinned, logs=[Path(log) for log in logs])


def _is_first_start() -> bool:
    """Whether there are neither settings nor a store yet."""
    from carecli import config

    return not config.config_file().exists() and not config.load().store.exists()


def _first_start() -> bool:
    """Ask what `carecli init` asks, on the app's first screen; False where it was left without answers."""
    from carecli.cli.init import apply_choices, import_exports, proposed
    from carecli.tui.screens.first_start import FirstStartApp

    choices = FirstStartApp(proposed()).run()
    if choices is None:
        click.echo("nothing was written; carecli demo shows carecli with invented data", err=True)
        return False
    for line in apply_choices(choices):
        click.echo(line, err=True)
    import_exports(choices)
    return True


def has_terminal() -> bool:
    """Whether somebody can see and press keys; the app draws on stderr."""
    return all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def open_app(
    circumstances: Asking,
    *,
    pinned: int | None = None,
    live: Callable[[], int] | None = None,
    logs: list[Path] | None = None,
    banner: str | None = None,
    source: str | None = None,
) -> None:
    """Run the app, or print the stand-up board where there is no terminal. `pinned` fixes what now is."""
    from carecli.cli.desk import StoreDesk

    now = (lambda: pinned) if pinned is not None else live or (lambda: int(time.time()))
    desk = StoreDesk(circumstances, live=now, remembers=pinned is None and live is None)
    if not has_terminal():
        from carecli.cli.board import put_board

        if banner:
            click.echo(banner, err=True)
        put_board(desk.standup(None), "text")
        return
    _run(desk, logs or [], banner, source)


def _preferences(settings: Config) -> Preferences:
    """What the user set for the app; where nothing was imported yet there is no key, and nothing to mask."""
    from carecli.privacy.keys import load_or_create_key
    from carecli.tui.preferences import Preferences

    key = load_or_create_key(settings.key_file) if settings.key_file.exists() else None
    named = settings.agents == "named"
    return Preferences(settings.theme, settings.filters, settings.keys, key, named)


def _run(desk: StoreDesk, logs: list[Path], banner: str | None, source: str | None) -> None:
    from carecli.intake.following import Follower
    from carecli.intake.importing import ImportRequest
    from carecli.tui.app import CareApp

    settings = desk.asked.settings
    request = ImportRequest(settings.store, settings.key_file, int(time.time()), source=source)
    followers = [Follower(log, request) for log in logs]

    def follow() -> None:
        for follower in followers:
            for _ in follower.read_on(int(time.time())):
                pass

    desk.follow_logs = follow
    try:
        CareApp(desk, title="", banner=banner, preferences=_preferences(settings)).run()
    finally:
        for follower in followers:
            follower.close()
