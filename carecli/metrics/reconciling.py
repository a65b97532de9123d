"""The vendor's figures against ours over the same intervals (R316).

Equal shares of unequal counts don't pass: a wrong formula may lie within 1 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from carecli.metrics.differences import (
    MILLISECONDS,
    NO_VOLUME,
    NOT_STATED,
    Line,
    Part,
    Rule,
    compared,
    difference,
    of_nothing,
    passes,
    share_of,
)
from carecli.metrics.figure import Unit
from carecli.metrics.interval_counts import COUNTED
from carecli.metrics.service_level_formulas import COUNTS as WORDS
from carecli.metrics.service_level_formulas import Formula, Terms, share, summed

NO_INTERVALS = "no interval to compare"
ELSEWHERE = "the totals agree, the intervals don't"
UNSEEN = "the figure agrees, its counts don't"
PARTS_PER_BILLION = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Measured:
    """How a measure comes from the counts; without a denominator it is a count."""

    metric: str
    unit: Unit
    numerator: Terms
    denominator: Terms | None = None


COUNTS = tuple(Measured(name, "contacts", (name,)) for name in ("offered", "answered", "abandoned"))
MEANS = (
    Measured("asa", "seconds", ("wait_ms",), ("wait_n",)),
    Measured("aht", "seconds", ("handle_ms",), ("handle_n",)),
    Measured("abandonment", "ratio", ("abandoned",), ("offered",)),
)


def lines(intervals: pl.DataFrame, own: pl.DataFrame, formula: Formula, rule: Rule) -> tuple[Line, ...]:
    """Every measure of one queue; `intervals` and `own` hold the vendor's and our `COUNTED`, row by row."""
    level = Measured("service_level", "ratio", formula.numerator, formula.denominator)
    return (
        *(_count(measured, intervals, own, rule) for measured in COUNTS),
        _service_level(level, intervals, own, formula, rule),
        *(_mean(measured, intervals, own, rule) for measured in MEANS),
    )


def _count(measured: Measured, intervals: pl.DataFrame, own: pl.DataFrame, rule: Rule) -> Line:
    pairs = _pairs(measured, intervals, own)
    if pairs.is_empty():
        return _unknown(measured, intervals)
    native, ours = Fraction(pairs["native_n"].sum()), Fraction(pairs["ours_n"].sum())
    gap, apart = share_of(_apart(pairs, "n"), native), difference(native, ours, rule, "contacts")
    note = of_nothing(ours) if gap is None else _partly(pairs, intervals)
    if passes(apart, rule) and not passes(gap, rule):
        note = ELSEWHERE
    return Line(
        measured.metric,
        measured.unit,
        native,
        ours,
        apart,
        passes(gap, rule),
        gap=gap,
        intervals=pairs.height,
        note=note,
    )


def _mean(measured: Measured, intervals: pl.DataFrame, own: pl.DataFrame, rule: Rule) -> Line:
    pairs = _pairs(measured, intervals, own)
    if pairs.is_empty():
        return _unknown(measured, intervals)
    sums = pairs.sum().row(0, named=True)
    if not sums["native_d"] and pairs.height < intervals.height:
        return _unknown(measured, intervals)
    native = Fraction(sums["native_n"], sums["native_d"]) if sums["native_d"] else None
    ours = Fraction(sums["ours_n"], sums["ours_d"]) if sums["ours_d"] else None
    return _ratio(measured, pairs, intervals, native, ours, rule)


def _service_level(
    measured: Measured, intervals: pl.DataFrame, own: pl.DataFrame, formula: Formula, rule: Rule
) -> Line:
    """The vendor's own share, weighed by its own counts; from its counts where it states no share."""
    stated = intervals["service_level"].is_not_null()
    if stated.sum() == 1 == intervals.height and _pairs(measured, intervals, own).is_empty():
        return _share_alone(measured, intervals, own, formula, rule)
    pairs = _pairs(measured, intervals, own)
    if pairs.is_empty():
        reason = "needs the vendor's counts to weigh its shares" if stated.any() else None
        return _unknown(measured, intervals, reason or _lacking(formula, intervals, own))
    sums = pairs.sum().row(0, named=True)
    weighed = _weighed(pairs)
    if weighed is None and pairs["native_n"].has_nulls():
        return _unknown(measured, intervals, _lacking(formula, intervals, own))
    native = share(formula, sums["native_n"], sums["native_d"]) if weighed is None else weighed
    ours = share(formula, sums["ours_n"], sums["ours_d"])
    return _ratio(measured, pairs.drop("stated"), intervals, native, ours, rule)


def _share_alone(measured: Measured, intervals: pl.DataFrame, own: pl.DataFrame, formula: Formula, rule: Rule) -> Line:
    """One interval of which only the share is stated."""
    parts = own.select(summed(formula.numerator).alias("n"), summed(formula.denominator).alias("d")).row(0)
    ours = share(formula, *parts)
    native = Fraction(str(intervals["service_level"][0]))
    if ours is None:
        return Line(measured.metric, measured.unit, native, None, None, None, note=NO_VOLUME)
    return compared(measured.metric, measured.unit, native, ours, rule)


