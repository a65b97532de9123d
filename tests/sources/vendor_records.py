"""Records as the readers hand them to the vendors' mappings, and a context whose keys can be checked by eye."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from carecli.sources.catalog import entry_named, transform_of
from carecli.sources.entry import normalise
from carecli.sources.records import MapContext, Record, Row

FIXTURES = Path(__file__).parents[1] / "fixtures"


def at(text: str) -> int:
    """Epoch seconds of a UTC time such as `2025-05-12 08:00:00`."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def visible_key(raw: str | None) -> str | None:
    """Stands in for the keyed hash: `+49 30 2312 5123` becomes `C-5123`; ids stay."""
    if raw is None:
        return None
    return f"C-{raw[-4:]}" if raw.startswith("+") else raw


def visible_redaction(text: str | None) -> str | None:
    return None if text is None else text.replace("anna@example.org", "[e-mail]")


def context(kind: str, exported_at: int | None = None) -> MapContext:
    return MapContext(kind, "here", None, exported_at, visible_key, visible_redaction)


def map_one(kind: str, cells: Mapping[str, Any], exported_at: int | None = None) -> list[Row]:
    """All rows of one record of that kind, by the transform the catalog names."""
    return list(transform_of(entry_named(kind))(Record(1, 1, 1, cells, ""), context(kind, exported_at)))


def map_all(kind: str, records: Iterable[Mapping[str, Any]]) -> list[Row]:
    return [row for cells in records for row in map_one(kind, cells)]


def json_records(path: str, key: str) -> list[dict[str, Any]]:
    """Records of a JSON fixture, numbers kept as text."""
    text = (FIXTURES / path).read_text(encoding="utf-8")
    records: list[dict[str, Any]] = json.loads(text, parse_int=str, parse_float=str)[key]
    return records


def csv_records(path: str) -> list[dict[str, Any]]:
    with (FIXTURES / path).open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    return [dict(zip(map(normalise, header), row, strict=True)) for row in rows]


def told(row: Row) -> dict[str, Any]:
    """A row's values that say something."""
    return {name: value for name, value in row.values.items() if value is not None}


def of_table(rows: Iterable[Row], table: str) -> list[Row]:
    return [row for row in rows if row.table == table]
