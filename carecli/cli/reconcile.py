"""`carecli reconcile`: the vendor's own figures against ours, and the gate of a trial."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import click

from carecli.cli.options import AS_OF, FORMAT, PACK, STORE, TZ, WHERE, WINDOW, asked, parse_where
from carecli.errors import UsageProblem

if TYPE_CHECKING:
    from carecli.boards.reconciliation import IntervalGateBoard, ReconciliationBoard
    from carecli.boards.reconciling import Asked
    from carecli.cli.asking import Asking
    from carecli.metrics.windows import Window

PERCENT = Fraction(1, 100)
FORMULA_HELP = "The service level's: auto, a system such as talkdesk, amazon, genesys, or a formula such as icmi_3."
EDGE_HELP = "A wait of exactly the threshold: within it or under it."


@click.command(epilog="Example: carecli reconcile --native asa=21.0 --native service_level=80.0% --where queue=Billing")
@click.argument("gate", required=False, type=click.Choice(["poc"]), metavar="[poc]")
@asked(STORE, AS_OF, WINDOW, PACK, TZ, WHERE, FORMAT)
@click.option("--source", metavar="NAME", help="Only the intervals of this source.")
@click.option("--queue", metavar="QUEUE", help="Only this queue.")
@click.option("--formula", metavar="NAME", default="auto", show_default=True, help=FORMULA_HELP)
@click.option("--edge", type=click.Choice(["within", "under"]), default="within", show_default=True, help=EDGE_HELP)
@click.option("--tolerance", metavar="1%", help="How far apart still passes; default the pack's.")
@click.option("--mode", type=click.Choice(["relative", "points"]), help="How shares are compared; default the pack's.")
@click.option("--interval", "minutes", type=click.IntRange(1, 1440), help="Only intervals of so many minutes; 30.")
@click.option("--native", metavar="METRIC=VALUE", multiple=True, help="A figure from the vendor's page, typed by hand.")
@click.option("--days", type=click.IntRange(1, 400), help="poc: the last so many complete days; 14.")
@click.pass_context
def reconcile(
    context: click.Context,
    gate: str | None,
    store: str | None,
    as_of: str | None,
    window: str | None,
    pack: str | None,
    tz: str | None,
    where: tuple[str, ...],
    output: str,
    source: str | None,
    queue: str | None,
    formula: str,
    edge: str,
    tolerance: str | None,
    mode: Literal["relative", "points"] | None,
    minutes: int | None,
    native: tuple[str, ...],
    days: int | None,
) -> None:
    """Compare the vendor's own figures with ours.

    Without --native its imported intervals are compared, queue by queue; a gap gets its likely cause, or none. poc:
    does an export hold every interval of its days? Exit code 0 where all pass, else 1.
    """
    from carecli.boards.reconciling import Asked
    from carecli.cli.asking import asking
    from carecli.metrics.differences import Rule

    if days and gate is None:
        raise UsageProblem("--days goes with poc", hint=f"--window {days}d")
    if gate and native:
        raise UsageProblem("poc counts intervals; it takes no --native")
    named = {name: value for name, value in (("source", source), ("queue", queue)) if value is not None}
    circumstances = asking(store=store, as_of=as_of, pack=pack, tz=tz, where={**parse_where(where), **named})
    promised = circumstances.pack.programme.reconciliation
    apart = promised.tolerance if tolerance is None else share_typed(tolerance, "--tolerance")
    rule = Rule(mode or promised.rates, apart)
    how = Asked(rule, formula, "under" if edge == "under" else "within", minutes)
    span = _window(circumstances, window, days or 14 if gate else None)
    board = _built(circumstances, span, how, native, gate=gate is not None)
    _put(board, output)
    context.exit(0 if board.passed else 1)


def _window(circumstances: Asking, window: str | None, days: int | None) -> Window:
    """The window asked for; of a gate, the last complete days before the day of `as_of`; else 28 days."""
    from carecli.metrics.windows import parse_window, trailing

    at, zone, start = circumstances.as_of, circumstances.zone, circumstances.settings.week_start
    if window is None and days is not None:
        return trailing(parse_window("yesterday", at, zone, start), days)
    return parse_window(window or "28d", at, zone, start)


def _built(
    circumstances: Asking, window: Window, how: Asked, native: tuple[str, ...], *, gate: bool
) -> ReconciliationBoard | IntervalGateBoard:
    from dataclasses import replace

    from carecli.boards.interval_gate import interval_gate
    from carecli.boards.needs import Needs, metric_needs
    from carecli.boards.reconciling import reconciliation_board
    from carecli.boards.reconciling_typed import typed_board
    from carecli.tables import INTERVALS

    at, zone, pack, where = circumstances.as_of, circumstances.zone, circumstances.pack, circumstances.where
    if gate:
        snapshot = circumstances.load(Needs((INTERVALS,), window.first, window.last))
        return interval_gate(snapshot, pack, as_of=at, zone=zone, window=window, where=where, minutes=how.minutes)
    needed = metric_needs(as_of=at, zone=zone, pack=pack, window=window)
    snapshot = circumstances.load(replace(needed, tables=(*needed.tables, INTERVALS)))
    if native:
        natives = natives_typed(native)
        return typed_board(snapshot, pack, as_of=at, zone=zone, window=window, where=where, natives=natives, asked=how)
    return reconciliation_board(snapshot, pack, as_of=at, zone=zone, window=window, where=where, asked=how)


def natives_typed(pairs: tuple[str, ...]) -> dict[str, Fraction]:
    """`asa=21.0`, `service_level=80.0%` as exact numbers. UsageProblem for anything else."""
    from carecli.metrics.dictionary import metric_named

    natives: dict[str, Fraction] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageProblem(f"--native takes METRIC=VALUE, not {pair!r}", hint="--native asa=21.0")
        metric = metric_named(name.strip())
        if metric.id in natives:
            raise UsageProblem(f"--native {metric.id} is given twice")
        read = share_typed if metric.unit == "ratio" else seconds_typed if metric.unit == "seconds" else number_typed
        natives[metric.id] = read(value, f"--native {metric.id}")
    return natives


def share_typed(value: str, option: str) -> Fraction:
    """`80.0%` or `1pp`, exact. A bare number could mean either 80 % or 0.8: it is refused."""
    number = value.strip().removesuffix("%").removesuffix("pp").strip()
    if number == value.strip():
        raise UsageProblem(f"{option} takes a share in per cent, not {value!r}", hint="for example 80.0%")
    return number_typed(number, option) * PERCENT


def seconds_typed(value: str, option: str) -> Fraction:
    """`21.0`, `21.0 s`, `6:12` (min:s) or `1:06:12`, as exact seconds."""
    parts = value.strip().removesuffix("s").strip().split(":")
    if len(parts) > 3:
        raise UsageProblem(f"{option} takes seconds or h:mm:ss, not {value!r}")
    seconds = Fraction(0)
    for part in parts:
        seconds = seconds * 60 + number_typed(part, option)
    return seconds


def number_typed(value: str, option: str) -> Fraction:
    """A plain decimal number of 0 or more, exact."""
    digits = value.strip()
    if not digits.replace(".", "", 1).isdecimal() or not digits.isascii() or len(digits) > 20:
        raise UsageProblem(f"{option} takes a plain number, not {value!r}")
    return Fraction(digits)


def _put(board: ReconciliationBoard | IntervalGateBoard, output: str) -> None:
    from carecli.cli.printing import coloured, columns, put

    if output == "json":
        from carecli.render.structured import board_json
        from carecli.text import json_text

        put(json_text(board_json(board)))
    else:
        from carecli.render.text import render_text

        put(render_text(board, width=columns(), color=coloured()))
