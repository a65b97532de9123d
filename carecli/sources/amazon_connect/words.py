"""What Amazon Connect's records write the same way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carecli.sources.cells import UTC, as_optional_id, as_present, as_time
from carecli.sources.records import BadCell

Cells = Mapping[str, Any]
NOTHING: Cells = {}


def part_of(cells: Cells, name: str) -> Cells:
    """The object under that name; empty where it is null or missing."""
    value = cells.get(name)
    if value is None:
        return NOTHING
    if not isinstance(value, Mapping):
        raise BadCell("not-an-object", name, type(value).__name__, "an object")
    return value


def required_time(cells: Cells, name: str) -> int:
    """Epoch seconds of a time that must be there."""
    at = as_time(cells.get(name), name, UTC)
    if at is None:
        raise BadCell("missing-value", name, "", "YYYY-MM-DDThh:mm:ssZ")
    return at


def agent_named(user: Cells, arn: object) -> str | None:
    """The agent's login; where the record has none, the last part of the agent's ARN."""
    name = as_optional_id(user.get("Username"), "Username")
    whole = as_present(arn, "ARN")
    return name or (whole.rpartition("/")[2] if whole else None)
