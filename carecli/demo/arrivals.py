"""When customers reach us first: Poisson arrivals with a week and a day in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from carecli.demo.centre import CUSTOMERS, LIVE, QUEUE, WRITTEN, Queue
from carecli.demo.opening import day_of, epoch, next_open_day, opening
from carecli.demo.scenario import Scenario

WEEKDAY = (1.13, 1.03, 0.99, 0.97, 0.88)
AFTER_CLOSED_DAYS = 1.08
LIVE_HOURS = (0.78, 1.03, 1.20, 1.15, 1.00, 0.94, 1.04, 1.08, 0.97, 0.81)
SATURDAY_HOURS = (0.90, 1.15, 1.15, 1.00, 0.80)
ASYNC_HOURS = (
    *(0.25, 0.15, 0.1, 0.1, 0.15, 0.3, 0.7, 1.1, 1.6, 1.9, 2.0, 1.8),
    *(1.6, 1.6, 1.7, 1.6, 1.5, 1.3, 1.2, 1.2, 1.2, 1.1, 0.8, 0.45),
)
SUNDAY_SHARE = 0.30
INCIDENT_FACTOR = 1.45
REPEAT_DAYS = (22, 26, 18, 12, 9, 7)
"""Weights of calling again 0, 1, 2 ... days later."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A customer reaching a queue at an instant (epoch seconds)."""

    at: int
    queue: str
    customer: int
    issue: str
    repeats: int = 0
    """How many contacts about the same matter came before."""


def _day_total(queue: Queue, day: date) -> float:
    if day.weekday() == 5:
        return queue.saturday
    if day.weekday() == 6:
        return queue.weekday * SUNDAY_SHARE
    closed_before = opening(day - timedelta(days=1)) is None and day.weekday() != 0
    return queue.weekday * WEEKDAY[day.weekday()] * (AFTER_CLOSED_DAYS if closed_before else 1.0)


def _hours(queue: Queue, day: date) -> tuple[int, tuple[float, ...]]:
    """First hour and the weights of the hours of a day."""
    if queue.system == "zendesk":
        return 0, ASYNC_HOURS
    return (9, SATURDAY_HOURS) if day.weekday() == 5 else (8, LIVE_HOURS)


def _poisson_times(rng: Random, begin: int, rate: float, seconds: int) -> list[int]:
    """Arrivals within `seconds` from `begin` at `rate` a second."""
    times, at = [], rng.expovariate(rate)
    while at < seconds:
        times.append(begin + int(at))
        at += rng.expovariate(rate)
    return times


def expected(queue: Queue, day: date) -> list[tuple[int, float]]:
    """(begin, mean first contacts) of every half hour in which the queue is open; the planted incident left out."""
    total = _day_total(queue, day)
    if total <= 0 or (queue.system != "zendesk" and opening(day) is None):
        return []
    first, weights = _hours(queue, day)
    whole = sum(weights)
    return [
        (epoch(day, first + offset, half), total * weight / whole / 2)
        for offset, weight in enumerate(weights)
        for half in (0, 30)
    ]


def _day_times(rng: Random, queue: Queue, day: date, scenario: Scenario) -> list[int]:
    times: list[int] = []
    for begin, mean in expected(queue, day):
        rate = mean / 1800
        if queue.key == "billing_voice" and scenario.incident[0] <= begin < scenario.incident[1]:
            rate *= INCIDENT_FACTOR
        times += _poisson_times(rng, begin, rate, 1800)
    return times


def _all_times(scenario: Scenario, queues: tuple[Queue, ...], span: list[date]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    for queue in queues:
        for day in span:
            rng = scenario.stream(f"arrivals:{queue.key}:{day}")
            found += [(at, queue.key) for at in _day_times(rng, queue, day, scenario)]
    return sorted(found)


def _with_customers(scenario: Scenario, times: list[tuple[int, str]], first: int) -> list[Arrival]:
    """Customers come round robin through a shuffled list: nobody calls again within days by pure chance."""
    order = list(range(CUSTOMERS))
    scenario.stream("customers").shuffle(order)
    rng = scenario.stream(f"issues:{first}")
    return [
        Arrival(at, queue, order[(first + index) % CUSTOMERS], rng.choice(QUEUE[queue].issues))
        for index, (at, queue) in enumerate(times)
    ]


def live_arrivals(scenario: Scenario) -> list[Arrival]:
    """First contacts by voice and chat, warm-up included, in order of time."""
    return _with_customers(scenario, _all_times(scenario, LIVE, scenario.live_days), 0)


def written_arrivals(scenario: Scenario) -> list[Arrival]:
    """New e-mails and social posts, warm-up included, in order of time."""
    return _with_customers(scenario, _all_times(scenario, WRITTEN, scenario.ticket_days), CUSTOMERS // 2)


def repeat_time(rng: Random, at: int, queue: str) -> int:
    """When a customer whose matter wasn't resolved at `at` tries again."""
    offset = rng.choices(range(len(REPEAT_DAYS)), REPEAT_DAYS)[0]
    day = next_open_day(day_of(at) + timedelta(days=offset))
    first, weights = _hours(QUEUE[queue], day)
    hour = rng.choices(range(len(weights)), weights)[0]
    again = epoch(day, first + hour) + rng.randrange(3600)
    if again < at + 900:
        again = at + rng.randint(900, 7200)
    hours = opening(day_of(again))
    if hours is None or again >= hours[1]:
        later = next_open_day(day_of(again) + timedelta(days=1))
        again = epoch(later, _hours(QUEUE[queue], later)[0]) + rng.randrange(2 * 3600)
    return again
