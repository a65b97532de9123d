"""Rows in the words that a pack's promises are chosen by."""

from __future__ import annotations

import polars as pl

from carecli.metrics.records import Records
from carecli.policy.precedence import Matter
from carecli.tables import CHANNELS

KEYS = ("issue_type", "priority", "tier", "channel", "queue")


def with_matters(rows: pl.DataFrame, records: Records) -> tuple[pl.DataFrame, list[Matter]]:
    """`rows`, in their order, with `matter`: the place of each row's Matter in the list."""
    kinds = rows.select(KEYS).unique(maintain_order=True)
    places: dict[Matter, int] = {}
    of_kind = [places.setdefault(_matter(records, *kind), len(places)) for kind in kinds.iter_rows()]
    kinds = kinds.with_columns(pl.Series("matter", of_kind, dtype=pl.Int64))
    return rows.join(kinds, on=KEYS, how="left", nulls_equal=True, maintain_order="left"), list(places)


def _matter(
    records: Records,
    issue_type: int | None,
    priority: int | None,
    tier: int | None,
    channel: int | None,
    queue: int | None,
) -> Matter:
    name = records.snapshot.name
    return Matter(
        journey=records.pack.classes.of("journey", name(issue_type)),
        priority=name(priority),
        tier=name(tier),
        channel=None if channel is None else CHANNELS[channel - 1],
        queue=name(queue),
    )
