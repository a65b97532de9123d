"""Asterisk queue_log: `epoch|callid|queue|agent|EVENT|data...`, one event a line, no header, no quoting.

Every line of a call or of an agent becomes one row of `contact_events`; the legs are derived from them. The caller's
number is replaced by the customer's key before anything is kept, and the caller's name is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from carecli.sources.cells import as_time
from carecli.sources.records import BadCell, Ignored, MapContext, Record, Row
from carecli.sources.telephone import telephone_key, without_numbers

CONFIGURATION = frozenset({"QUEUESTART", "CONFIGRELOAD", "PENALTY", "RINGINUSE"})
NOT_A_CALL = frozenset({"NONE", "REALTIME", "MANAGER", "CLI"})
RING_TIMES = frozenset({"RINGNOANSWER", "RINGCANCELED"})
_EVENT = re.compile(r"[A-Z]+", re.ASCII)
LEADING_FIELDS = ("time", "callid", "queue", "agent", "event")


def map_queue_log(record: Record, context: MapContext) -> Iterator[Row]:
    """One line to one event; lines that only tell of the configuration are ignored."""
    line = str(record.cells["line"]).rstrip("\r\n")
    if not line.strip():
        raise Ignored("blank")
    fields = line.split("|")
    at, event = _time_and_event(fields)
    if event in CONFIGURATION:
        raise Ignored("configuration line")
    _, call, queue, agent = fields[:4]
    yield Row(
        "contact_events",
        {
            "at": at,
            "interaction_id": "" if call in NOT_A_CALL else call,
            "queue": "" if queue == "NONE" else queue,
            "agent_id": "" if agent == "NONE" else agent,
            "event": event,
            "data": "|".join(_private(event, fields[5:], context)),
        },
    )


def _time_and_event(fields: Sequence[str]) -> tuple[int, str]:
    if len(fields) < len(LEADING_FIELDS):
        raise BadCell(
            "missing-cell", LEADING_FIELDS[len(fields)], "|".join(fields)[:80], "time|callid|queue|agent|EVENT"
        )
    at = as_time(fields[0], "time", None)
    if at is None:
        raise BadCell("missing-time", "time", fields[0], "epoch seconds")
    if not _EVENT.fullmatch(fields[4]):
        raise BadCell("not-an-event", "event", fields[4], "a word in capital letters")
    if "\0" in "".join(fields):
        raise BadCell("nul-byte", "data", "NUL", "text without NUL")
    return at, fields[4]


def _private(event: str, data: Sequence[str], context: MapContext) -> Iterator[str]:
    """The data fields without names and numbers of people; `ENTERQUEUE` ends with its third field, the position."""
    if event == "ENTERQUEUE":
        url, caller, *position = [*data[:3], "", ""][: max(2, min(len(data), 3))]
        yield from (context.redact(url) or "", telephone_key(context, caller, "caller") or "", *position)
    elif event in RING_TIMES:
        yield from data
    else:
        yield from (without_numbers(context, field) for field in data)
