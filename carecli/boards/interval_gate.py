"""The gate of a trial: does an export hold every interval of its days (R317)?"""

from __future__ import annotations

from collections import Counter

from carecli.boards.header import header_of
from carecli.boards.interval_scope import PLACES, USUAL_MINUTES, chosen
from carecli.boards.reconciliation import GateRow, IntervalGateBoard
from carecli.boards.reconciling import missing_shown
from carecli.boards.slices import Where
from carecli.metrics.interval_grid import expected_starts, stretches
from carecli.metrics.windows import Window
from carecli.policy.pack import Pack
from carecli.store.snapshot import Snapshot
from carecli.tables import CHANNELS


def interval_gate(
    snapshot: Snapshot,
    pack: Pack,
    *,
    as_of: int,
    zone: str,
    window: Window,
    where: Where,
    minutes: int | None = None,
) -> IntervalGateBoard:
    """Every queue x channel with intervals in the window, and which of the window's intervals it lacks.

    Needs no rows of ours. A local day of a clock change has 46 or 50 half hours.
    """
    length = minutes or USUAL_MINUTES
    found = chosen(snapshot, window, as_of, where, length)
    groups = found.intervals.partition_by(PLACES, maintain_order=True)
    rows = []
    for group in groups:
        starts = set(group["start"].to_list())
        expected = expected_starts(window.first, window.last, length, _anchor(starts, length * 60))
        holes = stretches(expected, starts)
        first = group.row(0, named=True)
        channel = None if first["channel"] is None else CHANNELS[first["channel"] - 1]
        present = len(starts.intersection(expected))
        rows.append(
            GateRow(
                snapshot.name(first["source"]), snapshot.name(first["queue"]), channel, present,
                missing_shown(holes, zone),
            )
        )  # fmt: skip
    return IntervalGateBoard(
        header=header_of(
            snapshot,
            pack,
            board="reconcile poc",
            title="Interval gate",
            window=window,
            as_of=as_of,
            where=where,
            notes=found.notes,
        ),
        minutes=length,
        expected=len(expected_starts(window.first, window.last, length)),
        rows=tuple(sorted(rows, key=lambda row: (row.source or "", row.queue or "", row.channel or ""))),
    )


def _anchor(starts: set[int], step: int) -> int:
    """Where in a step most of them begin: zones that are a quarter of an hour off have intervals of their own."""
    return Counter(start % step for start in sorted(starts)).most_common(1)[0][0]
