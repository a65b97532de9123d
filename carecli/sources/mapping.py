"""How a record becomes canonical rows, as data: the `[[rows]]` of a catalog entry or of a mapping a user wrote.

A row map names a canonical table and says for each of its columns where the value stands and how it is written. What a
cell turns into is decided by the kind of the canonical column (`carecli.tables.declaring`): a time, a duration in
milliseconds, a code. `carecli.sources.mapped` carries these maps out.

Names of cells: a column's normalised name; in JSON a path (`via.channel`, `legs.0.id`). Where a map has `each`, names
are looked up in the element first; `^.name` is the element around it, `$.name` the record, `#` the element's place
from 1, and `@` its key where `each` walks over an object. `tags[].name` is the list of all tags' names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from carecli.errors import UsageProblem
from carecli.sources.conventions import needed
from carecli.tables import BY_NAME, Table

UNITS = ("ms", "s", "min", "h", "day-fraction", "h:mm", "m:ss", "words")
TREATMENTS = ("customer", "telephone", "redacted", "plain")
FORMATS = ("yyyymmdd", "mmddyyyy", "ddmmyyyy", "yymmdd", "m/d/y", "d/m/y")
NameOf = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a cell must say. All that is given must hold; words are compared without their case."""

    column: str
    is_any: frozenset[str] | None = None
    is_none: frozenset[str] = frozenset()
    present: bool | None = None
    matches: str | None = None


