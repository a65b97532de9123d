"""One cell to one value, as a column map describes it and as the kind of the canonical column wants it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from carecli.sources.cells import (
    UTC,
    as_code,
    as_duration_ms,
    as_flag,
    as_number,
    as_optional_id,
    as_present,
    as_text,
    as_whole,
)
from carecli.sources.conventions import FREE_TEXT
from carecli.sources.dates import as_moment
from carecli.sources.mapping import ColumnMap
from carecli.sources.records import BadCell, MapContext, Order
from carecli.sources.telephone import telephone_key
from carecli.tables import Column

Reader = Callable[[Any, str, MapContext], Any]
"""Cell, its column's name for the message, context -> value in the store's units, or None."""
Prepared = Callable[[str, str], str | None]

_HOURS_MINUTES = re.compile(r"(-?)(\d{1,6}):([0-5]\d)", re.ASCII)
_DAYS_CLOCK = re.compile(
    r"(\d{1,5})\s*d(?:ays?|\b)\.?,?\s*(\d{1,2}:[0-5]\d:[0-5]\d(?:[.,]\d+)?)", re.ASCII | re.IGNORECASE
)
_WORDED = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)", re.IGNORECASE)
_FIXED_ORDERS: Mapping[str, Order] = {"m/d/y": "mdy", "d/m/y": "dmy"}
_REORDERED: Mapping[tuple[str | None, Order | None], str] = {
    ("mmddyyyy", "dmy"): "ddmmyyyy",
    ("ddmmyyyy", "mdy"): "mmddyyyy",
}
"""The form of a date without separators, where the user says another order than the vendor's."""
_WORD_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}


def reader_of(target: Column, column: ColumnMap) -> Reader:
    """How a cell becomes a value of the canonical column `target`."""
    prepare = _prepare(column)
    by_kind = {
        "time": _time_reader,
        "duration": _duration_reader,
        "number": _number_reader,
        "whole": _whole_reader,
        "flag": _flag_reader,
        "code": _code_reader,
        "text": _text_reader,
        "key": _key_reader,
        "name": _key_reader,
    }
    read = by_kind[target.kind](target, column)
    # A prefix or suffix must not hide that a spreadsheet has rounded an id.
    as_given = as_optional_id if target.name.endswith("_id") else as_present

    def reader(cell: Any, label: str, context: MapContext) -> Any:
        if cell is None:
            return None
        if prepare is not None:
            text = as_given(cell, label)
            cell = None if text is None else prepare(text, label)
            if cell is None:
                return None
        return read(cell, label, context)

    return reader


def _prepare(column: ColumnMap) -> Prepared | None:
    """Split, match, codes, thousands, prefix and suffix, on text; None where the map has none of them."""
    steps = [step for step in (_splitter(column), _matcher(column), _coder(column), _prefixer(column)) if step]
    if not steps:
        return None

    def prepare(text: str, label: str) -> str | None:
        result: str | None = text
        for step in steps:
            if not result:
                return None
            result = step(result, label)
        return result or None

    return prepare


def _splitter(column: ColumnMap) -> Prepared | None:
    if column.split is None:
        return None
    mark, take = column.split, column.take

    def split(text: str, _label: str) -> str | None:
        parts = [part.strip() for part in text.split(mark) if part.strip()]
        return parts[take] if -len(parts) <= take < len(parts) else None

    return split


def _matcher(column: ColumnMap) -> Prepared | None:
    if column.match is None:
        return None
    expression = re.compile(column.match)

    def match(text: str, _label: str) -> str | None:
        found = expression.search(text)
        if found is None:
            return None
        return found[1] if expression.groups else found[0]

    return match


def _coder(column: ColumnMap) -> Prepared | None:
    if not column.codes:
        return None
    codes, other = column.codes, column.other

    def code(text: str, label: str) -> str | None:
        known = codes.get(text.casefold())
        if known is not None:
            return known
        if other is None:
            raise BadCell("unknown-code", label, text, f"one of {', '.join(codes)}")
        return text if other == "*" else other

    return code