def _weighed(pairs: pl.DataFrame) -> Fraction | None:
    """The mean of the stated shares by the vendor's denominators; None where one with volume isn't stated."""
    busy = pairs.filter(pl.col("native_d") > 0)
    if busy.is_empty() or busy["stated"].has_nulls():
        return None
    billionths = (busy["stated"] * PARTS_PER_BILLION).round().cast(pl.Int64)
    return Fraction((billionths * busy["native_d"]).sum()) / Fraction(busy["native_d"].sum() * PARTS_PER_BILLION)


def _pairs(measured: Measured, intervals: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """`native_n`, `ours_n` and the denominators `.._d` of the intervals in which all are known; the vendor's numerator
    may be null where it states the share itself.
    """
    denominator = measured.denominator or measured.numerator
    terms = {"n": measured.numerator, "d": denominator}
    native = intervals.select(
        *(summed(each).alias(f"native_{name}") for name, each in terms.items()), stated="service_level"
    )
    ours = own.select(summed(each).alias(f"ours_{name}") for name, each in terms.items())
    pairs = native.hstack(ours)
    if measured.metric != "service_level":
        return pairs.drop("stated").drop_nulls()
    told = pl.col("native_n").is_not_null() | pl.col("stated").is_not_null()
    return pairs.filter(told).drop_nulls(["native_d", "ours_n", "ours_d"])


def _ratio(
    measured: Measured,
    pairs: pl.DataFrame,
    intervals: pl.DataFrame,
    native: Fraction | None,
    ours: Fraction | None,
    rule: Rule,
) -> Line:
    scale = MILLISECONDS if measured.unit == "seconds" else Fraction(1)
    told = not pairs["native_n"].has_nulls()
    numerator = _part(pairs, "n", rule, measured.unit, scale) if told else None
    denominator = _part(pairs, "d", rule, measured.unit)
    if native is None or ours is None:
        return _one_sided(measured, native, ours, numerator, denominator, pairs.height)
    apart = difference(native, ours, rule, measured.unit)
    same = passes(apart, rule)
    passed = same and denominator.passed and (numerator is None or numerator.passed)
    note = UNSEEN if same and not passed else of_nothing(ours * scale) if apart is None else _partly(pairs, intervals)
    return Line(
        measured.metric,
        measured.unit,
        native * scale,
        ours * scale,
        apart,
        passed,
        numerator=numerator,
        denominator=denominator,
        intervals=pairs.height,
        note=note,
    )


def _one_sided(
    measured: Measured,
    native: Fraction | None,
    ours: Fraction | None,
    numerator: Part | None,
    denominator: Part,
    intervals: int,
) -> Line:
    """A mean of nothing, at least on one side: on both there is nothing to compare, on one it fails."""
    scale = MILLISECONDS if measured.unit == "seconds" else Fraction(1)
    both = native is None and ours is None
    note = NO_VOLUME if both else f"{NO_VOLUME} in {'the vendor' if native is None else 'ours'}"
    return Line(
        measured.metric,
        measured.unit,
        None if native is None else native * scale,
        None if ours is None else ours * scale,
        difference=None,
        passed=None if both else False,
        numerator=numerator,
        denominator=denominator,
        intervals=intervals,
        note=note,
    )


def _part(pairs: pl.DataFrame, name: str, rule: Rule, unit: Unit, scale: Fraction = Fraction(1)) -> Part:
    """Counts differ by interval; sums of times as a whole, since vendors round each interval's mean.

    In points, a count's difference is that of the share it makes.
    """
    native, ours = Fraction(pairs[f"native_{name}"].sum()), Fraction(pairs[f"ours_{name}"].sum())
    apart = abs(ours - native) if scale != 1 else _apart(pairs, name)
    whole = Fraction(pairs["native_d"].sum()) if unit == "ratio" and rule.mode == "points" else native
    gap = share_of(apart, whole)
    return Part(native * scale, ours * scale, gap, passes(gap, rule))


def _apart(pairs: pl.DataFrame, name: str) -> Fraction:
    return Fraction((pairs[f"native_{name}"] - pairs[f"ours_{name}"]).abs().sum())


def _unknown(measured: Measured, intervals: pl.DataFrame, note: str | None = None) -> Line:
    reason = NO_INTERVALS if intervals.is_empty() else note or NOT_STATED
    return Line(measured.metric, measured.unit, None, None, None, None, note=reason)


def _lacking(formula: Formula, intervals: pl.DataFrame, own: pl.DataFrame) -> str:
    """Which counts of the formula the vendor doesn't state."""
    lacking = [name for name in COUNTED if name in formula.needs and intervals[name].null_count() == intervals.height]
    unknown = [name for name in COUNTED if name in formula.needs and own[name].null_count() == own.height]
    if unknown and not lacking:
        return "no threshold is known"
    words = [WORDS[name] for name in lacking]
    return f"{NOT_STATED}: needs {', '.join(words) or 'all counts of one interval'}"


def _partly(pairs: pl.DataFrame, intervals: pl.DataFrame) -> str | None:
    return f"in {pairs.height} of {intervals.height} intervals" if pairs.height < intervals.height else None
