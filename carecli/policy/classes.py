"""Classes of issue types: which reasons are routine, simple, of a journey, or verify who is calling (R43, R45, R60)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from carecli.policy.section import Section
from carecli.text import slug

DIMENSIONS = ("issue_class", "complexity", "journey", "verification")
"""What issue types are classed by; figures are sliced by each of them (R40)."""


@dataclass(frozen=True, slots=True)
class Classes:
    """Dimension -> value -> issue types, whose names compare by `same`: case and punctuation don't count."""

    types: Mapping[str, Mapping[str, tuple[str, ...]]]
    _values: Mapping[str, Mapping[str, str]] = field(repr=False, compare=False)
    """Dimension -> issue type as it compares -> value."""

    def values(self, dimension: str) -> tuple[str, ...]:
        """The values of a dimension in the order the pack lists them; figures code them by their place."""
        return tuple(self.types.get(dimension, {}))

    def of(self, dimension: str, issue_type: str | None) -> str | None:
        """The value of an issue type; None where the pack names none, or there is no issue type."""
        return None if issue_type is None else self._values.get(dimension, {}).get(same(issue_type))


def same(name: str) -> str:
    """A name as it compares: `Warranty claim` is `warranty-claim`."""
    return slug(name).casefold()


def read_classes(section: Section) -> Classes:
    """The table `[classes]`: an unknown dimension, and an issue type with two values in one, are errors."""
    types = {name: _read_dimension(each) for name, each in section.sections(among=DIMENSIONS).items()}
    values = {name: {same(each): value for value, all_ in own.items() for each in all_} for name, own in types.items()}
    return Classes(types, values)


def _read_dimension(section: Section) -> dict[str, tuple[str, ...]]:
    types: dict[str, tuple[str, ...]] = {}
    known: dict[str, str] = {}
    for value in section.values:
        types[value] = section.texts(value)
        for issue_type in types[value]:
            other = known.setdefault(same(issue_type), value)
            if other != value:
                raise section.problem(value, f"issue types that are not in {other!r} too")
    return types
