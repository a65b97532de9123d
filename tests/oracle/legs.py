"""What one leg says as of an instant: its outcome, its wait, its handle time (R5, R9, R11, R13; pack tally)."""

from __future__ import annotations

from tests.oracle.opening_hours import open_milliseconds
from tests.oracle.views import Row, Views

ABANDONED = frozenset({"abandoned", "abandoned_ringing", "missed", "voicemail"})
THRESHOLD_MS = {"voice": 20_000, "chat": 120_000, "email": 4 * 3_600_000}
IN_OPEN_TIME = ("email",)


def entered(leg: Row) -> int:
    """When it entered the queue: a leg its queue, a contact without legs when it began, a case when it was opened."""
    at: int = leg[{"legs": "entered_at", "interactions": "started_at", "cases": "created_at"}[leg["table"]]]
    return at


def answered_at(leg: Row) -> int | None:
    at: int | None = leg["first_response_at" if leg["table"] == "cases" else "answered_at"]
    return at


def _left_at(leg: Row) -> int | None:
    at: int | None = leg[{"legs": "left_at", "interactions": "ended_at", "cases": "first_response_at"}[leg["table"]]]
    return at


def contact(leg: Row, views: Views) -> Row:
    return views.contact_of(leg) if leg["table"] == "legs" else leg


def channel(leg: Row, views: Views) -> str | None:
    word: str | None = contact(leg, views)["channel"]
    return word


def outcome(leg: Row, as_of: int) -> str | None:
    """None while it is open; handed on by a person, it was answered."""
    reply, left = answered_at(leg), _left_at(leg)
    if reply is not None and reply <= as_of and leg.get("outcome") in (None, "answered", "transferred"):
        return "answered"
    if leg["table"] == "cases" or leg["outcome"] == "answered":
        return None
    return leg["outcome"] if left is None or left <= as_of else None


def wait_ms(leg: Row, views: Views) -> int | None:
    """The source's own queue time; e-mail waits in open time for its first answer."""
    reply = answered_at(leg)
    if reply is None:
        return leg.get("queue_time_ms")
    if channel(leg, views) in IN_OPEN_TIME:
        return open_milliseconds(entered(leg), reply)
    own = leg.get("queue_time_ms")
    return (reply - entered(leg)) * 1000 if own is None else own


def within(leg: Row, views: Views, as_of: int) -> bool:
    wait = wait_ms(leg, views)
    return outcome(leg, as_of) == "answered" and wait is not None and wait <= THRESHOLD_MS[channel(leg, views) or ""]


def handle_ms(leg: Row) -> int:
    """Talk, hold and wrap as far as they are stated, else the source's own total."""
    parts = [leg[name] for name in ("talk_ms", "hold_ms", "wrap_ms") if leg[name] is not None]
    total: int = sum(parts) if parts else leg["handle_time_ms"]
    return total
