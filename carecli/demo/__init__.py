"""A simulated contact centre that writes vendor-shaped export files. Every name and number in it is invented."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

SAMPLE_ZONE = "Europe/Berlin"
SAMPLE_SEED = 20250513
SAMPLE_START = date(2025, 4, 9)
"""First of the 35 local days; the last one ends early, at SAMPLE_END."""
SAMPLE_END = datetime(2025, 5, 13, 8, 45, tzinfo=ZoneInfo(SAMPLE_ZONE))
