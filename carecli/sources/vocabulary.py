"""The words of `vocabulary.toml`: what systems call the canonical columns and codes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_SIGN = re.compile(r"[^\w%]+|_+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    columns: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, Mapping[str, str]]
    units: Mapping[str, str]
    private: frozenset[str]


@cache
def vocabulary() -> Vocabulary:
    """The words, read once."""
    told = tomllib.loads(files("carecli.sources").joinpath("vocabulary.toml").read_text(encoding="utf-8"))
    columns = {name: tuple(words) for name, words in told["columns"].items()}
    return Vocabulary(columns, told["codes"], told["units"], frozenset(told["private"]["words"]))


def plain_words(name: str) -> str:
    """`Call-Start (UTC)` and `callStart` as `call start utc` and `call start`."""
    return " ".join(_SIGN.sub(" ", _HUMP.sub(" ", name)).casefold().split())
