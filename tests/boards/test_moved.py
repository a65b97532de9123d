"""What moved: the sentence with its numbers, what is not worth one, the order, and the good news."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.boards.fixture_day import standup
from tests.metrics.build import Centre, at, pack_with

MONDAY = date(2025, 5, 12)
MONDAYS = [MONDAY - timedelta(weeks=number) for number in range(1, 5)]
TUESDAY_MORNING = "2025-05-13 08:45"


def calls(centre: Centre, day: date, hour: str, count: int, lost: int, **values) -> None:
    """`count` calls of which `lost` are abandoned after a minute; the rest answered after 5 s, handled in 300 s."""
    for place in range(count):
        told = {"talk_ms": 300_000, **values}
        if place < lost:
            told |= {"outcome": "abandoned", "talk_ms": None}
        centre.call(60_000 if place < lost else 5_000, at(f"{day} {hour}") + place, **told)


def usual_mondays(centre: Centre, days=MONDAYS, **values) -> None:
    """Each 250 calls of which 12 are abandoned: 4.8 %."""
    for day in days:
        calls(centre, day, "10:00", 250, 12, **values)


def texts(centre: Centre, *arguments) -> list[str]:
    return [each.text for each in standup(centre, TUESDAY_MORNING, *arguments).moved]


def test_an_outlier_is_said_with_its_numbers_its_usual_and_its_worst_stretch():
    centre = Centre()
    usual_mondays(centre)
    calls(centre, MONDAY, "10:00", 289, 9)
    calls(centre, MONDAY, "14:00", 28, 20)
    calls(centre, MONDAY, "14:30", 28, 20)
    (movement,) = standup(centre, TUESDAY_MORNING).moved
    assert movement.text == (
        "Billing voice abandoned 14.2 % (usual Monday 4.8 %); volume +38 %; worst 14:00-15:00: 71.4 % of 56"
    )
    assert movement.status == "miss"
    assert movement.where == (("queue", "Billing"), ("channel", "voice"))
    assert (movement.figure.metric, movement.figure.value) == ("abandonment", 49 / 345)


def test_a_usual_day_moves_nothing():
    centre = Centre()
    usual_mondays(centre, [*MONDAYS, MONDAY])
    assert texts(centre) == []


def test_the_usual_is_summed_over_the_days_and_never_averaged():
    """100 of 1,000 and 0 of 250 three times: 5.7 %, not the mean 2.5 %."""
    centre = Centre()
    calls(centre, MONDAYS[0], "10:00", 1000, 100)
    for day in MONDAYS[1:]:
        calls(centre, day, "10:00", 250, 0)
    calls(centre, MONDAY, "10:00", 450, 90)
    assert texts(centre)[0].startswith("Billing voice abandoned 20.0 % (usual Monday 5.7 %)")


def test_better_than_usual_is_no_warning():
    centre = Centre()
    for day in MONDAYS:
        calls(centre, day, "10:00", 250, 50)
    calls(centre, MONDAY, "10:00", 250, 1)
    assert texts(centre) == []


def test_a_fall_of_the_service_level_is_listed():
    centre = Centre()
    usual_mondays(centre)
    calls(centre, MONDAY, "10:00", 150, 6)
    for place in range(100):
        centre.call(50_000, at(f"{MONDAY} 11:00") + place, talk_ms=300_000)
    (text,) = texts(centre)
    assert text == ("Billing voice service level 59.0 % (usual Monday 100.0 %); worst 11:00-11:30: 0.0 % of 100")


def test_longer_handling_is_listed():
    centre = Centre()
    usual_mondays(centre)
    calls(centre, MONDAY, "10:00", 250, 12, talk_ms=420_000)
    assert texts(centre) == ["Billing voice AHT 7:00 (usual Monday 5:00)"]


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (1000, ["Billing voice volume +300 %: 1,000 offered (usual Monday 250)"]),
        (120, ["Billing voice volume -52 %: 120 offered (usual Monday 250)"]),
        (300, []),
    ],
)
def test_volume_counts_both_ways_and_from_a_quarter_on(count, expected):
    centre = Centre()
    usual_mondays(centre)
    calls(centre, MONDAY, "10:00", count, round(count * 0.048))
    assert texts(centre) == expected


def test_a_small_queue_has_no_outliers():
    centre = Centre()
    for day in MONDAYS:
        calls(centre, day, "10:00", 15, 0)
    calls(centre, MONDAY, "10:00", 10, 5)
    assert texts(centre) == []


def test_a_closed_monday_is_no_usual_monday(tmp_path):
    """A flood of e-mails on a holiday is not what a Monday is compared with."""
    holiday = MONDAYS[0]
    pack = pack_with(tmp_path, f"[calendars.business]\nclosed = [{holiday}]")
    centre = Centre()
    calls(centre, MONDAYS[1], "10:00", 250, 12)
    calls(centre, holiday, "10:00", 400, 0, channel="email")
    calls(centre, MONDAY, "10:00", 250, 12)
    calls(centre, MONDAY, "12:00", 40, 0, channel="email")
    assert texts(centre, pack) == []
    assert texts(centre) == ["Billing email volume -90 %: 40 offered (usual Monday 400)"]


def test_a_queue_without_a_usual_is_left_alone():
    centre = Centre()
    usual_mondays(centre)
    usual_mondays(centre, [MONDAY])
    calls(centre, MONDAY, "10:00", 200, 150, queue="New line")
    assert texts(centre) == []


def test_cases_that_age_are_said():
    centre = Centre()
    for place in range(31):
        centre.case("2025-04-25 10:00" if place < 12 else "2025-05-05 10:00")
    board = standup(centre, TUESDAY_MORNING)
    (movement,) = board.moved
    assert movement.text == "Refunds cases 7 d+ grew 12 -> 31 in a week"
    assert movement.where == (("queue", "Refunds"), ("age", "7 d+"))
    assert movement.figure == board.backlog[0].buckets[-1]


@pytest.mark.parametrize(("before", "now", "said"), [(20, 24, False), (20, 25, True), (0, 5, True), (100, 120, False)])
def test_growth_from_five_cases_and_a_quarter_on(before, now, said):
    centre = Centre()
    for place in range(now):
        centre.case("2025-04-25 10:00" if place < before else "2025-05-05 10:00")
    assert bool(texts(centre)) is said


def test_a_miss_comes_before_a_risk_and_six_are_enough():
    centre = Centre()
    for number in range(8):
        queue = f"Queue {number}"
        usual_mondays(centre, queue=queue)
        lost = 40 if number == 5 else 12
        calls(centre, MONDAY, "10:00", 250 if number == 5 else 400 + number, lost, queue=queue)
    moved = standup(centre, TUESDAY_MORNING).moved
    assert len(moved) == 6
    assert [each.status for each in moved] == ["miss"] + ["risk"] * 5
    assert moved[0].text.startswith("Queue 5 voice abandoned 16.0 %")
    assert moved[1].text.startswith("Queue 7 voice volume +63 %")


def good_days(centre: Centre, best_lost: int) -> None:
    """19 open days with 10 of 100 chats answered late, and a Monday with `best_lost`."""
    days = [MONDAY - timedelta(days=number) for number in range(28)]
    for day in [day for day in days if day.weekday() < 5]:
        late = best_lost if day == MONDAY else 10
        for place in range(100):
            wait = 200_000 if place < late else 10_000
            centre.call(wait, at(f"{day} 10:00") + place, channel="chat", talk_ms=300_000)


def test_one_good_news_where_the_day_was_the_best_of_28():
    centre = Centre()
    good_days(centre, 5)
    (movement,) = standup(centre, TUESDAY_MORNING).moved
    assert movement.text == "Chat service level 95.0 % (n 100), best in 28 days"
    assert movement.status == "ok"


@pytest.mark.parametrize("late", [10, 30])
def test_a_day_like_the_others_is_no_good_news(late):
    centre = Centre()
    good_days(centre, late)
    assert [each for each in standup(centre, TUESDAY_MORNING).moved if each.status == "ok"] == []
