"""The pages of figures over time from the store: by hour and weekday, and day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from carecli.boards.arrivals_map import arrivals_board, map_window
from carecli.boards.needs import Needs, metric_needs
from carecli.boards.over_time import ArrivalsBoard, TrendBoard
from carecli.boards.trend import trend_board, trend_window
from carecli.cli.asking import Asking
from carecli.cli.drilling import Held
from carecli.metrics.figure import Figure
from carecli.metrics.windows import Window, parse_window
from carecli.tables import ANNOTATIONS


def load_arrivals(at: Asking, held: Held, metric: str, window: str, where: Mapping[str, str | None]) -> ArrivalsBoard:
    """A metric by hour and weekday; `28d`, `13w` and `7d` are complete days, any other window is as typed."""
    week_start = at.settings.week_start
    span = map_window(window, at.as_of, at.zone) or parse_window(window, at.as_of, at.zone, week_start)
    facts = held.facts(at, _needs(at, span))
    return arrivals_board(facts, window=span, metric=metric, where={**at.where, **where}, week_start=week_start)


def load_trend(at: Asking, held: Held, figure: Figure, days: int) -> TrendBoard:
    """The figure's metric and slice on each of so many days."""
    span = trend_window(days, at.as_of, at.zone)
    needed = replace(_needs(at, span), tables=(*_needs(at, span).tables, ANNOTATIONS))
    return trend_board(held.facts(at, needed), metric=figure.metric, window=span, where={**at.where, **figure.by})


def _needs(at: Asking, window: Window) -> Needs:
    return metric_needs(as_of=at.as_of, zone=at.zone, pack=at.pack, window=window)
