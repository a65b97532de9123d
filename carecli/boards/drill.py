"""The pages below a number: a slice, the rows behind a figure, one contact. Their builders are in modules of their own,
so that whoever only shows them loads no data library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from carecli.boards.around import ContactLine, LegLine, ReviewLine, SurveyLine
from carecli.boards.board import CaseLine, Header
from carecli.metrics.figure import Figure

MOST: Final = 500
"""Never more rows than this on a page."""

OF_FLOW: Final = ("offered", "answered", "service_level", "asa", "aht_p50", "aht_p90", "abandonment", "volume")
OF_WINDOW: Final = (*OF_FLOW, "backlog", "stale")
OF_MONTH: Final = ("fcr", "csat")
"""What a single day is too short for: over the 28 days that end with the window."""
METRICS: Final = (*OF_WINDOW, *OF_MONTH)
"""The figures of a slice, in the order of its page."""


@dataclass(frozen=True, slots=True)
class SliceRow:
    """One value of the dimension: its name to show, and a figure of each metric of `METRICS`."""

    value: str | None
    name: str | None
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class SliceBoard:
    """A slice by one of the dimensions it doesn't fix."""

    header: Header
    where: Mapping[str, str | None]
    names: tuple[str | None, ...]
    """The values of `where` as they are shown."""
    dimension: str
    dimensions: tuple[str, ...]
    """Those it can be parted by: that it doesn't fix, and in which some row has a value."""
    total: tuple[Figure, ...]
    """Of the whole slice, from its rows and not from the parts; a figure of each metric of `METRICS`."""
    rows: tuple[SliceRow, ...]
    count: int
    """How many values the dimension has here; `rows` are the first of them."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every number on the page."""
        return (*self.total, *(figure for row in self.rows for figure in row.figures))


Kind = Literal["moment", "duration", "number", "text", "words", "mark", "agent", "customer"]
"""`words` is free text of a customer; `mark` says what is wrong with a row."""


@dataclass(frozen=True, slots=True)
class RowsColumn:
    """A column of the rows behind a figure: its key, its heading, and what its values are."""

    key: str
    label: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class RowsAsked:
    """Which rows are asked for: of a figure, that hold all `words`, in the order of a column, from the first on."""

    figure: Figure
    words: tuple[str, ...] = ()
    sort: str = ""
    """The key of a column; empty is the order of time."""
    descending: bool = False
    left_out: bool = False
    """Whether rows that were left out are listed, too."""
    first: int = 0


Value = datetime | float | str | None
Reference = tuple[str, str]
"""The name of a source, and an id there."""


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row behind a figure. `cells` stand in the order of the board's columns."""

    table: str
    row_id: int
    cells: tuple[Value, ...]
    adds: float | str | None
    """What it adds: an amount in the figure's unit, or the word of its side of a share; the reason of one left out."""
    counted: bool
    """False for a row that was left out."""
    good: bool | None
    """Of a share: whether it is a row to have more of."""
    case: Reference | None
    contact: Reference | None

    @property
    def key(self) -> str:
        """The same row has the same key on every page."""
        return f"{self.table} {self.row_id}"


@dataclass(frozen=True, slots=True)
class RowsTotals:
    """Rows counted, those of them in the numerator of a share, what all add together, and rows left out by reason."""

    counted: int
    added: int | None
    amount: float | None
    """In the figure's unit; None where rows add no amounts."""
    left_out: Mapping[str, int]

    @property
    def listed(self) -> int:
        """Counted and left out together."""
        return self.counted + sum(self.left_out.values())


@dataclass(frozen=True, slots=True)
class RowsBoard:
    """Never more than 500 rows of a figure; the totals are of all of them."""

    header: Header
    figure: Figure
    """As it is now."""
    names: tuple[str | None, ...]
    """The values of its slice as they are shown."""
    adds_label: str
    """The heading above what rows add."""
    sides: tuple[str, str] | None
    """Of a share: the words of the two sides, in the numerator and not."""
    columns: tuple[RowsColumn, ...]
    lines: tuple[RowLine, ...]
    totals: RowsTotals
    matching: RowsTotals
    """Of the rows that hold the words of the filter."""
    asked: RowsAsked

    @property
    def count(self) -> int:
        """How many rows can be paged through."""
        return self.matching.listed if self.asked.left_out else self.matching.counted


@dataclass(frozen=True, slots=True)
class ContactBoard:
    """One contact as of an instant."""

    header: Header
    contact: ContactLine
    customer: str | None
    facts: tuple[tuple[str, str | None], ...]
    """Label -> value, in the order of the page."""
    times: tuple[tuple[str, str], ...]
    """Label -> moment in the reporting zone, or duration."""
    legs: tuple[LegLine, ...]
    surveys: tuple[SurveyLine, ...]
    reviews: tuple[ReviewLine, ...]
    cases: tuple[CaseLine, ...]
    """The case it belongs to, if it is held, then the customer's other open cases."""
    own_case: bool
    """Whether the first of `cases` is the contact's own."""
