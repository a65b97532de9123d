"""Which service-level formula a source uses: asked for, found by its own counts and shares, or the usual one (R316)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from carecli.metrics.service_level_formulas import FORMULAS, OF_PACK, Formula, formula_named, formulas_of, summed

ROUNDED = 0.00501
"""A share printed in whole per cent is at most so far from the exact one."""

SAME = 1e-9
NAMED = 3
"""How many formulas that fit as well are named."""

How = Literal["asked", "found", "usual", "pack"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A formula, how it was chosen, and which other formulas reproduce the source's shares just as well."""

    formula: Formula
    how: How
    also: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """How it was chosen, in words."""
        why = {
            "asked": "as asked",
            "found": "reproduces the vendor's own shares",
            "usual": f"the usual one of {self.formula.system}; no known formula could be proven on its shares",
            "pack": "the pack's denominator; no formula could be proven on the vendor's shares",
        }[self.how]
        grade = "; not verified by the vendor" if self.formula.grade == "unverified" else ""
        more = f" and {len(self.also) - NAMED} more" if len(self.also) > NAMED else ""
        also = f"; as well as {', '.join(self.also[:NAMED])}{more}" if self.also else ""
        return f"{why}{grade}{also}"


def choose(intervals: pl.DataFrame, wanted: str, systems: Collection[str], denominators: Sequence[str]) -> Choice:
    """The formula of one source's intervals. `systems` may have made them; `denominators` are the pack's.

    `wanted` is a formula, a system, or `auto`: the formula whose shares, computed from the vendor's own counts, come
    nearest to those it states and nowhere differ by more than rounding. Of equals it is that of the system, of the
    pack, the shortest.
    """
    if wanted != "auto":
        return Choice(formula_named(wanted), "asked")
    own = [formula for system in sorted(systems) for formula in formulas_of(system)]
    of_pack = [formula_named(OF_PACK[each]) for each in denominators if each in OF_PACK]
    simplest = sorted(FORMULAS, key=lambda formula: len(formula.numerator) + len(formula.denominator))
    fitting = _fitting(intervals, _distinct([*own, *of_pack, *simplest]))
    if fitting:
        best, nearest = fitting[0]
        return Choice(best, "found", tuple(each.id for each, apart in fitting[1:] if apart - nearest < SAME))
    if own:
        return Choice(own[0], "usual")
    return Choice(of_pack[0] if of_pack else formula_named("icmi_2"), "pack")


def _distinct(formulas: Sequence[Formula]) -> list[Formula]:
    """Each way to measure once, by its first name."""
    named: dict[tuple[object, ...], Formula] = {}
    for formula in formulas:
        named.setdefault((formula.numerator, frozenset(formula.denominator)), formula)
    return list(named.values())


def _fitting(intervals: pl.DataFrame, formulas: Sequence[Formula]) -> list[tuple[Formula, float]]:
    """The formulas that reproduce the stated shares with their mean distance, nearest first, else in their order."""
    found = [(formula, *_distance(intervals, formula)) for formula in formulas]
    known = [
        (formula, mean) for formula, mean, most in found if mean is not None and most is not None and most <= ROUNDED
    ]
    return sorted(known, key=lambda each: round(each[1], 9))


def _distance(intervals: pl.DataFrame, formula: Formula) -> tuple[float | None, float | None]:
    """The mean and the greatest distance from the stated shares; None where an interval with a share lacks counts."""
    parts = intervals.select(
        summed(formula.numerator).alias("n"), summed(formula.denominator).alias("d"), stated="service_level"
    )
    parts = parts.drop_nulls("stated").filter(pl.col("d").is_null() | (pl.col("d") > 0))
    if parts.is_empty() or parts.select(pl.any_horizontal(pl.all().is_null().any())).item():
        return None, None
    level = pl.col("n") / pl.col("d")
    apart = ((pl.min_horizontal(level, pl.lit(1.0)) if formula.capped else level) - pl.col("stated")).abs()
    mean, most = parts.select(apart.mean().alias("mean"), apart.max().alias("most")).row(0)
    return mean, most
