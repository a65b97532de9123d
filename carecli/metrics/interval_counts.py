"""The vendor's intervals, and our own counts in exactly these intervals (R316).

An interval begins at its UTC start and is half-open; which of our legs belong to it depends on its attribution: by the
moment they were queued, or by the moment they ended. Sums of times are whole milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from carecli.clocks.tape import Edge
from carecli.metrics.facts import Facts
from carecli.metrics.frames import TYPES, code, codes_of
from carecli.metrics.once_a_contact import once_a_contact
from carecli.metrics.service_level import flag
from carecli.metrics.service_level_formulas import in_time
from carecli.metrics.windows import Window
from carecli.store.snapshot import Snapshot
from carecli.tables import ATTRIBUTIONS, CHANNELS, INTERVALS, LEG_OUTCOMES

Attribution = Literal["queued", "ended", "event"]
"""`event`: offered by the moment queued, all else by the moment of the answer or loss, as Genesys does."""

PLACE = ("source", "queue", "channel")
CONTACTS = ("offered", "answered", "abandoned", "abandoned_short", "flow_out", "callback")
IN_TIME = {"answered": "answered_in", "abandoned": "abandoned_in", "callback": "callback_in"}
SUMS = ("wait_ms", "wait_n", "handle_ms", "handle_n")
COUNTED = (*CONTACTS, *IN_TIME.values(), *SUMS)
"""What is counted in an interval, by the vendor and by us."""

LOST = ("abandoned", "abandoned_ringing")
FLOW_OUTS = ("timed_out", "overflowed", "transferred")
RENAMED = {
    "abandoned_within_sl": "abandoned_in",
    "within_sl": "answered_in",
    "wait_sum_ms": "wait_ms",
    "handle_sum_ms": "handle_ms",
}


@dataclass(frozen=True, slots=True)
class Counting:
    """How we count: as the intervals say, or in another way that may explain a gap."""

    attribution: Attribution | None = None
    """None: the interval's own."""
    shift_sec: int = 0
    """How much later our contacts are put than they happened."""
    edge: Edge = "within"
    short_abandons: bool = True
    short_calls: bool = True
    """Whether answered calls that were over at once count in the speed of answer (R25)."""
    per_contact: bool = False
    """Once for each contact, in the queue it entered first, in place of once a leg."""
    flow_outs: bool = False
    """Whether flow-outs and callbacks count as offered."""
    lost_only: bool = False
    """Whether only those who hung up count as abandoned, not missed calls and voicemail."""


AS_STATED = Counting()


def vendor_intervals(snapshot: Snapshot, window: Window, as_of: int) -> pl.DataFrame:
    """The vendor's intervals that begin in a window and by `as_of` (epoch seconds): `start`, `end`, `COUNTED` (null
    where not stated), `service_level`, `threshold_ms`.

    Where sums are not stated they are taken from the means: of waits by the answered, of handle times by the handled.
    """
    schema = {column.stored: TYPES[column.sql_type] for column in INTERVALS.columns}
    empty = pl.DataFrame(schema={"id": pl.Int64, "source": pl.Int64, **schema})
    rows = snapshot.frames.get(INTERVALS.name, empty).rename(RENAMED)
    rows = rows.filter(pl.col("interval_start").is_between(window.first, min(window.last - 1, as_of)))
    rows = rows.sort("interval_start", "id").with_row_index("interval")
    return rows.select(
        pl.col("interval").cast(pl.Int64),
        *PLACE,
        "minutes",
        pl.col("attribution").fill_null(code(ATTRIBUTIONS, "queued")),
        pl.col("interval_start").alias("start"),
        (pl.col("interval_start") + pl.col("minutes") * 60).alias("end"),
        *(pl.col(name) for name in CONTACTS),
        "answered_in",
        "abandoned_in",
        pl.when(pl.col("callback") == 0).then(0).cast(pl.Int64).alias("callback_in"),
        *_means("wait", "asa_ms"),
        *_means("handle", "aht_ms"),
        "service_level",
        "threshold_ms",
    )


def _means(name: str, mean: str) -> tuple[pl.Expr, pl.Expr]:
    """The sum and the number of a time; where nothing was answered both are 0."""
    number = pl.coalesce(f"{name}_n", "answered")
    stated = pl.coalesce(f"{name}_ms", pl.col(mean) * number, pl.when(number == 0).then(0))
    return stated.cast(pl.Int64).alias(f"{name}_ms"), pl.when(stated.is_not_null()).then(number).alias(f"{name}_n")


