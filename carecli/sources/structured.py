"""Records of JSON: one object a line, a bare array, an array in a wrapper, or objects one after the other.

Numbers stay text (a 64-bit id must not pass through a float). Brackets are counted before anything is parsed, so deep
nesting costs nothing, and a broken element costs only itself.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from carecli.sources.decoding import MARK
from carecli.sources.records import Record
from carecli.sources.scanning import BRACKET, SCALAR, bad_json, elements, end_of, members_of, pairs_of, skip, unquoted
from carecli.sources.verdicts import RAW_LIMIT, BadRecord, Held, Item, SkippedRecord, Verdict

DEEPEST = 32
MOST_KEYS = 500
"""Of a record."""
LARGEST_RECORD = 1024 * 1024
"""Characters; a single object that is larger can only be a wrapper."""

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
    for match in BRACKET.finditer(text):
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
    """Objects by lines; a bad line costs only itself, but `Held` follows if it is the last and has no end."""
    verdict: Held | None = None
    number = 0
    for place, line in enumerate(lines, start=1):
        whole = line[-1] in "\r\n"
        for item in _items_of(line.lstrip(MARK), number + 1, place):
            number += 1
            if isinstance(item, BadRecord) and item.code == "bad-json" and not whole:
                verdict = _damaged_end(line, place)
            yield item
    if verdict is not None:
        raise verdict


def _items_of(line: str, number: int, place: int) -> Iterator[Item]:
    """The one of a line, or the several where a stream wrote some of its objects without a separator."""
    if not line.strip():
        yield SkippedRecord(number, place, "blank")
        return
    item = record_of(line, number, place, place)
    pieces = _pieces(line) if isinstance(item, BadRecord) and item.code == "bad-json" else []
    yield from (record_of(piece, number + more, place, place) for more, piece in enumerate(pieces))
    if not pieces:
        yield item


def _pieces(line: str) -> list[str]:
    """The objects of a line that holds several and nothing else."""
    pieces, start = [], skip(line, 0)
    while line[start : start + 1] == "{":
        try:
            end = end_of(line, start)
        except Verdict:
            return []
        pieces.append(line[start:end])
        start = skip(line, end)
    return pieces if start == len(line) and len(pieces) > 1 else []


def _damaged_end(line: str, number: int) -> Held:
    if line.endswith("\0"):
        return Held("nul-padding", f"the file ends in NUL bytes, from line {number} on", line=number)
    return Held("cut-off", f"the file looks cut off in line {number}", hint="fetch it again", line=number)


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON text that was read whole, and where its values are. A path `a.b` is the key `b` of the object `a`."""

    text: str
    members: Mapping[str, int]
    """Of a single object: where the value of each key begins; empty for an array or several objects."""

    def place(self, path: str) -> int | None:
        """Where the value at a path begins; None where there is none."""
        members = self.members
        while path not in members:
            key, dot, path = path.partition(".")
            start = members.get(key)
            if not dot or start is None or self.text[start] != "{":
                return None
            members = members_of(self.text, start + 1)
        return members[path]

    def scalar(self, path: str) -> str | None:
        """The wrapper's own value at a path, as text; None where it has none or it isn't simple."""
        start = self.place(path)
        match = None if start is None else SCALAR.match(self.text, start)
        if match is None or match[0] == "null":
            return None
        return unquoted(match[0]) if match[0].startswith('"') else match[0]

    def holds_records(self, path: str) -> bool:
        """Whether an array or object is there."""
        start = self.place(path)
        return start is not None and self.text[start] in "[{"

    def is_large(self, path: str | None) -> bool:
        """Whether a single object is there that is too large for one record."""
        start = skip(self.text, 0) if path is None else self.place(path)
        if start is None or self.text[start] != "{" or len(self.text) - start <= LARGEST_RECORD:
            return False
        return end_of(self.text, start) - start > LARGEST_RECORD

    def holders(self) -> list[str]:
        """Keys whose values are arrays or objects: records may be in them."""
        return [key for key, start in self.members.items() if self.text[start] in "[{"]

    def records(self, path: str | None, *, by_id: bool = False) -> Iterator[Item]:
        """The records at a path of the wrapper; None: the elements of the array, or the objects themselves.

        With `by_id` an object there holds records by their ids, which become their cells "@".
        """
        start = skip(self.text, 0) if path is None else self.place(path)
        if start is None:
            return
        if self.text[start] == "[":
            for number, (begin, end) in enumerate(elements(self.text, start + 1), start=1):
                yield record_of(self.text[begin:end], number, number, number)
        elif by_id and self.text[start] == "{":
            yield from self._by_id(start)
        else:
            yield from self._objects(start, several=path is None)

    def _by_id(self, start: int) -> Iterator[Item]:
        for number, (key, begin, end) in enumerate(pairs_of(self.text, start + 1), start=1):
            item = record_of(self.text[begin:end], number, number, number)
            yield replace(item, cells={"@": key, **item.cells}) if isinstance(item, Record) else item

    def _objects(self, start: int, *, several: bool) -> Iterator[Item]:
        line, position, number = 1, 0, 0
        while start < len(self.text):
            end = end_of(self.text, start)
            line += self.text.count("\n", position, start)
            last_line = line + self.text.count("\n", start, end)
            number += 1
            yield record_of(self.text[start:end], number, line, last_line)
            if not several:
                return
            line, position, start = last_line, end, skip(self.text, end)


def read_document(text: str) -> Document:
    """Find the parts of a whole JSON text. `Held` where it ends too early, `Rejected` where it is none."""
    if text.endswith("\0"):
        raise Held("nul-padding", "the file ends in NUL bytes", hint="export it again")
    start = skip(text, 0)
    end = end_of(text, start)
    follows = skip(text, end)
    if follows == len(text):
        return Document(text, members_of(text, start + 1) if text[start] == "{" else {})
    if text[start] == "{" and text[follows] == "{":
        return Document(text, {})
    raise bad_json(text, follows, "something follows the end of the data")
