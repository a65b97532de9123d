"""Promises: one row a clock of a case, and one a first answer of a contact (R65, R91-R144, C0.24-C0.32).

What each column says:

| column | meaning |
|---|---|
| table, row | what started the clock: the case, the event (a message, an update), the leg or the contact |
| source .. case, is_test, is_system, merged, deleted | as in the other facts, of the case or contact |
| clock, promise | place in CLOCK_NAMES, and in `promise_keys` of the pack, plus one |
| arrived | arrival of the case or contact, by which exception windows leave it out |
| start, stop, due_at | epoch seconds; stop null while it runs, due null while paused or out of plan |
| booked_at | the due time; of a paused clock when it would be due if it ran on now; out of plan the start |
| elapsed_sec, left_sec, budget_sec, goal_sec | seconds of the clock's calendar, less pauses; left below 0 if late |
| met, breached, withdrawn, running, paused | how it stands; one of them is 1 where a budget is known |
| uncovered | live and arrived closed (C0.26, R139), or out of plan |
| unmeasurable | the source can't tell (R105) |
| excepted | in an exception window (R104), or the case carries an `exception` event since its start |
| risky, over_goal | not over and at risk (R120); in time, but over the goal inside the limit (R117, R131, R134) |
| together | judged by a median, a mean or a share of all, not by itself (C0.27) |
| judges | judged together, and in the denominator of its statistic: answered, or offered (R5) |
| at_night | started at night (R95) |
"""

from __future__ import annotations

import polars as pl

from carecli.metrics.contacts import TABLES
from carecli.metrics.frames import codes_of
from carecli.metrics.promises_cases import STAMPS, case_readings
from carecli.metrics.promises_contacts import contact_readings
from carecli.metrics.promises_judged import excepted_by_window, judged
from carecli.metrics.promises_log import CaseLog
from carecli.metrics.promises_matters import with_matters
from carecli.metrics.promises_measurable import untold
from carecli.metrics.records import Records
from carecli.metrics.resolutions import DIMENSIONS, FLAGS, shaped
from carecli.policy.precedence import LIVE
from carecli.tables import CHANNELS

LIVE_CODES = codes_of(CHANNELS, LIVE)
STANDS = ("met", "breached", "withdrawn", "running", "paused")
COLUMNS = (
    *("table", "row", *DIMENSIONS, *FLAGS, "clock", "promise", "arrived", "start", "stop", "due_at", "booked_at"),
    *("elapsed_sec", "left_sec", "budget_sec", "goal_sec", *STANDS, "uncovered", "unmeasurable", "excepted"),
    *("risky", "over_goal", "together", "judges", "at_night"),
)


def promises(records: Records, contacts: pl.DataFrame, legs: pl.DataFrame, log: CaseLog) -> pl.DataFrame:
    """Every promise made by `as_of`, kept or not, with the columns above."""
    parts = [_of_cases(records, contacts, log), _of_contacts(records, legs)]
    return pl.concat(part.select(COLUMNS) for part in parts).sort("start", "table", "row", "clock")


def asking_cases(records: Records, contacts: pl.DataFrame) -> pl.DataFrame:
    """The cases with `asks_channel`: false in a live channel where the contact itself has the channel's promise."""
    cases = contacts.filter(pl.col("table") == TABLES.index("cases"))
    covered = cases.filter(pl.col("covered") == 1)["row"]
    named = pl.col("contact").is_not_null() | pl.col("interaction_id").is_not_null()
    live = pl.col("channel").is_in(LIVE_CODES).fill_null(False)
    return records.cases.with_columns(asks_channel=~(live & (named | pl.col("case").is_in(covered.implode()))))


def _of_cases(records: Records, contacts: pl.DataFrame, log: CaseLog) -> pl.DataFrame:
    cases, matters = with_matters(asking_cases(records, contacts), records)
    wanted = cases.select("case", "matter", "asks_channel", *STAMPS)
    read, known = case_readings(records.pack, wanted, log, matters, as_of=records.as_of)
    read = read.with_columns(
        elapsed_ms=pl.col("elapsed_sec") * 1000,
        ended=pl.col("stop").is_not_null(),
        short=pl.lit(0, pl.Int64),
        answered=pl.col("stop").is_not_null() & ~pl.col("withdrawn"),
    )
    read = judged(read, known, records.pack)
    about = shaped(records.cases, "created_at").drop("table", "row").rename({"created_at": "arrived"})
    rows = read.join(about, on="case", how="left", maintain_order="left")
    rows = rows.join(untold(records).with_columns(told=pl.lit(0)), on=["source", "clock"], how="left")
    last = log.exceptions.group_by("case").agg(pl.col("at").max().alias("excepted_at"))
    rows = rows.join(last, on="case", how="left")
    return rows.with_columns(
        uncovered=pl.col("out_of_plan").cast(pl.Int64),
        unmeasurable=pl.col("told").is_not_null().cast(pl.Int64),
        excepted=_flag((pl.col("excepted_at") >= pl.col("start")) | excepted_by_window(records)),
    )


def _of_contacts(records: Records, legs: pl.DataFrame) -> pl.DataFrame:
    rows, known = contact_readings(records, legs)
    rows = judged(rows, known, records.pack)
    return rows.with_columns(
        uncovered=_flag(pl.col("out_of_plan") | pl.col("arrived_closed")),
        unmeasurable=_flag(pl.col("ended") & pl.col("elapsed_ms").is_null()),
        excepted=_flag(excepted_by_window(records)),
    )


def _flag(condition: pl.Expr) -> pl.Expr:
    return condition.cast(pl.Int64).fill_null(0)
