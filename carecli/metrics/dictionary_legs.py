"""Metrics of legs: service level, waits, handle times, abandonment (R5-R13, R25, R26, R32, X24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import polars as pl

from carecli.metrics.coverage import ASYNCHRONOUS_CASES
from carecli.metrics.measures import (
    SYSTEM,
    TEST,
    Context,
    Exclusion,
    Metric,
    QuantileMethod,
    both,
    flag,
    known,
    rows,
    total,
    unknown,
    unset,
)
from carecli.policy.pack import Pack

MILLISECONDS = Fraction(1, 1000)

LINEAR: QuantileMethod = "linear between ranks"
BY_ARRIVAL = "by arrival in the queue"

NOT_OURS = (TEST, SYSTEM, Exclusion("outbound", flag("outbound")))
SOURCES = ("legs", "interactions", "cases")
NEEDS = ("interactions", "legs", ASYNCHRONOUS_CASES)


def _denominators(sums: Mapping[str, int], context: Context) -> str | None:
    """Names the denominator, and what is late without an answer (C0.6, C0.7)."""
    levels = context.pack.service_level
    told = [level for name, level in levels.items() if context.channel in (None, name)]
    said = f"of {' / '.join(sorted({level.denominator.replace('_', ' ') for level in told}))}"
    return f"{said}; overdue, unanswered: {sums['overdue']}" if sums["overdue"] else said


def _without_short(sums: Mapping[str, int], context: Context) -> str | None:
    """The variant without short abandons (R13)."""
    offered = sums["denominator"] - sums["short"]
    if not sums["short"] or not offered:
        return None
    share = Fraction(sums["numerator"] - sums["short"], offered) * 100
    return f"{float(share):.1f} % without {sums['short']} short (<{context.pack.offered.short_ms / 1000:g} s)"


def _as_stated(sums: Mapping[str, int], _context: Context) -> str | None:
    """Labels handle times that are the source's own total, not talk + hold + wrap (R11)."""
    return f"{sums['stated']} as stated by the source" if sums["stated"] else None


def _of_handle_time(sums: Mapping[str, int], context: Context) -> str | None:
    """For chat also what a chat costs an agent who holds several at once (R49)."""
    stated = _as_stated(sums, context)
    if context.channel != "chat" or not sums["shared"] or sums["shared"] == sums["held"]:
        return stated
    at_once = Fraction(sums["held"], sums["shared"])
    minutes = Fraction(sums["numerator"], sums["denominator"]) / at_once / 60_000
    effective = f"eff {float(minutes):.1f} min @{float(at_once):.1f}"
    return f"{effective}; {stated}" if stated else effective


def _capped(frame: pl.LazyFrame, pack: Pack) -> pl.LazyFrame:
    """`capped_ms`: handle time of counted rows, at most the nearest-rank percentile of its channel (R26)."""
    percent = pack.aht.cap_percentile
    counted = frame.filter((pl.col("reason") == 0) & (pl.col("handled") == 1))
    rank = (pl.len() * percent + 99) // 100
    caps = counted.group_by("channel").agg(pl.col("handle_ms").sort().get(rank - 1).alias("cap_ms"))
    capped = pl.min_horizontal("handle_ms", "cap_ms").alias("capped_ms")
    return frame.join(caps, on="channel", how="left", nulls_equal=True, maintain_order="left").with_columns(capped)


SERVICE_LEVEL = Metric(
    id="service_level",
    title="Service level",
    unit="ratio",
    direction="higher",
    shape="ratio",
    formula="answered within the channel's threshold / the denominator the pack names, by arrival in the queue",
    numerator=rows("legs", flag("within")),
    denominator=rows("legs", flag("base")),
    population=flag("targeted"),
    exclusions=(
        *NOT_OURS,
        Exclusion("arrived closed", flag("arrived_closed")),
        Exclusion("no queue time", both(flag("answered"), unknown("wait_ms"))),
    ),
    time="entered",
    window=BY_ARRIVAL,
    sources=SOURCES,
    needs=NEEDS,
    requirement="R5-R8, X24, C0.26",
    pack_key="service_level",
    nothing="no answered contacts",
    asides={"overdue": rows("legs", flag("overdue"))},
    note=_denominators,
)

OFFERED = Metric(
    id="offered",
    title="Offered",
    unit="contacts",
    direction="none",
    shape="count",
    formula="queue legs with an outcome that the pack counts as offered",
    numerator=rows("legs", flag("offered")),
    denominator=None,
    exclusions=NOT_OURS,
    time="entered",
    window=BY_ARRIVAL,
    sources=SOURCES,
    needs=NEEDS,
    requirement="C0.6",
    pack_key="offered",
)

ANSWERED = replace(
    OFFERED,
    id="answered",
    title="Answered",
    formula="queue legs that a person answered",
    numerator=rows("legs", flag("answered")),
    pack_key="offered.answered",
)

ABANDONED = replace(
    OFFERED,
    id="abandoned",
    title="Abandoned",
    direction="lower",
    formula="queue legs with an outcome that the pack counts as abandoned",
    numerator=rows("legs", flag("abandoned")),
    pack_key="offered.abandoned",
)

