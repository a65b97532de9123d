"""The agent event stream: an event shows the agent before and after it, and a status ends where the next one starts.

The status shown after an event is open until another event shows it as the one before; a heartbeat changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from carecli.sources.amazon_connect.words import Cells, agent_named, part_of, required_time
from carecli.sources.cells import as_present
from carecli.sources.conventions import check_span
from carecli.sources.records import BadCell, Ignored, MapContext, Record, Row

HEARTBEAT = "HEART_BEAT"


def map_event(record: Record, context: MapContext) -> Iterator[Row]:
    """The status now, the one that it ended, and the agent."""
    del context
    cells = record.cells
    if as_present(cells.get("EventType"), "EventType") == HEARTBEAT:
        raise Ignored("heartbeat")
    at = required_time(cells, "EventTimestamp")
    now, before = part_of(cells, "CurrentAgentSnapshot"), part_of(cells, "PreviousAgentSnapshot")
    user = part_of(now, "Configuration")
    agent_id = agent_named(user, cells.get("AgentARN"))
    if agent_id is None:
        raise BadCell("missing-id", "Username", "", "an agent")
    state = _state(agent_id, now)
    yield Row("agent_states", state, at, complete=False)
    if part_of(before, "AgentStatus") and (ended := _state(agent_id, before)) != state:
        ended["ended_at"] = state["started_at"]
        check_span("agent_states", ended)
        yield Row("agent_states", ended, at)
    if name := " ".join(filter(None, (as_present(user.get(part), part) for part in ("FirstName", "LastName")))):
        yield Row("agents", {"agent_id": agent_id, "name": name}, at)


def _state(agent_id: str, snapshot: Cells) -> dict[str, Any]:
    """The status a snapshot shows; both are the same at a heartbeat, and where only the agent's contacts changed."""
    status = part_of(snapshot, "AgentStatus")
    name = as_present(status.get("Name"), "AgentStatus.Name")
    if name is None:
        raise BadCell("missing-value", "AgentStatus.Name", "", "a status")
    return {"agent_id": agent_id, "state": name, "started_at": required_time(status, "StartTimestamp")}
