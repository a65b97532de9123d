"""A table of a board: keyed rows, vim keys, sort and filter; the cursor stays on its row when the data changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final, Literal

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.coordinate import Coordinate
from textual.widgets import DataTable

from carecli.metrics.figure import Figure
from carecli.render.values import marked_value
from carecli.text import NO_DATA, Shown, clean
from carecli.tui.wording import tone

Order = float | str | None
_ARROWS: Final = {False: " ↑", True: " ↓"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key, its heading, and whether its cells are numbers."""

    key: str
    label: str
    number: bool = True


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: what it shows, what it sorts by (None is last either way), and the figure behind it."""

    text: Shown
    order: Order = None
    tone: str = ""
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its key survives a reload, so the cursor does too; `of` is the part of the board it shows."""

    key: str
    cells: tuple[Cell, ...]
    of: object = None

    @property
    def words(self) -> str:
        return " ".join(cell.text for cell in self.cells).casefold()


@dataclass(frozen=True, slots=True)
class _Layout:
    """What is drawn where: keys of columns, headings, keys of rows."""

    columns: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[str, ...]


def figure_cell(figure: Figure, *, mark: bool = True) -> Cell:
    """The cell of a figure: glyph, value, colour by status; `mark` is off where the whole page is provisional."""
    text = marked_value(figure if mark else replace(figure, provisional=False))
    return Cell(text, figure.value, tone(figure), figure)


def text_cell(value: str | None, style: str = "") -> Cell:
    """The cell of a text of the data; no value is a dash."""
    order = value.casefold() if value else None
    return Cell(clean(NO_DATA if value is None else value), order, style if value else "quiet")


