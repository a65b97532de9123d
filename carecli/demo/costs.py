"""What the centre costs a month, loaded: by channel, and what all channels share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from carecli.demo.files import Export, csv_text
from carecli.demo.scenario import Scenario

CURRENCY = "USD"
"""The invented parent company keeps its books in US dollars."""
FEWEST_MONTHS = 3
CENTERS = (
    ("voice", "Customer care", 4_480_000),
    ("chat", "Customer care", 1_420_000),
    ("email", "Customer care", 2_130_000),
    ("social", "Customer care", 390_000),
    ("", "Training and quality", 410_000),
    ("", "Software", 360_000),
)
"""Channel (empty: shared), who pays, and cents of USD in an average month."""


def _months(scenario: Scenario) -> list[str]:
    """Whole months that are over, from that of the start on, and never fewer than three: 2025-04."""
    month = scenario.last_day.replace(day=1)
    found: list[str] = []
    while True:
        month = (month - timedelta(days=1)).replace(day=1)
        if len(found) >= FEWEST_MONTHS and month < scenario.start.replace(day=1):
            return sorted(found)
        found.append(f"{month:%Y-%m}")


def _rows(scenario: Scenario) -> Iterator[tuple[str, ...]]:
    for month in _months(scenario):
        rng = scenario.stream(f"costs:{month}")
        for channel, center, usual in CENTERS:
            amount = round(usual * rng.uniform(0.96, 1.04))
            yield "finance", month, channel, center, str(amount), CURRENCY


def write(scenario: Scenario, export: Export) -> None:
    """One row a month, channel and cost center."""
    header = ("source", "month", "channel", "cost_center", "amount", "currency")
    export.write("business/costs.csv", csv_text(header, _rows(scenario)), packed=False)
