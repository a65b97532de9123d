from __future__ import annotations

import json
from typing import Any

import pytest
from vendor_records import at, json_records, map_all, map_one, told

from carecli.sources.catalog import load_catalog
from carecli.sources.derive_case import derive_case
from carecli.sources.records import BadCell, Ignored, Row

TICKETS, METRICS, METRIC_EVENTS = "zendesk.tickets", "zendesk.ticket_metrics", "zendesk.metric_events"
AUDITS, RATINGS = "zendesk.audits", "zendesk.satisfaction_ratings"

FILES = {
    TICKETS: json_records("zendesk/tickets.json", "tickets"),
    METRICS: json_records("zendesk/ticket_metrics.json", "ticket_metrics"),
    METRIC_EVENTS: json_records("zendesk/ticket_metric_events.json", "ticket_metric_events"),
    AUDITS: json_records("zendesk/ticket_audits.json", "audits"),
    RATINGS: json_records("zendesk/satisfaction_ratings.json", "satisfaction_ratings"),
}
CUSTOMER, AGENT = "380100000001", "370000000007"


def audit(place: int) -> list[Row]:
    return map_one(AUDITS, FILES[AUDITS][place])


def short(row: Row) -> tuple[Any, ...]:
    values = row.values
    return tuple(values.get(name) for name in ("event_id", "kind", "from_value", "to_value", "actor_id", "reason"))


@pytest.mark.parametrize("kind", FILES)
def test_each_fixture_fits_its_own_entry_and_no_other(kind: str) -> None:
    names = frozenset(FILES[kind][0])
    assert [entry.kind for entry in load_catalog().values() if entry.matches(names)] == [kind]


def test_a_ticket_is_a_case_as_it_stands() -> None:
    case = map_one(TICKETS, FILES[TICKETS][0])[0]
    assert (case.table, case.version, case.complete, case.part) == ("cases", 1747043000, False, None)
    attributes = json.loads(case.values.pop("attributes"))
    assert attributes == {
        "brand_id": "55",
        "custom_fields.25": "billing",
        "custom_fields.27": "a b",
        "custom_status_id": "900",
        "organization_id": "360000000099",
    }
    assert told(case) == {
        "case_id": "4711",
        "customer_id": CUSTOMER,
        "queue": "360001100202",
        "issue_type": "question",
        "channel": "email",
        "subject": "Refund, please write to [e-mail]",
        "tags": "refund vip",
        "url": "https://muster.zendesk.com/agent/tickets/4711",
        "created_at": at("2025-05-12 08:00:00"),
        "updated_at": at("2025-05-12 09:30:00"),
        "status": "waiting_customer",
        "status_text": "pending",
        "priority": "high",
        "assignee_id": AGENT,
    }


def test_a_ticket_leaves_what_was_observed_of_it() -> None:
    observed = map_one(TICKETS, FILES[TICKETS][0])[1:]
    assert [short(row) for row in observed] == [
        ("observed:4711:1747043000:status:waiting_customer", "observed", None, "waiting_customer", None, "status"),
        ("observed:4711:1747043000:queue:360001100202", "observed", None, "360001100202", None, "queue"),
        ("observed:4711:1747043000:assignee:370000000007", "observed", None, AGENT, None, "assignee"),
        ("observed:4711:1747043000:priority:high", "observed", None, "high", None, "priority"),
    ]
    assert {row.values["at"] for row in observed} == {1747043000}


def test_the_version_is_when_the_ticket_was_generated_else_updated_else_exported() -> None:
    ticket = FILES[TICKETS][0]
    without = ticket | {"generated_timestamp": None}
    assert map_one(TICKETS, without)[0].version == at("2025-05-12 09:30:00")
    bare = map_one(TICKETS, without | {"updated_at": None}, exported_at=1747050000)
    assert {row.version for row in bare} == {1747050000}
    (alone,) = map_one(TICKETS, without | {"updated_at": None})
    assert (alone.table, alone.version) == ("cases", 0)


