"""Archives of the Agent Chat API, version 3: a chat comes once for each of its threads, and a thread is one contact."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from carecli.sources.cells import UTC, as_duration_ms, as_flag, as_id, as_optional_id, as_present, as_time, as_whole
from carecli.sources.conventions import check_span
from carecli.sources.livechat.contacts import Cells, agent, rating
from carecli.sources.records import BadCell, MapContext, Record, Row

ASSIGNED, ARCHIVED = "routing.assigned", "routing.archived"
SCORES = {0: 0.0, 1: 1.0}


@dataclass(frozen=True, slots=True)
class _Event:
    """What the clocks need of an event; never its text."""

    at: int | None
    author_id: str | None
    system: str
    """The word of a system message; empty for others."""


def map_thread(record: Record, context: MapContext) -> Iterator[Row]:
    """One thread, its rating, and its agents. Nobody answered one without a word of an agent."""
    thread = _object(record.cells, "thread")
    people = _objects(record.cells, "users")
    agents = {as_id(one.get("id"), "users.id"): one for one in people if one.get("type") == "agent"}
    events = [_event(event) for event in _objects(thread, "events")]
    contact = _contact(record.cells, thread, events, agents)
    customers = (one.get("id") for one in people if one.get("type") == "customer")
    contact["customer_id"] = context.customer_key(as_optional_id(next(customers, None), "users.id"))
    last = max((event.at for event in events if event.at is not None), default=contact["started_at"])
    yield Row("interactions", contact, version=last, complete=_is_over(thread))
    score = _score(thread)
    if score is not None:
        yield rating(contact, score, last, last)
    for agent_id, one in agents.items():
        if name := as_present(one.get("name"), "users.name"):
            yield agent(agent_id, name, last)


def _contact(cells: Cells, thread: Cells, events: Sequence[_Event], agents: Mapping[str, Cells]) -> dict[str, Any]:
    spoke = [event for event in events if event.author_id in agents]
    answers = [event.at for event in events if event.at is not None and (event in spoke or event.system == ASSIGNED)]
    started_at = as_time(thread.get("created_at"), "thread.created_at", UTC)
    if started_at is None:
        raise BadCell("missing-value", "thread.created_at", "", "a time")
    contact = {
        "interaction_id": as_id(thread.get("id"), "thread.id"),
        "channel": "chat",
        "direction": "inbound",
        "queue": _group(thread) or _group(cells),
        "started_at": started_at,
        "answered_at": min(answers, default=None),
        "ended_at": _archived_at(events),
        "outcome": "answered" if answers else "abandoned" if _is_over(thread) else None,
        "queue_time_ms": as_duration_ms(thread.get("queues_duration"), "thread.queues_duration"),
        "agent_id": spoke[-1].author_id if spoke else None,
        "disposition": " ".join(map(str, tags)) or None if isinstance(tags := thread.get("tags"), list) else None,
    }
    check_span("interactions", contact)
    return contact


def _is_over(thread: Cells) -> bool:
    return as_flag(thread.get("active"), "thread.active") is False


def _event(event: Cells) -> _Event:
    return _Event(
        as_time(event.get("created_at"), "events.created_at", UTC),
        as_optional_id(event.get("author_id"), "events.author_id"),
        str(event.get("system_message_type") or ""),
    )


def _archived_at(events: Sequence[_Event]) -> int | None:
    """When the thread was closed, where one of its system messages says so."""
    return max(
        (event.at for event in events if event.at is not None and event.system.startswith(ARCHIVED)), default=None
    )


def _group(cells: Cells) -> str | None:
    access = cells.get("access")
    groups = access.get("group_ids") if isinstance(access, Mapping) else None
    return as_optional_id(groups[0], "access.group_ids") if isinstance(groups, list) and groups else None


def _score(thread: Cells) -> float | None:
    """The vote of `properties.rating`; None where there is none."""
    properties = thread.get("properties")
    told = properties.get("rating") if isinstance(properties, Mapping) else None
    vote = as_whole(told.get("score"), "rating.score") if isinstance(told, Mapping) else None
    if vote is not None and vote not in SCORES:
        raise BadCell("unknown-code", "rating.score", vote, "0 or 1")
    return None if vote is None else SCORES[vote]


def _object(cells: Cells, name: str) -> Cells:
    found = cells.get(name)
    if not isinstance(found, Mapping):
        raise BadCell("not-an-object", name, type(found).__name__, "an object")
    return found


def _objects(cells: Cells, name: str) -> list[Cells]:
    found = cells.get(name)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []
