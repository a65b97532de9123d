"""Talkdesk's three reports of calls: the Reporting API's, the Explore API's `calls` and Explore's "Calls"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from carecli.sources.attributes import unmapped
from carecli.sources.cells import UTC, as_code, as_duration_ms, as_flag, as_id, as_number, as_present, as_time
from carecli.sources.records import BadCell, MapContext, Record, Row
from carecli.sources.talkdesk.words import as_part, check_order, first_present, named_agents, queues_of, required_time
from carecli.sources.telephone import telephone_key

TYPES: Mapping[str, tuple[str, str]] = {
    "inbound": ("inbound", "answered"),
    "abandoned": ("inbound", "abandoned"),
    "short_abandoned": ("inbound", "abandoned"),
    "missed": ("inbound", "missed"),
    "voicemail": ("inbound", "voicemail"),
    "outbound": ("outbound", "answered"),
    "outbound_missed": ("outbound", "missed"),
}
"""The report's type -> direction and outcome."""


@dataclass(frozen=True)
class Columns:
    """What one report calls things; a tuple gives names in the order in which they are asked."""

    interaction: str
    leg: str
    type: str
    start: str
    end: str
    wait: str
    hold: str
    customer: str
    line: str
    transfer: str
    callback: str
    agent: tuple[str, ...]
    handling_agent: tuple[str, ...]
    abandon: str = ""
    ring: str = ""
    queues: str = ""
    day_fractions: bool = False
    """Durations below 1 are fractions of a day, as exports before 2026-05-11 wrote them."""
    named: tuple[tuple[str, str], ...] = ()
    """Columns of an agent's id and name; empty where the name is the id."""
    private: tuple[str, ...] = ()
    """Names of people, bodies and recordings, which are not kept."""

    @cached_property
    def known(self) -> frozenset[str]:
        named = (self.interaction, self.leg, self.type, self.start, self.end, self.wait, self.hold, self.customer)
        others = (self.line, self.transfer, self.callback, self.abandon, self.ring, self.queues)
        lists = (*self.agent, *self.handling_agent, *self.private)
        return frozenset({*named, *others, *lists, "talk_time", "disposition_code", "talkdesk_phone_number"})


REPORTING = Columns(
    interaction="callsid",
    leg="callsid",
    type="type",
    start="start_at",
    end="end_at",
    wait="wait_time",
    hold="hold_time",
    customer="contact_phone_number",
    line="talkdesk_phone_display_name",
    transfer="is_transfer",
    callback="is_callback_from_queue",
    agent=("agent_email", "agent_name"),
    handling_agent=("handling_agent_email", "handling_agent_name"),
    abandon="abandon_time",
    queues="ring_groups",
    named=(("agent_email", "agent_name"), ("handling_agent_email", "handling_agent_name")),
    private=("notes", "recording_url"),
)
EXPLORE_API = Columns(
    interaction="call_id",
    leg="callsid",
    type="type",
    start="start_at",
    end="end_at",
    wait="wait_time",
    hold="hold_time",
    customer="contact_phone_number",
    line="talkdesk_phone_display_name",
    transfer="is_transfer",
    callback="is_callback_from_queue",
    agent=("user_id", "user_email", "user_name"),
    handling_agent=("handling_user_id", "handling_user_email", "handling_user_name"),
    abandon="abandon_time",
    ring="total_ringing_time",
    queues="ring_groups",
    named=(("user_id", "user_name"), ("handling_user_id", "handling_user_name")),
    private=("notes", "recording_url"),
)
EXPLORE = Columns(
    interaction="interaction_id",
    leg="interaction_id",
    type="call_type",
    start="start_time",
    end="end_time",
    wait="waiting_time",
    hold="holding_time",
    customer="customer_phone_number",
    line="phone_display_name",
    transfer="transfer?",
    callback="callback_from_queue?",
    agent=("agent_name",),
    handling_agent=("handling_agent",),
    day_fractions=True,
    private=("record", "description", "rating_reason"),
)


def map_reporting_call(record: Record, context: MapContext) -> Iterator[Row]:
    """A call of the Reporting API (retired in 2022): the call is its own interaction."""
    return _map(record, context, REPORTING)


def map_explore_api_call(record: Record, context: MapContext) -> Iterator[Row]:
    """A call of the Explore API: `callsid` is the leg, `call_id` the interaction."""
    return _map(record, context, EXPLORE_API)


def map_explore_call(record: Record, context: MapContext) -> Iterator[Row]:
    """A call of Explore's report "Calls", which knows no queues and names agents only by their names."""
    return _map(record, context, EXPLORE)


