"""Costs beside what was resolved with them: what a resolved contact cost, by channel (R24, R85)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from zoneinfo import ZoneInfo

import polars as pl

from carecli.clocks.wall_time import MIDNIGHT, instant
from carecli.metrics.contacts import TABLES
from carecli.metrics.frames import frame
from carecli.metrics.records import ANSWERED, Records
from carecli.policy.business import Spread
from carecli.store.snapshot import Snapshot
from carecli.tables import CHANNELS

Weights = Mapping[int, int]
"""Channel code -> what its share of a shared cost goes by."""

COLUMNS: Mapping[str, type[pl.DataType]] = {
    **dict.fromkeys(("table", "row", "source", "channel", "queue", "issue_type", "agent"), pl.Int64),
    **dict.fromkeys(("tier", "priority", "customer", "case"), pl.Int64),
    **dict.fromkeys(("is_test", "is_system", "merged", "deleted", "at"), pl.Int64),
    **dict.fromkeys(("cost", "resolved", "amount", "shared", "unborne", "shared_month"), pl.Int64),
    "currency": pl.String,
}


def costs(
    records: Records, resolutions: pl.DataFrame, contacts: pl.DataFrame, legs: pl.DataFrame, zone: str
) -> pl.DataFrame:
    """One row per resolution, and one per cost and channel that bears it.

    `cost`, `resolved`: which kind of row it is. Of costs `amount` in minor units with its `currency`, booked `at` the
    start of their month; `shared` is the amount where it is a part of a cost without a channel. Such a cost is split
    over the channels in whole minor units: the parts sum to it, and those that were cut most get what is left over.
    In a month without weights it stays without a channel, and is `unborne` instead. A resolution is in the channel of
    its case's last answered contact; `shared_month` is 1 in months with shared costs.
    """
    months = _months_of(records.snapshot)
    weights = _weights(records.pack.costs.spread, contacts, legs, zone)
    split = [part for row in months.iter_rows(named=True) for part in _parts(row, weights, zone)]
    rows = pl.DataFrame(split, schema=COLUMNS, orient="row")
    shared = months.filter(pl.col("shared"))["month"].unique().to_list()
    resolved = _in_last_channel(resolutions, contacts, records).with_columns(
        _month("resolved_at", zone).is_in(shared).cast(pl.Int64).alias("shared_month"),
        *(pl.lit(number, pl.Int64).alias(name) for name, number in (("cost", 0), ("resolved", 1))),
        *(pl.lit(0, pl.Int64).alias(name) for name in ("amount", "shared", "unborne")),
        pl.lit(None, pl.String).alias("currency"),
        at="resolved_at",
    )
    return pl.concat([rows, resolved.select(*COLUMNS)])


def cost_months(snapshot: Snapshot) -> Iterator[tuple[int, date]]:
    """Source and first day of every month that has costs."""
    rows = _months_of(snapshot).select("source", "month").unique().sort("source", "month")
    return ((source, _first_day(month)) for source, month in rows.iter_rows())


def _months_of(snapshot: Snapshot) -> pl.DataFrame:
    """Costs with a readable month and an amount: `month` as 2025-05, `code` of the channel, `shared` where it names
    none.
    """
    codes = {name: place for place, name in enumerate(CHANNELS, start=1)}
    channel = pl.col("channel").str.strip_chars().str.to_lowercase()
    currency = pl.col("currency").str.strip_chars().str.to_uppercase()
    rows = frame(snapshot, "costs").filter(pl.col("amount").is_not_null()).sort("id")
    rows = rows.with_columns(
        pl.col("month").str.extract(r"^(\d{4}-(?:0[1-9]|1[0-2]))(?:-\d\d)?$"),
        channel.replace_strict(codes, default=None, return_dtype=pl.Int64).alias("code"),
        (channel.fill_null("") == "").alias("shared"),
        pl.when(currency != "").then(currency).alias("currency"),
    )
    return rows.filter(pl.col("month").is_not_null())


def _parts(row: Mapping[str, object], weights: Mapping[str, Weights], zone: str) -> Iterator[dict[str, object]]:
    """A cost as the rows of the channels that bear it."""
    amount, shared = row["amount"], bool(row["shared"])
    assert isinstance(amount, int)
    month = str(row["month"])
    by_channel = spread(amount, weights.get(month, {})) if shared else {}
    flags = dict.fromkeys(("is_test", "is_system", "merged", "deleted", "resolved", "shared_month"), 0)
    for channel, part in by_channel.items() or ((row["code"], amount),):
        yield flags | {
            "table": TABLES.index("costs"),
            "row": row["id"],
            "source": row["source"],
            "channel": channel,
            "at": instant(_first_day(month), MIDNIGHT, ZoneInfo(zone)),
            "cost": 1,
            "amount": part,
            "shared": part if by_channel else 0,
            "unborne": part if shared and not by_channel else 0,
            "currency": row["currency"],
        }


def spread(amount: int, weights: Weights) -> dict[int, int]:
    """Minor units by channel, in whole units that sum to `amount`: each share is rounded down, and the units left
    over go one each to the shares that lost most by it, among equals to the first channel.
    """
    total = sum(weights.values())
    sign = -1 if amount < 0 else 1
    exact = {channel: divmod(abs(amount) * weight, total) for channel, weight in sorted(weights.items())}
    left = abs(amount) - sum(whole for whole, _ in exact.values())
    cut_most = sorted(exact, key=lambda channel: (-exact[channel][1], channel))[:left]
    return {channel: sign * (whole + (channel in cut_most)) for channel, (whole, _) in exact.items()}


def _weights(by: Spread, contacts: pl.DataFrame, legs: pl.DataFrame, zone: str) -> dict[str, Weights]:
    """By month: each channel's handle time in milliseconds, or its contacts."""
    if by == "handle_time":
        ours = (pl.col("handled") == 1) & (pl.col("is_test") == 0) & (pl.col("is_system") == 0)
        rows = legs.filter(ours).select("channel", _month("entered", zone), pl.col("handle_ms").alias("weight"))
    else:
        counted = contacts.filter(pl.col("counted") == 1)
        rows = counted.select("channel", _month("at", zone), pl.lit(1, pl.Int64).alias("weight"))
    sums = rows.drop_nulls().group_by("month", "channel").agg(pl.col("weight").sum())
    found: dict[str, dict[int, int]] = {}
    for month, channel, weight in sums.iter_rows():
        found.setdefault(month, {})[channel] = weight
    return {month: {channel: weight for channel, weight in own.items() if weight > 0} for month, own in found.items()}


