"""The sources' derivations in the shape the store calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from carecli.sources.derivations import DERIVATIONS, Derivation, Inputs
from carecli.sources.records import Row
from carecli.store.parts import Derive, Values


def _adapted(derivation: Derivation) -> Derive:
    def derive(identifier: str, stored: Mapping[str, Sequence[Values]]) -> list[Row]:
        inputs = cast(Inputs, {**stored, "case": next(iter(stored.get("case", ())), None)})
        return derivation(identifier, inputs)

    return derive


DERIVE: Mapping[str, Derive] = {word: _adapted(derivation) for word, derivation in DERIVATIONS.items()}
"""The catalog's word -> what the store calls for every contact or case a file touched."""
