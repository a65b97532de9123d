"""Hour x weekday (R300): every cell adds up, and a week of a clock change has 167 or 169 hours."""

from __future__ import annotations

import pytest

from carecli.boards.arrivals_map import arrivals_board, map_window
from carecli.boards.over_time import ArrivalsBoard
from carecli.clocks.calendar import always
from carecli.errors import UsageProblem
from carecli.metrics.windows import parse_window
from tests.metrics.build import BERLIN, Centre, at

SUNDAY, NIGHT = 6, 2


def board(centre: Centre, window: str, as_of: str, metric: str = "volume", **more) -> ArrivalsBoard:
    span = map_window(window, at(as_of), BERLIN) or parse_window(window, at(as_of), BERLIN)
    return arrivals_board(centre.facts(as_of), window=span, metric=metric, **more)


def week(*moments: str) -> Centre:
    """A week that is covered whole, with a contact at each of the moments."""
    centre = Centre()
    for number, moment in enumerate(moments):
        centre.contact(moment, interaction_id=str(number), customer_id=f"c{number}")
    return centre


@pytest.mark.parametrize(
    ("window", "as_of", "hours", "of_night"),
    [
        ("2025-03-24..2025-03-30", "2025-04-01 12:00", 167, 0),
        ("2025-10-20..2025-10-26", "2025-10-28 12:00", 169, 2),
        ("2025-05-05..2025-05-11", "2025-05-13 12:00", 168, 1),
    ],
)
def test_r300_a_week_of_a_clock_change_has_167_or_169_hours(window: str, as_of: str, hours: int, of_night: int):
    first, last = window.split("..")
    centre = week(f"{first} 00:10", f"{last} 23:50")
    centre.covers("interactions", f"{first} 00:00", as_of)
    shown = board(centre, window, as_of)
    assert shown.total.hours == hours
    assert sum(cell.hours for row in shown.rows for cell in row) == hours
    assert shown.rows[NIGHT][SUNDAY].hours == of_night
    assert shown.rows[NIGHT + 1][SUNDAY].hours == 1


def test_r300_both_hours_of_a_doubled_one_are_in_its_cell():
    first = at("2025-10-26 02:30")
    centre = Centre()
    for number, moment in enumerate((first, first + 3600)):
        centre.contact(moment, interaction_id=str(number), customer_id=f"c{number}")
    shown = board(centre, "2025-10-20..2025-10-26", "2025-10-28 12:00")
    cell = shown.rows[NIGHT][SUNDAY]
    assert (cell.figure.value, cell.hours, cell.mean) == (2, 2, 1.0)
    assert shown.total.figure.value == 2


def test_r300_cells_sum_to_the_week_by_hour_by_weekday_and_in_all():
    centre = week("2025-05-05 09:00", "2025-05-05 09:59:59", "2025-05-05 10:00", "2025-05-09 09:30", "2025-05-11 23:59")
    shown = board(centre, "2025-05-05..2025-05-11", "2025-05-13 12:00")
    held = {
        (hour, day): cell.figure.value
        for hour, row in enumerate(shown.rows)
        for day, cell in enumerate(row)
        if cell.figure.value
    }
    assert held == {(9, 0): 2, (10, 0): 1, (9, 4): 1, (23, 6): 1}
    assert [cell.figure.value for cell in shown.by_weekday] == [3, 0, 0, 0, 1, 0, 1]
    assert (shown.by_hour[9].figure.value, shown.total.figure.value) == (3, 5)


def test_windows_are_complete_weeks_before_today():
    for name, count in (("7d", 7), ("28d", 28), ("13w", 91)):
        window = map_window(name, at("2025-05-13 08:00"), BERLIN)
        assert window is not None
        assert (len(window.dates), window.dates[-1].isoformat()) == (count, "2025-05-12")
    assert map_window("mtd", at("2025-05-13 08:00"), BERLIN) is None


def test_the_week_begins_where_the_settings_say():
    centre = week("2025-05-11 09:00")
    shown = board(centre, "2025-05-05..2025-05-11", "2025-05-13 12:00", week_start=6)
    assert shown.weekdays[:2] == ("Sun", "Mon")
    assert shown.rows[9][0].figure.value == 1


def test_closed_hours_are_known_and_a_team_that_is_always_open_has_none():
    shown = board(week("2025-05-05 09:00"), "2025-05-05..2025-05-11", "2025-05-13 12:00")
    calendar = Centre().facts("2025-05-13 12:00").pack.calendar_for(None)
    assert calendar != always(BERLIN)
    assert 0 < shown.total.open_hours < 168
    assert shown.open_rows == tuple(hour for hour in range(24) if shown.by_hour[hour].open_hours)
    assert shown.rows[3][SUNDAY].open_hours == 0


def test_days_without_data_are_in_no_mean_and_the_page_says_so():
    centre = week("2025-05-07 09:00", "2025-05-08 09:00")
    centre.covers("interactions", "2025-05-07 00:00", "2025-05-08 23:59")
    shown = board(centre, "2025-05-05..2025-05-11", "2025-05-13 12:00")
    assert shown.total.hours == 48
    assert shown.rows[9][0].hours == 0
    assert shown.header.notes == ("feeds cover 2 of 7 days: means are of these",)


def test_a_share_is_that_of_the_hour_and_a_stock_has_no_hours():
    centre = Centre()
    centre.call(5_000, "2025-05-05 09:10", interaction_id="a", customer_id="a")
    centre.call(60_000, "2025-05-05 09:20", interaction_id="b", customer_id="b")
    shown = board(centre, "2025-05-05..2025-05-11", "2025-05-13 12:00", "service_level", where={"channel": "voice"})
    cell = shown.rows[9][0].figure
    assert (cell.numerator, cell.denominator) == (1, 2)
    assert not shown.counts
    with pytest.raises(UsageProblem, match="weekday"):
        board(centre, "28d", "2025-05-13 12:00", "backlog")
