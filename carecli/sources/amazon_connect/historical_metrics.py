"""Historical metrics by queue and half-hour: the user's choice of columns, with the threshold in a column's title.

Columns of other figures are counted by Amazon in the interval in which the contact ended. The file doesn't say how
long its intervals are; a start off the half-hour proves that they are shorter and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from carecli.sources.cells import as_duration_ms, as_present, as_time, as_whole
from carecli.sources.records import BadCell, MapContext, Record, Row

MINUTES = 30
IN_TIME = re.compile(r"contacts answered (?:in )?(\d{1,6}) seconds")
"""A preset threshold is written with "in", one of the user's own without."""

WHOLE = {"offered": "contacts queued", "answered": "contacts handled incoming", "abandoned": "contacts abandoned"}
MEANS = {"aht_ms": "average handle time", "asa_ms": "average queue answer time"}


def map_interval(record: Record, context: MapContext) -> Iterator[Row]:
    """One queue's figures in one interval."""
    cells = record.cells
    queue = as_present(cells.get("queue"), "Queue")
    if queue is None:
        raise BadCell("missing-value", "Queue", "", "a queue")
    values = {"queue": queue, "channel": "voice", "interval_start": _start(cells, context)}
    values |= {"minutes": MINUTES, "attribution": "ended"}
    values |= {name: _whole(cells, column) for name, column in WHOLE.items()}
    values |= {name: as_duration_ms(_plain(cells.get(column)), column) for name, column in MEANS.items()}
    yield Row("intervals", values | _in_time(cells), context.exported_at or 0)


def _start(cells: Mapping[str, Any], context: MapContext) -> int:
    start = as_time(cells.get("startinterval"), "StartInterval", context.zone)
    if start is None:
        raise BadCell("missing-value", "StartInterval", "", "a time")
    if start % (MINUTES * 60):
        raise BadCell(
            "not-a-half-hour", "StartInterval", cells.get("startinterval"), "a report by half-hours, not shorter"
        )
    return start


def _in_time(cells: Mapping[str, Any]) -> dict[str, Any]:
    """Counts within the threshold; of several thresholds the first in the file is taken."""
    for column in cells:
        if match := IN_TIME.fullmatch(column):
            return {
                "threshold_ms": int(match[1]) * 1000,
                "within_sl": _whole(cells, column),
                "abandoned_within_sl": _whole(cells, column.replace("answered", "abandoned")),
            }
    return {}


def _whole(cells: Mapping[str, Any], column: str) -> int | None:
    return as_whole(_plain(cells.get(column)), column)


def _plain(cell: object) -> object:
    """Without the signs between thousands."""
    return cell.replace(",", "") if isinstance(cell, str) else cell