@dataclass(frozen=True, slots=True)
class Ignore:
    """Records that are no data, and the reason they are counted under."""

    when: tuple[Condition, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where the value of one canonical column stands, and how it is written."""

    names: tuple[str, ...] = ()
    """The first that says something counts."""
    join: str | None = None
    """All of `names` with this between them, instead of the first; a missing one makes it missing."""
    const: str | None = None
    unit: str = "s"
    """Of durations, and of the number that `after` and `before` count."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """The source's word, in lower case, to the word kept."""
    other: str | None = None
    """What a word that `codes` lacks becomes: empty for nothing, `*` for itself; None means it is an error."""
    missing: frozenset[str] = frozenset()
    """Further words, in lower case, that mean "nothing here"."""
    match: str | None = None
    """A regular expression; its first group (or all of it) is the value, and without a match there is none."""
    split: str | None = None
    take: int = 0
    """With `split`: which part, 0 the first, -1 the last."""
    prefix: str = ""
    suffix: str = ""
    factor: float | None = None
    """A number is multiplied by it: 0.01 makes per cent a share."""
    thousands: str = ""
    """A sign between thousands that is taken out of numbers and durations."""
    decimal: str = "."
    """What stands before the fraction of numbers and durations."""
    after: str | None = None
    """A time: so much after that canonical time column of the same row."""
    before: str | None = None
    rolls_over: str | None = None
    """A time that is at the same hour of the next day where it would be before that canonical time column."""
    format: str | None = None
    """Of dates written without separators, and of those whose order of day and month the vendor has fixed. What the
    user says of the order goes before both."""
    zone: str | None = None
    """Of these times, where it is not the file's: `utc`, or an IANA name."""
    treat: str | None = None
    """customer: keyed where it is an address or number; telephone: a number however spelt; redacted; plain."""
    zero_is_missing: bool = False
    when: tuple[Condition, ...] = ()
    """What must hold of the record or element so that there is a value at all."""


@dataclass(frozen=True, slots=True)
class RowMap:
    """How a record, or each element of a list in it, becomes one row of a table."""

    table: str
    columns: Mapping[str, ColumnMap]
    """Canonical column -> where it comes from."""
    each: str | None = None
    """A path to a list (or object) in the record; `a[].b` walks the `b` of every `a`."""
    when: tuple[Condition, ...] = ()
    version: ColumnMap | None = None
    """A time: when the record was last changed."""
    complete: str | None = None
    """The canonical column that says the row is finished; None: rows of this map always are."""
    part: ColumnMap | None = None
    """Which part of its row this is where several records make up one (legs of an interaction)."""
    attributes: bool = True
    """Whether cells that no map names are kept in `attributes`, where the table has it."""


_ROW_KEYS = ("table", "columns", "each", "when", "version", "complete", "part", "attributes")
_COLUMN_KEYS = {**{name: name for name in ColumnMap.__dataclass_fields__ if name != "names"}, "from": "names"}
_CONDITION_KEYS = {"column": "column", "is": "is_any", "is_not": "is_none", "present": "present", "matches": "matches"}


def parse_rows(given: Any, name_of: NameOf, where: str) -> tuple[RowMap, ...]:
    """The `[[rows]]` of an entry; `UsageProblem` names the key that is wrong and what is expected."""
    return tuple(_row(item, name_of, f"{where}: rows[{place}]") for place, item in enumerate(_tables(given, where)))


def parse_ignore(given: Any, name_of: NameOf, where: str) -> tuple[Ignore, ...]:
    """The `[[ignore]]` of an entry."""
    found = []
    for place, item in enumerate(_tables(given, where)):
        here = f"{where}: ignore[{place}]"
        _known(item, ("when", "reason"), here)
        if not isinstance(item.get("reason"), str) or not item.get("when"):
            raise UsageProblem(f"{here}: needs when and reason")
        found.append(Ignore(parse_conditions(item["when"], name_of, here), item["reason"]))
    return tuple(found)


def parse_conditions(given: Any, name_of: NameOf, where: str) -> tuple[Condition, ...]:
    """A list of `{ column = NAME, is = [WORDS] }` (or is_not, present, matches)."""
    found = []
    for item in _tables([given] if isinstance(given, dict) else given, where):
        _known(item, tuple(_CONDITION_KEYS), where)
        if not isinstance(item.get("column"), str) or len(item) < 2:
            raise UsageProblem(f"{where}: a condition needs column, and is, is_not, present or matches")
        values = {_CONDITION_KEYS[key]: value for key, value in item.items()}
        for key in ("is_any", "is_none"):
            if key in values:
                values[key] = frozenset(word.casefold() for word in _words(values[key], where))
        _expression(values.get("matches"), where)
        found.append(Condition(**(values | {"column": _named(values["column"], name_of)})))
    return tuple(found)


def _row(given: dict[str, Any], name_of: NameOf, where: str) -> RowMap:
    _known(given, _ROW_KEYS, where)
    table = BY_NAME.get(given.get("table", ""))
    if table is None:
        raise UsageProblem(f"{where}: table {given.get('table')!r} is no canonical table", hint=", ".join(BY_NAME))
    columns = given.get("columns")
    if not isinstance(columns, dict) or not columns:
        raise UsageProblem(f"{where}: columns must be a table of canonical column = where it comes from")
    maps = {name: _column(value, name_of, f"{where}: {name}") for name, value in columns.items()}
    for problem in _row_problems(table, maps, given.get("complete")):
        raise UsageProblem(f"{where}: {problem}")
    version, part = given.get("version"), given.get("part")
    return RowMap(
        table.name,
        MappingProxyType(maps),
        each=given.get("each"),
        when=parse_conditions(given.get("when", []), name_of, where),
        version=None if version is None else _column(version, name_of, f"{where}: version"),
        complete=given.get("complete"),
        part=None if part is None else _column(part, name_of, f"{where}: part"),
        attributes=bool(given.get("attributes", True)),
    )


def _row_problems(table: Table, maps: Mapping[str, ColumnMap], complete: str | None) -> Iterator[str]:
    for name, column in maps.items():
        if not table.has(name):
            known = ", ".join(known.name for known in table.columns)
            yield f"{table.name} has no column {name!r}; it has {known}"
            continue
        codes = table.column(name).codes
        words = {*column.codes.values(), *filter(None, (column.const, column.other))} - {"*"}
        if codes and (unknown := words - set(codes)):
            yield f"{name}: {', '.join(sorted(unknown))} is none of {', '.join(codes)}"
        for other in filter(None, (column.after, column.before, column.rolls_over)):
            if other not in maps or table.column(other).kind != "time":
                yield f"{name}: {other!r} is no time column that this map fills"
    for name in needed(table):
        if name not in maps:
            yield f"{table.name} needs {name!r}"
    if complete is not None and not table.has(complete):
        yield f"complete names {complete!r}, which is no column of {table.name}"


def _column(given: Any, name_of: NameOf, where: str) -> ColumnMap:
    if isinstance(given, str):
        return ColumnMap((_named(given, name_of),))
    if not isinstance(given, dict):
        raise UsageProblem(
            f'{where}: must be "Column name" or a table such as {{ from = "Column name", unit = "min" }}'
        )
    _known(given, tuple(_COLUMN_KEYS), where)
    values = {_COLUMN_KEYS[key]: value for key, value in given.items()}
    values["names"] = tuple(_named(name, name_of) for name in _words(values.get("names", []), where))
    if bool(values["names"]) == ("const" in values):
        raise UsageProblem(f"{where}: needs either from or const")
    _check_words(values, where)
    values["codes"] = MappingProxyType({word.casefold(): str(to) for word, to in values.get("codes", {}).items()})
    values["missing"] = frozenset(word.casefold() for word in _words(values.get("missing", []), where))
    values["when"] = parse_conditions(values.get("when", []), name_of, where)
    _expression(values.get("match"), where)
    return ColumnMap(**values)


def _check_words(values: Mapping[str, Any], where: str) -> None:
    choices = (("unit", UNITS), ("treat", TREATMENTS), ("format", FORMATS))
    for key, allowed in choices:
        if key in values and values[key] not in allowed:
            raise UsageProblem(f"{where}: {key} {values[key]!r} must be one of {', '.join(allowed)}")
    if not isinstance(values.get("codes", {}), dict):
        raise UsageProblem(f"{where}: codes must be a table of the source's word = the word kept")


def _named(name: str, name_of: NameOf) -> str:
    """`$.` and `^.` are no part of the name; `#` and `@` are none."""
    if name in ("#", "@"):
        return name
    return name[:2] + name_of(name[2:]) if name[:2] in ("$.", "^.") else name_of(name)


def _words(value: Any, where: str) -> list[str]:
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise UsageProblem(f"{where}: must be a word or a list of words, not {value!r}")
    return words


def _tables(value: Any, where: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise UsageProblem(f"{where}: must be a list of tables")
    return value


def _known(given: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in given:
        if key not in known:
            raise UsageProblem(f"{where}: unknown key {key!r}", hint=f"known keys: {', '.join(known)}")


def _expression(value: Any, where: str) -> None:
    if value is None:
        return
    try:
        re.compile(value)
    except (re.error, TypeError) as problem:
        raise UsageProblem(f"{where}: {value!r} is no regular expression: {problem}") from None
