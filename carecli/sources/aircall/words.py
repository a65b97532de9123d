"""What Aircall's export and its API say in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

GAVE_UP = frozenset({"abandoned_in_classic", "short_abandoned"})
"""Reasons for which the caller left the queue; leaving the menu, or calling out of hours, is no abandonment of it."""


def unanswered(reason: str | None, *, recorded: bool) -> str:
    """The outcome of a call that nobody answered."""
    if recorded:
        return "voicemail"
    return "abandoned" if reason in GAVE_UP else "missed"


def tags_of(names: Iterable[str | None]) -> list[str]:
    """Tags as words: blanks inside them would make two."""
    return ["_".join(name.split()) for name in names if name and name.strip()]


def disposition_of(tags: Sequence[str]) -> str | None:
    """The first tag."""
    return tags[0] if tags else None
