"""Calabrio WFM (Teleopti): the file of queue statistics, one row a queue and interval."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.sources.dates import as_moment
from carecli.sources.fields import Fields
from carecli.sources.interval_rows import interval_row
from carecli.sources.records import MapContext, Record, Row

DAY, CLOCK = "date (yyyymmdd)", "time (hh:mm)"


def map_queue_statistics(record: Record, context: MapContext) -> Iterator[Row]:
    """One interval of a queue; waits, talk and after-call work are totals over the answered calls, in seconds."""
    fields = Fields(record.cells, context)
    values = {
        "queue": fields.required(fields.text("queue_name", "queue_id"), "queue_name"),
        "channel": "voice",
        "interval_start": _start(fields),
        "minutes": fields.required(fields.whole("interval_lenght (min)"), "interval_lenght (min)"),
        "attribution": "queued",
        "offered": fields.whole("offered_calls"),
        "answered": fields.whole("answered_calls"),
        "abandoned": fields.whole("abandoned_calls"),
        "abandoned_short": fields.whole("abandoned_short_calls"),
        "abandoned_within_sl": fields.whole("abandoned_calls_within_sl"),
        "flow_out": fields.whole("overflow_out_calls"),
        "within_sl": fields.whole("answered_calls_within_sl"),
    }
    names = ("speed_of_answer_s", "talk_time_s", "after_call_work_s")
    yield interval_row(context, values, tuple(map(fields.duration_ms, names)))


def _start(fields: Fields) -> int:
    day, clock = (fields.required(fields.text(name), name) for name in (DAY, CLOCK))
    return fields.required(as_moment(f"{day} {clock}", DAY, fields.context.zone, compact="yyyymmdd"), DAY)
