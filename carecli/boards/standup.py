"""The day's stand-up: the last open day, what moved, what ages, what happened (R286, R287)."""

from __future__ import annotations

from datetime import date, timedelta

from carecli.boards.backlog import backlog_rows
from carecli.boards.board import StandupBoard
from carecli.boards.days import FURTHEST, closed_line, day_label, is_open, last_open_day
from carecli.boards.header import header_of
from carecli.boards.headlines import headlines, trend_slices
from carecli.boards.moved import moved
from carecli.boards.notes import happened
from carecli.boards.quality import quality
from carecli.boards.queue_rows import interval_slices, queue_rows
from carecli.boards.slices import Where, slices
from carecli.metrics.facts import Facts, build_facts
from carecli.metrics.windows import Window, parse_window, window_of
from carecli.policy.pack import Pack
from carecli.store.snapshot import Snapshot

LIVE = ("voice", "chat")
"""Channels whose contacts show that somebody was there: e-mails come on closed days too."""


def standup_board(snapshot: Snapshot, pack: Pack, *, as_of: int, zone: str, where: Where | None = None) -> StandupBoard:
    """The stand-up of the local day of `as_of` (epoch seconds): it speaks of the last open day before it."""
    asked, today = where or {}, parse_window("today", as_of, zone)
    facts = build_facts(snapshot, pack, as_of, zone)
    busy = _busy_days(facts, today)
    calendar, this_day = pack.calendar_for(None), today.dates[0]
    shown = last_open_day(calendar, this_day, busy)
    day = _day_window(shown, this_day, zone)
    intervals, trends = interval_slices(facts, day, asked), trend_slices(facts, day, asked)
    usual = [past for past in _weeks_before(shown) if is_open(calendar, past, busy)]
    return StandupBoard(
        header=header_of(
            snapshot,
            pack,
            board="standup",
            title="Stand-up",
            window=day,
            as_of=as_of,
            where=asked,
            label=day_label(shown),
        ),
        headlines=headlines(facts, day, today, trends, asked),
        closed_days=closed_line(calendar, shown, this_day),
        by_queue=queue_rows(facts, day, intervals, asked),
        backlog=backlog_rows(facts, today, "queue", asked),
        bucket_labels=pack.backlog.bucket_names,
        quality=quality(facts, day, asked),
        moved=moved(facts, day, today, usual=usual, intervals=intervals, trends=trends, where=asked),
        happened=happened(snapshot, day.first, today.last, zone),
    )


def _busy_days(facts: Facts, today: Window) -> set[date]:
    """The days of the last five weeks on which a live channel was offered contacts."""
    this_day = today.dates[0]
    past = window_of(this_day - timedelta(days=FURTHEST + 28), this_day - timedelta(days=1), today.zone)
    offered = slices(facts, ("offered",), past, ("channel", "day"))
    return {
        date.fromisoformat(day)
        for channel, day in offered.keys("offered")
        if day and channel in LIVE and offered.figure("offered", channel, day).value
    }


def _day_window(shown: date, today: date, zone: str) -> Window:
    name = "yesterday" if (today - shown).days == 1 else "last open day"
    return window_of(shown, shown, zone, name)


def _weeks_before(day: date) -> list[date]:
    """The same weekday of the four weeks before."""
    return [day - timedelta(weeks=number) for number in range(1, 5)]
