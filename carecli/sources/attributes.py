"""Columns a mapping has no place for, kept as JSON in the row's `attributes`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from carecli.sources.cells import as_present
from carecli.sources.records import MapContext

NOTHING: Mapping[str, str | None] = MappingProxyType({})


def unmapped(
    cells: Mapping[str, Any], known: frozenset[str], context: MapContext, extra: Mapping[str, str | None] = NOTHING
) -> str | None:
    """JSON of the cells that are neither `known` nor missing nor nested, and of `extra`, redacted; None if empty.

    `known` names what has a place elsewhere and what is not to be kept at all: names of people, bodies, recordings.
    """
    kept = {name: as_present(cell, name) for name, cell in cells.items() if name not in known and _is_scalar(cell)}
    redacted = {name: context.redact(text) for name, text in (kept | dict(extra)).items()}
    told = {name: text for name, text in redacted.items() if text}
    return json.dumps(told, ensure_ascii=False, sort_keys=True) if told else None


def _is_scalar(cell: object) -> bool:
    return not isinstance(cell, list | dict)
