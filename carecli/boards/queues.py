"""Queue health of a day, live or past."""

from __future__ import annotations

from carecli.boards.board import QueuesBoard
from carecli.boards.days import day_label
from carecli.boards.header import header_of
from carecli.boards.headlines import core_figures
from carecli.boards.notes import happened
from carecli.boards.queue_rows import interval_slices, queue_rows
from carecli.boards.slices import Where, why_unknown
from carecli.metrics.facts import build_facts
from carecli.metrics.windows import Window, parse_window
from carecli.policy.pack import Pack
from carecli.store.snapshot import Snapshot


def queues_board(
    snapshot: Snapshot,
    pack: Pack,
    *,
    as_of: int,
    zone: str,
    window: Window | None = None,
    where: Where | None = None,
) -> QueuesBoard:
    """The queues in a window; None is the local day of `as_of` (epoch seconds), which is provisional while it runs."""
    day = window or parse_window("today", as_of, zone)
    asked = where or {}
    facts = build_facts(snapshot, pack, as_of, zone)
    one_day = len(day.dates) == 1
    label = f"{'today, ' if day.name == 'today' else ''}{day_label(day.dates[0])}" if one_day else day.label
    intervals = interval_slices(facts, day, asked)
    return QueuesBoard(
        header=header_of(
            snapshot,
            pack,
            board="queues",
            title="Queues",
            window=day,
            as_of=as_of,
            where=asked,
            label=label,
            notes=why_unknown(intervals),
        ),
        rows=queue_rows(facts, day, intervals, asked),
        happened=happened(snapshot, day.first, day.last, zone),
        by_channel=core_figures(facts, day) if one_day and not asked else (),
    )
