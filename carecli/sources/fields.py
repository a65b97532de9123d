"""The cells of one record or of an object in it, each read under its own name: for transforms, which maps can't be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from carecli.sources.attributes import unmapped
from carecli.sources.cells import as_duration_ms, as_id, as_optional_id, as_present, as_time, as_whole
from carecli.sources.records import BadCell, MapContext
from carecli.sources.telephone import SHORTEST_NUMBER, telephone_key

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Fields:
    """Every method raises `BadCell` with the cell's name where the cell can't be what is asked for."""

    cells: Mapping[str, Any]
    context: MapContext

    def inside(self, name: str) -> Fields:
        """The fields of the object in a cell; of an empty one where there is none."""
        cell = self.cells.get(name)
        return Fields(cell if isinstance(cell, Mapping) else {}, self.context)

    def elements(self, name: str) -> list[Fields]:
        """The fields of each object of the list in a cell."""
        cell = self.cells.get(name)
        items = cell if isinstance(cell, list) else ()
        return [Fields(item, self.context) for item in items if isinstance(item, Mapping)]

    def text(self, *names: str) -> str | None:
        """The first of the cells that says something."""
        return next((text for name in names if (text := as_present(self.cells.get(name), name))), None)

    def identifier(self, name: str) -> str:
        """An id that must be there."""
        return as_id(self.cells.get(name), name)

    def optional_id(self, name: str) -> str | None:
        return as_optional_id(self.cells.get(name), name)

    def time(self, name: str) -> int | None:
        """Epoch seconds; a time without an offset is in the file's zone."""
        return as_time(self.cells.get(name), name, self.context.zone)

    def time_from(self, name: str, start: int | None) -> int | None:
        """A local time of the hour that comes twice is its second coming, where the first would be before `start`."""
        at, zone = self.time(name), self.context.zone
        if at is None or start is None or at >= start or zone is None:
            return at
        return int(datetime.fromtimestamp(at, zone).replace(fold=1).timestamp())

    def required_time(self, name: str) -> int:
        return self.required(self.time(name), name)

    def required(self, value: Value | None, name: str) -> Value:
        """What was read of a cell that must say something."""
        if value is None:
            raise BadCell("missing-value", name, self.cells.get(name), "a value")
        return value

    def duration_ms(self, name: str) -> int | None:
        """Milliseconds of seconds or h:mm:ss."""
        return as_duration_ms(self.cells.get(name), name)

    def whole(self, name: str) -> int | None:
        return as_whole(self.cells.get(name), name)

    def telephone(self, name: str) -> str | None:
        """The customer's key; None for withheld numbers and for extensions of the house."""
        number = as_present(self.cells.get(name), name)
        return telephone_key(self.context, number, name) if number and _has_area(number) else None

    def attributes(self, known: frozenset[str]) -> str | None:
        """JSON of the cells that aren't `known`, redacted."""
        return unmapped(self.cells, known, self.context)


def _has_area(number: str) -> bool:
    """Whether it is more than an extension of the house."""
    return "@" in number or sum(letter.isdecimal() for letter in number) >= SHORTEST_NUMBER
