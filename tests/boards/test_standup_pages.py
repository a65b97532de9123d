"""The timed pages (R286): 15:00 in all, the day's numbers, today's plan, and nobody by name."""

from __future__ import annotations

import pytest

from carecli.boards.board import Headline
from carecli.boards.plan import PlanLine, by_working_hour
from carecli.boards.standup_pages import PAGE_SEC, standup_run
from carecli.boards.standup_run import StandupRun
from carecli.store.decisions import WrittenDecision
from tests.boards.fixture_day import MORNING, fixture_centre
from tests.metrics.build import BERLIN, TALLY, Centre, at

DECISIONS = (
    WrittenDecision(1, at("2025-05-12 09:00"), "too long ago", "lead"),
    WrittenDecision(2, at("2025-05-13 09:00"), "one from chat to voice", "lead"),
    WrittenDecision(3, at("2025-05-14 08:40"), "call back refunds", "lead"),
    WrittenDecision(4, at("2025-05-14 08:41"), "taken back", "lead", at("2025-05-14 08:42"), "lead"),
    WrittenDecision(5, at("2025-05-14 09:00"), "not yet", "lead"),
)


def planned() -> Centre:
    """Today 410 forecast in the half hours 08:00 and 08:30; two of three agents at contacts at 08:45."""
    centre = fixture_centre()
    for start, contacts in (("08:00", 100.0), ("08:30", 310.0)):
        centre.add("forecasts", queue="Billing", channel="voice", interval_start=f"2025-05-14 {start}",
                   minutes=30, contacts=contacts)  # fmt: skip
    for agent, first, last, productive in (("a1", 8, 16, 1), ("a2", 8, 16, 1), ("a3", 8, 9, 0), ("a4", 9, 17, 1)):
        centre.add("schedules", agent_id=agent, activity="work", started_at=f"2025-05-14 {first:02}:00",
                   ended_at=f"2025-05-14 {last}:00".replace(" 9:", " 09:"), productive=productive)  # fmt: skip
    for minute in range(4):
        centre.call(5_000, at(f"2025-05-14 08:0{minute}"))
    return centre


def built(centre: Centre, as_of: str = MORNING) -> StandupRun:
    return standup_run(centre.snapshot(), TALLY, as_of=at(as_of), zone=BERLIN, written=DECISIONS)


@pytest.fixture(scope="module")
def run():
    return built(planned())


def head(run: StandupRun, page: int, name: str) -> Headline:
    (found,) = [each for each in run.pages[page - 1].headlines if each.name == name]
    return found


def test_r286_five_pages_take_fifteen_minutes(run):
    assert sum(PAGE_SEC) == 15 * 60
    assert [(page.number, page.seconds) for page in run.pages] == list(enumerate(PAGE_SEC, start=1))
    assert all(4 <= len(page.headlines) <= 6 for page in run.pages)


def test_r286_page_one_has_the_numbers_of_the_fixture_day(run):
    values = [each.figure.value for each in run.pages[0].headlines[:4]]
    assert values == [0.85, 20.0, 390.0, 0.08]


def test_r41_offered_against_the_forecast_so_far(run):
    assert head(run, 2, "Forecast, whole day").figure.value == 410
    assert head(run, 2, "Forecast so far").figure.value == 100 + 310 / 2
    assert head(run, 2, "Offered so far").figure.value == 4
    assert head(run, 2, "Scheduled now").figure.value == 2
    assert run.pages[1].table.rows[:2] == (("08:00", 410, 4, 2), ("09:00", None, None, 3))


def test_r41_voice_forecast_410_actual_452():
    """Like with like: who came on a queue without a forecast is said beside it, and the change is on no other day."""
    centre = Centre()
    centre.add("forecasts", queue="Billing", channel="voice", interval_start="2025-05-14 08:00", minutes=30,
               contacts=410.0)  # fmt: skip
    for second in range(452):
        centre.call(1_000, at("2025-05-14 08:00") + second)
    for second in range(3):
        centre.call(1_000, at("2025-05-14 08:10") + second, queue="Moves")
    offered = head(built(centre), 2, "Offered so far")
    assert offered.figure.value == 455
    assert offered.figure.note == "+42 (+10.2 %) on the forecast; 3 on queues without one"
    assert offered.before is None
    assert head(built(centre), 2, "Forecast so far").figure.n == 410


def test_hours_without_anybody_stand_together():
    lines = [PlanLine(f"{hour:02}:00", 2, 1, 5 if 8 <= hour < 10 else 0, over=True) for hour in range(6, 12)]
    assert [(line.start, line.forecast, line.offered, line.scheduled) for line in by_working_hour(lines)] == [
        ("before 08:00", 4, 2, 0),
        ("08:00", 2, 1, 5),
        ("09:00", 2, 1, 5),
        ("from 10:00", 4, 2, 0),
    ]
    nobody = [PlanLine("06:00", 2, None, None, over=False)]
    assert by_working_hour(nobody) == tuple(nobody)


def test_who_had_a_case_a_week_ago_is_not_compared(run):
    assert head(run, 3, "Unassigned").before is None
    assert head(run, 3, "Stale").before is not None


def test_queues_without_a_clock_are_not_listed():
    centre = planned()
    centre.case("2025-05-14 07:00", queue="Refunds", priority="urgent")
    rows = built(centre).pages[3].table.rows
    assert [row[0] for row in rows] == ["Refunds"]


def test_without_plans_the_page_says_what_would_fill_it():
    run = built(fixture_centre())
    assert head(run, 2, "Forecast so far").figure.note == "no data: needs forecasts of today"
    assert head(run, 2, "Scheduled now").figure.note == "no data: needs schedules of today"
    assert head(run, 2, "Scheduled now").figure.value is None
    assert head(run, 5, "QA score, 28 d").figure.note == "no data: needs QA reviews"


def test_r78_the_backlog_of_now(run):
    stock = {each.name: each.figure.value for each in run.pages[2].headlines}
    assert stock["Open now"] == 4
    assert stock["Stale"] == sum(row[-2].value for row in run.pages[2].table.rows)


def test_the_mean_of_reviews_leaves_calibrations_out():
    centre = planned()
    for number, score, session in ((1, 80.0, None), (2, 95.0, None), (3, 10.0, "s1")):
        centre.add("qa_reviews", review_id=f"r{number}", agent_id="a1", reviewed_at="2025-05-12 10:00",
                   calibration_id=session, score=score)  # fmt: skip
    figure = head(built(centre), 5, "QA score, 28 d").figure
    assert (figure.value, figure.n) == (87.5, 2)


def test_decisions_since_the_last_open_day_are_shown_again(run):
    assert [(each.number, each.today) for each in run.decided] == [(2, False), (3, True)]


def test_nobody_is_named(run):
    words = str(run)
    assert not any(f"'{agent}'" in words for agent in ("a1", "a2", "a3", "a4"))


def test_a_movement_carries_what_may_explain_it(run):
    worse = [each for each in run.pages[0].talk if each.status != "ok"]
    assert all("may be: release web 25.5.2 checkout" in each.text for each in worse)
