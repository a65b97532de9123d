"""Checks and alert rules as lines, tables and plain objects for JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from carecli.boards.rules import CheckLine, ReplayLine, ReplayPage, RuleLine, Slice
from carecli.metrics.figure import Figure
from carecli.render.grid import QUIET, STYLES, Column, grids, text
from carecli.render.page import NARROWEST, printed
from carecli.render.values import moment_text, plain_value, short_moment_text, value_text
from carecli.text import HOUR, NO_DATA, STATUS, clean, count, duration, percent
from carecli.text import width as cell_width

GAP = "  "
LOOKS = {"ok": "ok", "fails": "miss", "unknown": "none"}
"""State -> the status whose glyph and colour it has."""
MOST_DIGITS = 9


def render_checks_text(lines: Sequence[CheckLine], *, color: bool) -> str:
    """One line a check: state, name, value, target, n, since when, and what else is to say. Lines are never folded."""
    rows = [_check_cells(line) for line in lines]
    widths = [max(cell_width(row[place]) for row in rows) for place in range(len(rows[0]))] if rows else []
    parts = [_aligned(line, row, widths) for line, row in zip(lines, rows, strict=True)]
    return printed(parts, width=max((part.cell_len for part in parts), default=NARROWEST), color=color)


def _check_cells(line: CheckLine) -> list[str]:
    state = f"{STATUS[LOOKS[line.state]][0]} {line.state}"
    n = "" if line.figure is None else f"n {count(line.figure.n)}"
    since = "" if line.since is None else f"since {_minute(line.since)}"
    value = NO_DATA if line.figure is None else value_beside(line.figure, line.limit)
    return [str(clean(cell, limit=400)) for cell in (state, line.check, value, line.target, n, since, line.note)]


def _aligned(line: CheckLine, cells: Sequence[str], widths: Sequence[int]) -> Text:
    padded = [cell + " " * (wide - cell_width(cell)) for cell, wide in zip(cells, widths, strict=True) if wide]
    shown = Text(GAP.join(padded).rstrip(), no_wrap=True)
    shown.stylize(STYLES.get(LOOKS[line.state], QUIET), 0, len(cells[0]))
    return shown


def value_beside(figure: Figure, limit: str) -> str:
    """The value with as many digits as keep it on its side of a level (C0.1); `limit` is such as `<= 20 s`."""
    shown = value_text(replace(figure, target=limit))
    level = limit.partition(" ")[2]
    if figure.value is None or figure.unit == "ratio" or not _hides(figure, str(shown), level):
        return shown
    unit = {"seconds": "s", "days": "d", "money": figure.currency or ""}.get(figure.unit, "")
    for digits in range(1, MOST_DIGITS):
        number = Decimal(repr(figure.value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
        if number != _number(level):
            return f"{number.normalize():f} {unit}".rstrip()
    return shown


def _hides(figure: Figure, shown: str, level: str) -> bool:
    """Whether the printed value reads like the level, though it isn't the level."""
    told, written = _number(shown), _number(level)
    return told is not None and told == written and Decimal(repr(figure.value)) != written


def _number(words: str) -> Decimal | None:
    """Seconds of `20 s`, `4 min` and `1:52`, else the first number of a text."""
    number, _, unit = words.replace(",", "").partition(" ")
    minutes, colon, seconds = number.partition(":")
    try:
        if colon:
            return Decimal(minutes) * 60 + Decimal(seconds)
        return Decimal(number) * {"min": 60, "h": 3600}.get(unit, 1)
    except ArithmeticError:
        return None


def checks_json(lines: Sequence[CheckLine]) -> list[dict[str, Any]]:
    """`value` is that of the figure, in its unit; null with a note where there is none."""
    return [_check_json(line) for line in lines]


def _check_json(line: CheckLine) -> dict[str, Any]:
    figure = None if line.figure is None else line.figure.as_json()
    return {
        "check": line.check,
        "state": line.state,
        "value": None if figure is None else figure["value"],
        "target": line.target or None,
        "where": dict(line.where),
        "since": _time(line.since),
        "figure": figure,
        "note": line.note,
    }


def render_rules_text(lines: Sequence[RuleLine], pack: str, *, width: int, color: bool) -> str:
    """Each rule in words: when its alarm begins, when it ends, of which slice, and where that is written."""
    parts: list[RenderableType] = [text(f"alert rules of {pack}", "bold")] if lines else []
    for line in lines:
        parts += [Text(""), text(line.rule, "bold")]
        parts += [Text.assemble((f"  {label:<8}", QUIET), clean(words, limit=1000)) for label, words in _words(line)]
    return printed(parts or [text(f"{pack} has no alert rules", QUIET)], width=width, color=color)


