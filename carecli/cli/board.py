"""`carecli board`: a board as text or JSON, the same object the app shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from carecli.cli.options import AS_OF, PACK, PAGE_FORMAT, STORE, TZ, WHERE, WINDOW, asked, parse_where
from carecli.errors import UsageProblem

if TYPE_CHECKING:
    from carecli.boards.board import AnyBoard
    from carecli.boards.scorecard import ScorecardBoard
    from carecli.cli.asking import Asking
    from carecli.cli.desk import StoreDesk

NAMES = ("standup", "queues", "backlog", "sla", "scorecard", "arrivals", "data")
OF_ANY_WINDOW = ("queues", "sla", "scorecard", "arrivals", "data")
OF_SCORECARD = "scorecard"
EVERY_PACK = "all"
ALIASES = {"stand-up": "standup"}


@click.command(epilog="Example: carecli board queues --as-of last --where channel=voice --format json")
@click.argument("name", type=click.Choice((*NAMES, *ALIASES)), metavar="NAME")
@asked(STORE, AS_OF, WINDOW, PACK, TZ, WHERE, PAGE_FORMAT)
@click.option(
    "--dimension", metavar="DIM", help="Rows of the backlog: queue, issue_type, priority; of sla one more, as agent."
)
@click.option("--windows", metavar="WINDOW,WINDOW", help="Columns of the scorecard; default 7d,28d,wtd,mtd.")
@click.option("--metric", "measure", metavar="ID", help="Of arrivals: volume, offered, service_level, abandonment.")
@click.option("--against", metavar="WINDOW", help="Scorecard: another window to compare the judged one with.")
def board(
    name: str,
    store: str | None,
    as_of: str | None,
    window: str | None,
    pack: str | None,
    tz: str | None,
    where: tuple[str, ...],
    output: str,
    dimension: str | None,
    windows: str | None,
    against: str | None,
    measure: str | None,
) -> None:
    """Print a board.

    standup: the last open day, what moved and what ages. queues: one day, live by default. backlog: open cases by age.
    sla: every promise and how it is kept, and what breaches next. data: feeds, files, quarantine, what doesn't join.
    scorecard: every metric with its target, windows side by side; --window is the one that is judged (28d), --pack all
    puts every care programme beside each other for one day. arrivals: a metric by hour and weekday, over the last
    28 complete days.
    """
    from carecli.cli.asking import asking
    from carecli.cli.desk import StoreDesk

    name = ALIASES.get(name, name)
    if window is not None and name not in OF_ANY_WINDOW:
        hint = f"--as-of moves it; --window goes with {', '.join(OF_ANY_WINDOW)}"
        raise UsageProblem(f"the {name} board has its own window", hint=hint)
    if measure is not None and name != "arrivals":
        raise UsageProblem("--metric goes with the arrivals board only", hint="carecli board arrivals --metric offered")
    every = _every_pack(name, pack, windows, against)
    typed = parse_where(where)
    if name == "data":
        from carecli.cli.data import check_slice

        check_slice(typed)
    circumstances = asking(store=store, as_of=as_of, pack=None if every else pack, tz=tz, where=typed)
    if name == OF_SCORECARD:
        from carecli.cli.scorecard import load_packs

        shown = load_packs(circumstances, window) if every else _scorecard(circumstances, windows, window, against)
        put_board(shown, output)
        return
    desk = StoreDesk(circumstances, live=lambda: circumstances.as_of)
    if name == "arrivals":
        from carecli.boards.over_time import MAP_METRICS, MAP_WINDOW

        at = None if as_of is None else circumstances.as_of
        put_board(desk.arrivals(at, measure or MAP_METRICS[0], window or MAP_WINDOW), output)
        return
    put_board(_built(desk, name, window, dimension, live=as_of is None), output)


def _every_pack(name: str, pack: str | None, windows: str | None, against: str | None) -> bool:
    """Whether every pack is asked for. UsageProblem for options that only the scorecard has."""
    every = pack == EVERY_PACK
    if name != OF_SCORECARD and (every or windows or against):
        option = "--pack all" if every else "--windows" if windows else "--against"
        raise UsageProblem(f"{option} goes with the scorecard only", hint="carecli board scorecard --help")
    if every and (windows or against):
        raise UsageProblem("--pack all shows one window", hint="--window 28d")
    return every


def _scorecard(at: Asking, windows: str | None, judged: str | None, against: str | None) -> ScorecardBoard:
    from carecli.boards.scorecard import JUDGED_IN, WINDOWS
    from carecli.cli.scorecard import load_scorecard

    names = tuple(dict.fromkeys(part.strip().lower() for part in (windows or "").split(",") if part.strip()))
    return load_scorecard(at, names or WINDOWS, (judged or JUDGED_IN).strip().lower(), against)


def _built(desk: StoreDesk, name: str, window: str | None, dimension: str | None, *, live: bool) -> AnyBoard:
    from carecli.metrics.windows import parse_window

    at = None if live else desk.asked.as_of
    if name == "standup":
        return desk.standup(at)
    if name == "backlog":
        return desk.backlog(at, dimension or "queue")
    span = parse_window(window, desk.asked.as_of, desk.asked.zone, desk.asked.settings.week_start) if window else None
    if name == "data":
        from carecli.cli.data import load_data_board

        return load_data_board(desk.asked, span)
    if name == "sla":
        from carecli.cli.sla import load_sla_board

        return load_sla_board(desk.asked, span, dimension)
    return desk.queues(at, span)


def put_board(shown: AnyBoard, output: str) -> None:
    """Print a board to stdout in one of `options.FORMATS`."""
    from carecli.cli.printing import coloured, columns, put
    from carecli.render.formats import render

    put(render(shown, output, width=columns(), color=coloured()))
