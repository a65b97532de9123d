"""The reconciliation and the gate of a trial: as text, and their own part of the JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from carecli.boards.board import NONE
from carecli.boards.reconciliation import (
    TITLES,
    GateRow,
    IntervalGateBoard,
    Missing,
    Reconciled,
    ReconciliationBoard,
)
from carecli.metrics.differences import Line, Part
from carecli.metrics.gap_causes import Cause
from carecli.metrics.interval_grid import Stretch, starts_of
from carecli.render.grid import QUIET, STYLES, Column, grids, text
from carecli.render.page import foot, head, section
from carecli.render.values import short_moment_text, time_text
from carecli.text import NO_DATA, STATUS, Shown, clean, count, percent, percent_text

MOST_STRETCHES = 12
"""How many stretches of missing intervals a page lists; JSON has them all."""

COLUMNS = (
    Column("Measure", key=True),
    *map(Column, ("Vendor", "Ours", "Apart")),
    Column("Verdict", right=False),
    *map(Column, ("Numerator", "Denominator")),
    Column("Note", right=False),
)
PARTS = "numerator and denominator: the vendor's / ours"


def reconciliation_parts(board: ReconciliationBoard, width: int) -> Iterable[RenderableType]:
    """A line per measure of each queue, then what is missing and the likely cause of each gap."""
    yield from head(board.header, width)
    unit = "points of a share, else relative" if board.mode == "points" else "relative"
    yield text(f"passes where at most {_tolerance(board)} apart ({unit}); counts by interval")
    yield text(PARTS, QUIET)
    for row in board.rows:
        yield section(_title([value for _, value in row.by]))
        yield from _measures(board, row, width)
        yield from _remarks(board, row)
    yield Text.assemble("\n", _verdict(board.passed))
    yield from foot(board.header, (), width)


def gate_parts(board: IntervalGateBoard, width: int) -> Iterable[RenderableType]:
    """A line per queue: how many of the expected intervals are there; then those that are missing."""
    yield from head(board.header, width)
    yield text(f"{count(board.expected)} intervals of {board.minutes} minutes expected of each queue")
    columns = (
        Column("Queue", key=True),
        *map(Column, ("Present", "Expected", "Missing")),
        Column("Verdict", right=False),
    )
    if board.rows:
        yield from grids(columns, [_gate_cells(board, row) for row in board.rows], width)
    for row in board.rows:
        if row.missing:
            yield section(f"Missing: {_title((row.source, row.queue, row.channel))}")
            yield from _stretches(row.missing)
    yield Text.assemble("\n", _verdict(board.passed))
    yield from foot(board.header, (), width)


def reconciliation_json(board: ReconciliationBoard) -> dict[str, Any]:
    """What only this board has; shares 0..1, times in seconds, differences as ratios (0.01 is 1 %, or a point)."""
    return {
        "mode": board.mode,
        "tolerance": float(board.tolerance),
        "passed": board.passed,
        "reconciled": [_row_json(row) for row in board.rows],
    }


def gate_json(board: IntervalGateBoard) -> dict[str, Any]:
    """What only the gate has; `missing` holds the start of every missing interval."""
    return {
        "minutes": board.minutes,
        "expected": board.expected,
        "passed": board.passed,
        "queues": [
            {
                "by": {"source": row.source, "queue": row.queue, "channel": row.channel},
                "present": row.present,
                "missing_count": row.missing_count,
                "missing": _missing_json(row.missing),
            }
            for row in board.rows
        ],
    }


def _tolerance(board: ReconciliationBoard) -> str:
    amount = f"{float(board.tolerance * 100):g}"
    return f"{amount} pp or {amount} %" if board.mode == "points" else f"{amount} %"


def _title(values: Sequence[str | None]) -> Shown:
    return clean(" ".join(NONE if value is None else value for value in values) or "everything")


def _measures(board: ReconciliationBoard, row: Reconciled, width: int) -> Iterable[RenderableType]:
    """A line per measure, without columns in which nothing stands."""
    cells = [_cells(board, line) for line in row.lines]
    places = [place for place in range(len(COLUMNS)) if any(line[place].plain for line in cells)]
    yield from grids([COLUMNS[place] for place in places], [[line[place] for place in places] for line in cells], width)


def _cells(board: ReconciliationBoard, line: Line) -> list[Text]:
    return [
        text(TITLES.get(line.metric, line.metric)),
        Text(_value(line.native, line.unit)),
        Text(_value(line.ours, line.unit)),
        Text(_apart(board, line)),
        _verdict(line.passed),
        Text(_part(line.numerator, line.unit)),
        Text(_part(line.denominator, "contacts")),
        text(line.note or "", QUIET),
    ]


def _value(value: Fraction | None, unit: str) -> str:
    """`81.13 %`, `21.2 s`, `1,060`."""
    if value is None:
        return NO_DATA
    if unit == "ratio":
        return percent(value.numerator, value.denominator, 2)
    if unit == "seconds":
        return f"{float(value):,.1f} s"
    return f"{float(value):,.10g}"


def _apart(board: ReconciliationBoard, line: Line) -> str:
    """The worst that counts for the line's own figure, with as many digits as keep it on its side of the tolerance."""
    apart = line.gap if line.gap is not None else line.difference
    if apart is None:
        return NO_DATA
    shown = percent_text(apart.numerator, apart.denominator, target=board.tolerance, digits=2)
    return shown.replace("%", "pp") if board.mode == "points" and line.unit == "ratio" else shown


