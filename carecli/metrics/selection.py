"""The rows of a metric in a window: which count, what they add, and which are left out, why.

Figures and explanations both come from here, so they can't disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

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
    the numerator.
    """

    metric: Metric
    rows: pl.LazyFrame
    by: tuple[Coded, ...]


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
    if conditions:
        rows = rows.filter(conditions)
    counted = _value(metric.denominator or replace(metric.numerator, value=one), facts, metric.counted)
    added = _value(metric.numerator, facts, metric.counted)
    asides = [_value(aside, facts, aside).alias(f"aside_{name}") for name, aside in metric.asides.items()]
    codes = [dimension.code.alias(f"by_{dimension.name}") for dimension in dimensions]
    return Selection(
        metric, rows.with_columns(counted.alias("counts"), added.alias("adds"), *asides, *codes), dimensions
    )


def _in_window(rows: pl.LazyFrame, metric: Metric, window: Window) -> pl.LazyFrame:
    """Half-open; a stock has no window of its own."""
    if metric.time is None:
        return rows
    at = pl.col(metric.time)
    return rows.filter((at >= window.first) & (at < window.last))


def _reason(metric: Metric, facts: Facts) -> pl.Expr:
    """The first exclusion that holds."""
    reason = pl.lit(0, pl.Int64)
    for place, exclusion in reversed(list(enumerate(metric.exclusions, start=1))):
        reason = pl.when(exclusion.where(pl, facts.pack)).then(pl.lit(place, pl.Int64)).otherwise(reason)
    return reason


def _value(measure: Measure, facts: Facts, counted: Measure) -> pl.Expr:
    """What a row adds; 0 where it is excluded or doesn't count."""
    holds = (pl.col("reason") == 0) & measure.where(pl, facts.pack) & counted.where(pl, facts.pack)
    return pl.when(holds).then(measure.value(pl, facts.pack)).otherwise(0).cast(pl.Int64)
