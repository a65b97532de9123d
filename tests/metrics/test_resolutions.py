"""First contact resolution, reopening, escalation (R14, R19, R20, R34, R35)."""

from __future__ import annotations

import pytest

from tests.metrics.build import Centre, at, explained, figure, pack_with

NOON = "2025-05-01 12:00"
MAY_1 = "2025-05-01"


def hundred_cases() -> Centre:
    """R14: 100 cases resolved on contact 1 on 1 May 12:00; 12 followed by 4 May 12:00, 12 more by 8 May 12:00."""
    centre = Centre()
    for number in range(100):
        centre.case("2025-05-01 09:00", case_id=str(number), channel="email", status="solved", first_resolved_at=NOON)
    for number in range(24):
        later = "2025-05-04 12:00" if number < 12 else "2025-05-08 12:00"
        centre.contact(later, channel="email", case_id=str(number))
    return centre


@pytest.mark.parametrize(("days", "percent"), [(3, 0.88), (7, 0.76)])
def test_r14_no_follow_up_in_x_times_24_hours_end_included(tmp_path, days, percent):
    pack = pack_with(tmp_path, f"[fcr]\ndays = {days}")
    fcr = figure(hundred_cases().facts("2025-05-20 12:00", pack), "fcr", MAY_1)
    assert (fcr.value, fcr.n, fcr.status) == (percent, 100, "ok")
    assert fcr.note is not None
    assert fcr.note.startswith(f"X={days}d, matured to 2025-05-{19 - days:02d}")


def test_r14_immature_until_x_has_passed(tmp_path):
    centre = hundred_cases()
    early = figure(centre.facts("2025-05-05 12:00"), "fcr", MAY_1)
    assert (early.value, early.note, early.excluded) == (None, "immature", {"immature": 100})
    assert figure(centre.facts("2025-05-08 12:00:00"), "fcr", MAY_1).value is None
    assert figure(centre.facts("2025-05-08 12:00:01"), "fcr", MAY_1).value == 0.76
    short = pack_with(tmp_path, "[fcr]\ndays = 3")
    assert figure(centre.facts("2025-05-05 12:00", short), "fcr", MAY_1).value == 0.88


def test_one_second_later_is_no_follow_up():
    centre = Centre()
    centre.case("2025-05-01 09:00", case_id="1", first_resolved_at=NOON)
    centre.contact("2025-05-08 12:00:01", channel="email", case_id="1")
    assert figure(centre.facts("2025-05-20 12:00"), "fcr", MAY_1).value == 1.0


def test_a_second_contact_before_the_resolution_is_no_first_contact_resolution():
    centre = Centre()
    centre.case("2025-05-01 09:00", case_id="1", first_resolved_at=NOON)
    centre.contact("2025-05-01 11:00", case_id="1")
    fcr = figure(centre.facts("2025-05-20 12:00"), "fcr", MAY_1)
    assert (fcr.value, fcr.n) == (0.0, 1)


@pytest.mark.parametrize(("switch", "percent"), [("true", 0.90), ("false", 1.00)])
def test_r35_whether_follow_ups_in_a_case_of_their_own_count(tmp_path, switch, percent):
    centre = Centre()
    for number in range(100):
        told = {"customer_id": f"P{number}", "issue_type": "refund"}
        centre.case("2025-05-01 09:00", status="solved", first_resolved_at=NOON, **told)
        if number < 10:
            centre.case("2025-05-04 09:00", **told)
    pack = pack_with(tmp_path, f"[fcr]\nseparate_followups_count = {switch}")
    assert figure(centre.facts("2025-05-20 12:00", pack), "fcr", MAY_1).value == percent


