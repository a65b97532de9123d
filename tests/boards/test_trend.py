"""A figure day by day: each day is the figure of that day, with target, closed days and what happened."""

from __future__ import annotations

from carecli.boards.over_time import TrendBoard
from carecli.boards.trend import trend_board, trend_window
from tests.metrics.build import BERLIN, Centre, at, figure

NOW = "2025-05-13 12:00"


def board(centre: Centre, metric: str = "service_level", days: int = 7, **where: str) -> TrendBoard:
    facts = centre.facts(NOW)
    return trend_board(facts, metric=metric, window=trend_window(days, at(NOW), BERLIN), where=where)


def calls() -> Centre:
    """Monday 12 May: one call in time, one late; Tuesday: one in time."""
    centre = Centre()
    for number, (wait, moment) in enumerate(
        ((5_000, "2025-05-12 10:00"), (60_000, "2025-05-12 11:00"), (5_000, "2025-05-13 10:00"))
    ):
        centre.call(wait, moment, interaction_id=str(number), customer_id=f"c{number}")
    centre.covers("interactions", "2025-05-07 00:00", NOW)
    return centre


def test_each_day_is_the_figure_of_that_day():
    shown = board(calls(), channel="voice")
    assert [each.day.day for each in shown.days] == [7, 8, 9, 10, 11, 12, 13]
    values = [each.figure.value for each in shown.days]
    assert values == [None] * 5 + [0.5, 1.0]
    facts = calls().facts(NOW)
    assert figure(facts, "service_level", window="2025-05-12", where={"channel": "voice"}).value == 0.5
    assert shown.figure.value == 2 / 3
    assert [each.day.day for each in shown.known] == [12, 13]


def test_the_bounds_are_those_of_the_target():
    assert board(calls(), channel="voice").bounds == (0.8,)
    assert board(calls(), "offered", channel="voice").bounds == ()
    low, high = board(calls(), "aht", channel="voice").bounds
    assert 0 < low < high


def test_a_closed_day_without_contacts_is_closed_and_a_day_of_its_own_is_no_filter():
    shown = board(calls(), "offered", channel="voice", day="2025-05-12")
    closed = [each.day.day for each in shown.days if each.closed]
    assert closed == [10, 11]
    assert [each.figure.value for each in shown.days][-2:] == [2, 1]


def test_the_last_day_is_provisional_while_it_runs():
    days = board(calls(), "offered", channel="voice").days
    assert days[-1].figure.provisional
    assert not days[0].figure.provisional


def test_what_happened_in_the_window_comes_along():
    centre = calls()
    centre.add("annotations", at=at("2025-05-12 14:00"), kind="release", scope="queue=Billing", text="25.5.2")
    assert [each.text for each in board(centre, channel="voice").happened] == ["25.5.2"]
