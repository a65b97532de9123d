"""What the imported feeds cover, in local days: outside it a number is unknown, inside it may be 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import polars as pl

from carecli.clocks.calendar import Calendar
from carecli.clocks.wall_time import local_date
from carecli.metrics.frames import codes_of
from carecli.store.snapshot import Snapshot
from carecli.tables import CHANNELS

ASYNCHRONOUS = codes_of(CHANNELS, ("email", "social", "sms", "in_app", "whatsapp"))
"""Channels where nobody waits on the line: there a case is a contact."""

ASYNCHRONOUS_CASES = "asynchronous cases"
"""A table for coverage: the part of `cases` that makes contacts and legs of its own."""

LONGEST_CLOSURE = 14
"""Days; a gap that is longer is a gap."""

Days = tuple[int, int]
"""The first and last day covered, both included, as proleptic ordinals."""


@dataclass(frozen=True)
class Coverage:
    """A local day is covered if some coverage row's [first, last] touches it, or if it lies between two such rows and
    no day between them is open: a week's file ends on Saturday and the next begins on Monday.
    """

    rows: tuple[Mapping[str, int | str | None], ...]
    zone: str
    calendar: Calendar
    _spans: dict[tuple[object, ...], list[Days]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def by_queue(self) -> bool:
        """Whether any feed is of some queues only."""
        return any(row["queue"] is not None for row in self.rows)

    def covers(self, tables: Iterable[str], day: date, channel: int | None = None, queue: int | None = None) -> bool:
        """Whether a local day is covered; a channel or queue asks for a feed of it, or of all."""
        return any(first <= day.toordinal() <= last for first, last in self._of(tables, channel, queue))

    def days_covered(
        self, tables: Iterable[str], days: Iterable[date], channel: int | None = None, queue: int | None = None
    ) -> int:
        """How many of these local days are covered."""
        wanted = tuple(tables)
        return sum(self.covers(wanted, day, channel, queue) for day in days)

    def begun(self, tables: Iterable[str], day: date, channel: int | None = None, queue: int | None = None) -> bool:
        """Whether the feed had begun by the end of a local day: what a stock needs."""
        return any(first <= day.toordinal() for first, _ in self._of(tables, channel, queue))

    def imported(self, tables: Iterable[str], channel: int | None = None, queue: int | None = None) -> bool:
        """Whether any feed of these tables was ever imported."""
        return bool(self._of(tables, channel, queue))

    def _of(self, tables: Iterable[str], channel: int | None, queue: int | None) -> list[Days]:
        key = (*tables, channel, queue)
        if key not in self._spans:
            rows = [row for row in self.rows if row["table"] in key and _speaks_of(row, channel, queue)]
            self._spans[key] = self._joined({(_ordinal(row, "first"), _ordinal(row, "last")) for row in rows})
        return self._spans[key]

    def _joined(self, spans: set[Days]) -> list[Days]:
        """The union of day spans; what no open day separates becomes one."""
        union: list[Days] = []
        for first, last in sorted(spans):
            if union and (first <= union[-1][1] + 1 or self._closed(union[-1][1] + 1, first - 1)):
                union[-1] = (union[-1][0], max(union[-1][1], last))
            else:
                union.append((first, last))
        return union

    def _closed(self, first: int, last: int) -> bool:
        """Whether none of these days is open; after a long gap nobody needs to look."""
        if last - first > LONGEST_CLOSURE:
            return False
        return not self.calendar.open_days(date.fromordinal(first), date.fromordinal(last))


def coverage_of(frame: pl.DataFrame, zone: str, calendar: Calendar) -> Coverage:
    """The coverage of a snapshot in the local days of a zone; days on which the calendar never opens close no gap."""
    info = ZoneInfo(zone)
    rows = []
    for row in frame.iter_rows(named=True):
        span = {name: local_date(row[name], info).toordinal() for name in ("first", "last")}
        rows.append({**row, **span})
        if row["table"] == "cases" and row["channel"] in (None, *ASYNCHRONOUS):
            rows.append({**row, **span, "table": ASYNCHRONOUS_CASES})
    return Coverage(tuple(rows), zone, calendar)


def open_sources(frame: pl.DataFrame, table: str) -> list[int]:
    """The sources whose feed of a table holds contacts that are not over yet."""
    open_rows = frame.filter((pl.col("table") == table) & (pl.col("finished_only").fill_null(0) == 0))
    return open_rows["source"].unique().to_list()


def watermarks(snapshot: Snapshot, table: str) -> pl.DataFrame:
    """`source` and `watermark`: the newest moment each source's feed of a table speaks of, in epoch seconds."""
    covered = snapshot.coverage.filter(pl.col("table") == table).select("source", pl.col("last").alias("watermark"))
    said = [(snapshot.codes.get(feed.source), feed.watermark) for feed in snapshot.feeds if table in feed.tables]
    fed = pl.DataFrame(said, schema={"source": pl.Int64, "watermark": pl.Int64}, orient="row")
    return pl.concat([covered.cast(pl.Int64), fed]).group_by("source").agg(pl.col("watermark").max())


def _speaks_of(row: Mapping[str, int | str | None], channel: int | None, queue: int | None) -> bool:
    channel_fits = channel is None or row["channel"] in (None, channel)
    return channel_fits and (queue is None or row["queue"] in (None, queue))


def _ordinal(row: Mapping[str, int | str | None], name: str) -> int:
    value = row[name]
    assert isinstance(value, int)
    return value
