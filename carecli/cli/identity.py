"""`carecli identity`: one person or queue under its ids in several systems, put together and apart again."""

from __future__ import annotations

import getpass
import shlex
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

from carecli import config
from carecli.cli.options import FORMAT, STORE, TZ, asked
from carecli.errors import UsageProblem
from carecli.text import Shown, clean, json_text

if TYPE_CHECKING:
    from carecli.store.identities import Candidate, Id, Link

AUTHOR = click.option("--author", metavar="NAME", help="Who says so; default your login name.")
KIND = click.option(
    "--kind",
    type=click.Choice(["agent", "customer", "queue"]),
    default="agent",
    show_default=True,
    help="What the ids are of.",
)
TIMES = ("written_at", "removed_at")
EXAMPLE = 'Example: carecli identity link --to "Agent One" zendesk:123 talkdesk:ann@example.org'


@click.group(epilog=EXAMPLE)
def identity() -> None:
    """Say which ids of several systems are one agent, customer or queue.

    Figures and boards carry the common name; the imported rows keep their own ids, so each link can be undone. Nothing
    is put together by itself: `suggest` only proposes. A sheet of links is imported as kind canonical.identities.
    """


@identity.command(epilog=EXAMPLE)
@click.argument("ids", nargs=-1, required=True, metavar="SOURCE:ID...")
@click.option("--to", "canonical", required=True, metavar="NAME", help="The name they share from now on.")
@asked(KIND, AUTHOR, STORE)
def link(ids: tuple[str, ...], canonical: str, kind: str, author: str | None, store: str | None) -> None:
    """Put ids together under one name. Prints the number of the merge, which undoes it.

    A customer's telephone number (with +) or e-mail address is keyed as in the imports and never stored as typed.
    """
    from carecli.store.identities import link_identities

    settings = config.load(store=store)
    keyed = _keyed(kind, settings)
    pairs = [_pair(text, keyed) for text in ids]
    name = keyed(canonical)
    merge, unseen = link_identities(
        settings.store, kind=kind, canonical=name, ids=pairs, author=author or _login_name(), now=int(time.time())
    )
    click.echo(f"merge {merge}: {kind} {_listed(pairs)} is {clean(name)}; undo it: carecli identity unlink {merge}")
    for source, external in unseen:
        click.echo(f"no row of {clean(source)} carries {clean(external)} (yet): is it spelt as there?", err=True)


@identity.command(epilog="Example: carecli identity unlink 1, or: carecli identity unlink zendesk:123")
@click.argument("what", metavar="MERGE|SOURCE:ID")
@asked(KIND, AUTHOR, STORE)
def unlink(what: str, kind: str, author: str | None, store: str | None) -> None:
    """Undo a merge, or take one id out of it. It stays in the history: `carecli identity list --all`."""
    from carecli.store.identities import unlink_id, unlink_merge

    settings = config.load(store=store)
    by, now = author or _login_name(), int(time.time())
    if what.isascii() and what.isdigit() and len(what) < 19:
        undone = unlink_merge(settings.store, int(what), author=by, now=now)
    else:
        undone = unlink_id(settings.store, kind, _pair(what, _keyed(kind, settings)), author=by, now=now)
    for each in undone:
        click.echo(f"{each.kind} {_listed([(each.source, each.external_id)])} is no longer {clean(each.canonical)}")


@identity.command("list", epilog="Example: carecli identity list --all --format json")
@click.option("--all", "removed", is_flag=True, help="Also what was undone, with who and when.")
@asked(STORE, TZ, FORMAT)
def list_(removed: bool, store: str | None, tz: str | None, output: str) -> None:
    """List the links in force: what people said by merge, then what was imported."""
    from carecli.cli.asking import checked_zone
    from carecli.store.identities import list_identities

    settings = config.load(store=store, tz=tz)
    zone = checked_zone(settings.tz)
    links = list_identities(settings.store, include_removed=removed)
    if output == "json":
        click.echo(json_text({"identities": [_as_json(each, zone) for each in links]}), nl=False)
        return
    for each in links:
        click.echo(_as_text(each, zone))
    if not links:
        click.echo("nothing is linked", err=True)


@identity.command(epilog="Example: carecli identity suggest")
@asked(STORE, FORMAT)
def suggest(store: str | None, output: str) -> None:
    """Propose agents of several sources with the same name or e-mail address, with the command that links them."""
    from carecli.store.identities import suggest_identities

    found = suggest_identities(config.load(store=store).store)
    if output == "json":
        click.echo(json_text({"candidates": [_candidate_json(each) for each in found]}), nl=False)
        return
    for each in found:
        click.echo(f"{clean(each.canonical)} ({each.reason}): {_listed(each.ids)}")
        words = [
            "carecli",
            "identity",
            "link",
            "--to",
            each.canonical,
            *(f"{source}:{id_}" for source, id_ in each.ids),
        ]
        click.echo(f"  {clean(' '.join(map(shlex.quote, words)), limit=1000)}")
    if not found:
        click.echo("nothing to suggest", err=True)


def _keyed(kind: str, settings: config.Config) -> Callable[[str], str]:
    """How an id that was typed is stored: a customer's number or address as the pseudonym the imports give it."""
    if kind != "customer":
        return lambda text: text
    from carecli.privacy import customer_key, load_or_create_key

    key = load_or_create_key(settings.key_file)
    return lambda text: customer_key(key, text) or ""


def _pair(text: str, keyed: Callable[[str], str]) -> Id:
    source, colon, external = text.partition(":")
    if not colon or not source.strip() or not external.strip():
        raise UsageProblem(f"an id is SOURCE:ID, not {text!r}", hint="for example zendesk:123")
    return source.strip(), keyed(external.strip())


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        raise UsageProblem("this system doesn't say who you are", hint="say it with --author NAME") from None


def _listed(ids: Sequence[Id]) -> str:
    return ", ".join(clean(f"{source}:{external}") for source, external in ids)


def _as_text(each: Link, zone: str) -> str:
    """One link in a line."""
    line = f"{each.kind}  {_listed([(each.source, each.external_id)])} is {clean(each.canonical)}"
    if each.merge is None:
        return f"imported  {line}"
    line = f"merge {each.merge}  {line}  by {clean(each.author)}, {_moment(each.written_at, zone)}"
    if each.removed_at is None:
        return line
    return f"{line}; undone by {clean(each.removed_by)}, {_moment(each.removed_at, zone)}"


def _moment(at: int | None, zone: str) -> Shown | str:
    from carecli.boards.header import local_time
    from carecli.render.values import moment_text

    return "" if at is None else moment_text(local_time(at, zone))


def _as_json(each: Link, zone: str) -> dict[str, Any]:
    """One link for programs: times in ISO 8601 with the offset of the reporting zone."""
    from dataclasses import asdict

    from carecli.boards.header import local_time

    return {
        name: local_time(value, zone).isoformat() if name in TIMES and value is not None else value
        for name, value in asdict(each).items()
    }


def _candidate_json(each: Candidate) -> dict[str, Any]:
    ids = [{"source": source, "external_id": external} for source, external in each.ids]
    return {"kind": "agent", "reason": each.reason, "canonical": each.canonical, "ids": ids}
