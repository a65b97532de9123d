"""One request to one summary: read the file, map its records, and stage what became of them.

Every physical record ends as exactly one of: staged, quarantined, ignored. A file that is held or rejected keeps its
quarantine for the message; its parent applies nothing of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from carecli import privacy
from carecli.sources.canonical import unmapped_columns
from carecli.sources.catalog import catalog_with, transform_of
from carecli.sources.cells import UTC
from carecli.sources.containers import Opened, SeveralMembers, opened
from carecli.sources.dates import evidence
from carecli.sources.entry import Entry
from carecli.sources.limits import Limits
from carecli.sources.reading import Feed, ReadOptions, read
from carecli.sources.records import BadCell, Ignored, MapContext, Order, Record, Row
from carecli.sources.staging import Stage
from carecli.sources.verdicts import RAW_LIMIT, BadRecord, Held, Item, Rejected, SkippedRecord, Verdict

FEWEST_TO_JUDGE = 20
MOST_BAD_PERCENT = 5
FOUND_LIMIT = 200
HINTS = {
    "no-time-zone": "say the file's zone with --tz",
    "ambiguous-date": "is this the right export? its dates are written another way",
}
ORDER_WORDS: Mapping[Order, str] = {"dmy": "day first", "mdy": "month first"}


@dataclass(frozen=True, slots=True)
class ParseRequest:
    """What the parent asks for; None where it says nothing."""

    path: str
    stage: str
    key: bytes
    read: ReadOptions = field(default_factory=ReadOptions)
    source: str | None = None
    zone: str | None = None
    zones: Mapping[str, str] = field(default_factory=dict)
    """Kind -> zone of its local times, configured or remembered from an earlier import."""
    order: Order | None = None
    """Of numeric dates, as the user said."""
    exported_at: int | None = None
    expected_sha256: str | None = None

    @classmethod
    def from_json(cls, given: dict[str, Any]) -> ParseRequest:
        """The request as it came over the pipe."""
        map_file = given.get("map")
        catalog = catalog_with(_path(given.get("mappings")), _path(map_file))
        options = ReadOptions(
            kind=given.get("as") or (next(iter(catalog)) if map_file else None),
            encoding=given.get("encoding"),
            from_offset=given.get("from_offset") or 0,
            first_line=given.get("first_line") or 1,
            following=bool(given.get("follow")),
            member=given.get("member"),
            catalog=catalog,
        )
        optional = {name: given.get(name) for name in ("source", "zone", "exported_at", "expected_sha256")}
        return cls(
            given["path"],
            given["stage"],
            bytes.fromhex(given["key"]),
            options,
            zones=given.get("zones") or {},
            order=given.get("dates"),
            **optional,
        )


def _path(given: str | None) -> Path | None:
    return None if given is None else Path(given)


def parse_file(request: ParseRequest, limits: Limits) -> dict[str, Any]:
    """The summary of one file; its stage is written where its kind was recognised."""
    summary = _blank_summary()
    try:
        with opened(request.path) as file:
            summary |= {"size": file.size, "sha256": file.sha256}
            if request.expected_sha256 not in (None, file.sha256):
                raise Rejected("file-changed", "the file is no longer the one that was chosen")
            feed = read(file, request.read, limits)
            order = request.order or _proven_order(feed, file, request, limits)
            _Parse(file, feed, request, order).run(summary)
    except SeveralMembers as several:
        summary |= {"state": "members", "members": list(several.names)}
    except Verdict as verdict:
        _judge(summary, verdict)
    return summary


def _proven_order(feed: Feed, file: Opened, request: ParseRequest, limits: Limits) -> Order | None:
    """The order of a file's numeric dates, by a first look through all of it; no other kind is read twice."""
    if feed.entry.dates != "numeric":
        return None
    # The handle is shared: the first reader has looked at the head only, and begins anew.
    items = read(file, request.read, limits).items
    return evidence(cell for item in items if isinstance(item, Record) for cell in item.cells.values())


