"""Contacts: a customer reaching us, once (R2, R3, R33)."""

from __future__ import annotations

from tests.oracle.plain.cases import SOLVED, dimensions, history
from tests.oracle.plain.row import Row
from tests.oracle.plain.settings import DAY, local
from tests.oracle.plain.world import ASYNCHRONOUS

ORDER = ("interactions", "cases", "case_events")


def contacts(world):
    """In order of arrival, with `marks` (why a row may be none), `counted` and `follow_up`."""
    arrivals = [*map(_of_interaction, world.interactions.values()), *(_of_case(world, c) for c in world.cases.values())]
    for row in arrivals:
        row["counted"] = not any(holds for _, holds in row["marks"])
    messages = [message for case in world.cases.values() for message in _after_resolution(world, case, arrivals)]
    rows = sorted([*arrivals, *messages], key=lambda row: (*_place(row), world.tie(row["key"]), row["id"]))
    before = []
    for row in rows:
        earlier = [each for each in before if _same_matter(row, each)]
        row["follow_up"] = row["counted"] and _follows(world, row, before, earlier)
        row["repeated"] = row["counted"] and any(_soon(row, each, world.settings.repeat_seconds()) for each in earlier)
        row["unkeyed"] = row["customer"] is None or row["by"]["issue_type"] is row["by"]["queue"] is None
        if row["counted"]:
            before.append(row)
    return rows


def _place(row):
    return row["at"], ORDER.index(row["table"])


def _of_interaction(row):
    marks = [(name, row[key]) for name, key in (("test", "is_test"), ("system", "is_system"))]
    marks += [("outbound", row["outbound"]), ("transfer", row["transfer"])]
    return Row(table="interactions", id=row["id"], at=row["started_at"], key=row["interaction_id"],
               by=dimensions(row, "agent_id"), customer=row["customer_id"], case=row["case"], marks=marks)  # fmt: skip


def _of_case(world, case):
    return Row(
        table="cases",
        id=case["id"],
        at=case["created_at"],
        key=case["case_id"],
        by=dimensions(case, "assignee_id"),
        customer=case["customer_id"],
        case=case["case"],
        marks=[
            ("test", case["is_test"]),
            ("system", case["is_system"]),
            ("case of a contact", _opened_by_a_contact(world, case)),
            ("case in a channel with its own feed", _has_a_feed(world, case)),
            ("deleted", case["deleted_at"] is not None),
        ],
    )


def _opened_by_a_contact(world, case):
    """The case names the contact; or an inbound one of the case came before it, or by the same channel."""
    if case["contact"] is not None:
        return True
    of_case = (row for row in world.interactions.values() if row["case"] == case["case"] and not row["outbound"])
    return any(
        row["started_at"] <= case["created_at"] or None in (channels := {row["channel"], case["channel"]})
        or len(channels) == 1
        for row in of_case
    )  # fmt: skip


def _has_a_feed(world, case):
    day = local(case["created_at"], world.zone).date()
    return case["channel"] not in ASYNCHRONOUS and world.covers(("interactions",), day, case["channel"])


def _after_resolution(world, case, arrivals):
    """The customer's first message after each resolution, unless a contact of the case came in between."""
    solved = [at for at, place in history(world, case) if place >= SOLVED]
    counted = [row["at"] for row in arrivals if row["counted"] and row["case"] == case["case"]]
    (opening,) = (row for row in arrivals if row["table"] == "cases" and row["id"] == case["id"])
    answered = set()
    for event in world.events[case["id"]]:
        own = event["kind"] == "public_reply" and event["actor_id"] == case["customer_id"] is not None
        resolved = max((at for at in solved if at < event["at"]), default=None)
        if not (event["kind"] == "customer_reply" or own) or resolved is None or resolved in answered:
            continue
        if any(resolved < at <= event["at"] for at in counted):
            continue
        answered.add(resolved)
        marks = [mark for mark in opening["marks"] if mark[0] in ("test", "system", "deleted")]
        yield Row(opening, table="case_events", id=event["id"], at=event["at"], marks=marks,
                  counted=not any(holds for _, holds in marks))  # fmt: skip


def _follows(world, row, before, of_the_matter):
    """R3: after one of the same case, as long as the pack lets that go; of the same matter in the no-touch window."""
    days = world.settings["fcr"]["same_case_days"]
    of_the_case = [each for each in before if row["case"] is not None and row["case"] == each["case"]]
    return any(_soon(row, each, days * DAY) for each in of_the_case) or any(
        row["at"] <= world.settings.no_touch_end(each["at"], row["by"]["queue"]) for each in of_the_matter
    )


def _same_matter(row, earlier):
    """The same customer and reason; without a reason the same customer and queue."""
    key = "issue_type" if row["by"]["issue_type"] is not None else "queue"
    wanted = (row["customer"], row["by"][key])
    return None not in wanted and wanted == (earlier["customer"], earlier["by"][key])


def _soon(row, earlier, seconds):
    return row["at"] <= earlier["at"] + seconds
