"""Over which days a goal is judged, and from which its movement is measured (C0.8, R52, R63, R67, R80)."""

from __future__ import annotations

from datetime import date, timedelta

from carecli.metrics.windows import Window, window_of
from carecli.policy.goals import Goal, GoalWindow

MONTHS: dict[GoalWindow, int] = {"month": 1, "quarter": 3, "3 calendar months": 3, "year": 12}
"""How many complete calendar months a goal's own window has."""

DAYS_APART = {"90 days": 90}
"""How far before a window its baseline lies, where the two may overlap nothing in between."""


def judged_window(goal: Goal, window: Window, week_start: int = 0) -> Window:
    """The window in which a goal is judged: its own as of the last day of `window`, else `window` itself.

    Its own is made of complete days: the last full calendar week, quarter, or so many full months (C0.8); a movement
    over 90 days is one of `window` itself.
    """
    last = window.dates[-1]
    if goal.window is None or goal.window in DAYS_APART:
        return window
    if goal.window == "week":
        begin = _week_begin(last, week_start) - timedelta(days=7)
        return _days(begin, 7, window.zone, "last week")
    if goal.window == "quarter":
        end = date(last.year, last.month - (last.month - 1) % 3, 1)
        return _months(end, 3, window.zone, "last quarter")
    count = MONTHS[goal.window]
    return _months(last.replace(day=1), count, window.zone, f"last {count} months" if count > 1 else "last month")


def baseline_window(goal: Goal, judged: Window) -> Window:
    """The window that a movement is measured from, as long as the judged one: the one just before it, else as many days
    earlier as the goal says.
    """
    first, zone = judged.dates[0], judged.zone
    if goal.window in DAYS_APART:
        begin = first - timedelta(days=DAYS_APART[goal.window])
        return _days(begin, len(judged.dates), zone, f"{goal.window} before")
    if goal.window in MONTHS:
        return _months(first, MONTHS[goal.window], zone, "before")
    return _days(first - timedelta(days=len(judged.dates)), len(judged.dates), zone, "before")


def last_month(window: Window) -> Window:
    """The last full calendar month before the last day of a window: where money is known (R24)."""
    return _months(window.dates[-1].replace(day=1), 1, window.zone, "last month")


def _week_begin(day: date, week_start: int) -> date:
    return day - timedelta(days=(day.weekday() - week_start) % 7)


def _days(first: date, count: int, zone: str, name: str) -> Window:
    return window_of(first, first + timedelta(days=count - 1), zone, name)


def _months(end: date, count: int, zone: str, name: str) -> Window:
    """The `count` calendar months before the first of the month `end`."""
    months = end.year * 12 + end.month - 1 - count
    return window_of(date(months // 12, months % 12 + 1, 1), end - timedelta(days=1), zone, name)
