"""Five9's Call Log: one row a call, in which talk time includes hold, and ringing is no part of the queue wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from carecli.sources.attributes import unmapped
from carecli.sources.cells import as_duration_ms, as_flag, as_id, as_present
from carecli.sources.conventions import check_span
from carecli.sources.dates import as_moment
from carecli.sources.records import BadCell, MapContext, Record, Row
from carecli.sources.telephone import telephone_key

Cells = Mapping[str, Any]

DIRECTIONS = {
    "inbound": "inbound",
    "queue callback": "inbound",
    "outbound": "outbound",
    "autodial": "outbound",
    "manual": "outbound",
}
"""Call types that were seen; others exist and say nothing of the direction."""

WAITING_FOR_CALLBACK = "queue callback"
"""The row of a customer who is to be called back; the conversation follows in a row with the same id."""

NOBODY = frozenset({"[none]", "[deleted]"})
KNOWN = frozenset(
    {"call id", "timestamp", "skill", "agent", "agent name", "disposition", "ani", "dnis", "customer name"}
    | {"call time", "ivr time", "queue wait time", "ring time", "talk time", "hold time", "park time"}
    | {"after call work time", "abandoned", "recordings"}
)


@dataclass(frozen=True, slots=True)
class Times:
    """The row's durations in milliseconds; None where the cell is blank."""

    whole: int | None
    ivr: int | None
    queue: int | None
    ring: int | None
    talk: int | None
    hold: int | None
    park: int | None
    wrap: int | None

    @property
    def connected_after(self) -> int:
        """From the start to the agent: menu, queue and ringing, one after the other."""
        return sum(span or 0 for span in (self.ivr, self.queue, self.ring))

    @property
    def handled(self) -> int | None:
        """Talk, hold included, and after-call work."""
        return None if self.talk is None else self.talk + (self.wrap or 0)

    @property
    def talk_alone(self) -> int | None:
        if self.talk is None:
            return None
        alone = self.talk - (self.hold or 0)
        if alone < 0:
            raise BadCell("negative-duration", "hold time", self.hold, "no longer than TALK TIME, which includes it")
        return alone


def map_call(record: Record, context: MapContext) -> Iterator[Row]:
    """One call; the row of a callback not made yet gives way to that of the conversation."""
    cells, times = record.cells, _times(record.cells)
    kind = (as_present(cells.get("call type"), "call type") or "").casefold()
    call = _call(cells, context, times, kind)
    check_span("interactions", call)
    yield Row("interactions", call, context.exported_at or 0, complete=kind != WAITING_FOR_CALLBACK)
    name = _named(cells, "agent name")
    if call["agent_id"] and name:
        yield Row("agents", {"agent_id": call["agent_id"], "name": name}, context.exported_at or 0)


def _times(cells: Cells) -> Times:
    names = ("call", "ivr", "queue wait", "ring", "talk", "hold", "park", "after call work")
    return Times(*(as_duration_ms(cells.get(f"{name} time"), f"{name} time") for name in names))


def _call(cells: Cells, context: MapContext, times: Times, kind: str) -> dict[str, Any]:
    started_at = as_moment(cells.get("timestamp"), "timestamp", context.zone, context.order)
    if started_at is None:
        raise BadCell("missing-value", "timestamp", "", "a time")
    direction, agent_id = DIRECTIONS.get(kind), _named(cells, "agent")
    outcome = _outcome(cells, times, direction, agent_id, kind)
    number = "dnis" if direction == "outbound" else "ani"
    return {
        "interaction_id": as_id(cells.get("call id"), "call id"),
        "channel": "voice",
        "direction": direction,
        "origin": "customer" if direction == "inbound" else None,
        "queue": _named(cells, "skill") or _named(cells, "campaign"),
        "started_at": started_at,
        "answered_at": started_at + times.connected_after // 1000 if outcome == "answered" else None,
        "ended_at": None if times.whole is None else started_at + times.whole // 1000,
        "outcome": outcome,
        "ivr_ms": times.ivr,
        "queue_time_ms": None if times.queue is None else times.queue + (times.ring or 0),
        "ring_ms": times.ring,
        "talk_ms": times.talk_alone,
        "hold_ms": _sum(times.hold, times.park),
        "wrap_ms": times.wrap,
        "handle_time_ms": times.handled,
        "agent_id": agent_id,
        "customer_id": telephone_key(context, cells.get(number), number),
        "disposition": as_present(cells.get("disposition"), "disposition"),
        "attributes": unmapped(cells, KNOWN, context),
    }


def _outcome(cells: Cells, times: Times, direction: str | None, agent_id: str | None, kind: str) -> str | None:
    """None where nobody was asked for yet, or the menu was enough."""
    if as_flag(cells.get("abandoned"), "abandoned"):
        return "abandoned"
    if times.talk:
        return "answered"
    return "missed" if kind != WAITING_FOR_CALLBACK and (agent_id or direction == "outbound") else None


def _named(cells: Cells, column: str) -> str | None:
    """Five9 writes `[None]` and `[Deleted]` where there is nobody, or nothing any more."""
    text = as_present(cells.get(column), column)
    return None if text is None or text.casefold() in NOBODY else text


def _sum(first: int | None, second: int | None) -> int | None:
    return None if first is None and second is None else (first or 0) + (second or 0)
