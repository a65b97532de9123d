"""First answers of cases: when each was acknowledged, and when a person first answered (R42, R71, R78, R110)."""

from __future__ import annotations

import polars as pl

from carecli.metrics.promises_log import CaseLog
from carecli.metrics.promises_matters import with_matters
from carecli.metrics.promises_measurable import untold
from carecli.metrics.promises_spans import STAMPS, answers
from carecli.metrics.records import Records
from carecli.metrics.resolutions import DIMENSIONS, FLAGS, shaped
from carecli.policy.pack import Pack
from carecli.policy.precedence import LIVE, Matter, tier_of
from carecli.policy.targets import CLOCK_NAMES

FIRST_RESPONSE = CLOCK_NAMES.index("first_response") + 1
ACKNOWLEDGED = ("ack_met", "ack_breached", "ack_open", "ack_withdrawn")
COLUMNS = (
    *("table", "row", *DIMENSIONS, *FLAGS, "created_at", "acknowledged_at", "automatic", "answered_at", "answer_sec"),
    "answered",
    *("ack_due_at", *ACKNOWLEDGED, "unmeasurable"),
)


def first_answers(records: Records, log: CaseLog) -> pl.DataFrame:
    """One row a case. `answer_sec` is elapsed from creation to the first reply of a person, `answered` 1 where there is
    one, `automatic` 1 where the first reply of all was an automation's.

    `ack_due_at` is when the pack wants a first sign of life, elapsed (R71), null where it promises none; then exactly
    one of `ack_met`, `ack_breached`, `ack_open` and `ack_withdrawn` (resolved before, without a reply) is 1.
    """
    cases, matters = with_matters(records.cases, records)
    rows = answers(_with_resolution(cases), log, records.as_of)
    rows = rows.join(_promised(records.pack, matters), on="matter", how="left", maintain_order="left")
    rows = rows.with_columns(
        ack_due_at=pl.col("created_at") + pl.col("acknowledge_sec"),
        answer_sec=pl.col("answered_at") - pl.col("created_at"),
        answered=pl.col("answered_at").is_not_null().cast(pl.Int64),
        automatic=pl.col("automatic").cast(pl.Int64).fill_null(0),
    )
    rows = _judged(rows, records.as_of)
    told = untold(records).filter(pl.col("clock") == FIRST_RESPONSE)["source"]
    blind = pl.col("source").is_in(told.implode()).cast(pl.Int64).alias("unmeasurable")
    return shaped(rows, "created_at", *COLUMNS[COLUMNS.index("acknowledged_at") : -1], blind).select(COLUMNS)


def _promised(pack: Pack, matters: list[Matter]) -> pl.DataFrame:
    """`acknowledge_sec` of each matter by its tier and channel; where somebody waits on the line there is none."""
    rows = [
        (place, target.acknowledge)
        for place, matter in enumerate(matters)
        if matter.channel is not None and matter.channel not in LIVE
        if (target := pack.channel_target(tier_of(pack, matter.tier), matter.channel)) is not None
        if target.acknowledge is not None
    ]
    return pl.DataFrame(rows, schema={"matter": pl.Int64, "acknowledge_sec": pl.Int64}, orient="row")


def _with_resolution(cases: pl.DataFrame) -> pl.DataFrame:
    return cases.with_columns(over_at=pl.min_horizontal(STAMPS))


def _judged(rows: pl.DataFrame, as_of: int) -> pl.DataFrame:
    """A sign of life by the due time, its second included, is a hit; a resolution before it needs none any more."""
    due, sign = pl.col("ack_due_at"), pl.col("acknowledged_at")
    met = sign <= due
    early = ((pl.col("over_at") <= due) & (sign.is_null() | (sign > pl.col("over_at")))).fill_null(False)
    stands = (
        pl.when(due.is_null()).then(None).when(met).then(0).when(early).then(3).when(due < as_of).then(1).otherwise(2)
    )
    rows = rows.with_columns(stands=stands)
    flags = [(pl.col("stands") == place).cast(pl.Int64).fill_null(0) for place in range(len(ACKNOWLEDGED))]
    return rows.with_columns(each.alias(name) for each, name in zip(flags, ACKNOWLEDGED, strict=True))
