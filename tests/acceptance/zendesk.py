"""Made-up Zendesk exports in the shape of the real ones: a small desk, and the five files that speak of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

Json = dict[str, Any]
ANNA, BEN, CLARA, DORA = 380100000001, 380100000002, 380100000003, 380100000004
ADA, TOM, ROBOT = 370000000007, 370000000008, -1
REFUNDS, TIER_2 = 360001100201, 360001100205


def ticket(number: int, created: str, updated: str, requester: int, **more: Any) -> Json:
    """One version of a ticket as the incremental export has it."""
    plain: Json = {
        "id": number, "url": f"https://larkfield.zendesk.example/api/v2/tickets/{number}.json", "external_id": None,
        "via": via("email"), "created_at": created, "updated_at": updated,
        "generated_timestamp": int(datetime.fromisoformat(updated).timestamp()), "type": "question",
        "subject": "Where is my refund?", "raw_subject": "Where is my refund?", "description": "Dear all",
        "priority": "normal", "status": "open", "recipient": None, "requester_id": requester,
        "submitter_id": requester, "assignee_id": ADA, "organization_id": None, "group_id": REFUNDS,
        "collaborator_ids": [], "follower_ids": [], "email_cc_ids": [], "forum_topic_id": None, "problem_id": None,
        "has_incidents": False, "is_public": True, "due_at": None, "tags": ["refund"], "custom_fields": [],
        "fields": [], "satisfaction_rating": {"score": "unoffered"}, "sharing_agreement_ids": [],
        "custom_status_id": 900, "followup_ids": [], "ticket_form_id": None, "brand_id": 55,
        "allow_channelback": False, "allow_attachments": True, "from_messaging_channel": False,
    }  # fmt: skip
    return plain | more


def via(channel: str, rel: str | None = None) -> Json:
    return {"channel": channel, "source": {"from": {}, "to": {}, "rel": rel}}


def metrics(number: int, created: str, updated: str, **more: Any) -> Json:
    """One ticket's `ticket_metrics`: whole minutes, so that its times are never those of the audits."""
    stations = {"group_stations": 1, "assignee_stations": 1, "reopens": 0, "replies": 1}
    stamps = dict.fromkeys(
        ("assignee_updated_at", "requester_updated_at", "status_updated_at", "initially_assigned_at", "assigned_at",
         "solved_at", "latest_comment_added_at")
    )  # fmt: skip
    reckoned = dict.fromkeys(
        f"{name}_in_minutes"
        for name in ("reply_time", "first_resolution_time", "full_resolution_time", "agent_wait_time",
                     "requester_wait_time", "on_hold_time")
    )  # fmt: skip
    head = {"id": number + 900000, "ticket_id": number, "created_at": created, "updated_at": updated}
    return head | stations | stamps | {name: minutes(None) for name in reckoned} | more


def minutes(calendar: int | None) -> Json:
    return {"calendar": calendar, "business": calendar}


def audit(number: int, ticket_id: int, created: str, author: int, *events: Json, rel: str | None = None) -> Json:
    """One audit; its events are numbered after it."""
    channel = "rule" if author == ROBOT else "web"
    numbered = [{"id": number * 10 + place, "audit_id": number, **event} for place, event in enumerate(events, 1)]
    return {
        "id": number, "ticket_id": ticket_id, "created_at": created, "author_id": author, "via": via(channel, rel),
        "metadata": {"system": {}, "custom": {}}, "events": numbered,
    }  # fmt: skip


def comment(author: int, body: str, public: bool = True) -> Json:
    return {"type": "Comment", "author_id": author, "body": body, "html_body": f"<p>{body}</p>", "plain_body": body,
            "public": public, "attachments": []}  # fmt: skip


def create(field: str, value: object) -> Json:
    return {"type": "Create", "field_name": field, "value": value if value is None else str(value)}


def change(field: str, before: object, after: object) -> Json:
    words = [each if isinstance(each, list) or each is None else str(each) for each in (before, after)]
    return {"type": "Change", "field_name": field, "value": words[1], "previous_value": words[0]}


def rating(number: int, ticket_id: int, requester: int, score: str, created: str, updated: str) -> Json:
    return {
        "id": number, "url": f"https://larkfield.zendesk.example/api/v2/satisfaction_ratings/{number}.json",
        "assignee_id": ADA, "group_id": REFUNDS, "requester_id": requester, "ticket_id": ticket_id, "score": score,
        "comment": "As always", "reason": None, "reason_id": 0, "created_at": created, "updated_at": updated,
    }  # fmt: skip


def clock_event(number: int, ticket_id: int, metric: str, word: str, time: str, **more: Any) -> Json:
    return {"id": number, "ticket_id": ticket_id, "metric": metric, "instance_id": 1, "type": word, "time": time} | more


def write(path: Path, key: str, records: Sequence[Mapping[str, Any]], **wrapper: Any) -> Path:
    """A file as the API's pages are saved."""
    path.write_text(json.dumps({key: records, "count": len(records), "next_page": None, **wrapper}), encoding="utf-8")
    return path


def created(number: int, ticket_id: int, at: str, requester: int) -> Json:
    """The audit that opens a ticket."""
    told = [create("status", "new"), create("requester_id", requester), create("group_id", REFUNDS)]
    return audit(number, ticket_id, at, requester, comment(requester, "I want my money back."), *told)


