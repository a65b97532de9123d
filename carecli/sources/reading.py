"""A file to its kind and its records: what the bytes are, which entry of the catalog fits, and the reader for it.

Where something must be known before the first record is read (an encoding that isn't UTF-8, a zone that a footer tells,
that a compressed file is whole and no bomb), the file is read once more for it; each stream has its own place in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, islice

from carecli.sources.archives import Archive
from carecli.sources.catalog import entry_named, load_catalog
from carecli.sources.cells import UTC, as_time
from carecli.sources.containers import BLOCK, OLE_MAGIC, PARQUET_MAGIC, Opened, Readable, refuse_foreign
from carecli.sources.contents import Contents, archive_of, contents
from carecli.sources.decoding import UTF_8, Text, encoding_of, looks_binary, no_text
from carecli.sources.delimited import read_delimited, zone_in_last_lines
from carecli.sources.documents import SAMPLE, match_document, match_records
from carecli.sources.entry import Entry
from carecli.sources.headers import Header, find_header
from carecli.sources.limits import Limits, allow_polars
from carecli.sources.logs import Parse, Position, as_line, as_object, as_row, read_log
from carecli.sources.recognise import Catalog, match_line, match_names, unknown_kind
from carecli.sources.records import BadCell
from carecli.sources.structured import looks_like_lines, read_document, read_lines
from carecli.sources.verdicts import Item, Rejected

HEAD_LINES = 60
_MARKUP = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the caller says about a file; None or 0 where it says nothing."""

    kind: str | None = None
    encoding: str | None = None
    from_offset: int = 0
    first_line: int = 1
    following: bool = False
    member: str | None = None
    """Which file of an archive or sheet of a workbook."""
    catalog: Mapping[str, Entry] | None = None
    """The kinds that are known; None: the catalog without a user's mappings."""


@dataclass(slots=True)
class Feed:
    """A recognised file: its records come once, in order; notes and position are complete when they have come."""

    entry: Entry
    items: Iterator[Item]
    notes: list[str] = field(default_factory=list)
    assumed: dict[str, str] = field(default_factory=dict)
    exported_at: int | None = None
    zone: str | None = None
    """The zone that the header, the wrapper or a footer tells."""
    position: Position | None = None


def read(file: Opened, options: ReadOptions, limits: Limits) -> Feed:
    """Recognise the file and prepare its reader; `Held` or `Rejected` says why not.

    `SeveralMembers` where there are several and none is named.
    """
    if file.size == 0:
        raise Rejected("empty", "the file is empty")
    catalog = load_catalog() if options.catalog is None else options.catalog
    forced = entry_named(options.kind, catalog) if options.kind else None
    if options.from_offset:
        return _resumed(file, forced, options, catalog)
    archive = archive_of(file, limits)
    if (archive is not None and archive.workbook) or file.head.startswith(OLE_MAGIC):
        return _workbook(file, archive, forced, options.member, catalog, limits)
    inside = contents(file, archive, options.member, limits)
    refuse_foreign(inside.head)
    if inside.packed:
        # Once through before any record is read: a bomb or a damaged file is found in a moment.
        _drain(inside.stream())
    if inside.head.startswith(PARQUET_MAGIC):
        return _parquet(inside.stream().read(), forced, catalog, limits)
    entry = forced or match_line(_first_line(inside.head), "lines", catalog)
    if entry is not None and "lines" in entry.container:
        return _log(inside, entry, options)
    return _text(inside, forced, options, catalog, limits)


def _drain(stream: Readable) -> None:
    while stream.read(BLOCK):
        pass


def _first_line(head: bytes) -> str:
    return head[: 64 * 1024].split(b"\n", 1)[0].decode("utf-8", errors="replace")


def _text(inside: Contents, forced: Entry | None, options: ReadOptions, catalog: Catalog, limits: Limits) -> Feed:
    encoding = options.encoding or encoding_of(inside.stream())
    text = Text(inside.stream(), encoding)
    if _MARKUP.match(text.head):
        what = "a web page or XML, perhaps a login page"
        raise Rejected("not-an-export", f"this is {what}, not an export", hint="open it in a browser to see")
    if text.head.lstrip()[:1] in ("{", "["):
        feed = _json(text, forced, catalog, limits, following=options.following)
    else:
        feed = _delimited(text, inside, forced, catalog)
    if feed.entry.follow and encoding == UTF_8 and (bool(feed.entry.columns) or looks_like_lines(text.head)):
        return _log(inside, feed.entry, options)
    if encoding != UTF_8:
        feed.assumed["encoding"] = encoding
    return feed


