"""The words of a clock's tape, the same on a page and in the app: what each sign means, and what moved a due time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from carecli.render.values import short_moment_text
from carecli.text import clean

TAPE_SIGNS: Final = {"running": "█", "night": "N", "paused": "▒", "closed": "░", "holiday": "H"}
TAPE_LEGEND: Final = "  ".join(f"{sign} {state}" for state, sign in TAPE_SIGNS.items())


def move_words(move: Mapping[str, Any]) -> str:
    """Such as `due Fri 14 Mar 18:00 -> Mon 17 Mar 11:00: awaiting customer, Fri 14 Mar 17:00`."""
    due_to = short_moment_text(move["due_to"]) if move["due_to"] else "open"
    return f"due {short_moment_text(move['due_from'])} -> {due_to}: {_why(move)}"


def _why(move: Mapping[str, Any]) -> str:
    """What moved it, and from when on; no moment of a night, which moves what starts in it."""
    if move["cause"] == "night":
        return "started at night"
    if move["cause"] == "holiday":
        return f"holiday {move['from']:%a} {move['from'].day} {move['from']:%b}"
    return f"{clean(move['reason']).replace('_', ' ')}, {short_moment_text(move['from'])}"
