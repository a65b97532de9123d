"""The rows behind a figure, one page of them; how many there are is the number that they were opened from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from carecli.boards.cases import slice_names
from carecli.boards.days import day_label
from carecli.boards.drill import MOST, RowLine, RowsAsked, RowsBoard, RowsColumn, RowsTotals, Value
from carecli.boards.figure_rows import FigureRows
from carecli.boards.header import header_of, local_time
from carecli.boards.row_marks import adds_amount, heading, is_good, is_share, words_of
from carecli.metrics.contacts import TABLES
from carecli.metrics.measures import Metric


def rows_board(found: FigureRows, asked: RowsAsked) -> RowsBoard:
    """One page of the rows of a figure."""
    facts, window = found.facts, found.window
    page = found.arranged(asked).slice(asked.first, MOST)
    one_day = len(window.dates) == 1
    return RowsBoard(
        header=header_of(
            facts.snapshot,
            facts.pack,
            board="rows",
            title=found.figure.title,
            window=window,
            as_of=facts.as_of,
            where={name: value for name, value in found.where.items() if name not in found.figure.by},
            label=day_label(window.dates[0]) if one_day else window.label,
        ),
        figure=found.figure,
        names=slice_names(facts.snapshot, found.figure.by),
        adds_label=heading(found.metric),
        sides=words_of(found.metric) if is_share(found.metric) else None,
        columns=found.columns,
        lines=tuple(_line(found, row) for row in page.iter_rows(named=True)),
        totals=_totals(found.metric, found.rows),
        matching=_totals(found.metric, found.matching(asked.words)),
        asked=asked,
    )


def _line(found: FigureRows, row: Mapping[str, Any]) -> RowLine:
    counted = not row["reason"]
    return RowLine(
        table=TABLES[row["table"]],
        row_id=row["row"],
        cells=tuple(_value(column, row[f"show_{column.key}"], found.facts.zone) for column in found.columns),
        adds=_adds(found.metric, row),
        counted=counted,
        good=is_good(found.metric, row["adds"]) if counted else None,
        case=(row["case_source"], row["case_text"]) if row["case_text"] is not None else None,
        contact=(row["contact_source"], row["contact_text"]) if row["contact_text"] is not None else None,
    )


def _value(column: RowsColumn, value: Any, zone: str) -> Value:
    if value is None or isinstance(value, str):
        return value
    return local_time(value, zone) if column.kind == "moment" else float(value)


def _adds(metric: Metric, row: Mapping[str, Any]) -> float | str | None:
    if row["reason"]:
        return str(metric.exclusions[row["reason"] - 1].reason)
    if is_share(metric):
        return words_of(metric)[0 if row["adds"] else 1]
    return _amount(metric, row["adds"]) if adds_amount(metric) else None


def _amount(metric: Metric, adds: int) -> float:
    """What a row adds in the figure's unit; a vote of an NPS counts itself, not its share of a hundred."""
    return float(adds * metric.scale) if metric.unit in ("seconds", "money", "days") else float(adds)


def _totals(metric: Metric, rows: pl.DataFrame) -> RowsTotals:
    counted = rows.filter(pl.col("reason") == 0)
    reasons = dict(rows.group_by("reason").agg(pl.len()).iter_rows())
    together = adds_amount(metric) and metric.shape in ("ratio", "count")
    return RowsTotals(
        counted=counted.height,
        added=counted.filter(pl.col("adds") != 0).height if is_share(metric) else None,
        amount=_amount(metric, int(counted["adds"].sum())) if together else None,
        left_out={
            exclusion.reason: reasons[place]
            for place, exclusion in enumerate(metric.exclusions, start=1)
            if reasons.get(place)
        },
    )
