"""Labels and their words in two columns, the second one wrapped in itself."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from carecli.text import clean

Part = tuple[str, str]
"""A label and its words."""


def labelled(parts: Iterable[Part]) -> Table:
    """Rich Text in a grid: nothing in it is read as markup."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(max_width=18, no_wrap=True, overflow="ellipsis")
    grid.add_column(overflow="fold")
    for label, words in parts:
        grid.add_row(Text(clean(label, limit=40), "dim"), Text(clean(words, limit=2000)))
    return grid
