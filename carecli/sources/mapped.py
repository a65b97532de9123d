"""Carries out the row maps of an entry: one record in, canonical rows in the store's units out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from carecli.sources.attributes import unmapped
from carecli.sources.cells import UTC, as_present
from carecli.sources.conventions import MAY_BE_EMPTY, check_span, needed
from carecli.sources.entry import Entry
from carecli.sources.mapping import ColumnMap, Condition, RowMap
from carecli.sources.observed import observed
from carecli.sources.records import BadCell, Ignored, MapContext, Record, Row, Transform
from carecli.sources.values import Reader, reader_of, zone_named
from carecli.tables import Column, table_named


@dataclass(frozen=True, slots=True)
class Scope:
    """Where names are looked up: the record, or an element of a list in it."""

    cells: Any
    around: Scope | None = None
    place: int = 1
    key: str | None = None

    def find(self, name: str) -> Any:
        """The value under a name; None where there is none."""
        if name == "#":
            return str(self.place)
        if name == "@":
            return _walk(self.cells, "@") if self.around is None else self.key
        if name.startswith("$."):
            return self.record.find(name[2:])
        if name.startswith("^."):
            return self.around.find(name[2:]) if self.around else None
        if "[]." in name:
            path, _, rest = name.partition("[].")
            found = (Scope(item).find(rest) for item in _listed(_walk(self.cells, path)))
            return [value for value in found if value is not None]
        return _walk(self.cells, name)

    @property
    def record(self) -> Scope:
        scope = self
        while scope.around is not None:
            scope = scope.around
        return scope

    def elements(self, path: str) -> Iterator[Scope]:
        """The elements at the end of a path; `a[].b` walks the `b` of every `a`."""
        first, _, rest = path.partition("[].")
        found = _walk(self.cells, first)
        pairs = found.items() if isinstance(found, Mapping) else ((None, item) for item in _listed(found))
        for place, (key, item) in enumerate(pairs, start=1):
            scope = Scope(item, self, place, key)
            if rest:
                yield from scope.elements(rest)
            else:
                yield scope


def _listed(found: Any) -> Sequence[Any]:
    return found if isinstance(found, list) else ()


def _walk(value: Any, path: str) -> Any:
    """A key taken exactly, else the steps of a path through objects and lists."""
    if isinstance(value, Mapping):
        if path in value:
            return value[path]
    elif not path:
        return value
    if "." not in path and not isinstance(value, list):
        return None
    for step in path.split("."):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.lstrip("-").isdecimal() and -len(value) <= int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def mapping_transform(entry: Entry) -> Transform:
    """The transform that an entry's `rows` and `ignore` describe."""
    known = _named(entry)
    plans = [_RowPlan(row, known) for row in entry.rows]

    zone_column = entry.zone.partition(":")[2] if entry.zone.startswith("column:") else None

    def transform(record: Record, context: MapContext) -> Iterator[Row]:
        scope = Scope(record.cells)
        if zone_column is not None:
            context = _in_zone(context, scope.find(zone_column), zone_column)
        for ignore in entry.ignore:
            if all(holds(condition, scope) for condition in ignore.when):
                raise Ignored(ignore.reason)
        for plan in plans:
            yield from plan.rows(scope, context)

    return transform


def _in_zone(context: MapContext, cell: Any, column: str) -> MapContext:
    """The context for a record that names its own zone."""
    name = as_present(cell, column)
    if name is None:
        return context
    try:
        return replace(context, zone=ZoneInfo(name))
    except (ValueError, OSError, KeyError):
        raise BadCell("unknown-zone", column, name, "an IANA zone such as Europe/Berlin") from None


def _named(entry: Entry) -> frozenset[str]:
    """Columns that have a place, or are not to be kept."""
    names = set(entry.private)
    for row in entry.rows:
        maps = [*row.columns.values(), *filter(None, (row.version, row.part))]
        names.update(name.removeprefix("$.").removeprefix("^.") for column in maps for name in column.names)
    if entry.zone.startswith("column:"):
        names.add(entry.zone.partition(":")[2])
    return frozenset(names.difference(entry.kept))


def holds(condition: Condition, scope: Scope) -> bool:
    """Whether a cell says what the condition asks."""
    cell = scope.find(condition.column)
    text = _as_words(cell)
    if condition.present is not None and condition.present != bool(text):
        return False
    if condition.is_any is not None and text.casefold() not in condition.is_any:
        return False
    if condition.is_none and text.casefold() in condition.is_none:
        return False
    return condition.matches is None or re.search(condition.matches, text) is not None


def _as_words(cell: Any) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, list):
        return " ".join(str(item) for item in cell if not isinstance(item, list | dict))
    return "" if cell is None or isinstance(cell, Mapping) else str(cell).strip()


