"""Cases: their status over time, resolutions and what followed, reopening, escalation, and the open ones."""

from __future__ import annotations

from tests.oracle.plain.row import Row, first_known
from tests.oracle.plain.settings import DAY

STATUSES = ("new", "open", "waiting_customer", "waiting_third_party", "solved", "closed")
SOLVED = STATUSES.index("solved")
STAMPS = {"created_at": "new", "reopened_at": "open", "first_resolved_at": "solved", "last_resolved_at": "solved",
          "closed_at": "closed"}  # fmt: skip
ACTS = ("public_reply", "customer_reply", "internal_note")
WAITING_ON = {"new": "us", "open": "us", "waiting_customer": "customer", "waiting_third_party": "third party"}


def history(world, case):
    """(moment, place in `STATUSES`) of all that is known of a case's status by then, in order."""
    told = [(case[name], word) for name, word in STAMPS.items() if case[name] is not None]
    if case["status"] is not None and case["status_at"] <= world.as_of:
        told.append((case["status_at"], case["status"]))
    for event in world.events[case["id"]]:
        by_kind = {"reopened": "open", "closed": "closed", "status": event["to_value"]}
        observed = event["kind"] == "observed" and event["reason"] == "status"
        told.append((event["at"], event["to_value"] if observed else by_kind.get(event["kind"])))
    return sorted((at, STATUSES.index(word)) for at, word in told if word in STATUSES)


def status_at(world, case, moment):
    """The last status known by a moment; of several at one time the later stage."""
    return STATUSES[[place for at, place in history(world, case) if at <= moment][-1]]


def resolved_at(case):
    return first_known(case["first_resolved_at"], case["last_resolved_at"], case["closed_at"])


def dimensions(row, agent):
    names = ("source", "channel", "queue", "issue_type", "tier", "priority")
    return {name: row[name] for name in names} | {"agent": row[agent], "customer": row["customer_id"]}


def marks(case):
    """Why a case may be left out."""
    return [
        ("test", case["is_test"]),
        ("system", case["is_system"]),
        ("merged", case["merged_at"] is not None),
        ("deleted", case["deleted_at"] is not None),
    ]


def as_fact(case, **more):
    return Row(table="cases", id=case["id"], by=dimensions(case, "assignee_id"), marks=marks(case), **more)


# Resolutions


def resolutions(world):
    """Cases resolved by then, and answered contacts that are their own case."""
    found = [_resolved(case, "cases", "assignee_id", resolved_at(case)) for case in world.cases.values()]
    own, seen = [], set()
    for row in sorted(world.interactions.values(), key=lambda row: (row["started_at"], row["id"])):
        end = first_known(row["resolved_at"], row["ended_at"])
        held = row["case"] is not None and row["case"][0] == "held"
        if row["outbound"] or row["transfer"] or row["outcome"] != "answered" or held or end is None:
            continue
        if row["case"] is None or row["case"] not in seen:
            own.append(_resolved(row, "interactions", "agent_id", end))
        seen.add(row["case"])
    return [_with_what_followed(world, row) for row in (*found, *own) if row["at"] is not None]


def _resolved(row, table, agent, end):
    return Row(
        table=table,
        id=row["id"],
        at=end,
        by=dimensions(row, agent),
        marks=marks(row),
        case=row["case"],
        customer=row["customer_id"],
    )


def _with_what_followed(world, row):
    """R14, R34, R35: resolved on the first contact, and no further one in the no-touch window, its end included."""
    end = world.settings.no_touch_end(row["at"], row["by"]["queue"])
    real = [contact for contact in world.contacts if contact["counted"]]
    of_case = [contact for contact in real if row["case"] is not None and contact["case"] == row["case"]]
    followers = list(of_case)
    if world.settings["fcr"]["separate_followups_count"]:
        followers += [contact for contact in real if _same_matter(row, contact)]
    return Row(
        row,
        first_contact=sum(contact["at"] <= row["at"] for contact in of_case) <= 1,
        followed=any(row["at"] < contact["at"] <= end for contact in followers),
        immature=end >= world.as_of,
    )


def _same_matter(row, contact):
    """The same customer and reason; without a reason the same customer and queue."""
    key = "issue_type" if row["by"]["issue_type"] is not None else "queue"
    wanted = (row["customer"], row["by"][key])
    return None not in wanted and (contact["customer"], contact["by"][key]) == wanted


