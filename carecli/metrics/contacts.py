"""Contacts: a customer reaching us, once (design: "What is a contact?", R2, R3, R33)."""

from __future__ import annotations

from functools import reduce
from operator import or_

import polars as pl

from carecli.metrics.coverage import ASYNCHRONOUS
from carecli.metrics.frames import code
from carecli.metrics.open_time import deadline
from carecli.metrics.records import Records
from carecli.metrics.states import SOLVED
from carecli.tables import CASE_EVENT_KINDS

TABLES = ("interactions", "legs", "cases", "case_events", "surveys", "costs", "business_events", "incidents",
          "service_health")  # fmt: skip
"""Where a fact comes from: `table` holds the place in this list, `row` the store id."""

EXCLUSIONS = (
    ("test", "is_test"),
    ("system", "is_system"),
    ("outbound", "outbound"),
    ("transfer", "transfer"),
    ("case of a contact", "linked"),
    ("case in a channel with its own feed", "covered"),
    ("deleted", "deleted"),
)
"""Why a row is no contact, in the order in which the reasons are asked: the first one counts."""

COLUMNS = (
    *(
        "table",
        "row",
        "source",
        "at",
        "channel",
        "queue",
        "issue_type",
        "agent",
        "tier",
        "priority",
        "customer",
        "case",
    ),
    *("is_test", "is_system", "outbound", "transfer", "linked", "covered", "deleted"),
    "tie",
)
"""`tie` is made of the source's own id: of two contacts of one second the same one comes first in every store."""
CUSTOMER_REPLY, PUBLIC_REPLY = code(CASE_EVENT_KINDS, "customer_reply"), code(CASE_EVENT_KINDS, "public_reply")


def contacts(records: Records, timeline: pl.DataFrame) -> pl.DataFrame:
    """One row per interaction, case and customer message after a resolution, with the flags of `EXCLUSIONS`.

    `counted` is 1 for a contact. `follow_up` is 1 where there is an earlier contact of the same case inside the pack's
    days of one case, or of the same customer and reason inside its no-touch window (R3); without a reason, of the same
    customer and queue. `repeated` is 1 where the latter came inside the pack's time for repeats (R53), `unkeyed` 1
    where that can't be told: the customer, or both reason and queue, are unknown.
    """
    arrivals = pl.concat([_of_interactions(records), _of_cases(records)])
    rows = (
        pl.concat([arrivals, _after_resolution(records, arrivals, timeline)])
        .sort("at", "table", "tie", "row")
        .drop("tie")
    )
    return _with_follow_ups(rows.with_columns(counted().cast(pl.Int64).alias("counted")), records)


def counted() -> pl.Expr:
    """Whether none of the exclusions holds. Flags a pack doesn't exclude are never set (see `records`)."""
    return ~reduce(or_, (pl.col(flag) == 1 for _, flag in EXCLUSIONS))


def _of_interactions(records: Records) -> pl.DataFrame:
    return _shaped(
        records.interactions,
        "interactions",
        key="interaction_id",
        at="started_at",
        agent="agent_id",
        linked=pl.lit(0),
        covered=pl.lit(0),
        deleted=pl.lit(0),
    )


def _of_cases(records: Records) -> pl.DataFrame:
    linked = pl.col("case").is_in(_cases_of_contacts(records).implode())
    cases = records.cases.with_columns(outbound=pl.lit(0), transfer=pl.lit(0))
    return _shaped(
        cases,
        "cases",
        key="case_id",
        at="created_at",
        agent="assignee_id",
        linked=linked,
        covered=_in_a_covered_channel(records),
        deleted=pl.col("deleted_at").is_not_null(),
    )


def _shaped(
    rows: pl.DataFrame,
    table: str,
    *,
    key: str,
    at: str,
    agent: str,
    linked: pl.Expr,
    covered: pl.Expr | pl.Series,
    deleted: pl.Expr,
) -> pl.DataFrame:
    """The columns of a contact, flags as 0 and 1."""
    flags = ("is_test", "is_system", "outbound", "transfer", "linked", "covered", "deleted")
    return (
        rows.with_columns(linked=linked, covered=covered, deleted=deleted)
        .with_columns(pl.col(flag).cast(pl.Int64).fill_null(0) for flag in flags)
        .with_columns(pl.lit(TABLES.index(table), pl.Int64).alias("table"), pl.col("id").alias("row"))
        .with_columns(pl.col(key).hash().alias("tie"))
        .with_columns(pl.col(at).alias("at"), pl.col(agent).alias("agent"), pl.col("customer_id").alias("customer"))
        .select(COLUMNS)
    )


def _cases_of_contacts(records: Records) -> pl.Series:
    """Cases that a contact opened: a call and its ticket count once.

    A contact belongs to the case's opening where the case names it, where it came by the same channel, or where it
    came before the case. A later call about an e-mail case is a contact beside it.
    """
    cases = records.cases.select("case", "created_at", pl.col("channel").alias("case_channel"), "contact")
    inbound = records.interactions.filter(pl.col("outbound") == 0).select("case", "channel", "started_at")
    opening = pl.col("started_at") <= pl.col("created_at")
    same_channel = (pl.col("channel") == pl.col("case_channel")).fill_null(True)
    opened = inbound.join(cases, on="case").filter(opening | same_channel)["case"]
    return pl.concat([opened, cases.filter(pl.col("contact").is_not_null())["case"]]).unique()


