"""A figure: one number with everything that is needed to believe it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from carecli.store.rows import InputFile

Status = Literal["ok", "risk", "miss", "below"]
Unit = Literal[
    "ratio",
    "seconds",
    "contacts",
    "cases",
    "points",
    "money",
    "score",
    "days",
    "incidents",
    "causes",
    "customers",
    "clocks",
    "per_100",
]
"""`points` is an NPS, `score` a mean or median vote, `money` an amount in major units of `currency`, `per_100` a number
for each hundred of something."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. `value` is None with a `note` where there is no data or n is too small; never 0 for lack of data."""

    metric: str
    title: str
    by: Mapping[str, str | None]
    """The slice: dimension -> value; None is the slice of rows that have no value there."""
    value: float | None
    unit: Unit
    n: int
    """Rows the value rests on: those of the denominator of a ratio, the contacts of a mean or quantile. A row may stand
    for many, such as a day's orders: then the denominator is more than n."""
    numerator: float | None = None
    """In the unit of the value: seconds, or major units of the currency; otherwise as it was counted."""
    denominator: float | None = None
    target: str | None = None
    """In words, from the pack: "80 % in 20 s"."""
    status: Status | None = None
    provisional: bool = False
    excluded: Mapping[str, int] = field(default_factory=dict)
    """Reason -> rows left out; counted + excluded = rows in the window."""
    note: str | None = None
    window: str = ""
    """The local dates it covers, both ends included, as `--window` takes them; so that it can be asked for again."""
    currency: str | None = None
    """Of money; two currencies never meet in one figure."""

    def as_json(self) -> dict[str, object]:
        """The figure as the command line's contract prints it (design: section 11); money is a decimal text."""
        told: dict[str, object] = {
            "metric": self.metric,
            "by": dict(self.by),
            "value": self.value,
            "unit": self.unit,
            "n": self.n,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "target": self.target,
            "status": self.status,
            "provisional": self.provisional,
            "excluded": dict(self.excluded),
            "note": self.note,
        }
        if self.unit != "money":
            return told
        amounts = {"value": self.value, "numerator": self.numerator}
        texts = {name: None if amount is None else f"{_cents(amount)}" for name, amount in amounts.items()}
        return told | texts | {"currency": self.currency}


def _cents(value: float) -> Decimal:
    """Half up to two places, from the shortest decimal that is the value (C0.19)."""
    return Decimal(repr(value)).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where a figure comes from, down to the rows."""

    figure: Figure
    formula: str
    pack_key: str
    window: str
    rows: Mapping[str, list[int]]
    """Table -> store row ids of the rows counted (denominator), in id order."""
    numerator_rows: Mapping[str, list[int]]
    """The rows that count in the numerator: some of these, or of another kind where the metric divides two kinds."""
    excluded_rows: Mapping[str, Mapping[str, list[int]]]
    """Reason -> table -> store row ids."""
    notes: tuple[str, ...] = ()
    zone: str = "UTC"
    """The reporting zone."""
    files: tuple[InputFile, ...] = ()
    """The input files that the rows came from, where somebody asked the store for them."""
