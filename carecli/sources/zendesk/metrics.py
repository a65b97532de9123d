"""Zendesk's own measurements: `ticket_metrics`, and the events of its service-level clocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from carecli.sources.cells import as_flag, as_id, as_present, as_whole
from carecli.sources.records import BadCell, MapContext, Record, Row
from carecli.sources.zendesk.words import Cells, case_event, optional_time, required_time

PAUSABLE = frozenset({"agent_work_time", "pausable_update_time", "requester_wait_time"})
CLOCK_EVENTS = {"pause": "paused", "activate": "resumed"}


def map_ticket_metric(record: Record, context: MapContext) -> Iterator[Row]:
    """One ticket's metrics: its part of the case."""
    values = metric_values(record.cells)
    version = optional_time(record.cells, "updated_at") or context.exported_at or 0
    yield Row("cases", values, version=version, complete=values["last_resolved_at"] is not None)


def metric_values(cells: Cells) -> dict[str, Any]:
    """Columns of `cases`. Times reckoned from whole calendar minutes are exact to a minute only.

    Group stations are no escalation level: a ticket may visit a group because it was opened in the wrong one.
    """
    created_at = required_time(cells, "created_at")
    reopens = as_whole(cells.get("reopens"), "reopens")
    return {
        "case_id": as_id(cells.get("ticket_id"), "ticket_id"),
        "created_at": created_at,
        "first_response_at": _after(created_at, cells, "reply_time_in_minutes"),
        "first_resolved_at": _after(created_at, cells, "first_resolution_time_in_minutes"),
        "last_resolved_at": optional_time(cells, "solved_at"),
        "last_action_at": optional_time(cells, "latest_comment_added_at"),
        "reopens": reopens,
        "reopen_flag": None if reopens is None else reopens > 0,
    }


def _after(created_at: int, cells: Cells, column: str) -> int | None:
    """So many calendar minutes after the creation; business minutes are another clock's."""
    minutes = cells.get(column)
    if minutes is None:
        return None
    if not isinstance(minutes, Mapping):
        raise BadCell("not-an-object", column, minutes, '{"calendar": minutes, "business": minutes}')
    calendar = as_whole(minutes.get("calendar"), f"{column}.calendar")
    if calendar is not None and calendar < 0:
        raise BadCell("negative-duration", f"{column}.calendar", calendar, "minutes of 0 or more")
    return None if calendar is None else created_at + calendar * 60


def map_metric_event(record: Record, context: MapContext) -> Iterator[Row]:
    """One event of a service-level clock, with the reason `sla:<metric>:<type>`.

    Pauses of the clocks that can pause become `paused` and `resumed`; all else is the vendor's own reckoning and is
    `observed`, so that no status and no exception of ours is made of it. A breach that no longer holds comes again as
    deleted and says so in `to_value`; it wins in whatever order the two arrive.
    """
    cells = record.cells
    metric, event = _word(cells, "metric"), _word(cells, "type")
    deleted = bool(as_flag(cells.get("deleted"), "deleted"))
    yield case_event(
        f"metric:{as_id(cells.get('id'), 'id')}",
        as_id(cells.get("ticket_id"), "ticket_id"),
        required_time(cells, "time"),
        CLOCK_EVENTS.get(event, "observed") if metric in PAUSABLE and not deleted else "observed",
        to_value="deleted" if deleted else _minutes(cells),
        reason=f"sla:{metric}:{event}",
        version=int(deleted),
    )


def _word(cells: Cells, column: str) -> str:
    word = as_present(cells.get(column), column)
    if word is None:
        raise BadCell("missing-cell", column, cells.get(column), "a word")
    return word


def _minutes(cells: Cells) -> str | None:
    """The target of an applied policy, or the calendar minutes a status stood; None for other events."""
    for column, name in (("sla", "target"), ("group_sla", "target"), ("status", "calendar")):
        told = cells.get(column)
        if isinstance(told, Mapping):
            return as_present(told.get(name), f"{column}.{name}")
    return None