def _words(line: RuleLine) -> Iterator[tuple[str, str]]:
    if line.missing is not None:
        yield "unknown", line.missing
    else:
        yield "alarm", line.condition
        yield "clears", line.clears
    if line.where:
        yield "only", _slice_words(line.where)
    if line.minimum_n:
        yield "least n", str(line.minimum_n)
    yield "from", " ".join((line.file, *line.requirements))


def rules_json(lines: Sequence[RuleLine], pack: str) -> dict[str, Any]:
    return {
        "pack": pack,
        "rules": [
            {
                "rule": line.rule,
                "metric": line.metric,
                "condition": line.condition or None,
                "clears": line.clears or None,
                "where": dict(line.where),
                "minimum_n": line.minimum_n,
                "file": line.file,
                "requirements": list(line.requirements),
                "note": line.missing,
            }
            for line in lines
        ],
    }


def render_replay_text(page: ReplayPage, *, width: int, color: bool) -> str:
    """A line a rule: how often it would have fired, and the values it saw."""
    width = max(width, NARROWEST)
    return printed(_replay_parts(page, width), width=width, color=color)


def _replay_parts(page: ReplayPage, width: int) -> Iterable[RenderableType]:
    yield text(f"Alert rules replayed over {page.window.label}", "bold")
    yield text(f"as of {moment_text(page.as_of)} {page.zone}   pack {page.pack}", QUIET)
    if not page.lines:
        yield text(f"{page.pack} has no alert rules", QUIET)
        return
    titles = ("Fired", "First", "Last", "In alarm", "Read", "With data", "p5", "p50", "p95")
    yield Text("")
    yield from grids(
        [Column("Rule", key=True), *map(Column, titles)], [_replay_cells(line) for line in page.lines], width
    )
    yield from (text(f"{line.rule}: {line.condition or line.note}", QUIET, limit=1000) for line in page.lines)
    yield from (
        text(f"{line.rule}: {line.note}", QUIET, limit=1000) for line in page.lines if line.note and line.condition
    )
    yield text(
        "p5, p50, p95 are of the values read, by nearest rank: a level there fires seldom, or all the time", QUIET
    )


def _replay_cells(line: ReplayLine) -> list[Text]:
    first, last = (line.alarms[place][0] if line.alarms else None for place in (0, -1))
    unknown = line.unit is None
    return [
        text(line.rule),
        Text(NO_DATA if unknown else count(len(line.alarms))),
        *(Text(NO_DATA if at is None else short_moment_text(at).partition(" ")[2]) for at in (first, last)),
        Text(NO_DATA if unknown else _lasting(line.alarm_sec)),
        Text(NO_DATA if unknown else count(line.readings)),
        Text(percent(line.with_data, line.readings)),
        *(text(_plain(value, line.unit)) for value in (line.p5, line.p50, line.p95)),
    ]


def _lasting(seconds: int) -> str:
    """`30 min`, `3 h 12`."""
    return duration(seconds) if seconds >= HOUR else f"{seconds // 60} min"


def _plain(value: Fraction | None, unit: str | None) -> str:
    return plain_value(None if value is None else float(value), unit or "")


def replay_json(page: ReplayPage) -> dict[str, Any]:
    return {
        "as_of": _time(page.as_of),
        "tz": page.zone,
        "pack": page.pack,
        "window": {"name": page.window.name, "label": page.window.label},
        "rules": [_replay_json(line) for line in page.lines],
    }


def _replay_json(line: ReplayLine) -> dict[str, Any]:
    return {
        "rule": line.rule,
        "condition": line.condition or None,
        "unit": line.unit,
        "fired": len(line.alarms),
        "first": _time(line.alarms[0][0]) if line.alarms else None,
        "last": _time(line.alarms[-1][0]) if line.alarms else None,
        "alarm_sec": line.alarm_sec,
        "readings": line.readings,
        "with_data": line.with_data,
        **{name: None if value is None else float(value) for name, value in _percentiles(line)},
        "note": line.note,
        "alarms": [{"since": _time(since), "until": _time(until)} for since, until in line.alarms],
    }


def _percentiles(line: ReplayLine) -> list[tuple[str, Fraction | None]]:
    return [("p5", line.p5), ("p50", line.p50), ("p95", line.p95)]


def _slice_words(where: Slice) -> str:
    return ", ".join(f"{dimension}={value or ''}" for dimension, value in where)


def _minute(at: datetime) -> str:
    return at.isoformat(timespec="minutes")


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
