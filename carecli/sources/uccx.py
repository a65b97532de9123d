"""Cisco UCCX: the CSQ Activity Report by Interval."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.sources.dates import as_moment
from carecli.sources.fields import Fields
from carecli.sources.interval_rows import interval_row
from carecli.sources.records import BadCell, Ignored, MapContext, Record, Row

START, END = "interval start time", "interval end time"


def map_csq_interval(record: Record, context: MapContext) -> Iterator[Row]:
    """One interval of a contact service queue; its length follows from its ends, whatever the clocks did between."""
    fields = Fields(record.cells, context)
    queue = fields.text("csq name")
    if queue is None:
        raise Ignored("total row")
    start, end = _moment(fields, START), _moment(fields, END)
    if end <= start:
        raise BadCell("times-reversed", END, fields.text(END), f"later than {START}")
    values = {
        "queue": queue,
        "channel": "voice",
        "interval_start": start,
        "minutes": (end - start) // 60,
        "attribution": "queued",
        "offered": fields.whole("calls presented"),
        "answered": fields.whole("handled"),
        "abandoned": fields.whole("abandoned"),
        "abandoned_within_sl": fields.whole("calls abandoned < service level"),
        "flow_out": fields.whole("dequeued"),
        "within_sl": fields.whole("calls handled < service level"),
        "threshold_ms": fields.duration_ms("service level (sec)"),
    }
    yield interval_row(context, values)


def _moment(fields: Fields, name: str) -> int:
    """The month comes first, unless the user says otherwise."""
    moment = as_moment(fields.text(name), name, fields.context.zone, fields.context.order or "mdy")
    return fields.required(moment, name)
