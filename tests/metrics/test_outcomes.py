"""Time to resolution, handoffs and resolved in time (C0.14, R59, R76, R88, R89, R112)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from carecli.metrics.judging import exact_value
from carecli.policy.pack import Pack, load_pack
from tests.metrics.build import BERLIN, Centre, at, explained, figure, pack_with, slices
from tests.policy.packs import LIGHTCURVE, PRESTIGE, verdicts

HOUR = 3600
NINE = "2025-05-12 09:00"
LATER = "2025-05-20 12:00"
DAY = "2025-05-12"
ROUTINE = '[classes.issue_class]\nroutine = ["Address change", "Invoice copy"]'


def resolved_after(centre: Centre, hours: float, created: str = NINE, **told: Any) -> int:
    """A case resolved so many hours after its creation."""
    return centre.case(created, status="solved", last_resolved_at=at(created) + int(hours * HOUR), **told)


def move(centre: Centre, case_id: str, moment: Any, before: str | None, after: str | None, what: str | None) -> None:
    told = {"from_value": before, "to_value": after, "reason": what}
    centre.add("case_events", case_id=case_id, at=moment, kind="assigned", **told)


def test_r59_median_by_tier():
    centre = Centre()
    for hours in (1, 3, 4, 9, 20):
        resolved_after(centre, hours, tier="premium")
    for hours in (0.5, 1.0, 2.1, 2.5, 8):
        resolved_after(centre, hours, tier="elite")
    facts = centre.facts(LATER, PRESTIGE)
    medians = slices(facts, "ttr_p50", "tier", window="2025-05-12..2025-05-13")
    assert {tier: each.value for tier, each in medians.items()} == {"premium": 4 * HOUR, "elite": 2.1 * HOUR}
    judged = {tier: verdicts(PRESTIGE, "ttr", exact_value(each), tier=tier) for tier, each in medians.items()}
    assert judged == {"premium": ["ok"], "elite": ["miss"]}
    p90 = figure(facts, "ttr_p90", "2025-05-12..2025-05-13", where={"tier": "premium"})
    assert p90.value == pytest.approx(15.6 * HOUR)  # linear between ranks: 9 h + 0.6 x 11 h


def test_r112_median_of_elite_cases():
    centre = Centre()
    for hours in (0.5, 1.5, 2.0, 2.5, 8):
        resolved_after(centre, hours, tier="elite")
    assert figure(centre.facts(LATER, PRESTIGE), "ttr_p50", DAY).value == 2 * HOUR


def test_r76_mean_of_p1_is_judged_strictly():
    centre = Centre()
    for hours in (3, 4, 5):
        resolved_after(centre, hours, priority="P1")
    ttr = figure(centre.facts(LATER, LIGHTCURVE), "ttr", DAY)
    assert (ttr.value, ttr.unit, ttr.n) == (4.0 * HOUR, "seconds", 3)
    assert verdicts(LIGHTCURVE, "ttr", exact_value(ttr), priority="P1") == ["miss"]


def test_c014_the_last_resolution_books_the_case():
    centre = Centre()
    centre.case(NINE, status="solved", first_resolved_at="2025-05-12 11:00", reopened_at="2025-05-13 09:00",
                last_resolved_at="2025-05-14 09:00")  # fmt: skip
    centre.covers("cases", "2025-05-01 00:00", LATER)
    facts = centre.facts(LATER)
    assert figure(facts, "ttr", DAY).note == "no resolved cases"
    assert figure(facts, "ttr", "2025-05-14").value == 48 * HOUR


def test_c014_a_case_that_is_open_again_has_no_time_to_resolution():
    centre = Centre()
    centre.case(NINE, status="solved", first_resolved_at="2025-05-12 11:00", reopened_at="2025-05-13 09:00",
                last_resolved_at="2025-05-14 09:00")  # fmt: skip
    resolved_after(centre, 1)
    between = figure(centre.facts("2025-05-13 12:00"), "ttr", DAY)
    assert (between.value, between.excluded) == (1.0 * HOUR, {"open again": 1})
    assert figure(centre.facts("2025-05-12 12:00"), "ttr", DAY).value == 1.5 * HOUR


def test_c014_resolutions_are_known_from_events_too():
    """Solved, closed for good, and by then no other resolution: closing is none."""
    centre = Centre()
    centre.case(NINE, case_id="1", status="closed", closed_at="2025-05-15 09:00")
    for moment, before, after in (
        ("2025-05-12 10:00", "open", "solved"), ("2025-05-12 11:00", "solved", "open"),
        ("2025-05-12 12:00", None, "solved"), ("2025-05-15 09:00", "solved", "closed"),
    ):  # fmt: skip
        centre.add("case_events", case_id="1", at=moment, kind="status", from_value=before, to_value=after)
    assert figure(centre.facts(LATER), "ttr", DAY).value == 3 * HOUR
    assert figure(centre.facts("2025-05-12 10:30"), "ttr", DAY).value == 1 * HOUR


def test_a_case_that_was_only_closed_was_resolved_then():
    centre = Centre()
    centre.case(NINE, status="closed", closed_at="2025-05-12 15:00")
    assert figure(centre.facts(LATER), "ttr", DAY).value == 6 * HOUR


def test_merged_and_deleted_cases_and_tests_are_left_out():
    centre = Centre()
    resolved_after(centre, 2)
    for flag in ({"merged_at": NINE}, {"deleted_at": NINE}, {"is_test": 1}, {"is_system": 1}):
        resolved_after(centre, 50, **flag)
    told = explained(centre.facts(LATER), "ttr", "2025-05-12..2025-05-14")
    assert (told.figure.value, told.figure.n) == (2.0 * HOUR, 1)
    assert {reason: len(ids["cases"]) for reason, ids in told.excluded_rows.items()} == {
        "test": 1, "system": 1, "merged": 1, "deleted": 1,
    }  # fmt: skip


# Resolved in time


def routine_cases() -> Centre:
    """R88: 205 routine cases older than 48 hours, 164 of them in time; younger ones and other reasons beside."""
    centre = Centre()
    for place in range(205):
        reason = ("Address change", "invoice-copy")[place % 2]
        if place < 164:
            resolved_after(centre, 48 if place else 47.5, issue_type=reason)
        elif place < 200:
            resolved_after(centre, 49, issue_type=reason)
        else:
            centre.case(NINE, issue_type=reason)
    for _ in range(7):
        centre.case("2025-05-18 12:00:01", issue_type="Address change")
    for _ in range(50):
        resolved_after(centre, 100, issue_type="Outage")
    centre.covers("cases", "2025-05-01 00:00", LATER)
    return centre


@pytest.fixture
def routine_pack(tmp_path: Path) -> Pack:
    path = tmp_path / "own.toml"
    path.write_text(f'extends = "service-strategy"\n{ROUTINE}\n', encoding="utf-8")
    return load_pack(str(path), zone=BERLIN)


def test_r88_routine_cases_resolved_in_48_hours(routine_pack):
    facts = routine_cases().facts(LATER, routine_pack)
    share = figure(facts, "resolved_in_48h", "28d", where={"issue_class": "routine"})
    assert (share.value, share.numerator, share.n, share.excluded) == (0.80, 164, 205, {"not due": 7})
    assert verdicts(routine_pack, "resolved_in_48h", exact_value(share), issue_class="routine") == ["ok"]
    by_class = slices(facts, "resolved_in_48h", "issue_class", window="28d")
    assert {name: each.n for name, each in by_class.items()} == {"routine": 205, None: 50}


def test_r88_an_open_case_is_a_miss_once_its_hours_have_passed(tmp_path):
    centre = Centre()
    centre.case("2025-05-11 12:00")
    centre.covers("cases", "2025-05-01 00:00", LATER)
    window = "2025-05-13"
    assert figure(centre.facts("2025-05-13 12:00:00"), "resolved_in_48h", window).excluded == {"not due": 1}
    late = figure(centre.facts("2025-05-13 12:00:01"), "resolved_in_48h", window)
    assert (late.value, late.n) == (0.0, 1)
    longer = pack_with(tmp_path, "outcomes.resolved_within = '72 h'")
    assert figure(centre.facts("2025-05-13 18:00", longer), "resolved_in_48h", "2025-05-13..2025-05-14").n == 0


def test_r88_a_case_that_came_back_was_not_resolved_in_time():
    centre = Centre()
    resolved_after(centre, 2)
    centre.case(NINE, last_resolved_at="2025-05-12 11:00", reopened_at="2025-05-16 09:00")
    centre.covers("cases", "2025-05-01 00:00", LATER)
    assert figure(centre.facts("2025-05-15 12:00"), "resolved_in_48h", "2025-05-14").value == 1.0
    assert figure(centre.facts(LATER), "resolved_in_48h", "2025-05-14").value == 0.5


# Handoffs


def test_r89_handoffs_are_counted_after_the_first_assignment():
    """To a team, an agent of it, another team, whose agent takes it, a colleague: two handoffs."""
    centre = Centre()
    resolved_after(centre, 8, case_id="1")
    move(centre, "1", "2025-05-12 09:05", None, "T1", "group")
    move(centre, "1", "2025-05-12 09:10", None, "A", "assignee")
    move(centre, "1", "2025-05-12 10:00", "T1", "T2", "group")
    move(centre, "1", "2025-05-12 10:00", "A", None, "assignee")
    move(centre, "1", "2025-05-12 10:20", None, "B", "assignee")
    move(centre, "1", "2025-05-12 11:00", "B", "C", "assignee")
    move(centre, "1", "2025-05-12 17:00:01", "C", "D", "assignee")
    facts = centre.facts(LATER)
    handoffs = figure(facts, "handoffs", DAY)
    assert (handoffs.value, handoffs.note) == (2.0, "0: 0, 1: 0, 2+: 1")
    assert list(slices(facts, "ttr", "handoffs", window=DAY)) == ["2+"]


@pytest.mark.parametrize(
    ("moves", "count"),
    [
        ([(None, "A", "assignee")], 0),
        ([(None, "A", "assignee"), (None, "A", "assignee")], 0),
        ([(None, "A", "assignee"), (None, "B", "assignee")], 1),
        ([("A", "B", "assignee")], 1),
        ([("A", None, "assignee"), (None, "A", "assignee")], 0),
        ([(None, "A", "assignee"), ("A", None, "assignee"), (None, "B", "assignee")], 1),
        ([(None, "T1", "group"), ("T1", "T2", "group")], 1),
        ([("T1", "T2", "group"), ("A", "B", "assignee")], 1),
        ([("T1", "T2", "group"), ("A", "B", "assignee"), ("B", "C", "assignee")], 2),
        ([(None, "A", None), ("A", "B", None)], 1),
    ],
)
def test_r89_what_a_handoff_is(moves, count):
    centre = Centre()
    resolved_after(centre, 8, case_id="1")
    for place, (before, after, what) in enumerate(moves):
        move(centre, "1", at("2025-05-12 10:00") + place * 60, before, after, what)
    assert figure(centre.facts(LATER), "handoffs", DAY).value == count


def test_r89_team_and_agent_at_one_moment_are_one_handoff():
    centre = Centre()
    resolved_after(centre, 8, case_id="1")
    move(centre, "1", "2025-05-12 10:00", "A", "B", "assignee")
    move(centre, "1", "2025-05-12 10:00", "T1", "T2", "group")
    assert figure(centre.facts(LATER), "handoffs", DAY).value == 1
    move(centre, "1", "2025-05-12 11:00", "B", "C", "assignee")
    assert figure(centre.facts(LATER), "handoffs", DAY).value == 2


def test_r89_a_source_that_never_says_who_has_a_case_is_unmeasurable():
    centre = Centre()
    resolved_after(centre, 1)
    resolved_after(centre, 3, source="other", case_id="1")
    handoffs = figure(centre.facts(LATER), "handoffs", DAY)
    assert (handoffs.value, handoffs.note) == (None, "unmeasurable")
    centre.add("case_events", source="other", case_id="1", at="2025-05-12 10:00", kind="assigned", to_value="A")
    facts = centre.facts(LATER)
    assert figure(facts, "handoffs", DAY).excluded == {"unmeasurable": 1}
    by_handoffs = slices(facts, "ttr", "handoffs", window=DAY)
    assert {name: each.value for name, each in by_handoffs.items()} == {"0": 3.0 * HOUR, None: 1.0 * HOUR}


def handed_over(hours: float) -> Centre:
    """R89: 10 h without a handoff, so many hours with two."""
    centre = Centre()
    for number, duration in enumerate((9, 11, hours, hours)):
        resolved_after(centre, duration, case_id=str(number))
        for place in range(1 + 2 * (number > 1)):
            move(centre, str(number), at("2025-05-12 09:10") + place * 60, None, f"A{place}", "assignee")
    centre.covers("cases", "2025-05-01 00:00", LATER)
    return centre


@pytest.mark.parametrize(
    ("hours", "place"), [(15, "above"), (13.93, "above"), (13.92, "in"), (12.55, "in"), (12.54, "below")]
)
def test_r89_time_to_resolution_beside_the_cited_range(hours, place):
    by_handoffs = slices(handed_over(hours).facts(LATER), "ttr", "handoffs", window="2025-05-12..2025-05-13")
    assert (by_handoffs["0"].value, by_handoffs["0"].note) == (10.0 * HOUR, None)
    assert by_handoffs["2+"].value == pytest.approx(hours * HOUR, abs=1)
    assert by_handoffs["2+"].note == f"{place} cited range 12.5-13.9 h for their handoffs"


def test_r89_without_a_case_that_stayed_there_is_nothing_to_compare_with():
    facts = handed_over(15).facts(LATER)
    assert figure(facts, "ttr", "2025-05-12..2025-05-13").note is None
    assert figure(facts, "ttr", "2025-05-13").note is None
    assert figure(facts, "ttr", DAY, where={"handoffs": "3"}).note == "no such handoffs: 3"
