"""What every mapping holds to, whatever file it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carecli.sources.records import BadCell
from carecli.tables import Table

MAY_BE_EMPTY = {
    "contact_events": ("interaction_id", "queue", "agent_id", "data"),
    "costs": ("channel", "cost_center"),
    "annotations": ("scope", "text"),
    "identities": (),
}
"""Key columns whose empty text means something: all, none, shared."""

MAY_LACK_TIME = frozenset({"surveys"})
"""Tables whose rows need not tell the time they are cut by: an answered survey may not say when it was sent."""

MUST_TELL = {"case_events": ("case_id", "kind"), "business_events": ("kind",)}
"""Columns outside the key without which a row says nothing."""

SPANS = {"interactions": ("started_at", "ended_at"), "legs": ("entered_at", "left_at")} | dict.fromkeys(
    ("agent_states", "schedules"), ("started_at", "ended_at")
)
FREE_TEXT = ("subject", "root_cause")
"""Columns that hold what people wrote: redacted and capped."""


def needed(table: Table) -> tuple[str, ...]:
    """The columns that every row of a table must fill: its key, mostly its time, and what it says nothing without."""
    time = (table.time,) if table.time and table.name not in MAY_LACK_TIME else ()
    empty = MAY_BE_EMPTY.get(table.name, ())
    told = MUST_TELL.get(table.name, ())
    return tuple(name for name in dict.fromkeys((*table.key, *time, *told)) if name not in empty)


def check_span(table: str, values: Mapping[str, Any]) -> None:
    """`BadCell` where a row ends before it begins."""
    if span := SPANS.get(table):
        start, end = values.get(span[0]), values.get(span[1])
        if start is not None and end is not None and end < start:
            raise BadCell("times-reversed", span[1], end - start, f"no earlier than {span[0]}")
