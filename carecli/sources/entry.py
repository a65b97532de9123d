"""What is known of one kind of file: an entry of the catalog, or a mapping a user wrote. Both are TOML of one form.

How names are compared: a CSV header is normalised (blanks trimmed and collapsed, no-break spaces to blanks, lower
case), and the cells of a record are keyed by the normalised names; JSON keys are taken exactly, and `a.b` names the key
`b` of the object `a`. Names in an entry are written as the vendor writes them; they are normalised here where needed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from carecli.errors import UsageProblem
from carecli.sources.mapping import Condition, Ignore, RowMap, parse_conditions, parse_ignore, parse_rows
from carecli.tables import BY_NAME, Table

CONTAINERS = ("csv", "json", "ndjson", "lines", "parquet")
"""A sheet of a workbook counts as csv."""
ZONES = ("utc", "ask", "offset", "header")
PLACED_ZONE = re.compile(r"(column|wrapper|footer):(.+)")
GRADES = tuple("ABCDEFGHIJKLM")
DATES = ("plain", "numeric")
SCOPES = ("day", "agent, day", "period")
REPLACEABLE = ("schedules", "agent_states", "intervals", "forecasts", "annotations")
"""Tables whose key holds the time, so that a scope of days can be told from it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one kind of file."""

    kind: str
    """`system.name`, what `--as` takes."""
    system: str
    """The default name of the source."""
    title: str
    grade: str
    """How well the format is known: A the vendor's own documentation ... M an assumption."""
    container: tuple[str, ...]
    tables: tuple[str, ...] = ()
    transform: str | None = None
    """`module:function` under `carecli.sources`, where `rows` can't say it."""
    rows: tuple[RowMap, ...] = ()
    """How a record becomes rows; the first map that makes a row makes the leading one."""
    ignore: tuple[Ignore, ...] = ()
    """Records that are no data, with the reason."""
    records: tuple[str, ...] = ()
    """JSON: names of the wrapper's key that holds the records (`data.payload` for a wrapper in a wrapper); a bare array
    or lines are understood too."""
    wrapper: Mapping[str, str] = field(default_factory=dict)
    """JSON: keys of the wrapper and what they must say; tells apart kinds whose records look alike."""
    by_id: bool = False
    """JSON: the wrapper's key holds an object whose values are the records."""
    fingerprint: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    """One of these must be there beside the fingerprint; columns that a user chooses are never all there."""
    forbids: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Other names of columns, translated ones above all, to the vendor's own."""
    header_zone: str | None = None
    """A regular expression with the groups `name` and `zone` for headers that carry the file's zone."""
    repeated: tuple[str, ...] = ()
    """Columns that may stand there several times (`*`: any); the cell is then the list of what they say."""
    rows_below_header: int = 0
    """Rows right below the header that are headers too."""
    footers: tuple[str, ...] = ()
    """Regular expressions for the first cell that says something of rows that are no data."""
    columns: tuple[str, ...] = ()
    """Names of the columns of files without a header; then `pattern` tells the kind by the first line."""
    fewest_columns: int = 0
    """Of files without a header: how many of `columns` must be there; 0 means all."""
    pattern: str | None = None
    """Containers of lines, and files without a header: a regular expression for the first line."""
    private: tuple[str, ...] = ()
    """Columns that are never kept: names of people, bodies, recordings."""
    kept: tuple[str, ...] = ()
    """Columns that stay in `attributes` although a map reads them: it doesn't keep all that they say."""
    zone: str = "offset"
    """utc: times are UTC, marked or not; ask: local times, the zone must be given; offset: times say it themselves;
    header: the header says it; column:NAME, wrapper:KEY, footer:REGEX (group 1): said there."""
    dates: str = "plain"
    """numeric: dates such as 03/04/2025, whose order the file must prove or the user must say."""
    exported_at: str | None = None
    """JSON: the wrapper's key with the export's own time in epoch seconds."""
    finished_only: bool = True
    """False where the feed also holds open contacts or cases."""
    precedence: Mapping[str, int] = field(default_factory=dict)
    """Table -> rank among the kinds that contribute to a row; the lowest wins. 50 where nothing is said."""
    derive: str | None = None
    replaces: Mapping[str, str] = field(default_factory=dict)
    """Table -> the scope a file is the whole truth of (`day`, `agent, day`, `period`); the rest goes."""
    coverage: Mapping[str, str] = field(default_factory=dict)
    """Table -> stored time column by which the file's coverage is measured."""
    follow: bool = False
    """An append-only log that may be read on from where it was left."""
    source_of_knowledge: str = ""
    unverified: str = ""
    """What could not be verified of this kind, and what the user can do; shown by `carecli kinds`."""

    @property
    def canonical(self) -> Table | None:
        """The canonical table a generated entry stands for; None for a vendor's kind."""
        prefix, _, table = self.kind.partition(".")
        return BY_NAME.get(table) if prefix == "canonical" else None

    def own_name(self, name: str) -> str:
        """A header's normalised name in the vendor's own words: without the zone it carries, translations undone."""
        if self.header_zone and (match := re.fullmatch(self.header_zone, name, re.IGNORECASE)):
            name = match["name"].strip()
        return self.aliases.get(name, name)

    def own_names(self, names: Iterable[str]) -> frozenset[str]:
        """The names as the fingerprint writes them."""
        if not self.aliases and not self.header_zone:
            return names if isinstance(names, frozenset) else frozenset(names)
        return frozenset(map(self.own_name, names))

    def may_repeat(self, name: str) -> bool:
        """Whether several columns of that name are no damage."""
        return name in self.repeated or "*" in self.repeated

    def matches(self, names: frozenset[str]) -> bool:
        """Whether a header or a record's keys carry the whole fingerprint and nothing that is forbidden."""
        if not self.fingerprint:
            return False
        own = self.own_names(names)
        if self.any_of and own.isdisjoint(self.any_of):
            return False
        return own.issuperset(self.fingerprint) and own.isdisjoint(self.forbids) and self._is_canonical(own)

    def _is_canonical(self, names: frozenset[str]) -> bool:
        """A canonical file speaks our words in at least half of its columns: one `agent_id` makes no list of agents."""
        if self.canonical is None:
            return True
        own = {"source", *(column.name for column in self.canonical.columns)}
        columns = [name for name in names if "." not in name]
        return 2 * sum(name in own for name in columns) >= len(columns)

    def missing(self, names: frozenset[str]) -> tuple[str, ...]:
        """The names of the fingerprint that a header lacks."""
        own = self.own_names(names)
        return tuple(name for name in self.fingerprint if name not in own)


