"""One contact: what it was, its stays in queues, what the customer said of it, and the customer's cases."""

from __future__ import annotations

from collections.abc import Iterable

from carecli.boards.around import ContactLine
from carecli.boards.cases import Row
from carecli.boards.days import day_label
from carecli.boards.drill import ContactBoard
from carecli.boards.header import header_of, local_time
from carecli.boards.surroundings import (
    Rows,
    case_lines,
    contact_line,
    leg_lines,
    review_lines,
    survey_lines,
    until,
)
from carecli.metrics.facts import Facts
from carecli.metrics.windows import parse_window
from carecli.text import duration

TIMES = {
    "Arrived": "started_at",
    "Answered": "answered_at",
    "Ended": "ended_at",
    "Resolved": "resolved_at",
    "Callback offered": "callback_offered_at",
    "Callback accepted": "callback_accepted_at",
}
WORDS = {
    "Channel": "channel",
    "Direction": "direction",
    "Queue": "queue",
    "Issue type": "issue_type",
    "Origin": "origin",
    "Disposition": "disposition",
    "Language": "language",
    "Entry point": "entry_point",
}
DURATIONS = {
    "In the menu": "ivr_sec",
    "Queue time": "queue_time_sec",
    "Ringing": "ring_sec",
    "Talk": "talk_sec",
    "Hold": "hold_sec",
    "Wrap": "wrap_sec",
    "Handle time": "handle_time_sec",
}


def contact_board(
    facts: Facts,
    row: Row,
    *,
    legs: Rows = (),
    surveys: Rows = (),
    reviews: Rows = (),
    case: Row | None = None,
    others: Rows = (),
) -> ContactBoard:
    """One contact from its row and the rows around it, all readable."""
    today = parse_window("today", facts.as_of, facts.zone)
    known = until(row, facts.as_of)
    own = case_lines(facts, [case] if case else [])
    return ContactBoard(
        header=header_of(
            facts.snapshot,
            facts.pack,
            board="contact",
            title=f"Contact {row['interaction_id']}",
            window=today,
            as_of=facts.as_of,
            where={},
            label=day_label(today.dates[0]),
        ),
        contact=contact_line(facts, known),
        customer=row.get("customer_id"),
        facts=tuple(_facts(known, contact_line(facts, known))),
        times=tuple(_times(known, facts.zone)),
        legs=leg_lines(facts, legs),
        surveys=survey_lines(facts, surveys),
        reviews=review_lines(facts, reviews),
        cases=(*own, *case_lines(facts, others)),
        own_case=bool(own),
    )


def _facts(row: Row, line: ContactLine) -> Iterable[tuple[str, str | None]]:
    """Label and value: outcome and agent always, all else where it is known."""
    yield from (("Outcome", line.outcome), ("Agent", line.agent))
    for label, name in WORDS.items():
        if row.get(name):
            yield label, str(row[name])


def _times(row: Row, zone: str) -> Iterable[tuple[str, str]]:
    """Moments to the second; durations once the contact is over."""
    for label, name in TIMES.items():
        if row.get(name) is not None:
            at = local_time(row[name], zone)
            yield label, f"{day_label(at.date())} {at:%H:%M:%S}"
    for label, name in DURATIONS.items() if row.get("ended_at") is not None else ():
        if row.get(name) is not None:
            yield label, duration(row[name])
