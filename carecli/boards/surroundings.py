"""Lines of what stands around a case or a contact, from readable rows, with what came after `as_of` unknown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import polars as pl

from carecli.boards.around import ContactLine, LegLine, ReviewLine, SurveyLine
from carecli.boards.board import CaseLine
from carecli.boards.cases import Row, agent_name, case_line, last_acts, statuses
from carecli.boards.header import local_time
from carecli.metrics.facts import Facts
from carecli.metrics.windows import parse_window

MOST_CASES = 50
"""Never more of a customer's other cases than this."""


def until(row: Row, as_of: int) -> dict[str, Any]:
    """The row with what came after `as_of` unknown."""
    times = {name for name, value in row.items() if name.endswith("_at") and value is not None and value > as_of}
    return {name: None if name in times else value for name, value in row.items()}


def happened(rows: Iterable[Row], time: str, as_of: int) -> list[dict[str, Any]]:
    """The rows whose moment is known by then."""
    known = (until(row, as_of) for row in rows)
    return [row for row in known if row.get(time) is not None]


def contact_lines(facts: Facts, rows: Iterable[Row]) -> tuple[ContactLine, ...]:
    """Contacts in order of arrival."""
    known = happened(rows, "started_at", facts.as_of)
    ordered = sorted(known, key=lambda row: (row["started_at"], row["id"]))
    return tuple(contact_line(facts, row) for row in ordered)


def contact_line(facts: Facts, row: Row) -> ContactLine:
    """One contact from its row, of which nothing after `as_of` is known any more; its outcome is known at its end."""
    over = row.get("ended_at") is not None or row.get("answered_at") is not None
    return ContactLine(
        source=row["source"],
        interaction_id=row["interaction_id"],
        at=local_time(row["started_at"], facts.zone),
        channel=row.get("channel"),
        direction=row.get("direction"),
        queue=row.get("queue"),
        outcome=row.get("outcome") if over else None,
        agent=agent_name(facts.snapshot, row.get("agent_id")) if over else None,
        wait_sec=row.get("queue_time_sec") if over else None,
        handle_sec=_handled(row) if row.get("ended_at") is not None else None,
    )


def _handled(row: Row) -> float | None:
    """Talk, hold and wrap where any is known, else the source's total (R11)."""
    parts = [row.get(name) for name in ("talk_sec", "hold_sec", "wrap_sec")]
    known = [part for part in parts if part is not None]
    return sum(known) if known else row.get("handle_time_sec")


def leg_lines(facts: Facts, rows: Iterable[Row]) -> tuple[LegLine, ...]:
    """Stays in queues in order of entry; durations are known once a stay is over."""
    return tuple(_leg(facts, row) for row in happened(rows, "entered_at", facts.as_of))


def _leg(facts: Facts, row: Row) -> LegLine:
    answered, over = row.get("answered_at") is not None, row.get("left_at") is not None
    return LegLine(
        queue=row.get("queue"),
        agent=agent_name(facts.snapshot, row.get("agent_id")) if answered or over else None,
        entered_at=moment(row.get("entered_at"), facts.zone),
        answered_at=moment(row.get("answered_at"), facts.zone),
        left_at=moment(row.get("left_at"), facts.zone),
        outcome=row.get("outcome") if answered or over else None,
        wait_sec=row.get("queue_time_sec") if answered or over else None,
        talk_sec=row.get("talk_sec") if over else None,
        hold_sec=row.get("hold_sec") if over else None,
        wrap_sec=row.get("wrap_sec") if over else None,
    )


def survey_lines(facts: Facts, rows: Iterable[Row]) -> tuple[SurveyLine, ...]:
    """Surveys sent or answered by then, in the order given; a vote is known once it was cast."""
    known = [until(row, facts.as_of) for row in rows]
    return tuple(_survey(facts, row) for row in known if row.get("sent_at") or row.get("responded_at"))


def _survey(facts: Facts, row: Row) -> SurveyLine:
    answered = row.get("responded_at") is not None
    return SurveyLine(
        kind=row.get("kind"),
        sent_at=moment(row.get("sent_at"), facts.zone),
        responded_at=moment(row.get("responded_at"), facts.zone),
        score=row.get("score") if answered else None,
        scale_max=row.get("scale_max"),
        agent=agent_name(facts.snapshot, row.get("agent_id")),
    )


def review_lines(facts: Facts, rows: Iterable[Row]) -> tuple[ReviewLine, ...]:
    """Quality reviews in order of time."""
    return tuple(
        ReviewLine(
            reviewed_at=moment(row.get("reviewed_at"), facts.zone),
            agent=agent_name(facts.snapshot, row.get("agent_id")),
            reviewer=agent_name(facts.snapshot, row.get("reviewer_id")),
            sample=row.get("sample"),
            score=row.get("score"),
            coached_at=moment(row.get("coached_at"), facts.zone),
        )
        for row in happened(rows, "reviewed_at", facts.as_of)
    )


def open_cases_of(facts: Facts, customer: str | None, *, but: int | None = None) -> list[int]:
    """Store ids of a customer's open cases, oldest first, without one."""
    code = facts.snapshot.codes.get(customer) if customer is not None else None
    if code is None:
        return []
    stock = facts.open_cases(parse_window("today", facts.as_of, facts.zone))
    mine = stock.filter((pl.col("customer") == code) & (pl.col("row") != (-1 if but is None else but)))
    return mine.sort("created_at", "row")["row"].head(MOST_CASES).to_list()


def case_lines(facts: Facts, rows: Sequence[Row]) -> tuple[CaseLine, ...]:
    """Cases in the order given, those that are there by then."""
    acts = last_acts(facts, parse_window("today", facts.as_of, facts.zone))
    known = statuses(facts, [row["id"] for row in rows])
    there = [row for row in rows if row.get("created_at") is not None and row["created_at"] <= facts.as_of]
    return tuple(case_line(facts.snapshot, row, acts, known, facts.as_of, facts.zone) for row in there)


def moment(at: int | None, zone: str) -> datetime | None:
    """An instant on the clock of a zone; None where it isn't known."""
    return None if at is None else local_time(at, zone)


Rows = Sequence[Mapping[str, Any]]
"""Readable rows, as the store hands them out."""
