"""Which of the pack's priorities a helpdesk's own word stands for."""

from __future__ import annotations

PACK_PRIORITY = {"urgent": "P1", "high": "P2", "normal": "P3", "low": "P4"}
"""The usual four words of helpdesks; a source that says P1 to P4 itself is taken at its word."""


def pack_priority(word: str | None) -> str | None:
    """`urgent` -> `P1`; None where the word says nothing."""
    if word is None:
        return None
    return PACK_PRIORITY.get(word.lower(), word.upper() if word.upper() in PACK_PRIORITY.values() else None)


def urgency(word: str | None) -> tuple[str, bool, str]:
    """A sort key: P1 first, other words after P4 by name, no priority last."""
    return pack_priority(word) or "P9", word is None, word or ""
