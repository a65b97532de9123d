"""One interaction from its legs and from what each record said of the contact as a whole.

Rows come and go as decoded values under their stored names: times in epoch seconds, durations in milliseconds, codes
and names as text, None for what isn't known. The result doesn't depend on the order in which rows are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from carecli.tables import INTERACTIONS

Values = Mapping[str, Any]

CONNECTED = frozenset({"answered", "transferred"})
"""Leg outcomes in which a person spoke to the customer; a leg that ends in a transfer was answered first."""

OUTCOME_OF_LAST_LEG = {
    "abandoned": "abandoned",
    "abandoned_ringing": "abandoned",
    "voicemail": "voicemail",
    "missed": "missed",
    "timed_out": "missed",
    "overflowed": "missed",
    "callback_taken": "missed",
}
"""How a contact nobody answered ended; an interaction has fewer words than a leg."""

SUMMED = ("ring_ms", "talk_ms", "hold_ms", "wrap_ms")
MEASURED = frozenset(
    {"interaction_id", "started_at", "answered_at", "ended_at", "outcome", "queue", "agent_id", "queue_time_ms"}
    | {"handle_time_ms", *SUMMED}
)
DESCRIPTIVE = tuple(column.stored for column in INTERACTIONS.columns if column.stored not in MEASURED)


def combine_legs(legs: Sequence[Values], parts: Sequence[Values]) -> dict[str, Any]:
    """The interaction's values, without its id.

    It starts with the first leg and ends with the last one, unless that is still open (then `ended_at` is None); queue
    and queue time are the first leg's, the agent is the last answered leg's, times with people are sums over the legs.
    What the parts alone tell (direction, customer, ...) comes from the first part that tells it; the origin is the
    first part's even where that tells none, for a transfer later on makes no transfer of the whole. A part that no leg
    goes with (a menu, a call straight to a person) counts too; queue and queue time are a leg's where there is one.
    """
    ordered = sorted([*legs, *_outside_queues(legs, parts)], key=_leg_order)
    told = sorted(parts, key=_part_order) if len(parts) > 1 else parts
    combined = {name: _first(part.get(name) for part in told) for name in DESCRIPTIVE}
    combined["origin"] = told[0].get("origin") if told else None
    combined |= _measured(ordered, min(legs or ordered, key=_leg_order)) if ordered else {}
    combined["started_at"] = _least(
        [*(leg.get("entered_at") for leg in legs), *(part.get("started_at") for part in parts)]
    )
    combined["handle_time_ms"] = _total(part.get("handle_time_ms") for part in told)
    return combined


def _outside_queues(legs: Sequence[Values], parts: Sequence[Values]) -> list[Values]:
    """Parts that go with no leg, under a leg's names. A part without an id of its own is no stay."""
    known = {leg.get("leg_id") for leg in legs}
    alone = [part for part in parts if part.get("part") and part["part"] not in known]
    return [
        {**part, "leg_id": part["part"], "entered_at": part.get("started_at"), "left_at": part.get("ended_at")}
        for part in alone
    ]


def _measured(ordered: Sequence[Values], first: Values) -> dict[str, Any]:
    last = ordered[-1]
    answered = [leg for leg in ordered if leg.get("outcome") in CONNECTED]
    return {
        "queue": first.get("queue"),
        "queue_time_ms": first.get("queue_time_ms"),
        "answered_at": _least(leg.get("answered_at") for leg in answered),
        "ended_at": None if last.get("left_at") is None else max(_present(leg.get("left_at") for leg in ordered)),
        "agent_id": answered[-1].get("agent_id") if answered else None,
        "outcome": "answered" if answered else OUTCOME_OF_LAST_LEG.get(last.get("outcome") or ""),
        **{name: _total(leg.get(name) for leg in ordered) for name in SUMMED},
    }


def _leg_order(leg: Values) -> tuple[bool, int, int, str]:
    """By time of entering, then by number; a leg of unknown time comes last."""
    entered = leg.get("entered_at")
    return entered is None, entered or 0, leg.get("seq") or 0, str(leg.get("leg_id") or "")


def _part_order(part: Values) -> tuple[bool, int, str]:
    """By start, then by content: the same parts always come in the same order."""
    started = part.get("started_at")
    return started is None, started or 0, repr(sorted((name, repr(value)) for name, value in part.items()))


def _present(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _first(values: Iterable[Any]) -> Any:
    return next(iter(_present(values)), None)


def _least(values: Iterable[Any]) -> Any:
    return min(_present(values), default=None)


def _total(values: Iterable[Any]) -> int | None:
    """The sum of what is known; None where nothing is."""
    known = _present(values)
    return sum(known) if known else None
