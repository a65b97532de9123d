"""From when to when each clock of a case runs: answers, updates, workaround, resolution (R71, R113, R121, C0.29).

Every frame has `case`, `table` (a place in `contacts.TABLES`) and `row` of what started the clock, `start`, `stop`
(null = not yet) and `withdrawn`: the case was resolved before the answer came, so that there is none. A resolution
stops every clock of a case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import polars as pl

from carecli.clocks.answers import first_answers
from carecli.metrics.contacts import TABLES
from carecli.metrics.promises_log import CaseLog
from carecli.policy.targets import ClockName

CASE, EVENT = TABLES.index("cases"), TABLES.index("case_events")
STAMPS = ("first_resolved_at", "last_resolved_at", "closed_at")
COLUMNS = ("case", "table", "row", "start", "stop", "withdrawn")
REPLY, RESOLVED, BEGUN = 0, 1, 2
"""What bounds an update: at one moment a reply comes before the resolution it goes with."""

Spans = Callable[[pl.DataFrame, CaseLog, int], pl.DataFrame]


def answers(cases: pl.DataFrame, log: CaseLog, as_of: int) -> pl.DataFrame:
    """`cases` with `acknowledged_at`, `automatic` and `answered_at`: the first reply, and the first of a person (R71).

    The first response as the source states it holds, unless only an automation replied at that second.
    """
    asked = cases.select("case", clock="case", start="created_at", stated="first_response_at")
    told = first_answers(asked, log.replies.rename({"case": "clock"}), as_of=as_of)
    return cases.join(told.drop("clock", "start", "stated"), on="case", how="left", maintain_order="left")


def first_responses(cases: pl.DataFrame, log: CaseLog, as_of: int) -> pl.DataFrame:
    """From creation to the first answer of a person."""
    rows = _with_resolution(_of_cases(answers(cases, log, as_of)), cases, log)
    return _ending(rows, pl.col("answered_at"))


def next_responses(cases: pl.DataFrame, log: CaseLog, _as_of: int) -> pl.DataFrame:
    """From each message that follows an answer to the next answer."""
    stated = cases.select("case", at="first_response_at", id=pl.lit(None, pl.Int64)).drop_nulls("at")
    replies = pl.concat([stated, log.replies.filter(~pl.col("automatic")).select("case", "at", "id")])
    parts = [replies.with_columns(reply=pl.lit(True)), log.messages.with_columns(reply=pl.lit(False))]
    talk = pl.concat(parts).sort("case", "at", "id")
    answered = pl.col("case").shift(1).eq(pl.col("case")) & pl.col("reply").shift(1)
    reply_at = pl.when("reply").then("at").backward_fill().over("case")
    talk = talk.with_columns(starts=~pl.col("reply") & answered.fill_null(False), reply_at=reply_at)
    begun = talk.filter("starts").select(
        "case", pl.lit(EVENT, pl.Int64).alias("table"), "reply_at", row="id", start="at"
    )
    return _ending(_with_resolution(begun, cases, log), pl.col("reply_at"))


def updates(cases: pl.DataFrame, log: CaseLog, _as_of: int) -> pl.DataFrame:
    """From creation, each answer and each reopening to the next answer, until the case is resolved (R113)."""
    reopened = pl.concat([log.reopened, cases.select("case", at="reopened_at").drop_nulls()]).unique()
    begun = pl.concat([cases.select("case", at="created_at"), reopened])
    bounds = pl.concat(
        [
            log.replies.filter(~pl.col("automatic")).select("case", "at", "id", what=pl.lit(REPLY)),
            _resolutions(cases, log).select("case", "at", id=pl.lit(None, pl.Int64), what=pl.lit(RESOLVED)),
            begun.select("case", "at", id=pl.lit(None, pl.Int64), what=pl.lit(BEGUN)),
        ]
    ).sort("case", "at", "what", "id")
    state = pl.when(pl.col("what") != REPLY).then(pl.col("what") == BEGUN)
    bounds = bounds.with_columns(
        runs=state.forward_fill().over("case").fill_null(False),
        stop=pl.when(pl.col("case").shift(-1) == pl.col("case")).then(pl.col("at").shift(-1)),
    )
    lasts = pl.col("stop").is_null() | (pl.col("stop") > pl.col("at"))
    by_reply = pl.col("id").is_not_null()
    rows = bounds.filter(pl.col("runs") & lasts).with_columns(
        table=pl.when(by_reply).then(EVENT).otherwise(CASE).cast(pl.Int64), row=pl.coalesce("id", "case")
    )
    return rows.select("case", "table", "row", "stop", start="at", withdrawn=pl.lit(False)).select(COLUMNS)


def workarounds(cases: pl.DataFrame, log: CaseLog, _as_of: int) -> pl.DataFrame:
    """From creation to the first workaround, or the resolution, which is better than one."""
    told = log.workarounds.group_by("case").agg(pl.col("at").min().alias("workaround_at"))
    rows = _with_resolution(_of_cases(cases), cases, log).join(told, on="case", how="left", maintain_order="left")
    stop = pl.min_horizontal("workaround_at", "resolution_at")
    return rows.with_columns(stop=stop, withdrawn=pl.lit(False)).select(COLUMNS)


def resolutions(cases: pl.DataFrame, log: CaseLog, _as_of: int) -> pl.DataFrame:
    """From creation to the last resolution; a case that was reopened since runs on."""
    reopened = log.reopened.group_by("case").agg(pl.col("at").max().alias("again_at"))
    rows = cases.join(reopened, on="case", how="left", maintain_order="left")
    rows = rows.with_columns(pl.max_horizontal("again_at", "reopened_at").alias("again_at"))
    since = log.resolved.join(rows.select("case", "again_at"), on="case")
    since = since.filter(pl.col("again_at").is_null() | (pl.col("at") > pl.col("again_at")))
    told = since.group_by("case").agg(pl.col("at").min().alias("told_at"))
    rows = rows.join(told, on="case", how="left", maintain_order="left")
    stamped = pl.coalesce("last_resolved_at", "first_resolved_at", "closed_at", "told_at")
    again = (pl.col("again_at") > stamped).fill_null(False)
    stop = pl.when(~again).then(stamped).otherwise(pl.col("told_at"))
    return _of_cases(rows).with_columns(stop=stop, withdrawn=pl.lit(False)).select(COLUMNS)


SPANS: Mapping[ClockName, Spans] = {
    "first_response": first_responses,
    "next_response": next_responses,
    "update": updates,
    "workaround": workarounds,
    "resolution": resolutions,
}


def _of_cases(rows: pl.DataFrame) -> pl.DataFrame:
    """Clocks that start with their case."""
    return rows.with_columns(pl.lit(CASE, pl.Int64).alias("table"), row="case", start="created_at")


def _resolutions(cases: pl.DataFrame, log: CaseLog) -> pl.DataFrame:
    """`case`, `at`: every resolution known by stamp or event."""
    stamps = [cases.select("case", pl.col(name).alias("at")).drop_nulls() for name in STAMPS]
    return pl.concat([*stamps, log.resolved]).unique().sort("at", "case")


def _with_resolution(rows: pl.DataFrame, cases: pl.DataFrame, log: CaseLog) -> pl.DataFrame:
    """`resolution_at`: the first resolution from the start of each clock on."""
    moments = _resolutions(cases, log).select("case", "at", resolution_at="at")
    placed = rows.with_row_index("place").sort("start")
    found = placed.join_asof(
        moments, left_on="start", right_on="at", by="case", strategy="forward", check_sortedness=False
    )
    return found.sort("place").drop("place", "at", strict=False)


def _ending(rows: pl.DataFrame, answered: pl.Expr) -> pl.DataFrame:
    """The answer stops a clock, or the resolution where that comes first."""
    withdrawn = (pl.col("resolution_at") < answered) | (pl.col("resolution_at").is_not_null() & answered.is_null())
    stop = pl.min_horizontal(answered, "resolution_at")
    return rows.with_columns(stop=stop, withdrawn=withdrawn.fill_null(False)).select(COLUMNS)
