"""What must be loaded before a board can be built: which tables, over which time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from carecli.boards.days import last_open_day
from carecli.clocks.wall_time import MIDNIGHT, end_of_day, instant, local_date
from carecli.metrics.windows import Window
from carecli.policy.pack import Pack
from carecli.tables import (
    ANNOTATIONS,
    CASE_EVENTS,
    CASES,
    CUSTOMERS,
    INTERACTIONS,
    LEGS,
    LINKS,
    QUEUES,
    SURVEYS,
    Table,
)

BoardName = Literal["standup", "queues", "backlog", "cases", "case"]

FACT_TABLES = (INTERACTIONS, LEGS, CASES, CASE_EVENTS, SURVEYS, CUSTOMERS, QUEUES, LINKS)
STOCK_TABLES = (CASES, CASE_EVENTS, CUSTOMERS, LINKS)
TREND_DAYS = 28
STOCK_DAYS = 92
"""How far back the events of open cases are read: what was said of a case before then is taken from its columns."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Tables and a half-open range [first, last) of epoch seconds."""

    tables: tuple[Table, ...]
    first: int
    last: int


def needs(board_name: BoardName, *, as_of: int, zone: str, pack: Pack, window: Window | None = None) -> Needs:
    """What a board needs; `window` is the day asked for of a queues board, None today."""
    today = local_date(as_of, ZoneInfo(zone))
    last = end_of_day(today, ZoneInfo(zone))
    if board_name == "standup":
        day = last_open_day(pack.calendar_for(None), today)
        first = min(day - timedelta(days=TREND_DAYS), today.replace(day=1)) - _look_back(pack)
        return Needs((*FACT_TABLES, ANNOTATIONS), _midnight(first, zone), last)
    if board_name == "queues":
        first = (today if window is None else window.dates[0]) - _look_back(pack)
        return Needs((*FACT_TABLES, ANNOTATIONS), _midnight(first, zone), last)
    return Needs(STOCK_TABLES, _midnight(today - timedelta(days=STOCK_DAYS), zone), last)


def metric_needs(*, as_of: int, zone: str, pack: Pack, window: Window) -> Needs:
    """What figures over a window need, whatever the metrics: earlier contacts tell a follow-up, later ones an FCR."""
    first = window.dates[0] - max(_look_back(pack), timedelta(days=TREND_DAYS))
    return Needs(FACT_TABLES, _midnight(first, zone), end_of_day(local_date(as_of, ZoneInfo(zone)), ZoneInfo(zone)))


def _look_back(pack: Pack) -> timedelta:
    """Earlier contacts tell a follow-up from a new one (R3); business days may span holidays."""
    days = pack.fcr.days if pack.fcr.unit == "days" else 2 * pack.fcr.days + 7
    return timedelta(days=max(days, pack.reopen.days))


def _midnight(day: date, zone: str) -> int:
    return instant(day, MIDNIGHT, ZoneInfo(zone))
