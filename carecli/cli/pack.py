"""`carecli pack`: the care programmes there are, what one promises, how two differ, what one lacks."""

from __future__ import annotations

import sqlite3
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from carecli import config
from carecli.cli.options import FORMAT, TZ, asked
from carecli.cli.printing import columns, put
from carecli.policy.layers import DOCUMENTS, PackError, available_packs, is_shipped, own_folder, own_packs
from carecli.text import clean, json_text

if TYPE_CHECKING:
    from carecli.policy.pack import Pack

NUMBERS = {name: number for number, name in DOCUMENTS.items()}
LABEL, SOURCE = 38, 16


@click.group(epilog="Example: carecli pack show prestige")
def pack() -> None:
    """The care programmes: five that ship, and your own in the config folder's `packs`."""


@pack.command("list", epilog="Example: carecli pack list")
@asked(TZ, FORMAT)
def list_(tz: str | None, output: str) -> int:
    """List the packs. One of your own that doesn't load is listed with what is wrong; then the exit code is 1."""
    from carecli.cli.asking import checked_zone

    settings = config.load(tz=tz)
    rows = [_listed(name, checked_zone(settings.tz), settings.pack) for name in [*available_packs(), *own_packs()]]
    hidden = [name for name in own_packs() if is_shipped(name)]
    if output == "json":
        click.echo(json_text(rows), nl=False)
    else:
        for row in rows:
            mark = "*" if row["in_force"] else " "
            about = f"{row['title']} ({row['status']})" if row["problem"] is None else row["problem"]
            put(f"{mark} {clean(str(row['name'])):<18} {row['document'] or '-':<4} {clean(str(about), limit=400)}")
        put(f"your own: {own_folder()}/NAME.toml, with `extends` in its first line; * is in force")
    for name in hidden:
        click.echo(f"carecli: your {name}.toml is hidden by the shipped pack of that name", err=True)
    return int(any(row["problem"] is not None for row in rows))


@pack.command(epilog="Example: carecli pack show care-package")
@click.argument("name", required=False)
@asked(TZ, FORMAT)
def show(name: str | None, tz: str | None, output: str) -> None:
    """Print what a pack promises, in words, with the requirement each value comes from. NAME may be a .toml file."""
    from carecli.policy.page import pack_page

    shown = _loaded(name, tz)
    if output == "json":
        files = {key: shown.origins[key] for key in shown.settings}
        heading = {"id": shown.id, "title": shown.title, "version": shown.version, "status": shown.status}
        click.echo(json_text({**heading, "settings": dict(shown.settings), "files": files}), nl=False)
        return
    put(f"{clean(shown.title)} ({clean(shown.id)}, version {clean(shown.version)}, {shown.status})")
    for title, lines in pack_page(shown.layers):
        put(f"\n{title}")
        for line in lines:
            put(_printed(line.label, line.words, " ".join(line.requirements)))


@pack.command(epilog="Example: carecli pack diff prestige tally")
@click.argument("before")
@click.argument("after")
@asked(TZ, FORMAT)
def diff(before: str, after: str, tz: str | None, output: str) -> int:
    """Print the keys whose values differ between two packs. Exit code: 0 where nothing differs, else 1."""
    from carecli.policy.difference import differences

    first, second = _loaded(before, tz), _loaded(after, tz)
    found = list(differences(first, second))
    if output == "json":
        changed = [{"key": each.key, "before": each.before, "after": each.after} for each in found]
        click.echo(json_text({"before": first.id, "after": second.id, "changed": changed}), nl=False)
        return int(bool(found))
    put(f"--- {clean(first.id)}\n+++ {clean(second.id)}\n{len(found)} keys differ")
    for each in found:
        put(clean(each.key, limit=200))
        for sign, value in (("-", each.before), ("+", each.after)):
            if value is not None:
                put(f"  {sign} {clean(value, limit=400)}")
    return int(bool(found))


@pack.command(epilog="Example: carecli pack lint my-team.toml --store ~/care/store.db")
@click.argument("name", required=False, metavar="[FILE]")
@click.option("--store", metavar="PATH", help="Also say what the feeds in this store can't measure.")
@asked(TZ, FORMAT)
def lint(name: str | None, store: str | None, tz: str | None, output: str) -> int:
    """Check a pack. Exit code: 0 nothing to say, 1 warnings, 2 it doesn't load, with file and key."""
    from carecli.policy.lint import lint_pack

    checked = _loaded(name, tz)
    warnings = lint_pack(checked, None if store is None else _columns_with_values(Path(store)))
    if output == "json":
        click.echo(json_text({"pack": checked.id, "warnings": warnings}), nl=False)
    else:
        for warning in warnings:
            put(clean(warning, limit=400))
        put(f"{clean(checked.id)}: {len(warnings) or 'no'} {'warning' if len(warnings) == 1 else 'warnings'}")
    return int(bool(warnings))


def _loaded(name: str | None, tz: str | None) -> Pack:
    """A pack, read whole; the one in force where none is named."""
    from carecli.cli.asking import checked_zone
    from carecli.policy.pack import load_pack

    settings = config.load(pack=name, tz=tz)
    loaded = load_pack(settings.pack, zone=checked_zone(settings.tz))
    _ = loaded.programme
    return loaded


def _listed(name: str, zone: str, in_force: str) -> dict[str, Any]:
    from carecli.policy.pack import load_pack

    row: dict[str, Any] = {
        "name": name,
        "document": NUMBERS.get(name),
        "shipped": is_shipped(name),
        "in_force": name == DOCUMENTS.get(in_force, in_force),
        "title": None,
        "version": None,
        "status": None,
        "problem": None,
    }
    try:
        loaded = load_pack(name, zone=zone)
    except PackError as problem:
        return {**row, "problem": problem.message}
    return {**row, "title": loaded.title, "version": loaded.version, "status": loaded.status}


def _printed(label: str, words: str, source: str) -> str:
    """Label, words and requirements in three columns, the words wrapped."""
    room = max(columns() - LABEL - SOURCE - 4, 24)
    lines = textwrap.wrap(clean(words, limit=2000), room) or [""]
    sources = textwrap.wrap(source, SOURCE) or [""]
    labels = textwrap.wrap(clean(label, limit=200), LABEL, subsequent_indent="  ") or [""]
    height = max(len(lines), len(sources), len(labels))
    rows = zip(*(each + [""] * (height - len(each)) for each in (labels, lines, sources)), strict=True)
    return "\n".join(f"  {first:<{LABEL}} {second:<{room}} {third}".rstrip() for first, second, third in rows)


def _columns_with_values(store: Path) -> frozenset[str]:
    """The columns of the store that hold any value, as `table.column`."""
    from carecli.store.connection import reading
    from carecli.tables import TABLES

    with reading(store.expanduser()) as connection:
        return frozenset(
            f"{table.name}.{column.name}"
            for table in TABLES
            for column in table.columns
            if _holds_a_value(connection, table.name, column.stored)
        )


def _holds_a_value(connection: sqlite3.Connection, table: str, column: str) -> bool:
    (found,) = connection.execute(f'SELECT EXISTS(SELECT 1 FROM "{table}" WHERE "{column}" IS NOT NULL)').fetchone()
    return bool(found)
