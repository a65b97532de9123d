"""What differs between two packs: changed keys only (R35, C14)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from carecli.policy.pack import Pack

NAMES = ("id", "title")
"""What a pack is called; two packs always differ in it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A key whose value differs; None where a pack doesn't have it."""

    key: str
    before: str | None
    after: str | None


def differences(before: Pack, after: Pack) -> Iterator[Difference]:
    """Changed keys in the order of the first pack, then those that only the second has."""
    for key in dict.fromkeys([*before.settings, *after.settings]):
        values = before.settings.get(key), after.settings.get(key)
        if key not in NAMES and values[0] != values[1]:
            yield Difference(key, *values)
