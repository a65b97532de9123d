"""What a case's events tell its clocks: replies, messages, resolutions, pauses, exceptions (R71, R126, C0.29)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from carecli.metrics.frames import code, codes_of
from carecli.metrics.records import Records
from carecli.policy.pack import Pack
from carecli.tables import CASE_EVENT_KINDS, CASE_STATUSES

AUTOMATION = "automation"
NO_REPLY = ("opening", "merge")
"""Reasons of messages that answer nobody: the one that opened the case, and what a merge wrote."""
NO_RESOLUTION = ("merge", "deleted")
WORKAROUND = "workaround"
SOLVED = ("solved", "closed")
OPEN = tuple(word for word in CASE_STATUSES if word not in SOLVED)

WORDS: Mapping[str, type[pl.DataType]] = {
    "case": pl.Int64,
    "id": pl.Int64,
    "at": pl.Int64,
    "kind": pl.Int64,
    "reason": pl.String,
    "from_value": pl.String,
    "to_value": pl.String,
    "own": pl.Boolean,
}
"""Events as `log_of` reads them: `kind` as its code, `own` where the customer of the case did it."""


@dataclass(frozen=True)
class CaseLog:
    """Frames with `case` and `at` (epoch seconds), in order of time; none holds anything after `as_of`."""

    replies: pl.DataFrame
    """Public replies with `id` and `automatic`; neither the customer's own nor the one that opened the case."""
    messages: pl.DataFrame
    """The customer's public messages after the one that opened the case, with `id`."""
    workarounds: pl.DataFrame
    """Events whose reason or new value is `workaround`."""
    resolved: pl.DataFrame
    reopened: pl.DataFrame
    pauses: pl.DataFrame
    """`case`, `start`, `end` (null while open), `reason` and `marked`: 1 where a person or rule said so by itself."""
    exceptions: pl.DataFrame
    logged: pl.DataFrame
    """`case` of every case with an event that its source logged; observations of the store are no log."""


def events_in_words(records: Records) -> pl.DataFrame:
    """The events of all cases as `log_of` reads them."""
    customers = records.cases.select("case", "customer_id")
    rows = records.events.join(customers, on="case", how="left", maintain_order="left")
    codes = rows["reason"].unique().drop_nulls().to_list()
    words = [records.snapshot.name(each) for each in codes]
    reason = rows["reason"].replace_strict(codes, words, default=None, return_dtype=pl.String)
    own = (pl.col("actor_id") == pl.col("customer_id")).fill_null(False).alias("own")
    return rows.with_columns(reason, own).select(pl.col(name).cast(dtype) for name, dtype in WORDS.items())


def events_of_one(events: Iterable[Mapping[str, Any]], customer: str | None) -> pl.DataFrame:
    """The readable events of one case, in order of time, as `log_of` reads them; the case and the ids are places."""
    rows = [
        {
            "case": 0,
            "id": place,
            **{name: event.get(name) for name in ("at", "reason", "from_value", "to_value")},
            "kind": code(CASE_EVENT_KINDS, event["kind"]),
            "own": customer is not None and event.get("actor_id") == customer,
        }
        for place, event in enumerate(events)
    ]
    return pl.DataFrame(rows, schema=dict(WORDS))


def log_of(pack: Pack, events: pl.DataFrame) -> CaseLog:
    """The log of cases from events with the columns of `WORDS`."""
    events = events.sort("case", "at", "id")
    reply, message = _is("public_reply"), _is("customer_reply")
    speaks = ~pl.col("reason").is_in(NO_REPLY).fill_null(False)
    workaround = pl.any_horizontal(
        (pl.col(name).str.to_lowercase() == WORKAROUND).fill_null(False) for name in ("reason", "to_value")
    )
    return CaseLog(
        replies=events.filter(reply & ~pl.col("own") & speaks).select("case", "at", "id", _automatic()),
        messages=events.filter((message | (reply & pl.col("own"))) & speaks).select("case", "at", "id"),
        workarounds=events.filter(workaround).select("case", "at"),
        resolved=events.filter(_resolves()).select("case", "at"),
        reopened=events.filter(_reopens()).select("case", "at"),
        pauses=_pauses(pack, events),
        exceptions=events.filter(_is("exception")).select("case", "at"),
        logged=events.filter(~_is("observed")).select("case").unique(),
    )


def pauses_of_clock(pack: Pack, log: CaseLog, clock: str) -> pl.DataFrame:
    """The pauses that stop a clock (C0.29)."""
    reasons = next((reasons for name, reasons in pack.pauses.stops.items() if name == clock), ())
    return log.pauses.filter(pl.col("reason").is_in(reasons)).select("case", "start", "end", "reason")


def _is(*kinds: str) -> pl.Expr:
    return pl.col("kind").is_in(codes_of(CASE_EVENT_KINDS, kinds))


def _automatic() -> pl.Expr:
    return (pl.col("reason") == AUTOMATION).fill_null(False).alias("automatic")


def _resolves() -> pl.Expr:
    solved = _is("status") & pl.col("to_value").is_in(SOLVED).fill_null(False)
    return (solved | _is("closed")) & ~pl.col("reason").is_in(NO_RESOLUTION).fill_null(False)


def _reopens() -> pl.Expr:
    opened = pl.col("from_value").is_in(SOLVED) & pl.col("to_value").is_in(OPEN)
    return _is("reopened") | (_is("status") & opened.fill_null(False))


def _pauses(pack: Pack, events: pl.DataFrame) -> pl.DataFrame:
    """Stretches in a status that pauses, and those between `paused` and `resumed`; the last may be open."""
    status = list(pack.pauses.status)
    reasons = [pack.pauses.status[word] for word in status]
    of_status = pl.col("to_value").replace_strict(status, reasons, default=None, return_dtype=pl.String)
    observed = _is("observed") & (pl.col("reason") == "status").fill_null(False)
    told = events.filter(observed | _is("status", "reopened", "closed"))
    marks = events.filter(_is("paused", "resumed"))
    return pl.concat(
        [
            _stretches(told, pl.when(_is("status", "observed")).then(of_status), marked=0),
            _stretches(marks, pl.when(_is("paused")).then(pl.col("reason").fill_null("paused")), marked=1),
        ]
    )


def _stretches(changes: pl.DataFrame, reason: pl.Expr, *, marked: int) -> pl.DataFrame:
    """From each change with a reason to the next change of the case."""
    following = pl.when(pl.col("case").shift(-1) == pl.col("case")).then(pl.col("at").shift(-1))
    rows = changes.select("case", pl.col("at").alias("start"), following.alias("end"), reason.alias("reason"))
    lasts = pl.col("end").is_null() | (pl.col("end") > pl.col("start"))
    return rows.filter(pl.col("reason").is_not_null() & lasts).with_columns(pl.lit(marked, pl.Int64).alias("marked"))
