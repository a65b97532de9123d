"""Which of a pack's priorities a helpdesk's own word stands for."""

from __future__ import annotations

from collections.abc import Iterable

PACK_PRIORITY = {"urgent": "P1", "high": "P2", "normal": "P3", "low": "P4"}
"""The usual four words of helpdesks; a source that says P1 to P4 itself is taken at its word."""


def pack_priority(word: str | None, own: Iterable[str] = ()) -> str | None:
    """`urgent` -> `P1`, and a name of `own`, the pack's own priorities, is itself; None where the word says nothing."""
    if word is None:
        return None
    named = {name.casefold(): name for name in (*PACK_PRIORITY.values(), *own)}
    return named.get(word.casefold()) or PACK_PRIORITY.get(word.casefold())
