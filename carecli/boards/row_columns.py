"""What is shown of the rows behind a figure: which columns there are, and what they are called."""

from __future__ import annotations

from typing import Final

import polars as pl

from carecli.boards.drill import RowsColumn
from carecli.metrics.facts import Facts
from carecli.metrics.measures import Metric
from carecli.metrics.open_cases import WAITING_ON
from carecli.store.snapshot import Snapshot
from carecli.tables import CASE_STATUSES, CHANNELS, LEG_OUTCOMES

TIMES: Final = ("entered", "at", "created_at", "resolved_at", "closed_at", "responded_at", "sent_at")
"""Where a metric without a time of its own has a moment of its rows."""
MOMENTS: Final = {
    "entered": "Arrived",
    "at": "Arrived",
    "created_at": "Created",
    "resolved_at": "Resolved",
    "closed_at": "Closed",
    "responded_at": "Answered",
    "sent_at": "Sent",
}
CODES: Final = {
    "channel": CHANNELS,
    "outcome": LEG_OUTCOMES,
    "status": CASE_STATUSES,
    "waiting_on": WAITING_ON,
    "stale": ("stale",),
    "follow_up": ("follow-up",),
}
_COLUMNS: Final = (
    ("case", RowsColumn("case", "Case", "text")),
    ("age_seconds", RowsColumn("age", "Age", "duration")),
    ("acted_at", RowsColumn("last", "Last act", "duration")),
    ("stale", RowsColumn("stale", "Stale", "mark")),
    ("priority", RowsColumn("priority", "Prio", "text")),
    ("status", RowsColumn("status", "Status", "text")),
    ("waiting_on", RowsColumn("turn", "Turn", "text")),
    ("what", RowsColumn("what", "Row", "text")),
    ("follow_up", RowsColumn("again", "Again", "text")),
    ("queue", RowsColumn("queue", "Queue", "text")),
    ("channel", RowsColumn("channel", "Channel", "text")),
    ("issue_type", RowsColumn("issue_type", "Issue type", "text")),
    ("tier", RowsColumn("tier", "Tier", "text")),
    ("wait_ms", RowsColumn("wait", "Wait", "duration")),
    ("handle_ms", RowsColumn("handle", "Handled", "duration")),
    ("outcome", RowsColumn("outcome", "Outcome", "text")),
    ("vote", RowsColumn("vote", "Vote", "text")),
    ("reopened_at", RowsColumn("reopened", "Reopened", "moment")),
    ("level", RowsColumn("level", "Level", "number")),
    ("agent", RowsColumn("agent", "Agent", "agent")),
    ("customer", RowsColumn("customer", "Customer", "customer")),
    ("contact", RowsColumn("contact", "Contact", "text")),
    ("source", RowsColumn("source", "Source", "text")),
)
"""The column of a fact, and what is shown of it, in the order of the page."""
SUBJECT: Final = RowsColumn("subject", "Subject", "words")
OPEN_CASES: Final = "open_cases"


def moment_column(metric: Metric, frame: pl.DataFrame) -> str | None:
    """By which moment the rows of a metric are in order."""
    if metric.table == OPEN_CASES:
        return "created_at"
    names = (metric.time, *TIMES) if metric.time else TIMES
    return next((name for name in names if name in frame.columns), None)


def columns_of(metric: Metric, frame: pl.DataFrame) -> tuple[tuple[str, RowsColumn], ...]:
    """The columns that the facts of a metric have, beside the moment; a case stands first where rows are open cases."""
    found = [(name, column) for name, column in _COLUMNS if name in frame.columns]
    moment = moment_column(metric, frame)
    when = [(moment, RowsColumn("when", MOMENTS.get(moment, "When"), "moment"))] if moment else []
    return (*found[:1], *when, *found[1:]) if metric.table == OPEN_CASES else (*when, *found)


def shown_value(name: str, column: RowsColumn, rows: pl.DataFrame, facts: Facts) -> pl.Expr:
    """The value of a column as it is shown: names in words, times in epoch seconds, durations in seconds."""
    value = pl.col(name)
    if name == "acted_at":
        return (pl.col("instant") - value).cast(pl.Float64)
    if column.kind == "duration":
        return (value / 1000 if name.endswith("_ms") else value).cast(pl.Float64)
    if name in CODES:
        words = dict(enumerate(CODES[name], start=1))
        return value.replace_strict(words, default=None, return_dtype=pl.String).str.replace_all("_", " ")
    if name in ("case", "contact", "what", "vote"):
        return pl.col(f"{name}_text")
    if column.kind in ("text", "customer", "agent"):
        return in_words(rows[name], facts.snapshot, agents=column.kind == "agent")
    return value


def in_words(codes: pl.Series, snapshot: Snapshot, *, agents: bool = False) -> pl.Expr:
    """A column of name codes in words; of an agent the name to show, the id where none is known.

    Only the codes that are there are looked up: a store knows a name for each of its customers.
    """
    shown = {code: snapshot.agents.get(code) if agents else None for code in codes.unique().drop_nulls()}
    words = {code: name or snapshot.name(code) for code, name in shown.items()}
    return pl.col(codes.name).replace_strict(words or {0: ""}, default=None, return_dtype=pl.String)
