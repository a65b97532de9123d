"""Service level agreements: every promise of the pack and how it is kept, by slice, and what breaches next.

A promise is a key of the pack. Clocks that are kept or not each by itself have an attainment; live contacts that are
judged together have the statistic that they are promised (R91-R144, C0.27). Nothing is 0 or 100 % for want of data
(R105).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import polars as pl

from carecli.boards.board import Header
from carecli.boards.header import header_of, local_time
from carecli.boards.slices import Where
from carecli.metrics.contacts import TABLES
from carecli.metrics.dictionary import metric_named
from carecli.metrics.evaluate import figures
from carecli.metrics.facts import Facts, build_facts
from carecli.metrics.figure import Figure
from carecli.metrics.selection import select
from carecli.metrics.windows import Window, parse_window, window_of
from carecli.policy.pack import Pack
from carecli.policy.precedence import target_of
from carecli.policy.targets import CLOCK_NAMES, ClockTarget
from carecli.policy.tiers import ChannelTarget
from carecli.store.snapshot import Snapshot
from carecli.tables import CHANNELS

Row = Mapping[str, Any]
NaturalIds = Callable[[str, Sequence[int]], Sequence[str]]
"""(table, store row ids) -> the ids by which the source knows these rows, in the same order."""

STANDS = ("attainment", "breached", "at_risk", "paused")
STATISTICS = {"share": "answered_in_time", "median": "answer_time_p50", "asa": "answer_time"}
DIMENSIONS = ("tier", "priority", "channel", "queue")
MOST_DUE = 500
WEEKS = 4


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise: what it says, and how it stands. `value` is what it is judged by."""

    key: str
    target: str
    statistic: str
    value: Figure
    breached: Figure
    at_risk: Figure
    paused: Figure

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.value, self.breached, self.at_risk, self.paused)


@dataclass(frozen=True, slots=True)
class SliceRow:
    """The clocks of one value of a dimension; in the last row of a dimension those without a value."""

    dimension: str
    name: str | None
    attainment: Figure
    breached: Figure
    at_risk: Figure
    paused: Figure

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (self.attainment, self.breached, self.at_risk, self.paused)


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock that is not over. `left_sec` is open time; below 0 it is late."""

    about: str
    """The case it is of, else the contact: `source/id`."""
    table: str
    row_id: int
    """The store's row of `about`."""
    clock: str
    promise: str
    queue: str | None
    channel: str | None
    tier: str | None
    priority: str | None
    due_at: datetime | None
    """None while it is paused."""
    left_sec: int
    at_risk: bool


@dataclass(frozen=True, slots=True)
class ExceptionWindowShown:
    """A window of the pack that leaves contacts out; always listed (R104)."""

    name: str
    about: str
    dates: str
    channels: str


