"""Metrics of outcomes: time to resolution, handoffs, repeats, and CSAT as a mean or median (R46, R53, R59, R74, R76,
R88, R89).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import polars as pl

from carecli.metrics.dictionary_cases import NOT_RESOLVED
from carecli.metrics.dictionary_surveys import CSAT, NOT_VALID
from carecli.metrics.dictionary_volume import VOLUME
from carecli.metrics.measures import (
    Context,
    Exclusion,
    Expression,
    Measure,
    Metric,
    Namespace,
    QuantileMethod,
    Term,
    flag,
    known,
    rows,
    total,
    unknown,
    unset,
)
from carecli.policy.pack import Pack

LINEAR: QuantileMethod = "linear between ranks"
THOUSANDTH = Fraction(1, 1000)
HOUR = 3600


def _with_plain(frame: pl.LazyFrame, _pack: Pack) -> pl.LazyFrame:
    """`plain_seconds`: the mean time to resolution of the window's counted cases that nobody handed over."""
    plain = (pl.col("reason") == 0) & (pl.col("handoffs") == 0)
    return frame.with_columns(pl.col("ttr_seconds").filter(plain).mean().alias("plain_seconds"))


def _cited(end: int) -> Term:
    """What a case would take if each handoff added what is cited to the time of the cases without one."""

    def seconds(ns: Namespace, pack: Pack) -> Expression:
        factor = 1 + float(pack.outcomes.handoff_adds[end])
        return (ns.col("plain_seconds") * factor ** ns.col("handoffs")).round()

    return seconds


def _beside_cited(sums: Mapping[str, int], _context: Context) -> str | None:
    """Where the cases of a slice were all handed over, how they stand to what is cited of handoffs (R89)."""
    low, high, taken, n = sums["cited_low"], sums["cited_high"], sums["numerator"], sums["denominator"]
    if not low or sums["handed_over"] < n:
        return None
    place = "above" if taken > high else "below" if taken < low else "in"
    return f"{place} cited range {low / n / HOUR:.1f}-{high / n / HOUR:.1f} h for their handoffs"


def _handed_over(ns: Namespace, _pack: Pack) -> Expression:
    return ns.col("handoffs") > 0


def _how_often(sums: Mapping[str, int], _context: Context) -> str:
    """Cases by how often they changed hands."""
    once, more = sums["once"], sums["more"]
    return f"0: {sums['denominator'] - once - more}, 1: {once}, 2+: {more}"


def _within(pack: Pack) -> str:
    return f"{pack.outcomes.resolved_within_sec // HOUR} h"


def _repeat_days(pack: Pack) -> str:
    return f"{pack.outcomes.repeat_within_sec // 86_400} days of 24 h"


TTR = Metric(
    id="ttr",
    title="Time to resolution",
    unit="seconds",
    direction="lower",
    shape="ratio",
    formula="from creation to the last resolution, day and night, / resolved cases, by that resolution",
    numerator=total("outcomes", known("ttr_seconds"), "ttr_seconds"),
    denominator=rows("outcomes", known("ttr_seconds")),
    exclusions=(*NOT_RESOLVED, Exclusion("open again", flag("open_again"))),
    time="resolved_at",
    window="by the last resolution",
    look_back=lambda _pack: "to creation",
    look_ahead=lambda _pack: "to any later reopening",
    sources=("cases", "case_events"),
    needs=("cases",),
    requirement="C0.14, R76, R89",
    pack_key="outcomes.handoff_adds",
    nothing="no resolved cases",
    prepare=_with_plain,
    asides={
        "handed_over": rows("outcomes", _handed_over),
        "cited_low": Measure("outcomes", _handed_over, _cited(0)),
        "cited_high": Measure("outcomes", _handed_over, _cited(1)),
    },
    note=_beside_cited,
)

TTR_P50 = replace(
    TTR,
    id="ttr_p50",
    title="Time to resolution p50",
    shape="quantile",
    quantile=Fraction(1, 2),
    quantile_method=LINEAR,
    formula="p50 of the time from creation to the last resolution, day and night, linear between ranks",
    requirement="C0.14, R59, R112",
    pack_key="",
    prepare=None,
    asides={},
    note=None,
)

