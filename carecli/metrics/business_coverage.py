"""What the feeds of the business cover: months of costs, and the kinds of events that a feed has at all.

A feed of orders says nothing about customers that left: that none is known of it is no zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from carecli.clocks.wall_time import local_date
from carecli.metrics.costs import cost_months
from carecli.metrics.coverage import Coverage
from carecli.metrics.frames import frame
from carecli.metrics.records import Records
from carecli.tables import BUSINESS_EVENT_KINDS

Row = Mapping[str, int | str | None]


def of_kind(kind: str) -> str:
    """The name of one kind of business events as a table for coverage."""
    return f"business_events ({kind})"


def with_business(records: Records) -> Coverage:
    """The coverage of a snapshot, with that of its costs and of each kind of business events."""
    coverage = records.coverage
    return replace(coverage, rows=(*coverage.rows, *_of_costs(records), *_of_kinds(records)))


def _of_costs(records: Records) -> Iterator[Row]:
    for source, first in cost_months(records.snapshot):
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        yield _row("costs", source, first, last)


def _of_kinds(records: Records) -> Iterator[Row]:
    """A feed covers for each kind it has what it covers at all; a count of subscribers holds until now."""
    events = (
        frame(records.snapshot, "business_events").select("source", "kind", "at").filter(pl.col("at") <= records.as_of)
    )
    zone = ZoneInfo(records.coverage.zone)
    for source, place in events.select("source", "kind").unique().sort("source", "kind").iter_rows():
        kind = BUSINESS_EVENT_KINDS[place - 1]
        spans = [row for row in records.coverage.rows if row["table"] == "business_events" and row["source"] == source]
        yield from ({**row, "table": of_kind(kind)} for row in spans)
        if kind == "subscriber":
            counts = events.filter(source=source, kind=place)["at"].to_list()
            yield _row(of_kind(kind), source, local_date(min(counts), zone), local_date(records.as_of, zone))


def _row(table: str, source: int, first: date, last: date) -> Row:
    everything = {"channel": None, "queue": None, "finished_only": 0}
    return {"source": source, "table": table, "first": first.toordinal(), "last": last.toordinal(), **everything}
