"""From facts to figures and their explanations: both from one selection of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import polars as pl

from carecli.metrics.contacts import TABLES
from carecli.metrics.dictionary import metric_named
from carecli.metrics.facts import Facts
from carecli.metrics.figure import Explanation, Figure
from carecli.metrics.knowledge import Knowledge
from carecli.metrics.measures import Metric
from carecli.metrics.selection import Filter, Selection, select
from carecli.metrics.slices import collected, scope, sliced
from carecli.metrics.windows import Window, trailing

NOTHING = pl.DataFrame(
    schema={"table": pl.Int64, "row": pl.Int64, "reason": pl.Int64, "counts": pl.Int64, "adds": pl.Int64}
)


def figures(
    facts: Facts, metric_ids: Sequence[str], *, window: Window, by: Sequence[str] = (), where: Filter | None = None
) -> list[Figure]:
    """Each metric in a window, one figure a slice: in the order of the slices' names, the slice without a value last.

    A total is asked for without `by` and comes from the rows, never from slices (R40). Where nothing is known at all
    there is one figure without a slice that says why. UsageProblem for an unknown metric, or a dimension that it
    doesn't have.
    """
    asked = [metric_named(metric_id) for metric_id in metric_ids]
    selections = [select(facts, metric, window, tuple(by), where or {}) for metric in asked]
    sums = collected(selections)
    pairs = zip(asked, selections, sums, strict=True)
    return [figure for pair in pairs for figure in _figures(facts, window, where or {}, *pair)]


def explain(facts: Facts, metric_id: str, *, window: Window, where: Filter | None = None) -> Explanation:
    """Where a figure comes from, down to the rows; a slice is explained by giving its dimensions as `where`.

    The rows of all slices are together the rows of the total, and no row is in two: only a cost that several channels
    share is a row of each of them.
    """
    metric = metric_named(metric_id)
    selection = select(facts, metric, window, (), where or {})
    figure = _figures(facts, window, where or {}, metric, selection, *collected([selection]))[0]
    rows = NOTHING if isinstance(selection, str) else selection.rows.select(NOTHING.columns).collect()
    counted = rows.filter(pl.col("counts") > 0)
    adding = (rows if metric.apart else counted).filter(pl.col("adds") != 0)
    excluded = {
        exclusion.reason: _ids(rows.filter(pl.col("reason") == place))
        for place, exclusion in enumerate(metric.exclusions, start=1)
    }
    return Explanation(
        figure=figure,
        formula=metric.formula,
        pack_key=metric.pack_key,
        window=f"{window.label} {window.zone}",
        rows=_ids(counted),
        numerator_rows=_ids(adding.unique(["table", "row"])),
        excluded_rows={reason: ids for reason, ids in excluded.items() if ids},
        notes=(figure.note,) if figure.note else (),
        zone=window.zone,
    )


def trailing_mean(facts: Facts, metric_id: str, days: int, *, window: Window, where: Filter | None = None) -> Figure:
    """The mean a day of a count over the `days` that end with the window's last one (R4).

    A day inside a feed's coverage counts as 0 where nothing happened (C0.9); with a day outside there is no mean: `n/a
    (20/28)`.
    """
    metric = metric_named(metric_id)
    span = trailing(window, days)
    figure = figures(facts, [metric_id], window=span, where=where)[0]
    covered = Knowledge(facts, metric, span).of(*scope(facts, where or {})).covered
    if figure.value is None or covered < days:
        return replace(figure, value=None, note=f"n/a ({covered}/{days})")
    return replace(figure, value=figure.value / days, note=None)


def _figures(
    facts: Facts, window: Window, where: Filter, metric: Metric, selection: Selection | str, sums: pl.DataFrame
) -> list[Figure]:
    if isinstance(selection, str):
        return [_unknown(metric, window, selection)]
    knowledge = Knowledge(facts, metric, window)
    known = knowledge.of(*scope(facts, where))
    if known.reason is not None:
        return [_unknown(metric, window, known.reason)]
    return sliced(facts, selection, sums, knowledge, where)


def _unknown(metric: Metric, window: Window, note: str) -> Figure:
    return Figure(metric.id, metric.title, {}, None, metric.unit, 0, note=note, window=window.label)


def _ids(rows: pl.DataFrame) -> dict[str, list[int]]:
    """Store ids by table, in order."""
    tables: Mapping[int, str] = dict(enumerate(TABLES))
    grouped = rows.sort("table", "row").group_by("table", maintain_order=True).agg("row")
    return {tables[table]: ids for table, ids in grouped.iter_rows()}
