"""A million due times over several calendars with pauses, against sorting a million integers in polars.

`python -m tests.benchmarks.clocks [CLOCKS]` prints a table, then one JSON line a figure. Each task is timed in turn
with the sort, five times over, and the medians count: a busy machine slows both. `cold` is a run before these.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time
from fractions import Fraction
from statistics import median
from time import perf_counter

import polars as pl

from carecli.clocks.answers import first_answers
from carecli.clocks.budgets import Night
from carecli.clocks.business_days import business_days_due
from carecli.clocks.calendar import Calendar, always
from carecli.clocks.hours import weekly_hours
from carecli.clocks.readings import run_clocks
from tests.clocks.moments import at

CLOCKS = 1_000_000
PAUSED = 0.3
"""Pauses a clock."""

DAYS, HOUR, ROUNDS = 365, 3600, 5
BEGIN = at("2025-01-01 00:00")
AS_OF = at("2026-01-05 09:00")


def calendars() -> list[Calendar]:
    """Five hours in four zones: with lunch, holidays, maintenance, a night, and 24/7."""
    holidays = frozenset(date(2025, month, 1) for month in range(1, 13))
    window = (at("2025-03-15 02:00"), at("2025-03-15 06:00"))
    night = Night(time(20), time(8), Fraction(13, 10))
    return [
        Calendar("Europe/Berlin", weekly_hours(["Mon-Fri 09:00-18:00"]), holidays, name="business"),
        Calendar("America/New_York", weekly_hours(["Mon-Fri 08:00-12:00, 13:00-17:00"]), holidays, name="lunch"),
        Calendar("Australia/Lord_Howe", weekly_hours(["Mon-Fri 08:00-20:00", "Sat 09:00-14:00"]), name="saturday"),
        Calendar("Europe/London", weekly_hours(["Mon-Sun 08:00-20:00"]), maintenance=(window,), name="daily"),
        replace(always("Europe/Berlin"), night=night),
    ]


@dataclass(frozen=True)
class Work:
    """What each calendar has to do."""

    clocks: list[pl.DataFrame]
    pauses: list[pl.DataFrame]
    replies: list[pl.DataFrame]


def work(count: int, parts: int) -> Work:
    """Clocks, pauses and replies spread over a year, the same at every run."""
    drawn = random.Random(7)
    clocks, pauses, replies = [], [], []
    for _ in range(parts):
        size = count // parts
        start = pl.Series([BEGIN + drawn.randrange(DAYS * 24 * HOUR) for _ in range(size)])
        budget = pl.Series([drawn.choice((1, 2, 4, 8, 27)) * HOUR for _ in range(size)])
        stop = pl.Series([drawn.randrange(100 * HOUR) if drawn.random() < 0.8 else None for _ in range(size)])
        frame = pl.DataFrame({"clock": range(size), "start": start, "budget": budget, "stop": start + stop})
        of = pl.DataFrame({"clock": [drawn.randrange(size) for _ in range(int(size * PAUSED))]}).join(frame, on="clock")
        begin = of["start"] + pl.Series([drawn.randrange(30 * HOUR) for _ in range(len(of))])
        length = pl.Series([drawn.randrange(1, 20 * HOUR) for _ in range(len(of))])
        clocks.append(frame.with_columns(stated=pl.lit(None, dtype=pl.Int64)))
        pauses.append(pl.DataFrame({"clock": of["clock"], "start": begin, "end": begin + length}))
        automatic = pl.Series([drawn.random() < 0.5 for _ in range(len(of))])
        replies.append(pl.DataFrame({"clock": of["clock"], "at": begin, "automatic": automatic}))
    return Work(clocks, pauses, replies)


def tasks(given: list[Calendar], todo: Work) -> dict[str, Callable[[], object]]:
    """What is measured, by name; each does all clocks of all calendars."""
    each = list(zip(given, todo.clocks, todo.pauses, todo.replies, strict=True))
    return {
        "due": lambda: [one.due(clocks["start"], clocks["budget"]) for one, clocks, _, _ in each],
        "elapsed": lambda: [one.elapsed(clocks["start"], clocks["stop"]) for one, clocks, _, _ in each],
        "due with pauses, state, left": lambda: [
            run_clocks(one, clocks, pauses, as_of=AS_OF) for one, clocks, pauses, _ in each
        ],
        "the same with nights": lambda: [
            run_clocks(one, clocks, pauses, as_of=AS_OF, night=True) for one, clocks, pauses, _ in each
        ],
        "3 business days": lambda: [business_days_due(one, clocks["start"], 3) for one, clocks, _, _ in each],
        "3 days, end of day": lambda: [
            business_days_due(one, clocks["start"], 3, "end-of-day") for one, clocks, _, _ in each
        ],
        "first answers": lambda: [first_answers(clocks, replies, as_of=AS_OF) for _, clocks, _, replies in each],
    }


def seconds(task: Callable[[], object]) -> float:
    begin = perf_counter()
    task()
    return perf_counter() - begin


def main(count: int = CLOCKS) -> None:
    given = calendars()
    todo = work(count, len(given))
    numbers = pl.concat([clocks["start"] for clocks in todo.clocks])
    figures = []
    for name, task in tasks(given, todo).items():
        cold = seconds(task)
        pairs = [(seconds(task), seconds(numbers.sort)) for _ in range(ROUNDS)]
        took, sort = (median(side) for side in zip(*pairs, strict=True))
        figures.append({"task": name, "clocks": len(numbers), "sec": took, "sort_sec": sort, "cold_sec": cold})
    print(f"{'task':<30}{'seconds':>9}{'sort':>9}{'x sort':>9}{'cold':>9}")
    for figure in figures:
        took, sort, cold = (figure[key] for key in ("sec", "sort_sec", "cold_sec"))
        print(f"{figure['task']:<30}{took:>9.3f}{sort:>9.3f}{took / sort:>9.1f}{cold:>9.3f}")
    for figure in figures:
        rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in figure.items()}
        print(json.dumps(rounded | {"x_sort": round(figure["sec"] / figure["sort_sec"], 2)}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
