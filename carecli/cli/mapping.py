"""`carecli map`: a mapping for a file that nobody described."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from carecli import config
from carecli.cli.importing import DATES, ENCODING, FILE_ZONE, checked_zone
from carecli.cli.options import asked
from carecli.errors import UsageProblem
from carecli.text import clean, width

if TYPE_CHECKING:
    from carecli.intake.previewing import Preview
    from carecli.sources.shapes import SampledColumn

EXAMPLE = "Example: carecli map calls-may.csv --kind pbx.calls --out pbx.calls.toml"
SHOWN_CELLS = 3


@click.command("map", epilog=EXAMPLE)
@click.argument("file", metavar="FILE")
@click.option("--kind", metavar="SYSTEM.NAME", help="What to call this kind of file; default from the file's name.")
@click.option("--table", metavar="TABLE", help="The canonical table its rows are, where the proposal is wrong.")
@click.option("--out", metavar="PATH", help="Write the mapping there; default: print it.")
@click.option("--keep", is_flag=True, help="Write it where files of this kind are recognised by it from now on.")
@click.option("--map", "mapping", metavar="PATH", help="Propose nothing: show what this mapping makes of the file.")
@click.option("--member", metavar="NAME", help="Which file of an archive, or sheet of a workbook.")
@asked(FILE_ZONE, DATES, ENCODING)
def map_(
    file: str,
    kind: str | None,
    table: str | None,
    out: str | None,
    keep: bool,
    mapping: str | None,
    member: str | None,
    zone: str | None,
    dates: str | None,
    encoding: str | None,
) -> int:
    """Propose a mapping for an unknown file, as TOML to read, correct and keep.

    Shows the columns with samples, guesses which table the rows are and which column says what, by names and by the
    look of the cells, and previews the result. Nothing is imported.
    """
    path = Path(file)
    if not path.is_file():
        raise UsageProblem(f"no such file: {clean(file)}")
    said = {"zone": checked_zone(zone), "dates": dates, "encoding": encoding, "member": member}
    if mapping is not None:
        return _show_preview(path, Path(mapping), said)
    text = _proposal(path, kind or _kind_of(path), table, said)
    target = _target(out, keep, kind or _kind_of(path))
    if target is None:
        click.echo(text, nl=False)
    else:
        _write(target, text)
        click.echo(
            f"wrote {clean(target, limit=500)}: read it, mind the lines with CHECK, then import the file", err=True
        )
    with tempfile.TemporaryDirectory(prefix="carecli-") as folder:
        proposed = Path(folder) / "proposed.toml"
        proposed.write_text(text, encoding="utf-8")
        return _show_preview(path, proposed, said)


def _proposal(path: Path, kind: str, table: str | None, said: dict[str, str | None]) -> str:
    from carecli.intake.previewing import describe_file
    from carecli.sources.proposing import as_toml, propose
    from carecli.sources.shapes import SampledColumn
    from carecli.tables import BY_NAME

    if table is not None and table not in BY_NAME:
        raise UsageProblem(f"no canonical table {table!r}", hint=", ".join(BY_NAME))
    described = describe_file(path, **said)
    if described.known:
        click.echo(f"this file is recognised already, as {described.known}; your mapping would go before it", err=True)
    columns = [SampledColumn(name, cells) for name, cells in described.columns]
    _show_columns(columns, described.records)
    return as_toml(propose(columns, table), columns, kind, described.container, described.repeated)


def _show_columns(columns: list[SampledColumn], records: int) -> None:
    from carecli.privacy import redact

    click.echo(f"{len(columns)} columns, {records} records looked at", err=True)
    names = [clean(column.name, limit=40) for column in columns]
    widest = max(map(width, names), default=0)
    for name, column in zip(names, columns, strict=True):
        cells = " | ".join(clean(redact(cell, 40)) for cell in column.words[:SHOWN_CELLS])
        click.echo(f"  {name}{' ' * (widest - width(name))}  {cells or '(empty)'}", err=True)


def _kind_of(path: Path) -> str:
    """`calls-may 2025.csv` -> `own.calls_may`: numbers are dates of the export more often than names of the kind."""
    words = re.findall(r"[a-z]+", path.name.partition(".")[0].casefold())
    return f"own.{'_'.join(words) or 'table'}"


def _target(out: str | None, keep: bool, kind: str) -> Path | None:
    if not re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", kind):
        raise UsageProblem(f"--kind takes system.name in lower case, not {kind!r}", hint="for example pbx.calls")
    if out is not None:
        return Path(out)
    return config.load().mappings / f"{kind}.toml" if keep else None


def _write(target: Path, text: str) -> None:
    """A new file; one that a person may have corrected is never written over."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageProblem(f"{target} is there already", hint="delete it first, or say another --out") from None


def _show_preview(path: Path, mapping: Path, said: dict[str, str | None]) -> int:
    """The first rows of each table, on stderr; 3 where rows are quarantined, 4 where the file isn't understood."""
    from carecli.intake.previewing import preview_file

    preview = preview_file(path, mapping, **said)
    answer = preview.answer
    if answer["state"] != "staged":
        click.echo(f"preview: {answer['state']} ({answer['code']}): {clean(answer['message'], limit=500)}", err=True)
        if answer.get("hint"):
            click.echo(f"  {clean(answer['hint'], limit=300)}", err=True)
        return 4
    click.echo(f"preview: {answer['rows']} rows read", err=True)
    _show_rows(preview)
    for place in preview.bad:
        click.echo(f"  not understood: {clean(place, limit=300)}", err=True)
    return 3 if preview.bad else 0


def _show_rows(preview: Preview) -> None:
    for table, rows in preview.tables.items():
        click.echo(f"  {table}:", err=True)
        for row in rows:
            cells = ", ".join(f"{name} {clean(value, limit=40)}" for name, value in row.items() if value != "")
            click.echo(f"    {cells}", err=True)
