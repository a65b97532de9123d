"""Which reply stops a first-response clock: an acknowledgement is not an answer (R71, R110)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class Reply:
    """A public reply at an epoch second; `automatic` where no person wrote it."""

    at: int
    automatic: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """When a case was acknowledged, by whom, and when a person first answered; None is not yet."""

    acknowledged_at: int | None
    automatic: bool | None
    """Whether the acknowledgement came from an automation (flag `auto`)."""

    answered_at: int | None


def first_answer(stated: int | None, replies: Iterable[Reply], start: int, *, as_of: int) -> Answer:
    """The first reply of any kind and the first of a person, from `start` to `as_of`.

    `stated` is the first response as the source has it. It holds, unless only an automation replied at that instant.
    """
    known = [reply for reply in replies if start <= reply.at <= as_of]
    by_people = {reply.at for reply in known if not reply.automatic}
    automatic = {reply.at for reply in known if reply.automatic} - by_people
    if stated is not None and stated <= as_of and stated not in automatic:
        answered: int | None = stated
    else:
        answered = min(by_people, default=None)
    times = automatic | by_people | ({answered} if answered is not None else set())
    acknowledged = min(times, default=None)
    return Answer(acknowledged, None if acknowledged is None else acknowledged in automatic, answered)


def first_answers(clocks: pl.DataFrame, replies: pl.DataFrame, *, as_of: int) -> pl.DataFrame:
    """`clocks` in its order, with `acknowledged_at, automatic, answered_at` as `first_answer` says them.

    `clocks` has `clock` (a unique key), `start` and `stated`; `replies` has `clock`, `at` and `automatic`. Points in
    time are epoch seconds. What a clock has nothing of is null.
    """
    known = replies.join(clocks.select("clock", "start", "stated"), on="clock")
    known = known.filter(pl.col("at").is_between("start", as_of))
    # A person's reply at the same second as an automation's is the answer.
    known = known.group_by("clock", "at").agg(pl.col("automatic").all(), pl.col("stated").first())
    people = pl.col("at").filter(~pl.col("automatic"))
    found = known.group_by("clock").agg(
        reply_at=pl.col("at").min(),
        by_rule=pl.col("automatic").sort_by("at").first(),
        person_at=people.min(),
        doubted=((pl.col("at") == pl.col("stated")) & pl.col("automatic")).any(),
    )
    joined = clocks.join(found, on="clock", how="left", maintain_order="left")
    holds = (pl.col("stated") <= as_of) & ~pl.col("doubted").fill_null(False)
    joined = joined.with_columns(answered_at=pl.when(holds).then("stated").otherwise("person_at"))
    joined = joined.with_columns(acknowledged_at=pl.min_horizontal("reply_at", "answered_at"))
    first_is_reply = pl.col("acknowledged_at") == pl.col("reply_at")
    automatic = pl.when(first_is_reply).then("by_rule").otherwise(False)
    joined = joined.with_columns(automatic=pl.when(pl.col("acknowledged_at").is_not_null()).then(automatic))
    return joined.select(*clocks.columns, "acknowledged_at", "automatic", "answered_at")
