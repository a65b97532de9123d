"""`carecli config`: the settings in force, and where each comes from."""

from __future__ import annotations

import click

from carecli import config as settings_file
from carecli.cli.options import FORMAT, PACK, STORE, TZ, asked
from carecli.text import clean, json_text


@click.group(epilog="Example: carecli config show")
def config() -> None:
    """Show the settings in force."""


@config.command(epilog="Example: carecli config show --format json")
@asked(STORE, TZ, PACK, FORMAT)
def show(store: str | None, tz: str | None, pack: str | None, output: str) -> None:
    """Show each setting with its value and its origin: command line, environment, config.toml or default."""
    settings = settings_file.load(store=store, tz=tz, pack=pack)
    values = {"store": str(settings.store), "tz": settings.tz, "pack": settings.pack}
    if output == "json":
        shown = {key: {"value": value, "origin": settings.origin[key]} for key, value in values.items()}
        click.echo(json_text(shown), nl=False)
        return
    for key, value in values.items():
        click.echo(f"{key:<6} {clean(value, limit=1000)}  ({settings.origin[key]})")
