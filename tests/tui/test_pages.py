"""The pages as pictures: what fits at each size, the form without colour, colours that everybody can tell apart."""

from __future__ import annotations

import os
from itertools import combinations

import pytest
from textual.color import Color
from textual.filter import NoColor
from textual.pilot import Pilot

from carecli.tui.themes import DARK, LIGHT
from tests.tui.driving import LARGE, SMALL, WIDE, care, drive, page, press, strips


def missing(pilot: Pilot[None], *wanted: str) -> list[str]:
    text = page(pilot)
    return [words for words in wanted if words not in text]


def test_numbers_and_keys_are_there_at_every_size_and_a_resize_keeps_the_cursor():
    keys = ("1 Stand-up", "2 Queues", "3 Backlog", "/ filter", "e explain", "space pause", "? keys", "q quit")
    tiles = ("ASA voice", "AHT voice p50", "ABANDONED voice")

    async def check(pilot: Pilot[None]) -> None:
        for size in (SMALL, WIDE, LARGE):
            await pilot.resize_terminal(*size)
            await press(pilot, "1")
            assert missing(pilot, *tiles, *keys) == []
            await press(pilot, "2", *([] if size == LARGE else ["l"]))
            assert missing(pilot, "Wait", "▲ 79.9 % ~", "AHT p50", "Aband.", "█ answered", "enter open") == []
            assert ("85 % in 120 s" in page(pilot)) == (size != SMALL)
            await press(pilot, "3")
            assert missing(pilot, "24-48 h", "31▲", "total", "stale", "share of", "b rows by") == []
            assert [strip.cell_length for strip in strips(pilot)] == [size[0]] * size[1]
            if size == LARGE:
                break
            await press(pilot, "enter")
            assert missing(pilot, "Subject", "Z-48201", "Charged twice", "◆ stale", "esc back") == []
            await press(pilot, "enter")
            assert missing(pilot, "Charged twice for the May invoice", "resolution", "▒▒▒", "late") == []
            await press(pilot, "3")
        await pilot.resize_terminal(*SMALL)
        await press(pilot, "2")
        assert "AHT p50  Billing voice  5:40" in page(pilot)  # two columns on from SL at two widths, and still there

    drive(check)


def test_without_colour_shades_are_glyphs_and_no_colour_is_sent(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")

    async def check(pilot: Pilot[None]) -> None:
        app = care(pilot)
        assert app.native_ansi_color
        assert any(isinstance(each, NoColor) for each in app._filters)
        await press(pilot, "3")
        assert "▓    64  ░    12  ▒    22  ▒    31▲" in page(pilot)
        await press(pilot, "2")
        assert "░ not 21" in page(pilot)
        assert "░░" in page(pilot)

    drive(check)


_BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "deuteranopia": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
}
"""Linear RGB as seen with each (Machado, Oliveira and Fernandes 2009, severity 1)."""


def linear(color: Color) -> list[float]:
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]


def luminance(color: Color) -> float:
    return sum(part * weight for part, weight in zip(linear(color), (0.2126, 0.7152, 0.0722), strict=True))


def lab(rgb: list[float]) -> tuple[float, float, float]:
    """CIE L*a*b* of linear RGB, white D65."""
    weights = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(w * max(part, 0) for w, part in zip(row, rgb, strict=True)) for row in weights]
    x, y, z = (
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
        for t in (part / white for part, white in zip(xyz, (0.9505, 1.0, 1.089), strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("theme", [DARK, LIGHT])
@pytest.mark.parametrize("blindness", list(_BLINDNESS))
def test_good_at_risk_and_missed_differ_for_every_eye(theme, blindness: str):
    seen = []
    for value in (theme.success, theme.warning, theme.error):
        rgb = linear(Color.parse(value))
        seen.append(lab([sum(w * part for w, part in zip(row, rgb, strict=True)) for row in _BLINDNESS[blindness]]))
    distances = [sum((a - b) ** 2 for a, b in zip(*pair, strict=True)) ** 0.5 for pair in combinations(seen, 2)]
    assert min(distances) > 15  # 2.3 is just noticeable side by side


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_every_colour_of_text_can_be_read(theme):
    background = luminance(Color.parse(theme.background))
    for value in (theme.foreground, theme.success, theme.warning, theme.error, theme.accent, theme.secondary):
        light, dark = sorted((background, luminance(Color.parse(value))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2 AA
