"""Callbacks offered to callers who wait too long (R108, C0.31)."""

from __future__ import annotations

import polars as pl

from carecli.metrics.contacts import TABLES
from carecli.metrics.frames import code, frame
from carecli.metrics.promises_callbacks import CONTACT, contacts_of, of_tiers
from carecli.metrics.records import Records
from carecli.tables import CHANNELS

VOICE = code(CHANNELS, "voice")
COLUMNS = (*CONTACT, "entered", "wait_ms", "offered_at", "late", "missed", "unmeasurable")


def callback_offers(records: Records, legs: pl.DataFrame) -> pl.DataFrame:
    """One row a caller of the pack's tiers who waited longer than the time after which a callback is to be offered.

    `entered` is when the caller came to the first queue, `wait_ms` the time without an agent from there, up to the
    first answer. `late` is 1 where the offer came after the time, `missed` where none came, even if the call was
    answered. `unmeasurable` where the source states no offer at all. Without rows where the pack asks for no offers.
    """
    rule, contacts = records.pack.programme.callback, contacts_of(records)
    after = None if rule is None else rule.offer_after_sec
    callers = contacts.filter((pl.col("outbound") == 0) & (pl.col("channel") == VOICE))
    callers = of_tiers(callers, () if rule is None else rule.tiers, records)
    rows = callers.join(_waits(records, legs), on="row", how="inner", maintain_order="left")
    rows = rows.filter(pl.lit(after is not None) & (pl.col("wait_ms") > (after or 0) * 1000))
    told = contacts.filter(pl.col("callback_offered_at").is_not_null())["source"].unique()
    return rows.with_columns(
        offered_at="callback_offered_at",
        late=_flag(pl.col("callback_offered_at") - pl.col("entered") > (after or 0)),
        missed=_flag(pl.col("callback_offered_at").is_null()),
        unmeasurable=_flag(~pl.col("source").is_in(told.implode())),
    ).select(COLUMNS)


def _waits(records: Records, legs: pl.DataFrame) -> pl.DataFrame:
    """`row` of each contact, `entered` and `wait_ms`: over its stays one after another, up to the first answer."""
    contacts = records.interactions.select("source", "interaction_id", owner="id")
    owners = frame(records.snapshot, "legs").select("source", "interaction_id", row="id")
    owners = owners.join(contacts, on=["source", "interaction_id"]).select("row", "owner")
    stored = legs.filter(pl.col("table") == TABLES.index("legs")).join(owners, on="row")
    alone = legs.filter(pl.col("table") == TABLES.index("interactions")).with_columns(owner="row")
    stays = pl.concat([part.select("owner", "entered", "answered", "wait_ms") for part in (stored, alone)])
    before = pl.col("answered").cum_sum().shift(1, fill_value=0) == 0
    return (
        stays.sort("owner", "entered")
        .group_by("owner", maintain_order=True)
        .agg(pl.col("entered").first(), pl.col("wait_ms").filter(before).sum())
        .rename({"owner": "row"})
    )


def _flag(condition: pl.Expr) -> pl.Expr:
    return condition.cast(pl.Int64).fill_null(0)
