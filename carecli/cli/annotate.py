"""`carecli annotate`: what a lead notes beside the imported data."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from carecli.cli.options import FORMAT, STORE, TZ, asked
from carecli.errors import UsageProblem
from carecli.tables import ANNOTATION_KINDS

if TYPE_CHECKING:
    from carecli.store.written import WrittenAnnotation

AUTHOR = click.option("--author", metavar="NAME", help="Who says so; default your login name.")
LARGEST_ID = 2**63 - 1
TIMES = ("at", "until", "written_at", "removed_at")


@click.group(epilog='Example: carecli annotate add --at 2025-05-12T14:02 --kind release "web 25.5.2"')
def annotate() -> None:
    """Note a release, incident, campaign or holiday; the stand-up and the queues board show it in its time.

    Notes lie beside the imported rows: no import changes or doubles them, and none is ever deleted.
    """


@annotate.command(
    epilog="Example: carecli annotate add --at 2025-05-12T14:00 --until 2025-05-12T16:00 "
    '--scope queue=Billing "phones down"'
)
@click.argument("text")
@click.option("--at", required=True, metavar="TIME", help="When, or from when: 2025-05-12T14:02 (reporting zone).")
@click.option("--until", metavar="TIME", help="Until when; left out, it is a moment.")
@click.option("--kind", type=click.Choice(ANNOTATION_KINDS), default="incident", show_default=True, help="What it was.")
@click.option("--scope", metavar="DIM=VALUE", default="", help="What it concerns, such as queue=Billing; default all.")
@asked(AUTHOR, STORE, TZ)
def add(
    text: str,
    at: str,
    until: str | None,
    kind: str,
    scope: str,
    author: str | None,
    store: str | None,
    tz: str | None,
) -> None:
    """Note TEXT at a time. Prints its number and its time."""
    from carecli.cli.asking import asking
    from carecli.store.written import add_annotation

    circumstances = asking(store=store, tz=tz)
    zone = circumstances.zone
    first, last = _instant("--at", at, zone), None if until is None else _instant("--until", until, zone)
    number = add_annotation(
        circumstances.settings.store,
        at=first,
        until=last,
        kind=kind,
        scope=scope,
        text=text,
        author=author or _login_name(),
        now=int(time.time()),
    )
    click.echo(f"annotation {number} is noted: {_span(first, last, zone)} {zone}")


@annotate.command("list", epilog="Example: carecli annotate list --all --format json")
@click.option("--all", "removed", is_flag=True, help="Also those that were removed.")
@asked(STORE, TZ, FORMAT)
def list_(removed: bool, store: str | None, tz: str | None, output: str) -> None:
    """List the notes by time, each with its number. What was imported is not among them."""
    from carecli.cli.asking import asking
    from carecli.store.written import list_annotations

    circumstances = asking(store=store, tz=tz)
    annotations = list_annotations(circumstances.settings.store, include_removed=removed)
    if output == "json":
        from carecli.text import json_text

        rows = [_as_json(annotation, circumstances.zone) for annotation in annotations]
        click.echo(json_text({"annotations": rows}), nl=False)
        return
    for annotation in annotations:
        click.echo(_as_text(annotation, circumstances.zone))
    if not annotations:
        click.echo("nothing noted", err=True)


@annotate.command(epilog="Example: carecli annotate remove 3")
@click.argument("annotation_id", metavar="ID", type=click.IntRange(1, LARGEST_ID))
@asked(AUTHOR, STORE)
def remove(annotation_id: int, author: str | None, store: str | None) -> None:
    """Take a note off the boards. It stays in the store, with who removed it: `carecli annotate list --all`."""
    from carecli import config
    from carecli.store.written import remove_annotation

    remove_annotation(config.load(store=store).store, annotation_id, author or _login_name(), int(time.time()))
    click.echo(f"annotation {annotation_id} is removed")


def _instant(option: str, text: str, zone: str) -> int:
    """An ISO time, of the reporting zone where it has no offset, as epoch seconds."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"{option} takes an ISO time, not {text!r}", hint="for example 2025-05-12T14:02") from None
    return int((at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).timestamp())


def _login_name() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise UsageProblem("this system doesn't say who you are", hint="say it with --author NAME") from None


def _span(at: int, until: int | None, zone: str) -> str:
    from carecli.boards.header import local_time
    from carecli.render.values import moment_text

    return " to ".join(moment_text(local_time(moment, zone)) for moment in (at, until) if moment is not None)


def _as_text(annotation: WrittenAnnotation, zone: str) -> str:
    """One note in a line."""
    from carecli.text import clean

    scope = f" ({clean(annotation.scope)})" if annotation.scope else ""
    text = f"{annotation.kind}{scope}  {clean(annotation.text, limit=400)}"
    line = f"{annotation.id}  {_span(annotation.at, annotation.until, zone)}  {text}  by {clean(annotation.author)}"
    if annotation.removed_at is None:
        return line
    return f"{line}, removed {_span(annotation.removed_at, None, zone)} by {clean(annotation.removed_by)}"


def _as_json(annotation: WrittenAnnotation, zone: str) -> dict[str, Any]:
    """One note for programs: times in ISO 8601 with the offset of the reporting zone."""
    from carecli.boards.header import local_time

    values = {name: getattr(annotation, name) for name in type(annotation).model_fields}
    return {
        name: local_time(value, zone).isoformat() if name in TIMES and value is not None else value
        for name, value in values.items()
    }
