"""Asterisk's call detail records: one row a path through the dial plan, so a call is made of the rows of its legs.

Rows of one `linkedid` (without it, one `uniqueid`) are one call. A caller who gave up in `Queue()` is written ANSWERED,
for the queue answered; that nobody did shows in the missing `dstchannel`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from carecli.sources.cells import as_code
from carecli.sources.conventions import check_span
from carecli.sources.fields import Fields
from carecli.sources.records import BadCell, MapContext, Record, Row
from carecli.sources.telephone import SHORTEST_NUMBER

DISPOSITIONS = ("answered", "no_answer", "busy", "failed", "congestion", "cancel")
ID = re.compile(r"(?:.+-)?\d{9,10}\.\d+")
"""A channel's unique id: `[system-]epoch.number`."""
CHANNEL_NUMBER = re.compile(r"-[0-9a-f]{8}(?:;\d)?$")
TAIL = ("uniqueid", "userfield", "peeraccount", "linkedid", "sequence")
LINKED = ("peeraccount", "linkedid", "sequence")
"""The columns that newer versions add by option, together and at the end."""
BEFORE_TAIL = 16

_KNOWN = "src dst clid channel dstchannel lastapp lastdata start answer end duration billsec disposition amaflags"
KNOWN = frozenset((*_KNOWN.split(), *TAIL)) - {"userfield"}


def map_cdr(record: Record, context: MapContext) -> Iterator[Row]:
    """One path: its leg, and its part of the call."""
    cells = with_tail(record.cells)
    fields = Fields(cells, context)
    leg = _leg(fields)
    check_span("legs", leg)
    yield Row("legs", leg, complete=leg["left_at"] is not None)
    part = {
        "interaction_id": leg["interaction_id"],
        "channel": "voice",
        "started_at": leg["entered_at"],
        "customer_id": fields.telephone("src"),
        "disposition": fields.text("disposition"),
        "attributes": fields.attributes(KNOWN),
    }
    yield Row("interactions", part, part=leg["leg_id"])


def with_tail(cells: Mapping[str, Any]) -> dict[str, Any]:
    """The cells with the optional columns at the end under their own names.

    Read by place, those of a Master.csv without `userfield` or `uniqueid` are shifted; of `cdr_custom`, whose columns
    are fixed, nothing is changed.
    """
    if "linkedid" in cells or "peeraccount" in cells:
        return _renamed(cells, [cells[name] for name in TAIL if name in cells])
    return dict(cells)


def _renamed(cells: Mapping[str, Any], tail: Sequence[Any]) -> dict[str, Any]:
    own = tail[: -len(LINKED)]
    named = dict(zip(LINKED, tail[-len(LINKED) :], strict=True)) | dict(zip(TAIL, own, strict=False))
    return {name: cell for name, cell in cells.items() if name not in TAIL} | named


def _leg(fields: Fields) -> dict[str, Any]:
    outcome = _outcome(fields)
    waited = outcome == "abandoned"
    agent = _peer(fields.text("dstchannel"))
    start = fields.required_time("start")
    return {
        "interaction_id": _call(fields),
        "leg_id": _path(fields, agent),
        "queue": _queue(fields),
        "agent_id": agent if outcome == "answered" else None,
        "entered_at": start,
        "answered_at": fields.time_from("answer", start) if outcome == "answered" else None,
        "left_at": fields.time_from("end", start),
        "outcome": outcome,
        "queue_time_ms": fields.duration_ms("billsec") if waited else None,
        "talk_ms": None if waited or outcome == "voicemail" else fields.duration_ms("billsec"),
    }


def _outcome(fields: Fields) -> str | None:
    word = as_code(fields.text("disposition"), "disposition", DISPOSITIONS)
    if word != "answered":
        return "missed" if word else None
    if fields.text("dstchannel"):
        return "answered"
    # Nobody was called, so an application answered.
    return {"queue": "abandoned", "voicemail": "voicemail"}.get((fields.text("lastapp") or "").casefold(), "missed")


def _call(fields: Fields) -> str:
    found = (fields.optional_id(name) for name in ("linkedid", "uniqueid"))
    call = next((text for text in found if text and ID.fullmatch(text)), None)
    if call is None:
        raise BadCell("missing-id", "uniqueid", fields.text("uniqueid"), "the id of a channel; see loguniqueid")
    return call


def _path(fields: Fields, agent: str | None) -> str:
    """What tells a row from the others of its call."""
    channel, number = fields.text("uniqueid") or _call(fields), fields.text("sequence")
    return f"{channel}/{number}" if number else " ".join(filter(None, (channel, fields.text("start"), agent)))


def _queue(fields: Fields) -> str | None:
    """The first argument of `Queue()`."""
    if (fields.text("lastapp") or "").casefold() != "queue":
        return None
    return (fields.text("lastdata") or "").partition(",")[0].strip() or None


def _peer(channel: str | None) -> str | None:
    """`PJSIP/201` of `PJSIP/201-00000002`; None for a channel that names a telephone number."""
    if channel is None:
        return None
    peer = CHANNEL_NUMBER.sub("", channel)
    return None if re.search(rf"\d{{{SHORTEST_NUMBER}}}", peer) else peer
