"""Evaluations: a finished one is a review, and each question group of its form a section.

Answers name groups by id; their names and weights are in the form. Questions, answers and comments aren't read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from carecli.sources.cells import as_code, as_flag, as_number
from carecli.sources.fields import Fields
from carecli.sources.records import Ignored, MapContext, Record, Row

STATUSES = ("pending", "inprogress", "finished", "inreview", "retracted")


def map_evaluation(record: Record, context: MapContext) -> Iterator[Row]:
    """The review and its sections; one that isn't finished, or was taken back, is none."""
    evaluation = Fields(record.cells, context)
    status = as_code(evaluation.cells.get("status"), "status", STATUSES)
    if status != "finished":
        raise Ignored(f"evaluation {status or 'without a status'}")
    review, version = _review(evaluation), evaluation.time("changedDate") or context.exported_at or 0
    yield Row("qa_reviews", review, version)
    for section in _sections(evaluation):
        yield Row("qa_sections", {"review_id": review["review_id"], **section}, version)


def _review(evaluation: Fields) -> dict[str, Any]:
    dates = (evaluation.time(name) for name in ("submittedDate", "changedDate"))
    return {
        "review_id": evaluation.identifier("id"),
        "agent_id": evaluation.inside("agent").optional_id("id"),
        "interaction_id": evaluation.inside("conversation").optional_id("id"),
        "reviewer_id": evaluation.inside("evaluator").optional_id("id"),
        "reviewed_at": evaluation.required(next(filter(None, dates), None), "submittedDate"),
        "score": as_number(evaluation.inside("answers").cells.get("totalScore"), "totalScore"),
        "calibration_id": evaluation.inside("calibration").optional_id("id"),
    }


def _sections(evaluation: Fields) -> Iterator[dict[str, Any]]:
    form = {group.text("id"): group for group in evaluation.inside("evaluationForm").elements("questionGroups")}
    for answered in evaluation.inside("answers").elements("questionGroupScores"):
        identifier = answered.identifier("questionGroupId")
        group = form.get(identifier, answered)
        weight = as_number(group.cells.get("weight"), "weight")
        yield {"section": group.text("name") or identifier, "weight": weight, "score": _score(answered)}


def _score(answered: Fields) -> float | None:
    """Of 100 that could be had; None where the group didn't apply."""
    if as_flag(answered.cells.get("markedNA"), "markedNA"):
        return None
    score, most = (as_number(answered.cells.get(name), name) for name in ("totalScore", "maxTotalScore"))
    return score / most * 100 if score is not None and most else None