def _in_a_covered_channel(records: Records) -> pl.Series:
    """1 where the channel is live and a feed of interactions covers it on the day the case was created."""
    coverage = records.coverage
    cases = records.cases.select("channel", _local_day(coverage.zone))
    live = cases.unique().filter(~pl.col("channel").is_in(ASYNCHRONOUS).fill_null(False))
    known = [(channel, day, int(coverage.covers(("interactions",), day, channel))) for channel, day in live.iter_rows()]
    covered = pl.DataFrame(known, schema={"channel": pl.Int64, "day": pl.Date, "covered": pl.Int64}, orient="row")
    joined = cases.join(covered, on=["channel", "day"], how="left", nulls_equal=True, maintain_order="left")
    return joined["covered"].fill_null(0)


def _local_day(zone: str) -> pl.Expr:
    return pl.from_epoch("created_at").dt.replace_time_zone("UTC").dt.convert_time_zone(zone).dt.date().alias("day")


def _after_resolution(records: Records, arrivals: pl.DataFrame, timeline: pl.DataFrame) -> pl.DataFrame:
    """The first customer message after each resolution, unless the case was counted again in between."""
    solved = timeline.filter(pl.col("status") >= SOLVED).select("case", "at", pl.col("at").alias("solved_at"))
    again = arrivals.filter(counted() & (pl.col("case") > 0)).select("case", "at", pl.col("at").alias("counted_at"))
    replies = (
        _customer_messages(records)
        .join_asof(solved.sort("at"), on="at", by="case", allow_exact_matches=False, check_sortedness=False)
        .join_asof(again.sort("at"), on="at", by="case", check_sortedness=False)
        .filter(pl.col("solved_at").is_not_null())
        .filter(pl.col("counted_at").is_null() | (pl.col("counted_at") <= pl.col("solved_at")))
        .unique(["case", "solved_at"], keep="first", maintain_order=True)
    )
    of_case = arrivals.filter(pl.col("table") == TABLES.index("cases")).drop("table", "row", "at")
    return (
        replies.select("case", pl.col("id").alias("row"), "at")
        .join(of_case, on="case", how="inner", maintain_order="left")
        .with_columns(pl.lit(TABLES.index("case_events"), pl.Int64).alias("table"))
        .with_columns(pl.lit(0, pl.Int64).alias(flag) for flag in ("linked", "covered"))
        .select(COLUMNS)
    )


def _customer_messages(records: Records) -> pl.DataFrame:
    """Public messages of the customer; a feed that can't tell names them public replies of the customer's own id."""
    customers = records.cases.select("case", "customer_id")
    events = records.events.join(customers, on="case", how="left", maintain_order="left")
    own = (pl.col("kind") == PUBLIC_REPLY) & (pl.col("actor_id") == pl.col("customer_id"))
    return (
        events.filter((pl.col("kind") == CUSTOMER_REPLY) | own.fill_null(False))
        .select("id", "case", "at")
        .sort("at", "id")
    )


def _with_follow_ups(rows: pl.DataFrame, records: Records) -> pl.DataFrame:
    """`follow_up`, `repeated` and `unkeyed` of the counted contacts, which are in order of arrival."""
    real = rows.filter(pl.col("counted") == 1)
    reason, queue = _previous(real, "customer", "issue_type"), _previous(real, "customer", "queue")
    real = real.with_columns(reason.zip_with(real["issue_type"].is_not_null(), queue).alias("previous"))
    inside = pl.col("at") <= deadline(real, "previous", records)
    same_case = pl.col("at") <= _previous(real, "case") + records.pack.fcr.same_case_sec
    repeated = pl.col("at") <= pl.col("previous") + records.pack.outcomes.repeat_within_sec
    unkeyed = pl.col("customer").is_null() | pl.all_horizontal(pl.col("issue_type", "queue").is_null())
    told = {"follow_up": inside.fill_null(False) | same_case.fill_null(False), "repeated": repeated, "unkeyed": unkeyed}
    flags = real.select("table", "row", *(flag.cast(pl.Int64).alias(name) for name, flag in told.items()))
    return rows.join(flags, on=["table", "row"], how="left", maintain_order="left").with_columns(
        pl.col(name).fill_null(0) for name in told
    )


def _previous(rows: pl.DataFrame, *keys: str) -> pl.Series:
    """The arrival of the contact before with the same keys; null where a key is unknown.

    Sorting and looking one row up is many times faster than a window over so many small groups.
    """
    same = pl.all_horizontal(pl.col(key) == pl.col(key).shift(1) for key in keys)
    ordered = rows.select(*keys, "at").with_row_index("place").sort(*keys, "place")
    previous = ordered.select("place", pl.when(same).then(pl.col("at").shift(1)).alias("previous"))
    return previous.sort("place")["previous"]
