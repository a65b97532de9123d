"""A table of which only a page is loaded: sorted and filtered where all rows are."""

from __future__ import annotations

from textual.message import Message

from carecli.tui.widgets.board_table import BoardTable, Line


class RowsTable(BoardTable):
    """Says by what it wants to be sorted, and shows the rows in the order they come."""

    class Sorted(Message):
        """Another order is wanted: the key of a column, None for the rows' own order."""

        def __init__(self, key: str | None, *, descending: bool) -> None:
            super().__init__()
            self.key = key
            self.descending = descending

    def narrow(self, text: str) -> None:
        """The filter works on all rows, not on the page."""

    def order_changed(self) -> None:
        self.post_message(self.Sorted(self._sort, descending=self._descending))

    def in_order(self, at: int | None) -> tuple[Line, ...]:
        return self.lines
