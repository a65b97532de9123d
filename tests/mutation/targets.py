"""Which modules are mutated, and the tests that are to notice: the quickest first."""

from __future__ import annotations

METRICS, CLOCKS = "carecli/metrics", "carecli/clocks"
ORACLE = ("tests/oracle/test_plain.py",)


def _of_metrics(*names: str) -> tuple[str, ...]:
    return tuple(f"tests/metrics/test_{name}.py" for name in (*names, "mutants"))


def _of_clocks(*names: str) -> tuple[str, ...]:
    return tuple(f"tests/clocks/test_{name}.py" for name in names)


TARGETS: dict[str, tuple[str, ...]] = {
    f"{METRICS}/contacts.py": (*_of_metrics("volume", "resolutions"), *ORACLE),
    f"{METRICS}/legs.py": (*_of_metrics("service_level", "handle_times"), *ORACLE),
    f"{METRICS}/service_level.py": (*_of_metrics("service_level"), *ORACLE),
    f"{METRICS}/open_time.py": (*_of_metrics("resolutions", "service_level", "backlog"), *ORACLE),
    f"{METRICS}/records.py": (*_of_metrics("resolutions", "volume", "service_level"), *ORACLE),
    f"{METRICS}/resolutions.py": (*_of_metrics("resolutions"), *ORACLE),
    f"{METRICS}/states.py": (*_of_metrics("backlog", "resolutions"), *ORACLE),
    f"{METRICS}/open_cases.py": (*_of_metrics("backlog"), *ORACLE),
    f"{METRICS}/surveys.py": (*_of_metrics("surveys"), *ORACLE),
    f"{METRICS}/coverage.py": (*_of_metrics("knowledge", "evaluate", "service_level"), *ORACLE),
    f"{METRICS}/knowledge.py": (*_of_metrics("knowledge", "evaluate"), *ORACLE),
    f"{METRICS}/selection.py": (*_of_metrics("evaluate", "service_level"), *ORACLE),
    f"{METRICS}/slices.py": (*_of_metrics("evaluate", "service_level"), *ORACLE),
    f"{METRICS}/dimensions.py": (*_of_metrics("evaluate", "backlog"), *ORACLE),
    f"{METRICS}/windows.py": _of_metrics("windows"),
    f"{METRICS}/frames.py": (*_of_metrics("resolutions", "surveys", "volume"), *ORACLE),
    f"{METRICS}/dictionary_volume.py": (*_of_metrics("volume"), *ORACLE),
    f"{METRICS}/dictionary_legs.py": (*_of_metrics("service_level", "handle_times"), *ORACLE),
    f"{METRICS}/dictionary_cases.py": (*_of_metrics("resolutions", "backlog"), *ORACLE),
    f"{METRICS}/dictionary_surveys.py": (*_of_metrics("surveys"), *ORACLE),
    f"{METRICS}/dictionary_outcomes.py": (*_of_metrics("outcomes", "outcomes_of_contacts"), *ORACLE),
    f"{METRICS}/dictionary_business.py": (*_of_metrics("business", "costs", "incidents"), *ORACLE),
    f"{METRICS}/outcomes.py": (*_of_metrics("outcomes"), *ORACLE),
    f"{METRICS}/handoffs.py": (*_of_metrics("outcomes"), *ORACLE),
    f"{METRICS}/traits.py": (*_of_metrics("outcomes_slices"), *ORACLE),
    f"{METRICS}/business.py": (*_of_metrics("business"), *ORACLE),
    f"{METRICS}/business_coverage.py": (*_of_metrics("business", "costs"), *ORACLE),
    f"{METRICS}/churn.py": (*_of_metrics("business"), *ORACLE),
    f"{METRICS}/costs.py": (*_of_metrics("costs"), *ORACLE),
    f"{METRICS}/incidents.py": (*_of_metrics("incidents"), *ORACLE),
    f"{CLOCKS}/answers.py": _of_clocks("answers", "sla_tables"),
    f"{CLOCKS}/arrivals.py": _of_clocks("nights", "sla_tables", "plain_clocks"),
    f"{CLOCKS}/budgets.py": _of_clocks("nights", "plain_clocks"),
    f"{CLOCKS}/business_days.py": _of_clocks("business_days", "sla_tables"),
    f"{CLOCKS}/calendar.py": _of_clocks("calendar", "calendar_properties", "plain_clocks"),
    f"{CLOCKS}/edges.py": _of_clocks("calendar", "calendar_properties", "plain_clocks"),
    f"{CLOCKS}/hours.py": _of_clocks("calendar", "calendar_properties"),
    f"{CLOCKS}/moves.py": _of_clocks("tape", "plain_clocks"),
    f"{CLOCKS}/pauses.py": _of_clocks("tape", "readings", "plain_clocks"),
    f"{CLOCKS}/readings.py": _of_clocks("readings", "plain_clocks"),
    f"{CLOCKS}/tape.py": _of_clocks("tape", "plain_clocks"),
    f"{CLOCKS}/wall_time.py": _of_clocks("calendar", "plain_clocks"),
}
"""A new module of measures is one more line."""
