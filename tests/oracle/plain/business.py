"""Costs, business events and incidents beside the contacts (R24, R54-R56, R66, R67, R79)."""

from __future__ import annotations

from datetime import time, timedelta

from tests.oracle.plain.business_coverage import month_of
from tests.oracle.plain.cases import SOLVED, dimensions, history
from tests.oracle.plain.row import Row, first_known
from tests.oracle.plain.settings import DAY, instant, local, midnights

CHANNELS = ("voice", "chat", "email", "social", "sms", "in_app", "whatsapp")
FOR_EVER = 2**62


# Business events


def business(world):
    """Every event by then, and every contact to set them against."""
    rows = [_event(world, row) for row in world.all("business_events") if world.by_then(row["at"]) is not None]
    for row in rows:
        row["until"] = _until(world, row, rows) if row["kind"] == "subscriber" else None
        row["after_contact"] = row["kind"] == "churn" and _had_a_ticket(world, row)
    contacts = [Row(row, kind="contact", count=1, marks=[]) for row in world.contacts if row["counted"]]
    return [*rows, *contacts]


def _event(world, row):
    case = world.cases.get(world.referred(row, "business_events", "case_id", world.cases.values()), Row())
    customer = first_known(row["customer_id"], case["customer_id"])
    by = dimensions(Row(case, source=row["source"], customer_id=customer), "assignee_id")
    by |= {
        "issue_type": first_known(row["issue_type"], case["issue_type"]),
        "tier": first_known(case["tier"], world.tier_of(customer)),
    }
    return Row(
        row,
        table="business_events",
        by=by,
        customer=customer,
        marks=[("test", bool(case["is_test"])), ("system", bool(case["is_system"]))],
        count=first_known(row["count"], 1),
        currency=row["currency"].strip().upper() or None if row["currency"] else None,
    )


def _until(world, row, rows):
    """A count of subscribers holds up to the day of its system's next one."""
    day = local(row["at"], world.zone).date()
    same = (other for other in rows if (other["kind"], other["source"]) == (row["kind"], row["source"]))
    days = (local(other["at"], world.zone).date() for other in same)
    following = min((each for each in days if each > day), default=None)
    return FOR_EVER if following is None else instant(following, time(), world.zone)


def _had_a_ticket(world, row):
    """R79: a ticket of the customer was open, or made, in the days before."""
    begin = row["at"] - world.settings["business"]["churn_days"] * DAY
    for case in world.cases.values():
        own = row["customer"] is not None and case["customer_id"] == row["customer"] and case["deleted_at"] is None
        if not own or case["is_test"] or case["is_system"] or case["created_at"] > row["at"]:
            continue
        if case["created_at"] >= begin or _open_in(world, case, begin, row["at"]):
            return True
    return False


def _open_in(world, case, begin, end):
    if case["merged_at"] is not None and case["merged_at"] <= begin:
        return False
    told = history(world, case)
    before = [place for at, place in told if at <= begin]
    return (before and before[-1] < SOLVED) or any(begin < at <= end and place < SOLVED for at, place in told)


# Costs


def costs(world):
    """Resolutions, in the channel of the case's last answered contact, and costs by the channel that bears them."""
    shares = [part for row in world.all("costs") for part in _borne(world, row)]
    resolved = [Row(row, by=row["by"] | {"channel": _last_channel(world, row)}) for row in world.resolutions]
    return [*shares, *resolved]


def _borne(world, row):
    month = month_of(row)
    if month is None:
        return
    named = (row["channel"] or "").strip().lower()
    parts = {named if named in CHANNELS else None: row["amount"]}
    if not named:
        parts = _shared(row["amount"], _weights(world, month)) or parts
    for channel, amount in parts.items():
        by = dimensions(Row(source=row["source"], channel=channel), "agent_id")
        yield Row(table="costs", id=row["id"], at=instant(month, time(), world.zone), by=by, marks=[], amount=amount,
                  currency=(row["currency"] or "").strip().upper() or None)  # fmt: skip


def _shared(amount, weights):
    """In whole minor units; what rounding leaves goes to those that lost most by it, among equals to the first."""
    total = sum(weights.values())
    if not total:
        return {}
    sign = -1 if amount < 0 else 1
    parts = {channel: abs(amount) * weight // total for channel, weight in weights.items()}
    lost = sorted(weights, key=lambda channel: (-(abs(amount) * weights[channel] % total), CHANNELS.index(channel)))
    for channel in lost[: abs(amount) - sum(parts.values())]:
        parts[channel] += 1
    return {channel: sign * part for channel, part in parts.items()}


def _weights(world, month):
    """Handle time in the month by channel, or contacts."""
    ends = midnights(month, (month + timedelta(days=31)).replace(day=1) - timedelta(days=1), world.zone)
    if world.settings["costs"]["spread"] == "volume":
        told = [(row["at"], row["by"]["channel"], 1) for row in world.contacts if row["counted"]]
    else:
        ours = (row for row in world.legs if not row["marks"][0][1] and not row["marks"][1][1])
        told = [(row["entered"], row["by"]["channel"], row["handle_ms"] or 0) for row in ours]
    weights = {}
    for at, channel, weight in told:
        if ends[0] <= at < ends[1] and channel is not None:
            weights[channel] = weights.get(channel, 0) + weight
    return {channel: weight for channel, weight in weights.items() if weight > 0}


def _last_channel(world, row):
    """Of the last answered contact by the resolution; of one moment the later in order. A case is a contact itself."""
    answered = {each["id"] for each in world.interactions.values() if each["outcome"] == "answered"}
    mine = [
        contact["by"]["channel"]
        for contact in world.contacts
        if contact["counted"]
        and contact["by"]["channel"] is not None
        and row["case"] is not None
        and contact["case"] == row["case"]
        and contact["at"] <= row["at"]
        and (contact["table"] != "interactions" or contact["id"] in answered)
    ]
    return mine[-1] if mine else row["by"]["channel"]


# Incidents


def incidents(world):
    rows = [_incident(world, row) for row in world.all("incidents") if world.by_then(row["opened_at"]) is not None]
    return sorted(rows, key=lambda row: (row["at"], row["id"]))


def _incident(world, row):
    case = world.cases.get(world.referred(row, "incidents", "case_id", world.cases.values()), Row())
    cause = "".join(each if each.isalnum() else " " for each in (row["root_cause"] or "").casefold()).split()
    return Row(
        table="incidents",
        id=row["id"],
        at=row["opened_at"],
        by=dimensions(Row(case, source=row["source"]), "assignee_id"),
        marks=[("test", bool(case["is_test"])), ("system", bool(case["is_system"]))],
        cause=tuple(cause) or None,
    )
