"""What readers hand to mappings, and what mappings hand on.

A *record* is one physical record of a file. A mapping turns it into canonical rows, or raises `BadCell` (the record is
quarantined) or `Ignored` (the record is counted with its reason). Nothing else may happen to a record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from zoneinfo import ZoneInfo

Order = Literal["dmy", "mdy"]
"""Of numeric dates: the day first, or the month."""


@dataclass(frozen=True, slots=True)
class Record:
    """One physical record. Cells are text (CSV), or JSON values whose numbers were kept as text."""

    number: int
    """1 for the first record of the file (its member, where the file is an archive)."""
    line: int
    """First physical line; for an element of a JSON array, its place in the array."""
    last_line: int
    cells: Mapping[str, Any]
    raw: str
    """The record as it came, at most 4 KB; redacted before it is kept."""


@dataclass(slots=True)
class Row:
    """One canonical row in the store's units: keys are `Column.stored` names, times epoch seconds, durations ms.

    Names, keys, codes and texts are str; flags bool. The first row of a record leads: its fate is the record's fate.
    """

    table: str
    values: dict[str, Any]
    version: int = 0
    """The record's own updated time in epoch seconds, else the export's time, else 0."""
    complete: bool = True
    """Between equal versions, one with an end beats one without."""
    part: str | None = None
    """Which part of the row this is where several records of one kind make up one row (legs of an interaction)."""


class BadCell(Exception):
    """A record that can't be understood: which column, what was found and what was expected."""

    def __init__(self, code: str, column: str | None, found: object, expected: str) -> None:
        super().__init__(f"{column}: {code}: found {found!r}, expected {expected}")
        self.code = code
        self.column = column
        self.found = "" if found is None else str(found)
        self.expected = expected


class Ignored(Exception):
    """A record that is no data: a footer, a blank line, a configuration line."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class MapContext:
    """What a mapping may know beside the record."""

    kind: str
    source: str
    zone: ZoneInfo | None
    """The zone of times that carry none, UTC where the kind says so; None where every time has an offset."""
    exported_at: int | None
    """The export's own time, epoch seconds, from the wrapper or `--exported-at`."""
    customer_key: Callable[[str | None], str | None]
    """Telephone numbers and e-mails to keyed hashes, other ids as they are."""
    redact: Callable[[str | None], str | None]
    """Free text without cards, e-mails and telephone numbers, capped."""
    order: Order | None = None
    """Which comes first in numeric dates, day or month: proven by the file or said by the user; None where unknown."""


Transform = Callable[[Record, MapContext], Iterator[Row]]
"""The named transform of a catalog entry."""
