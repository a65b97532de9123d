"""`carecli kinds`: every kind of export that is recognised, and those that need a mapping of one's own."""

from __future__ import annotations

from typing import cast

import click

from carecli.cli.options import FORMAT, asked
from carecli.errors import UsageProblem
from carecli.text import clean, json_text


@click.command(epilog="Example: carecli kinds zendesk")
@click.argument("system", required=False, metavar="[SYSTEM]")
@asked(FORMAT)
def kinds(system: str | None, output: str) -> None:
    """List every kind of export that is recognised, by its header, its keys or its first line.

    Grade: A the vendor's documentation, B a connector's schema, C other people's code that reads it, M memory. Kinds
    whose names nobody could verify are listed last: `carecli map` proposes a mapping for your file.
    """
    from carecli.sources.catalog import kinds as catalog_kinds
    from carecli.sources.catalog import unverified_exports

    listed = [entry for entry in catalog_kinds() if system in (None, entry["system"])]
    if output == "json":
        click.echo(json_text(listed), nl=False)
        return
    others = [export for export in unverified_exports() if system in (None, export["system"])]
    if not listed and not others:
        raise UsageProblem(f"no kinds of {clean(system)}", hint="`carecli map FILE` proposes a mapping for any table")
    width = max((len(str(entry["kind"])) for entry in listed), default=0)
    for entry in listed:
        tables = ", ".join(map(str, cast(list[str], entry["tables"])))
        click.echo(f"{entry['kind']:<{width}}  {entry['grade']}  {entry['title']} -> {tables}")
        if entry["unverified"]:
            click.echo(f"{'':<{width}}     not verified: {entry['unverified']}")
    _show_others(others)


def _show_others(others: list[dict[str, str]]) -> None:
    if others:
        click.echo("\nwithout a kind, for their names could not be verified (read by: carecli map FILE --table TABLE):")
    for export in others:
        click.echo(f"  {export['system']}: {export['title']} -> {export['table']}")