def _prefixer(column: ColumnMap) -> Prepared | None:
    prefix, suffix, thousands, decimal = column.prefix, column.suffix, column.thousands, column.decimal
    if not (prefix or suffix or thousands) and decimal == ".":
        return None

    def change(text: str, _label: str) -> str:
        bare = text.replace(thousands, "") if thousands else text
        return prefix + (bare if decimal == "." else bare.replace(decimal, ".")) + suffix

    return change


def _time_reader(target: Column, column: ColumnMap) -> Reader:
    del target
    own = None if column.zone is None else zone_named(column.zone)
    fixed = _FIXED_ORDERS.get(column.format or "")
    compact = None if fixed else column.format

    def read(cell: Any, label: str, context: MapContext) -> int | None:
        form = _REORDERED.get((compact, context.order), compact)
        return as_moment(cell, label, own or context.zone, context.order or fixed, form)

    return read


@cache
def zone_named(name: str) -> ZoneInfo:
    """The zone of a column map: `utc` or an IANA name."""
    return UTC if name == "utc" else ZoneInfo(name)


def _duration_reader(target: Column, column: ColumnMap) -> Reader:
    del target
    unit = column.unit
    if unit == "words":
        return lambda cell, label, _context: _worded_ms(cell, label)
    two_parts = {"h:mm": 60_000, "m:ss": 1_000}.get(unit)
    number_unit = {"h:mm": "h", "m:ss": "s"}.get(unit, unit)

    def read(cell: Any, label: str, _context: MapContext) -> int | None:
        text = as_present(cell, label)
        if text is None:
            return None
        if two_parts and (match := _HOURS_MINUTES.fullmatch(text)):
            if match[1]:
                raise BadCell("negative-duration", label, text, "a duration of 0 or more")
            return (int(match[2]) * 60 + int(match[3])) * two_parts
        if match := _DAYS_CLOCK.fullmatch(text):
            text = f"{match[1]} days {match[2]}"
        return as_duration_ms(text, label, number_unit)

    return read


def _worded_ms(cell: Any, label: str) -> int | None:
    """`2 hours 5 minutes`, `1h 20m`, `45 sec`."""
    text = as_present(cell, label)
    if text is None:
        return None
    parts = _WORDED.findall(text)
    left = _WORDED.sub("", text).replace(",", "").replace("and", "").strip()
    if not parts or left or any(word[0].lower() not in _WORD_MS for _, word in parts):
        raise BadCell("not-a-duration", label, text, "a duration in words, such as 2 hours 5 minutes")
    return int(sum(Decimal(number) * _WORD_MS[word[0].lower()] for number, word in parts))


def _number_reader(target: Column, column: ColumnMap) -> Reader:
    del target
    factor = column.factor

    def read(cell: Any, label: str, _context: MapContext) -> float | None:
        text = as_present(cell, label)
        if text is None:
            return None
        number = as_number(text.removesuffix("%").strip() if factor is not None else text, label)
        if number is None or factor is None:
            return number
        return float(Decimal(repr(number)) * Decimal(repr(factor)))

    return read


def _whole_reader(target: Column, column: ColumnMap) -> Reader:
    del target, column
    return lambda cell, label, _context: as_whole(cell, label)


def _flag_reader(target: Column, column: ColumnMap) -> Reader:
    del target, column
    return lambda cell, label, _context: as_flag(cell, label)


def _code_reader(target: Column, column: ColumnMap) -> Reader:
    del column
    return lambda cell, label, _context: as_code(cell, label, target.codes)


def _text_reader(target: Column, column: ColumnMap) -> Reader:
    if (target.name in FREE_TEXT and column.treat != "plain") or column.treat == "redacted":
        return lambda cell, label, context: context.redact(as_present(cell, label))
    return lambda cell, label, _context: as_text(cell, label)


def _key_reader(target: Column, column: ColumnMap) -> Reader:
    if column.treat == "telephone":
        return lambda cell, label, context: telephone_key(context, cell, label)
    if target.name == "customer_id" or column.treat == "customer":
        return lambda cell, label, context: context.customer_key(as_optional_id(cell, label))
    if target.name.endswith("_id"):
        return lambda cell, label, _context: as_optional_id(cell, label)
    return lambda cell, label, _context: as_present(cell, label)
