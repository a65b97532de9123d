"""Callbacks: owed from an accepted offer or a missed call, and made in time (R103, R109, C0.31)."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from carecli.clocks.calendar import Calendar
from carecli.metrics.contacts import TABLES
from carecli.metrics.frames import code, codes_of
from carecli.metrics.records import Records
from carecli.metrics.resolutions import DIMENSIONS
from carecli.policy.operations import Callback
from carecli.policy.pack import Pack
from carecli.policy.precedence import tier_of
from carecli.tables import INTERACTION_OUTCOMES, ORIGINS

MISSED = codes_of(INTERACTION_OUTCOMES, ("missed", "voicemail"))
CALLBACK = code(ORIGINS, "callback")
CONTACT = ("table", "row", *DIMENSIONS, "is_test", "is_system", "outbound")
MOMENTS = ("callback_offered_at", "callback_accepted_at")
STANDS = ("met", "breached", "running")


def callbacks(records: Records) -> pl.DataFrame:
    """One row a callback owed: from the accepted offer, or in a pack without offers from the missed call or voicemail.

    `owed_at`, `called_at` (the first outbound contact that it led to, or the customer's next callback), `due_at` and
    one of `met`, `breached`, `running`; `unmeasurable` where the source states no callback at all. Without rows where
    the pack sets no time for it.
    """
    rule = records.pack.programme.callback
    made = contacts_of(records)
    rows = _with_called(_owed(made, rule, records), made)
    rows = rows.with_columns(_due(rows, rule, records))
    late = pl.coalesce("called_at", pl.lit(records.as_of, pl.Int64)) > pl.col("due_at")
    called = pl.col("called_at").is_not_null()
    told = made.filter((pl.col("origin") == CALLBACK) | pl.col("caused_by").is_not_null())["source"].unique()
    return rows.with_columns(
        met=_flag(called & ~late),
        breached=_flag(late),
        running=_flag(~called & ~late),
        unmeasurable=_flag(~pl.col("source").is_in(told.implode())),
    ).select(*CONTACT, "owed_at", "called_at", "due_at", *STANDS, "unmeasurable")


def contacts_of(records: Records) -> pl.DataFrame:
    """Contacts with `caused_by` and what is known of offers and their acceptance by `as_of`."""
    stored = records.snapshot.frames.get("interactions", pl.DataFrame(schema={"id": pl.Int64}))
    missing = [pl.lit(None, pl.Int64).alias(name) for name in MOMENTS if name not in stored.columns]
    if "caused_by" not in stored.columns:
        missing.append(pl.lit(None, pl.String).alias("caused_by"))
    known = [pl.when(pl.col(name) <= records.as_of).then(pl.col(name)).alias(name) for name in MOMENTS]
    more = stored.with_columns(missing).select("id", "caused_by", *MOMENTS).with_columns(known)
    rows = records.interactions.join(more, on="id", how="left", maintain_order="left")
    return rows.with_columns(
        pl.lit(TABLES.index("interactions"), pl.Int64).alias("table"),
        *(pl.col(name).fill_null(0) for name in ("is_test", "is_system")),
        row="id",
        agent="agent_id",
        customer="customer_id",
    )


def of_tiers(rows: pl.DataFrame, tiers: Sequence[str], records: Records) -> pl.DataFrame:
    """The rows of these tiers of the pack; all where it names none."""
    if not tiers:
        return rows
    codes = [each for each in rows["tier"].unique() if tier_of(records.pack, records.snapshot.name(each)) in tiers]
    return rows.filter(pl.col("tier").is_in(codes))


def _owed(rows: pl.DataFrame, rule: Callback | None, records: Records) -> pl.DataFrame:
    """`owed_at`: from when on a callback is owed."""
    inbound = rows.filter(pl.col("outbound") == 0)
    if rule is None or rule.within_sec is None:
        return inbound.clear().with_columns(owed_at=pl.lit(None, pl.Int64))
    missed = pl.when(pl.col("outcome").is_in(MISSED)).then("ended_at")
    owed = pl.col("callback_accepted_at") if rule.offer_after_sec is not None else pl.coalesce(MOMENTS[1], missed)
    return of_tiers(inbound, rule.tiers, records).with_columns(owed_at=owed).filter(pl.col("owed_at").is_not_null())


def _with_called(rows: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """`called_at`: the first contact caused by it, else the first callback to the same customer since."""
    made = contacts.filter((pl.col("outbound") == 1) | (pl.col("origin") == CALLBACK))
    caused = made.drop_nulls("caused_by").select("source", pl.col("caused_by").alias("interaction_id"), at="started_at")
    caused = rows.select("row", "source", "interaction_id", "owed_at").join(caused, on=["source", "interaction_id"])
    caused = caused.filter(pl.col("at") >= pl.col("owed_at")).group_by("row").agg(caused_at=pl.col("at").min())
    back = made.filter((pl.col("origin") == CALLBACK) & pl.col("customer").is_not_null())
    back = back.select("customer", "started_at", back_at="started_at").sort("started_at")
    rows = rows.sort("owed_at").join_asof(
        back, left_on="owed_at", right_on="started_at", by="customer", strategy="forward", check_sortedness=False
    )
    return rows.join(caused, on="row", how="left").with_columns(called_at=pl.coalesce("caused_at", "back_at"))


def _due(rows: pl.DataFrame, rule: Callback | None, records: Records) -> pl.Series:
    """When each callback is due, on the calendar of its tier and queue where it runs in the hours of coverage."""
    due = pl.Series("due_at", [None] * rows.height, dtype=pl.Int64)
    if rule is None or rule.within_sec is None:
        return due
    for tier, queue in rows.select("tier", "queue").unique().iter_rows():
        mine = rows["tier"].eq_missing(tier) & rows["queue"].eq_missing(queue)
        calendar = _calendar(records.pack, rule, records.snapshot.name(tier), records.snapshot.name(queue))
        due = calendar.due(rows["owed_at"], rule.within_sec).zip_with(mine, due)
    return due.alias("due_at")


def _calendar(pack: Pack, rule: Callback, tier: str | None, queue: str | None) -> Calendar:
    covered = pack.tier_calendar(tier_of(pack, tier), "voice", queue)
    return covered if rule.clock == "coverage" else pack.clock_calendar(rule.clock, queue)


def _flag(condition: pl.Expr) -> pl.Expr:
    return condition.cast(pl.Int64).fill_null(0)