TICKETS = (
    ticket(4711, "2025-05-12T08:00:00Z", "2025-05-12T09:30:00Z", ANNA, status="pending"),
    ticket(4711, "2025-05-12T08:00:00Z", "2025-05-13T10:00:00Z", ANNA, status="solved", priority="high",
           group_id=TIER_2, tags=["refund", "vip"]),
    ticket(4712, "2025-05-12T10:00:40Z", "2025-05-12T10:05:00Z", BEN, via=via("voice", "inbound"), status="open",
           external_id="97785cfaceeaea57908a", priority=None, group_id=None, assignee_id=None, tags=[]),
    ticket(4713, "2025-05-12T11:00:00Z", "2025-05-12T11:20:00Z", CLARA, status="closed", tags=["closed_by_merge"]),
    ticket(4714, "2025-05-12T12:00:00Z", "2025-05-12T12:30:00Z", DORA, status="deleted", subject="SCRUBBED",
           raw_subject="SCRUBBED", description="SCRUBBED", via=via("web")),
    ticket(4715, "2025-05-12T13:00:00Z", "2025-05-13T07:00:00Z", BEN, status="hold", priority="urgent",
           via=via("twitter")),
)  # fmt: skip
"""One record repeated in a later version, a call's ticket, one merged away, one deleted, one on hold."""

METRICS = (
    metrics(4711, "2025-05-12T08:00:00Z", "2025-05-13T10:00:00Z", reopens=1, replies=2,
            solved_at="2025-05-13T10:00:00Z", latest_comment_added_at="2025-05-12T12:00:20Z",
            reply_time_in_minutes=minutes(90), first_resolution_time_in_minutes=minutes(90)),
    metrics(4712, "2025-05-12T10:00:40Z", "2025-05-12T10:05:00Z"),
    metrics(4713, "2025-05-12T11:00:00Z", "2025-05-12T11:20:00Z", solved_at="2025-05-12T11:20:00Z"),
    metrics(4715, "2025-05-12T13:00:00Z", "2025-05-13T07:00:00Z", reply_time_in_minutes=minutes(61)),
)  # fmt: skip

AUDITS = (
    created(100, 4711, "2025-05-12T08:00:00Z", ANNA),
    audit(110, 4711, "2025-05-12T08:01:00Z", ROBOT, comment(ROBOT, "We answer within a day.")),
    audit(120, 4711, "2025-05-12T08:30:00Z", ANNA, comment(ANNA, "Any news?")),
    audit(130, 4711, "2025-05-12T09:00:00Z", ADA, comment(ADA, "Asking the bank.", public=False),
          change("assignee_id", None, ADA), change("priority", None, "high"), change("group_id", REFUNDS, TIER_2)),
    audit(140, 4711, "2025-05-12T09:30:10Z", ADA, comment(ADA, "You get it."), change("status", "new", "solved")),
    audit(150, 4711, "2025-05-12T12:00:20Z", ANNA, comment(ANNA, "Not here."), change("status", "solved", "open")),
    audit(160, 4711, "2025-05-13T10:00:00Z", ADA, change("status", "open", "solved")),
    audit(180, 4713, "2025-05-12T11:20:00Z", ADA, comment(ADA, "Merged."), change("tags", [], ["closed_by_merge"]),
          change("status", "open", "closed"), rel="merge"),
    created(190, 4715, "2025-05-12T13:00:00Z", BEN),
    audit(200, 4715, "2025-05-12T14:00:30Z", TOM, comment(TOM, "We ask the carrier."), change("status", "new", "hold")),
)  # fmt: skip

CLOCK_EVENTS = (
    clock_event(1, 4711, "reply_time", "activate", "2025-05-12T08:00:00Z"),
    clock_event(2, 4711, "reply_time", "apply_sla", "2025-05-12T08:00:01Z",
                sla={"target": 60, "business_hours": False, "policy": {"id": 5, "title": "High", "description": ""}}),
    clock_event(3, 4711, "reply_time", "breach", "2025-05-12T09:00:01Z", deleted=False),
    clock_event(3, 4711, "reply_time", "breach", "2025-05-12T09:00:01Z", deleted=True),
    clock_event(4, 4711, "requester_wait_time", "pause", "2025-05-12T09:30:10Z"),
    clock_event(5, 4711, "requester_wait_time", "activate", "2025-05-12T12:00:20Z"),
    clock_event(6, 4715, "requester_wait_time", "pause", "2025-05-12T14:00:30Z"),
)  # fmt: skip

RATINGS = (
    rating(501, 4711, ANNA, "offered", "2025-05-13T11:00:00Z", "2025-05-13T11:00:00Z"),
    rating(501, 4711, ANNA, "good", "2025-05-13T11:00:00Z", "2025-05-13T18:00:00Z"),
    rating(502, 4713, CLARA, "bad", "2025-05-12T12:00:00Z", "2025-05-12T13:00:00Z"),
)


def five_files(folder: Path) -> list[Path]:
    """Tickets, metrics, audits, metric events and ratings of one desk."""
    return [
        write(folder / "tickets.json", "tickets", TICKETS, end_of_stream=True, end_time=1747137600),
        write(folder / "ticket_metrics.json", "ticket_metrics", METRICS, previous_page=None),
        write(folder / "ticket_audits.json", "audits", AUDITS, previous_page=None),
        write(folder / "ticket_metric_events.json", "ticket_metric_events", CLOCK_EVENTS, end_time=1747137600),
        write(folder / "satisfaction_ratings.json", "satisfaction_ratings", RATINGS, previous_page=None),
    ]
