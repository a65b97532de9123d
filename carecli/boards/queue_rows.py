"""Rows of queue x channel for a day, with the curve of its half hours."""

from __future__ import annotations

from datetime import datetime

from carecli.boards.board import QueueRow
from carecli.boards.header import local_time
from carecli.boards.slices import Key, Slices, Where, slices
from carecli.metrics.facts import Facts
from carecli.metrics.windows import Window
from carecli.tables import CHANNELS

OF_DAY = ("offered", "answered", "service_level", "asa", "aht_p50", "aht_p90", "abandonment")
OF_NOW = ("waiting", "longest_wait")
OF_INTERVALS = ("offered", "answered", "abandonment", "service_level")
INTERVAL = 1800

Curve = tuple[tuple[datetime, int, int], ...]


def queue_rows(facts: Facts, day: Window, intervals: Slices, where: Where) -> tuple[QueueRow, ...]:
    """One row per queue x channel that was offered contacts that day or has some waiting, by channel, then by name."""
    of_day = slices(facts, OF_DAY, day, ("queue", "channel"), where)
    of_now = slices(facts, OF_NOW, day, ("queue", "channel"), where)
    keys = {*_above_0(of_day, "offered"), *_above_0(of_now, "waiting")}
    curves = _curves(intervals, facts.zone)
    return tuple(_row(key, of_day, of_now, curves.get(key, ())) for key in sorted(keys, key=by_channel_then_name))


def interval_slices(facts: Facts, day: Window, where: Where) -> Slices:
    """The half hours of a day by queue and channel."""
    return slices(facts, OF_INTERVALS, day, ("queue", "channel", "interval"), where)


def by_channel_then_name(key: Key) -> tuple[int, bool, str]:
    """Channels in their canonical order; what has no name comes last."""
    queue, channel = key[0], key[1]
    place = CHANNELS.index(channel) if channel in CHANNELS else len(CHANNELS)
    return place, queue is None, queue or ""


def _above_0(counts: Slices, metric: str) -> list[Key]:
    return [key for key in counts.keys(metric) if counts.figure(metric, *key).value]


def _row(key: Key, of_day: Slices, of_now: Slices, curve: Curve) -> QueueRow:
    waiting, longest = (of_now.figure(metric, *key) for metric in OF_NOW)
    offered, answered, service_level, asa, p50, p90, abandonment = (of_day.figure(metric, *key) for metric in OF_DAY)
    return QueueRow(
        key[0], key[1], waiting, longest, offered, answered, service_level, asa, p50, p90, abandonment, curve
    )


def _curves(intervals: Slices, zone: str) -> dict[Key, Curve]:
    """For each queue x channel all half hours from the first to the last one in which anything was offered anywhere."""
    keys = intervals.keys("offered")
    starts = [int(datetime.fromisoformat(key[2]).timestamp()) for key in keys if key[2]]
    every = [local_time(at, zone) for at in range(min(starts, default=0), max(starts, default=-1) + 1, INTERVAL)]
    return {
        key: tuple((start, *_counts(intervals, key, start)) for start in every)
        for key in dict.fromkeys(each[:2] for each in keys)
    }


def _counts(intervals: Slices, key: Key, start: datetime) -> tuple[int, int]:
    offered, answered = (intervals.figure(metric, *key, start.isoformat()).value for metric in ("offered", "answered"))
    return int(offered or 0), int(answered or 0)