_NORMALISED = ("fingerprint", "any_of", "forbids", "repeated", "columns", "private", "kept")
_LISTS = ("tables", "container", "records", "footers", *_NORMALISED)
_MAPPINGS = ("aliases", "wrapper", "precedence", "coverage", "replaces")
_REQUIRED = ("kind", "system", "title", "grade", "container")
KNOWN = frozenset(Entry.__dataclass_fields__)


def normalise(name: str) -> str:
    """A header's name as it is compared: blanks trimmed and collapsed (no-break ones too), lower case."""
    return " ".join(name.replace("\ufeff", "").split()).casefold()


def parse_entry(text: str, where: str) -> Entry:
    """One entry from TOML; `UsageProblem` names the file and the key that is wrong."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise UsageProblem(f"{where}: not valid TOML: {problem}") from None
    for key in given:
        if key not in KNOWN:
            raise UsageProblem(f"{where}: unknown key {key!r}", hint=f"known keys: {', '.join(sorted(KNOWN))}")
    for key in _REQUIRED:
        if not given.get(key):
            raise UsageProblem(f"{where}: key {key!r} is missing")
    return _checked(_built(given, where), where)


def _built(given: dict[str, Any], where: str) -> Entry:
    for key in _LISTS:
        if key in given:
            given[key] = _names(given[key], where, key)
    for key in _MAPPINGS:
        if not isinstance(given.get(key, {}), dict):
            raise UsageProblem(f"{where}: {key!r} must be a table")
    in_csv = "csv" in given["container"]
    name_of = normalise if in_csv else str
    for key in _NORMALISED:
        if key in given:
            given[key] = tuple(map(name_of, given[key]))
    given["aliases"] = MappingProxyType({name_of(k): name_of(v) for k, v in given.get("aliases", {}).items()})
    given["rows"] = parse_rows(given.get("rows", []), name_of, where)
    given["ignore"] = parse_ignore(given.get("ignore", []), name_of, where)
    tables = tuple(given.get("tables", ())) or tuple(dict.fromkeys(row.table for row in given["rows"]))
    return Entry(**(given | {"tables": tables}))


def _names(value: Any, where: str, key: str) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(item, str) and item for item in values):
        raise UsageProblem(f"{where}: {key!r} must be a name or a list of names")
    return tuple(values)


def _checked(entry: Entry, where: str) -> Entry:
    for problem in _problems(entry):
        raise UsageProblem(f"{where}: {problem}")
    return replace(entry, coverage=coverage_of(entry.tables, entry.coverage))


def coverage_of(tables: tuple[str, ...], given: Mapping[str, str]) -> Mapping[str, str]:
    """Table -> stored time column: the table's own unless another is given."""
    default = {name: time for name in tables if (time := BY_NAME[name].time)}
    return MappingProxyType(default | dict(given))


