"""The cycles of Jira's service levels: the first answer is where the first cycle of its clock stopped.

A clock is a field of the issue whose number differs from site to site; its name doesn't.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from carecli.sources.fields import Fields
from carecli.sources.records import Ignored, MapContext, Record, Row

FIRST_ANSWER = "time to first response"


def map_issue(record: Record, context: MapContext) -> Iterator[Row]:
    """The issue's part of the case. A cycle that still runs tells no answer."""
    fields = Fields(record.cells, context)
    inside = fields.inside("fields")
    clock = _clock(inside)
    if clock is None:
        raise Ignored("no clock of the first answer")
    stops = [cycle.inside("stopTime").time("epochMillis") for cycle in clock.elements("completedCycles")]
    values = {
        "case_id": fields.identifier("key"),
        "created_at": inside.required_time("created"),
        "first_response_at": min(filter(None, stops), default=None),
    }
    version = inside.time("updated") or context.exported_at or 0
    yield Row("cases", values, version, complete=values["first_response_at"] is not None)


def _clock(fields: Fields) -> Fields | None:
    """The field that holds the clock's cycles."""
    for name, cell in fields.cells.items():
        if isinstance(cell, Mapping) and "completedCycles" in cell:
            clock = fields.inside(name)
            if (clock.text("name") or "").casefold() == FIRST_ANSWER:
                return clock
    return None
