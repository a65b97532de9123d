"""One figure a slice: sums of the selected rows, decoded, judged by the pack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from carecli.metrics.dimensions import Coded
from carecli.metrics.facts import Facts
from carecli.metrics.figure import Figure
from carecli.metrics.knowledge import Knowledge, Known
from carecli.metrics.measures import Context, Metric
from carecli.metrics.selection import Filter, Selection
from carecli.policy.bands import AtLeast, AtMost, Band, Verdict
from carecli.tables import CHANNELS

Row = Mapping[str, Any]
Words = Mapping[int | None, str | None]
SCALED_PARTS = ("seconds", "money")
"""Units in which the numerator of a ratio is said as well; the parts of others are as they were counted."""
SAYING_WHY = ("immature", "unmeasurable")
"""Exclusions that are themselves the reason where nothing is left."""


def collected(selections: Sequence[Selection | str]) -> list[pl.DataFrame]:
    """The sums of several selections, in one run; without rows where a selection is none."""
    nothing = pl.LazyFrame()
    return pl.collect_all([nothing if isinstance(selection, str) else _sums(selection) for selection in selections])


def sliced(facts: Facts, selection: Selection, sums: pl.DataFrame, knowledge: Knowledge, where: Filter) -> list[Figure]:
    """The figures of a selection, one a slice; without dimensions the one of all rows."""
    words = {dimension.name: _words(dimension, sums) for dimension in selection.by}
    rows = sorted(sums.iter_rows(named=True), key=lambda row: _order(selection, words, row))
    return [_figure(facts, selection, words, row, knowledge, where) for row in rows]


def scope(facts: Facts, where: Filter) -> tuple[int | None, int | None]:
    """The channel and the queue, as codes, whose coverage counts; None is all."""
    channel, queue = where.get("channel"), where.get("queue")
    code = CHANNELS.index(channel) + 1 if channel in CHANNELS else None
    return code, facts.snapshot.codes.get(queue) if queue else None


def _sums(selection: Selection) -> pl.LazyFrame:
    """The sums of the measures, the counts of the exclusions and the channels, by slice."""
    metric, counted = selection.metric, pl.col("counts") > 0
    sums = [
        counted.sum().alias("n"),
        pl.col("counts").sum().alias("denominator"),
        _numerator(metric).alias("numerator"),
        pl.col("channel").filter(counted).min().alias("channel"),
        (pl.col("channel").filter(counted).n_unique() == 1).alias("one_channel"),
        *((pl.col("reason") == place).sum().alias(f"excluded_{place}") for place, _ in _exclusions(metric)),
        *(pl.col(f"aside_{name}").sum() for name in metric.asides),
        *(_currencies() if metric.unit == "money" else ()),
    ]
    if not selection.by:
        return selection.rows.select(sums)
    return selection.rows.group_by([f"by_{dimension.name}" for dimension in selection.by]).agg(sums)


def _currencies() -> Sequence[pl.Expr]:
    """How many currencies the amounts have, no currency being one, and the first and last of them by name."""
    named = pl.col("currency").filter(pl.col("adds") != 0)
    return named.n_unique().alias("currencies"), named.min().alias("currency"), named.max().alias("last_currency")


def _numerator(metric: Metric) -> pl.Expr:
    if metric.apart:
        return pl.col("adds").sum()
    counted = pl.col("adds").filter(pl.col("counts") > 0)
    if metric.quantile is not None:
        return counted.quantile(float(metric.quantile), interpolation="linear")
    return counted.max() if metric.shape == "maximum" else counted.sum()


def _exclusions(metric: Metric) -> list[tuple[int, str]]:
    return [(place, exclusion.reason) for place, exclusion in enumerate(metric.exclusions, start=1)]


def _words(dimension: Coded, sums: pl.DataFrame) -> Words:
    """The word of each number of a dimension, made once."""
    codes = sums[f"by_{dimension.name}"].unique().to_list()
    return {code: None if code is None else dimension.word(code) for code in codes}


def _order(selection: Selection, words: Mapping[str, Words], row: Row) -> list[tuple[bool, int | str]]:
    """Numbers that have an order by it, names as words; the slice without a value last."""
    order: list[tuple[bool, int | str]] = []
    for dimension in selection.by:
        code = row[f"by_{dimension.name}"]
        order.append((code is None, code or 0 if dimension.ordered else words[dimension.name][code] or ""))
    return order


def _figure(
    facts: Facts, selection: Selection, words: Mapping[str, Words], row: Row, knowledge: Knowledge, where: Filter
) -> Figure:
    metric = selection.metric
    by = {name: known_words[row[f"by_{name}"]] for name, known_words in words.items()}
    channel = _channel(row, {**where, **by})
    known = _known(facts, knowledge, {**where, **by}, channel)
    excluded = {reason: row[f"excluded_{place}"] for place, reason in _exclusions(metric)}
    figure = Figure(
        metric=metric.id,
        title=metric.title,
        by=by,
        value=None,
        unit=metric.unit,
        n=row["n"],
        target=facts.pack.text_target(metric.band or metric.id, channel) or None,
        provisional=known.provisional,
        excluded={reason: count for reason, count in excluded.items() if count},
        window=knowledge.window.label,
    )
    if (why := known.reason or selection.unfit) is not None:
        return replace(figure, note=why)
    return _judged(metric, row, figure, known, Context(facts.pack, channel, facts.as_of, facts.zone))


def _judged(metric: Metric, row: Row, figure: Figure, known: Known, context: Context) -> Figure:
    """The value with its verdict; or no value, and why."""
    value = _value(metric, row, known.days)
    why = _nothing(metric, figure, known) if value is None else _no_amount(metric, row)
    if value is None or why is not None:
        return replace(figure, note=_joined(why, known.partly))
    minimum = metric.minimum_n(context.pack)
    if figure.n < minimum:
        return replace(figure, note=_joined(f"n={figure.n} (<{minimum})", known.partly))
    sums = {name.removeprefix("aside_"): number for name, number in row.items()}
    note = metric.note(sums, context) if metric.note else None
    judged = replace(figure, value=float(value), currency=row.get("currency"), note=_joined(note, known.partly))
    status, wrong = _verdict(metric, judged, value, context)
    judged = replace(judged, status=status, note=_joined(judged.note, wrong))
    if metric.shape == "spacing":
        return replace(judged, numerator=float(known.days), denominator=float(row["n"]))
    if metric.shape != "ratio":
        return judged
    scale = metric.scale if metric.unit in SCALED_PARTS else 1
    return replace(judged, numerator=float(row["numerator"] * scale), denominator=float(row["denominator"]))


def _verdict(metric: Metric, figure: Figure, value: Fraction, context: Context) -> tuple[Verdict | None, str | None]:
    """How the pack judges it; an amount in another currency than the target's isn't judged, and says so."""
    name = metric.band or metric.id
    band = context.pack.band(name, context.channel) if metric.unit == "money" else None
    if band is not None and figure.currency != (wanted := _unit_of(band)):
        return None, f"not judged: the target is in {wanted}"
    return context.pack.verdict_band(name, context.channel, value), None


def _unit_of(band: Band) -> str:
    if isinstance(band, AtLeast):
        return band.goal.unit
    return band.ok.unit if isinstance(band, AtMost) else band.low.unit


def _no_amount(metric: Metric, row: Row) -> str | None:
    """Why amounts make no sum: several currencies, or no cost at all beside what was resolved."""
    if metric.unit != "money":
        return None
    if row["currencies"] > 1:
        first, last = row["currency"], row["last_currency"]
        return f"several currencies: {first} and {last if last != first else 'amounts without one'}"
    return "no costs" if metric.months and not row["currencies"] else None


def _value(metric: Metric, row: Row, days: int) -> Fraction | None:
    """Exact, in the metric's unit; None where nothing counts (a count is then 0)."""
    if metric.shape == "count":
        return Fraction(row["numerator"]) * metric.scale
    if not row["n"]:
        return None
    if metric.shape == "spacing":
        return Fraction(days, row["n"])
    if metric.shape == "ratio":
        return Fraction(row["numerator"], row["denominator"]) * metric.scale
    return Fraction(row["numerator"]) * metric.scale


def _nothing(metric: Metric, figure: Figure, known: Known) -> str:
    if metric.shape == "spacing":
        return f">{known.days} d"
    return next((reason for reason in SAYING_WHY if figure.excluded.get(reason)), metric.nothing)


def _known(facts: Facts, knowledge: Knowledge, slice_of: Filter, channel: str | None) -> Known:
    """What is known of a slice: of its channel and queue, and where it is a day, of that day."""
    _, queue = scope(facts, slice_of)
    day = slice_of.get("day")
    code = CHANNELS.index(channel) + 1 if channel in CHANNELS else None
    return knowledge.of(code, queue, None if day is None else date.fromisoformat(day))


def _channel(row: Row, slice_of: Filter) -> str | None:
    """The one channel of a slice: named, or that of all its rows; None where there are several."""
    if "channel" in slice_of:
        return slice_of["channel"]
    code = row["channel"] if row["one_channel"] else None
    return None if code is None else CHANNELS[code - 1]


def _joined(*notes: str | None) -> str | None:
    return "; ".join(note for note in notes if note) or None
