"""Avaya CMS: intervals of splits; all times are totals in seconds."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.sources.dates import as_moment
from carecli.sources.fields import Fields
from carecli.sources.interval_rows import interval_row
from carecli.sources.records import BadCell, MapContext, Record, Row


def map_split_interval(record: Record, context: MapContext) -> Iterator[Row]:
    """One interval of a split. `SERVICELEVEL` is the threshold, not a percentage."""
    fields = Fields(record.cells, context)
    values = {
        "queue": fields.identifier("split"),
        "channel": "voice",
        "interval_start": _start(fields),
        "minutes": fields.required(fields.whole("intrvl"), "intrvl"),
        "attribution": "queued",
        "offered": fields.whole("callsoffered"),
        "answered": fields.whole("acdcalls"),
        "abandoned": fields.whole("abncalls"),
        "abandoned_within_sl": fields.whole("slvlabns"),
        "flow_out": fields.whole("outflowcalls"),
        "within_sl": fields.whole("acceptable"),
        "threshold_ms": fields.duration_ms("servicelevel"),
    }
    names = ("anstime", "acdtime", "holdtime", "acwtime")
    yield interval_row(context, values, tuple(map(fields.duration_ms, names)))


def _start(fields: Fields) -> int:
    """`STARTTIME` is hours and minutes without leading zeros: 900, 1330, 0 for midnight."""
    day, clock = (fields.required(fields.text(name), name) for name in ("row_date", "starttime"))
    if not clock.isdecimal() or len(clock) > 4:
        raise BadCell("not-a-time", "starttime", clock, "hours and minutes, such as 930")
    digits = clock.zfill(4)
    moment = f"{day} {digits[:2]}:{digits[2:]}"
    return fields.required(as_moment(moment, "row_date", fields.context.zone, fields.context.order), "row_date")