def _part(part: Part | None, unit: str) -> str:
    """The vendor's and ours: `860 / 880`."""
    if part is None:
        return ""
    shown = "ratio" if unit == "ratio" else unit
    values = [_value(value, "contacts" if shown == "ratio" else shown) for value in (part.native, part.ours)]
    return f"{' / '.join(values)}{'' if part.passed else ' ' + STATUS['miss'][0]}"


def _verdict(passed: bool | None) -> Text:
    name, word = {True: ("ok", "pass"), False: ("miss", "fail"), None: ("none", "no data")}[passed]
    return Text(f"{STATUS[name][0]} {word}", STYLES.get(name, QUIET))


def _remarks(board: ReconciliationBoard, row: Reconciled) -> Iterable[Text]:
    if row.minutes is not None:
        left_out = f"; {count(row.uncovered)} left out: our feeds don't cover their days" if row.uncovered else ""
        yield text(
            f"{count(row.compared)} intervals of {row.minutes} minutes, by the moment {row.attribution}{left_out}"
        )
    if row.formula is not None:
        yield text(f"service level: {row.formula.words} ({row.formula.id}: {row.formula.why})", limit=600)
    if row.missing:
        number = sum(each.count for each in row.missing)
        yield text(
            f"{_number_of(number, 'interval')} missing; we have {_number_of(row.contacts_missing, 'contact')} there"
        )
        yield from _stretches(row.missing)
    if row.passed is False:
        yield text(_cause(board, row.cause), "bold", limit=600)


def _number_of(number: int, word: str) -> str:
    """`1 interval`, `2 intervals`."""
    return f"{count(number)} {word}{'' if number == 1 else 's'}"


def _cause(board: ReconciliationBoard, cause: Cause | None) -> str:
    """`likely cause: zone shift ...; offered 38.20 % apart, then 0.00 %`; else that it is unexplained."""
    if cause is None:
        return "likely cause: unexplained"
    before, after = (
        NO_DATA if gap is None else percent_text(gap.numerator, gap.denominator, target=board.tolerance, digits=2)
        for gap in (cause.before, cause.after)
    )
    title = TITLES.get(cause.metric, cause.metric)
    return f"likely cause: {cause.name}: {cause.words}; {title} {before} apart, counted so {after}"


def _stretches(missing: Sequence[Missing]) -> Iterable[Text]:
    for each in missing[:MOST_STRETCHES]:
        until = time_text(each.last) if each.last.date() == each.first.date() else short_moment_text(each.last)
        yield text(f"  {short_moment_text(each.first)} to {until} ({count(each.count)})")
    if len(missing) > MOST_STRETCHES:
        yield text(f"  and {count(len(missing) - MOST_STRETCHES)} more stretches", QUIET)


def _gate_cells(board: IntervalGateBoard, row: GateRow) -> list[Text]:
    return [
        text(_title((row.source, row.queue, row.channel))),
        Text(count(row.present)),
        Text(count(row.present + row.missing_count)),
        Text(count(row.missing_count)),
        _verdict(not row.missing),
    ]


def _row_json(row: Reconciled) -> dict[str, Any]:
    formula, cause = row.formula, row.cause
    return {
        "by": dict(row.by),
        "passed": row.passed,
        "formula": {"id": formula.id, "words": formula.words, "why": formula.why} if formula else None,
        "attribution": row.attribution,
        "minutes": row.minutes,
        "compared": row.compared,
        "uncovered": row.uncovered,
        "lines": [_line_json(line) for line in row.lines],
        "missing": _missing_json(row.missing),
        "contacts_missing": row.contacts_missing,
        "cause": {
            "name": cause.name,
            "words": cause.words,
            "metric": cause.metric,
            "before": _number(cause.before),
            "after": _number(cause.after),
        }
        if cause
        else ("unexplained" if row.passed is False else None),
    }


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "metric": line.metric,
        "unit": line.unit,
        "native": _number(line.native),
        "ours": _number(line.ours),
        "difference": _number(line.difference),
        "gap": _number(line.gap),
        "passed": line.passed,
        "numerator": _part_json(line.numerator),
        "denominator": _part_json(line.denominator),
        "intervals": line.intervals,
        "note": line.note,
    }


def _part_json(part: Part | None) -> dict[str, Any] | None:
    if part is None:
        return None
    return {
        "native": _number(part.native),
        "ours": _number(part.ours),
        "difference": _number(part.gap),
        "passed": part.passed,
    }


def _missing_json(missing: Sequence[Missing]) -> list[str]:
    """The start of every missing interval, on the clock of the reporting zone."""
    zone = missing[0].first.tzinfo if missing else None
    spans = [Stretch(int(each.first.timestamp()), int(each.last.timestamp()), each.count) for each in missing]
    return [datetime.fromtimestamp(start, zone).isoformat() for start in starts_of(spans)]


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
