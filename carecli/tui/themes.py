"""Themes in which good is blue and bad is orange, so that nothing rests on red against green."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

DARK: Final = Theme(
    name="carecli",
    primary="#5aa9e6",
    secondary="#9ab8d3",
    accent="#8ecae6",
    success="#5fb3f6",
    warning="#f0e08f",
    error="#fb8b24",
    foreground="#dfe6ee",
    background="#0f1419",
    surface="#0f1419",
    panel="#1a222b",
    dark=True,
    variables={
        "block-cursor-foreground": "#0f1419",
        "block-cursor-background": "#8ecae6",
        "footer-background": "#1a222b",
    },
)

LIGHT: Final = Theme(
    name="carecli-light",
    primary="#1f5fa8",
    secondary="#4d6b88",
    accent="#135089",
    success="#1a62b3",
    warning="#4a3d00",
    error="#b04300",
    foreground="#17202a",
    background="#fbfbf8",
    surface="#fbfbf8",
    panel="#e9edf1",
    dark=False,
    variables={"block-cursor-foreground": "#ffffff", "block-cursor-background": "#1f5fa8"},
)

CONTRAST: Final = Theme(
    name="carecli-contrast",
    primary="#7fd4ff",
    secondary="#d8e6f2",
    accent="#ffffff",
    success="#7fd4ff",
    warning="#ffee66",
    error="#ffb066",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    variables={"block-cursor-foreground": "#000000", "block-cursor-background": "#ffff00"},
)

OKABE_ITO: Final = Theme(
    name="carecli-okabe-ito",
    primary="#56b4e9",
    secondary="#a8b8c8",
    accent="#56b4e9",
    success="#56b4e9",
    warning="#f0e442",
    error="#e69f00",
    foreground="#e6e6e6",
    background="#101010",
    surface="#101010",
    panel="#1e1e1e",
    dark=True,
    variables={"block-cursor-foreground": "#101010", "block-cursor-background": "#56b4e9"},
)
"""The palette of Okabe and Ito (2008): sky blue, orange and yellow, told apart with every kind of colour vision."""

THEMES: Final[dict[str, Theme]] = {
    "dark": DARK,
    "light": LIGHT,
    "high-contrast": CONTRAST,
    "colour-blind": OKABE_ITO,
}
"""By the name that `theme` of the settings has."""

TONES: Final[dict[str, str]] = {
    "": "",
    "ok": "$success",
    "risk": "$warning",
    "miss": "bold $error",
    "below": "$secondary",
    "none": "$foreground 66%",
    "quiet": "$foreground 66%",
    "accent": "$accent",
    "strong": "bold",
}
"""The style of each status, and of quiet and strong text, in Textual's own words; themes fill in the colours."""
