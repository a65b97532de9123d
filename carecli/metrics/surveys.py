"""Survey answers: late ones, repeated ones, and what counts as favourable (R15-R18)."""

from __future__ import annotations

import polars as pl

from carecli.metrics.contacts import TABLES
from carecli.metrics.frames import frame, links_of, with_reference
from carecli.metrics.records import Records, tier_of, until

COLUMNS = (
    *(
        "table",
        "row",
        "source",
        "kind",
        "channel",
        "queue",
        "issue_type",
        "agent",
        "tier",
        "priority",
        "customer",
        "case",
    ),
    *("sent_at", "responded_at", "score", "scale_max", "is_test", "is_system"),
)


def surveys(records: Records) -> pl.DataFrame:
    """One row per survey sent or answered by `as_of`.

    `answered`; `repeated`: a later answer of the same case and kind counts instead; `late`: answered longer after the
    case's resolution, or the contact's end, than the pack allows (R16), and the pack leaves such answers out;
    `unjudged`: a scale the pack doesn't know; `favourable`, `promoter`, `detractor`; `of_five`: the best vote is a 5.
    All 0 or 1. `score_thousandths` is the vote, in whole thousandths.
    """
    rows = _with_resolution(_with_owner(records), records)
    answered = pl.col("responded_at").is_not_null()
    allowed = pl.col("over_at") + records.pack.csat.late_sec
    late = answered & (pl.col("responded_at") > allowed) & pl.lit(records.pack.csat.late == "exclude")
    favourable = _favourable(records)
    rows = rows.sort("responded_at", "row", nulls_last=True).with_columns(pl.int_range(pl.len()).alias("place"))
    return rows.with_columns(
        answered.cast(pl.Int64).alias("answered"),
        late.fill_null(False).cast(pl.Int64).alias("late"),
        _repeated().cast(pl.Int64).alias("repeated"),
        favourable.fill_null(False).cast(pl.Int64).alias("favourable"),
        favourable.is_null().cast(pl.Int64).alias("unjudged"),
        (pl.col("score") >= records.pack.nps.promoters_from).fill_null(False).cast(pl.Int64).alias("promoter"),
        (pl.col("score") <= records.pack.nps.detractors_to).fill_null(False).cast(pl.Int64).alias("detractor"),
        (pl.col("score").is_null()).cast(pl.Int64).alias("blank"),
        (pl.col("scale_max") == 5).fill_null(False).cast(pl.Int64).alias("of_five"),
        (pl.col("score") * 1000).round().cast(pl.Int64).alias("score_thousandths"),
        pl.col("sent_at").is_not_null().cast(pl.Int64).alias("sent"),
    ).select(pl.exclude("score", "scale_max", "place"))


def _with_owner(records: Records) -> pl.DataFrame:
    """Surveys with the case and the contact they ask about, and what those say of channel, reason and tier."""
    rows = frame(records.snapshot, "surveys")
    rows = rows.filter(pl.coalesce("sent_at", "responded_at") <= records.as_of)
    rows = until(rows, records.as_of, ("responded_at",))
    links = links_of(records.snapshot)
    rows = with_reference(rows, records.cases, links, table="surveys", key="case_id", name="case")
    rows = with_reference(rows, records.interactions, links, table="surveys", key="interaction_id", name="contact")
    asked = ("channel", "queue", "issue_type", "tier", "priority", "customer_id", "is_test", "is_system")
    for name, owners, agent in (("contact", records.interactions, "agent_id"), ("case", records.cases, "assignee_id")):
        more = [pl.col(column).alias(f"{name}_{column}") for column in asked]
        about = owners.select(pl.col("id").alias(name), *more, pl.col(agent).alias(f"{name}_agent"))
        rows = rows.join(about, on=name, how="left", maintain_order="left")
    own = {"channel": "channel", "queue": "queue", "customer_id": "customer"}
    known = [
        pl.coalesce(*([column] if column in own else []), f"contact_{column}", f"case_{column}").alias(
            own.get(column, column)
        )
        for column in asked
    ]
    rows = rows.with_columns(
        *known,
        pl.coalesce("agent_id", "contact_agent", "case_agent").alias("agent"),
        pl.lit(TABLES.index("surveys"), pl.Int64).alias("table"),
        row="id",
    )
    of_customer = tier_of(records.snapshot, rows.select(pl.col("customer").alias("customer_id")))
    return (
        rows.with_columns(pl.coalesce("tier", of_customer).alias("tier"))
        .with_columns(pl.col("is_test").fill_null(0), pl.col("is_system").fill_null(0))
        .select(*COLUMNS, "contact")
    )


def _with_resolution(rows: pl.DataFrame, records: Records) -> pl.DataFrame:
    """`over_at`: the case's last resolution before the answer, else its first; without a case the contact's end."""
    stamps = records.cases.select("case", "first_resolved_at", "last_resolved_at")
    ends = records.interactions.select(pl.col("id").alias("contact"), "ended_at")
    rows = rows.join(stamps, on="case", how="left", maintain_order="left")
    rows = rows.join(ends, on="contact", how="left", maintain_order="left")
    last = pl.when(pl.col("last_resolved_at") <= pl.col("responded_at")).then(pl.col("last_resolved_at"))
    over = pl.coalesce(last, "first_resolved_at", "ended_at").alias("over_at")
    subject = pl.coalesce("case", -pl.col("contact")).alias("subject")
    return rows.with_columns(over, subject).drop("first_resolved_at", "last_resolved_at", "ended_at", "contact")


def _repeated() -> pl.Expr:
    """Answers to the same question about the same case or contact before the latest; rows are in order of answer."""
    place = pl.col("place")  # a range made inside `over` would count within each case
    answered = pl.col("responded_at").is_not_null()
    latest = place.filter(answered).max().over("subject", "kind")
    return (answered & pl.col("subject").is_not_null() & (place < latest)).fill_null(False)


def _favourable(records: Records) -> pl.Expr:
    """Null where the pack knows no favourable votes of the scale."""
    return pl.col("score") >= pl.col("scale_max").cast(pl.Int64).replace_strict(
        dict(records.pack.csat.favourable_from), default=None, return_dtype=pl.Int64
    )
