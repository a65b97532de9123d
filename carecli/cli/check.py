"""`carecli check`: promises and alert rules as exit codes, for cron."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carecli.cli.options import AS_OF, FORMAT, PACK, STORE, TZ, WHERE, WINDOW, asked, parse_where
from carecli.errors import UsageProblem

if TYPE_CHECKING:
    from carecli.boards.rules import CheckLine
    from carecli.cli.asking import Asking
    from carecli.metrics.rules.alarms import Missing, Rule
    from carecli.metrics.rules.checks import Check

EXAMPLE = "carecli check 'voice.service_level >= 80% for 3d' 'backlog < 200' 'csat >= 92% window 28d'"


@click.command(epilog=f"Example: {EXAMPLE}")
@click.argument("expressions", nargs=-1, metavar="[EXPR]...")
@click.option("--file", "files", multiple=True, metavar="FILE", help='Named checks: [checks] with NAME = "EXPR" lines.')
@asked(STORE, AS_OF, WINDOW, PACK, TZ, WHERE, FORMAT)
@click.option(
    "--unknown",
    type=click.Choice(["fail", "ok"]),
    default="fail",
    show_default=True,
    help="What a check without data does to the exit code.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print only what is not ok.")
def check(
    expressions: tuple[str, ...],
    files: tuple[str, ...],
    store: str | None,
    as_of: str | None,
    window: str | None,
    pack: str | None,
    tz: str | None,
    where: tuple[str, ...],
    output: str,
    unknown: str,
    quiet: bool,
) -> int:
    """Say whether promises are kept: one line each; exit code 0 all are, 1 one is not or can't be known, 2 usage.

    An EXPR is [SLICE.]METRIC SIGN LEVEL [window W] [for TIME [every TIME]]. A slice is a channel, as in
    voice.asa, or dimension[value], as in queue[Billing voice].asa; a sign >= > <= or <; a level 80%, 20s, 4min, 1.5h,
    2d or a bare number. `for 3d` asks that it held on each of the last three days that are over, `for 15min` in each
    interval of 5 minutes (or `every`); without `for` the figure of the window counts, 7d unless said.

    Without EXPR and --file the pack's alert rules are judged: one whose alarm is on fails.
    """
    from carecli.boards.rules import LOOK_BACK, check_lines, first_needed
    from carecli.cli.asking import asking
    from carecli.cli.rules import facts_from
    from carecli.metrics.windows import parse_window

    circumstances = asking(store=store, as_of=as_of, pack=pack, tz=tz, where=parse_where(where))
    named = [(text, text) for text in expressions] + [pair for file in files for pair in checks_in(Path(file))]
    judged = _checks(named, circumstances, window) if named or files else _rules(circumstances, window)
    span = parse_window(f"{LOOK_BACK}d", circumstances.as_of, circumstances.zone)
    facts = facts_from(circumstances, first_needed(judged, span))
    lines = check_lines(facts, judged, span)
    _put([line for line in lines if line.state != "ok"] if quiet else lines, output, as_of)
    return int(any(line.state == "fails" or (line.state == "unknown" and unknown == "fail") for line in lines))


def checks_in(path: Path) -> list[tuple[str, str]]:
    """The named checks of a file, in its order. UsageProblem names what is wrong in it."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageProblem(f"{path}: can't be read: {problem}") from None
    except tomllib.TOMLDecodeError as problem:
        raise UsageProblem(f"{path}: not valid TOML: {problem}") from None
    checks = told.get("checks")
    if not isinstance(checks, dict) or len(told) > 1 or not checks:
        raise UsageProblem(f"{path}: expected one table [checks]", hint='[checks]\nbacklog = "backlog < 200"')
    for name, text in checks.items():
        if not isinstance(text, str):
            raise UsageProblem(f"{path}: checks.{name}: found {text!r}, expected a check such as 'backlog < 200'")
    return list(checks.items())


def _checks(named: Sequence[tuple[str, str]], circumstances: Asking, window: str | None) -> list[Check]:
    from carecli.boards.rules import check_of
    from carecli.metrics.rules.language import parse

    return [
        check_of(
            name,
            parse(text),
            as_of=circumstances.as_of,
            zone=circumstances.zone,
            where=circumstances.where,
            window=window,
            week_start=circumstances.settings.week_start,
        )
        for name, text in named
    ]


def _rules(circumstances: Asking, window: str | None) -> list[Rule | Missing]:
    from carecli.metrics.rules.alarms import rules_of

    if window is not None:
        raise UsageProblem("alert rules have their own windows", hint="--window goes with an EXPR")
    if found := rules_of(circumstances.pack, circumstances.where):
        return found
    raise UsageProblem(f"the pack {circumstances.pack.id} has no alert rules", hint=f"say what should hold: {EXAMPLE}")


def _put(lines: Sequence[CheckLine], output: str, as_of: str | None) -> None:
    """The lines on stdout; on stderr the command that shows the rows behind each that fails."""
    from carecli.cli.printing import coloured, put

    if output == "json":
        from carecli.render.rules import checks_json
        from carecli.text import json_text

        put(json_text(checks_json(lines)))
        return
    from carecli.render.rules import render_checks_text
    from carecli.text import clean

    if lines:
        put(render_checks_text(lines, color=coloured()))
    for line in lines:
        if line.state == "fails" and line.figure is not None:
            click.echo(f"see {clean(_explaining(line, as_of), limit=1000)}", err=True)


def _explaining(line: CheckLine, as_of: str | None) -> str:
    assert line.figure is not None
    where = [part for dimension, value in line.where for part in ("--where", f"{dimension}={value or ''}")]
    known = [] if as_of is None else ["--as-of", as_of]
    return shlex.join(["carecli", "explain", line.figure.metric, "--window", line.figure.window, *where, *known])
