"""Zendesk QA (Klaus): a conversation with the reviews of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from carecli.sources.cells import as_number
from carecli.sources.fields import Fields
from carecli.sources.records import Ignored, MapContext, Record, Row

Calibrated = frozenset[tuple[str | None, str | None]]
"""Pairs of a scorecard and a reviewee."""


def map_conversation(record: Record, context: MapContext) -> Iterator[Row]:
    """Every review of the conversation, with its sections and its agent."""
    conversation = Fields(record.cells, context)
    reviews = conversation.elements("reviews")
    if not reviews:
        raise Ignored("no reviews")
    case = conversation.identifier("externalId")
    calibrated = _calibrated(reviews)
    for review in reviews:
        yield from _review(review, case, calibrated)


def _calibrated(reviews: Sequence[Fields]) -> Calibrated:
    """What several people reviewed by one scorecard; a review of one's own work is none of them."""
    reviewers: dict[tuple[str | None, str | None], set[str]] = {}
    for review in reviews:
        reviewer, reviewee = _email(review, "reviewer"), _email(review, "reviewee")
        if reviewer and reviewer != reviewee:
            reviewers.setdefault((review.text("scorecard"), reviewee), set()).add(reviewer)
    return frozenset(work for work, people in reviewers.items() if len(people) > 1)


def _email(review: Fields, who: str) -> str | None:
    return review.inside(who).text("email")


def _review(review: Fields, case: str, calibrated: Calibrated) -> Iterator[Row]:
    identifier, agent, reviewer = review.identifier("id"), _email(review, "reviewee"), _email(review, "reviewer")
    created_at = review.required_time("created")
    version = review.time("updated") or created_at
    card = review.text("scorecard")
    values = {
        "review_id": identifier,
        "agent_id": agent,
        "case_id": case,
        "reviewer_id": reviewer,
        "reviewed_at": created_at,
        "score": as_number(review.cells.get("score"), "score"),
        "calibration_id": f"{case}|{card}" if (card, agent) in calibrated and reviewer != agent else None,
    }
    yield Row("qa_reviews", values, version)
    for rating in review.elements("ratings"):
        yield Row("qa_sections", {"review_id": identifier, **_section(rating)}, version)
    if agent and (name := review.inside("reviewee").text("name")):
        yield Row("agents", {"agent_id": agent, "name": name}, version)


def _section(rating: Fields) -> dict[str, object]:
    """A rating without a score doesn't apply."""
    return {
        "section": rating.required(rating.text("categoryName", "categoryId"), "categoryName"),
        "weight": as_number(rating.cells.get("weight"), "weight"),
        "score": as_number(rating.cells.get("score"), "score"),
    }
