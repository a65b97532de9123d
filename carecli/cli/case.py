"""`carecli case`: one case with its timeline and clocks."""

from __future__ import annotations

import click

from carecli.cli.options import AS_OF, FORMAT, PACK, STORE, TZ, asked


@click.command(epilog="Example: carecli case 48213 --source zendesk")
@click.argument("case_id", metavar="ID")
@click.option("--source", metavar="NAME", help="Which account, where several have a case of that id.")
@asked(STORE, AS_OF, PACK, TZ, FORMAT)
def case(
    case_id: str,
    source: str | None,
    store: str | None,
    as_of: str | None,
    pack: str | None,
    tz: str | None,
    output: str,
) -> None:
    """Show one case: what it is, what happened, and its clocks with their tape."""
    from carecli.cli.asking import asking
    from carecli.cli.board import put_board
    from carecli.cli.desk import StoreDesk

    circumstances = asking(store=store, as_of=as_of, pack=pack, tz=tz)
    put_board(StoreDesk(circumstances).case(circumstances.as_of, source, case_id), output)
