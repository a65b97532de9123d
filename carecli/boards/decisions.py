"""What was decided: at the stand-ups since the last open day, and today."""

from __future__ import annotations

from collections.abc import Iterable

from carecli.boards.header import local_time
from carecli.boards.standup_run import Decided
from carecli.store.decisions import WrittenDecision


def decided(
    written: Iterable[WrittenDecision], *, first: int, today: int, as_of: int, zone: str
) -> tuple[Decided, ...]:
    """Decisions of [first, as_of] by time; from `today` (midnight) on they are today's. All epoch seconds."""
    return tuple(
        Decided(each.id, local_time(each.at, zone), each.text, each.author, each.at >= today)
        for each in sorted(written, key=lambda each: (each.at, each.id))
        if first <= each.at <= as_of and each.removed_at is None
    )
