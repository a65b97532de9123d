"""What must be loaded before a board can be built: which tables, over which time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from carecli.boards.days import last_open_day
from carecli.clocks.wall_time import MIDNIGHT, end_of_day, instant, local_date
from carecli.metrics.goal_windows import baseline_window, judged_window, last_month
from carecli.metrics.windows import Window, before, trailing
from carecli.policy.pack import Pack
from carecli.tables import (
    ANNOTATIONS,
    BUSINESS_EVENTS,
    CASE_EVENTS,
    CASES,
    COSTS,
    CUSTOMERS,
    FORECASTS,
    INCIDENTS,
    INTERACTIONS,
    LEGS,
    LINKS,
    QA_REVIEWS,
    QUEUES,
    SCHEDULES,
    SERVICE_HEALTH,
    SURVEYS,
    Table,
)

BoardName = Literal["standup", "queues", "backlog", "cases", "case"]

FACT_TABLES = (INTERACTIONS, LEGS, CASES, CASE_EVENTS, SURVEYS, CUSTOMERS, QUEUES, LINKS)
METRIC_TABLES = (*FACT_TABLES, COSTS, BUSINESS_EVENTS, INCIDENTS, SERVICE_HEALTH)
"""What the dictionary's metrics are made of, whichever are asked for."""
STOCK_TABLES = (CASES, CASE_EVENTS, CUSTOMERS, LINKS)
TREND_DAYS = 28
LONGEST_MONTH = 31
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
        first = min(first, day - _of_one_case(pack))
        return Needs((*FACT_TABLES, ANNOTATIONS), _midnight(first, zone), last)
    if board_name == "queues":
        first = (today if window is None else window.dates[0]) - _look_back(pack)
        return Needs((*FACT_TABLES, ANNOTATIONS), _midnight(first, zone), last)
    return Needs(STOCK_TABLES, _midnight(today - timedelta(days=STOCK_DAYS), zone), last)


def metric_needs(*, as_of: int, zone: str, pack: Pack, window: Window) -> Needs:
    """What figures over a window need, whatever the metrics: earlier contacts tell a follow-up, later ones an FCR."""
    first = window.dates[0] - max(_look_back(pack), _of_one_case(pack), _of_churn(pack), timedelta(days=TREND_DAYS))
    return Needs(METRIC_TABLES, _midnight(first, zone), end_of_day(local_date(as_of, ZoneInfo(zone)), ZoneInfo(zone)))


def scorecard_needs(
    *, as_of: int, zone: str, packs: Sequence[Pack], windows: Iterable[Window], judged: Window
) -> Needs:
    """What a scorecard needs: its windows, the one before (R87), and the windows and baselines of the packs' goals."""
    shown = [*windows, judged, before(judged), trailing(judged, TREND_DAYS), last_month(judged)]
    firsts = []
    for pack in packs:
        own = [(goal, judged_window(goal, judged)) for goal in pack.programme.goals.values()]
        baselines = (baseline_window(goal, window) for goal, window in own if goal.moves)
        for window in (*shown, *(window for _, window in own), *baselines):
            firsts.append(metric_needs(as_of=as_of, zone=zone, pack=pack, window=window).first)
    return replace(metric_needs(as_of=as_of, zone=zone, pack=packs[0], window=judged), first=min(firsts))


def sla_needs(*, as_of: int, zone: str, pack: Pack, window: Window) -> Needs:
    """What the promises need: as any metric, and the events of all that is still open."""
    needed = metric_needs(as_of=as_of, zone=zone, pack=pack, window=window)
    today = local_date(as_of, ZoneInfo(zone))
    return replace(needed, first=min(needed.first, _midnight(today - timedelta(days=STOCK_DAYS), zone)))


def run_needs(*, as_of: int, zone: str, pack: Pack, window: Window) -> Needs:
    """What the timed pages of a stand-up need: its board, the promises of `window`, and the plans of today."""
    board = needs("standup", as_of=as_of, zone=zone, pack=pack)
    clocks = sla_needs(as_of=as_of, zone=zone, pack=pack, window=window)
    tables = (*FACT_TABLES, ANNOTATIONS, FORECASTS, SCHEDULES, QA_REVIEWS)
    return Needs(tables, min(board.first, clocks.first), max(board.last, clocks.last))


def _look_back(pack: Pack) -> timedelta:
    """Earlier contacts tell a follow-up from a new one (R3); business days may span holidays."""
    days = pack.fcr.days if pack.fcr.unit == "days" else 2 * pack.fcr.days + 7
    return timedelta(days=max(days, pack.reopen.days))


def _of_one_case(pack: Pack) -> timedelta:
    """Earlier contacts of the same case (R3) or of the same matter (R53), by 24 hours: a day more, one may have 25."""
    return timedelta(seconds=max(pack.fcr.same_case_sec, pack.outcomes.repeat_within_sec), days=1)


def _of_churn(pack: Pack) -> timedelta:
    """Tickets before a customer left (R79), and the month's last count of subscribers."""
    return timedelta(days=max(pack.business.churn_days, LONGEST_MONTH) + 1)


def _midnight(day: date, zone: str) -> int:
    return instant(day, MIDNIGHT, ZoneInfo(zone))
