"""The rows of a metric in a window: which count, what they add, and which are left out, why.

Figures and explanations both come from here, so they can't disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import polars as pl

from carecli.clocks.wall_time import MIDNIGHT, instant
from carecli.metrics.dimensions import Coded, coded, condition
from carecli.metrics.facts import Facts
from carecli.metrics.measures import Measure, Metric, one
from carecli.metrics.windows import Window

Filter = Mapping[str, str | None]
"""Dimension -> value; None asks for the rows without one."""


@dataclass(frozen=True)
class Selection:
    """`rows` has `reason` (0 = not excluded, else the place of the exclusion plus one), `counts`, `adds` and
    dimensions `by_..`.

    `counts` is what a row adds to the denominator and is above 0 for rows the value rests on; `adds` what it adds to
    the numerator. A row of the numerator counts as well, except for a metric that divides two kinds of rows.
    """

    metric: Metric
    rows: pl.LazyFrame
    by: tuple[Coded, ...]
    unfit: str | None = None
    """Why no slice has a value: a dimension asked for that only some of the metric's rows have."""


def select(facts: Facts, metric: Metric, window: Window, by: Sequence[str], where: Filter) -> Selection | str:
    """The rows of a metric in a window; or a sentence where a filter names a value that doesn't exist."""
    conditions = []
    for name, value in where.items():
        if (holds := condition(name, value, metric, facts)) is None:
            return f"no such {name}: {value}"
        conditions.append(holds)
    dimensions = tuple(coded(name, metric, facts) for name in by)
    rows = _in_window(facts.rows(metric.table, window, daily="day" in (*by, *where)).lazy(), metric, window)
    if metric.population is not None:
        rows = rows.filter(metric.population(pl, facts.pack))
    rows = rows.with_columns(_reason(metric, facts).alias("reason"))
    if metric.prepare is not None:
        rows = metric.prepare(rows, facts.pack)
    rows = rows.with_columns(*_terms(metric, facts))
    unfit = _unfit(metric, facts, rows, dict.fromkeys((*by, *where))) if metric.only_by else None
    if conditions:
        rows = rows.filter(conditions)
    codes = [dimension.code.alias(f"by_{dimension.name}") for dimension in dimensions]
    return Selection(metric, rows.with_columns(*codes), dimensions, unfit)


def _in_window(rows: pl.LazyFrame, metric: Metric, window: Window) -> pl.LazyFrame:
    """Half-open; a stock has no window of its own, and what is in force is so on the window's first day."""
    if metric.time is None:
        return rows
    at = pl.col(metric.time)
    inside = (at >= window.first) & (at < window.last)
    if not metric.opening:
        return rows.filter(inside)
    opened = instant(window.dates[0] + timedelta(days=1), MIDNIGHT, ZoneInfo(window.zone))
    in_force = (at < opened) & (pl.col("until") >= opened)
    return rows.filter(pl.when(pl.col("until").is_null()).then(inside).otherwise(in_force))


def _reason(metric: Metric, facts: Facts) -> pl.Expr:
    """The first exclusion that holds."""
    reason = pl.lit(0, pl.Int64)
    for place, exclusion in reversed(list(enumerate(metric.exclusions, start=1))):
        reason = pl.when(exclusion.where(pl, facts.pack)).then(pl.lit(place, pl.Int64)).otherwise(reason)
    return reason


def _terms(metric: Metric, facts: Facts) -> Iterable[pl.Expr]:
    """What each row counts and adds, and what the note needs of it."""
    counted = metric.denominator or replace(metric.numerator, value=one)
    yield _value(counted, facts, metric.counted).alias("counts")
    yield _value(metric.numerator, facts, metric.numerator if metric.apart else metric.counted).alias("adds")
    for name, aside in metric.asides.items():
        yield _value(aside, facts, aside).alias(f"aside_{name}")


def _value(measure: Measure, facts: Facts, counted: Measure) -> pl.Expr:
    """What a row adds; 0 where it is excluded or doesn't count."""
    holds = (pl.col("reason") == 0) & measure.where(pl, facts.pack) & counted.where(pl, facts.pack)
    return pl.when(holds).then(measure.value(pl, facts.pack)).otherwise(0).cast(pl.Int64)


def _unfit(metric: Metric, facts: Facts, rows: pl.LazyFrame, names: Iterable[str]) -> str | None:
    """Why it can't be sliced by these: only one kind of its rows has such a dimension, always or in this window."""
    asked = [coded(name, metric, facts) for name in names]
    for dimension in asked:
        if dimension.name not in metric.only_by:
            return f"not by {dimension.name}: not all its rows have one"
    adding, others = pl.col("adds") != 0, (pl.col("counts") > 0) & (pl.col("adds") == 0)
    named = [_named(dimension, kind).alias(f"{dimension.name}_{place}")
             for dimension in asked for place, kind in enumerate((adding, others))]  # fmt: skip
    for key, is_named in rows.select(named).collect().row(0, named=True).items() if named else ():
        if not is_named:
            return f"not by {key.rpartition('_')[0]}: not all its feeds name one"
    return None


def _named(dimension: Coded, kind: pl.Expr) -> pl.Expr:
    """Whether any row of a kind has a value there; there may be no such rows."""
    return ~kind.any() | (kind & dimension.code.is_not_null()).any()
