"""Exported files to canonical rows: sniff, recognise, read, map, check."""

from __future__ import annotations
