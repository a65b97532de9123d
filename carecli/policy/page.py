"""A pack as a page a person can read: each table as lines of words, each with the requirement it comes from (R306)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from carecli.policy.amounts import decimal_text
from carecli.policy.layers import Layers, flat
from carecli.policy.sources import requirements_of

TITLES: Mapping[str, str] = {
    "": "The pack",
    "calendars": "Opening hours",
    "queues": "Queues",
    "clocks": "Clocks",
    "service_level": "Service level: share of contacts answered in time",
    "targets": "First answer, where the tier is not known",
    "tiers": "Tiers",
    "priorities": "Clocks by priority",
    "journeys": "Clocks by kind of case",
    "bands": "Bands of metrics",
    "goals": "Goals of a part of the work",
    "severities": "Severities",
    "triggers": "Alerts to people",
    "ladders": "Escalation ladders: steps, counted from their anchor",
    "papers": "Papers due after an incident",
    "handover": "When a case goes to the next level",
    "callback": "Callbacks",
    "pauses": "Pauses",
    "exceptions": "Exceptions",
    "alerts": "Alert rules",
    "survey": "Surveys",
    "quality": "Quality reviews and coaching",
    "knowledge": "Knowledge base",
    "lifecycle": "Life of a case",
    "rota": "On-call rota",
    "staffing": "Staffing",
    "plans": "Plans",
    "addons": "Add-ons",
    "credits": "Service credits",
    "prices": "Market prices",
    "retention": "Retention",
    "sign_off": "Sign-off",
    "scorecard": "Scorecard weights",
    "reconciliation": "Reconciliation with the vendor's figures",
    "counting": "What the documents leave open",
    "lint": "What is asked of a programme",
}
"""Tables in the order they are shown; any other follows under `How figures are counted`."""

COUNTED = "How figures are counted"
UNITS: Mapping[str, str] = {"s": "second", "min": "minute", "h": "hour", "day": "day", "days": "day"}
PHRASES: Mapping[tuple[str, Any], str] = {
    ("statistic", "share"): "",
    ("statistic", "limit"): "each answer",
    ("statistic", "asa"): "average speed of answer",
    ("clock", "elapsed"): "day and night",
    ("clock", "coverage"): "of the hours covered",
    ("clock", "business"): "of business hours",
    ("edge", "within"): "the limit itself in time",
    ("edge", "under"): "the limit itself late",
    ("edge", "above"): "the share itself not enough",
    ("edge", "at_least"): "the share itself enough",
}
RANGES = ("between", "send_after", "shrinkage", "occupancy", "fee", "contract_share", "range")
FOLDED = ("where", "limits", "by_tier", "night", "holidays", "trigger", "updates")
"""Tables that are shown on the line of the table they stand in."""
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?) (s|min|h|days?)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page: what, in words, and the requirements it comes from."""

    label: str
    words: str
    requirements: tuple[str, ...]


def pack_page(layers: Layers) -> Iterator[tuple[str, list[Line]]]:
    """The page by headings, each with its lines; tables that promise nothing are left out."""
    yield TITLES[""], [_line(layers, key, key, value) for key, value in layers.values.items() if not _is_table(value)]
    for table in TITLES:
        if table and (lines := list(_lines(layers, table))):
            yield TITLES[table], lines
    others = [table for table, value in layers.values.items() if _is_table(value) and table not in TITLES]
    yield COUNTED, [line for table in others for line in _lines(layers, table, shown=table)]


def _lines(layers: Layers, table: str, shown: str = "") -> Iterator[Line]:
    """A line a table of plain values, or a value where tables stand beside it."""
    yield from _of_table(layers, table, layers.values.get(table, {}), shown)


def _of_table(layers: Layers, key: str, values: Mapping[str, Any], label: str) -> Iterator[Line]:
    tables = {name: value for name, value in values.items() if _is_table(value) and name not in FOLDED}
    plain = {name: value for name, value in values.items() if name not in tables}
    if not values and not key.startswith("severities."):
        return
    if label and not tables:
        yield _line(layers, key, label, plain)
        return
    for name, value in plain.items():
        yield _line(layers, f"{key}.{name}", _path(label, name), value)
    for name, value in tables.items():
        yield from _of_table(layers, f"{key}.{name}", value, _path(label, name))


def _line(layers: Layers, key: str, label: str, value: Any) -> Line:
    keys = [f"{key}.{name}" for name, _ in flat(value)] if _is_table(value) else [key]
    named = [requirement for each in keys for requirement in requirements_of(layers, each)]
    words = _phrase(value) if _is_table(value) else words_of(key.rpartition(".")[2], value)
    return Line(label.replace("_", " "), words, tuple(dict.fromkeys(named)))


def _phrase(values: Mapping[str, Any]) -> str:
    """A table of plain values as one phrase, such as `80 % within 20 seconds, day and night`."""
    return (
        ", ".join(each for name, value in values.items() if (each := _part(name, value))) or "named, nothing promised"
    )


def _part(name: str, value: Any) -> str:
    if isinstance(value, str) and (name, value) in PHRASES:
        return PHRASES[name, value]
    words = words_of(name, value)
    if _is_table(value):
        return f"{name.replace('_', ' ')} {_phrase(value)}"
    return words if name in ("statistic", "between", "definition", "hours") else f"{name.replace('_', ' ')} {words}"


def words_of(name: str, value: Any) -> str:
    """A value in words: units spelt out, shares in per cent, ranges and lists as one reads them."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{decimal_text(Fraction(value) * 100)} %" if value <= 1 else str(value)
    if isinstance(value, list):
        parts = [_words_of_item(each) for each in value]
        if name in RANGES and len(parts) == 2:
            return parts[0] if parts[0] == parts[1] else f"{parts[0]} to {parts[1]}"
        return ", ".join(parts) or "none"
    return _words_of_item(value)


def _words_of_item(value: Any) -> str:
    if isinstance(value, str) and (match := _AMOUNT.fullmatch(value)):
        number, unit = match.groups()
        return f"{number} {UNITS[unit]}{'' if number == '1' else 's'}"
    if isinstance(value, Mapping):
        return f"({_phrase(value)})"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return words_of("", value) if isinstance(value, Decimal | bool | list) else str(value).replace("_", " ")


def _path(label: str, name: str) -> str:
    return f"{label} > {name}" if label else name


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)