def _problems(entry: Entry) -> Iterator[str]:
    """What is wrong with an entry, in words."""
    if not re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", entry.kind):
        yield f"kind {entry.kind!r} must be system.name in lower case"
    if entry.grade not in GRADES:
        yield f"grade {entry.grade!r} must be one letter from A to M"
    if entry.zone not in ZONES and not PLACED_ZONE.fullmatch(entry.zone):
        yield f"zone {entry.zone!r} must be one of {', '.join(ZONES)}, or column:, wrapper: or footer: with a name"
    if entry.dates not in DATES:
        yield f"dates {entry.dates!r} must be one of {', '.join(DATES)}"
    if unknown := set(entry.container) - set(CONTAINERS):
        yield f"container {', '.join(sorted(unknown))} must be among {', '.join(CONTAINERS)}"
    if entry.transform and not re.fullmatch(r"[a-z_][a-z0-9_.]*:[a-z_][a-z0-9_]*", entry.transform):
        yield f"transform {entry.transform!r} must be module:function"
    if bool(entry.transform) == bool(entry.rows):
        yield "either rows or a transform says what becomes of a record"
    yield from _recognition_problems(entry)
    yield from _expression_problems(entry)
    yield from _table_problems(entry)


def _recognition_problems(entry: Entry) -> Iterator[str]:
    headless = "lines" in entry.container or bool(entry.columns)
    if headless != (entry.pattern is not None):
        yield "a pattern is needed for a container of lines and for columns without a header, and only there"
    if not headless and not entry.fingerprint:
        yield "a fingerprint is needed"
    if (entry.zone == "header") != (entry.header_zone is not None):
        yield "header_zone belongs to zone 'header'"


def _expression_problems(entry: Entry) -> Iterator[str]:
    expressions = [entry.header_zone, entry.pattern, *entry.footers]
    if entry.zone.startswith("footer:"):
        expressions.append(entry.zone.partition(":")[2])
    for expression in filter(None, expressions):
        try:
            re.compile(expression)
        except re.error as problem:
            yield f"{expression!r} is no regular expression: {problem}"


def _table_problems(entry: Entry) -> Iterator[str]:
    named = (("tables", entry.tables), ("precedence", entry.precedence), ("coverage", entry.coverage))
    for key, names in (*named, ("replaces", entry.replaces)):
        for name in names:
            if name not in BY_NAME:
                yield f"{key} names {name!r}, which is no canonical table"
    for name, scope in entry.replaces.items():
        if scope not in SCOPES or name not in REPLACEABLE or entry.follow:
            yield f"replaces {name} by {scope!r}: of {', '.join(REPLACEABLE)}, one of {', '.join(SCOPES)}, not followed"
    for name, column in entry.coverage.items():
        if name in BY_NAME and not any(known.stored == column for known in BY_NAME[name].columns):
            yield f"coverage of {name} names {column!r}, which is no column of it"
    for row in entry.rows:
        if row.table not in entry.tables:
            yield f"rows make {row.table}, which tables doesn't name"


__all__ = ["Condition", "Entry", "coverage_of", "normalise", "parse_conditions", "parse_entry"]
