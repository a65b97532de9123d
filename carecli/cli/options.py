"""Options that mean the same on every command that takes them (design: section 11)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from carecli.errors import UsageProblem

Command = TypeVar("Command", bound=Callable[..., Any])

STORE = click.option("--store", metavar="PATH", help="The store; default CARECLI_STORE, else your data folder.")
AS_OF = click.option(
    "--as-of",
    metavar="TIME",
    help="What was known by then: 2025-05-13T08:45, or `last` for the newest data; default now.",
)
WINDOW = click.option(
    "--window",
    metavar="WINDOW",
    help="today, yesterday, 7d, 28d, 3m (complete months), wtd, mtd, qtd, ytd, last_week, last_month, last_quarter, "
    "2025-05, 2025-05-13 or 2025-05-01..2025-05-31 (ends inclusive).",
)
PACK = click.option("--pack", metavar="NAME", help="Care programme: a name, or a TOML file; default tally.")
TZ = click.option("--tz", metavar="ZONE", help="The reporting zone, such as Europe/Berlin.")
_WHERE = click.option("--where", metavar="DIM=VALUE", multiple=True, help="Only this slice; DIM= for rows without one.")


def _keep_filter(ctx: click.Context, _: click.Parameter, name: str | None) -> None:
    """Remember the filter that was named, for `parse_where`."""
    ctx.meta["carecli.filter"] = name


_FILTER = click.option(
    "--filter",
    metavar="NAME",
    expose_value=False,
    callback=_keep_filter,
    help="A slice saved in config.toml, as [filters.NAME]; --where goes before it.",
)


def WHERE(command: Command) -> Command:
    """`--where`, and `--filter` that names a saved one."""
    return _WHERE(_FILTER(command))


BY = click.option("--by", metavar="DIM,DIM", default="", help="Slice by these dimensions, such as channel,queue.")
FORMAT = click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to print."
)

FORMATS = ("text", "json", "md", "html", "csv")
PAGE_FORMAT = click.option(
    "--format",
    "output",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="What to print: csv is a row a figure, html one file that loads nothing.",
)


def asked(*options: Callable[[Any], Any]) -> Callable[[Command], Command]:
    """Several options on one command, in the order they are listed."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def parse_where(pairs: tuple[str, ...]) -> dict[str, str]:
    """The saved filter that was named, then `queue=Billing` pairs. UsageProblem for anything else."""
    where = _saved_filter()
    for pair in pairs:
        dimension, equals, value = pair.partition("=")
        if not equals or not dimension.strip():
            raise UsageProblem(f"--where takes DIM=VALUE, not {pair!r}", hint="for example --where queue=Billing")
        where[dimension.strip()] = value.strip()
    return where


def _saved_filter() -> dict[str, str]:
    """The slice that `--filter` names; empty where none was typed."""
    context = click.get_current_context(silent=True)
    name = context.meta.get("carecli.filter") if context else None
    if name is None:
        return {}
    from carecli import config

    filters = config.load().filters
    if name not in filters:
        known = ", ".join(filters) or "none is saved yet"
        raise UsageProblem(f"no saved filter {name!r}", hint=f"in config.toml: {known}")
    return dict(filters[name])


def parse_by(text: str) -> tuple[str, ...]:
    """`channel,queue` as dimensions; empty for none."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
