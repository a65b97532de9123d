"""What stands around a case or a contact, as tables and lines want it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from textual.content import Content

from carecli.boards.around import ContactLine, LegLine, ReviewLine, SurveyLine
from carecli.boards.board import CaseLine
from carecli.render.values import short_moment_text
from carecli.text import NO_DATA, STATUS, Shown, clean, duration
from carecli.tui.themes import TONES
from carecli.tui.widgets.board_table import Cell, Column, Line, text_cell

CONTACT_COLUMNS: Final = (
    Column("at", "When", number=False),
    Column("channel", "Channel", number=False),
    Column("queue", "Queue", number=False),
    Column("outcome", "Outcome", number=False),
    Column("wait", "Wait"),
    Column("handle", "Handled"),
    Column("agent", "Agent", number=False),
    Column("contact", "Contact", number=False),
)
LEG_COLUMNS: Final = (
    Column("entered", "Entered", number=False),
    Column("queue", "Queue", number=False),
    Column("outcome", "Outcome", number=False),
    Column("wait", "Wait"),
    Column("talk", "Talk"),
    Column("hold", "Hold"),
    Column("wrap", "Wrap"),
    Column("left", "Left", number=False),
    Column("agent", "Agent", number=False),
)
CASE_COLUMNS: Final = (
    Column("case", "Case", number=False),
    Column("age", "Age"),
    Column("priority", "Prio", number=False),
    Column("status", "Status", number=False),
    Column("queue", "Queue", number=False),
    Column("last", "Last act", number=False),
    Column("subject", "Subject", number=False),
)
WIDEST_ID: Final = 36


def contact_row(contact: ContactLine) -> Line:
    """One contact; its key is its id."""
    cells = (
        Cell(short_moment_text(contact.at), contact.at.timestamp()),
        text_cell(contact.channel),
        text_cell(contact.queue),
        text_cell(contact.outcome),
        _time(contact.wait_sec),
        _time(contact.handle_sec),
        text_cell(contact.agent),
        text_cell(clean(contact.interaction_id, limit=WIDEST_ID), "quiet"),
    )
    return Line(f"{contact.source}\x1f{contact.interaction_id}", cells, contact)


def leg_row(place: int, leg: LegLine) -> Line:
    """One stay in a queue."""
    cells = (
        _moment(leg.entered_at),
        text_cell(leg.queue),
        text_cell(leg.outcome and leg.outcome.replace("_", " ")),
        *(_time(part) for part in (leg.wait_sec, leg.talk_sec, leg.hold_sec, leg.wrap_sec)),
        _moment(leg.left_at),
        text_cell(leg.agent),
    )
    return Line(str(place), cells, leg)


def case_row(case: CaseLine, *, own: bool = False) -> Line:
    """One case; `own` marks the case of a contact among the customer's others."""
    stale = f" {STATUS['risk'][0]} stale" if case.stale else ""
    cells = (
        text_cell(f"{case.case_id} (its case)" if own else case.case_id),
        Cell(duration(case.age_sec), case.age_sec),
        text_cell(case.priority),
        text_cell(case.status and case.status.replace("_", " ")),
        text_cell(case.queue),
        Cell(clean(duration(case.last_action_sec) + stale), case.last_action_sec, "risk" if case.stale else ""),
        text_cell(case.subject),
    )
    return Line(f"{case.source}\x1f{case.case_id}", cells, case)


def _time(seconds: float | None) -> Cell:
    return Cell(duration(seconds), seconds, "" if seconds is not None else "quiet")


def _moment(at: datetime | None) -> Cell:
    return Cell(short_moment_text(at) if at else NO_DATA, at.timestamp() if at else None)


def heard_lines(surveys: Iterable[SurveyLine], reviews: Iterable[ReviewLine]) -> Iterator[Content]:
    """Survey answers, then quality reviews, one a line."""
    for survey in surveys:
        yield Content.assemble(("survey  ", TONES["quiet"]), _survey_words(survey))
    for review in reviews:
        yield Content.assemble(("review  ", TONES["quiet"]), _review_words(review))


def _survey_words(survey: SurveyLine) -> Shown:
    kind = clean(survey.kind or "survey").replace("_", " ")
    about = f"  about {clean(survey.agent)}" if survey.agent else ""
    if survey.responded_at is None:
        sent = f" {short_moment_text(survey.sent_at)}" if survey.sent_at else ""
        return clean(f"{kind}  sent{sent}, no answer{about}", limit=300)
    vote = NO_DATA if survey.score is None else f"{survey.score:g}"
    best = "" if survey.scale_max is None else f" of {survey.scale_max:g}"
    return clean(f"{kind}  {vote}{best}  answered {short_moment_text(survey.responded_at)}{about}", limit=300)


def _review_words(review: ReviewLine) -> Shown:
    at = f"  {short_moment_text(review.reviewed_at)}" if review.reviewed_at else ""
    score = NO_DATA if review.score is None else f"{review.score:g} of 100"
    who = f"  work of {clean(review.agent or NO_DATA)}, reviewed by {clean(review.reviewer or NO_DATA)}"
    how = f"  {clean(review.sample)} sample" if review.sample else ""
    coached = f"  coached {short_moment_text(review.coached_at)}" if review.coached_at else ""
    return clean(f"{score}{at}{who}{how}{coached}", limit=400)