@pytest.mark.parametrize(
    ("first", "second", "failed"),
    [
        ({"issue_type": "refund"}, {"issue_type": "refund"}, True),
        ({"issue_type": "refund"}, {"issue_type": "delivery"}, False),
        ({}, {"issue_type": "delivery"}, True),
        ({}, {"queue": "Moves"}, False),
        ({"customer_id": None}, {"customer_id": None}, False),
    ],
)
def test_c05_same_customer_and_reason_else_same_customer_and_queue(first, second, failed):
    centre = Centre()
    told = {"customer_id": "P1", "ended_at": NOON}
    centre.contact("2025-05-01 11:00", **{**told, **first})
    centre.contact("2025-05-03 11:00", **{**told, "ended_at": "2025-05-03 12:00", **second})
    assert figure(centre.facts("2025-05-20 12:00"), "fcr", MAY_1).value == (0.0 if failed else 1.0)


@pytest.mark.parametrize(("follow_up", "failed"), [("2025-03-18 14:00", True), ("2025-03-18 16:00", False)])
def test_r34_three_business_days(tmp_path, follow_up, failed):
    centre = Centre()
    centre.case("2025-03-13 10:00", case_id="1", first_resolved_at="2025-03-13 15:00")
    centre.contact(follow_up, case_id="1")
    pack = pack_with(tmp_path, '[fcr]\ndays = 3\nunit = "business_days"')
    fcr = figure(centre.facts("2025-03-28 12:00", pack), "fcr", "2025-03-13")
    assert fcr.value == (0.0 if failed else 1.0)
    assert fcr.note == "X=3bd, by case, else customer and reason"


def test_contacts_of_a_case_that_is_not_held_are_one_case():
    centre = Centre()
    centre.contact("2025-05-01 10:00", case_id="9", ended_at=NOON)
    centre.contact("2025-05-02 10:00", case_id="9", ended_at="2025-05-02 11:00")
    fcr = figure(centre.facts("2025-05-20 12:00"), "fcr", "2025-05-01..2025-05-02")
    assert (fcr.value, fcr.n) == (0.0, 1)


def test_merged_and_deleted_cases_are_not_resolved():
    centre = Centre()
    centre.case("2025-05-01 09:00", first_resolved_at=NOON)
    centre.case("2025-05-01 09:00", first_resolved_at=NOON, merged_at=NOON)
    centre.case("2025-05-01 09:00", first_resolved_at=NOON, deleted_at=NOON)
    fcr = figure(centre.facts("2025-05-20 12:00"), "fcr", MAY_1)
    assert (fcr.n, fcr.excluded) == (1, {"merged": 1, "deleted": 1})


def closures(reopened: int) -> Centre:
    centre = Centre()
    for number in range(250):
        told = {"reopened_at": "2025-03-05 10:00", "reopen_flag": 1} if number < reopened else {"reopen_flag": 0}
        centre.case("2025-03-03 09:00", status="solved", first_resolved_at="2025-03-03 10:00", **told)
    return centre


@pytest.mark.parametrize(("reopened", "status"), [(12, "ok"), (14, "risk"), (17, "risk"), (18, "miss")])
def test_r19_share_of_closures(reopened, status):
    rate = figure(closures(reopened).facts("2025-03-20 12:00"), "reopen_rate", "2025-03-01..2025-03-03")
    assert (rate.value, rate.n, rate.status) == (reopened / 250, 250, status)
    assert rate.target == "<=5-7 %"


@pytest.mark.parametrize(("reopened", "counts"), [("2025-03-10 10:00:00", 1.0), ("2025-03-10 10:00:01", 0.0)])
def test_r19_seven_times_24_hours_end_included(reopened, counts):
    centre = Centre()
    centre.case("2025-03-01 09:00", first_resolved_at="2025-03-03 10:00", reopened_at=reopened, reopens=1)
    facts = centre.facts("2025-03-20 12:00")
    assert figure(facts, "reopen_rate", "2025-03-01..2025-03-03").value == counts


def test_r19_two_reopenings_of_one_case_count_once():
    centre = Centre()
    centre.case("2025-03-01 09:00", case_id="1", first_resolved_at="2025-03-03 10:00", reopens=2)
    for moment in ("2025-03-04 10:00", "2025-03-06 10:00"):
        centre.add("case_events", case_id="1", at=moment, kind="reopened")
    rate = figure(centre.facts("2025-03-20 12:00"), "reopen_rate", "2025-03-01..2025-03-03")
    assert (rate.numerator, rate.n) == (1, 1)


