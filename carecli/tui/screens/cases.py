"""The open cases of a slice: the rows behind its backlog."""

from __future__ import annotations

from collections.abc import Mapping

from carecli.metrics.figure import Figure
from carecli.tui.screens.rows import RowsScreen


class CasesScreen(RowsScreen):
    """As many rows as the backlog of the slice says."""

    def __init__(self, where: Mapping[str, str | None]) -> None:
        super().__init__(Figure("backlog", "Open cases", dict(where), None, "cases", 0, window="today"))
