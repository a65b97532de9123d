"""What a widget under the cursor can be asked for."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from carecli.metrics.figure import Figure


@runtime_checkable
class HoldsFigure(Protocol):
    """A widget whose cursor may stand on a number."""

    @property
    def figure(self) -> Figure | None: ...


@runtime_checkable
class Copies(Protocol):
    """A widget whose row can be copied."""

    def copy_text(self) -> str:
        """The row under the cursor, cells parted by tabs; empty where there is none."""
        ...


@runtime_checkable
class Narrows(Protocol):
    """A widget that can be filtered by words."""

    def narrow(self, text: str) -> None: ...
