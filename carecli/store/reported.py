"""Figures as they were shown while they could still change, so that a day's final figure can say what it was (R30)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from carecli.store.connection import transaction, writing

COLUMNS = "day, zone, pack, metric, slice, value, numerator, denominator, n, as_of, reported_at"


@dataclass(frozen=True, slots=True)
class ReportedFigure:
    """One provisional figure of one local day, as somebody saw it."""

    day: str
    zone: str
    pack: str
    metric: str
    slice: str
    """`channel=voice`; empty for the total."""
    value: float
    numerator: float | None
    denominator: float | None
    n: int
    as_of: int


def keep_reported(path: Path, figures: Iterable[ReportedFigure], now: int) -> None:
    """Keep what was shown; of one figure of one day what was shown last."""
    rows = [
        (f.day, f.zone, f.pack, f.metric, f.slice, f.value, f.numerator, f.denominator, f.n, f.as_of, now)
        for f in figures
    ]
    if rows:
        with writing(path) as connection, transaction(connection):
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(
                f"INSERT INTO reported_figures ({COLUMNS}) VALUES ({marks}) "
                "ON CONFLICT (day, zone, pack, metric, slice) DO UPDATE SET value = excluded.value, "
                "numerator = excluded.numerator, denominator = excluded.denominator, n = excluded.n, "
                "as_of = excluded.as_of, reported_at = excluded.reported_at WHERE excluded.as_of >= as_of",
                rows,
            )


def last_reported(connection: sqlite3.Connection) -> Sequence[ReportedFigure]:
    """Every remembered figure."""
    rows = connection.execute(
        "SELECT day, zone, pack, metric, slice, value, numerator, denominator, n, as_of FROM reported_figures "
        "ORDER BY 1, 2, 3, 4, 5"
    )
    return [ReportedFigure(*row) for row in rows]