def test_a_voice_ticket_names_the_call_that_opened_it() -> None:
    case = map_one(TICKETS, FILES[TICKETS][1])[0].values
    assert (case["channel"], case["interaction_id"], case["attributes"]) == ("voice", "97785cfaceeaea57908a", None)
    mail = map_one(TICKETS, FILES[TICKETS][0] | {"external_id": "order-7"})[0].values
    assert mail["interaction_id"] is None
    assert json.loads(mail["attributes"])["external_id"] == "order-7"


def test_a_merged_ticket_is_no_resolution_and_a_deleted_one_is_marked() -> None:
    merged = map_one(TICKETS, FILES[TICKETS][2])[0].values
    assert (merged["merged_at"], merged["status"]) == (at("2025-05-12 11:20:00"), "closed")
    assert (merged.get("last_resolved_at"), merged.get("closed_at")) == (None, None)
    deleted, *observed = map_one(TICKETS, FILES[TICKETS][3])
    assert deleted.values["deleted_at"] == at("2025-05-12 12:30:00")
    assert (deleted.values["status"], deleted.values["status_text"]) == ("closed", "deleted")
    assert [row.values["reason"] for row in observed] == ["queue", "priority"]
    assert deleted.complete


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("new", "new"),
        ("Open", "open"),
        ("hold", "waiting_third_party"),
        ("solved", "solved"),
        ("closed", "closed"),
        ("Awaiting parts", None),
        (None, None),
    ],
)
def test_statuses(word: str | None, status: str | None) -> None:
    case = map_one(TICKETS, FILES[TICKETS][0] | {"status": word})[0].values
    assert (case["status"], case["status_text"]) == (status, word)


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("web", "email"),
        ("api", "email"),
        ("help_center", "email"),
        ("voice", "voice"),
        ("chat", "chat"),
        ("native_messaging", "chat"),
        ("twitter", "social"),
        ("instagram_dm", "social"),
        ("sms", "sms"),
        ("whatsapp", "whatsapp"),
        ("mobile_sdk", None),
    ],
)
def test_channels_and_the_words_we_have_none_for(word: str, channel: str | None) -> None:
    for via in ({"channel": word, "source": {}}, word):
        case = map_one(TICKETS, FILES[TICKETS][2] | {"via": via})[0].values
        assert case["channel"] == channel
        assert case["attributes"] == (None if channel else json.dumps({"via": word}))


def test_an_embedded_metric_set_is_told_with_the_ticket() -> None:
    plain, embedded = FILES[TICKETS][0], FILES[TICKETS][0] | {"metric_set": FILES[METRICS][0]}
    case, *observed = map_one(TICKETS, embedded)
    metrics = map_one(METRICS, FILES[METRICS][0])[0].values
    assert case.values == map_one(TICKETS, plain)[0].values | metrics
    assert (case.part, len(observed)) == (None, 4)


def test_metrics_reckon_in_calendar_minutes_from_the_creation() -> None:
    (row,) = map_one(METRICS, FILES[METRICS][0])
    assert (row.table, row.version, row.complete) == ("cases", at("2025-05-13 10:00:00"), True)
    assert row.values == {
        "case_id": "4711",
        "created_at": at("2025-05-12 08:00:00"),
        "first_response_at": at("2025-05-12 09:30:00"),
        "first_resolved_at": at("2025-05-12 11:00:00"),
        "last_resolved_at": at("2025-05-13 10:00:00"),
        "last_action_at": at("2025-05-13 09:59:00"),
        "reopens": 1,
        "reopen_flag": True,
    }


def test_metrics_without_an_answer() -> None:
    nothing = {"calendar": None, "business": None}
    changes = {"reply_time_in_minutes": nothing, "first_resolution_time_in_minutes": None, "solved_at": None}
    (row,) = map_one(METRICS, FILES[METRICS][0] | changes | {"reopens": "0"})
    assert not row.complete
    assert (row.values["first_response_at"], row.values["first_resolved_at"]) == (None, None)
    assert (row.values["reopens"], row.values["reopen_flag"]) == (0, False)


