"""`carecli watch`: a growing log, followed line by line."""

from __future__ import annotations

import time
from pathlib import Path

import click

from carecli import config
from carecli.cli.importing import as_text
from carecli.cli.options import STORE, asked
from carecli.errors import UsageProblem
from carecli.text import clean


@click.command(epilog="Example: carecli watch /var/log/asterisk/queue_log")
@click.argument("file", metavar="FILE")
@click.option("--source", metavar="NAME", help="Name of the account; default the system's name.")
@click.option(
    "--interval", default=1.0, show_default=True, type=click.FloatRange(0.1, 3600), help="Seconds between looks."
)
@click.option("--once", is_flag=True, help="Read what is there, then stop.")
@asked(STORE)
def watch(file: str, source: str | None, interval: float, once: bool, store: str | None) -> int:
    """Follow an append-only log, such as an Asterisk queue_log, as it grows.

    Reads on where it left off, also after a restart and through rotation. An unfinished last line waits for its end.
    """
    from carecli.intake.following import Follower
    from carecli.intake.importing import ImportRequest

    path = Path(file)
    if not path.is_file():
        raise UsageProblem(f"{clean(file)} is no file", hint="a folder is imported with: carecli import FOLDER")
    settings = config.load(store=store)
    now = int(time.time())
    follower = Follower(path, ImportRequest(settings.store, settings.key_file, now, source=source))
    try:
        while True:
            for result in follower.read_on(int(time.time())):
                click.echo(as_text(result))
            if once:
                return 0
            time.sleep(interval)
    except KeyboardInterrupt:
        click.echo("stopped; the next `carecli watch` reads on from here", err=True)
        return 130
    finally:
        follower.close()
