"""The CSV of chats: one row a chat, its zone in the header, as many columns of operators as the busiest chat needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from carecli.sources.attributes import unmapped
from carecli.sources.cells import as_code, as_duration_ms, as_id, as_optional_id, as_present
from carecli.sources.conventions import check_span
from carecli.sources.dates import as_moment
from carecli.sources.livechat.contacts import Cells, agent, rating
from carecli.sources.records import BadCell, MapContext, Record, Row

CREATED, ANSWERED, DURATION = "chat creation date", "chat start date", "chat duration in seconds"
RATES = {"rated_good": 1.0, "rated_bad": 0.0, "not_rated": None}

KNOWN = frozenset({"conferenceid", CREATED, ANSWERED, DURATION, "last operator id", "group name", "rate"})
_OPERATOR = re.compile(r"operator (\d+) id")
_TAG = re.compile(r"tag \d+")
_LEFT_OUT = re.compile(r"operator \d+ .*|tag \d+|(?:pre|post) chat: .*|visitor (?!country code$).*|.* comment")
"""Columns that have a place elsewhere, and what customers wrote or are called."""


def map_chat(record: Record, context: MapContext) -> Iterator[Row]:
    """One chat, its rating, and its operators. Nobody answered a chat without an operator."""
    cells = record.cells
    contact = _contact(cells, context)
    version = context.exported_at or contact["ended_at"] or contact["started_at"]
    score = _score(cells)
    yield Row("interactions", contact, version=version)
    if score is not None:
        yield rating(contact, score, contact["ended_at"] or contact["started_at"], version)
    for agent_id, name in _operators(cells):
        yield agent(agent_id, name, version)


def _contact(cells: Cells, context: MapContext) -> dict[str, Any]:
    operator = as_optional_id(cells.get("last operator id"), "last operator id")
    started_at = as_moment(cells.get(CREATED), CREATED, context.zone, context.order)
    answered_at = as_moment(cells.get(ANSWERED), ANSWERED, context.zone, context.order) if operator else None
    duration_ms = as_duration_ms(cells.get(DURATION), DURATION)
    if started_at is None:
        raise BadCell("missing-value", CREATED, "", "a time")
    contact = {
        "interaction_id": as_id(cells.get("conferenceid"), "conferenceid"),
        "channel": "chat",
        "direction": "inbound",
        "queue": as_present(cells.get("group name"), "group name"),
        "started_at": started_at,
        "answered_at": answered_at,
        "ended_at": None if answered_at is None or duration_ms is None else answered_at + duration_ms // 1000,
        "outcome": "answered" if operator else "abandoned",
        "handle_time_ms": duration_ms,
        "agent_id": operator,
        "disposition": _tags(cells),
        "attributes": _rest(cells, context),
    }
    check_span("interactions", contact)
    return contact


def _score(cells: Cells) -> float | None:
    """A note of the format spells the words with a blank."""
    word = as_code(cells.get("rate"), "rate", tuple(RATES))
    return None if word is None else RATES[word]


def _operators(cells: Cells) -> Iterator[tuple[str, str]]:
    for column in cells:
        if match := _OPERATOR.fullmatch(column):
            nick = f"operator {match[1]} nick"
            agent_id, name = as_optional_id(cells[column], column), as_present(cells.get(nick), nick)
            if agent_id and name:
                yield agent_id, name


def _tags(cells: Cells) -> str | None:
    told = (as_present(cell, column) for column, cell in cells.items() if _TAG.fullmatch(column))
    return " ".join(filter(None, told)) or None


def _rest(cells: Cells, context: MapContext) -> str | None:
    return unmapped({name: cell for name, cell in cells.items() if not _LEFT_OUT.fullmatch(name)}, KNOWN, context)
