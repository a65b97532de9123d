"""Records of JSON: one object a line, a bare array, an array in a wrapper, or objects one after the other.

Numbers stay text (a 64-bit id must not pass through a float). Brackets are counted before anything is parsed, so deep
nesting costs nothing, and a broken element costs only itself.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from carecli.sources.records import Record
from carecli.sources.verdicts import RAW_LIMIT, BadRecord, Held, Item, Rejected, SkippedRecord

DEEPEST = 32
MOST_KEYS = 500

_STRING = r'"(?:[^"\\]++|\\.)*+"'
_BRACKET = re.compile(rf'[^\[\]{{}}"]*+(?:{_STRING}[^\[\]{{}}"]*+)*+([\[\]{{}}])', re.DOTALL)
_SCALAR = re.compile(rf'{_STRING}|[^,\[\]{{}}\s"]++', re.DOTALL)
_BLANK = re.compile(r"[ \t\r\n]*+")
_KEY = re.compile(rf"({_STRING})[ \t\r\n]*+:", re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class _Refused(ValueError):
    """Valid JSON that can't be one record."""

    def __init__(self, code: str, found: str, expected: str) -> None:
        super().__init__(code)
        self.code, self.found, self.expected = code, found, expected


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise _Refused("duplicate-key", twice, "every key once")
    if len(values) > MOST_KEYS:
        raise _Refused("too-many-keys", f"{len(values)} keys", f"at most {MOST_KEYS}")
    return values


def _constant(word: str) -> Any:
    raise _Refused("not-a-number", word, "a finite number")


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_int=str, parse_float=str, parse_constant=_constant)


def parse_object(text: str) -> dict[str, Any]:
    """One object; `ValueError` (json's, or with a code of its own) where it is none."""
    if text.count("{") + text.count("[") > DEEPEST and _deepest(text) > DEEPEST:
        raise _Refused("too-deep", f"more than {DEEPEST} levels", f"at most {DEEPEST} levels")
    value = _DECODER.decode(text)
    if not isinstance(value, dict):
        raise _Refused("not-an-object", type(value).__name__, "an object")
    if _SURROGATE.search(text):
        _check_surrogates(value)
    return value


def _check_surrogates(value: dict[str, Any]) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise _Refused("lone-surrogate", "half of a surrogate pair", "valid Unicode") from None


def _deepest(text: str) -> int:
    depth = deepest = 0
    for match in _BRACKET.finditer(text):
        depth += 1 if match[1] in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def record_of(text: str, number: int, line: int, last_line: int) -> Record | BadRecord:
    """The record in one piece of JSON, or why there is none."""
    raw = text.strip()[:RAW_LIMIT]
    try:
        return Record(number, line, last_line, parse_object(text), raw)
    except _Refused as problem:
        return BadRecord(number, line, last_line, problem.code, None, problem.found, problem.expected, raw)
    except ValueError as problem:
        return BadRecord(number, line, last_line, "bad-json", None, str(problem)[:200], "one JSON object", raw)


def looks_like_lines(head: str) -> bool:
    """Whether the first line that isn't blank is an object by itself, and more follows it."""
    first, newline, rest = head.lstrip().partition("\n")
    if not newline or not rest.strip():
        return False
    return _is_object(first) or (first.startswith("{") and _mostly_objects(rest))


def _mostly_objects(rest: str) -> bool:
    """The first line may be the bad one: so most of the next ones are objects, each by itself."""
    lines = [line for line in rest.split("\n", 20)[:20] if line.strip()]
    return sum(map(_is_object, lines)) * 2 > len(lines)


def _is_object(line: str) -> bool:
    return line.lstrip().startswith("{") and isinstance(record_of(line, 1, 1, 1), Record)


def read_lines(lines: Iterator[str]) -> Iterator[Item]:
    """One object a line; a bad line costs only itself, but `Held` follows if it is the last and has no end."""
    verdict: Held | None = None
    for number, line in enumerate(lines, start=1):
        whole = line[-1] in "\r\n"
        if not line.strip():
            yield SkippedRecord(number, number, "blank")
            continue
        item = record_of(line, number, number, number)
        if isinstance(item, BadRecord) and item.code == "bad-json" and not whole:
            verdict = _damaged_end(line, number)
        yield item
    if verdict is not None:
        raise verdict


