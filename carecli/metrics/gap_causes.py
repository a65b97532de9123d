"""Why the vendor's figures and ours differ: another way to count that closes the whole gap, or nothing (R316).

A cause is named only where every line of the queue passes once we count that way; a guess is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import polars as pl

from carecli.clocks.tape import Edge
from carecli.metrics.differences import Line, Rule, verdict
from carecli.metrics.facts import Facts
from carecli.metrics.interval_counts import AS_STATED, Attribution, Counting, own_counts
from carecli.metrics.reconciling import lines
from carecli.metrics.service_level_formulas import FORMULAS, Formula
from carecli.metrics.zone_shift import best_shift
from carecli.tables import ATTRIBUTIONS

LATE_HOURS = (0, 1, 4, 24)
FEWEST = 4
"""Intervals with contacts below which a shift or a cut in time may fit by chance."""


@dataclass(frozen=True, slots=True)
class Cause:
    """What explains a gap: in words, and how far apart the first line that fails is before and after.

    `before` is None where the vendor has 0.
    """

    name: str
    words: str
    metric: str
    before: Fraction | None
    after: Fraction | None


@dataclass(frozen=True)
class Gap:
    """One queue that fails: the vendor's intervals, our facts, and how they were compared."""

    facts: Facts
    intervals: pl.DataFrame
    lines: tuple[Line, ...]
    formula: Formula
    rule: Rule
    watermark: int | None
    """The newest moment that both feeds speak of, in epoch seconds."""
    counting: Counting = AS_STATED

    def counted(self, counting: Counting) -> tuple[Line, ...]:
        """The lines if we counted so."""
        return lines(self.intervals, own_counts(self.facts, self.intervals, counting), self.formula, self.rule)


Attempt = tuple[str, str, Callable[[], tuple[Line, ...]]]
"""The cause's name, its words, and the lines if it held."""


def cause_of(gap: Gap) -> Cause | None:
    """The first cause that closes the gap within the tolerance; None leaves it unexplained."""
    for name, words, retried in _attempts(gap) if verdict(gap.lines) is False else ():
        found = retried()
        if verdict(found) and _as_many(found, gap.lines):
            return told(name, words, gap.lines, found)
    return None


def _attempts(gap: Gap) -> Iterator[Attempt]:
    """In the order in which they are looked for."""
    enough = gap.intervals.filter(pl.max_horizontal("offered", "answered").fill_null(0) > 0).height >= FEWEST
    if enough:
        yield from _zone_shift(gap)
    for name, words, change in other_counts(gap.counting):
        yield name, words, _recounted(gap, change)
        if name == "transfers" and enough:
            yield from _late_data(gap)
    for name, words, change in other_attributions(gap.counting, _stated(gap)):
        yield name, words, _recounted(gap, change)
    yield from _formulas(gap)


def _recounted(gap: Gap, counting: Counting) -> Callable[[], tuple[Line, ...]]:
    return lambda: gap.counted(counting)


def _zone_shift(gap: Gap) -> Iterator[Attempt]:
    """The shift by half hours under which the contacts fit best, if it fits better than none."""
    best = best_shift(gap.facts, gap.intervals, gap.counting)
    if best:
        hours = f"{abs(best) / 3600:g} h"
        words = (
            f"the vendor's intervals stand {hours} {'later' if best > 0 else 'earlier'} than ours: another time zone"
        )
        yield "zone shift", words, _recounted(gap, replace(gap.counting, shift_sec=best))


def other_counts(counting: Counting) -> Iterator[tuple[str, str, Counting]]:
    """The other ways in which a vendor may count the same contacts."""
    yield "short calls", "the vendor leaves short abandons out", replace(counting, short_abandons=False)
    yield (
        "short calls",
        "the vendor leaves answered calls that were over at once out of its speed of answer",
        replace(counting, short_calls=False),
    )
    yield (
        "short calls",
        "the vendor leaves short calls out, abandoned or answered",
        replace(counting, short_abandons=False, short_calls=False),
    )
    yield (
        "transfers",
        "the vendor counts a contact once, we count each stay in a queue",
        replace(counting, per_contact=True),
    )
    yield "flow-outs", "the vendor counts flow-outs and callbacks as offered", replace(counting, flow_outs=True)
    yield (
        "abandons",
        "the vendor counts neither missed calls nor voicemail as abandoned",
        replace(counting, lost_only=True),
    )
    edge: Edge = "under" if counting.edge == "within" else "within"
    words = "not in time" if edge == "under" else "in time"
    yield "threshold", f"at the threshold exactly is {words} for the vendor", replace(counting, edge=edge)


def _late_data(gap: Gap) -> Iterator[Attempt]:
    """Without the last hours before the older feed ends; what is left must be most of it."""
    for hours in LATE_HOURS if gap.watermark is not None else ():
        until = (gap.watermark or 0) - hours * 3600
        early = gap.intervals.filter(pl.col("end") <= until)
        if early.height * 2 > gap.intervals.height and early.height < gap.intervals.height:
            left = gap.intervals.height - early.height
            words = f"only the last {left} intervals differ, near or past the end of a feed"
            yield "late data", words, _recounted(replace(gap, intervals=early), gap.counting)


def other_attributions(counting: Counting, stated: Attribution) -> Iterator[tuple[str, str, Counting]]:
    """The other moments by which a contact may be put into an interval."""
    words: dict[Attribution, str] = {
        "queued": "the vendor puts a contact where it was queued, not where it ended",
        "ended": "the vendor puts a contact where it ended, not where it was queued",
        "event": "the vendor puts answers and losses where they happened, not where the contact was queued",
    }
    for attribution, said in words.items():
        if attribution != stated:
            yield "attribution", said, replace(counting, attribution=attribution)


def _stated(gap: Gap) -> Attribution:
    return "ended" if ATTRIBUTIONS[gap.intervals["attribution"][0] - 1] == "ended" else "queued"


def _formulas(gap: Gap) -> Iterator[Attempt]:
    """Only where the service level alone fails: the counts agree, so another formula may be in use."""
    failing = {line.metric for line in gap.lines if line.passed is False}
    if failing != {"service_level"}:
        return
    own = own_counts(gap.facts, gap.intervals, gap.counting)
    for formula in FORMULAS:
        yield "formula", f"the vendor's service level is {formula.words} ({formula.id})", _by_formula(gap, own, formula)


def _by_formula(gap: Gap, own: pl.DataFrame, formula: Formula) -> Callable[[], tuple[Line, ...]]:
    return lambda: lines(gap.intervals, own, formula, gap.rule)


def _as_many(found: tuple[Line, ...], before: tuple[Line, ...]) -> bool:
    """Whether everything that could be compared still is: a line doesn't pass by getting lost."""
    known = {line.metric for line in found if line.passed is not None}
    return all(line.metric in known for line in before if line.passed is not None)


def told(name: str, words: str, before: tuple[Line, ...], after: tuple[Line, ...]) -> Cause:
    """The cause with the first line that failed."""
    failed = next(line for line in before if line.passed is False)
    same = next(line for line in after if line.metric == failed.metric)
    return Cause(name, words, failed.metric, failed.worst, same.worst)
