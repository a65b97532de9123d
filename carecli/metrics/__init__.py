"""The dictionary: facts, measures, metrics, windows. Pure polars: no I/O, no clock."""

from __future__ import annotations
