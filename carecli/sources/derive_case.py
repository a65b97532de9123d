"""What a case's history tells about it: first answer, resolutions, reopenings, transfers.

Reads `case_events` of one case as decoded values under stored names, from whatever file and in whatever order.
`reason` separates what only looks like work: `automation` (written by a rule), `opening` (the message that opened the
case), `merge` and `deleted` (closed without having been resolved). Events observed rather than logged are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from carecli.tables import CASE_STATUSES

Event = Mapping[str, Any]

RESOLVED = frozenset({"solved", "closed"})
NOT_A_RESOLUTION = frozenset({"merge", "deleted"})
NOT_A_PERSON = "automation"
NOT_A_REPLY = frozenset({"automation", "opening", "merge"})
COMMENTS = frozenset({"public_reply", "customer_reply", "internal_note"})
LOGGED = COMMENTS | {"created", "assigned", "status", "reopened", "closed", "escalated"}


def derive_case(events: Sequence[Event], requester: str | None) -> dict[str, Any]:
    """Columns of `cases` that the events prove; a column they don't prove is absent.

    `requester` is the case's customer, None where no ticket file told it; the `created` event may then name them in
    `to_value`. What counts from the beginning (first answer, first resolution, number of reopenings, level 1) is only
    told when the `created` event is there: a history cut off in front would give a late first answer.
    """
    ordered = sorted((event for event in events if event["kind"] in LOGGED), key=_order)
    created = next((event for event in ordered if event["kind"] == "created"), None)
    customer = requester or (created["to_value"] if created is not None else None)
    told = _latest_facts(ordered)
    if created is not None:
        told |= {"created_at": created["at"]} | _facts_from_the_beginning(ordered, customer)
    return {name: value for name, value in told.items() if value is not None}


def _latest_facts(ordered: Sequence[Event]) -> dict[str, Any]:
    """What holds even where the beginning of the history is missing."""
    reopened = [event["at"] for event in ordered if event["kind"] == "reopened"]
    return {
        "status": _last(event["to_value"] for event in ordered if _sets_status(event)),
        "last_resolved_at": _last(_resolutions(ordered)),
        "reopened_at": _last(reopened),
        "reopen_flag": True if reopened else None,
        "escalation_level": 2 if _escalated(ordered) else None,
        "closed_at": _last(event["at"] for event in _closings(ordered) if event["reason"] not in NOT_A_RESOLUTION),
        "merged_at": _last(event["at"] for event in _closings(ordered) if event["reason"] == "merge"),
        "last_action_at": _last(event["at"] for event in ordered if event["kind"] in COMMENTS and _by_a_person(event)),
    }


def _facts_from_the_beginning(ordered: Sequence[Event], customer: str | None) -> dict[str, Any]:
    reopens = sum(event["kind"] == "reopened" for event in ordered)
    return {
        "first_response_at": _first_response(ordered, customer),
        "first_resolved_at": next(_resolutions(ordered), None),
        "reopens": reopens,
        "reopen_flag": reopens > 0,
        "escalation_level": 2 if _escalated(ordered) else 1,
    }


def _first_response(ordered: Sequence[Event], customer: str | None) -> int | None:
    """The first public message of a person other than the customer (R71: not an automatic one)."""
    if customer is None:
        return None
    replies = (event for event in ordered if event["kind"] == "public_reply" and event["reason"] not in NOT_A_REPLY)
    return next((event["at"] for event in replies if event["actor_id"] != customer), None)


def _resolutions(ordered: Sequence[Event]) -> Iterator[int]:
    """Times at which the case went from unresolved to resolved; solved, then closed for good is one resolution."""
    resolved = False
    for event in ordered:
        was, resolved = _resolved_around(event, resolved)
        if resolved and not was and event["reason"] not in NOT_A_RESOLUTION:
            yield event["at"]


def _resolved_around(event: Event, resolved: bool) -> tuple[bool, bool]:
    """Whether the case was resolved before the event and is after it; what the event itself says of before wins."""
    if event["kind"] == "status":
        before = resolved if event["from_value"] is None else event["from_value"] in RESOLVED
        return before, event["to_value"] in RESOLVED
    if event["kind"] in ("closed", "reopened"):
        return resolved, event["kind"] == "closed"
    return resolved, resolved


def _escalated(ordered: Sequence[Event]) -> bool:
    """Escalated in the source's own words, or moved from one group to another, which stands in for it."""
    if any(event["kind"] == "escalated" for event in ordered):
        return True
    groups = {
        group
        for event in ordered
        if event["kind"] == "assigned" and event["reason"] == "group"
        for group in (event["from_value"], event["to_value"])
        if group
    }
    return len(groups) > 1


def _closings(ordered: Sequence[Event]) -> list[Event]:
    return [event for event in ordered if event["kind"] == "closed"]


def _sets_status(event: Event) -> bool:
    return event["kind"] == "status" and event["to_value"] in CASE_STATUSES


def _by_a_person(event: Event) -> bool:
    return bool(event["reason"] != NOT_A_PERSON)


def _order(event: Event) -> tuple[Any, ...]:
    """By time, then by id as numbers are ordered, so that `9:10` comes after `9:9`."""
    return event["at"], [(len(part), part) for part in str(event["event_id"]).split(":")]


def _last(values: Iterable[Any]) -> Any:
    return next(iter(reversed(list(values))), None)
