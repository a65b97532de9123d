"""How many cases carry an exception (R127, R128)."""

from __future__ import annotations

import polars as pl

from carecli.metrics.contacts import TABLES
from carecli.metrics.promises_log import CaseLog
from carecli.metrics.records import Records
from carecli.metrics.resolutions import DIMENSIONS, FLAGS, shaped
from carecli.metrics.windows import Window

CASE = TABLES.index("cases")


def clocked_cases(records: Records, promises: pl.DataFrame, log: CaseLog, window: Window) -> pl.DataFrame:
    """One row a case of which some clock ran at some time of a window, up to `as_of`.

    `carries` is 1 where the case has an `exception` event by the window's end, or an explicit pause for a reason of the
    pack reaches into the window; a window of the pack's calendar is none (R128). `by_incident` is 1 where it does and
    an incident names the case.
    """
    end = min(window.last, records.as_of + 1)
    ran = promises.filter(
        (pl.col("case") > 0)
        & pl.col("table").is_in([CASE, TABLES.index("case_events")])
        & (pl.col("uncovered") == 0)
        & (pl.col("start") < end)
        & (pl.col("stop").is_null() | (pl.col("stop") > window.first) | (pl.col("start") >= window.first))
    )
    carries = pl.concat([_excepted(log, end), _paused(records, log, window, end)]).unique()
    rows = shaped(records.cases, "created_at").filter(pl.col("case").is_in(ran["case"].unique().implode()))
    carried = pl.col("case").is_in(carries.implode())
    linked = pl.col("case").is_in(_of_incidents(records).implode())
    return rows.select(
        *("table", "row", *DIMENSIONS, *FLAGS, "created_at"),
        carried.cast(pl.Int64).alias("carries"),
        (carried & linked).cast(pl.Int64).alias("by_incident"),
    )


def _excepted(log: CaseLog, end: int) -> pl.Series:
    return log.exceptions.filter(pl.col("at") < end)["case"]


def _paused(records: Records, log: CaseLog, window: Window, end: int) -> pl.Series:
    known = pl.col("reason").is_in(records.pack.pauses.reasons)
    reaches = (pl.col("start") < end) & (pl.col("end").is_null() | (pl.col("end") > window.first))
    return log.pauses.filter((pl.col("marked") == 1) & known & reaches)["case"]


def _of_incidents(records: Records) -> pl.Series:
    """The cases that an incident known by then names, in its own source or, where that has no cases, in any."""
    incidents = records.snapshot.frames.get("incidents")
    if incidents is None or not {"source", "case_id", "opened_at"} <= set(incidents.columns):
        return pl.Series("case", [], dtype=pl.Int64)
    named = incidents.filter(pl.col("opened_at") <= records.as_of).select("source", "case_id").drop_nulls()
    own = records.cases.join(named, on=["source", "case_id"], how="semi")["case"]
    foreign = named.filter(~pl.col("source").is_in(records.cases["source"].unique().implode()))
    return pl.concat([own, records.cases.join(foreign, on="case_id", how="semi")["case"]])
