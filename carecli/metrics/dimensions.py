"""Dimensions: what figures can be sliced and filtered by. Slices are grouped as whole numbers and named at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from carecli.errors import UsageProblem
from carecli.metrics.facts import Facts
from carecli.metrics.frames import frame
from carecli.metrics.measures import Metric
from carecli.metrics.open_cases import EPOCH_ORDINAL, WAITING_ON
from carecli.metrics.traits import CLASSES, OF_CUSTOMER
from carecli.policy.targets import CLOCK_NAMES
from carecli.tables import CASE_STATUSES, CHANNELS

DAY, HOUR, INTERVAL = 86_400, 3_600, 1_800
TABLES_OF_NAMES = (
    *("interactions", "legs", "cases", "surveys", "customers", "queues"),
    *("costs", "business_events", "incidents"),
)
"""Where a named dimension may have its values."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
THURSDAY = 3
"""The weekday of 1 January 1970."""

NAMED = ("queue", "issue_type", "agent", "tier", "source", "priority")
OF_TIME = ("interval", "day", "hour", "weekday")
OF_STOCK = ("age", "status", "waiting_on")
OF_OUTCOMES = ("handoffs",)
OF_PROMISES = ("clock", "promise")
OF_ROWS = ("channel", *NAMED, *OF_CUSTOMER, *CLASSES)
"""What every row has that has a channel, a customer and an issue type."""
DIMENSIONS = (*OF_ROWS, *OF_TIME, *OF_STOCK, *OF_OUTCOMES, *OF_PROMISES)
HANDOFFS = ("0", "1", "2+")
"""Times a case was handed over (R89)."""
FROM_ZERO = ("age", "weekday", *OF_OUTCOMES, *CLASSES)
"""Dimensions with fixed words whose first one is coded as 0; that of the others is 1."""


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
    if name not in _possible(metric):
        raise UsageProblem(f"{metric.id} has no dimension {name!r}", hint=f"it has {', '.join(allowed(metric))}")
    if name in NAMED:
        return Coded(name, pl.col(name), facts.snapshot.name, ordered=False)
    if name in OF_CUSTOMER:
        return Coded(name, facts.traits.code(name), facts.snapshot.name, ordered=False)
    if name in OF_TIME:
        return _of_time(name, metric, facts)
    words = words_of(name, facts)
    first = 0 if name in FROM_ZERO else 1
    return Coded(name, _code(name, facts), lambda number: words[number - first], ordered=name not in CLASSES)


def allowed(metric: Metric) -> tuple[str, ...]:
    """The dimensions by which a metric has values; by others that are asked for it says that it has none."""
    return tuple(name for name in _possible(metric) if not metric.only_by or name in metric.only_by)


def _possible(metric: Metric) -> tuple[str, ...]:
    """The dimensions of a metric's rows; a stock has no time of day but the day it was taken."""
    if metric.table == "open_cases":
        return (*OF_ROWS, "day", *OF_STOCK)
    more = {"outcomes": OF_OUTCOMES, "promises": OF_PROMISES}.get(metric.table, ())
    return (*OF_ROWS, *(OF_TIME if metric.time else ()), *more)


def words_of(name: str, facts: Facts) -> tuple[str, ...]:
    """The words of a dimension with a fixed set of them, in order."""
    if name in CLASSES:
        return facts.pack.classes.values(name)
    if name == "age":
        return facts.pack.backlog.bucket_names
    fixed = {"channel": CHANNELS, "status": CASE_STATUSES, "waiting_on": WAITING_ON, "weekday": WEEKDAYS}
    fixed["clock"] = CLOCK_NAMES
    if name == "promise":
        return facts.promise_words
    return HANDOFFS if name in OF_OUTCOMES else fixed[name]


def known_names(name: str, facts: Facts) -> frozenset[str]:
    """Every value a named dimension has in the snapshot."""
    if name in OF_CUSTOMER:
        return _names(facts.traits.values(name), facts)
    table_columns = {
        "queue": ("queue",),
        "issue_type": ("issue_type",),
        "agent": ("agent_id", "assignee_id"),
        "tier": ("tier",),
        "source": ("source",),
        "priority": ("priority",),
    }[name]
    codes: set[int | None] = set(facts.snapshot.agents) if name == "agent" else set()
    for table in TABLES_OF_NAMES:
        rows = frame(facts.snapshot, table)
        for column in table_columns:
            if column in rows.columns:
                codes |= set(rows[column].unique())
    return _names(codes, facts)


def condition(name: str, value: str | None, metric: Metric, facts: Facts) -> pl.Expr | None:
    """Rows whose dimension has that value, None being no value; None where there is no such value at all."""
    dimension = coded(name, metric, facts)
    if value is None:
        return dimension.code.is_null()
    code = _code_of(name, value, facts)
    return None if code is None else dimension.code == code


def _code_of(name: str, value: str, facts: Facts) -> int | None:
    if name in (*NAMED, *OF_CUSTOMER):
        return facts.snapshot.codes[value] if value in known_names(name, facts) else None
    if name in ("interval", "day", "hour"):
        return _number_of_time(name, value)
    words = words_of(name, facts)
    if value not in words:
        return None
    return words.index(value) + (0 if name in FROM_ZERO else 1)


def _code(name: str, facts: Facts) -> pl.Expr:
    """The number of a dimension with fixed words."""
    if name in CLASSES:
        return facts.traits.code(name)
    column = pl.col(name)
    return column.clip(upper_bound=len(HANDOFFS) - 1) if name in OF_OUTCOMES else column


def _names(codes: Iterable[int | None], facts: Facts) -> frozenset[str]:
    return frozenset(found for code in codes if (found := facts.snapshot.name(code)) is not None)


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
