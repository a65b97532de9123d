"""`carecli decide`: what the stand-up decided; the next one shows it again."""

from __future__ import annotations

import time

import click

from carecli.cli.options import STORE, TZ, asked

AUTHOR = click.option("--author", metavar="NAME", help="Who says so; default your login name.")


@click.group(epilog='Example: carecli decide add "one from chat to voice, 14:00 to 16:00"')
def decide() -> None:
    """Note what the stand-up decided. Nothing is deleted; what is undone stays in the store and says by whom."""


@decide.command(epilog='Example: carecli decide add "call back the 31 refunds first"')
@click.argument("text")
@asked(AUTHOR, STORE)
def add(text: str, author: str | None, store: str | None) -> None:
    """Note a decision as of now. Prints its number."""
    from carecli import config
    from carecli.cli.standup import login_name
    from carecli.store.decisions import add_decision

    settings = config.load(store=store)
    number = add_decision(settings.store, text=text, author=author or login_name(), at=int(time.time()))
    click.echo(f"decision {number} is noted")


@decide.command("list", epilog="Example: carecli decide list --all")
@click.option("--all", "removed", is_flag=True, help="Also those that were undone.")
@asked(STORE, TZ)
def list_(removed: bool, store: str | None, tz: str | None) -> None:
    """List the decisions by time, each with its number."""
    from carecli import config
    from carecli.boards.header import local_time
    from carecli.cli.asking import checked_zone
    from carecli.store.decisions import list_decisions
    from carecli.text import clean

    settings = config.load(store=store, tz=tz)
    zone = checked_zone(settings.tz)
    for each in list_decisions(settings.store, include_removed=removed):
        undone = "" if each.removed_at is None else f", undone by {clean(each.removed_by)}"
        at = f"{local_time(each.at, zone):%Y-%m-%d %H:%M}"
        click.echo(f"{each.id}  {at}  {clean(each.text, limit=200)}  by {clean(each.author)}{undone}")


@decide.command(epilog="Example: carecli decide undo 3")
@click.argument("number", type=click.IntRange(1, 2**63 - 1))
@asked(AUTHOR, STORE)
def undo(number: int, author: str | None, store: str | None) -> None:
    """Take decision NUMBER back."""
    from carecli import config
    from carecli.cli.standup import login_name
    from carecli.store.decisions import remove_decision

    settings = config.load(store=store)
    remove_decision(settings.store, number, by=author or login_name(), now=int(time.time()))
    click.echo(f"decision {number} is undone")
