"""What all Talkdesk reports write the same way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from carecli.sources.cells import UTC, as_present, as_time
from carecli.sources.records import BadCell, Row

Cells = Mapping[str, Any]

MEASURES = ("answered_at", "queue_time_ms", "ring_ms", "talk_ms", "hold_ms", "wrap_ms")


def as_part(leg: Mapping[str, Any]) -> dict[str, Any]:
    """What a leg alone says of its interaction, by telephone."""
    return {
        "interaction_id": leg["interaction_id"],
        "channel": "voice",
        "queue": leg["queue"],
        "agent_id": leg["agent_id"],
        "started_at": leg["entered_at"],
        "ended_at": leg["left_at"],
        "outcome": "answered" if leg["outcome"] == "transferred" else leg["outcome"],
        **{name: leg[name] for name in MEASURES},
    }


def required_time(cells: Cells, column: str) -> int:
    """Epoch seconds of a UTC time that must be there."""
    at = as_time(cells.get(column), column, UTC)
    if at is None:
        raise BadCell("missing-time", column, cells.get(column), "YYYY-MM-DD HH:MM:SS")
    return at


def check_order(started_at: int, ended_at: int | None, column: str) -> None:
    """A contact that ended before it started is not understood."""
    if ended_at is not None and ended_at < started_at:
        raise BadCell("times-reversed", column, ended_at, f"not before {started_at}")


def first_present(cells: Cells, columns: tuple[str, ...]) -> str | None:
    """The first of the columns that says something."""
    return next((text for name in columns if (text := as_present(cells.get(name), name))), None)


def named_agents(cells: Cells, columns: Iterable[tuple[str, ...]], version: int) -> Iterator[Row]:
    """A row for each agent whose id and name the record tells; columns of id, name and, where there is one, team."""
    told: dict[str, Row] = {}
    for names in columns:
        identifier, name, *team = (as_present(cells.get(column), column) for column in names)
        if identifier and name:
            values = {"agent_id": identifier, "name": name, "team": team[0] if team else None}
            told.setdefault(identifier, Row("agents", values, version))
    yield from told.values()


def queues_of(cell: object) -> list[str]:
    """Ring groups in order: a JSON list, the text of one, or a list by commas or semicolons."""
    if isinstance(cell, list):
        return [str(name) for name in cell if name]
    text = as_present(cell, "ring_groups")
    if text is None:
        return []
    if text.startswith("["):
        return _from_json(text)
    return [name for part in re.split("[,;]", text) if (name := part.strip())]


def _from_json(text: str) -> list[str]:
    try:
        names = json.loads(text)
    except ValueError:
        raise BadCell("not-a-list", "ring_groups", text[:80], 'a list such as ["sales","billing"]') from None
    return [str(name) for name in names if name]