@dataclass(frozen=True)
class _Call:
    """One record as the report's columns read it; times in epoch seconds, durations in milliseconds."""

    cells: Mapping[str, Any]
    columns: Columns

    def duration(self, column: str) -> int | None:
        cell = self.cells.get(column)
        below_a_day = self.columns.day_fractions and (as_number(cell, column) or 0) < 1
        return as_duration_ms(cell, column, "day-fraction" if below_a_day else "s")

    def flag(self, column: str) -> bool:
        return bool(as_flag(self.cells.get(column), column))

    @cached_property
    def interaction_id(self) -> str:
        return as_id(self.cells.get(self.columns.interaction), self.columns.interaction)

    @cached_property
    def leg_id(self) -> str:
        """The leg's own id; where there is none, what a transfer made is told apart by its start."""
        leg = as_id(self.cells.get(self.columns.leg), self.columns.leg)
        return f"{leg}:{self.started_at}" if self.made_by_transfer and leg == self.interaction_id else leg

    @cached_property
    def type(self) -> tuple[str, str]:
        """Direction and outcome."""
        word = as_code(self.cells.get(self.columns.type), self.columns.type, tuple(TYPES))
        if word is None:
            raise BadCell("missing-cell", self.columns.type, word, f"one of {', '.join(TYPES)}")
        return TYPES[word]

    @cached_property
    def started_at(self) -> int:
        return required_time(self.cells, self.columns.start)

    @cached_property
    def ended_at(self) -> int | None:
        ended_at = as_time(self.cells.get(self.columns.end), self.columns.end, UTC)
        check_order(self.started_at, ended_at, self.columns.end)
        return ended_at

    @cached_property
    def queue_time_ms(self) -> int | None:
        abandoned = self.type[1] == "abandoned" and self.columns.abandon
        wait = self.duration(self.columns.abandon) if abandoned else None
        return self.duration(self.columns.wait) if wait is None else wait

    @cached_property
    def answered_at(self) -> int | None:
        if self.type[1] != "answered" or self.queue_time_ms is None:
            return None
        return self.started_at + self.queue_time_ms // 1000

    @cached_property
    def agents(self) -> tuple[str | None, str | None]:
        """Who answered, and who took the call over from them by a transfer."""
        agent = first_present(self.cells, self.columns.agent)
        handling = first_present(self.cells, self.columns.handling_agent)
        if self.type[1] != "answered":
            return None, None
        if self.flag(self.columns.transfer) and agent and handling and agent != handling:
            return agent, handling
        return handling or agent, None

    @cached_property
    def made_by_transfer(self) -> bool:
        """A transferred record that names a second agent is the call itself, transferred; any other came from one."""
        return self.flag(self.columns.transfer) and self.agents[1] is None

    @property
    def origin(self) -> str | None:
        if self.made_by_transfer:
            return "transfer"
        if self.flag(self.columns.callback):
            return "callback"
        return "customer" if self.type[0] == "inbound" else None

    @cached_property
    def whole(self) -> dict[str, Any]:
        return _leg(self)

    @cached_property
    def queues(self) -> list[str]:
        return queues_of(self.cells.get(self.columns.queues))


def _map(record: Record, context: MapContext, columns: Columns) -> Iterator[Row]:
    call = _Call(record.cells, columns)
    version, complete = context.exported_at or 0, call.ended_at is not None
    first, *second = _legs(call)
    yield Row("legs", first, version=version, complete=complete)
    yield Row("interactions", _contact(call, context), version=version, complete=complete, part=call.leg_id)
    for leg in second:
        yield Row("legs", leg, version=version, complete=complete)
    yield from named_agents(record.cells, columns.named, version)


def _legs(call: _Call) -> list[dict[str, Any]]:
    """One leg; two where the record tells of a transfer, whose moment it doesn't tell."""
    whole = call.whole
    if call.agents[1] is None:
        return [whole]
    handed_over = {"outcome": "transferred", "left_at": None, "talk_ms": None, "hold_ms": None}
    taken_over = {
        "leg_id": f"{call.leg_id}:2",
        "seq": 2,
        "queue": call.queues[-1] if call.queues else None,
        "agent_id": call.agents[1],
        "entered_at": call.answered_at or call.started_at,
        "answered_at": None,
        "queue_time_ms": None,
        "ring_ms": None,
    }
    return [whole | {"seq": 1} | handed_over, whole | taken_over]


def _leg(call: _Call) -> dict[str, Any]:
    """The record as one leg, whatever happened in it."""
    columns = call.columns
    return {
        "interaction_id": call.interaction_id,
        "leg_id": call.leg_id,
        "seq": None,
        "queue": call.queues[0] if call.queues else None,
        "agent_id": call.agents[0],
        "entered_at": call.started_at,
        "answered_at": call.answered_at,
        "left_at": call.ended_at,
        "outcome": call.type[1],
        "queue_time_ms": call.queue_time_ms,
        "ring_ms": call.duration(columns.ring) if columns.ring else None,
        "talk_ms": call.duration("talk_time"),
        "hold_ms": call.duration(columns.hold),
        "wrap_ms": None,
    }


def _contact(call: _Call, context: MapContext) -> dict[str, Any]:
    """What the record says of the contact as a whole."""
    cells, columns = call.cells, call.columns
    return as_part(call.whole) | {
        "direction": call.type[0],
        "origin": call.origin,
        "agent_id": call.agents[1] or call.agents[0],
        "customer_id": telephone_key(context, cells.get(columns.customer), columns.customer),
        "disposition": as_present(cells.get("disposition_code"), "disposition_code"),
        "entry_point": as_present(cells.get(columns.line), columns.line),
        "attributes": unmapped(cells, columns.known, context),
    }