# Reopening


def closures(world):
    """R19. A system that never says whether cases are reopened, or never when, can't be measured."""
    rows = [_closure(world, case) for case in world.cases.values() if resolved_at(case) is not None]
    for row in rows:
        same = [each for each in rows if each["by"]["source"] == row["by"]["source"]]
        timed = any(each["reopened_at"] is not None for each in same) or not any(each["untimed"] for each in same)
        told = any(each["stated"] for each in same)
        row["unmeasurable"] = not (timed and told and (row["reopened"] or not row["untimed"]))
    return rows


def _closure(world, case):
    closed = resolved_at(case)
    times = reopenings(world, case)
    first = min((at for at in times if at > closed), default=None)
    window_end = closed + world.settings["reopen"]["days"] * DAY
    flagged = max(int(case["reopen_flag"] or 0), case["reopens"] or 0) > 0
    logged = any(event["kind"] in ("status", "reopened") for event in world.events[case["id"]])
    columns = any(case[name] is not None for name in ("reopen_flag", "reopens", "reopened_at"))
    return as_fact(
        case,
        at=closed,
        reopened_at=first,
        reopened=first is not None and first <= window_end,
        immature=window_end >= world.as_of,
        stated=columns or logged,
        untimed=flagged and (not times or ((case["reopens"] or 0) > 1 and len(times) < 2)),
    )


def reopenings(world, case):
    """Every moment at which it was reopened."""
    moments = {case["reopened_at"]} - {None}
    for event in world.events[case["id"]]:
        back = event["from_value"] in ("solved", "closed") and event["to_value"] in STATUSES[:SOLVED]
        if event["kind"] == "reopened" or (event["kind"] == "status" and back):
            moments.add(event["at"])
    return moments


# Escalation


def created(world):
    """R20: the highest level a case ever reached."""
    rows = []
    for case in world.cases.values():
        escalated = any(event["kind"] == "escalated" for event in world.events[case["id"]])
        level = max(case["escalation_level"] or 1, 2 if escalated else 1)
        rows.append(as_fact(case, at=case["created_at"], level=level,
                            stated=escalated or case["escalation_level"] is not None))  # fmt: skip
    telling = {row["by"]["source"] for row in rows if row["stated"]}
    return [Row(row, unmeasurable=row["by"]["source"] not in telling) for row in rows]


# Open cases


def open_cases(world, day, day_ends):
    """R21: those open at the close of the day in their queue, or now where it isn't over."""
    found = []
    for case in world.cases.values():
        moment = _taken(world, case["queue"], day_ends)
        if case["created_at"] <= moment and not _gone(case, moment):
            status = status_at(world, case, moment)
            if STATUSES.index(status) < SOLVED:
                found.append(_open_case(world, case, moment, status, day))
    return found


def _taken(world, queue, day_ends):
    if day_ends > world.as_of:
        return world.as_of
    closed = world.settings.opening_hours(queue).last_close(day_ends)
    return day_ends if closed is None else closed


def _gone(case, moment):
    return any(case[name] is not None and case[name] <= moment for name in ("merged_at", "deleted_at"))


def _open_case(world, case, moment, status, day):
    age = moment - case["created_at"]
    bounds = world.settings["backlog"]["buckets_hours"]
    bucket = sum(age >= bound * 3600 for bound in bounds)
    row = as_fact(
        case,
        age_seconds=age,
        stale=_stale(world, case, moment),
        unassigned=case["assignee_id"] is None,
        unanswered=case["first_response_at"] is None or case["first_response_at"] > moment,
    )
    row["by"] |= {"age": bucket, "status": status, "waiting_on": WAITING_ON[status], "day": day.isoformat()}
    return row


def _stale(world, case, moment):
    """R23: no act of an agent or the customer for so long; what a rule did is none."""
    backlog = world.settings["backlog"]
    stated = first_known(case["last_action_at"], case["updated_at"], case["created_at"])
    acts = [event["at"] for event in world.events[case["id"]]
            if event["kind"] in ACTS and event["reason"] != "automation"]  # fmt: skip
    moments = [case["created_at"], case["first_response_at"], stated, *acts]
    last = max(at for at in moments if at is not None and at <= moment)
    hours = world.settings.clock_hours(backlog["stale_clock"], case["queue"])
    return hours.open_seconds(last, moment) >= backlog["stale_hours"] * 3600
