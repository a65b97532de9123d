"""Which rows are derived from others, and how: the catalog's word `derive` names one of these.

After an import the store calls it once for every touched id, inside its transaction, with everything it holds under
that id as decoded values under stored names (times epoch seconds, durations milliseconds, codes and names as text). The
answer depends on nothing else, so the order in which files arrive doesn't matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypedDict

from carecli.sources.derive_case import derive_case
from carecli.sources.derive_legs import combine_legs
from carecli.sources.derive_queue_log import derive_legs, first_caller
from carecli.sources.derive_taskrouter import derive_task
from carecli.sources.records import Row

Values = Mapping[str, Any]


class Inputs(TypedDict, total=False):
    """What the store holds under one id; a derivation reads the keys it knows."""

    contact_events: Sequence[Values]
    case_events: Sequence[Values]
    legs: Sequence[Values]
    parts: Sequence[Values]
    """What single records said of the whole (`Row.part` is not None), undecided between them."""
    case: Values | None
    """The case as it stands without any derived part; None where no file told of it."""


Derivation = Callable[[str, Inputs], list[Row]]
"""From an id and all that is stored under it to the rows that take the place of those derived before."""


def legs_to_interaction(interaction_id: str, inputs: Inputs) -> list[Row]:
    """The interaction from its stored legs and parts; a contact that never was in a queue has parts alone."""
    legs, parts = inputs.get("legs", ()), inputs.get("parts", ())
    return [_interaction(interaction_id, legs, parts)] if legs or parts else []


def queue_log_to_call(interaction_id: str, inputs: Inputs) -> list[Row]:
    """All legs of a call and its interaction; nothing for lines that belong to no call."""
    events = inputs.get("contact_events", ())
    legs = derive_legs(events) if interaction_id else []
    if not legs:
        return []
    whole = {"channel": "voice", "direction": "inbound", "origin": "customer", "customer_id": first_caller(events)}
    rows = [Row("legs", {"interaction_id": interaction_id, **leg}, complete=leg["left_at"] is not None) for leg in legs]
    return [*rows, _interaction(interaction_id, legs, [whole])]


def taskrouter_to_contact(interaction_id: str, inputs: Inputs) -> list[Row]:
    """All legs of a task and its interaction; nothing before it has entered a queue."""
    legs, whole = derive_task(inputs.get("contact_events", ()))
    if not legs:
        return []
    rows = [Row("legs", {"interaction_id": interaction_id, **leg}, complete=leg["left_at"] is not None) for leg in legs]
    return [*rows, _interaction(interaction_id, legs, [whole])]


def events_to_case(case_id: str, inputs: Inputs) -> list[Row]:
    """What the events of a case prove about it; nothing where they prove nothing."""
    case = inputs.get("case") or {}
    events = inputs.get("case_events", ())
    told = derive_case(events, case.get("customer_id"))
    if not told:
        return []
    latest = max(event["at"] for event in events)
    return [Row("cases", {"case_id": case_id, **told}, version=latest)]


def _interaction(interaction_id: str, legs: Sequence[Values], parts: Sequence[Values]) -> Row:
    values = {"interaction_id": interaction_id, **combine_legs(legs, parts)}
    return Row("interactions", values, complete=values["ended_at"] is not None)


DERIVATIONS: Mapping[str, Derivation] = MappingProxyType(
    {
        "legs": legs_to_interaction,
        "queue_log": queue_log_to_call,
        "taskrouter": taskrouter_to_contact,
        "case_events": events_to_case,
    }
)
"""The catalog's word -> the derivation. What it reads and where its rows are kept is the store's business."""
