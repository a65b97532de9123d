"""A file to its kind and its records: what the bytes are, which entry of the catalog fits, and the reader for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from carecli.sources.catalog import entry_named, load_catalog
from carecli.sources.cells import UTC, as_time
from carecli.sources.containers import PARQUET_MAGIC, Bounded, Opened, Readable, plain_stream
from carecli.sources.decoding import Text
from carecli.sources.delimited import read_delimited
from carecli.sources.entry import Entry
from carecli.sources.limits import Limits, allow_polars
from carecli.sources.logs import Position, read_log
from carecli.sources.recognise import find_header, match_line, match_names, unknown_kind
from carecli.sources.records import BadCell, Record
from carecli.sources.structured import Document, looks_like_lines, read_document, read_lines
from carecli.sources.verdicts import BadRecord, Item, Rejected

SAMPLE = 20
"""How many records are looked at for their keys: a record may leave some out."""
HEAD_LINES = 60
JSON = ("json", "ndjson")
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the caller says about a file; None or 0 where it says nothing."""

    kind: str | None = None
    encoding: str | None = None
    from_offset: int = 0
    first_line: int = 1
    following: bool = False


@dataclass(slots=True)
class Feed:
    """A recognised file: its records come once, in order; notes and position are complete when they have come."""

    entry: Entry
    items: Iterator[Item]
    notes: list[str] = field(default_factory=list)
    assumed: dict[str, str] = field(default_factory=dict)
    exported_at: int | None = None
    position: Position | None = None


def read(file: Opened, options: ReadOptions, limits: Limits) -> Feed:
    """Recognise the file and prepare its reader; `Held` or `Rejected` says why not."""
    forced = entry_named(options.kind) if options.kind else None
    if file.head.startswith(PARQUET_MAGIC):
        return _parquet(file, forced, limits)
    if options.from_offset:
        return _log(_resumed(file, options), forced, options)
    plain = plain_stream(file, limits)
    stream = _Peeked(plain)
    if (forced is None and match_line(stream.first_line)) or (forced is not None and forced.pattern is not None):
        feed = _log(stream, forced, options)
        # Offsets of what a compressed file expands to are no places in it.
        feed.position = feed.position if isinstance(plain, Bounded) else None
        return feed
    text = Text(stream, options.encoding)
    if _MARKUP.match(text.head):
        what = "a web page or XML, perhaps a login page"
        raise Rejected("not-an-export", f"this is {what}, not an export", hint="open it in a browser to see")
    feed = _json(text, forced, limits) if text.head.lstrip()[:1] in ("{", "[") else _delimited(text, forced)
    if text.encoding != "utf-8-sig":
        feed.assumed["encoding"] = text.encoding
    return feed


