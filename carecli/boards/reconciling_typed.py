"""Figures typed from the vendor's own page against ours (R316)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from carecli.boards.header import header_of
from carecli.boards.interval_scope import PLACES, within
from carecli.boards.reconciliation import FormulaShown, Reconciled, ReconciliationBoard
from carecli.boards.reconciling import Asked
from carecli.boards.slices import Where
from carecli.errors import UsageProblem
from carecli.metrics.dictionary import metric_named
from carecli.metrics.differences import MILLISECONDS, Line, compared, verdict
from carecli.metrics.evaluate import figures
from carecli.metrics.facts import Facts, build_facts
from carecli.metrics.figure import Figure
from carecli.metrics.formula_choice import choose
from carecli.metrics.gap_causes import Cause, other_attributions, other_counts, told
from carecli.metrics.interval_counts import COUNTED, Counting, own_counts, vendor_intervals, with_thresholds
from carecli.metrics.service_level_formulas import FORMULAS, Counts, Formula, parts, share
from carecli.metrics.windows import Window
from carecli.policy.pack import Pack
from carecli.store.snapshot import Snapshot

MEANS = {"asa": ("wait_ms", "wait_n"), "aht": ("handle_ms", "handle_n"), "abandonment": ("abandoned", "offered")}
COUNTS = ("offered", "answered", "abandoned")
AS_EVERYBODY = (
    "the vendor counts what our pack leaves out: calls over at once, arrivals while closed, capped handle time"
)


@dataclass(frozen=True)
class Typed:
    """The vendor's figures of a slice over a window, by metric: shares 0 to 1, times in seconds."""

    natives: Mapping[str, Fraction]
    facts: Facts
    window: Window
    where: Where
    asked: Asked

    @property
    def countable(self) -> bool:
        """Whether the slice is one that legs can be counted anew for."""
        return set(self.where) <= set(PLACES)


def typed_board(
    snapshot: Snapshot,
    pack: Pack,
    *,
    as_of: int,
    zone: str,
    window: Window,
    where: Where,
    natives: Mapping[str, Fraction],
    asked: Asked,
) -> ReconciliationBoard:
    """Our figures as every board shows them, beside what was typed; the service level by another formula if asked."""
    typed = Typed(natives, build_facts(snapshot, pack, as_of, zone), window, where, asked)
    formula, why = _formula(typed)
    lines = tuple(_line(typed, metric, native, formula) for metric, native in natives.items())
    shown = FormulaShown(formula.id, formula.words, why) if "service_level" in natives else None
    cause = _cause(typed, lines, formula) if verdict(lines) is False else None
    row = Reconciled(tuple(where.items()), lines, shown, cause=cause)
    header = header_of(
        snapshot, pack, board="reconcile", title="Reconciliation", window=window, as_of=as_of, where=where
    )
    return ReconciliationBoard(header, asked.rule.mode, asked.rule.tolerance, (row,))


def _formula(typed: Typed) -> tuple[Formula, str]:
    """The formula asked for, else the pack's own for the channel."""
    if typed.asked.formula != "auto" and not typed.countable:
        raise UsageProblem("a formula goes with a slice by source, queue or channel only")
    levels = typed.facts.pack.service_level
    channel = typed.where.get("channel")
    denominators = [level.denominator for name, level in levels.items() if channel in (None, name)]
    nothing = vendor_intervals(typed.facts.snapshot, typed.window, typed.facts.as_of).clear()
    choice = choose(nothing, typed.asked.formula, (), denominators)
    return choice.formula, choice.words if choice.how == "asked" else "the pack's denominator"


def _line(typed: Typed, metric_id: str, native: Fraction, formula: Formula) -> Line:
    figure = figures(typed.facts, [metric_id], window=typed.window, where=typed.where)[0]
    ours = _exact(figure)
    if metric_id == "service_level" and typed.asked.formula != "auto" and ours is not None:
        ours = share(formula, *parts(formula, _counts(typed, Counting(edge=typed.asked.edge))))
    if ours is None:
        return Line(metric_id, figure.unit, native, None, None, None, note=figure.note or "no volume")
    return compared(metric_id, figure.unit, native, ours, typed.asked.rule)


def _exact(figure: Figure) -> Fraction | None:
    """The value of a figure without the rounding of its quotient."""
    if figure.value is None:
        return None
    if figure.numerator is not None and figure.denominator:
        return Fraction(str(figure.numerator)) / Fraction(str(figure.denominator))
    return Fraction(str(figure.value))


def _cause(typed: Typed, before: tuple[Line, ...], formula: Formula) -> Cause | None:
    """The first other way to count under which everything typed passes. A shift in time is not tried: one number may
    fit by chance.
    """
    if not typed.countable or any(line.metric not in {"service_level", *MEANS, *COUNTS} for line in before):
        return None
    for name, words, counting, other in _attempts(typed, before, formula):
        counts = _counts(typed, counting)
        after = tuple(_again(typed, line, counts, other) for line in before)
        if verdict(after) and all(line.passed for line in after):
            return told(name, words, before, after)
    return None


def _attempts(typed: Typed, before: tuple[Line, ...], formula: Formula) -> Iterator[tuple[str, str, Counting, Formula]]:
    usual = Counting(edge=typed.asked.edge)
    yield "exclusions", AS_EVERYBODY, usual, formula
    for name, words, counting in (*other_counts(usual), *other_attributions(usual, "queued")):
        yield name, words, counting, formula
    if {line.metric for line in before if line.passed is False} == {"service_level"}:
        for other in FORMULAS:
            yield "formula", f"the vendor's service level is {other.words} ({other.id})", usual, other


def _again(typed: Typed, line: Line, counts: Counts, formula: Formula) -> Line:
    ours = _value(line.metric, counts, formula)
    if ours is None or line.native is None:
        return Line(line.metric, line.unit, line.native, None, None, None)
    return compared(line.metric, line.unit, line.native, ours, typed.asked.rule)


def _value(metric_id: str, counts: Counts, formula: Formula) -> Fraction | None:
    if metric_id == "service_level":
        return share(formula, *parts(formula, counts))
    if metric_id in COUNTS:
        known = counts[metric_id]
        return None if known is None else Fraction(known)
    numerator, denominator = (counts[name] for name in MEANS[metric_id])
    scale = MILLISECONDS if metric_named(metric_id).unit == "seconds" else Fraction(1)
    return Fraction(numerator or 0, denominator) * scale if denominator else None


def _counts(typed: Typed, counting: Counting) -> dict[str, int | None]:
    """Our counts over the whole window; None where a channel has no threshold."""
    counted = own_counts(typed.facts, _whole_window(typed), counting)
    return {name: None if counted[name].null_count() else int(counted[name].sum()) for name in COUNTED}


def _whole_window(typed: Typed) -> pl.DataFrame:
    """The window as one interval of each place in the slice."""
    places = typed.facts.legs.select(PLACES).unique(maintain_order=True)
    places = places.filter(within(typed.facts.snapshot, typed.where))
    spans = places.with_row_index("interval").with_columns(
        pl.col("interval").cast(pl.Int64),
        pl.lit(None, pl.Int64).alias("threshold_ms"),
        pl.lit(1, pl.Int64).alias("attribution"),
        pl.lit(typed.window.first, pl.Int64).alias("start"),
        pl.lit(typed.window.last, pl.Int64).alias("end"),
    )
    return with_thresholds(spans, typed.facts)
