"""Builds the reconciliation of a window from the vendor's intervals and our own rows (R316)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

import polars as pl

from carecli.boards.board import NONE
from carecli.boards.header import header_of, local_time
from carecli.boards.interval_scope import PLACES, Chosen, chosen, within
from carecli.boards.reconciliation import FormulaShown, Missing, Reconciled, ReconciliationBoard
from carecli.boards.slices import Where
from carecli.clocks.tape import Edge
from carecli.clocks.wall_time import local_date
from carecli.metrics.coverage import ASYNCHRONOUS_CASES, watermarks
from carecli.metrics.differences import Rule, verdict
from carecli.metrics.facts import Facts, build_facts
from carecli.metrics.formula_choice import Choice, choose
from carecli.metrics.gap_causes import Gap, cause_of
from carecli.metrics.interval_counts import Counting, own_counts, with_thresholds
from carecli.metrics.interval_grid import Stretch, expected_starts, starts_of, stretches
from carecli.metrics.reconciling import lines
from carecli.metrics.service_level_formulas import formulas_of
from carecli.metrics.windows import Window
from carecli.policy.pack import Pack
from carecli.store.snapshot import Snapshot
from carecli.tables import ATTRIBUTIONS, CHANNELS

OURS = ("interactions", "legs", ASYNCHRONOUS_CASES)
GROUP = (*PLACES, "attribution")


@dataclass(frozen=True)
class Asked:
    """How to compare: what passes, by which formula, what counts at the threshold exactly, intervals of how long."""

    rule: Rule = field(default_factory=Rule)
    formula: str = "auto"
    edge: Edge = "within"
    minutes: int | None = None
    """None: 30 where there are such intervals, else the shortest."""


def reconciliation_board(
    snapshot: Snapshot, pack: Pack, *, as_of: int, zone: str, window: Window, where: Where, asked: Asked
) -> ReconciliationBoard:
    """Every queue x channel whose intervals begin in the window and by `as_of` (epoch seconds)."""
    facts = build_facts(snapshot, pack, as_of, zone)
    found = chosen(snapshot, window, as_of, where, asked.minutes)
    rows = _reconciled(facts, found, asked)
    return ReconciliationBoard(
        header=header_of(
            snapshot,
            pack,
            board="reconcile",
            title="Reconciliation",
            window=window,
            as_of=as_of,
            where=where,
            notes=(*found.notes, *_without_intervals(facts, found.intervals, window, where)),
        ),
        mode=asked.rule.mode,
        tolerance=asked.rule.tolerance,
        rows=rows,
    )


def _reconciled(facts: Facts, found: Chosen, asked: Asked) -> tuple[Reconciled, ...]:
    intervals = with_thresholds(found.intervals, facts)
    choices = {
        source: _choice(facts, intervals.filter(pl.col("source") == source), source, asked)
        for source in intervals["source"].unique().to_list()
    }
    groups = intervals.partition_by(GROUP, maintain_order=True)
    made = [_one(facts, group, choices[group["source"][0]], asked) for group in groups]
    return tuple(sorted(made, key=lambda row: [value or "" for _, value in row.by]))


def _without_intervals(facts: Facts, intervals: pl.DataFrame, window: Window, where: Where) -> tuple[str, ...]:
    """Names the queues of the same sources in which we have contacts and the vendor lists no interval."""
    at = pl.col("entered")
    rows = facts.legs.filter((at >= window.first) & (at < window.last) & (pl.col("offered") == 1))
    rows = rows.filter(pl.col("source").is_in(intervals["source"].unique().implode()))
    rows = rows.filter(within(facts.snapshot, where))
    alone = rows.select(PLACES).unique().join(intervals, on=PLACES, how="anti", nulls_equal=True)
    names = sorted(
        " ".join(value or NONE for _, value in _by(facts.snapshot, row)) for row in alone.partition_by(PLACES)
    )
    return (f"the vendor has no intervals of {', '.join(names)}",) if names else ()


def _choice(facts: Facts, intervals: pl.DataFrame, source: int, asked: Asked) -> Choice:
    levels = facts.pack.service_level
    channels = [CHANNELS[code - 1] for code in intervals["channel"].drop_nulls().unique(maintain_order=True)]
    denominators = [levels[channel].denominator for channel in channels if channel in levels]
    return choose(intervals, asked.formula, systems_of(facts.snapshot, source), denominators)


def systems_of(snapshot: Snapshot, source: int) -> set[str]:
    """The systems with formulas that may have made a source's intervals: by its kinds of file, and its own name."""
    name = snapshot.name(source) or ""
    kinds = [feed.kind for feed in snapshot.feeds if feed.source == name and "intervals" in feed.tables]
    return {system for word in (name.lower(), *(kind.partition(".")[0] for kind in kinds)) if (system := _system(word))}