class BoardTable(DataTable[Text], inherit_bindings=False):
    """Cells come in as `Cell`, and reach the widget as rich Text only: no markup is ever read from data."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", "open", key_display="enter"),
        Binding("k,up", "cursor_up", "row up", show=False),
        Binding("j,down", "cursor_down", "row down", show=False),
        Binding("h,left", "cursor_left", "column left", show=False),
        Binding("l,right", "cursor_right", "column right", show=False),
        Binding("pageup", "page_up", "page up", show=False),
        Binding("pagedown", "page_down", "page down", show=False),
        Binding("home", "scroll_home", "first column", show=False),
        Binding("end", "scroll_end", "last column", show=False),
        Binding("g,ctrl+home", "scroll_top", "first row", show=False),
        Binding("G,ctrl+end", "scroll_bottom", "last row", show=False),
        Binding("s", "sort_next", "sort by next column", show=False),
        Binding("S", "sort_reverse", "reverse the sort", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "tone--ok", "tone--risk", "tone--miss", "tone--below", "tone--none", "tone--quiet", "tone--accent",
        "tone--strong",
    }  # fmt: skip

    def __init__(self, widget_id: str, *, by_row: bool = False, opens: bool = True, start: str = "") -> None:
        """`opens`: enter leads somewhere. `start`: key of the column in which the cursor first stands."""
        super().__init__(id=widget_id, cursor_type="row" if by_row else "cell", show_cursor=False, fixed_columns=1)
        self._opens, self._start = opens, start
        self.columns_shown: tuple[Column, ...] = ()
        self.lines: tuple[Line, ...] = ()
        self.shown: tuple[Line, ...] = ()
        self._words: tuple[str, ...] = ()
        self._sort: str | None = None
        self._descending = False
        self._drawn: _Layout | None = None

    def on_focus(self) -> None:
        self.show_cursor = True

    def on_blur(self) -> None:
        """Without the focus the cell under the cursor keeps the colour of its status."""
        self.show_cursor = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter is offered only where it leads somewhere."""
        return action != "select_cursor" or self._opens

    def show(self, columns: Sequence[Column], lines: Sequence[Line]) -> None:
        """Replace what is shown; cursor, scroll, sort and filter stay."""
        self.columns_shown, self.lines = tuple(columns), _distinct(lines)
        if self._sort not in {column.key for column in columns}:
            self._sort = None
        self._fill()

    def narrow(self, text: str) -> None:
        """Keep the rows that hold every word of the text, in any case."""
        self._words = tuple(text.casefold().split())
        self._fill()

    @property
    def line(self) -> Line | None:
        """The row under the cursor."""
        return self.shown[self.cursor_row] if 0 <= self.cursor_row < len(self.shown) else None

    @property
    def figure(self) -> Figure | None:
        """The figure under the cursor."""
        line = self.line
        inside = line is not None and self.cursor_type == "cell" and self.cursor_column < len(line.cells)
        return line.cells[self.cursor_column].figure if line and inside else None

    def copy_text(self) -> str:
        return "\t".join(cell.text for cell in self.line.cells) if self.line else ""

    def action_sort_next(self) -> None:
        """Sort by the next column, and after the last in the board's own order; numbers largest first."""
        keys = [None, *(column.key for column in self.columns_shown)]
        at = keys.index(self._sort) if self._sort in keys else 0
        self._sort_by(keys[(at + 1) % len(keys)])

    def action_sort_reverse(self) -> None:
        self._descending = not self._descending
        self.order_changed()

    def on_data_table_header_selected(self, event: DataTable.HeaderSelected) -> None:
        """A click on a heading sorts by it, a second one reverses."""
        event.stop()
        key = self.columns_shown[event.column_index].key
        self.action_sort_reverse() if key == self._sort else self._sort_by(key)

    def _sort_by(self, key: str | None) -> None:
        self._sort = key
        self._descending = any(column.number for column in self.columns_shown if column.key == key)
        self.order_changed()

    def order_changed(self) -> None:
        """Another column to sort by, or the other direction."""
        self._fill()

    def in_order(self, at: int | None) -> tuple[Line, ...]:
        """The rows to show: those that the filter keeps, by the column at that place."""
        return arranged(self.lines, self._words, at, descending=self._descending)

    def _fill(self) -> None:
        """Draw the rows: cells that changed where the rows are the same, else all, with the cursor back on its row."""
        held, index, column = self._held_key(), self.cursor_row, self._held_column()
        scroll = self.scroll_offset
        keys = [column.key for column in self.columns_shown]
        at = keys.index(self._sort) if self._sort in keys else None
        self.shown = self.in_order(at)
        layout = self._layout()
        if layout == self._drawn:
            self._update_cells()
            return
        self._draw_all(new_columns=self._drawn is None or layout.headings != self._drawn.headings)
        self._drawn = layout
        row = layout.rows.index(held) if held in layout.rows else min(index, max(len(layout.rows) - 1, 0))
        self.scroll_to(*scroll, animate=False, force=True)
        self.cursor_coordinate = Coordinate(row, min(column, max(len(self.columns_shown) - 1, 0)))

    def _held_column(self) -> int:
        """The column of the cursor by its key; at first the one to start in."""
        before, keys = self._drawn.columns if self._drawn else (), [column.key for column in self.columns_shown]
        held = before[self.cursor_column] if self.cursor_column < len(before) else self._start
        return keys.index(held) if held in keys else 0

    def _held_key(self) -> str | None:
        keys = self._drawn.rows if self._drawn else ()
        return keys[self.cursor_row] if self.cursor_row < len(keys) else None

    def _layout(self) -> _Layout:
        columns = tuple(column.key for column in self.columns_shown)
        headings = tuple(self._heading(column) for column in self.columns_shown)
        return _Layout(columns, headings, tuple(line.key for line in self.shown))

    def _update_cells(self) -> None:
        for line in self.shown:
            for column, text in zip(self.columns_shown, self._texts(line), strict=True):
                shown = self.get_cell(line.key, column.key)
                if (shown.plain, shown.style) != (text.plain, text.style):
                    self.update_cell(line.key, column.key, text, update_width=True)

    def _draw_all(self, *, new_columns: bool) -> None:
        self.clear(columns=new_columns)
        if new_columns:
            for column in self.columns_shown:
                self.add_column(Text(self._heading(column), justify=_side(column)), key=column.key)
        for line in self.shown:
            self.add_row(*self._texts(line), key=line.key)

    def _heading(self, column: Column) -> str:
        return column.label + (_ARROWS[self._descending] if column.key == self._sort else "")

    def _texts(self, line: Line) -> list[Text]:
        """Cells as rich Text, which is never read as markup; the style is the theme's for the tone."""
        return [
            Text(cell.text, self._style(cell.tone), justify=_side(column), no_wrap=True, overflow="ellipsis")
            for cell, column in zip(line.cells, self.columns_shown, strict=True)
        ]

    def _style(self, name: str) -> str:
        return str(self.get_component_rich_style(f"tone--{name}", partial=True)) if name else ""


def arranged(lines: Sequence[Line], words: Sequence[str], at: int | None, *, descending: bool) -> tuple[Line, ...]:
    """The rows that hold all words, by the cell at that place (None: in their own order); no value comes last."""
    kept = [line for line in lines if all(word in line.words for word in words)]
    if at is None:
        return tuple(reversed(kept)) if descending else tuple(kept)
    known = [line for line in kept if line.cells[at].order is not None]
    unknown = [line for line in kept if line.cells[at].order is None]
    return (*sorted(known, key=lambda line: _sortable(line.cells[at].order), reverse=descending), *unknown)


def _side(column: Column) -> Literal["left", "right"]:
    return "right" if column.number else "left"


def _sortable(order: Order) -> tuple[bool, float, str]:
    """Numbers before words, so that a mixed column sorts at all."""
    return (True, 0.0, order) if isinstance(order, str) else (False, float(order or 0), "")


def _distinct(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Rows with keys made distinct: two equal keys would stop the table."""
    seen: dict[str, int] = {}
    result = []
    for line in lines:
        times = seen[line.key] = seen.get(line.key, 0) + 1
        result.append(line if times == 1 else replace(line, key=f"{line.key}\x1f{times}"))
    return tuple(result)
