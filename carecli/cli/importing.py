"""`carecli import`: files in, and what became of each of their rows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from carecli import config
from carecli.cli.options import FORMAT, STORE, asked
from carecli.errors import UsageProblem
from carecli.text import clean, json_text

if TYPE_CHECKING:
    from carecli.store.ingest import FileResult

COUNTS = ("rows", "new", "changed", "unchanged", "stale", "quarantined", "ignored")
FILE_ZONE = click.option("--tz", "zone", metavar="ZONE", help="The zone of times in the file that carry none.")
DATES = click.option("--dates", type=click.Choice(["dmy", "mdy"]), help="What comes first in dates such as 03/04/2025.")
ENCODING = click.option("--encoding", metavar="NAME", help="Of the file's text, where it isn't UTF-8: cp1252, latin-1.")
EXAMPLE = "Example: carecli import ~/exports --source zendesk-eu --tz Europe/Berlin"


@click.command("import", epilog=EXAMPLE)
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--as", "kind", metavar="KIND", help="Read the file as this kind (see `carecli kinds`).")
@click.option("--source", metavar="NAME", help="Name of the account; default the system's name.")
@click.option("--map", "mapping", metavar="PATH", help="Read the files with this mapping (see `carecli map`).")
@asked(FILE_ZONE, DATES, ENCODING)
@click.option("--exported-at", metavar="TIME", help="When the export was made, where the file doesn't say.")
@click.option("--accept", is_flag=True, help="Apply a file even though it looks cut off or short.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; keep nothing.")
@asked(STORE, FORMAT)
def import_(
    paths: tuple[str, ...],
    kind: str | None,
    source: str | None,
    mapping: str | None,
    zone: str | None,
    dates: str | None,
    encoding: str | None,
    exported_at: str | None,
    accept: bool,
    dry_run: bool,
    store: str | None,
    output: str,
) -> int:
    """Import exported files, folders and archives.

    Each row of a file ends as new, changed, unchanged, stale, quarantined or ignored; the six add up to the file. The
    same file again changes nothing, and the order of files doesn't matter.
    """
    from carecli.intake.importing import ImportRequest, import_files

    settings = config.load(store=store)
    request = ImportRequest(
        store=settings.store,
        key_file=settings.key_file,
        now=int(time.time()),
        kind=_checked_kind(kind, settings.mappings, mapping),
        source=source,
        zone=checked_zone(zone),
        dates=dates,
        encoding=encoding,
        map_file=_checked_mapping(mapping),
        mappings=settings.mappings,
        zones=settings.zones,
        exported_at=_instant(exported_at),
        accept=accept,
        dry_run=dry_run,
    )
    missing = [path for path in paths if _is_missing(path)]
    if missing:
        raise UsageProblem(f"no such file or folder: {clean(missing[0])}")
    results = _narrated(import_files([Path(path) for path in paths], request), output)
    if output == "json":
        click.echo(json_text({"files": [as_json(result) for result in results]}), nl=False)
    return exit_code(results)


def checked_zone(zone: str | None) -> str | None:
    """An IANA zone that is known here; `UsageProblem` for any other name."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(zone).key if zone else None
    except (ZoneInfoNotFoundError, ValueError):
        raise UsageProblem(f"no such time zone: {zone!r}", hint="an IANA name such as Europe/Berlin") from None


def _checked_kind(kind: str | None, mappings: Path, mapping: str | None) -> str | None:
    """A kind that is known; `UsageProblem` names those that are, before any file is opened."""
    if kind is not None:
        from carecli.sources.catalog import catalog_with, entry_named

        entry_named(kind, catalog_with(mappings, None if mapping is None else Path(mapping)))
    return kind


def _checked_mapping(path: str | None) -> Path | None:
    """A mapping that can be read; what is wrong with it is said before any file is opened."""
    if path is None:
        return None
    from carecli.sources.catalog import parse_user_mapping

    parse_user_mapping(Path(path))
    return Path(path)


def _is_missing(path: str) -> bool:
    """Whether nothing is there; what may not be looked at is told as the result of its import."""
    import os

    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        pass
    return False


def _instant(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"--exported-at takes an ISO time with offset, not {text!r}") from None
    if at.tzinfo is None:
        raise UsageProblem("--exported-at needs an offset", hint="for example 2025-05-13T08:45+02:00")
    return int(at.timestamp())


def _narrated(results: Iterator[FileResult], output: str) -> list[FileResult]:
    """All results; as text each is printed as soon as its file is done."""
    done = []
    for result in results:
        done.append(result)
        if output == "text":
            click.echo(as_text(result))
    if output == "text" and not done:
        click.echo("nothing to import: no files found", err=True)
    return done


def as_text(result: FileResult) -> str:
    """One file in a line, with the reasons and the first bad places below it."""
    name = clean(result.path)
    if result.state in ("held", "rejected"):
        lines = [f"{name}: {result.state} ({result.code}): {clean(result.message or '', limit=500)}"]
        if result.hint:
            lines.append(f"  {clean(result.hint, limit=300)}")
        return "\n".join(lines)
    counts = " + ".join(f"{getattr(result, count)} {count}" for count in COUNTS[1:])
    lines = [f"{name}: {result.state} as {result.kind} ({clean(result.source or '')}): {result.rows} rows = {counts}"]
    if result.reasons:
        lines.append("  " + ", ".join(f"{clean(code)}: {count}" for code, count in result.reasons.items()))
    lines += [f"  {clean(sample, limit=300)}" for sample in result.samples]
    lines += [f"  assumed {clean(key)}: {clean(value)}" for key, value in result.assumed.items()]
    lines += [f"  {clean(note, limit=300)}" for note in result.notes]
    return "\n".join(lines)


def as_json(result: FileResult) -> dict[str, Any]:
    """One file as the contract prints it; counts are null where it was held or rejected."""
    return {
        "path": result.path,
        "kind": result.kind,
        "source": result.source,
        "sha256": result.sha256,
        **{count: getattr(result, count) for count in COUNTS},
        "reasons": dict(result.reasons),
        "assumed": dict(result.assumed),
        "state": result.state,
        "code": result.code,
        "message": result.message,
        "hint": result.hint,
        "notes": list(result.notes),
        "samples": list(result.samples),
        "removed": result.removed,
    }


def exit_code(results: list[FileResult]) -> int:
    """4 where a file was rejected or held, else 3 where rows were quarantined, else 0."""
    if any(result.state in ("held", "rejected") for result in results):
        return 4
    return 3 if any(result.quarantined for result in results if result.state == "imported") else 0
