"""The map by hour and weekday: legible on every shade, what stays while it scrolls, where enter leads."""

from __future__ import annotations

import pytest
from rich.color import Color as RichColor
from textual.color import Color
from textual.pilot import Pilot

from carecli.tui.screens.arrivals import ArrivalsScreen
from carecli.tui.screens.rows import RowsScreen
from carecli.tui.themes import DARK, LIGHT
from carecli.tui.widgets.heat_map import HeatMap
from carecli.tui.widgets.hour_map import HourMap
from tests.tui.driving import LARGE, SMALL, WIDE, board_screen, drive, page, press, strips
from tests.tui.fake_desk import FakeDesk


def hour_map(pilot: Pilot[None]) -> HourMap:
    return board_screen(pilot).query_one(HourMap)


@pytest.mark.parametrize("theme", [DARK.name, LIGHT.name])
def test_the_number_can_be_read_on_every_shade(theme: str):
    async def check(pilot: Pilot[None]) -> None:
        pilot.app.theme = theme
        await press(pilot, "3")
        heat = board_screen(pilot).query_one(HeatMap)
        for name in (f"heat--{ramp}{number}" for ramp in ("young", "old") for number in range(1, 5)):
            style = heat.get_component_rich_style(name)
            assert style.color is not None
            assert style.bgcolor is not None
            assert contrast(style.color, style.bgcolor) >= 4.5, (theme, name)

    drive(check)


def contrast(one: RichColor, other: RichColor) -> float:
    """As WCAG 2 defines it, 1 to 21."""
    lights = sorted(luminance(Color.from_rich_color(each)) for each in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour: Color) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("size", [SMALL, WIDE, LARGE])
def test_all_seven_days_and_their_totals_are_on_the_page(size: tuple[int, int]):
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "H")
        assert isinstance(pilot.app.screen, ArrivalsScreen)
        shown = page(pilot)
        for name in ("Mon", "Sun", "week", "08-09", "19-20", "all hours", "shade:"):
            assert name in shown
        (line,) = [line for line in shown.splitlines() if line.strip().startswith("12-13")]
        assert line.split() == ["12-13", "84", "72", "60", "48", "36", "24", "12", "336"]

    drive(check, size=size)


def test_closed_hours_come_with_a_key_and_totals_stay_while_rows_scroll():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "H", "c")
        heat = hour_map(pilot)
        assert len(heat.shown) == 24
        await press(pilot, "G")
        shown = page(pilot)
        assert "23-00" in shown
        assert "00-01" not in shown
        assert "Mon" in shown
        assert "all hours" in shown
        assert "↑" in shown

    drive(check)


def test_columns_that_do_not_fit_scroll_with_the_cursor():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "H")
        assert "→" in page(pilot)
        assert "Mon" in page(pilot)
        await press(pilot, *["l"] * 7)
        shown = page(pilot)
        assert "week" in shown
        assert "←" in shown
        assert "Mon" not in shown.split("shade")[1]
        assert "08-09" in shown
        assert hour_map(pilot).figure == hour_map(pilot).row.cells[7]

    drive(check, size=(50, 24))


def test_enter_opens_the_rows_of_the_hour_and_weekday():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "H", "j", "l", "enter")
        assert isinstance(pilot.app.screen, RowsScreen)
        assert pilot.app.screen.opened_from.by == {"weekday": "Tue", "hour": "09"}
        await press(pilot, "escape")
        assert hour_map(pilot).cursor == (1, 1)

    drive(check, desk)


def test_measure_weeks_channel_and_mean_go_round():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "H", "v", "w", "b")
        assert desk.calls[-1] == ("arrivals", (None, "offered", "13w", {"channel": "voice"}))
        await press(pilot, "b", "b")
        assert desk.calls[-1] == ("arrivals", (None, "offered", "13w", {}))
        await press(pilot, "n")
        (line,) = [line for line in page(pilot).splitlines() if line.strip().startswith("12-13")]
        assert line.split()[1] == "21.0"

    drive(check, desk)


def test_the_worst_share_is_darkest_and_the_greatest_count_is():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "H", "c")
        heat = hour_map(pilot)
        most = max(heat.shown, key=lambda row: row.buckets[0].value or 0)
        assert heat.shade(most, 0, most.buckets[0]) == 4
        assert heat.shade(heat.shown[3], 0, heat.shown[3].buckets[0]) == 0
        await press(pilot, "v", "v")
        row = heat.shown[3]
        assert row.buckets[0].metric == "service_level"
        assert heat.shade(row, 0, row.buckets[0]) == 4
        assert heat.ramp(0) == "old"

    drive(check)


def test_without_colour_shades_are_characters(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "H")
        assert all(glyph in page(pilot) for glyph in "░▒▓█")
        assert any("336" in strip.text for strip in strips(pilot))

    drive(check, size=WIDE)
