"""The reconciliation: the vendor's own figures beside ours, queue by queue (R316); the gate of a trial (R317)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from carecli.boards.board import Header
from carecli.metrics.differences import Line, Mode, verdict
from carecli.metrics.figure import Figure
from carecli.metrics.gap_causes import Cause

TITLES = {
    "offered": "Offered",
    "answered": "Answered",
    "abandoned": "Abandoned",
    "service_level": "Service level",
    "asa": "ASA",
    "aht": "AHT",
    "abandonment": "Abandonment",
}


@dataclass(frozen=True, slots=True)
class Missing:
    """Intervals in a row that the vendor doesn't list: half-open, and how many they are."""

    first: datetime
    last: datetime
    count: int


@dataclass(frozen=True, slots=True)
class FormulaShown:
    """The service-level formula both sides are taken by, and why this one."""

    id: str
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One queue x channel of one source. Typed figures have no source and no intervals: `by` is the slice asked for."""

    by: tuple[tuple[str, str | None], ...]
    """source, queue and channel; or the slice."""
    lines: tuple[Line, ...]
    formula: FormulaShown | None = None
    attribution: str | None = None
    """queued | ended: by which moment the vendor puts a contact into an interval."""
    minutes: int | None = None
    compared: int = 0
    """Intervals on both sides."""
    uncovered: int = 0
    """Intervals of days our own feeds don't cover; left out."""
    missing: tuple[Missing, ...] = ()
    """Holes between the vendor's first and last interval of the window."""
    contacts_missing: int = 0
    """Contacts that we have in these holes."""
    cause: Cause | None = None

    @property
    def passed(self) -> bool | None:
        """False where a line fails or the vendor lacks intervals in which we have contacts; None where nothing could be
        compared, or a figure of the vendor's has none of ours to go with.
        """
        told = False if self.contacts_missing else verdict(self.lines)
        alone = any(line.passed is None and line.native is not None for line in self.lines)
        return None if told and alone else told


@dataclass(frozen=True, slots=True)
class ReconciliationBoard:
    """Every queue compared, by one rule: `tolerance` 1/100 is 1 %, or a point of a share in mode `points`."""

    header: Header
    mode: Mode
    tolerance: Fraction
    rows: tuple[Reconciled, ...]

    @property
    def passed(self) -> bool | None:
        """True only where there are rows and every one passes; False where one fails; None where one can't be told."""
        told = [row.passed for row in self.rows]
        return False if False in told else None if None in told or not told else True

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Our own figures, as they were compared."""
        window = self.header.window.label
        return tuple(_figure(row, line, window) for row in self.rows for line in row.lines)


@dataclass(frozen=True, slots=True)
class GateRow:
    """The intervals of one queue x channel that a trial has to show."""

    source: str | None
    queue: str | None
    channel: str | None
    present: int
    missing: tuple[Missing, ...]

    @property
    def missing_count(self) -> int:
        return sum(stretch.count for stretch in self.missing)


@dataclass(frozen=True, slots=True)
class IntervalGateBoard:
    """Whether an export holds every interval of its days: `expected` for each queue."""

    header: Header
    minutes: int
    expected: int
    rows: tuple[GateRow, ...]

    @property
    def passed(self) -> bool | None:
        """None where there are no intervals at all."""
        return all(not row.missing for row in self.rows) if self.rows else None

    @property
    def figures(self) -> tuple[Figure, ...]:
        return ()


def _figure(row: Reconciled, line: Line, window: str) -> Figure:
    ours = None if line.ours is None else float(line.ours)
    parts = (line.numerator, line.denominator)
    numerator, denominator = (None if part is None or ours is None else float(part.ours) for part in parts)
    return Figure(
        metric=line.metric,
        title=TITLES.get(line.metric, line.metric),
        by=dict(row.by),
        value=ours,
        unit=line.unit,
        n=int(denominator if denominator is not None else ours if line.unit == "contacts" and ours is not None else 0),
        numerator=numerator,
        denominator=denominator,
        note=line.note,
        window=window,
    )