def test_r19_a_change_from_solved_to_open_is_a_reopening():
    centre = Centre()
    centre.case("2025-03-01 09:00", case_id="1", first_resolved_at="2025-03-03 10:00")
    centre.add("case_events", case_id="1", at="2025-03-04 10:00", kind="status", from_value="solved", to_value="open")
    assert figure(centre.facts("2025-03-20 12:00"), "reopen_rate", "2025-03-01..2025-03-03").value == 1.0


def test_r19_a_flag_without_a_time_is_unmeasurable():
    centre = Centre()
    for _ in range(3):
        centre.case("2025-03-03 09:00", first_resolved_at="2025-03-03 10:00", reopen_flag=1)
    rate = figure(centre.facts("2025-03-20 12:00"), "reopen_rate", "2025-03-03")
    assert (rate.value, rate.note, rate.excluded) == (None, "unmeasurable", {"unmeasurable": 3})


def test_r19_a_feed_that_only_flags_has_no_rate_at_all():
    centre = Centre()
    for number in range(50):
        centre.case("2025-03-03 09:00", first_resolved_at="2025-03-03 10:00", reopen_flag=int(number < 3))
    rate = figure(centre.facts("2025-03-20 12:00"), "reopen_rate", "2025-03-03")
    assert (rate.value, rate.note) == (None, "unmeasurable")


def test_r19_a_feed_that_says_nothing_of_reopenings_has_no_rate():
    centre = Centre()
    centre.case("2025-03-03 09:00", first_resolved_at="2025-03-03 10:00")
    assert figure(centre.facts("2025-03-20 12:00"), "reopen_rate", "2025-03-03").note == "unmeasurable"


def test_r19_a_closure_of_the_last_seven_days_is_immature():
    facts = closures(14).facts("2025-03-10 10:00:00")
    assert figure(facts, "reopen_rate", "2025-03-03").note == "immature"


@pytest.mark.parametrize(("escalated", "status"), [(33, "risk"), (30, "ok"), (45, "risk"), (46, "miss")])
def test_r20_cases_that_ever_reached_the_second_line(escalated, status):
    centre = Centre()
    for number in range(300):
        level = 1 if number >= escalated else 3 if number < 5 else 2
        centre.case("2025-05-12 09:00", escalation_level=level)
    rate = figure(centre.facts("2025-05-13 12:00"), "escalation_rate", "yesterday")
    assert (rate.value, rate.n, rate.status) == (escalated / 300, 300, status)
    assert rate.note == f"T2: {escalated - 5}, above: 5"


def test_r20_an_escalation_event_counts_and_a_source_that_never_states_one_is_unmeasurable():
    centre = Centre()
    centre.case("2025-05-12 09:00", case_id="1")
    centre.case("2025-05-12 09:00", source="other")
    facts = centre.facts("2025-05-13 12:00")
    assert figure(facts, "escalation_rate", "yesterday").note == "unmeasurable"
    centre.add("case_events", case_id="1", at="2025-05-12 10:00", kind="escalated")
    rate = figure(centre.facts("2025-05-13 12:00"), "escalation_rate", "yesterday")
    assert (rate.value, rate.n, rate.excluded) == (1.0, 1, {"unmeasurable": 1})


def test_the_resolution_is_the_row_that_is_explained():
    centre = hundred_cases()
    explanation = explained(centre.facts("2025-05-20 12:00"), "fcr", MAY_1)
    assert len(explanation.rows["cases"]) == 100
    assert len(explanation.numerator_rows["cases"]) == 76
    assert at(NOON) < at("2025-05-20 12:00")


def test_a_contact_at_the_moment_of_the_resolution_is_no_follow_up():
    centre = Centre()
    centre.contact("2025-05-01 11:00", customer_id="P1", issue_type="refund", ended_at=NOON)
    centre.contact(NOON, customer_id="P1", issue_type="refund", outcome="abandoned")
    assert figure(centre.facts("2025-05-20 12:00"), "fcr", MAY_1).value == 1.0
