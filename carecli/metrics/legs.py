"""Legs: one stay of a contact in one queue, on which offered, answered, waits and handle times are measured.

A source without legs gets one leg an interaction; an asynchronous case that is a contact gets one leg, answered by the
first reply. Durations are whole milliseconds; flags are 0 or 1.
"""

from __future__ import annotations

import polars as pl

from carecli.metrics.contacts import TABLES
from carecli.metrics.coverage import ASYNCHRONOUS, open_sources, watermarks
from carecli.metrics.frames import code, codes_of, frame
from carecli.metrics.open_time import open_seconds
from carecli.metrics.records import Records
from carecli.metrics.service_level import flag, with_service_level
from carecli.metrics.states import SOLVED, status_at
from carecli.policy.targets import ClockKind
from carecli.tables import CHANNELS, LEG_OUTCOMES

ABANDONED, ANSWERED = code(LEG_OUTCOMES, "abandoned"), code(LEG_OUTCOMES, "answered")
TRANSFERRED = code(LEG_OUTCOMES, "transferred")
OUTCOME_OF_INTERACTION = {
    1: ANSWERED,
    2: ABANDONED,
    3: code(LEG_OUTCOMES, "missed"),
    4: code(LEG_OUTCOMES, "voicemail"),
}

COLUMNS = (
    *("table", "row", "source", "channel", "queue", "issue_type", "agent", "tier", "priority", "customer", "case"),
    *("is_test", "is_system", "outbound", "entered", "connected", "left", "outcome", "queue_time_ms"),
    *("began", "ended", "ivr_ms", "talk_ms", "hold_ms", "wrap_ms", "stated_ms", "unfinished", "open"),
)
OPEN_CLOCKS: tuple[ClockKind, ...] = ("coverage", "business")
OF_INTERACTION = ("talk_ms", "hold_ms", "wrap_ms")


def legs(records: Records, contacts: pl.DataFrame, timeline: pl.DataFrame) -> pl.DataFrame:
    """Every leg entered by `as_of`, with flags `offered`, `answered`, `abandoned`, `short`, `short_call`, `waiting`,
    `within`, `base` (counts in the service level's denominator), `handled`, and `wait_ms`, `handle_ms`.
    """
    parts = [_stored(records), _of_interactions(records), _of_cases(records, contacts, timeline)]
    rows = pl.concat(part.select(COLUMNS) for part in parts).sort("entered", "table", "row")
    rows = _with_wait(_with_outcome(rows, records), records)
    rows = _with_handle(rows, records).with_columns(flag("short_call", _length_ms() < records.pack.asa.short_call_ms))
    return with_service_level(rows, records)


def _stored(records: Records) -> pl.DataFrame:
    """The store's legs, each with what its interaction says of channel, direction, customer and case."""
    rows = frame(records.snapshot, "legs").filter(pl.col("entered_at") <= records.as_of)
    owner = records.interactions.select(
        *("source", "interaction_id", "channel", "issue_type", "tier", "priority", "case", "is_test", "is_system"),
        *("outbound", "ivr_ms", "unfinished"),
        *(pl.col(name).alias(f"of_contact_{name}") for name in OF_INTERACTION),
        customer="customer_id",
        began="started_at",
        ended="ended_at",
        of_contact_stated_ms="handle_time_ms",
    )
    rows = rows.join(owner, on=["source", "interaction_id"], how="left", maintain_order="left")
    rows = _handled_once(rows).join(_channel_of_queue(records), on="queue", how="left", maintain_order="left")
    return rows.with_columns(
        pl.lit(TABLES.index("legs"), pl.Int64).alias("table"),
        pl.coalesce("channel", "queue_channel").alias("channel"),
        pl.coalesce("began", "entered_at").alias("began"),
        pl.when(pl.col("began").is_null()).then(pl.col("left_at")).otherwise(pl.col("ended")).alias("ended"),
        *(pl.col(name).fill_null(0) for name in ("is_test", "is_system", "outbound")),
        pl.col("unfinished").fill_null(False) | (pl.col("left_at") > records.as_of).fill_null(False),
        pl.col("source").is_in(open_sources(records.snapshot.coverage, "legs")).alias("open"),
        row="id",
        agent="agent_id",
        entered="entered_at",
        connected="answered_at",
        left="left_at",
    )


def _handled_once(rows: pl.DataFrame) -> pl.DataFrame:
    """Where one leg alone was answered and says nothing of its handle time, the contact's own parts are its parts."""
    answered = (pl.col("outcome") == ANSWERED).fill_null(False)
    alone = answered & (answered.sum().over("source", "interaction_id") == 1)
    silent = pl.all_horizontal(pl.col(name).is_null() for name in OF_INTERACTION)
    lent = alone & silent
    return rows.with_columns(
        *(
            pl.when(lent).then(pl.col(f"of_contact_{name}")).otherwise(pl.col(name)).alias(name)
            for name in OF_INTERACTION
        ),
        pl.when(lent).then(pl.col("of_contact_stated_ms")).alias("stated_ms"),
    )