class _RowPlan:
    """One row map, made ready."""

    def __init__(self, row: RowMap, known: frozenset[str]) -> None:
        self._row = row
        self._known = known
        self._table = table = table_named(row.table)
        self._plain = [
            (table.column(name).stored, _cell_reader(table.column(name), column))
            for name, column in row.columns.items()
            if not (column.after or column.before)
        ]
        self._counted = [
            (table.column(name).stored, column, reader_of(_DURATION, column))
            for name, column in row.columns.items()
            if column.after or column.before
        ]
        self._version = None if row.version is None else _cell_reader(_TIME, row.version)
        self._part = None if row.part is None else _cell_reader(_TEXT, row.part)
        self._complete = None if row.complete is None else table.column(row.complete).stored
        self._required = [
            (
                table.column(name).stored,
                row.columns[name].names[0] if name in row.columns and row.columns[name].names else name,
            )
            for name in needed(table)
        ]
        empty = MAY_BE_EMPTY.get(table.name, ())
        self._empty = [table.column(name).stored for name in empty if name in table.key]
        self._attributes = row.attributes and table.has("attributes") and "attributes" not in row.columns

    def rows(self, record: Scope, context: MapContext) -> Iterator[Row]:
        scopes: Iterable[Scope] = record.elements(self._row.each) if self._row.each else (record,)
        for scope in scopes:
            if all(holds(condition, scope) for condition in self._row.when):
                yield from self._made(scope, context)

    def _made(self, scope: Scope, context: MapContext) -> Iterator[Row]:
        values = self._values(scope, context)
        version = self._version(scope, context, values) if self._version else None
        stamp = int(version or context.exported_at or 0)
        complete = self._complete is None or values.get(self._complete) is not None
        part = self._part(scope, context, values) if self._part else None
        yield Row(self._table.name, values, stamp, complete, part)
        if self._table.name == "cases":
            yield from observed(values, stamp)

    def _values(self, scope: Scope, context: MapContext) -> dict[str, Any]:
        values: dict[str, Any] = dict.fromkeys(self._empty, "")
        for stored, read in self._plain:
            value = read(scope, context, values)
            if value is not None:
                values[stored] = value
        for stored, column, read_duration in self._counted:
            base = values.get(column.after or column.before or "")
            milliseconds = read_duration(found_in(scope, column), column.names[0], context)
            if base is not None and milliseconds is not None:
                values[stored] = base + (milliseconds // 1000) * (1 if column.after else -1)
        for stored, name in self._required:
            if values.get(stored) is None:
                code = "missing-id" if stored.endswith("_id") else "missing-value"
                raise BadCell(code, name, "", "a value")
        check_span(self._table.name, values)
        if self._attributes and isinstance(scope.cells, Mapping):
            values["attributes"] = unmapped(scope.cells, self._known, context)
        return values


_DURATION = Column("counted_sec", "duration", "what `after` and `before` count")
_TIME = Column("version", "time", "when the record was last changed")
_TEXT = Column("part", "text", "which part of its row")

CellReader = Callable[[Scope, MapContext, Mapping[str, Any]], Any]


def applies(column: ColumnMap, scope: Scope) -> bool:
    return all(holds(condition, scope) for condition in column.when)


def found_in(scope: Scope, column: ColumnMap) -> Any:
    """The cell that a column map points to; None where none of them says anything."""
    if not applies(column, scope):
        return None
    if column.join is not None:
        found = [_as_words(scope.find(name)) for name in column.names]
        return column.join.join(found) if all(found) else None
    for name in column.names:
        cell = scope.find(name)
        if isinstance(cell, list):
            cell = _as_words(cell)
        if cell is not None and cell != "" and not _is_missing(cell, column):
            return cell
    return None


def _is_missing(cell: Any, column: ColumnMap) -> bool:
    if not column.missing and not column.zero_is_missing:
        return False
    text = _as_words(cell).casefold()
    return text in column.missing or (column.zero_is_missing and text.strip("0.:") == "" and text != "")


def _next_day(at: int, zone: ZoneInfo | None) -> int:
    """The same hour of the next day, which a change of clocks makes 23 or 25 hours away."""
    return int((datetime.fromtimestamp(at, zone or UTC) + timedelta(days=1)).timestamp())


def _cell_reader(target: Column, column: ColumnMap) -> CellReader:
    if column.const is not None:
        constant = reader_of(target, column)
        return lambda scope, context, _values: (
            constant(column.const, target.name, context) if applies(column, scope) else None
        )
    read: Reader = reader_of(target, column)
    label = column.names[0].removeprefix("$.").removeprefix("^.")

    def cell(scope: Scope, context: MapContext, values: Mapping[str, Any]) -> Any:
        value = read(found_in(scope, column), label, context)
        if column.rolls_over and value is not None and value < values.get(column.rolls_over, value):
            return _next_day(value, context.zone if column.zone is None else zone_named(column.zone))
        return value

    return cell
