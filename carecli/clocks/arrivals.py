"""Budgets that depend on when a clock starts: at night (R95), inside or outside the hours (R111)."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from carecli.clocks.budgets import Edge, Night
from carecli.clocks.calendar import Calendar


def starts_at_night(calendar: Calendar, start: pl.Series) -> pl.Series:
    """Whether each clock starts at night; where it is closed, whether the next opening is at night (C0.26).

    Null stays null; a calendar without a night has none.
    """
    if calendar.night is None:
        return start.is_null().replace_strict({True: None, False: False}, return_dtype=pl.Boolean)
    return night_hours(calendar.zone, calendar.night).is_open(calendar.next_opening(start)).alias(start.name)


def starts_at_night_at(calendar: Calendar, start: int) -> bool:
    """`starts_at_night` of one instant."""
    if calendar.night is None:
        return False
    return night_hours(calendar.zone, calendar.night).is_open_at(calendar.next_opening_at(start))


def night_budgets(
    calendar: Calendar, start: pl.Series, budget: pl.Series | int, edge: Edge = "within"
) -> pl.Series | int:
    """The budgets (whole seconds), widened where a clock starts at night; as they are where nothing widens."""
    night = calendar.night
    if night is None or not night.widen:
        return budget
    columns = pl.DataFrame({"night": starts_at_night(calendar, start)}).with_columns(budget=budget)
    # In whole numbers, as `Night.widened` does it.
    wide = pl.col("budget") * night.factor.numerator
    wide = wide + night.factor.denominator - 1 if edge == "under" else wide
    return columns.select(pl.when("night").then(wide // night.factor.denominator).otherwise("budget")).to_series()


def night_budget_at(calendar: Calendar, start: int, budget: int, edge: Edge = "within") -> int:
    """`night_budgets` of one clock."""
    night = calendar.night
    return night.widened(budget, edge) if night is not None and starts_at_night_at(calendar, start) else budget


def arrival_budgets(hours: Calendar, start: pl.Series, inside: int, outside: int) -> pl.Series:
    """`inside` for what arrives in the opening `hours`, `outside` for the rest (R111); null stays null.

    The budgets are spent on the clock's own calendar, which need not be `hours`. A block's close is outside it (C0.26).
    """
    given = {True: inside, False: outside}
    return hours.is_open(start).replace_strict(given, default=None, return_dtype=pl.Int64).alias(start.name)


def arrival_budget_at(hours: Calendar, start: int, inside: int, outside: int) -> int:
    """`arrival_budgets` of one clock."""
    return inside if hours.is_open_at(start) else outside


@lru_cache(maxsize=64)
def night_hours(zone: str, night: Night) -> Calendar:
    """The nights of every date as a calendar of its own, holidays or not."""
    return Calendar(zone, dict.fromkeys(range(7), night.hours), name="night")
