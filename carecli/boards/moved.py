"""What moved: queues whose day was unlike the same weekday before, cases that age, and one good news."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from carecli.boards.board import NONE, Movement, queue_title
from carecli.boards.days import WEEKDAYS
from carecli.boards.headlines import TREND_DAYS
from carecli.boards.shifts import Shift, count_shift, mean_shift, ratio_shift
from carecli.boards.slices import Key, Slices, Where, slices
from carecli.boards.stretch import worst_stretch
from carecli.metrics.facts import Facts
from carecli.metrics.figure import Figure
from carecli.metrics.windows import Window, trailing, window_of
from carecli.text import count, duration, percent

MOST = 6
OF_DAYS = ("offered", "abandonment", "service_level", "aht")
LEAST_GROWTH = 5
"""Cases by which the oldest bucket of a queue must have grown in a week; and by a quarter at least."""

LEAST_KNOWN = 10
"""Days with a value, so that the best of them is worth saying."""

LEAST_N = 30
RANK = {"miss": 0, "risk": 1}
BETTER = {"csat": 1, "service_level": 1, "abandonment": -1}
"""What can be good news: +1 where higher is better."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A movement with how far out of the usual it is."""

    movement: Movement
    score: float

    @property
    def order(self) -> tuple[int, float]:
        return RANK.get(self.movement.status, 2), -self.score


def moved(
    facts: Facts,
    day: Window,
    today: Window,
    *,
    usual: Sequence[date],
    intervals: Slices,
    trends: Slices,
    where: Where,
) -> tuple[Movement, ...]:
    """At most six, the most important first; `usual` are the same weekdays before that were open."""
    shown = day.dates[-1]
    days = slices(facts, OF_DAYS, trailing(day, TREND_DAYS + 1), ("queue", "channel", "day"), where)
    keys = dict.fromkeys(key[:2] for key in days.keys("offered"))
    queues = (_of_queue(key, days, shown, usual, intervals) for key in keys)
    found = [each for each in queues if each] + list(_aging(facts, today, where))
    good = _good_news(trends, shown)
    worst = sorted(found, key=lambda each: each.order)[: MOST - len(good)]
    return (*(each.movement for each in worst), *good)


def _of_queue(key: Key, days: Slices, shown: date, usual: Sequence[date], intervals: Slices) -> Ranked | None:
    """One line for all that is unusual of a queue x channel, the worst first."""
    shifts = _shifts(key, days, shown, usual)
    if not shifts:
        return None
    lead = min(shifts, key=lambda shift: (RANK.get(shift.figure.status or "", 2), -shift.score))
    others = [shift for shift in shifts if shift is not lead]
    weekday = WEEKDAYS[shown.weekday()]
    words = [f"{queue_title(*key)} {_in_full(lead, weekday)}", *map(_in_short, others)]
    stretch = worst_stretch(intervals, key, lead) if lead.figure.metric in ("abandonment", "service_level") else None
    if stretch:
        words.append(stretch)
    status = "miss" if lead.figure.status == "miss" else "risk"
    named = zip(("queue", "channel"), key, strict=True)
    by = tuple((dimension, value) for dimension, value in named if value is not None)
    return Ranked(Movement(status, "; ".join(words), by, lead.figure), lead.score)


def _shifts(key: Key, days: Slices, shown: date, usual: Sequence[date]) -> list[Shift]:
    had = [past for past in usual if days.find("offered", *key, past.isoformat()) is not None]
    if not had:
        return []

    def now_and_usual(metric: str) -> tuple[Figure, list[Figure]]:
        now = days.figure(metric, *key, shown.isoformat())
        return now, [days.figure(metric, *key, past.isoformat()) for past in had]

    shifts = (
        ratio_shift(*now_and_usual("abandonment"), worse=1),
        ratio_shift(*now_and_usual("service_level"), worse=-1),
        count_shift(*now_and_usual("offered")),
        mean_shift(*now_and_usual("aht")),
    )
    return [shift for shift in shifts if shift]


def _in_full(shift: Shift, weekday: str) -> str:
    """`abandoned 14.2 % (usual Monday 4.8 %)`."""
    verb = {"abandonment": "abandoned", "service_level": "service level", "aht": "AHT"}.get(shift.figure.metric)
    usual = f"(usual {weekday} {_value(shift, shift.usual)})"
    if verb is None:
        return f"volume {_signed_share(shift.change)}: {_value(shift, shift.value)} offered {usual}"
    return f"{verb} {_value(shift, shift.value)} {usual}"


def _in_short(shift: Shift) -> str:
    """`volume +38 %`; `service level 61.0 % (usual 82.0 %)`."""
    if shift.figure.metric == "offered":
        return f"volume {_signed_share(shift.change)}"
    return _in_full(shift, "").replace("(usual  ", "(usual ")


def _value(shift: Shift, value: float) -> str:
    match shift.figure.unit:
        case "ratio":
            return percent(*value.as_integer_ratio())
        case "seconds":
            return duration(value)
    return count(round(value))


def _signed_share(share: float) -> str:
    return f"{'+' if share > 0 else '-'}{percent(*abs(share).as_integer_ratio(), 0)}"


def _aging(facts: Facts, today: Window, where: Where) -> Iterable[Ranked]:
    """Queues whose oldest bucket grew in a week: `Refunds cases 7 d+ grew 12 -> 31 in a week`."""
    oldest = facts.pack.backlog.bucket_names[-1]
    week_ago = today.dates[0] - timedelta(days=7)
    now = slices(facts, ("backlog",), today, ("queue", "age"), where)
    then = slices(facts, ("backlog",), window_of(week_ago, week_ago, today.zone), ("queue", "age"), where)
    for queue, age in now.keys("backlog") if "backlog" not in then.unknown else ():
        if age != oldest:
            continue
        figure, before = now.figure("backlog", queue, age), then.figure("backlog", queue, age).value
        if figure.value is None or before is None or figure.value - before < max(LEAST_GROWTH, before / 4):
            continue
        text = f"{queue or NONE} cases {age} grew {count(int(before))} -> {count(int(figure.value))} in a week"
        by = (("queue", queue), ("age", age)) if queue is not None else (("age", age),)
        yield Ranked(Movement("risk", text, by, figure), (figure.value - before) / max(before, 1) ** 0.5)


def _good_news(days: Slices, shown: date) -> tuple[Movement, ...]:
    """At most one: a channel's CSAT, service level or abandonment of the day that was the best in 28 days."""
    for metric, better in BETTER.items():
        for channel in dict.fromkeys(key[0] for key in days.keys(metric)):
            key = (channel, shown.isoformat())
            figure = days.figure(metric, *key)
            others = [days.figure(metric, *each) for each in days.keys(metric) if each[0] == channel and each != key]
            if _is_best(figure, others, better):
                return (_best_of_all(figure, channel),)
    return ()


def _is_best(figure: Figure, others: Sequence[Figure], better: int) -> bool:
    known = [other.value for other in others if other.value is not None and other.n >= LEAST_N]
    if figure.value is None or figure.status == "miss" or figure.n < LEAST_N or len(known) < LEAST_KNOWN:
        return False
    return all(figure.value * better > value * better for value in known)


def _best_of_all(figure: Figure, channel: str | None) -> Movement:
    assert figure.value is not None
    words = {"csat": "CSAT", "service_level": "service level", "abandonment": "abandonment"}[figure.metric]
    value = percent(*figure.value.as_integer_ratio())
    text = f"{(channel or 'no channel').capitalize()} {words} {value} (n {count(figure.n)}), best in {TREND_DAYS} days"
    return Movement("ok", text, (("channel", channel),) if channel else (), figure)
