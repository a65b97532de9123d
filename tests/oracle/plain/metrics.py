"""Every metric of the dictionary a second time, by its id."""

from __future__ import annotations

from tests.oracle.plain import (
    metrics_of_business,
    metrics_of_cases,
    metrics_of_contacts,
    metrics_of_legs,
    metrics_of_surveys,
)
from tests.oracle.plain.registry import PLAIN, Facts, Window

__all__ = ["OWED", "PLAIN", "Facts", "Window"]

MODULES = (metrics_of_contacts, metrics_of_legs, metrics_of_cases, metrics_of_surveys, metrics_of_business)
"""Each enters its metrics when it is imported."""
OWED = frozenset(
    (
        *("attainment", "breached", "at_risk", "paused", "exception_share", "acknowledgement"),
        *("answered_in_time", "answer_time", "answer_time_p50"),
        *("first_response_time", "first_response_time_p50", "first_response_time_p90"),
        *("callback_in_time", "missed_offers", "late_offers"),
    )
)
"""Metrics of promised clocks, which have no second implementation yet; nothing else may lack one."""
