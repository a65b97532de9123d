"""`carecli store`: what the store holds, and whether it is sound."""

from __future__ import annotations

from typing import Any

import click

from carecli import config
from carecli.cli.options import FORMAT, STORE, asked
from carecli.text import clean, json_text


@click.group(epilog="Example: carecli store info")
def store() -> None:
    """The store itself."""


@store.command(epilog="Example: carecli store info --format json")
@asked(STORE, FORMAT)
def info(store: str | None, output: str) -> None:
    """Say what the store holds: rows by table, files by state, and how far each feed reaches."""
    from carecli.store.condition import describe

    described = describe(config.load(store=store).store)
    if output == "json":
        click.echo(json_text(described), nl=False)
        return
    click.echo(f"{clean(described['path'], limit=1000)}  schema {described['schema']}  {described['bytes']:,} bytes")
    for name, count in described["rows"].items():
        click.echo(f"  {name:<16} {count:>10,}")
    for feed in described["feeds"]:
        click.echo(f"  {_feed_line(feed)}")


def _feed_line(feed: dict[str, Any]) -> str:
    return f"{clean(feed['source'])} {clean(feed['kind'])}: {feed['files']} files, {feed['first']} to {feed['last']}"


@store.command(epilog="Example: carecli store verify")
@asked(STORE, FORMAT)
def verify(store: str | None, output: str) -> int:
    """Check the store: SQLite's own integrity, references, and that every file adds up. Exit code 1 if it fails."""
    from carecli.store.condition import verify as verified

    problems = verified(config.load(store=store).store)
    if output == "json":
        click.echo(json_text({"ok": not problems, "problems": problems}), nl=False)
    else:
        click.echo("sound" if not problems else "\n".join(clean(problem, limit=500) for problem in problems))
    return 1 if problems else 0
