"""What stands in a file, whether its kind is known or not: its columns and the cells of its first records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from carecli.sources.containers import Opened, SeveralMembers, opened
from carecli.sources.entry import Entry, normalise
from carecli.sources.limits import Limits
from carecli.sources.parsing import ParseRequest
from carecli.sources.reading import ReadOptions, read
from carecli.sources.recognise import Catalog
from carecli.sources.records import Record
from carecli.sources.verdicts import Rejected, Verdict

RECORDS = 200
LONGEST = 200
MOST_COLUMNS = 500


def describe(request: ParseRequest, limits: Limits) -> dict[str, Any]:
    """What stands in the file, or why it can't be told, in the words of a summary."""
    try:
        return _described(request.path, request.read, limits)
    except SeveralMembers as several:
        return {"state": "members", "members": list(several.names)}
    except Verdict as verdict:
        told = {"code": verdict.code, "message": verdict.message, "hint": verdict.hint, "line": verdict.line}
        return {"state": verdict.state, **told}


def _described(path: str, options: ReadOptions, limits: Limits) -> dict[str, Any]:
    """`{"state": "described", "known": kind or None, "container", "columns": [{"name", "cells"}], "records"}`.

    Names are as the file writes them (JSON: paths), cells are text of at most `LONGEST` characters, "" where there is
    none. `Held`, `Rejected` or `SeveralMembers` where nothing can be read.
    """
    with opened(path) as file:
        known = _known(file, options, limits)
        names = known[1] if known else _names(file, options, limits)
        catalog = {known[0].kind: known[0]} if known else _probes(names)
        feed = read(file, ReadOptions(encoding=options.encoding, member=options.member, catalog=catalog), limits)
        records = [item.cells for item in islice(feed.items, RECORDS) if isinstance(item, Record)]
    flat = [dict(_flat(cells)) for cells in records]
    spelt = {normalise(name): name for name in names}
    columns = list(dict.fromkeys(name for cells in flat for name in cells))[:MOST_COLUMNS]
    return {
        "state": "described",
        "known": known[0].kind if known else None,
        "container": "csv" if _is_table(feed.entry, file) else "json",
        "records": len(records),
        "repeated": [spelt[name] for name in catalog[feed.entry.kind].repeated if name in spelt],
        "columns": [
            {"name": spelt.get(name, name), "cells": [cells.get(name, "") for cells in flat]} for name in columns
        ],
    }


def _known(file: Opened, options: ReadOptions, limits: Limits) -> tuple[Entry, tuple[str, ...]] | None:
    """The entry that recognises the file, if there is one."""
    try:
        return read(file, options, limits).entry, ()
    except Rejected as verdict:
        if verdict.code != "unknown-kind" or not verdict.names:
            raise
    return None


def _names(file: Opened, options: ReadOptions, limits: Limits) -> tuple[str, ...]:
    """The names that stand in a file of an unknown kind."""
    try:
        read(file, ReadOptions(encoding=options.encoding, member=options.member, catalog={}), limits)
    except Rejected as verdict:
        if verdict.code == "unknown-kind":
            return verdict.names
        raise
    raise AssertionError("an empty catalog knows no kind")


def _probes(names: tuple[str, ...]) -> Catalog:
    """Entries that fit this one file: as a table, whose names are compared normalised, or as JSON."""
    normal = [normalise(name) for name in names]
    twice = tuple(name for name in dict.fromkeys(normal) if name and normal.count(name) > 1)
    table = tuple(name for name in dict.fromkeys(normal) if name)
    return {
        "unknown.table": Entry("unknown.table", "unknown", "", "M", ("csv",), fingerprint=table, repeated=twice),
        "unknown.json": Entry("unknown.json", "unknown", "", "M", ("json", "ndjson", "parquet"), fingerprint=names),
    }


def _flat(cells: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Scalars by their paths; of a list its first element stands for all."""
    for name, cell in cells.items():
        here = f"{path}{name}"
        if isinstance(cell, list) and cell:
            cell = cell[0] if isinstance(cell[0], Mapping) else " ".join(map(str, cell))
            here = f"{here}.0" if isinstance(cell, Mapping) else here
        if isinstance(cell, Mapping):
            yield from _flat(cell, f"{here}.")
        else:
            yield here, _text(cell)


def _text(cell: object) -> str:
    if cell is None or isinstance(cell, list):
        return ""
    return ("true" if cell else "false") if isinstance(cell, bool) else str(cell)[:LONGEST]


def _is_table(entry: Entry, file: Opened) -> bool:
    """Whether its names are compared normalised, as those of a header are."""
    if len(entry.container) == 1 or "csv" not in entry.container:
        return entry.container == ("csv",)
    return file.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"[")
