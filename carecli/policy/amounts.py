"""Amounts with a unit, as a pack writes them: `20 s`, `4 h`, `1 day`, `4 USD`, `30 points`, or a plain ratio."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

SECONDS = {"s": 1, "min": 60, "h": 3600}
_AMOUNT = re.compile(r"(?P<number>\d+(\.\d+)?) (?P<unit>s|min|h|days?|points|[A-Z]{3})")
EXPECTED = "an amount such as '20 s', '4 min', '4 h', '1 day', '4 USD' or '30 points', or a ratio from 0 to 1"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number in its written unit; `unit` is empty for a ratio."""

    number: Fraction
    unit: str = ""

    @property
    def value(self) -> Fraction:
        """What a figure is compared with: seconds for a time, else the number itself."""
        return self.number * SECONDS.get(self.unit, 1)

    @property
    def is_time(self) -> bool:
        return self.unit in SECONDS

    @property
    def is_money(self) -> bool:
        return self.unit.isupper()

    @property
    def shown_unit(self) -> str:
        return self.unit or "%"

    @property
    def shown_number(self) -> str:
        """The number as printed: a ratio in per cent."""
        return decimal_text(self.number if self.unit else self.number * 100)

    def __str__(self) -> str:
        return f"{self.shown_number} {self.shown_unit}"


def amount(written: object) -> Amount:
    """An amount as a pack writes it. ValueError where it is none."""
    if isinstance(written, str) and (match := _AMOUNT.fullmatch(written)):
        return Amount(Fraction(match["number"]), match["unit"])
    if isinstance(written, int | Decimal) and not isinstance(written, bool) and 0 <= written <= 1:
        return Amount(Fraction(written))
    raise ValueError(EXPECTED)


def decimal_text(number: Fraction) -> str:
    """A number of a pack without needless zeros; it was written as a decimal, so it ends."""
    text = f"{Decimal(number.numerator) / Decimal(number.denominator):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
