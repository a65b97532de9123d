"""Which of the vendor's intervals a question is about: those of a window, a slice and one length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from carecli.errors import UsageProblem
from carecli.metrics.interval_counts import vendor_intervals
from carecli.metrics.windows import Window
from carecli.store.snapshot import Snapshot
from carecli.tables import CHANNELS

PLACES = ("source", "queue", "channel")
USUAL_MINUTES = 30


@dataclass(frozen=True)
class Chosen:
    """The intervals, and what has to be said of the choice."""

    intervals: pl.DataFrame
    notes: tuple[str, ...]


def chosen(
    snapshot: Snapshot, window: Window, as_of: int, where: Mapping[str, str | None], minutes: int | None
) -> Chosen:
    """The intervals of a window and slice; of several lengths those of 30 minutes, else the shortest.

    UsageProblem for a dimension that intervals don't have.
    """
    rows = vendor_intervals(snapshot, window, as_of)
    if rows.is_empty():
        return Chosen(rows, (_none_at_all(snapshot),))
    for dimension, value in where.items():
        if value is not None and code_of(snapshot, dimension, value) is None:
            return Chosen(rows.clear(), (f"no such {dimension}: {value}",))
    rows = rows.filter(within(snapshot, where))
    lengths = sorted(rows["minutes"].drop_nulls().unique().to_list())
    length = minutes or (USUAL_MINUTES if USUAL_MINUTES in lengths else lengths[0] if lengths else None)
    kept = rows.filter(pl.col("minutes") == length) if length else rows.clear()
    return Chosen(kept, _notes(lengths, length, kept))


def within(snapshot: Snapshot, where: Mapping[str, str | None]) -> pl.Expr:
    """Whether a row lies in a slice; in that of an unknown value none does."""
    holds = pl.lit(True)
    for dimension, value in where.items():
        code = pl.lit(code_of(snapshot, dimension, value), pl.Int64)
        holds &= pl.col(dimension).is_null() if value is None else pl.col(dimension) == code
    return holds


def _none_at_all(snapshot: Snapshot) -> str:
    held = any("intervals" in feed.tables for feed in snapshot.feeds)
    return "no intervals in this window" if held else "no data: needs intervals"


def _notes(lengths: list[int], length: int | None, kept: pl.DataFrame) -> tuple[str, ...]:
    others = ", ".join(str(each) for each in lengths if each != length)
    if kept.is_empty():
        return (f"no intervals of {length} minutes; there are {others}" if others else "no intervals of this slice",)
    return (f"only intervals of {length} minutes; there are also {others}",) if others else ()


def code_of(snapshot: Snapshot, dimension: str, value: str | None) -> int | None:
    """The number of a word; None where there is none such. UsageProblem for a dimension intervals don't have."""
    if dimension not in PLACES:
        raise UsageProblem(f"intervals have no dimension {dimension!r}", hint=f"they have {', '.join(PLACES)}")
    if dimension == "channel":
        return CHANNELS.index(value) + 1 if value in CHANNELS else None
    return snapshot.codes.get(value or "")
