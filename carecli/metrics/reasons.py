"""Reason codes: whether the list is of a useful size, and how few of its values hold most of the work (R55, R142)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from carecli.errors import UsageProblem
from carecli.metrics.facts import Facts
from carecli.metrics.figure import Figure
from carecli.metrics.windows import Window
from carecli.policy.pack import Pack


@dataclass(frozen=True, slots=True)
class Pareto:
    """The `top` values of a dimension by their count, largest first, of `values` there are, and their share of all."""

    top: tuple[Figure, ...]
    values: int
    covered: Fraction
    total: Fraction
    """Of every slice, that without a value too."""

    @property
    def share(self) -> Fraction | None:
        """None where there is nothing at all."""
        return self.covered / self.total if self.total else None


def lint(facts: Facts, window: Window, pack: Pack) -> list[str]:
    """What is wrong with the reason codes that contacts of a window carry, as sentences; empty where nothing is (R55).

    Codes are counted as they are used, `other` against the contacts that carry one.
    """
    rows = facts.contacts.filter(
        (pl.col("counted") == 1) & (pl.col("at") >= window.first) & (pl.col("at") < window.last)
    )
    counts = rows.drop_nulls("issue_type").group_by("issue_type").agg(pl.len())
    used = {facts.snapshot.name(code) or "": number for code, number in counts.iter_rows()}
    if not used:
        return ["reasons: no contact carries a reason code (R55)"]
    lines = []
    low, high = pack.reasons.codes
    if not low <= len(used) <= high:
        lines.append(f"reasons: {len(used)} codes in use, expected {low} to {high} (R55)")
    other = Fraction(sum(number for name, number in used.items() if pack.reasons.is_other(name)), sum(used.values()))
    if other > pack.reasons.other:
        limit = f"{float(pack.reasons.other * 100):g} %"
        lines.append(f"reasons: {float(other * 100):.1f} % of contacts are `other`, expected at most {limit} (R55)")
    return lines


def pareto(figures: Sequence[Figure], top: int) -> Pareto:
    """How much of a count its largest `top` slices hold (R142); of figures by one dimension, of a count.

    The slice without a value counts in the total and never among the largest. Of equal ones the first by name comes
    first. UsageProblem for figures of no count.
    """
    if any(figure.unit in ("ratio", "seconds", "points", "score") or len(figure.by) != 1 for figure in figures):
        raise UsageProblem("a Pareto table is of a count by one dimension", hint="for example volume by journey")
    counted = [(Fraction(figure.value or 0), _value(figure), figure) for figure in figures]
    named = [(-count, value, figure) for count, value, figure in counted if value is not None]
    largest = sorted(named, key=lambda each: each[:2])[:top]
    return Pareto(
        top=tuple(figure for _, _, figure in largest),
        values=len(named),
        covered=-sum((count for count, _, _ in largest), Fraction(0)),
        total=sum((count for count, _, _ in counted), Fraction(0)),
    )


def _value(figure: Figure) -> str | None:
    return next(iter(figure.by.values()))
