"""The trend of a number: its scale says what it is, days can be gone through, and every day opens its rows."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from carecli.tui.screens.rows import RowsScreen
from carecli.tui.screens.trend import TrendScreen
from carecli.tui.widgets.trend_chart import TrendChart
from tests.tui.driving import LARGE, SMALL, WIDE, board_screen, drive, page, press
from tests.tui.fake_desk import FakeDesk


def chart(pilot: Pilot[None]) -> TrendChart:
    return board_screen(pilot).query_one(TrendChart)


@pytest.mark.parametrize("size", [SMALL, WIDE, LARGE])
def test_axis_target_edges_and_what_happened_are_printed(size: tuple[int, int]):
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "f")
        assert isinstance(pilot.app.screen, TrendScreen)
        shown = page(pilot)
        for words in ("97.0 %┤", "80.0 %┼", "70.0 %┤", "┄┄", "min 70.0 %", "max 97.0 %", "INC-311", "M", "c closed"):
            assert words in shown, words
        assert "~" in shown

    drive(check, size=size)


def test_the_highest_day_stands_on_top_and_a_closed_day_breaks_the_line():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "f")
        lines = page(pilot).splitlines()
        (top,) = [line for line in lines if "97.0 %┤" in line]
        (bottom,) = [line for line in lines if "70.0 %┤" in line]
        assert "●" in top
        assert "▲" in bottom
        trend = chart(pilot)
        closed = next(at for at, each in enumerate(trend.days) if each.closed)
        held = {cell for row in range(trend._plot()[1]) for cell in trend._line_cells(row)}
        assert trend._dot(closed) // 2 not in held

    drive(check, size=WIDE)


def test_the_cursor_goes_by_days_and_enter_opens_the_rows_of_the_day():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "f")
        assert chart(pilot).day == chart(pilot).days[-1]
        await press(pilot, "h", "h", "enter")
        assert isinstance(pilot.app.screen, RowsScreen)
        assert pilot.app.screen.opened_from.by["day"] == "2025-05-11"
        await press(pilot, "escape", "g")
        assert chart(pilot).day == chart(pilot).days[0]

    drive(check)


def test_a_quarter_fits_and_keeps_the_cursor_on_its_day():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "f", "h")
        held = chart(pilot).day
        await press(pilot, "w")
        assert desk.calls[-1][0] == "trend"
        assert len(chart(pilot).days) == 91
        assert held is not None
        assert chart(pilot).day is not None
        assert chart(pilot).day.day == held.day
        assert chart(pilot)._x(90) < chart(pilot).size.width

    drive(check, desk)


def test_only_a_number_can_be_enlarged():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "g", "home", "h", "h", "h", "h", "h", "h", "h", "h", "h", "f")
        assert not isinstance(pilot.app.screen, TrendScreen)

    drive(check)