def with_thresholds(intervals: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """`threshold_ms`: the vendor's own, else what the pack promises in the channel; null where neither says."""
    levels = facts.pack.service_level.items()
    promised = {code(CHANNELS, channel): level.threshold_ms for channel, level in levels}
    of_pack = pl.col("channel").replace_strict(promised, default=None, return_dtype=pl.Int64)
    return intervals.with_columns(pl.coalesce("threshold_ms", of_pack).alias("threshold_ms"))


def own_counts(facts: Facts, intervals: pl.DataFrame, counting: Counting = AS_STATED) -> pl.DataFrame:
    """`interval` and our `COUNTED` in each of the intervals; counts in T are null where no threshold is known."""
    legs = countable(facts, counting, intervals["source"].unique().to_list())
    parts = [
        _placed(legs, rows, moment, counting, names)
        for rows, attribution in _by_attribution(intervals, counting)
        for moment, names in _moments(attribution)
    ]
    sums = pl.concat(parts, how="diagonal").group_by("interval").agg(pl.all().sum())
    rows = intervals.select("interval", "threshold_ms").join(sums, on="interval", how="left", maintain_order="left")
    known = pl.col("threshold_ms").is_not_null()
    return rows.select(
        "interval",
        *(pl.col(name).fill_null(0) for name in COUNTED if name not in IN_TIME.values()),
        *(pl.when(known).then(pl.col(name).fill_null(0)).alias(name) for name in IN_TIME.values()),
    )


def countable(facts: Facts, counting: Counting, sources: Sequence[int]) -> pl.DataFrame:
    """Our inbound legs with 0/1 columns for `CONTACTS` and the moments by which they can be put into intervals.

    Each source's intervals are compared with its own legs, or where it states none, with all.
    """
    legs = _legs(facts, counting)
    own = set(legs["source"].unique().to_list())
    parts = [
        (legs.filter(pl.col("source") == source) if source in own else legs).with_columns(
            pl.lit(source, pl.Int64).alias("source")
        )
        for source in sources
    ]
    return pl.concat(parts) if parts else legs.clear()


def _legs(facts: Facts, counting: Counting) -> pl.DataFrame:
    rows = facts.legs.filter(pl.sum_horizontal("is_test", "is_system", "outbound") == 0)
    if counting.per_contact:
        rows = once_a_contact(rows, facts)
    lost = pl.col("abandoned") == 1
    if counting.lost_only:
        lost &= pl.col("outcome").is_in(codes_of(LEG_OUTCOMES, LOST))
    kept = pl.lit(True) if counting.short_abandons else pl.col("short") == 0
    outside = pl.col("offered") == 0
    flow_out = outside & pl.col("outcome").is_in(codes_of(LEG_OUTCOMES, FLOW_OUTS))
    callback = outside & (pl.col("outcome") == code(LEG_OUTCOMES, "callback_taken"))
    offered = (pl.col("offered") == 1) & kept
    waited = (pl.col("answered") == 1) & pl.col("wait_ms").is_not_null()
    if not counting.short_calls:
        waited &= pl.col("short_call") == 0
    return rows.select(
        *PLACE,
        "entered",
        pl.coalesce("left", "ended").alias("ended"),
        pl.coalesce("connected", "left").alias("event"),
        "wait_ms",
        flag("offered", offered | flow_out | callback if counting.flow_outs else offered),
        "answered",
        flag("abandoned", lost & kept),
        flag("abandoned_short", lost & kept & (pl.col("short") == 1)),
        flag("flow_out", flow_out),
        flag("callback", callback),
        flag("wait_n", waited),
        pl.col("handle_ms").fill_null(0),
        pl.col("handled").alias("handle_n"),
    )


def _by_attribution(intervals: pl.DataFrame, counting: Counting) -> list[tuple[pl.DataFrame, Attribution]]:
    if counting.attribution is not None:
        return [(intervals, counting.attribution)]
    parts: list[tuple[Attribution, int]] = [("queued", 1), ("ended", 2)]
    return [(intervals.filter(pl.col("attribution") == place), word) for word, place in parts]


def _moments(attribution: Attribution) -> list[tuple[str, tuple[str, ...]]]:
    """Which moment puts which counts into an interval."""
    if attribution == "event":
        rest = tuple(name for name in COUNTED if name != "offered")
        return [("entered", ("offered",)), ("event", rest)]
    return [("entered" if attribution == "queued" else "ended", COUNTED)]


def _placed(
    legs: pl.DataFrame, intervals: pl.DataFrame, moment: str, counting: Counting, names: tuple[str, ...]
) -> pl.DataFrame:
    """The sums of some counts in each interval, by one moment of the legs."""
    at = legs.with_columns((pl.col(moment) + counting.shift_sec).alias("at")).drop_nulls("at")
    at = at.with_columns(nowhere()).sort("at")
    spans = intervals.select("interval", *nowhere(), "start", "end", "threshold_ms", "attribution").sort("start")
    parts = [
        at.join_asof(span, left_on="at", right_on="start", by=list(PLACE), check_sortedness=False)
        for span in spans.partition_by("attribution")
    ]
    inside = pl.concat(parts) if parts else at.clear().with_columns(_no_span())
    inside = inside.filter(pl.col("at") < pl.col("end"))
    in_t = in_time(pl.col("wait_ms"), pl.col("threshold_ms"), counting.edge)
    inside = inside.with_columns(flag(to, (pl.col(of) == 1) & in_t) for of, to in IN_TIME.items())
    inside = inside.with_columns(pl.when(pl.col("wait_n") == 1).then(pl.col("wait_ms")).otherwise(0).alias("wait_ms"))
    return inside.group_by("interval").agg(pl.col(name).sum() for name in names)


def nowhere() -> list[pl.Expr]:
    """The places with a number for none, so that contacts without a queue meet intervals without one."""
    return [pl.col(name).fill_null(-1) for name in PLACE]


def _no_span() -> list[pl.Expr]:
    return [pl.lit(None, pl.Int64).alias(name) for name in ("interval", "start", "end", "threshold_ms", "attribution")]