def _resumed(file: Opened, forced: Entry | None, options: ReadOptions, catalog: Catalog) -> Feed:
    """The rest of a plain file of lines from where it was left."""
    if options.from_offset > file.size:
        raise Rejected("file-shrunk", "the file is shorter than when it was last read; it was replaced")
    head = file.stream(options.from_offset).read(BLOCK)
    line = _first_line(head)
    entry = forced or match_line(line, "lines", catalog) or match_line(line, "csv", catalog)
    if entry is None or not _by_lines(entry):
        raise Rejected("unknown-kind", "this is no file of lines that is known", hint="say which with --as KIND")
    return _log(Contents(lambda: file.stream(options.from_offset), head, packed=False), entry, options)


def _by_lines(entry: Entry) -> bool:
    """Whether a file of the kind can be read on: each of its lines is a record."""
    return "lines" in entry.container or (entry.follow and (bool(entry.columns) or "ndjson" in entry.container))


def _parse_of(entry: Entry, line: str) -> Parse:
    """How a line of such a file is read."""
    if "lines" in entry.container:
        return as_line
    return as_row(find_header([line], entry, {})) if entry.columns else as_object


def _log(inside: Contents, entry: Entry, options: ReadOptions) -> Feed:
    notes: list[str] = []
    parse = _parse_of(entry, _first_line(inside.head))
    position = Position(options.from_offset, options.first_line - 1)
    following = options.following or options.from_offset > 0
    items = read_log(inside.stream(), position, notes, parse, following=following)
    # Offsets of what a compressed file expands to are no places in it.
    return Feed(entry, items, notes, position=None if inside.packed else position)


def _delimited(text: Text, inside: Contents, forced: Entry | None, catalog: Catalog) -> Feed:
    lines = text.lines()
    start = list(islice(lines, HEAD_LINES))
    header = _header_of(start, inside.head, forced, catalog)
    notes: list[str] = []
    assumed = {} if header.delimiter == "," else {"delimiter": header.delimiter}
    place, _, expression = header.entry.zone.partition(":")
    zone = header.zone
    if place == "footer":
        zone = zone_in_last_lines(Text(inside.stream(), text.encoding).lines(), header, expression)
    return Feed(header.entry, read_delimited(start, lines, header, notes), notes, assumed, zone=zone)


def _header_of(start: list[str], head: bytes, forced: Entry | None, catalog: Catalog) -> Header:
    """The header; where there is none in bytes that hardly look like text, that is said instead."""
    try:
        return find_header(start, forced, catalog)
    except Rejected as problem:
        if problem.code == "unknown-kind" and b"\0" in head and looks_binary(head):
            raise no_text() from None
        raise


def _workbook(
    file: Opened,
    archive: Archive | None,
    forced: Entry | None,
    member: str | None,
    catalog: Catalog,
    limits: Limits,
) -> Feed:
    from carecli.sources.workbook import find_table, open_workbook

    table = find_table(open_workbook(file, archive, limits), member, forced, catalog)
    entry = table.header.entry
    place, _, expression = entry.zone.partition(":")
    zone = table.zone_of_footer(expression) if place == "footer" else table.header.zone
    return Feed(entry, table.items(), assumed={"sheet": table.name} if table.chosen else {}, zone=zone)


def _parquet(data: bytes, forced: Entry | None, catalog: Catalog, limits: Limits) -> Feed:
    allow_polars(limits)
    from carecli.sources.columnar import read_frame, read_rows

    frame = read_frame(data)
    entry = forced or match_names(frozenset(frame.columns), ("parquet",), catalog)
    if entry is None:
        raise unknown_kind(frame.columns, ("parquet",), catalog)
    return Feed(entry, read_rows(frame))


def _json(text: Text, forced: Entry | None, catalog: Catalog, limits: Limits, *, following: bool) -> Feed:
    if looks_like_lines(text.head):
        # A stream that is followed may end in half a line, which waits for its other half.
        lines = (line for line in text.lines() if not following or line[-1] in "\r\n")
        items = read_lines(lines)
        sample = list(islice(items, SAMPLE))
        return Feed(forced or match_records(sample, catalog), chain(sample, items))
    document = read_document(_whole(text.chunks(), limits))
    found = match_document(document, forced, catalog)
    entry = found.entry
    stated = document.scalar(entry.exported_at) if entry.exported_at else None
    place, _, key = entry.zone.partition(":")
    return Feed(
        entry,
        document.records(found.path, by_id=entry.by_id),
        exported_at=_exported_at(stated),
        zone=document.scalar(key) if place == "wrapper" else None,
    )


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


def _exported_at(stated: str | None) -> int | None:
    try:
        return as_time(stated, "exported_at", UTC)
    except BadCell:
        return None
