"""`carecli wall`: boards in turn on a big screen, until somebody ends it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carecli.cli.options import AS_OF, PACK, STORE, TZ, WHERE, asked, parse_where
from carecli.errors import UsageProblem

if TYPE_CHECKING:
    from carecli.boards.playlist import Showing
    from carecli.cli.asking import Asking
    from carecli.cli.desk import StoreDesk

RESTART_SEC = 5.0
"""How long after a fault the wall starts again."""


@click.command(epilog="Example: carecli wall playlist.toml")
@click.argument("playlist", type=click.Path(dir_okay=False, path_type=Path), required=False)
@asked(STORE, AS_OF, PACK, TZ, WHERE)
def wall(
    playlist: Path | None,
    store: str | None,
    as_of: str | None,
    pack: str | None,
    tz: str | None,
    where: tuple[str, ...],
) -> None:
    """Show the boards of PLAYLIST in turn; queues, stand-up, backlog and promises without one.

    A playlist is TOML: [[show]] entries with board (standup, queues, backlog, sla, scorecard), page (1 to 5, of the
    standup), seconds, from and to (times of day), where = { queue = "Billing" }. Keys: n next, esc or q ends.
    """
    from carecli.boards.playlist import USUAL, read_playlist
    from carecli.cli.app import has_terminal
    from carecli.cli.asking import asking

    shown = USUAL if playlist is None else read_playlist(playlist)
    circumstances = asking(store=store, as_of=as_of, pack=pack, tz=tz, where=parse_where(where))
    if not has_terminal():
        raise UsageProblem("a wall needs a terminal", hint="carecli board standup prints a board")
    _keep_running(circumstances, shown, None if as_of is None else circumstances.as_of)


def _keep_running(circumstances: Asking, shown: tuple[Showing, ...], pinned: int | None) -> None:
    """A fault ends the app, not the wall: it starts again until it is quit."""
    from carecli.boards.header import local_time
    from carecli.cli.asking import slice_of
    from carecli.cli.desk import StoreDesk
    from carecli.tui.screens.wall import WallApp

    def live() -> int:
        return int(time.time()) if pinned is None else pinned

    def desk_of(where: Mapping[str, str]) -> StoreDesk:
        at = replace(circumstances, where={**circumstances.where, **slice_of(where)})
        return StoreDesk(at, live=live, remembers=pinned is None)

    while True:
        app = WallApp(shown, desk_of, lambda: local_time(live(), circumstances.zone))
        app.run()
        if not app.return_code:
            return
        time.sleep(RESTART_SEC)