def test_metric_events_are_pauses_or_the_vendors_own_reckoning() -> None:
    rows = map_all(METRIC_EVENTS, FILES[METRIC_EVENTS])
    assert [short(row) for row in rows] == [
        ("metric:1", "observed", None, None, None, "sla:reply_time:activate"),
        ("metric:2", "observed", None, "60", None, "sla:reply_time:apply_sla"),
        ("metric:3", "observed", None, None, None, "sla:reply_time:breach"),
        ("metric:4", "paused", None, None, None, "sla:requester_wait_time:pause"),
        ("metric:5", "resumed", None, None, None, "sla:requester_wait_time:activate"),
        ("metric:6", "observed", None, "90", None, "sla:reply_time:update_status"),
        ("metric:3", "observed", None, "deleted", None, "sla:reply_time:breach"),
    ]
    assert rows[3].values["at"] == at("2025-05-12 09:30:00")
    assert rows[6].version > rows[2].version


def test_the_audit_that_creates_a_ticket() -> None:
    assert [short(row) for row in audit(0)] == [
        ("100:created", "created", None, CUSTOMER, CUSTOMER, None),
        ("100:101", "customer_reply", None, None, CUSTOMER, "opening"),
        ("100:102", "status", None, "new", CUSTOMER, None),
        ("100:104", "assigned", None, "360001100202", CUSTOMER, "group"),
    ]
    assert {(row.values["case_id"], row.values["at"], row.version) for row in audit(0)} == {
        ("4711", at("2025-05-12 08:00:00"), at("2025-05-12 08:00:00"))
    }


def test_messages_of_rules_customers_and_agents() -> None:
    assert [short(row) for row in audit(1)] == [("110:111", "public_reply", None, None, "-1", "automation")]
    assert [short(row) for row in audit(2)] == [("120:121", "public_reply", None, None, CUSTOMER, None)]
    assert [short(row) for row in audit(3)] == [
        ("130:131", "internal_note", None, None, AGENT, None),
        ("130:132", "assigned", None, AGENT, AGENT, "assignee"),
        ("130:133", "priority", None, "high", AGENT, None),
        ("130:135", "assigned", "360001100202", "360001100205", AGENT, "group"),
    ]


def test_an_event_has_its_own_way_where_it_differs_from_the_audits() -> None:
    event = FILES[AUDITS][4]["events"][0]
    by_rule = FILES[AUDITS][4] | {"events": [event | {"via": {"channel": "rule"}}]}
    assert [row.values["reason"] for row in map_one(AUDITS, by_rule)] == ["automation"]
    by_hand = FILES[AUDITS][1] | {"events": [event | {"via": {"channel": "web"}}]}
    assert [row.values["reason"] for row in map_one(AUDITS, by_hand)] == [None]


def test_changes_of_status_are_told_in_our_words() -> None:
    assert [short(row) for row in audit(5)] == [
        ("150:151", "public_reply", None, None, CUSTOMER, None),
        ("150:152", "status", "solved", "open", CUSTOMER, None),
        ("150:152:reopened", "reopened", "solved", "open", CUSTOMER, None),
    ]
    assert [short(row) for row in audit(7)] == [
        ("170:171", "status", "solved", "closed", "-1", None),
        ("170:171:closed", "closed", "solved", "closed", "-1", None),
    ]


def test_a_merge_closes_without_resolving() -> None:
    rows = audit(8)
    assert [short(row) for row in rows] == [
        ("180:181", "public_reply", None, None, AGENT, "merge"),
        ("180:183", "status", "open", "closed", AGENT, "merge"),
        ("180:183:closed", "closed", "open", "closed", AGENT, "merge"),
    ]
    case = derive_case([row.values for row in rows], "380100000003")
    assert case == {
        "status": "closed",
        "merged_at": at("2025-05-12 11:20:00"),
        "last_action_at": case["last_action_at"],
    }


