"""`carecli kinds`: every kind of export that is recognised."""

from __future__ import annotations

from typing import cast

import click

from carecli.cli.options import FORMAT, asked
from carecli.text import json_text


@click.command(epilog="Example: carecli kinds --format json")
@asked(FORMAT)
def kinds(output: str) -> None:
    """List every kind of export that is recognised, by its header or its first line.

    Grade: A the vendor's documentation, B a connector's schema, C other people's code that reads it, M memory.
    """
    from carecli.sources.catalog import kinds as catalog_kinds

    listed = catalog_kinds()
    if output == "json":
        click.echo(json_text(listed), nl=False)
        return
    width = max(len(str(entry["kind"])) for entry in listed)
    for entry in listed:
        tables = ", ".join(map(str, cast(list[str], entry["tables"])))
        click.echo(f"{entry['kind']:<{width}}  {entry['grade']}  {entry['title']} -> {tables}")
