"""Measures and metrics: what a number is made of, in words a machine and a person can follow (design: section 4).

`where` and `value` are functions of an expression namespace (the `polars` module here) and the pack, so that measures
on whole numbers can run on another engine with the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal

import polars as pl

from carecli.metrics.figure import Unit
from carecli.policy.pack import Pack

Namespace = Any
Expression = Any
Term = Callable[[Namespace, Pack], Expression]
Shape = Literal["ratio", "count", "quantile", "maximum", "spacing"]
"""`spacing` is the days of the window by the rows counted: how long between two of them (R66)."""
Direction = Literal["higher", "lower", "between", "none"]
QuantileMethod = Literal["linear between ranks", "nearest rank"]


@dataclass(frozen=True)
class Measure:
    """An additive quantity: the sum of `value` over the rows of `table` for which `where` holds."""

    table: str
    where: Term
    value: Term


@dataclass(frozen=True)
class Exclusion:
    """Rows left out, and why. Exclusions are asked in order and the first that holds counts."""

    reason: str
    where: Term
    key: str = ""
    """The pack's key that can switch it off, or says where it begins."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a note may speak of: the pack, the channel where there is one, and the moment as of which it is said."""

    pack: Pack
    channel: str | None
    as_of: int
    zone: str


def nothing_more(_pack: Pack) -> str:
    """No rows before or after the window are looked at."""
    return ""


@dataclass(frozen=True)
class Metric:
    """One entry of the dictionary.

    Rows of the window that belong to the `population` are either excluded or counted; the denominator's measure says
    which of them count, the numerator's what they add. A count has no denominator: its value is the numerator.
    """

    id: str
    title: str
    unit: Unit
    direction: Direction
    shape: Shape
    formula: str
    numerator: Measure
    denominator: Measure | None
    sources: tuple[str, ...]
    """The canonical tables it is made of."""
    needs: tuple[str, ...]
    """Tables any of which must cover a day for it to be known there; the first is named where none was imported."""
    requirement: str
    pack_key: str
    exclusions: tuple[Exclusion, ...] = ()
    population: Term | None = None
    time: str | None = None
    """The column of the fact by which a window is cut; None for a stock at an instant."""
    window: str = ""
    """The same in words: by which moment a row falls into a window of whole local days, or when the stock is taken."""
    look_back: Callable[[Pack], str] = nothing_more
    """How far before the window rows are looked at, in words; empty where they aren't."""
    look_ahead: Callable[[Pack], str] = nothing_more
    """How far after the window rows are looked at, in words; empty where they aren't."""
    scale: Fraction = Fraction(1)
    """What numerator / denominator, or the count, is multiplied by to have the unit."""
    quantile: Fraction | None = None
    quantile_method: QuantileMethod | None = None
    """How a quantile between two rows is taken (R32); None where the metric is none."""
    owner: str = "care operations"
    version: int = 1
    minimum_n: Callable[[Pack], int] = lambda _pack: 0
    band: str = ""
    """The pack's band it is judged by; its id where empty, `-` for none."""
    goal: str = ""
    """The name under which a pack sets goals for it; its id where empty."""
    nothing: str = "no rows"
    """What to say where the denominator is 0."""
    prepare: Callable[[pl.LazyFrame, Pack], pl.LazyFrame] | None = None
    """Adds columns that depend on all counted rows of the window, whatever slice is asked for."""
    apart: bool = False
    """Whether what is divided and what it is divided by are rows of two kinds, so that a row of one is none of the
    other: costs by resolutions, refunds by orders."""
    beside: tuple[str, ...] = ()
    """Tables any of which must be imported too: those of the second kind of rows."""
    opening: bool = False
    """Whether rows that hold for a time (column `until`) are those in force on the window's first day."""
    months: bool = False
    """Whether only windows of whole months that are over have a value, and only where every month has its rows."""
    only_by: tuple[str, ...] = ()
    """The dimensions it can be sliced by, where not all its rows have the others; empty for all."""
    asides: Mapping[str, Measure] = field(default_factory=dict)
    """Sums that only the note needs."""
    note: Callable[[Mapping[str, int], Context], str | None] | None = None
    """What is said beside the value, from `asides`, `numerator` and `denominator`."""

    @property
    def table(self) -> str:
        return self.numerator.table

    @property
    def counted(self) -> Measure:
        """The measure whose rows the value rests on."""
        return self.denominator or self.numerator

    @property
    def portable(self) -> bool:
        """Whether a distributed engine gives equal results: counts and sums over rows taken one by one (section 4)."""
        plain = self.shape in ("ratio", "count") and self.prepare is None
        return plain and not (self.opening or self.months or self.unit == "money")


def everything(ns: Namespace, _pack: Pack) -> Expression:
    """Every row."""
    return ns.lit(True)


def one(ns: Namespace, _pack: Pack) -> Expression:
    """Each row counts once."""
    return ns.lit(1)


def flag(name: str) -> Term:
    """Rows whose flag is set."""
    return lambda ns, _pack: ns.col(name) == 1


def unset(name: str) -> Term:
    """Rows whose flag is not set."""
    return lambda ns, _pack: ns.col(name) == 0


def both(first: Term, second: Term) -> Term:
    """Rows for which both hold."""
    return lambda ns, pack: first(ns, pack) & second(ns, pack)


def known(name: str) -> Term:
    """Rows that have a value there."""
    return lambda ns, _pack: ~ns.col(name).is_null()


def unknown(name: str) -> Term:
    """Rows without a value there."""
    return lambda ns, _pack: ns.col(name).is_null()


def column(name: str) -> Term:
    """The value of a column."""
    return lambda ns, _pack: ns.col(name)


def rows(table: str, where: Term = everything) -> Measure:
    """How many rows."""
    return Measure(table, where, one)


def total(table: str, where: Term, name: str) -> Measure:
    """The sum of a column."""
    return Measure(table, where, column(name))


TEST = Exclusion("test", flag("is_test"), "exclusions.test")
SYSTEM = Exclusion("system", flag("is_system"), "exclusions.system")
"""What every metric leaves out first (R33)."""
