"""Canonical files: their columns carry the names of `carecli.tables`, so one mapping serves every table.

Only the key and what `catalog.canonical_fingerprint` names must be there. Columns that no table knows are kept as JSON
in `attributes` where the table has that column.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from carecli.sources.catalog import canonical_fingerprint
from carecli.sources.cells import (
    as_code,
    as_day,
    as_duration_ms,
    as_flag,
    as_number,
    as_optional_id,
    as_text,
    as_time,
    as_whole,
    is_missing,
)
from carecli.sources.conventions import FREE_TEXT, MAY_BE_EMPTY, check_span
from carecli.sources.observed import observed
from carecli.sources.records import BadCell, MapContext, Record, Row
from carecli.tables import Column, Table, table_named

ENDS = {
    "interactions": "ended_at",
    "legs": "left_at",
    "cases": "closed_at",
    "agent_states": "ended_at",
    "surveys": "responded_at",
    "incidents": "resolved_at",
    "ladder_steps": "done_at",
}
"""What makes a row complete; rows of other tables always are."""

DAYS = ("hired_on",)
SCORES = (("csat_score", "csat", 5.0), ("nps_score", "nps_touch", 10.0))

Parser = Callable[[object, str], Any]


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one table's rows are read; made once."""

    table: Table
    columns: Mapping[str, tuple[str, Parser | None]]
    """Canonical name -> stored name and parser (None: a time, which needs the file's zone)."""
    known: frozenset[str]
    keeps_unmapped: bool
    required: tuple[str, ...]
    """Stored names."""
    empty_keys: tuple[str, ...]


def _parser(column: Column) -> Parser | None:
    if column.kind == "time":
        return None
    if column.kind == "code":
        return partial(as_code, codes=column.codes)
    if column.kind in ("key", "name"):
        return as_optional_id if column.name.endswith("_id") else as_text
    by_kind: dict[str, Parser] = {"text": as_text, "duration": as_duration_ms, "whole": as_whole}
    return (by_kind | {"number": as_number, "flag": as_flag})[column.kind]


@cache
def _plan(table_name: str) -> _Plan:
    table = table_named(table_name)
    empty = MAY_BE_EMPTY.get(table_name, ())
    needed = [name for name in dict.fromkeys((*table.key, *canonical_fingerprint(table))) if name not in empty]
    return _Plan(
        table,
        {column.name: (column.stored, _parser(column)) for column in table.columns},
        frozenset({"source", *(column.name for column in table.columns)}),
        table.has("attributes"),
        tuple(table.column(name).stored for name in needed),
        tuple(table.column(name).stored for name in empty),
    )


def map_record(record: Record, context: MapContext) -> Iterator[Row]:
    """One canonical record to its row; an interaction's scores become surveys."""
    plan = _plan(context.kind.partition(".")[2])
    values = _values(plan, record.cells, context)
    _check(plan, values)
    _make_private(plan.table, values, context)
    if plan.keeps_unmapped:
        _keep_unmapped(plan, record.cells, values, context)
    version = values.get("updated_at") or context.exported_at or 0
    end = ENDS.get(plan.table.name)
    complete = end is None or values.get(end) is not None
    yield Row(plan.table.name, values, version, complete)
    if plan.table.name == "interactions":
        yield from _surveys(values, version)
    elif plan.table.name == "cases":
        yield from observed(values, version)


def _values(plan: _Plan, cells: Mapping[str, Any], context: MapContext) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, cell in cells.items():
        if cell is None or cell == "" or name not in plan.columns:
            continue
        stored, parser = plan.columns[name]
        value = parser(cell, name) if parser is not None else _time(cell, name, context)
        if value is not None:
            values[stored] = value
    return values


def _time(cell: object, name: str, context: MapContext) -> int | None:
    """A date that belongs to no zone is its midnight in UTC, if the file has no zone."""
    if name in DAYS and context.zone is None and isinstance(cell, str) and len(cell.strip()) == len("2025-03-10"):
        return as_day(cell, name)
    return as_time(cell, name, context.zone)


def _check(plan: _Plan, values: dict[str, Any]) -> None:
    for stored in plan.empty_keys:
        values.setdefault(stored, "")
    for stored in plan.required:
        if stored not in values:
            code = "missing-id" if stored.endswith("_id") else "missing-value"
            raise BadCell(code, stored, "", "a value")
    check_span(plan.table.name, values)


def _make_private(table: Table, values: dict[str, Any], context: MapContext) -> None:
    """Customers' numbers and addresses become keyed hashes, free text is redacted."""
    if "customer_id" in values:
        values["customer_id"] = context.customer_key(values["customer_id"])
    for name in FREE_TEXT:
        if name in values:
            values[name] = context.redact(values[name])
    if table.name == "contact_events":
        values["data"] = "|".join(context.customer_key(part) or "" for part in values["data"].split("|"))
    elif table.name == "identities" and values["kind"] == "customer":
        for name in ("external_id", "canonical"):
            if name in values:
                values[name] = context.customer_key(values[name])


def _keep_unmapped(plan: _Plan, cells: Mapping[str, Any], values: dict[str, Any], context: MapContext) -> None:
    if cells.keys() <= plan.known:
        if "attributes" in values:
            values["attributes"] = context.redact(values["attributes"])
        return
    kept = {name: context.redact(str(cell)) for name, cell in _unmapped(plan, cells)}
    if kept:
        given = {"attributes": context.redact(values["attributes"])} if "attributes" in values else {}
        values["attributes"] = json.dumps(given | kept, ensure_ascii=False, sort_keys=True)


def _unmapped(plan: _Plan, cells: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    return ((name, cell) for name, cell in cells.items() if name not in plan.known and not is_missing(cell))


def unmapped_columns(table: Table, record: Record) -> Iterator[str]:
    """Columns of the record that say something and are kept nowhere."""
    plan = _plan(table.name)
    if not plan.keeps_unmapped and not record.cells.keys() <= plan.known:
        yield from (name for name, _ in _unmapped(plan, record.cells))


def _surveys(contact: Mapping[str, Any], version: int) -> Iterator[Row]:
    """A score on an interaction becomes a survey answered when the contact ended."""
    at = contact.get("ended_at") or contact["started_at"]
    shared = ("case_id", "interaction_id", "customer_id", "channel", "queue", "agent_id")
    for column, kind, scale_max in SCORES:
        if column in contact:
            values = {name: contact[name] for name in shared if name in contact}
            values |= {"survey_id": f"interaction:{contact['interaction_id']}:{kind.partition('_')[0]}", "kind": kind}
            values |= {"sent_at": at, "responded_at": at, "score": contact[column], "scale_max": scale_max}
            yield Row("surveys", values, version)
