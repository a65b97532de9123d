"""The kinds of file that are understood: one TOML file a kind in `catalog/`, and one generated entry a canonical table.

How names are compared: a CSV header is normalised (blanks trimmed and collapsed, no-break spaces to blanks, lower
case), and the cells of a record are keyed by the normalised names; JSON keys are taken exactly. Names in a TOML file's
`fingerprint` and `forbids` are written as the vendor writes them; they are normalised here where needed.
"""

from __future__ import annotations

import importlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, cast

from carecli.errors import UsageProblem
from carecli.sources.records import Transform
from carecli.tables import BY_NAME, TABLES, Table

CONTAINERS = ("csv", "json", "ndjson", "lines", "parquet")
ZONES = ("utc", "ask", "offset")
GRADES = tuple("ABCDEFGHIJKLM")
CANONICAL_PRECEDENCE = 5
"""What a person wrote into a sheet goes before what a system says and what is derived."""


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
    tables: tuple[str, ...]
    container: tuple[str, ...]
    transform: str
    """`module:function` under `carecli.sources`."""
    records: tuple[str, ...] = ()
    """JSON: names of the wrapper's key that holds the records; a bare array or lines are understood too."""
    fingerprint: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    pattern: str | None = None
    """Containers of lines: a regular expression for the first line."""
    zone: str = "offset"
    """utc: times are UTC, marked or not; ask: local times, the zone must be given; offset: times say it themselves."""
    exported_at: str | None = None
    """JSON: the wrapper's key with the export's own time in epoch seconds."""
    finished_only: bool = True
    """False where the feed also holds open contacts or cases."""
    precedence: Mapping[str, int] = field(default_factory=dict)
    """Table -> rank among the kinds that contribute to a row; the lowest wins. 50 where nothing is said."""
    derive: str | None = None
    coverage: Mapping[str, str] = field(default_factory=dict)
    """Table -> stored time column by which the file's coverage is measured."""
    follow: bool = False
    """An append-only log that may be read on from where it was left."""
    source_of_knowledge: str = ""

    @property
    def canonical(self) -> Table | None:
        """The canonical table a generated entry stands for; None for a vendor's kind."""
        prefix, _, table = self.kind.partition(".")
        return BY_NAME.get(table) if prefix == "canonical" else None

    def matches(self, names: frozenset[str]) -> bool:
        """Whether a header or a record's keys carry the whole fingerprint and nothing that is forbidden."""
        return bool(self.fingerprint) and names.issuperset(self.fingerprint) and names.isdisjoint(self.forbids)

    def missing(self, names: frozenset[str]) -> tuple[str, ...]:
        """The names of the fingerprint that a header lacks."""
        return tuple(name for name in self.fingerprint if name not in names)


_LISTS = ("tables", "container", "records", "fingerprint", "forbids")
_REQUIRED = ("kind", "system", "title", "grade", "tables", "container", "transform")
_KNOWN = frozenset(Entry.__dataclass_fields__)


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
        if key not in _KNOWN:
            raise UsageProblem(f"{where}: unknown key {key!r}", hint=f"known keys: {', '.join(sorted(_KNOWN))}")
    for key in _REQUIRED:
        if not given.get(key):
            raise UsageProblem(f"{where}: key {key!r} is missing")
    for key in _LISTS:
        if key in given:
            given[key] = _names(given[key], where, key)
    return _checked(Entry(**given), where)


def _names(value: Any, where: str, key: str) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(item, str) and item for item in values):
        raise UsageProblem(f"{where}: {key!r} must be a name or a list of names")
    return tuple(values)


def _checked(entry: Entry, where: str) -> Entry:
    for problem in _problems(entry):
        raise UsageProblem(f"{where}: {problem}")
    in_csv = "csv" in entry.container
    return _replaced(
        entry,
        fingerprint=tuple(normalise(name) for name in entry.fingerprint) if in_csv else entry.fingerprint,
        forbids=tuple(normalise(name) for name in entry.forbids) if in_csv else entry.forbids,
        coverage=_coverage(entry.tables, entry.coverage),
    )


def _replaced(entry: Entry, **changes: Any) -> Entry:
    values = {name: getattr(entry, name) for name in _KNOWN}
    return Entry(**(values | changes))


def _coverage(tables: tuple[str, ...], given: Mapping[str, str]) -> Mapping[str, str]:
    default = {name: time for name in tables if (time := BY_NAME[name].time)}
    return MappingProxyType(default | dict(given))


