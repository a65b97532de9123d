"""What all LiveChat files make of a chat: the rating as a survey of its own, and the people who answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carecli.sources.records import Row

Cells = Mapping[str, Any]
Values = dict[str, Any]

SHARED = ("interaction_id", "channel", "queue", "agent_id", "customer_id")
"""What a survey has in common with its chat."""


def rating(contact: Values, score: float, responded_at: int | None, version: int) -> Row:
    """The survey of a rated chat: good is 1, bad is 0."""
    values = {"survey_id": f"csat:{contact['interaction_id']}", "kind": "csat", "responded_at": responded_at}
    values |= {name: contact.get(name) for name in SHARED} | {"score": score, "scale_max": 1.0}
    return Row("surveys", values, version=version)


def agent(agent_id: str, name: str, version: int) -> Row:
    return Row("agents", {"agent_id": agent_id, "name": name}, version=version)