class _Peeked:
    """A stream whose first line can be looked at before it is read."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._head = stream.read(64 * 1024)

    @property
    def first_line(self) -> str:
        return self._head.split(b"\n", 1)[0].decode("utf-8", errors="replace")

    def read(self, size: int = -1, /) -> bytes:
        if not self._head:
            return self._stream.read(size)
        block = self._head if size < 0 else self._head[:size]
        self._head = self._head[len(block) :]
        return block + self._stream.read(-1) if size < 0 else block


def _resumed(file: Opened, options: ReadOptions) -> _Peeked:
    """The rest of a plain file from where it was left."""
    if options.from_offset > file.size:
        raise Rejected("file-shrunk", "the file is shorter than when it was last read; it was replaced")
    file.handle.seek(options.from_offset)
    return _Peeked(Bounded(file.handle, file.size - options.from_offset))


def _log(stream: _Peeked, forced: Entry | None, options: ReadOptions) -> Feed:
    entry = forced or match_line(stream.first_line)
    if entry is None or entry.pattern is None:
        raise Rejected("unknown-kind", "this is no file of lines that is known", hint="say which with --as KIND")
    notes: list[str] = []
    position = Position(options.from_offset, options.first_line - 1)
    following = options.following or options.from_offset > 0
    items = read_log(stream, position, notes, following=following)
    return Feed(entry, items, notes, position=position)


def _delimited(text: Text, forced: Entry | None) -> Feed:
    lines = text.lines()
    start = list(islice(lines, HEAD_LINES))
    header = find_header(start, forced)
    notes: list[str] = []
    assumed = {} if header.delimiter == "," else {"delimiter": header.delimiter}
    return Feed(header.entry, read_delimited(start, lines, header, notes), notes, assumed)


def _parquet(file: Opened, forced: Entry | None, limits: Limits) -> Feed:
    data = Bounded(file.handle, file.size).read()
    allow_polars(limits)
    from carecli.sources.columnar import read_frame, read_rows

    frame = read_frame(data)
    entry = forced or match_names(frozenset(frame.columns), ("parquet",))
    if entry is None:
        raise unknown_kind(frame.columns, ("parquet",))
    return Feed(entry, read_rows(frame))


def _json(text: Text, forced: Entry | None, limits: Limits) -> Feed:
    if looks_like_lines(text.head):
        items = read_lines(text.lines())
        sample = list(islice(items, SAMPLE))
        entry = forced or match_names(_names(sample), JSON)
        if entry is None:
            raise _unknown(sample)
        return Feed(entry, chain(sample, items))
    document = read_document(_whole(text.chunks(), limits))
    entry, key = _forced_key(document, forced) if forced else _match_document(document)
    stated = document.scalar(entry.exported_at) if entry.exported_at else None
    return Feed(entry, document.records(key), exported_at=_exported_at(stated))


def _whole(chunks: Iterable[str], limits: Limits) -> str:
    parts: list[str] = []
    size = 0
    for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size > limits.document:
            hint = "export it in smaller pieces, or as one record a line"
            raise Rejected("too-large", f"a JSON document of more than {limits.document} characters", hint=hint)
    return "".join(parts)


def _names(items: Iterable[Item]) -> frozenset[str]:
    return frozenset(name for item in items if isinstance(item, Record) for name in item.cells)


def _match_document(document: Document) -> tuple[Entry, str | None]:
    """The entry, and the wrapper's key that holds the records (None: there is no wrapper)."""
    if document.members and (entry := match_names(frozenset(document.members), JSON)):
        return entry, None
    wrappers = {name for entry in load_catalog().values() for name in entry.records}
    holders = sorted(document.holders(), key=lambda name: name not in wrappers)
    for key in holders if document.members else [None]:
        names = _names(islice(document.records(key), SAMPLE))
        if entry := match_names(names, JSON) or _empty_wrapper(key, names):
            return entry, key
    raise _unknown(islice(document.records(None), SAMPLE))


def _empty_wrapper(key: str | None, names: frozenset[str]) -> Entry | None:
    """A page without records is known by its wrapper alone, if only one kind has it."""
    entries = [entry for entry in load_catalog().values() if not names and key in entry.records]
    return entries[0] if len(entries) == 1 else None


def _forced_key(document: Document, entry: Entry) -> tuple[Entry, str | None]:
    holders = document.holders()
    known = [key for key in holders if key in entry.records]
    if known or entry.matches(frozenset(document.members)):
        return entry, known[0] if known else None
    return entry, holders[0] if len(holders) == 1 else None


def _unknown(sample: Iterable[Item]) -> Rejected:
    items = list(sample)
    deep = [item for item in items if isinstance(item, BadRecord)]
    if items and len(deep) == len(items):
        first = deep[0]
        return Rejected(first.code, f"no record can be read: {first.code}", line=first.line)
    return unknown_kind(sorted(_names(items)), JSON)


def _exported_at(stated: str | None) -> int | None:
    try:
        return as_time(stated, "exported_at", UTC)
    except BadCell:
        return None
