"""The result of a historical adherence query: what an agent did, in seconds from the start of the span asked for.

Percentages, exceptions and days' totals are Genesys' own reckoning of the same and are no rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from carecli.sources.conventions import check_span
from carecli.sources.fields import Fields
from carecli.sources.records import BadCell, MapContext, Record, Row


def map_agent(record: Record, context: MapContext) -> Iterator[Row]:
    """A state for each stretch of one activity."""
    agent = Fields(record.cells, context)
    agent_id, start = agent.identifier("userId"), agent.required_time("startDate")
    for actual in agent.elements("actuals"):
        yield Row("agent_states", {"agent_id": agent_id, **_state(actual, start)}, context.exported_at or 0)


def _state(actual: Fields, start: int) -> dict[str, Any]:
    category = "actualActivityCategory"
    values = {
        "state": actual.required(actual.text(category), category),
        "started_at": start + _seconds(actual, "startOffsetSeconds"),
        "ended_at": start + _seconds(actual, "endOffsetSeconds"),
    }
    check_span("agent_states", values)
    return values


def _seconds(actual: Fields, name: str) -> int:
    milliseconds = actual.duration_ms(name)
    if milliseconds is None:
        raise BadCell("missing-value", name, actual.cells.get(name), "seconds from startDate")
    return milliseconds // 1000
