"""What happened outside the queues, in the time of a board (R292)."""

from __future__ import annotations

import polars as pl

from carecli.boards.board import Moment
from carecli.boards.header import local_time
from carecli.store.snapshot import Snapshot
from carecli.tables import ANNOTATION_KINDS


def happened(snapshot: Snapshot, first: int, last: int, zone: str) -> tuple[Moment, ...]:
    """The annotations that overlap [first, last), by time; one without an end is a moment."""
    rows = snapshot.frames.get("annotations")
    if rows is None:
        return ()
    ends_inside = pl.when(pl.col("until").is_null()).then(pl.col("at") >= first).otherwise(pl.col("until") > first)
    overlapping = (pl.col("at") < last) & ends_inside
    return tuple(
        Moment(
            at=local_time(row["at"], zone),
            until=None if row["until"] is None else local_time(row["until"], zone),
            kind=ANNOTATION_KINDS[row["kind"] - 1],
            scope=row["scope"] or "",
            text=row["text"] or "",
        )
        for row in rows.filter(overlapping).sort("at", "text").iter_rows(named=True)
    )
