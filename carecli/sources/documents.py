"""Which kind of JSON is this, and where in it the records are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from carecli.sources.entry import Entry
from carecli.sources.recognise import Catalog, by_user, match_names, preferred, unknown_kind
from carecli.sources.records import Record
from carecli.sources.structured import Document
from carecli.sources.verdicts import BadRecord, Item, Rejected

JSON = ("json", "ndjson")
SAMPLE = 20
"""How many records are looked at for their keys: a record may leave some out."""

MOST_HOLDERS = 100
"""How many lists and objects of a wrapper are looked at for records, whatever their keys."""


@dataclass(frozen=True, slots=True)
class Found:
    """The kind, and the path of its records in the wrapper; None where there is no wrapper."""

    entry: Entry
    path: str | None


def match_records(sample: Sequence[Item], catalog: Catalog) -> Entry:
    """The kind of records that stand there without a wrapper. `Rejected` where it is none."""
    entry = match_names(_names(sample, catalog), JSON, catalog, lambda one: not one.wrapper and not one.by_id)
    if entry is None:
        raise _unknown(sample, catalog)
    return entry


def match_document(document: Document, forced: Entry | None, catalog: Catalog) -> Found:
    """The kind of a whole document and where its records are. `Rejected` where it is none that is known."""
    if forced is not None:
        return Found(forced, _forced_path(document, forced))
    if not document.members:
        return Found(match_records(_sample(document, None), catalog), None)
    for path in _paths(document, catalog):
        for by_id in (True, False):
            if entry := _match_at(document, path, catalog, by_id=by_id):
                return Found(entry, path)
    if document.is_large(None):
        raise unknown_kind(sorted(document.members), JSON, catalog)
    raise _unknown(_sample(document, _fullest(document)), catalog)


def _fullest(document: Document) -> str | None:
    """The list in the wrapper with most records, whose names tell what the file is about; None: there is no list."""
    counts = {path: sum(isinstance(item, Record) for item in _sample(document, path)) for path in _holders(document)}
    return max(counts, key=counts.__getitem__) if max(counts.values(), default=0) > 1 else None


def _sample(document: Document, path: str | None, *, by_id: bool = False) -> list[Item]:
    return list(islice(document.records(path, by_id=by_id), SAMPLE))


def _paths(document: Document, catalog: Catalog) -> Iterator[str | None]:
    """Where records may be: the document itself, then paths that an entry names, then any list or object."""
    yield None
    named = {path: None for entry in catalog.values() for path in entry.records if document.holds_records(path)}
    yield from named
    yield from (key for key in _holders(document) if key not in named)


def _holders(document: Document) -> list[str]:
    """Lists and objects in the wrapper that may hold records, as many as are worth a look."""
    return document.holders()[:MOST_HOLDERS]


def _match_at(document: Document, path: str | None, catalog: Catalog, *, by_id: bool) -> Entry | None:
    """The kind of the records at a path; vendors' entries that name the path go before others."""
    suiting = [entry for entry in catalog.values() if entry.by_id == by_id and _agrees(document, entry)]
    naming = [entry for entry in suiting if _names_path(entry, path)]
    if by_id and not naming:
        return None
    if not by_id and document.is_large(path):
        names = frozenset(document.members) if path is None else frozenset()
    else:
        sample = _sample(document, path, by_id=by_id)
        if not sample:
            empty = preferred(naming)
            return empty[0] if len(empty) == 1 else None
        names = _names(sample, catalog)
    first = [*naming, *filter(by_user, suiting)]
    return match_names(names, JSON, catalog, first.__contains__) or match_names(
        names, JSON, catalog, suiting.__contains__
    )


def _names_path(entry: Entry, path: str | None) -> bool:
    return path in entry.records if path is not None else not entry.records


def _agrees(document: Document, entry: Entry) -> bool:
    """Whether the wrapper says what the entry asks of it."""
    return all(document.scalar(path) == said for path, said in entry.wrapper.items())


def _forced_path(document: Document, entry: Entry) -> str | None:
    known = [path for path in entry.records if document.holds_records(path)]
    if known or entry.matches(frozenset(document.members)):
        return known[0] if known else None
    holders = document.holders()
    return holders[0] if len(holders) == 1 and not entry.by_id else None


def _names(items: Iterable[Item], catalog: Catalog) -> frozenset[str]:
    """The records' keys, and those of the catalog's paths that lead to something in one of them."""
    records = [item.cells for item in items if isinstance(item, Record)]
    names = {name for cells in records for name in cells}
    paths = (path for path in _paths_asked(catalog) if path.partition(".")[0] in names)
    return frozenset(names) | {path for path in paths if any(_leads(cells, path.split(".")) for cells in records)}


def _paths_asked(catalog: Catalog) -> set[str]:
    entries = [entry for entry in catalog.values() if set(JSON) & set(entry.container)]
    return {name for entry in entries for name in (*entry.fingerprint, *entry.forbids) if "." in name}


def _leads(value: Any, steps: Sequence[str]) -> bool:
    """Whether a path leads to a key, through objects and the elements of lists."""
    if not steps:
        return True
    if isinstance(value, list):
        return any(_leads(item, steps) for item in value)
    return isinstance(value, Mapping) and steps[0] in value and _leads(value[steps[0]], steps[1:])


def _unknown(sample: Sequence[Item], catalog: Catalog) -> Rejected:
    bad = [item for item in sample if isinstance(item, BadRecord)]
    if bad and len(bad) == len(sample):
        return Rejected(
            bad[0].code, f"no record can be read; the first is {bad[0].code} in line {bad[0].line}", line=bad[0].line
        )
    return unknown_kind(sorted(_names(sample, catalog)), JSON, catalog)