def _blank_summary() -> dict[str, Any]:
    nothing = ("kind", "system", "source", "size", "sha256", "code", "message", "hint", "line", "exported_at", "derive")
    summary: dict[str, Any] = dict.fromkeys(nothing)
    summary |= {"state": "staged", "rows": 0, "assumed": {}, "notes": [], "coverage": [], "unmapped": {}}
    summary |= {"precedence": {}, "finished_only": None, "end_offset": None, "end_line": None}
    return summary | {"replaces": {}, "zone_given": None}


def _judge(summary: dict[str, Any], verdict: Verdict) -> None:
    summary |= {"state": verdict.state, "code": verdict.code, "message": _storable(verdict.message)}
    summary |= {"hint": None if verdict.hint is None else _storable(verdict.hint), "line": verdict.line}


class _Parse:
    """The run over one recognised file."""

    def __init__(self, file: Opened, feed: Feed, request: ParseRequest, order: Order | None) -> None:
        self._file = file
        self._feed = feed
        self._entry = feed.entry
        self._request = request
        self._source = request.source or feed.entry.system
        self._zone = _zone(feed, request)
        self._order = order
        self._context = self._make_context()
        self._transform = transform_of(feed.entry)
        self._canonical = feed.entry.canonical
        self._rows = 0
        self._unmapped: Counter[str] = Counter()
        self._faults: Counter[tuple[str | None, str]] = Counter()

    def run(self, summary: dict[str, Any]) -> None:
        """Stage every record; a verdict on the way or at the end goes into the summary and the stage alike."""
        stage = Stage(self._request.stage, self._entry.coverage)
        try:
            try:
                for item in self._feed.items:
                    self._rows += 1
                    self._take(item, stage)
                self._check(stage)
            except Verdict as verdict:
                _judge(summary, verdict)
            summary |= self._said(stage)
            stage.finish(summary)
        finally:
            stage.close()

    def _make_context(self) -> MapContext:
        key = self._request.key
        exported_at = self._request.exported_at
        return MapContext(
            kind=self._entry.kind,
            source=self._source,
            zone=self._zone,
            exported_at=self._feed.exported_at if exported_at is None else exported_at,
            customer_key=lru_cache(65_536)(lambda raw: privacy.customer_key(key, raw)),
            redact=lambda text: None if text is None else privacy.redact(text),
            order=self._order,
        )

    def _take(self, item: Item, stage: Stage) -> None:
        """Give one record its fate."""
        if isinstance(item, SkippedRecord):
            stage.ignored[item.reason] += 1
            return
        if isinstance(item, Record):
            rows = self._mapped(item)
            if isinstance(rows, str):
                stage.ignored[rows] += 1
                return
            if isinstance(rows, list):
                stage.add(item.number, rows, self._source_of(item))
                return
            item = rows
        self._faults[item.column, item.code] += 1
        said = (privacy.redact(item.found, FOUND_LIMIT), item.expected, privacy.redact(item.raw, RAW_LIMIT))
        stage.quarantine((item.number, item.line, item.last_line), item.column, item.code, *map(_storable, said))

    def _mapped(self, record: Record) -> list[Row] | BadRecord | str:
        """The record's rows, why it is bad, or why it is no data."""
        try:
            rows = list(self._transform(record, self._context))
        except BadCell as bad:
            if bad.code == "ambiguous-date" and self._entry.dates == "numeric":
                raise _undecided(record, bad) from None
            return _bad(record, bad.code, bad.column, bad.found, bad.expected)
        except Ignored as ignored:
            return ignored.reason
        except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as problem:
            # A mapping relies on the shape its format promises; a record of another shape must not cost the file.
            return _bad(record, "unexpected-shape", None, type(problem).__name__, f"a record of {self._entry.kind}")
        if self._canonical is not None:
            self._unmapped.update(unmapped_columns(self._canonical, record))
        return rows or "says nothing"

    def _source_of(self, record: Record) -> str:
        """A canonical file may name the source of each row itself."""
        named = record.cells.get("source") if self._canonical is not None else None
        return named.strip() or self._source if isinstance(named, str) else self._source

    def _check(self, stage: Stage) -> None:
        if self._file.changed() and not self._entry.follow:
            raise Rejected("still-growing", "the file changed while it was read", hint="import it again")
        judged = self._rows - stage.ignored.total()
        if judged >= FEWEST_TO_JUDGE and stage.quarantined * 100 > judged * MOST_BAD_PERCENT:
            (column, code), times = self._faults.most_common(1)[0]
            where = f"{column}: {code}" if column else code
            message = f"{stage.quarantined} of {judged} records can't be read; most often {where} ({times})"
            raise Held("too-many-bad", message, hint=HINTS.get(code, "is this the right export?"))

    def _said(self, stage: Stage) -> dict[str, Any]:
        entry, position = self._entry, self._feed.position
        return {
            "kind": entry.kind,
            "system": entry.system,
            "source": next(iter(stage.sources)) if len(stage.sources) == 1 else self._source,
            "rows": self._rows,
            "assumed": self._assumed(),
            "zone_given": _given_zone(entry, self._request),
            "replaces": dict(entry.replaces),
            "notes": self._feed.notes,
            "exported_at": self._context.exported_at,
            "finished_only": entry.finished_only,
            "precedence": dict(entry.precedence),
            "derive": entry.derive,
            "coverage": stage.coverage.summary(self._context.exported_at),
            "unmapped": dict(self._unmapped),
            "end_offset": position.offset if position else None,
            "end_line": position.line if position else None,
        }

    def _assumed(self) -> dict[str, str]:
        """What the file doesn't say itself, and what was taken for it."""
        zone = {"zone": self._zone.key} if self._zone else {}
        order = {"dates": ORDER_WORDS[self._order]} if self._order and self._entry.dates == "numeric" else {}
        return {**self._feed.assumed, **zone, **order}


