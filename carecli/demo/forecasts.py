"""The planners' forecast by half hour and queue, for the last days and the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from math import exp

from carecli.demo.arrivals import expected
from carecli.demo.centre import QUEUES, Queue
from carecli.demo.desk import WORK_MEDIAN, WORK_SIGMA
from carecli.demo.files import Export, csv_text
from carecli.demo.opening import days, iso
from carecli.demo.scenario import Scenario

MINUTES = 30
DAYS_BEFORE, DAYS_AFTER = 8, 4
REPEATS = {"voice": 1.27, "chat": 1.22}
"""Contacts a first contact brings, itself included, as planners learned from the past."""
ERROR = 0.06
"""Standard deviation of the error of a queue's day."""
WRAP_SIGMA = 0.5


def _handle_sec(queue: Queue) -> int:
    """The mean of the handle times that are drawn."""
    if queue.system == "zendesk":
        return round(WORK_MEDIAN * exp(WORK_SIGMA**2 / 2))
    talk = queue.talk_median * exp(queue.talk_sigma**2 / 2)
    return round(talk + queue.hold_share * (queue.hold_mean + 5) + queue.wrap_median * exp(WRAP_SIGMA**2 / 2))


def _day(scenario: Scenario, queue: Queue, day: date) -> Iterator[tuple[str, ...]]:
    error = 1 + scenario.stream(f"forecast:{queue.key}:{day}").gauss(0, ERROR)
    for begin, mean in expected(queue, day):
        contacts = mean * REPEATS.get(queue.channel, 1.0) * error
        head = ("people", queue.title, queue.channel, iso(begin), str(MINUTES))
        yield *head, f"{contacts:.1f}", str(_handle_sec(queue))


def write(scenario: Scenario, export: Export) -> None:
    """A plan, so it reaches beyond the end."""
    first, last = scenario.last_day - timedelta(days=DAYS_BEFORE), scenario.last_day + timedelta(days=DAYS_AFTER)
    header = ("source", "queue", "channel", "interval_start", "minutes", "contacts", "aht_sec")
    rows = [row for day in days(first, last) for queue in QUEUES for row in _day(scenario, queue, day)]
    export.write("people/forecasts.csv", csv_text(header, rows))