TTR_P90 = replace(
    TTR_P50,
    id="ttr_p90",
    title="Time to resolution p90",
    quantile=Fraction(9, 10),
    formula="p90 of the time from creation to the last resolution, day and night, linear between ranks",
    requirement="C0.14, R59",
)

RESOLVED_IN_TIME = Metric(
    id="resolved_in_48h",
    title="Resolved in time",
    unit="ratio",
    direction="higher",
    shape="ratio",
    formula="cases resolved within the pack's hours of creation, and not open again / cases whose hours have passed, "
    "by the end of those hours",
    numerator=rows("outcomes", flag("in_time")),
    denominator=rows("outcomes"),
    exclusions=(*NOT_RESOLVED, Exclusion("not due", flag("not_due"))),
    time="due_at",
    window="by the end of the hours",
    look_back=_within,
    look_ahead=lambda _pack: "to any later reopening",
    sources=("cases", "case_events"),
    needs=("cases",),
    requirement="R88",
    pack_key="outcomes.resolved_within",
    nothing="no cases due",
)

HANDOFFS = Metric(
    id="handoffs",
    title="Handoffs per case",
    unit="score",
    direction="lower",
    shape="ratio",
    formula="times that cases went to another team or agent before their last resolution / resolved cases",
    numerator=total("outcomes", known("handoffs"), "handoffs"),
    denominator=rows("outcomes", known("handoffs")),
    exclusions=(*TTR.exclusions, Exclusion("unmeasurable", unknown("handoffs"))),
    time="resolved_at",
    window="by the last resolution",
    look_back=lambda _pack: "to creation",
    look_ahead=lambda _pack: "to any later reopening",
    sources=("cases", "case_events"),
    needs=("cases",),
    requirement="R89",
    pack_key="",
    nothing="no resolved cases",
    asides={
        "once": rows("outcomes", lambda ns, _pack: ns.col("handoffs") == 1),
        "more": rows("outcomes", lambda ns, _pack: ns.col("handoffs") > 1),
    },
    note=_how_often,
)

REPEAT_CONTACTS = replace(
    VOLUME,
    id="repeat_contacts",
    title="Repeat contacts",
    unit="ratio",
    direction="lower",
    shape="ratio",
    formula="contacts within the pack's days of an earlier contact of the same customer and reason (without a reason: "
    "and queue) / contacts of known customers",
    numerator=rows("contacts", flag("repeated")),
    denominator=rows("contacts"),
    exclusions=(*VOLUME.exclusions, Exclusion("unknown customer or reason", flag("unkeyed"))),
    look_back=_repeat_days,
    requirement="R53, C0.5",
    pack_key="outcomes.repeat_days",
    nothing="no contacts of known customers",
)

CSAT_MEAN = replace(
    CSAT,
    id="csat_mean",
    title="Customer satisfaction, mean",
    unit="score",
    formula="sum of votes / valid answers on a scale to 5, by answer",
    numerator=total("surveys", flag("of_five"), "score_thousandths"),
    denominator=rows("surveys", flag("of_five")),
    exclusions=(*NOT_VALID, Exclusion("another scale", unset("of_five"))),
    scale=THOUSANDTH,
    requirement="R74, X6",
    band="-",
)

CSAT_MEDIAN = replace(
    CSAT_MEAN,
    id="csat_median",
    title="Customer satisfaction, median",
    shape="quantile",
    quantile=Fraction(1, 2),
    quantile_method=LINEAR,
    formula="p50 of the votes of valid answers on a scale to 5, by answer, linear between ranks",
    requirement="R46, X6",
)

OUTCOME_METRICS = (TTR, TTR_P50, TTR_P90, RESOLVED_IN_TIME, HANDOFFS, REPEAT_CONTACTS, CSAT_MEAN, CSAT_MEDIAN)
