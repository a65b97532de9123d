"""The backlog: open cases by age, with what is stale, what came and went, and whose turn it is (R21-R23)."""

from __future__ import annotations

from carecli.boards.board import BacklogBoard, BacklogRow
from carecli.boards.days import day_label
from carecli.boards.header import header_of
from carecli.boards.priorities import urgency
from carecli.boards.slices import Key, Slices, Where, slices
from carecli.errors import UsageProblem
from carecli.metrics.facts import Facts, build_facts
from carecli.metrics.figure import Figure
from carecli.metrics.open_cases import WAITING_ON
from carecli.metrics.windows import Window, before, parse_window, trailing
from carecli.policy.pack import Pack
from carecli.store.snapshot import Snapshot

DIMENSIONS = ("queue", "issue_type", "tier", "priority", "channel")
FLOW_DAYS = 7
OF_STOCK = ("backlog", "stale", "unassigned", "no_reply", "oldest_case")


def backlog_board(
    snapshot: Snapshot,
    pack: Pack,
    *,
    as_of: int,
    zone: str,
    dimension: str = "queue",
    where: Where | None = None,
) -> BacklogBoard:
    """The heat map at `as_of` (epoch seconds) by queue, issue type, tier, priority or channel."""
    if dimension not in DIMENSIONS:
        raise UsageProblem(f"no backlog by {dimension!r}", hint=f"it goes by {', '.join(DIMENSIONS)}")
    today, asked = parse_window("today", as_of, zone), where or {}
    facts = build_facts(snapshot, pack, as_of, zone)
    total = backlog_total(facts, today, asked)
    label = f"now, {day_label(today.dates[0])}"
    title = f"Backlog by {dimension.replace('_', ' ')}"
    return BacklogBoard(
        header=header_of(
            snapshot, pack, board="backlog", title=title, window=today, as_of=as_of, where=asked, label=label
        ),
        dimension=dimension,
        bucket_labels=pack.backlog.bucket_names,
        rows=backlog_rows(facts, today, dimension, asked),
        total=total,
        change_on_yesterday=_change(total.total, slices(facts, ("backlog",), before(today), (), asked)),
    )


def backlog_rows(facts: Facts, window: Window, dimension: str, where: Where) -> tuple[BacklogRow, ...]:
    """A row per value of the dimension that has open cases; priorities by urgency, others by name."""
    stock = _Stock(facts, window, (dimension,), where)
    keys = stock.totals.keys("backlog")
    if dimension == "priority":
        keys = sorted(keys, key=lambda key: urgency(key[0]))
    return tuple(stock.row(key) for key in keys)


def backlog_total(facts: Facts, window: Window, where: Where) -> BacklogRow:
    """The row of all open cases, from the cases themselves and not from other rows."""
    return _Stock(facts, window, (), where).row(())


class _Stock:
    """The stock at the end of a window, and the flow of the seven days that end with it, by some dimensions."""

    def __init__(self, facts: Facts, window: Window, by: tuple[str, ...], where: Where) -> None:
        self.ages = facts.pack.backlog.bucket_names
        self.totals = slices(facts, OF_STOCK, window, by, where)
        self.by_age = slices(facts, ("backlog",), window, (*by, "age"), where)
        self.by_turn = slices(facts, ("backlog",), window, (*by, "waiting_on"), where)
        self.flow = slices(facts, ("cases_created", "cases_resolved"), trailing(window, FLOW_DAYS), by, where)

    def row(self, key: Key) -> BacklogRow:
        oldest = self.totals.figure("oldest_case", *key).value
        return BacklogRow(
            name=key[0] if key else None,
            buckets=tuple(self.by_age.figure("backlog", *key, age) for age in self.ages),
            total=self.totals.figure("backlog", *key),
            stale=self.totals.figure("stale", *key),
            created_7d=self.flow.figure("cases_created", *key),
            resolved_7d=self.flow.figure("cases_resolved", *key),
            waiting_on=tuple(self.by_turn.figure("backlog", *key, turn) for turn in WAITING_ON),
            unassigned=self.totals.figure("unassigned", *key),
            no_reply=self.totals.figure("no_reply", *key),
            oldest_sec=None if oldest is None else int(oldest),
        )


def _change(now: Figure, yesterday: Slices) -> int | None:
    """The change on the last closing before today."""
    then = yesterday.figure("backlog")
    return None if now.value is None or then.value is None else int(now.value - then.value)