def _channel_of_queue(records: Records) -> pl.DataFrame:
    queues = frame(records.snapshot, "queues").filter(pl.col("channel").is_not_null())
    named = queues.select(pl.coalesce("queue", "queue_id").alias("queue"), pl.col("channel").alias("queue_channel"))
    return named.unique("queue", keep="first", maintain_order=True)


def _of_interactions(records: Records) -> pl.DataFrame:
    """One leg for each interaction whose source states no legs for it."""
    stored = frame(records.snapshot, "legs").select("source", "interaction_id").unique()
    rows = records.interactions.join(stored, on=["source", "interaction_id"], how="anti", maintain_order="left")
    return rows.with_columns(
        pl.lit(TABLES.index("interactions"), pl.Int64).alias("table"),
        pl.col("outcome").replace_strict(OUTCOME_OF_INTERACTION, default=None, return_dtype=pl.Int64),
        *(pl.col(name).fill_null(0) for name in ("is_test", "is_system")),
        pl.col("unfinished").fill_null(False),
        pl.col("source").is_in(open_sources(records.snapshot.coverage, "interactions")).alias("open"),
        row="id",
        agent="agent_id",
        customer="customer_id",
        entered="started_at",
        connected="answered_at",
        left="ended_at",
        began="started_at",
        ended="ended_at",
        stated_ms="handle_time_ms",
    )


def _of_cases(records: Records, contacts: pl.DataFrame, timeline: pl.DataFrame) -> pl.DataFrame:
    """One leg for each asynchronous case that is a contact; solved without a reply, it is neither answered nor
    waiting.
    """
    rows = contacts.filter(
        (pl.col("table") == TABLES.index("cases"))
        & pl.col("channel").is_in(ASYNCHRONOUS).fill_null(False)
        & (pl.col("linked") + pl.col("covered") + pl.col("deleted") == 0)
    )
    now = rows.select("case", pl.lit(records.as_of, pl.Int64).alias("instant"))
    status = status_at(timeline, now).select("case", "status")
    replies = records.cases.select("case", "first_response_at")
    rows = rows.join(status, on="case", how="left", maintain_order="left")
    rows = rows.join(replies, on="case", how="left", maintain_order="left")
    empty = [pl.lit(None, pl.Int64).alias(name) for name in ("queue_time_ms", "ivr_ms", *OF_INTERACTION, "stated_ms")]
    still_open = pl.col("source").is_in(open_sources(records.snapshot.coverage, "cases"))
    return rows.with_columns(
        *empty,
        pl.when(pl.col("first_response_at").is_not_null()).then(pl.lit(ANSWERED, pl.Int64)).alias("outcome"),
        pl.lit(None, pl.Int64).alias("ended"),
        pl.lit(False).alias("unfinished"),
        (still_open & (pl.col("status") < SOLVED)).alias("open"),
        entered="at",
        connected="first_response_at",
        left="first_response_at",
        began="at",
    )


def _with_outcome(rows: pl.DataFrame, records: Records) -> pl.DataFrame:
    """What the pack counts each outcome as; what happens after `as_of` hasn't happened yet.

    A leg that was connected and then transferred was answered; one transferred out of the queue flowed out.
    """
    answered = codes_of(LEG_OUTCOMES, records.pack.offered.answered)
    abandoned = codes_of(LEG_OUTCOMES, records.pack.offered.abandoned)
    over = pl.when(pl.col("outcome").is_in(answered)).then(pl.col("connected")).otherwise(pl.col("left"))
    told = pl.when(over.fill_null(records.as_of) <= records.as_of).then(pl.col("outcome"))
    connected = pl.when(pl.col("connected") <= records.as_of).then(ANSWERED)
    outcome = pl.when(told.is_null() | (told == TRANSFERRED)).then(pl.coalesce(connected, told)).otherwise(told)
    rows = rows.with_columns(
        outcome.alias("outcome"),
        *(
            pl.when(pl.col(name) <= records.as_of).then(pl.col(name)).alias(name)
            for name in ("connected", "left", "ended")
        ),
    )
    return rows.with_columns(
        flag("answered", pl.col("outcome").is_in(answered)),
        flag("offered", pl.col("outcome").is_in([*answered, *abandoned])),
        flag("abandoned", pl.col("outcome").is_in(abandoned)),
        flag("waiting", pl.col("open") & pl.all_horizontal(pl.col("outcome", "connected", "left").is_null())),
    )


