"""Which requirement a pack's value comes from: the R.., C.. and X.. in the comments beside it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from carecli.policy.layers import Layers

_REQUIREMENT = re.compile(r"\b(R\d{1,3}|X\d{1,2}[bc]?|C\d{1,2}(?:\.\d{1,2})?)\b")
_PART = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_HEADER = re.compile(rf"\[\[?\s*({_PART}(?:\s*\.\s*{_PART})*)\s*\]\]?")
_KEY = re.compile(rf"({_PART}(?:\s*\.\s*{_PART})*)\s*=")
_CODE = re.compile(r"""(?:[^"'#]|"(?:\\.|[^"\\])*"|'[^']*')*""")


def requirements_of(layers: Layers, key: str) -> tuple[str, ...]:
    """The requirements named beside a dotted key, or beside the table it is written in; none where a file says none."""
    files = [path for path in reversed(layers.paths) if path.name == layers.file_of(key)]
    found = (_nearest(requirements_in(path), key) for path in files)
    return next((each for each in found if each), ())


@lru_cache(maxsize=32)
def requirements_in(path: Path) -> Mapping[str, tuple[str, ...]]:
    """The requirements in a file's comments, by the dotted key that is on the same line."""
    found = {}
    for key, comment in _commented(path.read_text(encoding="utf-8")):
        if named := tuple(dict.fromkeys(_REQUIREMENT.findall(comment))):
            found[key] = named
    return found


def _nearest(found: Mapping[str, tuple[str, ...]], key: str) -> tuple[str, ...]:
    while key:
        if key in found:
            return found[key]
        key = key.rpartition(".")[0]
    return ()


def _commented(text: str) -> Iterator[tuple[str, str]]:
    """Each line's dotted key and its comment."""
    table = ""
    for line in text.splitlines():
        code = _CODE.match(line)
        written = code[0].strip() if code else ""
        comment = line[code.end() :] if code else ""
        if header := _HEADER.fullmatch(written):
            table = _plain(header[1])
            yield table, comment
        elif key := _KEY.match(written):
            yield (f"{table}.{_plain(key[1])}" if table else _plain(key[1])), comment


def _plain(dotted: str) -> str:
    """A key without its quotes, as TOML reads it."""
    value: Any = tomllib.loads(f"{dotted} = 0")
    parts = []
    while isinstance(value, dict):
        name, value = next(iter(value.items()))
        parts.append(name)
    return ".".join(parts)
