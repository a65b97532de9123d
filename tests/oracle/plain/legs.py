"""Legs: one stay of a contact in one queue: its outcome, wait, handle time and service level."""

from __future__ import annotations

from tests.oracle.plain.cases import SOLVED, STATUSES, dimensions, resolved_at, status_at
from tests.oracle.plain.row import Row, first_known
from tests.oracle.plain.settings import seconds
from tests.oracle.plain.world import ASYNCHRONOUS

TABLES = ("interactions", "legs", "cases")
PARTS = ("talk_ms", "hold_ms", "wrap_ms")


def legs(world):
    """Every leg entered by then, in order of entry."""
    rows = [*_stored(world), *_of_interactions(world), *_of_cases(world)]
    rows.sort(key=lambda row: (row["entered"], TABLES.index(row["table"]), row["id"]))
    for row in rows:
        _tell_outcome(world, row)
        _tell_wait(world, row)
        _tell_handle_time(row)
        row["short_call"] = _shorter(row, world.settings.milliseconds("asa", "short_call"))
        _tell_service_level(world, row)
    _once_a_resolution(world, rows)
    return rows


def _marks(row):
    return [("test", bool(row["is_test"])), ("system", bool(row["is_system"])), ("outbound", bool(row["outbound"]))]


def _stored(world):
    owners = {(row["source"], row["interaction_id"]): row for row in world.interactions.values()}
    entered = [row for row in world.all("legs") if world.by_then(row["entered_at"]) is not None]
    for row in entered:
        owner = owners.get((row["source"], row["interaction_id"]))
        told = Row() if owner is None else owner
        channel = first_known(told["channel"], _channel_of(world, row["queue"]))
        by = dimensions(Row(told, source=row["source"], queue=row["queue"], channel=channel, agent_id=row["agent_id"]),
                        "agent_id")  # fmt: skip
        answered = [leg for leg in entered if _same_contact(leg, row) and leg["outcome"] == "answered"]
        silent = all(row[name] is None for name in PARTS)
        parts = told if row["outcome"] == "answered" and len(answered) == 1 and silent else row
        yield Row(
            table="legs",
            id=row["id"],
            by=by,
            marks=_marks(told),
            case=told["case"],
            entered=row["entered_at"],
            connected=row["answered_at"],
            left=row["left_at"],
            outcome=row["outcome"],
            queue_time_ms=row["queue_time_ms"],
            began=first_known(told["started_at"], row["entered_at"]),
            ended=row["left_at"] if owner is None else owner["ended_at"],
            ivr_ms=told["ivr_ms"],
            stated_ms=parts["handle_time_ms"],
            unfinished=bool(told["unfinished"]) or (row["left_at"] is not None and row["left_at"] > world.as_of),
            feed_is_open=row["source"] in world.holds_open("legs"),
            **{name: parts[name] for name in PARTS},
        )


def _same_contact(leg, other):
    return (leg["source"], leg["interaction_id"]) == (other["source"], other["interaction_id"])


def _channel_of(world, queue):
    named = (row for row in world.all("queues") if first_known(row["queue"], row["queue_id"]) == queue)
    return next((row["channel"] for row in named if row["channel"]), None) if queue is not None else None


def _of_interactions(world):
    """A contact whose system states no legs of it is one leg."""
    have_legs = {(row["source"], row["interaction_id"]) for row in world.all("legs")}
    for row in world.interactions.values():
        if (row["source"], row["interaction_id"]) in have_legs:
            continue
        yield Row(
            table="interactions",
            id=row["id"],
            by=dimensions(row, "agent_id"),
            marks=_marks(row),
            case=row["case"],
            entered=row["started_at"],
            connected=row["answered_at"],
            left=row["ended_at"],
            outcome=row["outcome"],
            queue_time_ms=row["queue_time_ms"],
            began=row["started_at"],
            ended=row["ended_at"],
            ivr_ms=row["ivr_ms"],
            stated_ms=row["handle_time_ms"],
            unfinished=row["unfinished"],
            feed_is_open=row["source"] in world.holds_open("interactions"),
            **{name: row[name] for name in PARTS},
        )


def _of_cases(world):
    """A case that is a contact, in a channel where nobody waits on the line: one leg, answered by the first reply."""
    apart = ("case of a contact", "case in a channel with its own feed", "deleted")
    for contact in world.contacts:
        held_apart = any(holds for name, holds in contact["marks"] if name in apart)
        if contact["table"] != "cases" or contact["by"]["channel"] not in ASYNCHRONOUS or held_apart:
            continue
        case = world.cases[contact["id"]]
        status = STATUSES.index(status_at(world, case, world.as_of))
        reply = case["first_response_at"]
        yield Row(
            table="cases",
            id=case["id"],
            by=contact["by"],
            marks=_marks(case),
            case=case["case"],
            entered=case["created_at"],
            connected=reply,
            left=reply,
            outcome=None if reply is None else "answered",
            began=case["created_at"],
            unfinished=False,
            feed_is_open=case["source"] in world.holds_open("cases") and status < SOLVED,
        )


