"""Finding one's way in a JSON text without parsing it: where values begin and end. A broken value costs only itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from carecli.sources.verdicts import Held, Rejected

MOST_MEMBERS = 100_000
"""Keys of a wrapper, which may hold records by their ids."""

_STRING = r'"(?:[^"\\]++|\\.)*+"'
BRACKET = re.compile(rf'[^\[\]{{}}"]*+(?:{_STRING}[^\[\]{{}}"]*+)*+([\[\]{{}}])', re.DOTALL)
SCALAR = re.compile(rf'{_STRING}|[^,\[\]{{}}\s"]++', re.DOTALL)
_BLANK = re.compile(r"[ \t\r\n]*+")
_KEY = re.compile(rf"({_STRING})[ \t\r\n]*+:", re.DOTALL)


def skip(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def end_of(text: str, start: int) -> int:
    """Just behind the value that begins at `start`."""
    if start >= len(text):
        raise _cut_off(text)
    if text[start] not in "[{":
        if scalar := SCALAR.match(text, start):
            return scalar.end()
        raise _cut_off(text) if text[start] == '"' else bad_json(text, start, "a value is expected")
    depth, position = 0, start
    while match := BRACKET.match(text, position):
        depth += 1 if match[1] in "[{" else -1
        position = match.end()
        if not depth:
            return position
    raise _cut_off(text)


def elements(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where each element of an array begins and ends; `start` is behind its bracket."""
    begin = skip(text, start)
    while text[begin : begin + 1] != "]":
        end = end_of(text, begin)
        yield begin, end
        begin = _next(text, end, "]")


def _next(text: str, end: int, closing: str) -> int:
    """Behind the comma, or at the closing bracket."""
    follows = skip(text, end)
    character = text[follows : follows + 1]
    if character == closing:
        return follows
    if character != ",":
        raise bad_json(text, follows, f"a comma or {closing} is expected") if character else _cut_off(text)
    return skip(text, follows + 1)


def pairs_of(text: str, start: int) -> Iterator[tuple[str, int, int]]:
    """Each key of an object, and where its value begins and ends; `start` is behind its bracket."""
    position = skip(text, start)
    while text[position : position + 1] != "}":
        match = _KEY.match(text, position)
        if match is None:
            raise bad_json(text, position, "a key is expected") if text[position:] else _cut_off(text)
        begin = skip(text, match.end())
        end = end_of(text, begin)
        yield unquoted(match[1]), begin, end
        position = _next(text, end, "}")


def members_of(text: str, start: int) -> dict[str, int]:
    """Where the value of each key of an object begins; `start` is behind its bracket."""
    members: dict[str, int] = {}
    for key, begin, _ in pairs_of(text, start):
        if key in members or len(members) >= MOST_MEMBERS:
            raise bad_json(text, begin, f"key {key[:40]!r} stands there twice" if key in members else "too many keys")
        members[key] = begin
    return members


def unquoted(quoted: str) -> str:
    try:
        return str(json.loads(quoted))
    except ValueError:
        return quoted[1:-1]


def bad_json(text: str, position: int, what: str) -> Rejected:
    line = text.count("\n", 0, position) + 1
    return Rejected("bad-json", f"not valid JSON: line {line}: {what}", line=line)


def _cut_off(text: str) -> Held:
    line = text.count("\n") + 1
    return Held("cut-off", f"the file looks cut off: it ends inside a value, in line {line}", line=line)
