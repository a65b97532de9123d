"""Zendesk satisfaction ratings: one row is one survey; a ticket may have several."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.sources.cells import as_id, as_optional_id, as_present
from carecli.sources.records import BadCell, Ignored, MapContext, Record, Row
from carecli.sources.zendesk.words import Cells, optional_time, required_time

SCORES = {"good": 1.0, "bad": 0.0}
"""A vote; searches write `good_with_comment` and the like."""


def map_rating(record: Record, context: MapContext) -> Iterator[Row]:
    """A survey offered, or answered when it was last changed. What the customer wrote is not kept."""
    cells = record.cells
    score = _score(cells)
    updated_at = optional_time(cells, "updated_at")
    values = {
        "survey_id": as_id(cells.get("id"), "id"),
        "kind": "csat",
        "case_id": as_id(cells.get("ticket_id"), "ticket_id"),
        "customer_id": context.customer_key(as_optional_id(cells.get("requester_id"), "requester_id")),
        "queue": as_optional_id(cells.get("group_id"), "group_id"),
        "agent_id": as_optional_id(cells.get("assignee_id"), "assignee_id"),
        "sent_at": required_time(cells, "created_at"),
        "responded_at": None if score is None else required_time(cells, "updated_at"),
        "score": score,
        "scale_max": 1.0,
    }
    yield Row("surveys", values, version=updated_at or context.exported_at or 0, complete=score is not None)


def _score(cells: Cells) -> float | None:
    """1 or 0; None where the survey was offered and not answered."""
    word = (as_present(cells.get("score"), "score") or "").lower()
    if word == "unoffered":
        raise Ignored("survey not offered")
    if word == "offered":
        return None
    vote, _, comment = word.partition("_")
    if vote not in SCORES or comment not in ("", "with_comment", "without_comment"):
        raise BadCell("unknown-code", "score", word, "good, bad, offered or unoffered")
    return SCORES[vote]
