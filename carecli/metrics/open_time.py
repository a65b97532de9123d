"""Time by the calendar that a pack names for each row's queue."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from carecli.clocks.calendar import Calendar
from carecli.metrics.records import Records
from carecli.policy.targets import ClockKind


def open_seconds(rows: pl.DataFrame, start: str, end: str, records: Records, clock: ClockKind) -> pl.Series:
    """Open seconds of a clock between two columns of epoch seconds; null where one is."""
    return _by_calendar(rows, records, clock, lambda calendar: calendar.elapsed(rows[start], rows[end]))


def deadline(rows: pl.DataFrame, start: str, records: Records) -> pl.Series:
    """The end, included, of the no-touch window that begins at `start`: X times 24 hours, or X business days (R14,
    R34).
    """
    window = records.pack.fcr.window
    if window.seconds is not None:
        return rows[start] + window.seconds
    return _by_calendar(rows, records, window.clock, lambda calendar: window.due(calendar, rows[start]))


def _by_calendar(
    rows: pl.DataFrame, records: Records, clock: ClockKind, column: Callable[[Calendar], pl.Series]
) -> pl.Series:
    """For each row the value of `column(calendar)` for its queue's calendar; `column` answers for all rows."""
    queues: dict[Calendar, list[int | None]] = {}
    for queue in rows["queue"].unique(maintain_order=True).to_list():
        calendar = records.pack.clock_calendar(clock, records.snapshot.name(queue))
        queues.setdefault(calendar, []).append(queue)
    result = pl.Series("open_time", [None] * rows.height, dtype=pl.Int64)
    for calendar, members in queues.items():
        mine = rows["queue"].is_in(members, nulls_equal=True)
        result = column(calendar).zip_with(mine, result)
    return result
