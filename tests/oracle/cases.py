"""What a case says as of an instant: whether it is open, stale, resolved for good (R14, R19-R23; pack tally)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from tests.oracle.views import Row, Views

STATUSES = ("new", "open", "waiting_customer", "waiting_third_party", "solved", "closed")
OPEN = frozenset(STATUSES[:4])
STAMPS = {"created_at": "new", "reopened_at": "open", "first_resolved_at": "solved", "last_resolved_at": "solved",
          "closed_at": "closed"}  # fmt: skip
ACTS = frozenset({"public_reply", "customer_reply", "internal_note"})
STALE_SEC = 72 * 3600
WEEK_SEC = 7 * 24 * 3600


def status_at(case: Row, views: Views, instant: int) -> str:
    """The last status known by then; of several at one moment the later stage."""
    told = [each for each in history(case, views) if each[0] <= instant]
    return STATUSES[max(told)[1]]


def history(case: Row, views: Views) -> Iterator[tuple[int, int]]:
    """When which status was told, as places in `STATUSES`: by stamps, events and observations."""
    stamps = {name: case[name] for name in STAMPS if case[name] is not None}
    yield from ((at, STATUSES.index(STAMPS[name])) for name, at in stamps.items())
    if case["status"] is not None:
        yield case["updated_at"] or max(stamps.values()), STATUSES.index(case["status"])
    for event in views.events(case):
        word = {"reopened": "open", "closed": "closed", "status": event["to_value"]}.get(event["kind"])
        word = event["to_value"] if event["kind"] == "observed" and event["reason"] == "status" else word
        if word in STATUSES:
            yield event["at"], STATUSES.index(word)


def is_open(case: Row, views: Views, instant: int) -> bool:
    """Created, not resolved, and neither merged into another nor deleted."""
    if case["created_at"] is None or case["created_at"] > instant:
        return False
    gone = any(case[name] is not None and case[name] <= instant for name in ("merged_at", "deleted_at"))
    return not gone and status_at(case, views, instant) in OPEN


def is_stale(case: Row, views: Views, instant: int) -> bool:
    """No act of an agent or the customer for 72 hours; what a rule did is no act."""
    acts = (event for event in views.events(case) if event["kind"] in ACTS and event["reason"] != "automation")
    stated = case["last_action_at"] or case["updated_at"] or case["created_at"]
    moments = [case["created_at"], case["first_response_at"], stated, *(event["at"] for event in acts)]
    return bool(instant - max(at for at in moments if at is not None and at <= instant) >= STALE_SEC)


def resolved_at(row: Row) -> int:
    """The first resolution of a case; of a contact without a case its end."""
    names = ("first_resolved_at", "last_resolved_at", "closed_at") if row["table"] == "cases" else (
        "resolved_at", "ended_at")  # fmt: skip
    at: int = next(row[name] for name in names if row[name] is not None)
    return at


def reopened_in_time(case: Row, views: Views, as_of: int) -> bool:
    """Whether the first reopening after the first closure came within 7 x 24 h, the end included."""
    closed = resolved_at(case)
    moments = [event["at"] for event in views.events(case) if _reopens(event)]
    later = [at for at in (*moments, case["reopened_at"]) if at is not None and closed < at <= as_of]
    return bool(later) and min(later) - closed <= WEEK_SEC


def _reopens(event: Row) -> bool:
    if event["kind"] == "status":
        return event["from_value"] in ("solved", "closed") and event["to_value"] in OPEN
    return bool(event["kind"] == "reopened")


def escalated(case: Row, views: Views) -> bool:
    return (case["escalation_level"] or 1) >= 2 or any(event["kind"] == "escalated" for event in views.events(case))


class Followed:
    """Contacts, as `volume` lists them, by what a follow-up is recognised by."""

    def __init__(self, contacts: Iterable[Row], views: Views) -> None:
        self._views = views
        self._arrivals: dict[tuple[str | None, ...], list[int]] = defaultdict(list)
        for contact in contacts:
            for mark in self._marks(contact, contact=True):
                self._arrivals[mark].append(_arrival(contact))

    def first_contact(self, row: Row) -> bool:
        """Whether at most one contact of the case had been made by its resolution."""
        of_the_case = self._marks(row, contact=False)[0]
        return sum(at <= resolved_at(row) for at in self._arrivals[of_the_case]) <= 1

    def followed(self, row: Row) -> bool:
        """A later contact in 7 x 24 h of the same case, or the same customer and reason, without one and queue."""
        end = resolved_at(row)
        arrivals = (at for mark in self._marks(row, contact=False) for at in self._arrivals[mark])
        return any(end < at <= end + WEEK_SEC for at in arrivals)

    def _marks(self, row: Row, *, contact: bool) -> list[tuple[str | None, ...]]:
        """A contact has all its marks, a resolution asks for the case's and one of customer and reason, or queue."""
        views, case = self._views, self._views.case_of(row)
        owner = case if row["table"] == "case_events" and case else row
        customer, reason = views.customer(owner), owner["issue_type"] or (case["issue_type"] if case else None)
        of_case = ("case", case["source"], case["case_id"]) if case else ("no case", row["table"], str(row["id"]))
        by_reason, by_queue = ("reason", customer, reason), ("queue", customer, views.queue(owner))
        asked = [by_reason, by_queue] if contact else [by_reason if reason else by_queue]
        return [of_case, *(mark for mark in asked if None not in mark)]


def _arrival(contact: Row) -> int:
    at: int = contact[{"interactions": "started_at", "cases": "created_at", "case_events": "at"}[contact["table"]]]
    return at