def _system(word: str) -> str | None:
    """The system with formulas of that name, or of its first word: `amazon_connect` is amazon."""
    first = re.split("[ _-]", word, maxsplit=1)[0]
    return next((each for each in (word, first) if formulas_of(each)), None)


def _one(facts: Facts, group: pl.DataFrame, choice: Choice, asked: Asked) -> Reconciled:
    """One queue x channel of a source, by one attribution."""
    known = _covered(facts, group)
    counting = Counting(edge=asked.edge)
    compared = lines(known, own_counts(facts, known, counting), choice.formula, asked.rule)
    holes = _holes(group)
    gap = Gap(facts, known, compared, choice.formula, asked.rule, _watermark(facts, group), counting)
    return Reconciled(
        by=_by(facts.snapshot, group),
        lines=compared,
        formula=FormulaShown(choice.formula.id, choice.formula.words, choice.words),
        attribution=ATTRIBUTIONS[group["attribution"][0] - 1],
        minutes=group["minutes"][0],
        compared=known.height,
        uncovered=group.height - known.height,
        missing=missing_shown(holes, facts.zone),
        contacts_missing=_contacts_in(facts, group, holes, counting),
        cause=cause_of(gap) if verdict(compared) is False else None,
    )


def _by(snapshot: Snapshot, group: pl.DataFrame) -> tuple[tuple[str, str | None], ...]:
    first = group.row(0, named=True)
    channel = None if first["channel"] is None else CHANNELS[first["channel"] - 1]
    return (
        ("source", snapshot.name(first["source"])),
        ("queue", snapshot.name(first["queue"])),
        ("channel", channel),
    )


def _covered(facts: Facts, group: pl.DataFrame) -> pl.DataFrame:
    """The intervals of local days that our own feeds cover: elsewhere our count is unknown, not 0."""
    zone = ZoneInfo(facts.zone)
    days = pl.Series("day", [local_date(start, zone).toordinal() for start in group["start"]], dtype=pl.Int64)
    first = group.row(0, named=True)
    held = {
        day for day in days.unique()
        if facts.coverage.covers(OURS, date.fromordinal(day), first["channel"], first["queue"])
    }  # fmt: skip
    return group.filter(days.is_in(list(held)))


def _holes(group: pl.DataFrame) -> tuple[Stretch, ...]:
    """What is missing between the first and the last interval."""
    starts = group["start"]
    return stretches(
        expected_starts(int(starts[0]), int(starts[-1]) + 1, int(group["minutes"][0])), set(starts.to_list())
    )


def _contacts_in(facts: Facts, group: pl.DataFrame, holes: Sequence[Stretch], counting: Counting) -> int:
    """How many contacts of ours are offered in the holes."""
    starts = starts_of(holes)
    if not starts:
        return 0
    like = pl.concat([group.head(1)] * len(starts)).with_columns(
        pl.Series("start", starts, dtype=pl.Int64), pl.int_range(pl.len(), dtype=pl.Int64).alias("interval")
    )
    like = like.with_columns((pl.col("start") + pl.col("minutes") * 60).alias("end"))
    return int(own_counts(facts, like, counting)["offered"].sum())


def missing_shown(holes: Sequence[Stretch], zone: str) -> tuple[Missing, ...]:
    return tuple(Missing(local_time(hole.first, zone), local_time(hole.last, zone), hole.count) for hole in holes)


def _watermark(facts: Facts, group: pl.DataFrame) -> int | None:
    """The newest moment that both the vendor's intervals and our rows speak of."""
    source = group["source"][0]
    reached = [
        mark
        for table in ("interactions", "legs")
        for of, mark in watermarks(facts.snapshot, table).iter_rows()
        if of == source
    ] or [mark for table in ("interactions", "legs") for _, mark in watermarks(facts.snapshot, table).iter_rows()]
    return min(max(reached), group["end"].to_list()[-1]) if reached else None