def _tell_outcome(world, row):
    """What happens later hasn't happened; who was connected and handed on was answered."""
    counts = world.settings["offered"]
    over = row["connected" if row["outcome"] in counts["answered"] else "left"]
    told = row["outcome"] if over is None or over <= world.as_of else None
    for name in ("connected", "left", "ended"):
        row[name] = world.by_then(row[name])
    if told in (None, "transferred") and row["connected"] is not None:
        told = "answered"
    row["outcome"] = told
    row["answered"], row["abandoned"] = told in counts["answered"], told in counts["abandoned"]
    row["offered"] = row["answered"] or row["abandoned"]
    row["waiting"] = bool(row["feed_is_open"]) and told is row["connected"] is row["left"] is None


def _tell_wait(world, row):
    """The system's own queue time, else from entry to answer or end; of who waits, so far; in open time if promised."""
    until = first_known(row["connected"], row["left"])
    if row["waiting"]:
        newest = world.newest_of(row["table"], row["by"]["source"]) if row["table"] != "cases" else None
        until = world.as_of if newest is None else min(world.as_of, newest)
    level = world.settings.level(row["by"]["channel"])
    in_open_time = level is not None and level["clock"] != "elapsed"
    until = None if until is None else max(until, row["entered"])
    if until is not None and in_open_time:
        hours = world.settings.clock_hours(level["clock"], row["by"]["queue"])
        row["wait_ms"] = hours.open_seconds(row["entered"], until) * 1000
        return
    own = None if row["waiting"] else row["queue_time_ms"]
    between = None if until is None else (until - row["entered"]) * 1000
    row["wait_ms"] = first_known(own, between)


def _tell_handle_time(row):
    """Talk, hold and wrap as far as they are stated, else the system's own total; once it is over (R11)."""
    stated = [row[name] for name in PARTS if row[name] is not None]
    over = row["answered"] and not row["unfinished"]
    row["handle_ms"] = (sum(stated) if stated else row["stated_ms"]) if over else None


def _once_a_resolution(world, rows):
    """R12: in some channels the handle time of a case is that of all its legs, told by the last once it is solved."""
    channels = world.settings["aht"]["per_resolution"]
    by_case = {}
    for row in rows:
        held = row["case"] is not None and row["case"][0] == "held"
        if held and row["by"]["channel"] in channels and row["handle_ms"] is not None:
            by_case.setdefault(row["case"], []).append(row)
    for case, mine in by_case.items():
        solved = resolved_at(world.cases[case[1]]) is not None
        sums = {name: _sum(row[name] for row in mine) for name in ("handle_ms", *PARTS)}
        for row in mine:
            row.update(sums if row is mine[-1] and solved else dict.fromkeys(sums))


def _sum(values):
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _shorter(row, limit):
    """R25: the whole call from start to end; stamps are whole seconds, so parts that agree with them are exact."""
    if row["ended"] is None:
        return False
    length = (row["ended"] - row["began"]) * 1000
    if row["queue_time_ms"] is not None and row["talk_ms"] is not None:
        parts = (row["ivr_ms"] or 0) + row["queue_time_ms"] + row["talk_ms"] + (row["hold_ms"] or 0)
        length = parts if abs(parts - length) < 1000 else length
    return length < limit


def _tell_service_level(world, row):
    """R5: within the threshold, and in the denominator that the pack names; C0.26: left out where it came closed."""
    level, wait = world.settings.level(row["by"]["channel"]), row["wait_ms"]
    short = row["abandoned"] and wait is not None and wait < world.settings.milliseconds("offered", "short")
    row["targeted"] = level is not None
    if level is None:
        return
    limit = seconds(level["within"]) * 1000
    in_time = wait is not None and (wait < limit if level["edge"] == "under" else wait <= limit)
    row["within"] = row["answered"] and in_time
    row["base"] = {
        "answered": row["answered"],
        "offered": row["offered"],
        "offered_minus_short": row["offered"] and not short,
    }[level["denominator"]]
    stated = row["by"]["queue"] in world.settings["queues"]["calendars"]
    live = level["clock"] == "elapsed" and stated
    row["arrived_closed"] = live and not world.settings.opening_hours(row["by"]["queue"]).is_open(row["entered"])
