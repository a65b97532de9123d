"""Outcomes of cases: the last resolution, how long it took, and through how many hands it went (R59, R88, R89)."""

from __future__ import annotations

from tests.oracle.plain.cases import SOLVED, STATUSES, as_fact, status_at
from tests.oracle.plain.row import Row
from tests.oracle.plain.settings import seconds

RESOLVED = ("solved", "closed")


def outcomes(world):
    """One row for each case created by then."""
    assigned = {
        world.cases[case]["source"]
        for case, events in world.events.items()
        if any(event["kind"] == "assigned" for event in events)
    }
    return [_outcome(world, case, case["source"] in assigned) for case in world.cases.values()]


def _outcome(world, case, stated):
    resolved = _last_resolution(world, case)
    open_again = resolved is not None and STATUSES.index(status_at(world, case, world.as_of)) < SOLVED
    due = case["created_at"] + int(seconds(world.settings["outcomes"]["resolved_within"]))
    end = world.as_of if resolved is None else resolved
    made = sum(at <= end for at in _handoffs(world, case)) if stated else None
    row = as_fact(
        case,
        resolved_at=resolved,
        open_again=open_again,
        ttr=None if resolved is None else resolved - case["created_at"],
        due_at=due,
        not_due=due >= world.as_of,
        in_time=resolved is not None and resolved <= due and not open_again,
        handoffs=made,
    )
    row["by"]["handoffs"] = made if made is None else ("0", "1", "2+")[min(made, 2)]
    return row


def _last_resolution(world, case):
    """The latest resolution by stamp or event, where none is known the closure."""
    changes = (event for event in world.events[case["id"]] if event["kind"] == "status")
    logged = [event["at"] for event in changes if event["to_value"] in RESOLVED and event["from_value"] not in RESOLVED]
    known = [at for at in (case["first_resolved_at"], case["last_resolved_at"], *logged) if at is not None]
    return max(known) if known else case["closed_at"]


def _handoffs(world, case):
    """When it went from one team, or one agent, to another; the first agent of a new team completes its handoff."""
    has, taken_at, came_to_team, found = {}, None, None, []
    for event in _assignments(world, case):
        kind = "team" if event["reason"] == "group" else "agent"
        before = has.get(kind) if event["from_value"] is None else event["from_value"]
        if event["to_value"] is None:
            continue
        has[kind] = event["to_value"]
        moved = before is not None and before != event["to_value"]
        if kind == "team":
            came_to_team = event["at"] if moved else came_to_team
            found += [event["at"]] if moved else []
            continue
        completes = came_to_team is not None and (taken_at is None or came_to_team > taken_at)
        found += [event["at"]] if moved and not completes else []
        taken_at = event["at"]
    return found


def _assignments(world, case):
    """In order of time; of one moment a team's before an agent's."""
    mine = [Row(event) for event in world.events[case["id"]] if event["kind"] == "assigned"]
    return sorted(mine, key=lambda event: (event["at"], event["reason"] != "group", event["id"]))