ABANDONMENT = Metric(
    id="abandonment",
    title="Abandonment",
    unit="ratio",
    direction="lower",
    shape="ratio",
    formula="abandoned in queue / offered",
    numerator=rows("legs", flag("abandoned")),
    denominator=rows("legs", flag("offered")),
    exclusions=NOT_OURS,
    time="entered",
    window=BY_ARRIVAL,
    sources=SOURCES,
    needs=NEEDS,
    requirement="R13",
    pack_key="bands.abandonment",
    nothing="no offered contacts",
    asides={"short": rows("legs", flag("short"))},
    note=_without_short,
)

ASA = Metric(
    id="asa",
    title="Average speed of answer",
    unit="seconds",
    direction="between",
    shape="ratio",
    formula="sum of queue time of answered legs / answered legs, without calls that were over at once",
    numerator=total("legs", flag("answered"), "wait_ms"),
    denominator=rows("legs", flag("answered")),
    population=flag("answered"),
    exclusions=(
        *NOT_OURS,
        Exclusion("short", flag("short_call"), "asa.short_call"),
        Exclusion("no queue time", unknown("wait_ms")),
    ),
    time="entered",
    window=BY_ARRIVAL,
    scale=MILLISECONDS,
    sources=SOURCES,
    needs=NEEDS,
    requirement="R9, R25",
    pack_key="asa.short_call",
    nothing="no answered contacts",
)

ASA_P90 = replace(
    ASA,
    id="asa_p90",
    title="Speed of answer p90",
    shape="quantile",
    quantile=Fraction(9, 10),
    quantile_method=LINEAR,
    formula="p90 of queue time of answered legs, linear between ranks",
    band="-",
)

STATED = {"stated": rows("legs", both(flag("handled"), flag("stated")))}

AHT = Metric(
    id="aht",
    title="Average handle time",
    unit="seconds",
    direction="between",
    shape="ratio",
    formula="talk + hold + wrap of handled legs / their number, capped at the channel's p99 (nearest rank); "
    "some channels per resolved case",
    numerator=total("legs", flag("handled"), "capped_ms"),
    denominator=rows("legs", flag("handled")),
    population=flag("answered"),
    exclusions=(*NOT_OURS, Exclusion("no handle time", unset("handled"))),
    time="entered",
    window=BY_ARRIVAL,
    scale=MILLISECONDS,
    sources=SOURCES,
    needs=NEEDS,
    requirement="R11, R12, R26, R49",
    pack_key="aht.cap_percentile",
    nothing="no handled contacts",
    prepare=_capped,
    asides={
        **STATED,
        "held": total("legs", known("effective_ms"), "handle_ms"),
        "shared": total("legs", known("effective_ms"), "effective_ms"),
    },
    note=_of_handle_time,
)

AHT_P50 = replace(
    AHT,
    id="aht_p50",
    title="Handle time p50",
    shape="quantile",
    quantile=Fraction(1, 2),
    quantile_method=LINEAR,
    formula="p50 of talk + hold + wrap of handled legs, raw, linear between ranks",
    numerator=total("legs", flag("handled"), "handle_ms"),
    prepare=None,
    asides=STATED,
    note=_as_stated,
    requirement="R11, R32",
    pack_key="",
    band="-",
)

AHT_P90 = replace(
    AHT_P50,
    id="aht_p90",
    title="Handle time p90",
    quantile=Fraction(9, 10),
    formula="p90 of talk + hold + wrap of handled legs, raw, linear between ranks",
)


def _part(metric_id: str, title: str, name: str) -> Metric:
    """The mean of one part of the handle time, over the legs that state it."""
    return replace(
        AHT_P50,
        id=metric_id,
        title=title,
        shape="ratio",
        quantile=None,
        quantile_method=None,
        formula=f"sum of {title.lower()} time / handled legs that state it, raw",
        numerator=total("legs", both(flag("handled"), known(name)), name),
        denominator=rows("legs", both(flag("handled"), known(name))),
        exclusions=(*AHT.exclusions, Exclusion(f"no {title.lower()} time", unknown(name))),
        asides={},
        note=None,
        requirement="R11",
    )


WAITING = Metric(
    id="waiting",
    title="Waiting",
    unit="contacts",
    direction="lower",
    shape="count",
    formula="legs without an answer or an end, from feeds that hold open contacts",
    numerator=rows("legs", flag("waiting")),
    denominator=None,
    population=flag("waiting"),
    exclusions=NOT_OURS,
    window="now",
    sources=SOURCES,
    needs=NEEDS,
    requirement="C0.6",
    pack_key="",
)

LONGEST_WAIT = replace(
    WAITING,
    id="longest_wait",
    title="Longest wait",
    unit="seconds",
    shape="maximum",
    formula="the longest wait so far of those who wait, up to the feed's newest moment",
    numerator=total("legs", flag("waiting"), "wait_ms"),
    scale=MILLISECONDS,
    nothing="nobody waits",
)

LEG_METRICS = (
    *(OFFERED, ANSWERED, ABANDONED, SERVICE_LEVEL, ASA, ASA_P90, AHT, AHT_P50, AHT_P90),
    *(_part("aht_talk", "Talk", "talk_ms"), _part("aht_hold", "Hold", "hold_ms"), _part("aht_wrap", "Wrap", "wrap_ms")),
    *(ABANDONMENT, WAITING, LONGEST_WAIT),
)
