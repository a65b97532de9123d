"""What a pack promises that can't be kept or shown, as sentences."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.policy.measurable import unmeasurable
from carecli.policy.pack import Pack

JUDGED = (
    "abandonment",
    "aht",
    "asa",
    "attainment",
    "cost_per_contact",
    "csat",
    "csat_response_rate",
    "escalation_rate",
    "fcr",
    "nps",
    "reopen_rate",
)
"""The metrics that boards judge by a band."""


def lint_pack(pack: Pack, present: frozenset[str] | None = None) -> list[str]:
    """Warnings; empty where there is nothing to say.

    `present` holds the columns that carry values, as `table.column`; with None only the pack itself is looked at.
    """
    warnings = [*_priorities(pack), *_owners(pack), *_severities(pack), *_unknown_metrics(pack)]
    return warnings if present is None else [*warnings, *unmeasurable(pack, present)]


def _priorities(pack: Pack) -> Iterator[str]:
    """A pack may ask for a number of priorities, each with some clocks (R130)."""
    rules = pack.programme.lint
    if rules.priorities is not None:
        low, high = rules.priorities
        if not low <= len(pack.priorities) <= high:
            yield f"priorities: found {len(pack.priorities)}, expected {_or(low, high)} (R130)"
    for priority, clocks in pack.priorities.items():
        for clock in rules.clocks:
            if clock not in clocks:
                yield f"priorities.{priority}: no target for {clock} (R130)"


def _owners(pack: Pack) -> Iterator[str]:
    if not pack.programme.lint.owners:
        return
    for name, ladder in pack.programme.ladders.items():
        for step, each in ladder.steps.items():
            if not each.owners or not all(owner.strip() for owner in each.owners):
                yield f"ladders.{name}.steps.{step}: no owner (R162)"


def _severities(pack: Pack) -> Iterator[str]:
    """What a severity means and how often the customer hears of it; its ladder tells both sides the rest (R306)."""
    if not pack.programme.lint.severities:
        return
    for name, severity in pack.programme.severities.items():
        if severity.definition is None:
            yield f"severities.{name}: no definition (R306)"
        if severity.updates is None:
            yield f"severities.{name}: no update cadence (R306)"


def _unknown_metrics(pack: Pack) -> Iterator[str]:
    for metric in pack.bands:
        if metric not in JUDGED:
            yield f"bands.{metric}: no board judges such a metric, only {', '.join(JUDGED)}"
    for name, flex in pack.programme.exceptions.flexes.items():
        if flex.metric not in JUDGED:
            yield f"exceptions.flexes.{name}.metric: no board judges {flex.metric!r}"


def _or(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} or {high}" if high == low + 1 else f"{low} to {high}"
