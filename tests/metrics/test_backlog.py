"""Backlog, its ages and stale cases (R21-R23)."""

from __future__ import annotations

import pytest

from tests.metrics.build import Centre, at, explained, figure, pack_with, slices

MONDAY, TUESDAY = "2025-05-12", "2025-05-13 10:00"


@pytest.mark.parametrize(
    ("case", "counted"),
    [
        ({"created_at": "2025-05-12 17:55", "last_resolved_at": "2025-05-12 18:10", "status": "solved"}, 1),
        ({"last_resolved_at": "2025-05-12 18:00:00", "closed_at": "2025-05-12 18:10", "status": "closed"}, 0),
        ({"last_resolved_at": "2025-05-12 12:00:00", "closed_at": "2025-05-12 18:10", "status": "closed"}, 0),
        ({"created_at": "2025-05-12 18:00:00"}, 1),
        ({"created_at": "2025-05-12 18:00:01"}, 0),
        ({"merged_at": "2025-05-12 18:00:00"}, 0),
        ({"deleted_at": "2025-05-12 18:10"}, 1),
    ],
)
def test_r21_open_at_the_queues_closing_time(case, counted):
    centre = Centre()
    centre.case(**case)
    centre.case("2025-05-12 18:30", queue="Later")
    centre.covers("cases", "2025-05-12 00:00", "2025-05-13 10:00")
    assert figure(centre.facts(TUESDAY), "backlog", MONDAY, where={"queue": "Refunds"}).value == counted


def test_r21_around_the_clock_queues_are_taken_at_midnight(tmp_path):
    centre = Centre()
    centre.case("2025-05-12 23:59:59", queue="Outage")
    centre.case("2025-05-12 23:59:59", queue="Refunds")
    pack = pack_with(tmp_path, '[queues.calendars]\nOutage = "always"')
    by_queue = slices(centre.facts(TUESDAY, pack), "backlog", "queue", window=MONDAY)
    assert {name: each.value for name, each in by_queue.items()} == {"Outage": 1}


def test_r21_a_day_without_opening_keeps_the_last_snapshot():
    centre = Centre()
    centre.case("2025-05-09 12:00")
    centre.case("2025-05-10 12:00")
    facts = centre.facts(TUESDAY)
    days = slices(facts, "backlog", "day", window="2025-05-09..2025-05-13")
    assert {day: each.value for day, each in days.items()} == {
        "2025-05-09": 1, "2025-05-10": 1, "2025-05-11": 1, "2025-05-12": 2, "2025-05-13": 2,
    }  # fmt: skip
    assert figure(facts, "backlog", "2025-05-11").value == 1


def test_r21_today_is_taken_now():
    centre = Centre()
    centre.case("2025-05-13 09:00", status="solved", last_resolved_at="2025-05-13 09:30")
    assert figure(centre.facts("2025-05-13 09:15"), "backlog").value == 1
    assert figure(centre.facts("2025-05-13 09:30"), "backlog").value == 0


def test_r22_half_open_buckets():
    centre = Centre()
    now = at("2025-05-13 18:00")
    for hours, minutes in ((23, 59), (24, 0), (47, 59), (48, 0), (167, 59), (168, 0)):
        centre.case(now - hours * 3600 - minutes * 60)
    by_age = slices(centre.facts("2025-05-13 18:00"), "backlog", "age")
    assert {name: each.value for name, each in by_age.items()} == {
        "0-24 h": 1, "24-48 h": 2, "2-7 d": 2, "7 d+": 1,
    }  # fmt: skip
    assert figure(centre.facts("2025-05-13 18:00"), "oldest_case").value == 168 * 3600


@pytest.mark.parametrize(("now", "stale"), [("08:59", 0), ("09:00", 1), ("09:01", 1)])
def test_r23_stale_after_72_hours(tmp_path, now, stale):
    centre = Centre()
    centre.case("2025-03-13 09:00", last_action_at="2025-03-14 09:00")
    centre.covers("cases", "2025-03-13 00:00", "2025-03-17 10:00")
    assert figure(centre.facts(f"2025-03-17 {now}"), "stale").value == stale
    business = pack_with(tmp_path, '[backlog]\nstale_clock = "business"')
    assert figure(centre.facts(f"2025-03-17 {now}", business), "stale").value == 0
    assert figure(centre.facts("2025-03-26 09:00", business), "stale").value == 1
    assert figure(centre.facts("2025-03-26 08:59", business), "stale").value == 1
    assert figure(centre.facts("2025-03-25 17:59", business), "stale").value == 0


def test_r23_a_rule_is_nobodys_act():
    centre = Centre()
    centre.case("2025-05-06 09:00", case_id="1", last_action_at="2025-05-07 09:00")
    centre.case("2025-05-06 09:00", case_id="2", last_action_at="2025-05-07 09:00")
    centre.add("case_events", case_id="1", at="2025-05-13 09:00", kind="internal_note", reason="automation")
    centre.add("case_events", case_id="2", at="2025-05-13 09:00", kind="internal_note")
    explanation = explained(centre.facts(TUESDAY), "stale")
    assert explanation.rows == {"cases": [1]}


def test_a_case_is_in_the_latest_state_known_by_then():
    centre = Centre()
    centre.case("2025-05-08 09:00", case_id="1", status="solved", last_resolved_at="2025-05-13 09:00")
    for moment, before, after in [
        ("2025-05-09 09:00", "new", "waiting_customer"),
        ("2025-05-10 09:00", "waiting_customer", "solved"),
        ("2025-05-11 09:00", "solved", "open"),
    ]:
        centre.add("case_events", case_id="1", at=moment, kind="status", from_value=before, to_value=after)
    states = [
        {
            name: each.value
            for name, each in slices(centre.facts(f"2025-05-{day:02d} 12:00"), "backlog", "status").items()
        }
        for day in (8, 9, 10, 11, 13)
    ]
    assert states == [{"new": 1}, {"waiting_customer": 1}, {}, {"open": 1}, {}]


def test_an_observation_says_what_was_seen():
    centre = Centre()
    centre.case("2025-05-08 09:00", case_id="1", status="waiting_third_party", updated_at="2025-05-13 09:30")
    centre.add("case_events", case_id="1", at="2025-05-09 09:00", kind="observed", reason="status", to_value="solved")
    centre.add("case_events", case_id="1", at="2025-05-10 09:00", kind="observed", reason="priority", to_value="open")
    assert figure(centre.facts("2025-05-12 12:00"), "backlog").value == 0
    by_party = slices(centre.facts("2025-05-13 12:00"), "backlog", "waiting_on")
    assert {name: each.value for name, each in by_party.items()} == {"third party": 1}


def test_who_is_waited_for_who_has_it_and_who_got_no_reply():
    centre = Centre()
    centre.case(status="new")
    centre.case(status="open", assignee_id="A1", first_response_at="2025-05-12 10:00")
    centre.case(status="waiting_customer", assignee_id="A1", priority="P1")
    centre.case(status="open", is_test=1)
    facts = centre.facts(TUESDAY)
    by_party = slices(facts, "backlog", "waiting_on")
    assert {name: each.value for name, each in by_party.items()} == {"us": 2, "customer": 1}
    assert figure(facts, "backlog").excluded == {"test": 1}
    assert figure(facts, "unassigned").value == 1
    assert figure(facts, "no_reply").value == 2
    assert slices(facts, "backlog", "priority", "agent")["P1", "A1"].value == 1
