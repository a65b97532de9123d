"""Dimensions: what figures can be sliced and filtered by. Slices are grouped as whole numbers and named at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from carecli.errors import UsageProblem
from carecli.metrics.facts import Facts
from carecli.metrics.frames import frame
from carecli.metrics.measures import Metric
from carecli.metrics.open_cases import EPOCH_ORDINAL, WAITING_ON
from carecli.tables import CASE_STATUSES, CHANNELS

DAY, HOUR, INTERVAL = 86_400, 3_600, 1_800
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
THURSDAY = 3
"""The weekday of 1 January 1970."""

NAMED = ("queue", "issue_type", "agent", "tier", "source", "priority")
OF_TIME = ("interval", "day", "hour", "weekday")
OF_STOCK = ("age", "status", "waiting_on")
DIMENSIONS = ("channel", *NAMED, *OF_TIME, *OF_STOCK)


@dataclass(frozen=True)
class Coded:
    """A dimension of one metric: the expression of its whole number, and the words of each number."""

    name: str
    code: pl.Expr
    word: Callable[[int], str | None]
    ordered: bool = True
    """Whether the numbers have an order of their own; names are ordered as words."""


def coded(name: str, metric: Metric, facts: Facts) -> Coded:
    """A dimension as a metric has it; UsageProblem where it has none of that name."""
    if name not in allowed(metric):
        raise UsageProblem(f"{metric.id} has no dimension {name!r}", hint=f"it has {', '.join(allowed(metric))}")
    if name in NAMED:
        return Coded(name, pl.col(name), facts.snapshot.name, ordered=False)
    if name in OF_TIME:
        return _of_time(name, metric, facts)
    words = words_of(name, facts)
    first = 0 if name == "age" else 1
    return Coded(name, pl.col(name), lambda number: words[number - first])


def allowed(metric: Metric) -> tuple[str, ...]:
    """The dimensions a metric can be sliced by; a stock has no time of day but the day it was taken."""
    if metric.table == "open_cases":
        return ("channel", *NAMED, "day", *OF_STOCK)
    return ("channel", *NAMED, *OF_TIME) if metric.time else ("channel", *NAMED)


def words_of(name: str, facts: Facts) -> tuple[str, ...]:
    """The words of a dimension with a fixed set of them, in order."""
    fixed = {"channel": CHANNELS, "status": CASE_STATUSES, "waiting_on": WAITING_ON, "weekday": WEEKDAYS}
    return facts.pack.backlog.bucket_names if name == "age" else fixed[name]


def known_names(name: str, facts: Facts) -> frozenset[str]:
    """Every value a named dimension has in the snapshot."""
    table_columns = {
        "queue": ("queue",),
        "issue_type": ("issue_type",),
        "agent": ("agent_id", "assignee_id"),
        "tier": ("tier",),
        "source": ("source",),
        "priority": ("priority",),
    }[name]
    codes: set[int | None] = set(facts.snapshot.agents) if name == "agent" else set()
    for table in ("interactions", "legs", "cases", "surveys", "customers", "queues"):
        rows = frame(facts.snapshot, table)
        for column in table_columns:
            if column in rows.columns:
                codes |= set(rows[column].unique())
    return frozenset(found for code in codes if (found := facts.snapshot.name(code)) is not None)


def condition(name: str, value: str | None, metric: Metric, facts: Facts) -> pl.Expr | None:
    """Rows whose dimension has that value, None being no value; None where there is no such value at all."""
    dimension = coded(name, metric, facts)
    if value is None:
        return dimension.code.is_null()
    code = _code_of(name, value, facts)
    return None if code is None else dimension.code == code


def _code_of(name: str, value: str, facts: Facts) -> int | None:
    if name in NAMED:
        return facts.snapshot.codes[value] if value in known_names(name, facts) else None
    if name in ("interval", "day", "hour"):
        return _number_of_time(name, value)
    words = words_of(name, facts)
    if value not in words:
        return None
    return words.index(value) + (0 if name in ("age", "weekday") else 1)


def _of_time(name: str, metric: Metric, facts: Facts) -> Coded:
    if metric.table == "open_cases":
        return Coded(name, pl.col("stock_day"), _day_word)
    at = pl.col(metric.time or "")
    offset = _offset(at, facts.zone)
    local = at + offset
    zone = ZoneInfo(facts.zone)
    match name:
        case "interval":
            return Coded(name, local - local % INTERVAL - offset, lambda start: _instant_word(start, zone))
        case "day":
            return Coded(name, local // DAY, _day_word)
        case "hour":
            return Coded(name, local % DAY // HOUR, lambda hour: f"{hour:02d}")
    return Coded(name, (local // DAY + THURSDAY) % 7, lambda weekday: WEEKDAYS[weekday])


def _offset(at: pl.Expr, zone: str) -> pl.Expr:
    """Seconds by which local time is ahead of UTC."""
    local = pl.from_epoch(at).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return (local.dt.base_utc_offset() + local.dt.dst_offset()).dt.total_seconds()


def _instant_word(at: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at, UTC).astimezone(zone).isoformat()


def _day_word(day: int) -> str:
    return date.fromordinal(day + EPOCH_ORDINAL).isoformat()


def _number_of_time(name: str, value: str) -> int | None:
    """The whole number of a day, an hour or an interval's start as they are printed; UsageProblem for anything else."""
    try:
        if name == "day":
            return date.fromisoformat(value).toordinal() - EPOCH_ORDINAL
        return int(value) if name == "hour" else int(datetime.fromisoformat(value).timestamp())
    except ValueError:
        raise UsageProblem(f"{name} {value!r} is not as figures print it") from None
