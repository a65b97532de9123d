"""Every theme can be read: each text on each ground it stands on has a contrast of 4.5 or more (WCAG AA)."""

from __future__ import annotations

import pytest
from textual.color import Color

from carecli.config import THEMES as NAMES
from carecli.tui.themes import THEMES

TEXTS = ("foreground", "primary", "secondary", "accent", "success", "warning", "error")
GROUNDS = ("background", "surface", "panel")
QUIET = 0.66
"""How much of the foreground is left in quiet text."""


def luminance(color: Color) -> float:
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in color.normalized]
    return sum(part * weight for part, weight in zip(parts, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: Color, other: Color) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21() -> None:
    assert contrast(Color.parse("#000000"), Color.parse("#ffffff")) == pytest.approx(21)


def test_every_name_of_the_settings_is_a_theme() -> None:
    assert tuple(THEMES) == NAMES


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_texts_can_be_read(name: str, ground: str) -> None:
    theme = THEMES[name]
    below = Color.parse(getattr(theme, ground))
    texts = {text: Color.parse(getattr(theme, text)) for text in TEXTS}
    texts["quiet"] = below.blend(texts["foreground"], QUIET)
    poor = {text: round(contrast(color, below), 2) for text, color in texts.items() if contrast(color, below) < 4.5}
    assert not poor


@pytest.mark.parametrize("name", NAMES)
def test_the_cursor_can_be_read(name: str) -> None:
    variables = THEMES[name].variables
    text, ground = (Color.parse(variables[f"block-cursor-{part}"]) for part in ("foreground", "background"))
    assert contrast(text, ground) >= 4.5


def test_high_contrast_is_higher() -> None:
    theme = THEMES["high-contrast"]
    below = Color.parse(theme.background or "")
    assert min(contrast(Color.parse(getattr(theme, text)), below) for text in TEXTS) >= 7
