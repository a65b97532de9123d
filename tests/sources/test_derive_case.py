from __future__ import annotations

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from vendor_records import at, json_records, map_all, map_one, of_table

from carecli.sources.catalog import load_catalog
from carecli.sources.derivations import DERIVATIONS, Inputs
from carecli.sources.derive_case import derive_case
from carecli.store.parts import DERIVED_PRECEDENCE

TICKETS, METRICS, METRIC_EVENTS = "zendesk.tickets", "zendesk.ticket_metrics", "zendesk.metric_events"
AUDITS = "zendesk.audits"

FILES = {
    TICKETS: json_records("zendesk/tickets.json", "tickets"),
    METRIC_EVENTS: json_records("zendesk/ticket_metric_events.json", "ticket_metric_events"),
    AUDITS: json_records("zendesk/ticket_audits.json", "audits"),
}
CUSTOMER, AGENT = "380100000001", "370000000007"


def history() -> list[dict[str, Any]]:
    """All events of ticket 4711, observed ones and those of the clocks among them."""
    audits = [one for one in FILES[AUDITS] if one["ticket_id"] == "4711"]
    rows = map_all(AUDITS, audits) + map_all(METRIC_EVENTS, FILES[METRIC_EVENTS])
    rows += of_table(map_one(TICKETS, FILES[TICKETS][0]), "case_events")
    return [row.values for row in rows]


def test_the_history_of_a_case() -> None:
    assert derive_case(history(), CUSTOMER) == {
        "created_at": at("2025-05-12 08:00:00"),
        "first_response_at": at("2025-05-12 09:30:00"),
        "first_resolved_at": at("2025-05-12 09:30:00"),
        "last_resolved_at": at("2025-05-13 10:00:00"),
        "closed_at": at("2025-05-17 10:00:00"),
        "reopened_at": at("2025-05-12 12:00:00"),
        "reopens": 1,
        "reopen_flag": True,
        "escalation_level": 2,
        "last_action_at": at("2025-05-12 12:00:00"),
        "status": "closed",
    }


def test_the_creation_names_the_customer_where_no_ticket_does() -> None:
    assert derive_case(history(), None) == derive_case(history(), CUSTOMER)
    anonymous = [event | {"to_value": None} if event["kind"] == "created" else event for event in history()]
    assert "first_response_at" not in derive_case(anonymous, None)
    assert derive_case(anonymous, CUSTOMER)["first_response_at"] == at("2025-05-12 09:30:00")


def test_a_history_cut_off_in_front_tells_no_firsts_and_no_counts() -> None:
    """Audits of 12 May from 12:00 on: the next public answer would pass for the first one."""
    late = [event for event in history() if event["at"] >= at("2025-05-12 12:00:00")]
    assert derive_case(late, CUSTOMER) == {
        "last_resolved_at": at("2025-05-13 10:00:00"),
        "closed_at": at("2025-05-17 10:00:00"),
        "reopened_at": at("2025-05-12 12:00:00"),
        "reopen_flag": True,
        "last_action_at": at("2025-05-12 12:00:00"),
        "status": "closed",
    }


def test_a_case_that_stayed_in_its_group_is_level_one() -> None:
    first = [row.values for row in map_one(AUDITS, FILES[AUDITS][0])]
    assert derive_case(first, CUSTOMER) == {
        "created_at": at("2025-05-12 08:00:00"),
        "reopens": 0,
        "reopen_flag": False,
        "escalation_level": 1,
        "last_action_at": at("2025-05-12 08:00:00"),
        "status": "new",
    }
    escalated = first[0] | {"event_id": "x", "kind": "escalated", "to_value": "2"}
    assert derive_case([*first, escalated], CUSTOMER)["escalation_level"] == 2


def test_an_opening_written_by_an_agent_is_no_answer() -> None:
    creation = FILES[AUDITS][0] | {"author_id": AGENT}
    events = [event | {"author_id": AGENT} if event["type"] == "Comment" else event for event in creation["events"]]
    rows = map_one(AUDITS, creation | {"events": events})
    assert (rows[1].values["kind"], rows[1].values["reason"]) == ("public_reply", "opening")
    assert "first_response_at" not in derive_case([row.values for row in rows], CUSTOMER)


def test_canonical_events_without_statuses_resolve_too() -> None:
    """A warehouse's history may say `closed` and `reopened` only."""
    words = [("created", 10), ("public_reply", 20), ("closed", 30), ("reopened", 40), ("closed", 50)]
    nothing = {"from_value": None, "to_value": None, "reason": None, "actor_id": "agent"}
    events = [{"event_id": f"e{moment}", "kind": kind, "at": moment} | nothing for kind, moment in words]
    case = derive_case(events, "customer")
    assert (case["first_response_at"], case["first_resolved_at"], case["last_resolved_at"]) == (20, 30, 50)
    assert (case["reopens"], case["closed_at"]) == (1, 50)


def test_events_of_one_second_go_by_their_numbers() -> None:
    """9:10 comes after 9:9: solved, then reopened within the second."""
    nothing = {"at": 5, "kind": "status", "reason": None, "actor_id": None}
    events = [
        nothing | {"event_id": "9:10", "from_value": "solved", "to_value": "open"},
        nothing | {"event_id": "9:9", "from_value": "open", "to_value": "solved"},
    ]
    assert derive_case(events, None)["status"] == "open"


def test_a_resolution_counts_where_the_reopening_was_not_logged() -> None:
    """The second change says itself that the case was open before."""
    nothing = {"kind": "status", "reason": None, "actor_id": None, "from_value": "open", "to_value": "solved"}
    events = [nothing | {"event_id": "1:1", "at": 5}, nothing | {"event_id": "2:1", "at": 9}]
    assert derive_case(events, None)["last_resolved_at"] == 9


@given(st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(dice: random.Random) -> None:
    events = history()
    shuffled = dice.sample(events, len(events))
    case = {"customer_id": CUSTOMER}
    rows = DERIVATIONS["case_events"]("4711", {"case_events": shuffled, "case": case})
    assert rows == DERIVATIONS["case_events"]("4711", {"case_events": events, "case": case})


def test_the_derived_part_of_a_case() -> None:
    (row,) = DERIVATIONS["case_events"]("4711", {"case_events": history(), "case": None})
    assert (row.table, row.version) == ("cases", at("2025-05-17 10:00:00"))
    assert row.values["case_id"] == "4711"
    only_observed = of_table(map_one(TICKETS, FILES[TICKETS][0]), "case_events")
    nothing: Inputs = {"case_events": [observed.values for observed in only_observed], "case": None}
    assert DERIVATIONS["case_events"]("4711", nothing) == []


def test_precedence_of_the_parts_of_a_case() -> None:
    entries = load_catalog()
    ranks = [entries["canonical.cases"].precedence["cases"], entries[TICKETS].precedence["cases"]]
    ranks += [DERIVED_PRECEDENCE, entries[METRICS].precedence["cases"]]
    assert ranks == sorted(set(ranks))


def test_every_derivation_is_one_the_catalog_may_name() -> None:
    named = {entry.derive for entry in load_catalog().values() if entry.derive}
    assert named == set(DERIVATIONS)
