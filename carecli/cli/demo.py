"""`carecli demo`: look around in a simulated contact centre."""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import click

from carecli import config
from carecli.cli.options import STORE, asked
from carecli.errors import CareError

LIVE_SOURCE = "live"


@click.command(epilog="Example: carecli demo --weeks 26")
@click.option("--weeks", type=click.IntRange(1, 104), help="Simulate this many weeks instead of the sample's 35 days.")
@click.option("--live", "speed", type=click.FloatRange(0.1, 600), help="Play on from there, this many times as fast.")
@asked(STORE)
def demo(weeks: int | None, speed: float | None, store: str | None) -> None:
    """Look around in a simulated contact centre: every name and number in it is invented.

    Its exports are imported into a store of its own, so nothing meets your data. Now is pinned to the end of the
    sample, Tuesday 13 May 2025, 08:45 in Berlin; --live plays on from there. Without a terminal the stand-up board is
    printed.
    """
    from carecli.cli.app import open_app
    from carecli.cli.asking import Asking
    from carecli.demo import SAMPLE_END, SAMPLE_ZONE

    path = _store_path(store, weeks)
    settings = replace(config.load(store=str(path), tz=SAMPLE_ZONE), key_file=path.with_name("customer.key"), where={})
    _fill(settings, weeks)
    end = int(SAMPLE_END.timestamp())
    circumstances = Asking(settings, end, SAMPLE_ZONE, {})
    banner = f"demo, all invented: now is {SAMPLE_END:%a %d %b %Y %H:%M} {SAMPLE_ZONE}"
    if speed is None:
        open_app(circumstances, pinned=end, banner=banner)
        return
    from carecli.cli.live import playing

    with playing(weeks, speed) as play:
        banner = f"{banner}, playing on {speed:g} times as fast"
        open_app(circumstances, live=play.now, logs=[play.log], banner=banner, source=LIVE_SOURCE)


def _store_path(store: str | None, weeks: int | None) -> Path:
    """A store of the demo's own; a long run has another than the sample."""
    base = Path(store) if store else config.default_store({}).with_name("demo") / "store.db"
    return base if weeks is None else base.with_name(f"{base.stem}-{weeks}-weeks{base.suffix}")


def sample_folder() -> Path:
    """The sample's exports: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parents[1]
    for folder in (package / "sample_data", package.parent / "sample_data"):
        if folder.is_dir():
            return folder
    raise CareError("this installation carries no sample data", hint="carecli demo --weeks 5 makes some")


def _fill(settings: config.Config, weeks: int | None) -> None:
    """Import the exports once. A store that was not finished is gone on with: what is in it is known by its bytes.

    A finished one of another version, or of other exports, is made anew.
    """
    stamp, wanted = settings.store.with_name(f"{settings.store.name}.ready"), _edition(weeks)
    if stamp.exists() and settings.store.exists():
        if stamp.read_text(encoding="utf-8") == wanted:
            return
        _forget(settings.store, stamp)
    if weeks is None:
        _import(settings, sample_folder())
    else:
        with tempfile.TemporaryDirectory(prefix="carecli-demo-") as folder:
            _simulate(Path(folder), weeks)
            _import(settings, Path(folder))
    stamp.write_text(wanted, encoding="utf-8")


def _edition(weeks: int | None) -> str:
    """What a demo's store is made of: this version, its schema, and the sizes of the sample's files."""
    from carecli import __version__
    from carecli.store.schema import SCHEMA_VERSION

    folder = sample_folder() if weeks is None else None
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder else []
    sizes = "".join(f"{path.name} {path.stat().st_size}\n" for path in files)
    return f"{__version__} {SCHEMA_VERSION} {hashlib.sha256(sizes.encode()).hexdigest()}"


def _forget(store: Path, stamp: Path) -> None:
    """Remove a store that the demo itself has finished before; its stamp goes last."""
    for path in (*(store.with_name(f"{store.name}{ending}") for ending in ("", "-wal", "-shm")), stamp):
        path.unlink(missing_ok=True)


def _simulate(folder: Path, weeks: int) -> None:
    from carecli.demo import SAMPLE_END, SAMPLE_SEED
    from carecli.demo.write import start_of, write_exports

    click.echo(f"simulating {weeks} weeks of a contact centre", err=True)
    write_exports(folder, seed=SAMPLE_SEED, start=start_of(SAMPLE_END, weeks), end=SAMPLE_END)


def _import(settings: config.Config, folder: Path) -> None:
    """Every export of the folder; anything but a clean import of the sample is a defect and said so."""
    from carecli.intake.importing import ImportRequest, find_files, import_files

    request = ImportRequest(settings.store, settings.key_file, int(time.time()))
    total = len(list(find_files([folder])))
    for number, result in enumerate(import_files([folder], request), start=1):
        if sys.stderr.isatty() or number == total:
            click.echo(f"\rimporting the exports of the demo: {number} of {total}", err=True, nl=number == total)
        if result.state not in ("imported", "repeated"):
            raise CareError(f"{result.path}: {result.state}: {result.message}")