def _in_last_channel(resolutions: pl.DataFrame, contacts: pl.DataFrame, records: Records) -> pl.DataFrame:
    """Resolutions in the channel of the last answered contact by then; where none is known, in their own.

    A case of a channel where nobody waits on the line is a contact itself, as is a customer's message after a
    resolution: both count as answered.
    """
    answered = records.interactions.filter(pl.col("outcome") == ANSWERED)["id"]
    of_calls = pl.col("table") == TABLES.index("interactions")
    ours = (pl.col("counted") == 1) & (~of_calls | pl.col("row").is_in(answered.implode()))
    last = contacts.filter(ours & pl.col("channel").is_not_null() & pl.col("case").is_not_null())
    last = last.select("case", pl.col("at").alias("resolved_at"), pl.col("channel").alias("last_channel"))
    rows = resolutions.sort("resolved_at").join_asof(
        last.sort("resolved_at", maintain_order=True), on="resolved_at", by="case", check_sortedness=False
    )
    return rows.with_columns(pl.coalesce("last_channel", "channel").alias("channel"))


def _month(column: str, zone: str) -> pl.Expr:
    local = pl.from_epoch(column).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return local.dt.strftime("%Y-%m").alias("month")


def _first_day(month: str) -> date:
    return date.fromisoformat(f"{month}-01")
