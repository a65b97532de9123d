"""The command line's front door: commands by name, each imported only when it runs; errors in words, with a code."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from carecli import __version__
from carecli.errors import CareError

COMMANDS: dict[str, tuple[str, str]] = {
    "annotate": ("carecli.cli.annotate:annotate", "Note a release, incident, campaign or holiday on the boards."),
    "app": ("carecli.cli.app:app", "Open the app (what `carecli` alone does in a terminal)."),
    "board": ("carecli.cli.board:board", "Print a board: standup, queues, backlog, sla, scorecard, data."),
    "case": ("carecli.cli.case:case", "One case: what it is, what happened, its clocks."),
    "check": ("carecli.cli.check:check", "Promises and alert rules as exit codes, for cron."),
    "config": ("carecli.cli.settings:config", "Show the settings in force and where each comes from."),
    "demo": ("carecli.cli.demo:demo", "Look around in a simulated contact centre."),
    "decide": ("carecli.cli.decide:decide", "What the stand-up decided: add, list, undo."),
    "dict": ("carecli.cli.dictionary:dictionary", "What each metric means: formula, sources, target, owner."),
    "explain": ("carecli.cli.explain:explain", "Where a number comes from, down to the rows."),
    "identity": ("carecli.cli.identity:identity", "One person's ids in several systems: put together, or apart again."),
    "init": ("carecli.cli.init:init", "First start: zone, hours, holidays, pack, exports, your queue."),
    "import": ("carecli.cli.importing:import_", "Import exported files, folders and archives."),
    "kinds": ("carecli.cli.kinds:kinds", "List every kind of export that is recognised."),
    "map": ("carecli.cli.mapping:map_", "Propose a mapping for a file of an unknown kind."),
    "metric": ("carecli.cli.metric:metric", "Any metric by any dimension."),
    "pack": ("carecli.cli.pack:pack", "The care programmes: list, show, compare, check."),
    "reconcile": ("carecli.cli.reconcile:reconcile", "The vendor's own figures against ours."),
    "rules": ("carecli.cli.rules:rules", "The pack's alert rules: in words, and replayed over past days."),
    "standup": ("carecli.cli.standup:standup", "The daily stand-up: five pages in 15 minutes."),
    "store": ("carecli.cli.store:store", "The store itself: info, verify."),
    "wall": ("carecli.cli.wall:wall", "Boards in turn on a big screen, without chrome."),
    "watch": ("carecli.cli.watching:watch", "Follow a drop folder, or a growing log such as an Asterisk queue_log."),
}
"""Name -> (module:function, one line of help), so that `--help` imports no command."""


class Commands(click.Group):
    """A group whose commands are imported when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, function = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), function)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])


@click.group(
    cls=Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: carecli import ~/exports, then carecli board standup. Every command has its own --help.",
)
@click.version_option(__version__, prog_name="carecli")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """The dashboard that leads of customer-care teams keep open all day.

    Alone, carecli opens the app on your store; where there is no terminal it prints the stand-up board.
    """
    if ctx.invoked_subcommand is None:
        command = cli.get_command(ctx, "app")
        assert command is not None
        ctx.invoke(command)


def run(arguments: list[str] | None = None) -> None:
    """Run and exit: 0 fine, 2 usage, 3 quarantine, 4 file refused, 5 store, 6 no space, 130 interrupted."""
    os.umask(0o077)
    sys.exit(answered(arguments))


def answered(arguments: list[str] | None = None) -> int:
    """The exit code of one run; everything that can go wrong is said on stderr in a sentence."""
    try:
        code: Any = cli.main(args=arguments, standalone_mode=False)
    except CareError as problem:
        click.echo(f"carecli: {problem.message}", err=True)
        if problem.hint:
            click.echo(f"  {problem.hint}", err=True)
        return problem.exit_code
    except click.exceptions.Exit as problem:
        return problem.exit_code
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("carecli: interrupted", err=True)
        return 130
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - the reader has gone; nothing is left to say
        return 0
    return code if isinstance(code, int) else 0