def test_a_merge_is_known_by_its_way_too_and_a_deletion_by_its_word() -> None:
    closing = FILES[AUDITS][8]["events"][2]
    merged = FILES[AUDITS][8] | {"via": {"channel": "system", "source": {"rel": "merge"}}, "events": [closing]}
    assert {row.values["reason"] for row in map_one(AUDITS, merged)} == {"merge"}
    deleted = FILES[AUDITS][8] | {"events": [closing | {"value": "deleted"}]}
    rows = map_one(AUDITS, deleted)
    assert [(row.values["kind"], row.values["reason"]) for row in rows] == [
        ("status", "deleted"),
        ("closed", "deleted"),
    ]
    assert derive_case([row.values for row in rows], None) == {"status": "closed"}


def test_an_audit_without_an_event_for_a_clock_is_ignored() -> None:
    with pytest.raises(Ignored, match="no event that concerns a clock"):
        audit(9)


def test_no_body_and_no_address_is_kept() -> None:
    kept = ""
    for kind, records in FILES.items():
        for record in records:
            try:
                kept += json.dumps([row.values for row in map_one(kind, record)])
            except Ignored:
                continue
    for private in ("money back", "Dear all", "news", "bank", "Anna", "example.org", "muster.example", "Thank you"):
        assert private not in kept


def test_an_answered_rating_is_a_survey() -> None:
    (row,) = map_one(RATINGS, FILES[RATINGS][0])
    assert (row.table, row.version, row.complete) == ("surveys", at("2025-05-13 18:00:00"), True)
    assert row.values == {
        "survey_id": "35436",
        "kind": "csat",
        "case_id": "4711",
        "customer_id": CUSTOMER,
        "queue": "360001100202",
        "agent_id": AGENT,
        "sent_at": at("2025-05-13 11:00:00"),
        "responded_at": at("2025-05-13 18:00:00"),
        "score": 1.0,
        "scale_max": 1.0,
    }


def test_a_rating_only_offered_is_no_answer() -> None:
    (row,) = map_one(RATINGS, FILES[RATINGS][1])
    assert (row.values["responded_at"], row.values["score"], row.complete) == (None, None, False)
    with pytest.raises(Ignored, match="survey not offered"):
        map_one(RATINGS, FILES[RATINGS][0] | {"score": "unoffered"})


@pytest.mark.parametrize(
    ("word", "score"), [("good", 1.0), ("bad", 0.0), ("good_with_comment", 1.0), ("bad_without_comment", 0.0)]
)
def test_scores(word: str, score: float) -> None:
    assert map_one(RATINGS, FILES[RATINGS][0] | {"score": word})[0].values["score"] == score


@pytest.mark.parametrize(
    ("kind", "change", "code", "column"),
    [
        (TICKETS, {"id": None}, "missing-id", "id"),
        (TICKETS, {"created_at": None}, "missing-time", "created_at"),
        (TICKETS, {"created_at": "yesterday"}, "not-a-time", "created_at"),
        (TICKETS, {"subject": {"text": "x"}}, "nested-value", "subject"),
        (METRICS, {"ticket_id": "1.03E+13"}, "id-damaged", "ticket_id"),
        (METRICS, {"reply_time_in_minutes": "90"}, "not-an-object", "reply_time_in_minutes"),
        (
            METRICS,
            {"reply_time_in_minutes": {"calendar": "-1"}},
            "negative-duration",
            "reply_time_in_minutes.calendar",
        ),
        (METRIC_EVENTS, {"time": None}, "missing-time", "time"),
        (METRIC_EVENTS, {"metric": None}, "missing-cell", "metric"),
        (AUDITS, {"events": None}, "not-a-list", "events"),
        (AUDITS, {"events": ["x"]}, "not-a-list", "events"),
        (AUDITS, {"ticket_id": None}, "missing-id", "ticket_id"),
        (RATINGS, {"score": "meh"}, "unknown-code", "score"),
        (RATINGS, {"score": None}, "unknown-code", "score"),
        (RATINGS, {"updated_at": None}, "missing-time", "updated_at"),
    ],
)
def test_what_is_not_understood_names_its_column(kind: str, change: dict[str, Any], code: str, column: str) -> None:
    with pytest.raises(BadCell) as caught:
        map_one(kind, FILES[kind][0] | change)
    assert (caught.value.code, caught.value.column) == (code, column)
