"""What a second implementation of a metric is: which rows count, what they add, who is left out.

A function takes the facts and the window and yields `Counted` rows; what is made of them stands in `figures`. A new
metric is one more function under `@metric(..)`, in one of the `metrics_of_..` modules that `metrics` imports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from tests.oracle.plain import business, cases, contacts, legs, outcomes, surveys
from tests.oracle.plain.settings import midnights
from tests.oracle.plain.world import World

SECOND = Fraction(1, 1000)
OF_CASES, OF_CONTACTS, OF_SURVEYS = ("cases",), ("interactions", "cases"), ("surveys",)
CLASSES = ("issue_class", "complexity", "journey", "verification")
OF_LEGS = ("interactions", "legs", "asynchronous cases")


@dataclass(frozen=True)
class Counted:
    """A row of a metric's population: left out for a `reason`, or counting `counts` in the denominator."""

    table: str
    id: int
    at: int | None
    by: Mapping[str, Any]
    reason: str | None
    counts: int
    adds: Any
    until: int | None = None
    """Up to when it is in force, for what holds for a time."""
    currency: str | None = None


@dataclass(frozen=True)
class Window:
    """Local dates, both included; `daily` asks a stock for each of them."""

    first: Any
    last: Any
    zone: str
    daily: bool = False

    @property
    def ends(self):
        return midnights(self.first, self.last, self.zone)

    def holds(self, at):
        return self.ends[0] <= at < self.ends[1]

    @property
    def dates(self):
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


class Facts(World):
    """A world with the rows that metrics are made of, each made once."""

    @cached_property
    def contacts(self):
        return contacts.contacts(self)

    @cached_property
    def legs(self):
        return legs.legs(self)

    @cached_property
    def resolutions(self):
        return cases.resolutions(self)

    @cached_property
    def closures(self):
        return cases.closures(self)

    @cached_property
    def created(self):
        return cases.created(self)

    @cached_property
    def surveys(self):
        return surveys.surveys(self)

    @cached_property
    def outcomes(self):
        return outcomes.outcomes(self)

    @cached_property
    def business(self):
        return business.business(self)

    @cached_property
    def costs(self):
        return business.costs(self)

    @cached_property
    def incidents(self):
        return business.incidents(self)

    def open_cases(self, window):
        """A day still to come has no stock."""
        begun = [day for day in window.dates if midnights(day, day, window.zone)[0] <= self.as_of]
        taken = begun if window.daily else begun[-1:]
        return [row for day in taken for row in cases.open_cases(self, day, midnights(day, day, window.zone)[1])]


@dataclass(frozen=True)
class Plain:
    """A metric: its rows, and how a value is made of them. `needs`: tables any of which must cover a day."""

    rows: Callable[[Facts, Window], Any]
    shape: str
    """ratio, count, maximum, spacing, or a quantile's share."""
    needs: tuple[str, ...]
    beside: tuple[str, ...] = ()
    """The same for the second kind of its rows."""
    only_by: tuple[str, ...] = ()
    """The dimensions that all its rows have; empty for all."""
    months: bool = False
    money: bool = False
    opening: bool = False
    """Whether what holds for a time counts as it stands on the window's first day."""
    of_time: bool = True
    """Whether a window cuts its rows, by their `at`; else it is a stock."""
    only_now: bool = False
    scale: Fraction = Fraction(1)
    scaled_parts: bool = False
    """Whether the numerator is told in the metric's unit."""
    minimum: Callable[[Any], int] = field(default=lambda settings: 0)


PLAIN: dict[str, Plain] = {}


def metric(name, shape, needs, **more):
    def entered(rows):
        PLAIN[name] = Plain(rows, shape, needs, **more)
        return rows

    return entered


def counted(row, at, counts=True, adds=1, more=(), apart=False):
    """One row: the first of its marks that holds, then of `more`, leaves it out.

    `counts` is what it adds to the denominator, or whether it does; `adds` what it adds to the numerator. Where they
    are apart, a row that doesn't count may add.
    """
    marks = [*row["marks"], *more]
    reason = next((name for name, holds in marks if holds), None)
    counts = int(counts) if reason is None else 0
    adds = adds if reason is None and (counts or apart) else 0
    return Counted(row["table"], row["id"], at, row["by"], reason, counts, int(adds), row["until"], row["currency"])
