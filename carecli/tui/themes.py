"""Two themes in which good is blue and bad is orange, so that nothing rests on red against green."""

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
    error="#c04a00",
    foreground="#17202a",
    background="#fbfbf8",
    surface="#fbfbf8",
    panel="#e9edf1",
    dark=False,
    variables={"block-cursor-foreground": "#ffffff", "block-cursor-background": "#1f5fa8"},
)

TONES: Final[dict[str, str]] = {
    "": "",
    "ok": "$success",
    "risk": "$warning",
    "miss": "bold $error",
    "below": "$secondary",
    "none": "$foreground 60%",
    "quiet": "$foreground 60%",
    "accent": "$accent",
    "strong": "bold",
}
"""The style of each status, and of quiet and strong text, in Textual's own words; themes fill in the colours."""
