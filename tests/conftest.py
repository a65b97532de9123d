"""Settings that hold for every test."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no failure: what is slow is measured by benchmarks, never by a deadline.
settings.register_profile("carecli", deadline=None)
settings.load_profile("carecli")
