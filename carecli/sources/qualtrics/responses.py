"""Answers as the CSV of today and the legacy one hold them; which columns are questions every survey decides itself.

The one question that can be told from the file is NPS: `Q1_NPS_GROUP` stands beside `Q1`, which holds 0 to 10. The
group is another wording of the same vote and isn't read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from carecli.sources.cells import as_flag, as_id, as_number, as_present
from carecli.sources.dates import as_moment
from carecli.sources.records import BadCell, Ignored, MapContext, Record, Row

Cells = Mapping[str, Any]

GROUP = "_nps_group"
HIGHEST = 10.0
PREVIEW = "1"
"""Of `Status`, where the export writes numbers."""


@dataclass(frozen=True, slots=True)
class _Names:
    """What the columns are called."""

    response_id: str
    status: str
    finished: str
    recorded_at: str
    email: str


NAMES = _Names("responseid", "status", "finished", "recordeddate", "recipientemail")
LEGACY_NAMES = _Names("v1", "v7", "v10", "v9", "v5")


def map_response(record: Record, context: MapContext) -> Iterator[Row]:
    """One answer. The third row of the header, which a workbook lacks, is known by what it says."""
    if '"ImportId"' in str(record.cells.get(NAMES.response_id)):
        raise Ignored("further-header")
    yield _survey(record.cells, NAMES, context)


def map_legacy_response(record: Record, context: MapContext) -> Iterator[Row]:
    """One answer of the legacy CSV, whose columns have their names in the row below `V1`, `V2`, ..."""
    if str(record.cells.get(LEGACY_NAMES.response_id)).casefold() == NAMES.response_id:
        raise Ignored("further-header")
    yield _survey(record.cells, LEGACY_NAMES, context)


def _survey(cells: Cells, names: _Names, context: MapContext) -> Row:
    status = as_present(cells.get(names.status), names.status) or ""
    if status == PREVIEW or "preview" in status.casefold():
        raise Ignored("preview")
    if not as_flag(cells.get(names.finished), names.finished):
        raise Ignored("unfinished")
    responded_at = as_moment(cells.get(names.recorded_at), names.recorded_at, context.zone, context.order)
    if responded_at is None:
        raise BadCell("missing-value", names.recorded_at, "", "a time")
    values = {
        "survey_id": as_id(cells.get(names.response_id), names.response_id),
        "kind": "nps_relationship",
        "customer_id": context.customer_key(as_present(cells.get(names.email), names.email)),
        "responded_at": responded_at,
        "score": _score(cells),
        "scale_max": HIGHEST,
    }
    return Row("surveys", values, version=responded_at)


def _score(cells: Cells) -> float:
    question = next((name.removesuffix(GROUP) for name in cells if name.endswith(GROUP)), None)
    score = None if question is None else as_number(cells.get(question), question)
    if score is None:
        raise Ignored("no vote on a question of NPS")
    if not 0 <= score <= HIGHEST:
        raise BadCell("out-of-range", question, score, "a vote from 0 to 10")
    return score
