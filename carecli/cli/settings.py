"""`carecli config`: the settings in force, and where each comes from."""

from __future__ import annotations

import click

from carecli import config as settings_file
from carecli.cli.options import FORMAT, PACK, STORE, TZ, asked
from carecli.text import clean, json_text


@click.group(epilog="Example: carecli config show")
def config() -> None:
    """Show the settings in force; `carecli init` changes them."""


@config.command(epilog="Example: carecli config show --format json")
@asked(STORE, TZ, PACK, FORMAT)
def show(store: str | None, tz: str | None, pack: str | None, output: str) -> None:
    """Show each setting with its value and its origin: command line, environment, config.toml or default."""
    settings = settings_file.load(store=store, tz=tz, pack=pack)
    values = _values(settings)
    if output == "json":
        shown = {key: {"value": value, "origin": settings.origin[key]} for key, value in values.items()}
        click.echo(json_text(shown), nl=False)
        return
    for key, value in values.items():
        click.echo(f"{key:<10} {clean(_words(value), limit=1000)}  ({settings.origin[key]})")


def _values(settings: settings_file.Config) -> dict[str, object]:
    """Every setting by its key in config.toml."""
    return {
        "store": str(settings.store),
        "tz": settings.tz,
        "pack": settings.pack,
        "week_start": settings.week_start,
        "theme": settings.theme,
        "open_with": settings.open_with,
        "where": dict(settings.where),
        "filters": {name: dict(slice_) for name, slice_ in settings.filters.items()},
        "privacy": {"agents": settings.agents},
        "keys": dict(settings.keys),
        "zones": dict(settings.zones),
        "addresses": dict(settings.addresses),
    }


def _words(value: object) -> str:
    """A table as `key = value` pairs; what is empty as a dash."""
    if not isinstance(value, dict):
        return str(value) or "-"
    pairs = (f"{key} = {f'({_words(each)})' if isinstance(each, dict) else each}" for key, each in value.items())
    return ", ".join(pairs) or "-"