def _damaged_end(line: str, number: int) -> Held:
    if line.endswith("\0"):
        return Held("nul-padding", f"the file ends in NUL bytes, from line {number} on", line=number)
    return Held("cut-off", f"the file looks cut off in line {number}", hint="fetch it again", line=number)


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON text that was read whole, and where its values are."""

    text: str
    members: Mapping[str, int]
    """Of a single object: where the value of each key begins; empty for an array or several objects."""

    def scalar(self, key: str) -> str | None:
        """The wrapper's own value under a key, as text; None where it has none or it isn't simple."""
        match = _SCALAR.match(self.text, self.members[key]) if key in self.members else None
        return match[0].strip('"') if match and match[0] != "null" else None

    def holders(self) -> list[str]:
        """Keys whose values are arrays or objects: records may be in them."""
        return [key for key, start in self.members.items() if self.text[start] in "[{"]

    def records(self, key: str | None) -> Iterator[Item]:
        """The records under a wrapper's key; None: the elements of the array, or the objects themselves."""
        start = _skip(self.text, 0) if key is None else self.members[key]
        if self.text[start] == "[":
            spans = _elements(self.text, start + 1)
            for number, (begin, end) in enumerate(spans, start=1):
                yield record_of(self.text[begin:end], number, number, number)
        else:
            yield from self._objects(start, several=key is None)

    def _objects(self, start: int, *, several: bool) -> Iterator[Item]:
        line, position, number = 1, 0, 0
        while start < len(self.text):
            end = _end_of(self.text, start)
            line += self.text.count("\n", position, start)
            last_line = line + self.text.count("\n", start, end)
            number += 1
            yield record_of(self.text[start:end], number, line, last_line)
            if not several:
                return
            line, position, start = last_line, end, _skip(self.text, end)


def read_document(text: str) -> Document:
    """Find the parts of a whole JSON text. `Held` where it ends too early, `Rejected` where it is none."""
    if text.endswith("\0"):
        raise Held("nul-padding", "the file ends in NUL bytes", hint="export it again")
    start = _skip(text, 0)
    end = _end_of(text, start)
    follows = _skip(text, end)
    if follows == len(text):
        return Document(text, _members(text, start + 1) if text[start] == "{" else {})
    if text[start] == "{" and text[follows] == "{":
        return Document(text, {})
    raise _bad(text, follows, "something follows the end of the data")


def _skip(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position


def _end_of(text: str, start: int) -> int:
    """Just behind the value that begins at `start`."""
    if start >= len(text):
        raise _cut_off(text)
    if text[start] not in "[{":
        if scalar := _SCALAR.match(text, start):
            return scalar.end()
        raise _cut_off(text) if text[start] == '"' else _bad(text, start, "a value is expected")
    depth, position = 0, start
    while match := _BRACKET.match(text, position):
        depth += 1 if match[1] in "[{" else -1
        position = match.end()
        if not depth:
            return position
    raise _cut_off(text)


def _elements(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where each element of an array begins and ends; `start` is behind its bracket."""
    begin = _skip(text, start)
    while text[begin : begin + 1] != "]":
        end = _end_of(text, begin)
        yield begin, end
        begin = _next(text, end, "]")


def _next(text: str, end: int, closing: str) -> int:
    """Behind the comma, or at the closing bracket."""
    follows = _skip(text, end)
    character = text[follows : follows + 1]
    if character == closing:
        return follows
    if character != ",":
        raise _bad(text, follows, f"a comma or {closing} is expected") if character else _cut_off(text)
    return _skip(text, follows + 1)


def _members(text: str, start: int) -> dict[str, int]:
    """Where the value of each key of an object begins; `start` is behind its bracket."""
    members: dict[str, int] = {}
    position = _skip(text, start)
    while text[position : position + 1] != "}":
        match = _KEY.match(text, position)
        if match is None:
            raise _bad(text, position, "a key is expected")
        key = _key(match[1])
        if key in members or len(members) >= MOST_KEYS:
            raise _bad(text, position, f"key {key[:40]!r} stands there twice" if key in members else "too many keys")
        members[key] = _skip(text, match.end())
        position = _next(text, _end_of(text, members[key]), "}")
    return members


def _key(quoted: str) -> str:
    try:
        return str(json.loads(quoted))
    except ValueError:
        return quoted[1:-1]


def _bad(text: str, position: int, what: str) -> Rejected:
    line = text.count("\n", 0, position) + 1
    return Rejected("bad-json", f"not valid JSON: line {line}: {what}", line=line)


def _cut_off(text: str) -> Held:
    line = text.count("\n") + 1
    return Held("cut-off", f"the file looks cut off: it ends inside a value, in line {line}", line=line)
