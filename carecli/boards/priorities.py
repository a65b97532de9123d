"""How urgent a helpdesk's own word for a priority is."""

from __future__ import annotations

from carecli.policy.priorities import pack_priority

__all__ = ["pack_priority", "urgency"]


def urgency(word: str | None) -> tuple[str, bool, str]:
    """A sort key: P1 first, other words after P4 by name, no priority last."""
    return pack_priority(word) or "P9", word is None, word or ""
