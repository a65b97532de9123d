"""The whole corpus: at least 120 cases, each made by code when it is asked for."""

from __future__ import annotations

from tests.hostile import cells, packed, sheets, structured, texts, vendors

CASES = [*texts.CASES, *cells.CASES, *structured.CASES, *packed.CASES, *sheets.CASES, *vendors.CASES]
