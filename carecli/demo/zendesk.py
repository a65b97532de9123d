"""Zendesk incremental export of tickets, and of what is counted and rated about them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from carecli.demo import zendesk_audits, zendesk_metrics
from carecli.demo.case_texts import SCRUBBED
from carecli.demo.files import Export, json_text
from carecli.demo.scenario import Scenario
from carecli.demo.tickets import Survey, Ticket
from carecli.demo.zendesk_ids import HOST, assignee_id, author_id, group_id, requester_id, stamp, via

PAGE, REPEATED = 1000, 3
"""Tickets on a page; how many of them the next page says again."""
ISSUE_FIELD, TICKET_FORM, BRAND = 360_020_010_101, 360_000_700_301, 360_000_500_401
FIRST_RATING = 360_600_000_000
ROWS_A_FILE = 5000


def _rating(ticket: Ticket, cut: int) -> dict[str, Any]:
    for survey in ticket.surveys:
        if survey.sent_at <= cut:
            return {"score": score(survey, cut)}
    return {"score": "unoffered"}


def score(survey: Survey, cut: int) -> str:
    """offered, good or bad, as it stood at the cut."""
    if survey.answered_at is None or survey.answered_at > cut:
        return "offered"
    return "good" if survey.good else "bad"


def updated_at(ticket: Ticket, cut: int) -> int:
    """The last change of the ticket up to the cut."""
    if ticket.deleted_at is not None and ticket.deleted_at <= cut:
        return ticket.deleted_at
    return max(step.at for step in ticket.until(cut))


def record(ticket: Ticket, cut: int) -> dict[str, Any]:
    """The ticket as it stood at the cut; a deleted one has lost its text."""
    deleted = ticket.deleted_at is not None and ticket.deleted_at <= cut
    changed = updated_at(ticket, cut)
    group = ticket.value("group", cut) or ticket.queue
    subject = SCRUBBED if deleted else ticket.subject
    opener = author_id(ticket.opener, ticket)
    tags = ticket.value("tags", cut) or ticket.issue
    return {
        "url": f"{HOST}/tickets/{ticket.number}.json",
        "id": ticket.number,
        "external_id": ticket.external_id,
        "via": via(ticket),
        "created_at": stamp(ticket.created),
        "updated_at": stamp(changed),
        "generated_timestamp": changed,
        "type": "question",
        "subject": subject,
        "raw_subject": subject,
        "description": SCRUBBED if deleted else ticket.steps[0].comment,
        "priority": ticket.value("priority", cut),
        "status": "deleted" if deleted else ticket.value("status", cut),
        "recipient": None,
        "requester_id": requester_id(ticket),
        "submitter_id": opener,
        "assignee_id": assignee_id(ticket.value("assignee", cut)),
        "organization_id": None,
        "group_id": group_id(group),
        **_constants(),
        "tags": tags.split(),
        "custom_fields": [{"id": ISSUE_FIELD, "value": ticket.issue}],
        "satisfaction_rating": _rating(ticket, cut),
    }


def _constants() -> dict[str, Any]:
    """Fields that are the same for every ticket of this account."""
    return {
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "forum_topic_id": None,
        "problem_id": None,
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "sharing_agreement_ids": [],
        "followup_ids": [],
        "ticket_form_id": TICKET_FORM,
        "brand_id": BRAND,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": False,
    }


def _write_tickets(tickets: list[Ticket], cut: int, export: Export) -> None:
    """Pages by time of update; each but the first repeats the last few records of the one before."""
    ordered = sorted(tickets, key=lambda ticket: (updated_at(ticket, cut), ticket.number))
    starts = range(0, max(1, len(ordered)), PAGE)
    for number, start in enumerate(starts, start=1):
        page = ordered[max(0, start - REPEATED) : start + PAGE]
        last = start + PAGE >= len(ordered)
        until = cut if last else updated_at(page[-1], cut)
        following = None if last else f"{HOST}/incremental/tickets.json?start_time={until}"
        body = {"tickets": [record(ticket, cut) for ticket in page], "count": len(page)}
        body |= {"end_of_stream": last, "end_time": until, "next_page": following}
        export.write(f"zendesk/tickets-{number}.json", json_text(body))


def _ratings(tickets: list[Ticket], cut: int) -> list[dict[str, Any]]:
    """One row a survey; now and then a customer who said bad says good afterwards, in a second row."""
    rows: list[tuple[int, Ticket, Survey, str, int]] = []
    for ticket in tickets:
        for survey in ticket.surveys:
            if survey.sent_at <= cut:
                said = score(survey, cut)
                at = survey.sent_at if said == "offered" else survey.answered_at or survey.sent_at
                rows.append((survey.sent_at, ticket, survey, said, at))
                if said == "bad" and ticket.number % 6 == 0 and at + 1800 <= cut:
                    rows.append((survey.sent_at, ticket, survey, "good", at + 1800))
    rows.sort(key=lambda row: (row[4], row[1].number))
    return [_rating_row(number, *row) for number, row in enumerate(rows, start=FIRST_RATING)]


def _rating_row(number: int, sent: int, ticket: Ticket, survey: Survey, said: str, at: int) -> dict[str, Any]:
    return {
        "url": f"{HOST}/satisfaction_ratings/{number}.json",
        "id": number,
        "assignee_id": assignee_id(survey.assignee),
        "group_id": group_id(survey.group),
        "requester_id": requester_id(ticket),
        "ticket_id": ticket.number,
        "score": said,
        "comment": None if said == "offered" else survey.comment,
        "reason": None,
        "reason_id": None,
        "created_at": stamp(sent),
        "updated_at": stamp(at),
    }


def _write_list(name: str, wrapper: str, rows: Iterable[dict[str, Any]], cut: int, export: Export) -> None:
    """Files of equal length; the rows are made as they are written."""
    source, number = iter(rows), 1
    part = list(islice(source, ROWS_A_FILE))
    while part or number == 1:
        body = {wrapper: part, "count": len(part), "end_time": cut, "next_page": None}
        export.write(f"zendesk/{name}-{number}.json", json_text(body))
        part, number = list(islice(source, ROWS_A_FILE)), number + 1


def exported(scenario: Scenario, tickets: list[Ticket], *, deleted: bool = False) -> list[Ticket]:
    """Those of the period, or unsolved when it began; the deleted ones only where asked for."""
    cut = scenario.end
    found = [ticket for ticket in tickets if ticket.exported(scenario.from_epoch, cut)]
    return [t for t in found if deleted or t.deleted_at is None or t.deleted_at > cut]


def write(scenario: Scenario, tickets: list[Ticket], export: Export) -> None:
    """All five lists. Deleted tickets have lost their audits, metrics and ratings."""
    cut, kept = scenario.end, exported(scenario, tickets)
    _write_tickets(exported(scenario, tickets, deleted=True), cut, export)
    _write_list("ticket_metrics", "ticket_metrics", zendesk_metrics.metrics(scenario, kept), cut, export)
    _write_list("ticket_metric_events", "ticket_metric_events", zendesk_metrics.events(scenario, kept), cut, export)
    _write_list("ticket_audits", "audits", zendesk_audits.audits(kept, cut), cut, export)
    _write_list("satisfaction_ratings", "satisfaction_ratings", _ratings(kept, cut), cut, export)
