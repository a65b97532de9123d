"""One table of a pack, read with its types checked and its unknown keys refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from types import TracebackType
from typing import Any, Self, TypeVar

from carecli.policy.amounts import Amount, amount
from carecli.policy.layers import Layers, PackError

MISSING = object()
Word = TypeVar("Word", bound=str)
Value = TypeVar("Value")


class Section:
    """A table under a dotted key. Used as a context, it refuses at its end the keys that nobody asked for."""

    def __init__(self, layers: Layers, key: str = "", values: Mapping[str, Any] | None = None) -> None:
        self.layers = layers
        self.key = key
        self.values: Mapping[str, Any] = layers.values if values is None else values
        self._asked: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            for key in self.values:
                if key not in self._asked:
                    raise PackError(
                        f"{self._place(key)}: unknown key, expected one of {', '.join(sorted(self._asked))}"
                    )

    def problem(self, key: str, expected: str) -> PackError:
        """What to raise for a value that is not what was expected."""
        found = self.values.get(key, MISSING)
        shown = "nothing" if found is MISSING else str(found) if isinstance(found, Decimal) else repr(found)
        return PackError(f"{self._place(key)}: found {shown}, expected {expected}")

    def has(self, key: str) -> bool:
        """Whether an optional key is set."""
        self._asked.add(key)
        return key in self.values

    def maybe(self, key: str, read: Callable[[str], Value]) -> Value | None:
        """An optional value by one of the readers below; None where a document is silent."""
        return read(key) if self.has(key) else None

    def text(self, key: str) -> str:
        value = self._value(key)
        if not isinstance(value, str) or not value:
            raise self.problem(key, "text")
        return value

    def choice(self, key: str, among: Sequence[Word]) -> Word:
        """One of a few words."""
        value = self._value(key)
        for word in among:
            if value == word:
                return word
        raise self.problem(key, f"one of {', '.join(among)}")

    def texts(self, key: str, *, among: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of texts without repetition."""
        values = self._value(key)
        expected = f"a list of {', '.join(among)}" if among else "a list of texts"
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise self.problem(key, expected)
        if len(set(values)) < len(values) or (among and not set(values) <= set(among)):
            raise self.problem(key, f"{expected}, none twice")
        return tuple(values)

    def flag(self, key: str) -> bool:
        value = self._value(key)
        if not isinstance(value, bool):
            raise self.problem(key, "true or false")
        return value

    def whole(self, key: str, least: int = 0, most: int = 1_000_000) -> int:
        """A whole number from `least` to `most`, both included."""
        value = self._value(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self.problem(key, f"a whole number from {least} to {most}")
        return value

    def wholes(self, key: str) -> tuple[int, int]:
        """A range of whole numbers, both ends included, the lower first."""
        value = self._value(key)
        if not isinstance(value, list) or len(value) != 2 or not all(type(each) is int and each >= 0 for each in value):
            raise self.problem(key, "two whole numbers, the lower first")
        if value[0] > value[1]:
            raise self.problem(key, "two whole numbers, the lower first")
        return value[0], value[1]

    def ratio(self, key: str) -> Fraction:
        """A share from 0 to 1, exact."""
        value = self._value(key)
        if not isinstance(value, int | Decimal) or isinstance(value, bool) or not 0 <= value <= 1:
            raise self.problem(key, "a ratio from 0 to 1")
        return Fraction(value)

    def seconds(self, key: str) -> Amount:
        """A time such as `20 s`."""
        found = self.amount(key)
        if not found.is_time:
            raise self.problem(key, "a time such as '20 s', '4 min' or '4 h'")
        return found

    def amount(self, key: str) -> Amount:
        try:
            return amount(self._value(key))
        except ValueError as problem:
            raise self.problem(key, str(problem)) from None

    def money(self, key: str) -> Amount:
        """A sum such as `499 USD`."""
        found = self.amount(key)
        if not found.is_money:
            raise self.problem(key, "a sum of money such as '499 USD'")
        return found

    def ends(self, key: str) -> tuple[Amount, Amount]:
        """A range of amounts of one unit, both ends included."""
        found = self.amounts(key)
        if len(found) != 2:
            raise self.problem(key, "two amounts, the lower first")
        return found[0], found[1]

    def money_ends(self, key: str) -> tuple[Amount, Amount]:
        """A range of sums of money."""
        found = self.ends(key)
        if not found[0].is_money:
            raise self.problem(key, "two sums of money such as '4 USD', the lower first")
        return found

    def ratio_ends(self, key: str) -> tuple[Fraction, Fraction]:
        """A range of shares, from 0 to 1."""
        low, high = self.ends(key)
        if low.unit:
            raise self.problem(key, "two ratios from 0 to 1, the lower first")
        return low.number, high.number

    def amounts(self, key: str) -> tuple[Amount, ...]:
        """A list of amounts of one unit, rising."""
        values = self._value(key)
        try:
            found = tuple(amount(value) for value in values) if isinstance(values, list) else ()
        except ValueError as problem:
            raise self.problem(key, f"a list, each {problem}") from None
        if (
            not found
            or len({each.unit for each in found}) > 1
            or sorted(found, key=lambda each: each.number) != list(found)
        ):
            raise self.problem(key, "a list of rising amounts of one unit")
        return found

    def clock_time(self, key: str) -> time:
        """A local time of day such as `06:00`."""
        value = self.text(key)
        try:
            return time.fromisoformat(value)
        except ValueError:
            raise self.problem(key, "a time of day such as '06:00'") from None

    def date(self, key: str) -> date:
        value = self._value(key)
        if type(value) is not date:
            raise self.problem(key, "a date such as 2025-12-24, without quotes")
        return value

    def raw(self, key: str) -> Any:
        """A value of any type, for a reader that checks it itself."""
        return self._value(key)

    def optional_section(self, key: str) -> Section:
        """A table; an empty one where there is none."""
        return self.section(key) if self.has(key) else Section(self.layers, self._dotted(key), {})

    def section(self, key: str) -> Section:
        value = self._value(key)
        if not isinstance(value, Mapping):
            raise self.problem(key, "a table")
        return Section(self.layers, self._dotted(key), value)

    def sections(self, *, among: Sequence[str] = ()) -> dict[str, Section]:
        """Every table in this one, by name."""
        if among:
            self.only(among)
        return {key: self.section(key) for key in self.values}

    def only(self, among: Sequence[str]) -> None:
        """Refuses a key that is none of these."""
        for key in self.values:
            if key not in among:
                raise PackError(f"{self._place(key)}: unknown key, expected one of {', '.join(among)}")

    def _value(self, key: str) -> Any:
        self._asked.add(key)
        if key not in self.values:
            raise self.problem(key, "a value")
        return self.values[key]

    def _dotted(self, key: str) -> str:
        return f"{self.key}.{key}" if self.key else key

    def _place(self, key: str) -> str:
        return f"{self.layers.file_of(self._dotted(key))}: {self._dotted(key)}"