def _problems(entry: Entry) -> Iterator[str]:
    """What is wrong with an entry, in words."""
    if not re.fullmatch(r"[a-z0-9_]+\.[a-z0-9_]+", entry.kind):
        yield f"kind {entry.kind!r} must be system.name in lower case"
    if entry.grade not in GRADES:
        yield f"grade {entry.grade!r} must be one letter from A to M"
    if entry.zone not in ZONES:
        yield f"zone {entry.zone!r} must be one of {', '.join(ZONES)}"
    if unknown := set(entry.container) - set(CONTAINERS):
        yield f"container {', '.join(sorted(unknown))} must be among {', '.join(CONTAINERS)}"
    if ("lines" in entry.container) != (entry.pattern is not None):
        yield "a pattern is needed for a container of lines, and only there"
    if entry.container != ("lines",) and not entry.fingerprint:
        yield "a fingerprint is needed"
    if not re.fullmatch(r"[a-z_][a-z0-9_.]*:[a-z_][a-z0-9_]*", entry.transform):
        yield f"transform {entry.transform!r} must be module:function"
    yield from _table_problems(entry)


def _table_problems(entry: Entry) -> Iterator[str]:
    for key, names in (("tables", entry.tables), ("precedence", entry.precedence), ("coverage", entry.coverage)):
        for name in names:
            if name not in BY_NAME:
                yield f"{key} names {name!r}, which is no canonical table"
    for name, column in entry.coverage.items():
        if name in BY_NAME and not any(known.stored == column for known in BY_NAME[name].columns):
            yield f"coverage of {name} names {column!r}, which is no column of it"


_TIME_OPTIONAL = {"surveys": ("survey_id", "kind"), "contact_events": ("at", "interaction_id", "event")}
_ALSO_NEEDED = {"interactions": ("channel",), "case_events": ("case_id", "kind")}
_DERIVE = {"contact_events": "queue_log", "case_events": "case_events", "cases": "case_events"}
"""A case tells who its customer is, which decides whose messages are answers, so it is derived anew as well."""
_WITH_OPEN_ONES = ("interactions", "legs", "contact_events", "cases", "case_events", "agent_states", "incidents")


def canonical_fingerprint(table: Table) -> tuple[str, ...]:
    """The columns a canonical file must carry: its key, its time, and what makes a row worth having."""
    if table.name in _TIME_OPTIONAL:
        return _TIME_OPTIONAL[table.name]
    time = (table.time,) if table.time and table.time not in table.key else ()
    return (*table.key, *time, *_ALSO_NEEDED.get(table.name, ()))


def _canonical_forbids(table: Table) -> tuple[str, ...]:
    """What tells another table's file, which has all of this one's fingerprint among its columns, from this one's."""
    own = {column.name for column in table.columns}
    needed = set(canonical_fingerprint(table))
    alike = (other for other in TABLES if other is not table and needed <= {column.name for column in other.columns})
    return tuple(sorted({name for other in alike for name in canonical_fingerprint(other)} - own))


def canonical_entry(table: Table) -> Entry:
    """The entry of canonical files of one table."""
    tables = (table.name, "surveys") if table.name == "interactions" else (table.name,)
    return Entry(
        kind=f"canonical.{table.name}",
        system="canonical",
        title=f"canonical {table.name}: {table.meaning}",
        grade="A",
        tables=tables,
        container=("csv", "json", "ndjson", "parquet"),
        transform="canonical:map_record",
        records=(table.name,),
        fingerprint=canonical_fingerprint(table),
        forbids=_canonical_forbids(table),
        finished_only=table.name not in _WITH_OPEN_ONES,
        precedence=MappingProxyType(dict.fromkeys(tables, CANONICAL_PRECEDENCE)),
        derive=_DERIVE.get(table.name),
        coverage=_coverage(tables, {}),
        source_of_knowledge="carecli/tables.py",
    )


@cache
def load_catalog() -> Mapping[str, Entry]:
    """Every kind by its name: the vendors' first, then the canonical ones."""
    entries: dict[str, Entry] = {}
    folder = files("carecli.sources").joinpath("catalog")
    for resource in sorted(folder.iterdir(), key=lambda item: item.name):
        if resource.name.endswith(".toml"):
            entry = parse_entry(resource.read_text(encoding="utf-8"), f"catalog/{resource.name}")
            if entry.kind in entries:
                raise UsageProblem(f"catalog/{resource.name}: kind {entry.kind!r} is there already")
            entries[entry.kind] = entry
    entries.update({entry.kind: entry for entry in map(canonical_entry, TABLES)})
    return MappingProxyType(entries)


def entry_named(kind: str) -> Entry:
    """The entry of that kind; `UsageProblem` where there is none."""
    catalog = load_catalog()
    if kind not in catalog:
        raise UsageProblem(f"unknown kind {kind!r}", hint=f"known kinds: {', '.join(catalog)}")
    return catalog[kind]


def transform_of(entry: Entry) -> Transform:
    """The entry's function; only modules of this package are ever imported."""
    module, _, name = entry.transform.partition(":")
    return cast(Transform, getattr(importlib.import_module(f"carecli.sources.{module}"), name))


def kinds() -> list[dict[str, object]]:
    """What `carecli kinds` lists, the vendors' kinds first."""
    return [
        {
            "kind": entry.kind,
            "system": entry.system,
            "tables": list(entry.tables),
            "grade": entry.grade,
            "title": entry.title,
        }
        for entry in load_catalog().values()
    ]
