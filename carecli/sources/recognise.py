"""Which kind of file is this: names found in it against the fingerprints of the catalog."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from carecli.privacy import redact
from carecli.sources.catalog import load_catalog
from carecli.sources.entry import Entry, normalise
from carecli.sources.verdicts import Held, Rejected

DELIMITERS = ",;\t|"
HEADER_ROWS = 10
"""The header is one of the first rows; titles, filters and blank rows may stand above it."""
MOST_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Header:
    """Where a delimited file's header is: `lines` physical lines end with it, `rows_above` rows stand above it."""

    entry: Entry
    delimiter: str
    names: tuple[str, ...]
    lines: int
    rows_above: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    delimiter: str
    names: tuple[str, ...]
    lines: int
    rows_above: tuple[tuple[str, ...], ...]

    @property
    def known(self) -> frozenset[str]:
        return frozenset(map(normalise, self.names))


def match_names(names: frozenset[str], containers: Iterable[str]) -> Entry | None:
    """The one entry whose fingerprint is among the names; the more exact, and a vendor's before a canonical one."""
    wanted = set(containers)
    found = [entry for entry in load_catalog().values() if wanted & set(entry.container) and entry.matches(names)]
    vendors = [entry for entry in found if entry.canonical is None] or found
    best = [one for one in vendors if not any(set(one.fingerprint) < set(other.fingerprint) for other in vendors)]
    if len(best) > 1:
        kinds = ", ".join(entry.kind for entry in best)
        raise Rejected("ambiguous-kind", f"this could be {kinds}", hint="say which with --as KIND")
    return best[0] if best else None


def match_line(line: str) -> Entry | None:
    """The entry of a file of lines, by its first line."""
    for entry in load_catalog().values():
        if entry.pattern is not None and re.match(entry.pattern, line):
            return entry
    return None


def find_header(lines: Sequence[str], forced: Entry | None) -> Header:
    """The header among the first rows, whatever the delimiter. `Rejected` names what was found and what is nearest."""
    candidates = [candidate for delimiter in DELIMITERS for candidate in _candidates(lines, delimiter)]
    if forced is not None:
        return _forced_header(candidates, forced)
    for candidate in candidates:
        if entry := match_names(candidate.known, ("csv",)):
            return _header(candidate, entry)
    raise unknown_kind(_likeliest_names(candidates), ("csv",))


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
    best = max(candidates, key=lambda candidate: len(candidate.known & wanted), default=None)
    if best is None or not best.known & wanted:
        raise Rejected("no-header", f"none of the first {HEADER_ROWS} rows has a column of {entry.kind}")
    return _header(best, entry)


def _header(candidate: _Candidate, entry: Entry) -> Header:
    names = [normalise(name) for name in candidate.names]
    if len(names) > MOST_COLUMNS:
        raise Rejected("too-many-columns", f"{len(names)} columns; at most {MOST_COLUMNS} are read")
    places: dict[str, int] = {}
    for place, name in enumerate(names, start=1):
        if name and name in places:
            message = f"column {name!r} stands there twice ({places[name]}, {place})"
            raise Held("duplicate-header", message, hint="rename or remove one of them", line=candidate.lines)
        places[name] = place
    named = tuple(name or f"column {place}" for place, name in enumerate(names, start=1))
    return Header(entry, candidate.delimiter, named, candidate.lines, candidate.rows_above)


def _likeliest_names(candidates: Sequence[_Candidate]) -> Sequence[str]:
    """Of the rows that fit no entry, the one that has most names of any."""
    known = {name for entry in load_catalog().values() for name in entry.fingerprint}
    best = max(candidates, key=lambda one: (len(one.known & known), len(one.names)), default=None)
    return best.names if best else ()


def unknown_kind(names: Iterable[str], containers: Iterable[str]) -> Rejected:
    """What was found, which entry is nearest, and what it lacks."""
    shown = [redact(name, 40) for name in islice(names, 12)]
    known = frozenset(map(normalise, names)) | frozenset(names)
    wanted = set(containers)
    entries = [entry for entry in load_catalog().values() if entry.fingerprint and wanted & set(entry.container)]
    message = f"this is no kind of file that is known; found: {', '.join(shown) or 'no names'}"
    nearest = max(entries, key=lambda entry: (_share(entry, known), len(entry.fingerprint)))
    if not _share(nearest, known):
        return Rejected("unknown-kind", message, hint="`carecli kinds` lists what is read")
    missing = nearest.missing(known)
    if not missing:
        extra = ", ".join(sorted(known & set(nearest.forbids)))
        return Rejected("unknown-kind", message, hint=f"nearest is {nearest.kind}, which has no {extra}")
    return Rejected("unknown-kind", message, hint=f"nearest is {nearest.kind}; missing: {', '.join(missing)}")


def _share(entry: Entry, names: frozenset[str]) -> float:
    return 1 - len(entry.missing(names)) / len(entry.fingerprint)
