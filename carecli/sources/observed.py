"""What a version of a case shows, as events at its time: an older version than the one we hold tells of the past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from carecli.sources.records import Row

FIELDS = {
    "status": "status",
    "queue": "queue",
    "assignee": "assignee_id",
    "priority": "priority",
    "tier": "tier",
    "severity": "severity",
}
"""Field observed -> column of the case."""


def observed(values: Mapping[str, Any], at: int) -> Iterator[Row]:
    """`observed` rows of `case_events` for one version of a case; none where the version has no time.

    A deleted case's status says nothing of its work.
    """
    for field, column in FIELDS.items():
        value = values.get(column)
        if value is None or not at or (field == "status" and values.get("deleted_at")):
            continue
        event = {"event_id": f"observed:{values['case_id']}:{at}:{field}:{value}", "case_id": values["case_id"]}
        event |= {"at": at, "kind": "observed", "to_value": value, "reason": field}
        yield Row("case_events", event, at)
