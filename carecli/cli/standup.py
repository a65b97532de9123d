"""`carecli standup`: the daily run of five timed pages; plain text where there is no terminal."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

from carecli.cli.options import AS_OF, PACK, STORE, TZ, WHERE, asked, parse_where

if TYPE_CHECKING:
    from carecli.boards.standup_run import StandupRun
    from carecli.cli.asking import Asking


@click.command(epilog="Example: carecli standup --as-of last --where queue=Billing")
@asked(STORE, AS_OF, PACK, TZ, WHERE)
@click.option("--page", type=click.IntRange(1, 5), help="Print this page as text and end.")
def standup(
    store: str | None,
    as_of: str | None,
    pack: str | None,
    tz: str | None,
    where: tuple[str, ...],
    page: int | None,
) -> None:
    """Five timed pages in 15 minutes: the last open day, today's plan, backlog, promises, people and quality.

    Keys: 1 to 5 and n, p pages, space stops the clock, d notes a decision, esc leaves for the boards.
    """
    from carecli.cli.app import has_terminal
    from carecli.cli.asking import asking

    circumstances = asking(store=store, as_of=as_of, pack=pack, tz=tz, where=parse_where(where))
    pinned = None if as_of is None else circumstances.as_of
    if page is not None or not has_terminal():
        _print(circumstances, page)
        return
    _open(circumstances, pinned)


def load_run(at: Asking) -> StandupRun:
    """The five pages from the store."""
    from carecli.boards.needs import run_needs
    from carecli.boards.standup_pages import standup_run
    from carecli.metrics.windows import parse_window
    from carecli.store.decisions import list_decisions

    window = parse_window("28d", at.as_of, at.zone)
    snapshot = at.load(run_needs(as_of=at.as_of, zone=at.zone, pack=at.pack, window=window))
    written = list_decisions(at.settings.store, first=window.first, last=at.as_of + 1)
    return standup_run(snapshot, at.pack, as_of=at.as_of, zone=at.zone, where=at.where, written=written)


def keep_decision(at: Asking, text: str) -> int:
    """Note a decision under the login name; its number."""
    from carecli.store.decisions import add_decision

    return add_decision(at.settings.store, text=text, author=login_name(), at=at.as_of)


def login_name() -> str:
    """Who is logged in, or `unknown` where the system can't tell."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def _print(circumstances: Asking, page: int | None) -> None:
    from carecli.cli.printing import coloured, columns, put
    from carecli.render.standup_run import run_text

    put(run_text(load_run(circumstances), page, width=columns(), color=coloured()))


def _open(circumstances: Asking, pinned: int | None) -> None:
    import time

    from carecli.cli.desk import StoreDesk
    from carecli.tui.screens.standup_run import StandupApp

    now = (lambda: pinned) if pinned is not None else (lambda: int(time.time()))
    StandupApp(StoreDesk(circumstances, live=now, remembers=pinned is None), title="", banner=None).run()
