"""Where the header of a table is, and what its columns are called: of delimited files and of sheets alike."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from carecli.sources.entry import Entry, normalise
from carecli.sources.recognise import Catalog, match_line, match_names, unknown_kind
from carecli.sources.verdicts import Held, Rejected

DELIMITERS = ",;\t|"
HEADER_ROWS = 10
"""The header is one of the first rows; titles, filters and blank rows may stand above it."""
MOST_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Header:
    """Where a table's header is: `lines` physical lines end with it, `rows_above` rows stand above it."""

    entry: Entry
    delimiter: str
    names: tuple[str, ...]
    """By place, in the vendor's own words."""
    lines: int = 0
    rows_above: tuple[tuple[str, ...], ...] = ()
    written: tuple[str, ...] = ()
    """As they stand there, normalised; none where the file has no header."""
    fewest: int = 0
    """How many cells a row must have."""
    zone: str | None = None
    """The zone that the header tells."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    delimiter: str
    names: tuple[str, ...]
    lines: int
    rows_above: tuple[tuple[str, ...], ...]

    @property
    def known(self) -> frozenset[str]:
        return frozenset(map(normalise, self.names))


def find_header(lines: Sequence[str], forced: Entry | None, catalog: Catalog) -> Header:
    """The header among the first rows, whatever the delimiter. `Rejected` names what was found and what is nearest."""
    headless = forced or match_line(lines[0], "csv", catalog)
    if headless is not None and headless.columns:
        return _headless(lines[0], headless)
    candidates = [candidate for delimiter in DELIMITERS for candidate in _candidates(lines, delimiter)]
    return _found(candidates, forced, catalog)


def find_header_of_rows(rows: Iterable[Sequence[str]], forced: Entry | None, catalog: Catalog) -> Header:
    """The header among the first rows of a sheet."""
    first = [_without_blank_end(row) for row in islice(rows, HEADER_ROWS)]
    candidates = [_Candidate("", row, place + 1, tuple(first[:place])) for place, row in enumerate(first) if row]
    return _found(candidates, forced, catalog)


def _without_blank_end(row: Sequence[str]) -> tuple[str, ...]:
    width = max((place for place, cell in enumerate(row, start=1) if cell.strip()), default=0)
    return tuple(row[:width])


def _found(candidates: Sequence[_Candidate], forced: Entry | None, catalog: Catalog) -> Header:
    if forced is not None:
        return _forced_header(candidates, forced)
    for candidate in candidates:
        if entry := match_names(candidate.known, ("csv",), catalog):
            return _header(candidate, entry)
    raise unknown_kind(_likeliest_names(candidates, catalog), ("csv",), catalog)


def _headless(line: str, entry: Entry) -> Header:
    """A file without a header, whose columns the entry names; the first line tells the delimiter."""
    fewest = entry.fewest_columns or len(entry.columns)
    widths = {delimiter: len(next(csv.reader([line], delimiter=delimiter), [])) for delimiter in DELIMITERS}
    fitting = [delimiter for delimiter, width in widths.items() if fewest <= width <= len(entry.columns)]
    return Header(entry, fitting[0] if fitting else ",", entry.columns, fewest=fewest)


def _candidates(lines: Sequence[str], delimiter: str) -> list[_Candidate]:
    """The first rows as they are with that delimiter, each a header that may be."""
    reader = csv.reader(lines, delimiter=delimiter)
    candidates: list[_Candidate] = []
    above: list[tuple[str, ...]] = []
    try:
        for row in islice(reader, HEADER_ROWS):
            if len(row) > 1 or delimiter == ",":
                candidates.append(_Candidate(delimiter, tuple(row), reader.line_num, tuple(above)))
            above.append(tuple(row))
    except csv.Error:
        pass
    return candidates


def _forced_header(candidates: Sequence[_Candidate], entry: Entry) -> Header:
    wanted = set(entry.fingerprint)
    if entry.canonical is not None:
        wanted |= {column.name for column in entry.canonical.columns}
    best = max(candidates, key=lambda candidate: len(entry.own_names(candidate.known) & wanted), default=None)
    if best is None or not entry.own_names(best.known) & wanted:
        raise Rejected("no-header", f"none of the first {HEADER_ROWS} rows has a column of {entry.kind}")
    return _header(best, entry)


def _header(candidate: _Candidate, entry: Entry) -> Header:
    written = tuple(map(normalise, candidate.names))
    if len(written) > MOST_COLUMNS:
        message = f"line {candidate.lines}: {len(written)} columns; at most {MOST_COLUMNS} are read"
        raise Rejected("too-many-columns", message, line=candidate.lines)
    names = tuple(entry.own_name(name) or f"column {place}" for place, name in enumerate(written, start=1))
    places: dict[str, int] = {}
    for place, name in enumerate(names, start=1):
        if name in places and not entry.may_repeat(name):
            message = f"line {candidate.lines}: column {name!r} stands there twice ({places[name]}, {place})"
            raise Held("duplicate-header", message, hint="rename or remove one of them", line=candidate.lines)
        places[name] = place
    zone = _zone_in(candidate.names, entry)
    above = candidate.rows_above
    return Header(entry, candidate.delimiter, names, candidate.lines, above, written, len(names), zone)


def _zone_in(names: Sequence[str], entry: Entry) -> str | None:
    """The zone that columns carry in their names; it is one for the whole file."""
    if entry.header_zone is None:
        return None
    spelt = (" ".join(name.replace("\ufeff", "").split()) for name in names)
    matches = (re.fullmatch(entry.header_zone, name, re.IGNORECASE) for name in spelt)
    zones = list(dict.fromkeys(match["zone"].strip() for match in matches if match and match["zone"]))
    if len(zones) > 1:
        raise Rejected("several-zones", f"the header names several time zones: {', '.join(zones)}")
    return zones[0] if zones else None


def _likeliest_names(candidates: Sequence[_Candidate], catalog: Catalog) -> Sequence[str]:
    """Of the rows that fit no entry, the one that has most names of any."""
    known = {name for entry in catalog.values() for name in (*entry.fingerprint, *entry.aliases)}
    best = max(candidates, key=lambda one: (len(one.known & known), len(one.known - {""})), default=None)
    return best.names if best else ()
