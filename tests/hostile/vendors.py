"""Vendors' kinds: what their mappings and readers make of the same damage; files of lines; what users say of a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.hostile.case import Case, case, good, held, rejected

PAGERDUTY = (
    "id,incident_number,created_on,resolved_on,seconds_to_first_ack,seconds_to_resolve,urgency,"
    "resolved_by_user_id,resolved_by_user_name"
)
BERLIN: dict[str, Any] = {"zone": "Europe/Berlin"}


def incident(
    id_: str = "Q1", created: str = "2025-03-10 09:00:00", resolved: str = "", ack: str = "", urgency: str = "high"
) -> str:
    return f"{id_},501,{created},{resolved},{ack},,{urgency},,"


def incidents(*lines: str) -> str:
    return "\n".join((PAGERDUTY, *lines)) + "\n"


def pagerduty() -> Iterator[Case]:
    fine = incident()
    yield case("pagerduty", incidents(fine, incident("Q2")), good(2), **BERLIN)
    yield case("pagerduty, no zone given", incidents(fine), rejected("no-time-zone", "--tz"))
    unclear = incidents(incident(created="03/04/2025 09:00"))
    yield case("pagerduty, day or month first", unclear, rejected("ambiguous-dates", "created_on"), **BERLIN)
    proven = incidents(incident(created="03/04/2025 09:00"), incident("Q2", created="13/04/2025 09:00"))
    yield case("pagerduty, a date that proves the order", proven, good(2, says="assumed dates: day first"), **BERLIN)
    both = incidents(incident(created="13/04/2025 09:00"), incident("Q2", created="04/13/2025 09:00"))
    yield case(
        "pagerduty, dates of both orders", both, good(1, {"not-a-time": 1}, says="line 3, column created_on"), **BERLIN
    )
    for name, text, code in (
        ("30 February", "2025-02-30 09:00:00", "not-a-time"),
        ("the hour that was skipped", "2025-03-30 02:30:00", "no-such-local-time"),
        ("year 1900", "1900-01-01 00:00:00", "time-out-of-range"),
        ("24:00", "2025-03-10 24:00:00", "not-a-time"),
        ("25 o'clock in the afternoon", "2025-03-10 25:00 PM", "not-a-time"),
        ("month 13 in words", "31 Foo 2025 09:00", "not-a-time"),
    ):
        outcome = good(1, {code: 1}, says="line 3, column created_on")
        yield case(f"pagerduty, {name}", incidents(fine, incident("Q2", created=text)), outcome, **BERLIN)
    for name, text, code in (
        ("negative", "-5", "negative-duration"),
        ("NaN", "NaN", "not-a-number"),
        ("1e308", "1e308", "duration-out-of-range"),
    ):
        outcome = good(1, {code: 1}, says="line 3, column seconds_to_first_ack")
        yield case(f"pagerduty, {name} seconds", incidents(fine, incident("Q2", ack=text)), outcome, **BERLIN)
    yield case(
        "pagerduty, no id",
        incidents(fine, incident("")),
        good(1, {"missing-id": 1}, says="line 3, column id"),
        **BERLIN,
    )
    yield case("pagerduty, id damaged", incidents(fine, incident("1.03E+13")), good(1, {"id-damaged": 1}), **BERLIN)
    yield case("pagerduty, cut", incidents(fine)[:-1] + "\nQ2,502,2025", held("cut-off", "line 3"), **BERLIN)
    twice = incidents(fine).replace("urgency", "id", 1)
    yield case("pagerduty, column there twice", twice, held("duplicate-header", "line 1"), **BERLIN)


LOG = "1741600800|NONE|NONE|NONE|QUEUESTART|\n"


def queue_log() -> Iterator[Case]:
    enter = "1741600801|1741600801.1|support|NONE|ENTERQUEUE||+4930555|1\n"
    yield case("queue_log", LOG + enter, good(1, ignored={"configuration line": 1}), file="queue_log")
    yield case(
        "queue_log, nul padding", (LOG + enter).encode() + bytes(100), held("nul-padding", "line 3"), file="queue_log"
    )
    short = LOG + enter + "1741600802|x\n"
    yield case(
        "queue_log, short line",
        short,
        good(1, {"missing-cell": 1}, {"configuration line": 1}, says="line 3"),
        file="queue_log",
    )
    late = LOG + enter + enter.replace("1741600801|", "9" * 19 + "|", 1)
    yield case(
        "queue_log, time beyond all",
        late,
        good(1, {"time-out-of-range": 1}, {"configuration line": 1}, says="line 3"),
        file="queue_log",
    )
    bytes_ = (LOG + enter).encode() + enter.encode().replace(b"support", b"s\xff\x1b[2J").replace(b"801.1", b"801.2")
    yield case(
        "queue_log, no utf-8", bytes_, good(2, ignored={"configuration line": 1}, says="not UTF-8"), file="queue_log"
    )


def ratings(*more: dict[str, object], key: str = "satisfaction_ratings") -> str:
    fine = {
        "id": 1,
        "ticket_id": 5,
        "requester_id": 7,
        "assignee_id": 9,
        "score": "good",
        "created_at": "2025-03-10T09:00:00Z",
        "updated_at": "2025-03-10T09:00:00Z",
    }
    return json.dumps({key: [fine, *({**fine, "id": n + 2, **one} for n, one in enumerate(more))], "next_page": None})


def zendesk() -> Iterator[Case]:
    yield case("zendesk", ratings({}), good(2), file="ratings.json")
    yield case(
        "zendesk, no page", json.dumps({"satisfaction_ratings": [], "next_page": None}), good(0), file="ratings.json"
    )
    bad = ratings({"created_at": "9999-12-31T00:00:00Z"}, {"id": None}, {"id": [1]}, {"created_at": 2**63})
    reasons = {"time-out-of-range": 2, "missing-id": 1, "nested-value": 1}
    yield case("zendesk, bad cells", bad, good(1, reasons, says="line 2, column created_at"), file="ratings.json")
    yield case("zendesk, cut", ratings({})[:-40], held("cut-off", "line 1"), file="ratings.json")
    yield case(
        "zendesk, an error page",
        '{"error": "Couldn\'t authenticate you"}',
        rejected("unknown-kind"),
        file="ratings.json",
    )
    yield case(
        "zendesk, records of another kind",
        ratings({}).replace("requester_id", "x"),
        rejected("unknown-kind", "requester_id"),
    )


def said_by_users() -> Iterator[Case]:
    yield case(
        "a kind it isn't", incidents(incident()), rejected("no-header", "canonical.agents"), kind="canonical.agents"
    )
    yield case(
        "a kind that is nowhere", incidents(incident()), rejected("parser-failed", "unknown kind"), kind="no.such"
    )
    yield case("a log said to be a table", LOG, rejected("no-header"), kind="canonical.interactions")
    yield case("json said to be a log", '[{"a": 1}]\n', good(0, {"missing-cell": 1}), kind="asterisk.queue_log")


CASES = [*pagerduty(), *queue_log(), *zendesk(), *said_by_users()]
