"""The clocks of cases by what is promised of each: for the facts of all cases, and for the page of one."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from carecli.metrics.promises_log import CaseLog, pauses_of_clock
from carecli.metrics.promises_running import Promised, promised, run_promises
from carecli.metrics.promises_spans import COLUMNS, SPANS
from carecli.policy.pack import Pack
from carecli.policy.precedence import Matter, Promise
from carecli.policy.targets import CLOCK_NAMES

STAMPS = ("created_at", "first_response_at", "first_resolved_at", "last_resolved_at", "reopened_at", "closed_at")
"""What is needed of a case, beside `case`, `matter` (the place of its Matter) and `asks_channel`, which is false where
the promise of the channel is kept by its contact."""


def case_readings(
    pack: Pack, cases: pl.DataFrame, log: CaseLog, matters: Sequence[Matter], *, as_of: int
) -> tuple[pl.DataFrame, Sequence[Promise]]:
    """One row a clock of a case: the columns of `promises_spans.COLUMNS`, `clock`, `promise_no`, `number` and what
    `run_promises` reads; and the promises by number. Nothing in `cases` or `log` is later than `as_of`.
    """
    known = promised(pack, matters)
    spans = _spans(cases, log, known, as_of)
    pauses = _pauses(pack, log, spans)
    read = run_promises(known.promises, spans, pauses, as_of=as_of)
    return spans.join(read, on="number", how="left", maintain_order="left"), known.promises


def _spans(cases: pl.DataFrame, log: CaseLog, known: Promised, as_of: int) -> pl.DataFrame:
    """Every clock that something is promised of, from when to when, numbered."""
    of_case = _asked(cases.select("case", "matter", "asks_channel").join(known.rows, on="matter"), known.promises)
    parts = []
    for place, clock in enumerate(CLOCK_NAMES, start=1):
        mine = of_case.filter(pl.col("clock") == place)
        if mine.height:
            owners = cases.join(mine.select("case"), on="case", how="semi", maintain_order="left")
            parts.append(SPANS[clock](owners, log, as_of).join(mine, on="case", maintain_order="left"))
    names = (*COLUMNS, "clock", "promise_no")
    empty = pl.DataFrame(schema={**dict.fromkeys(names, pl.Int64()), "withdrawn": pl.Boolean()})
    spans = pl.concat(part.select(names) for part in parts) if parts else empty
    return spans.with_row_index("number").with_columns(pl.col("number").cast(pl.Int64))


def _asked(rows: pl.DataFrame, promises: Sequence[Promise]) -> pl.DataFrame:
    """Without the promises of a live channel that the contact keeps, or that can't be told from a case's stamps."""
    of_channel = [place for place, promise in enumerate(promises) if promise.channel is not None]
    not_told = [place for place, promise in enumerate(promises) if promise.live and promise.together]
    number = pl.col("promise_no")
    return rows.filter((pl.col("asks_channel") | ~number.is_in(of_channel)) & ~number.is_in(not_told))


def _pauses(pack: Pack, log: CaseLog, spans: pl.DataFrame) -> pl.DataFrame:
    """The pauses of each clock by its number."""
    parts = [
        pauses_of_clock(pack, log, clock)
        .select("case", "start", "end")
        .join(spans.filter(pl.col("clock") == place).select("case", "number"), on="case")
        .select("number", "start", "end")
        for place, clock in enumerate(CLOCK_NAMES, start=1)
    ]
    return pl.concat(parts)