@dataclass(frozen=True, slots=True)
class SlaBoard:
    """The promises of one pack over a window, and the clocks that run now."""

    header: Header
    total: SliceRow
    promises: tuple[PromiseRow, ...]
    slices: tuple[SliceRow, ...]
    next_due: tuple[RunningClock, ...]
    """Running clocks, next to breach first; never more than 500 of `running`."""
    running: int
    exceptions: tuple[Figure, ...]
    """The share of cases carrying an exception, by local week, oldest first (R128)."""
    windows: tuple[ExceptionWindowShown, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every number on the page."""
        promises = (figure for row in self.promises for figure in row.figures)
        slices = (figure for row in self.slices for figure in row.figures)
        return (*self.total.figures, *promises, *slices, *self.exceptions)


def sla_board(
    snapshot: Snapshot,
    pack: Pack,
    *,
    as_of: int,
    zone: str,
    window: Window,
    where: Where | None = None,
    dimensions: Sequence[str] = DIMENSIONS,
    week_start: int = 0,
    natural_ids: NaturalIds,
) -> SlaBoard:
    """The board of a window by due date; what runs and what is at risk is as of `as_of` (epoch seconds)."""
    facts = build_facts(snapshot, pack, as_of, zone)
    asked = _Asked(facts, window, parse_window("today", as_of, zone), where or {})
    running = _running(facts, asked.where)
    return SlaBoard(
        header=header_of(
            snapshot, pack, board="sla", title="SLA", window=window, as_of=as_of, where=asked.where, label=window.label
        ),
        total=SliceRow("", None, *(asked.figure(metric) for metric in STANDS)),
        promises=tuple(_promises(asked)),
        slices=tuple(row for name in dimensions for row in _slices(asked, name)),
        next_due=tuple(_running_clocks(facts, running.head(MOST_DUE), natural_ids)),
        running=running.height,
        exceptions=tuple(_exceptions(asked, week_start)),
        windows=tuple(_windows(pack)),
    )


@dataclass(frozen=True)
class _Asked:
    """The facts with the windows that are asked for: what is over by due date, what runs as of today."""

    facts: Facts
    window: Window
    today: Window
    where: Where

    def figures(self, metric: str, by: Sequence[str] = ()) -> list[Figure]:
        window = self.today if metric in ("at_risk", "paused") else self.window
        return figures(self.facts, [metric], window=window, by=by, where=self.where)

    def figure(self, metric: str) -> Figure:
        return self.figures(metric)[0]

    def by(self, metric: str, dimension: str) -> Mapping[str | None, Figure]:
        """The figures of a metric by one dimension; where nothing is known at all, none."""
        return {each.by[dimension]: each for each in self.figures(metric, (dimension,)) if dimension in each.by}


def _promises(asked: _Asked) -> Iterator[PromiseRow]:
    """The promises of which there is anything to say, in the pack's order."""
    names = (*STANDS, *STATISTICS.values())
    told = {metric: asked.by(metric, "promise") for metric in names}
    for key in asked.facts.promise_words:
        if not any(key in told[metric] for metric in names):
            continue
        target = target_of(asked.facts.pack, key)
        statistic = target.statistic if isinstance(target, ChannelTarget) else "limit"
        live = key in told["answered_in_time"]
        metric = STATISTICS.get(statistic, "attainment") if live else "attainment"
        value = _judged(_named(asked, told, metric, key), target)
        stands = (_named(asked, told, name, key) for name in STANDS[1:])
        words = "out of plan" if target is None else str(target)
        yield PromiseRow(key, words, statistic if live else "each", value, *stands)


def _named(asked: _Asked, told: Mapping[str, Mapping[str | None, Figure]], metric: str, key: str) -> Figure:
    """The figure of a promise; where no row is of it, that of no rows."""
    if key in told[metric]:
        return told[metric][key]
    where = {**asked.where, "promise": key}
    window = asked.today if metric in ("at_risk", "paused") else asked.window
    return replace(figures(asked.facts, [metric], window=window, where=where)[0], by={"promise": key})


def _judged(figure: Figure, target: ClockTarget | ChannelTarget | None) -> Figure:
    """Held against the promise itself where a statistic of all answers is promised; bare limits have no verdict."""
    band = None if target is None else target.band
    if figure.value is None or band is None:
        return replace(figure, status=None, target=None if target is None else str(target))
    exact = Fraction(figure.value)
    if figure.unit == "ratio" and figure.denominator:
        exact = Fraction(int(figure.numerator or 0), int(figure.denominator))
    return replace(figure, status=band.verdict(exact), target=str(target))


def _slices(asked: _Asked, dimension: str) -> Iterator[SliceRow]:
    """One row a value, worst attainment first; values of which nothing was due last."""
    told = [asked.by(metric, dimension) for metric in STANDS]
    names = dict.fromkeys(name for each in told for name in each)
    rows = [SliceRow(dimension, name, *(_of_slice(asked, told, place, dimension, name) for place in range(4)))
            for name in names]  # fmt: skip
    yield from sorted(rows, key=_worst_first)


def _of_slice(
    asked: _Asked, told: Sequence[Mapping[str | None, Figure]], place: int, dimension: str, name: str | None
) -> Figure:
    if name in told[place]:
        return told[place][name]
    where = {**asked.where, dimension: name}
    window = asked.today if STANDS[place] in ("at_risk", "paused") else asked.window
    return replace(figures(asked.facts, [STANDS[place]], window=window, where=where)[0], by={dimension: name})


def _worst_first(row: SliceRow) -> tuple[bool, float, bool, str]:
    value = row.attainment.value
    return (value is None, value if value is not None else 0.0, row.name is None, row.name or "")


def _running(facts: Facts, where: Where) -> pl.DataFrame:
    """The clocks that are not over, next to breach first: late ones, then by the open time that is left."""
    metric = replace(metric_named("at_risk"), population=None)
    selection = select(facts, metric, parse_window("today", facts.as_of, facts.zone), (), where)
    if isinstance(selection, str):
        return facts.promises.clear()
    open_ones = (pl.col("stop").is_null()) & (pl.col("running") + pl.col("paused") + pl.col("breached") == 1)
    rows = selection.rows.filter(open_ones & (pl.col("reason") == 0)).collect()
    return rows.sort("paused", "left_sec", "due_at", "table", "row", "clock", nulls_last=True)


def _running_clocks(facts: Facts, running: pl.DataFrame, natural_ids: NaturalIds) -> Iterator[RunningClock]:
    rows = list(running.iter_rows(named=True))
    places = [_place(row) for row in rows]
    named: dict[tuple[str, int], str] = {}
    for table in dict.fromkeys(table for table, _ in places):
        ids = list(dict.fromkeys(row for of, row in places if of == table))
        named |= {(table, row): name for row, name in zip(ids, natural_ids(table, ids), strict=True)}
    yield from (_running_clock(facts, row, place, named[place]) for row, place in zip(rows, places, strict=True))


def _place(row: Row) -> tuple[str, int]:
    """Table and row of the case, else of the contact; a case that is named but not held has a number below 0."""
    case = row["case"]
    return ("cases", case) if case is not None and case > 0 else (TABLES[row["table"]], row["row"])


def _running_clock(facts: Facts, row: Row, place: tuple[str, int], about: str) -> RunningClock:
    name = facts.snapshot.name
    due, channel = row["due_at"], row["channel"]
    return RunningClock(
        about=about,
        table=place[0],
        row_id=place[1],
        clock=CLOCK_NAMES[row["clock"] - 1],
        promise=facts.promise_words[row["promise"] - 1],
        queue=name(row["queue"]),
        channel=None if channel is None else CHANNELS[channel - 1],
        tier=name(row["tier"]),
        priority=name(row["priority"]),
        due_at=None if due is None else local_time(due, facts.zone),
        left_sec=row["left_sec"],
        at_risk=row["risky"] == 1,
    )


def _exceptions(asked: _Asked, week_start: int) -> Iterator[Figure]:
    """The last weeks, each of local days from the week's first, the present one last."""
    today = asked.today.dates[0]
    first = today - timedelta(days=(today.weekday() - week_start) % 7)
    for back in range(WEEKS - 1, -1, -1):
        begin = first - timedelta(weeks=back)
        week = window_of(begin, min(begin + timedelta(days=6), today), asked.facts.zone)
        yield from figures(asked.facts, ["exception_share"], window=week, where=asked.where)


def _windows(pack: Pack) -> Iterator[ExceptionWindowShown]:
    for name, each in pack.programme.exceptions.windows.items():
        dates = f"{each.dates.first}..{each.dates.last}"
        yield ExceptionWindowShown(name, each.about, dates, ", ".join(each.channels) or "all")