def _given_zone(entry: Entry, request: ParseRequest) -> str | None:
    """The zone that somebody said, now or earlier; None where the file or its kind tells it."""
    return (request.zone or request.zones.get(entry.kind)) if entry.zone in ("ask", "offset") else None


def _zone(feed: Feed, request: ParseRequest) -> ZoneInfo | None:
    """The zone of times that carry none: the file's own, else as said, configured or remembered; None: all tell it."""
    if feed.entry.zone == "utc":
        return UTC
    told = feed.zone or request.zone or request.zones.get(feed.entry.kind)
    if told is not None:
        try:
            return ZoneInfo(told)
        except (ValueError, OSError, KeyError):
            raise Rejected("unknown-zone", f"there is no time zone {told!r}") from None
    if feed.entry.zone != "offset" and not feed.entry.zone.startswith("column:"):
        message = f"times of {feed.entry.kind} are local and don't say where"
        raise Rejected("no-time-zone", message, hint="say the file's zone with --tz")
    return None


def _undecided(record: Record, bad: BadCell) -> Rejected:
    """Every numeric date of such a file could be two days: nothing is guessed, the user is asked."""
    message = f"{bad.column}: {privacy.redact(bad.found, FOUND_LIMIT)} could be two days, and no date in the file shows"
    hint = "say the order with --dates dmy (day first) or --dates mdy (month first)"
    return Rejected("ambiguous-dates", f"{message} which", hint=hint, line=record.line)


def _bad(record: Record, code: str, column: str | None, found: str, expected: str) -> BadRecord:
    return BadRecord(record.number, record.line, record.last_line, code, column, found, expected, record.raw)


def _storable(text: str) -> str:
    """SQLite takes no lone surrogates, and text with NUL ends there for many a reader."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\u2400")