def _with_wait(rows: pl.DataFrame, records: Records) -> pl.DataFrame:
    """`wait_ms`: the source's own queue time; in open time where the pack says so; of who still waits, so far."""
    rows = rows.join(_watermarks(records), on=["table", "source"], how="left", maintain_order="left")
    now = pl.min_horizontal(pl.lit(records.as_of, pl.Int64), "watermark")
    until = pl.when(pl.col("waiting") == 1).then(now).otherwise(pl.coalesce("connected", "left"))
    rows = rows.with_columns(pl.max_horizontal(until, "entered").alias("waited_until"))
    rows = rows.with_columns(pl.when(until.is_not_null()).then(pl.col("waited_until")).alias("waited_until"))
    rows = rows.with_columns(_open_ms(rows, records))
    between = (pl.col("waited_until") - pl.col("entered")) * 1000
    own = pl.when(pl.col("waiting") == 0).then(pl.col("queue_time_ms"))
    return rows.with_columns(pl.coalesce("open_ms", own, between).alias("wait_ms"))


def _open_ms(rows: pl.DataFrame, records: Records) -> pl.Series:
    """The wait in open time, in channels whose service level runs in it; null in the others."""
    levels = records.pack.service_level
    result = pl.Series("open_ms", [None] * rows.height, dtype=pl.Int64)
    for clock in OPEN_CLOCKS:
        mine = rows["channel"].is_in(
            codes_of(CHANNELS, [name for name, level in levels.items() if level.clock == clock])
        )
        if mine.any():
            seconds = open_seconds(rows, "entered", "waited_until", records, clock)
            result = (seconds * 1000).zip_with(mine.fill_null(False), result)
    return result.alias("open_ms")


def _watermarks(records: Records) -> pl.DataFrame:
    """How far each source's feed reaches, by the table a leg comes from; a case waits on past the newest case."""
    parts = [
        watermarks(records.snapshot, table).with_columns(pl.lit(TABLES.index(table), pl.Int64).alias("table"))
        for table in ("interactions", "legs")
    ]
    return pl.concat(parts)


def _with_handle(rows: pl.DataFrame, records: Records) -> pl.DataFrame:
    """`handle_ms` of answered legs that are over: talk + hold + wrap where any is known, else the source's total (R11).

    Some channels are handled once per resolved case (R12): its last answered leg carries the sum of all.
    """
    parts = pl.when(pl.any_horizontal(pl.col(name).is_not_null() for name in OF_INTERACTION)).then(
        pl.sum_horizontal(OF_INTERACTION)
    )
    over = (pl.col("answered") == 1) & ~pl.col("unfinished")
    rows = rows.with_columns(
        pl.when(over).then(pl.coalesce(parts, "stated_ms")).alias("handle_ms"),
        flag("stated", over & parts.is_null() & pl.col("stated_ms").is_not_null()),
    )
    rows = _per_resolution(rows, records)
    return rows.with_columns(flag("handled", pl.col("handle_ms").is_not_null()))


def _per_resolution(rows: pl.DataFrame, records: Records) -> pl.DataFrame:
    """Legs of a held case in such a channel: the last one carries the case's handle time once it is solved, the others
    none.
    """
    solved = records.cases.filter(pl.coalesce("first_resolved_at", "last_resolved_at", "closed_at").is_not_null())
    mine = pl.col("channel").is_in(codes_of(CHANNELS, records.pack.aht.per_resolution)).fill_null(False)
    mine = (mine & (pl.col("case") > 0) & pl.col("handle_ms").is_not_null()).fill_null(False)
    if rows.filter(mine).is_empty():
        return rows
    # A column of its own: a range made inside `over` would count within each case.
    rows = rows.with_columns(pl.int_range(pl.len()).alias("place"))
    last = pl.col("place") == pl.col("place").filter(mine).max().over("case")
    done = pl.col("case").is_in(solved["case"].implode())
    names = ("handle_ms", *OF_INTERACTION)
    whole = [
        pl.when(mine).then(pl.when(last & done).then(_known_sum(name, mine).over("case"))).otherwise(name)
        for name in names
    ]
    rows = rows.with_columns(column.alias(name) for column, name in zip(whole, names, strict=True))
    return rows.drop("place")


def _known_sum(name: str, mine: pl.Expr) -> pl.Expr:
    """The sum of a part over some rows; null where none of them states it."""
    part = pl.col(name).filter(mine)
    return pl.when(part.count() > 0).then(part.sum())


def _length_ms() -> pl.Expr:
    """The whole call from start to end (R25). Stamps are whole seconds: where the parts agree with them, the parts are
    exact.
    """
    stamped = (pl.col("ended") - pl.col("began")) * 1000
    parts = pl.col("ivr_ms").fill_null(0) + pl.col("queue_time_ms") + pl.col("talk_ms") + pl.col("hold_ms").fill_null(0)
    return pl.when((parts - stamped).abs() < 1000).then(parts).otherwise(stamped)
