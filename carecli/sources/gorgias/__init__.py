"""Gorgias's API. Every time is UTC, whether it says so or not."""

from __future__ import annotations
