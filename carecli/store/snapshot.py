"""What the store hands to the metrics: frames of one generation, all read in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from carecli.store.reported import ReportedFigure


@dataclass(frozen=True, slots=True)
class Feed:
    """One kind of file of one account: what it covers and how old it is. Times are epoch seconds."""

    source: str
    kind: str
    tables: tuple[str, ...]
    first: int
    watermark: int
    """The newest moment the feed speaks of."""
    imported_at: int
    files: int


@dataclass(frozen=True)
class Snapshot:
    """Frames of one generation.

    `frames[table]` holds `id` (the row's number in the store) and the columns asked for, under their stored names.
    Name and code columns are whole numbers: names are keys of `names`, codes 1-based places in `Column.codes`; queue
    and agent codes are canonical already (identities applied). `coverage` has one row per file and scope: source (name
    code), table (text), channel (code or null), queue (name code or null), first, last (epoch seconds, both included),
    finished_only (0 or 1).
    """

    frames: Mapping[str, pl.DataFrame]
    names: Mapping[int, str]
    coverage: pl.DataFrame
    feeds: tuple[Feed, ...] = ()
    generation: int = 0
    agents: Mapping[int, str] = field(default_factory=dict)
    """Canonical agent code -> name to show."""
    reported: Sequence[ReportedFigure] = ()
    """Provisional figures of past days as they were shown last."""

    @cached_property
    def codes(self) -> dict[str, int]:
        """Name -> code."""
        return {name: code for code, name in self.names.items()}

    def name(self, code: int | None) -> str | None:
        return None if code is None else self.names.get(code)


COVERAGE_SCHEMA: dict[str, type[pl.DataType]] = {
    "source": pl.Int64,
    "table": pl.String,
    "channel": pl.Int64,
    "queue": pl.Int64,
    "first": pl.Int64,
    "last": pl.Int64,
    "finished_only": pl.Int64,
}
