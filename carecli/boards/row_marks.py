"""What a row adds to its figure, in words: in time or late, abandoned or not, so many seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from carecli.metrics.measures import Metric

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "service_level": ("in time", "late"),
    "abandonment": ("abandoned", "answered"),
    "fcr": ("first contact", "more contacts"),
    "reopen_rate": ("reopened", "stayed closed"),
    "escalation_rate": ("escalated", "not escalated"),
    "csat": ("favourable", "not favourable"),
    "csat_response_rate": ("answered", "no answer"),
}
"""What rows in the numerator of a share are called, and the others of its denominator."""
OTHERWISE: Final = ("yes", "no")
AMOUNTS: Final = ("seconds", "money", "days")
"""Units in which a row adds an amount of its own; of everything else it is one of so many."""


def is_share(metric: Metric) -> bool:
    """Whether each row of the denominator is in the numerator or not."""
    return metric.shape == "ratio" and metric.unit == "ratio"


def adds_amount(metric: Metric) -> bool:
    """Whether rows add different amounts, as a wait to a mean wait."""
    return metric.unit in AMOUNTS or (metric.shape == "ratio" and not is_share(metric))


def words_of(metric: Metric) -> tuple[str, str]:
    """Of a share: the word of the rows that are in its numerator, and that of the others."""
    return WORDS.get(metric.id, OTHERWISE)


def heading(metric: Metric) -> str:
    """What stands above the marks."""
    if is_share(metric):
        return "Counts" if metric.id in WORDS else "In numerator"
    return "Adds" if adds_amount(metric) else "Counts"


def is_good(metric: Metric, adds: int) -> bool | None:
    """Whether the row is one of those that the figure should have more of; None where that can't be said of a row."""
    if not is_share(metric) or metric.direction not in ("higher", "lower"):
        return None
    return bool(adds) == (metric.direction == "higher")
