"""How a canonical table is declared: columns of a kind, a key, and the time by which a window is cut.

How a column is kept (`Kind`):

| kind | in a canonical file | in the store |
|---|---|---|
| key | text | TEXT, as it came: `00042` stays `00042` |
| text | text | TEXT |
| name | text from a small set (queue, agent, ...) | INTEGER, a code of the table `names` |
| code | one of a fixed set | INTEGER, 1-based place in `codes` |
| time | ISO 8601 or epoch seconds | INTEGER, epoch seconds UTC |
| duration | `..._sec`, decimals allowed | INTEGER milliseconds, column `..._ms` |
| whole | whole number | INTEGER |
| number | number | REAL |
| flag | true/false | INTEGER 0 or 1 |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["key", "text", "name", "code", "time", "duration", "whole", "number", "flag"]

SQL_TYPES: dict[Kind, str] = {
    "key": "TEXT",
    "text": "TEXT",
    "name": "INTEGER",
    "code": "INTEGER",
    "time": "INTEGER",
    "duration": "INTEGER",
    "whole": "INTEGER",
    "number": "REAL",
    "flag": "INTEGER",
}

EPOCH_YEAR_2000 = 946_684_800
TEN_YEARS_MS = 10 * 366 * 86_400_000
"""Times before and durations beyond are taken for errors of the export."""

PLANS = ("schedules", "forecasts")
PLANNED_TIMES = ("due_at", "coaching_due_at", "until", "since", "hired_on")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `name` is what a canonical file's header carries, `stored` what the store calls it."""

    name: str
    kind: Kind
    meaning: str
    codes: tuple[str, ...] = ()

    @property
    def stored(self) -> str:
        """Durations are kept in milliseconds and say so: `queue_time_sec` is stored as `queue_time_ms`."""
        return self.name.removesuffix("_sec") + "_ms" if self.kind == "duration" else self.name

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.kind]


SOURCE = Column("source", "name", "the account a row came from; every key starts with it")


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table. `key` names the columns that, after `source`, identify a row; they are never null."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    time: str | None = None
    """The column by which a window is cut and coverage is measured; None for master data."""
    contributed: bool = False
    """True where several kinds of file speak of one row, each with a part of it."""

    @property
    def row_table(self) -> str:
        """The physical table; `name` itself is the readable view."""
        return f"row_{self.name}"

    @property
    def parts_table(self) -> str:
        """Where the parts of rows made of several contributions are kept."""
        return f"part_{self.name}"

    @property
    def stage_table(self) -> str:
        return f"stage_{self.name}"

    def column(self, name: str) -> Column:
        """The column of that canonical name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    def has(self, name: str) -> bool:
        return any(column.name == name for column in self.columns)

    @property
    def moments(self) -> tuple[str, ...]:
        """The stored time columns that say what has happened; of plans (schedules, forecasts) none but `time`."""
        if self.name in PLANS:
            return (self.time,) if self.time else ()
        return tuple(c.stored for c in self.columns if c.kind == "time" and c.name not in PLANNED_TIMES)

    @property
    def values(self) -> tuple[Column, ...]:
        """The columns outside the key."""
        return tuple(column for column in self.columns if column.name not in self.key)


def _columns(kind: Kind, spec: str) -> Iterator[Column]:
    """`name: meaning; name: meaning` -> columns of one kind."""
    for entry in spec.split(";"):
        name, _, meaning = entry.strip().partition(":")
        if not (name.isidentifier() and meaning):
            raise ValueError(f"not a column with its meaning: {entry!r}")
        yield Column(name.strip(), kind, meaning.strip())


def key_columns(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("key", spec))


def text_columns(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("text", spec))


def name_columns(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("name", spec))


def time_columns(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("time", spec))


def duration_columns(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("duration", spec))


def whole_columns(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("whole", spec))


def number_columns(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("number", spec))


def flag_columns(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("flag", spec))


def code_column(name: str, codes: tuple[str, ...], meaning: str) -> tuple[Column, ...]:
    return (Column(name, "code", meaning, codes),)
