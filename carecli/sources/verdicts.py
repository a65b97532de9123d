"""What becomes of a file that isn't staged, and of a record that isn't mapped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from carecli.sources.records import Record

RAW_LIMIT = 4096
"""How many characters of a record are kept in the quarantine."""


class Verdict(Exception):
    """Nothing of this file will be applied: why, in one sentence, and where."""

    state: Literal["held", "rejected"]

    def __init__(self, code: str, message: str, *, hint: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.line = line


class Held(Verdict):
    """The right kind of file, but it looks cut off or damaged: a person should look at it."""

    state = "held"


class Rejected(Verdict):
    """No file that can be read."""

    state = "rejected"
    names: tuple[str, ...] = ()
    """Of a kind that isn't known: the names found in it, as they are written."""


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that goes to the quarantine before any mapping saw it."""

    number: int
    line: int
    last_line: int
    code: str
    column: str | None
    found: str
    expected: str
    raw: str


@dataclass(frozen=True, slots=True)
class SkippedRecord:
    """A record that is no data; it is counted with its reason."""

    number: int
    line: int
    reason: str


Item = Record | BadRecord | SkippedRecord
"""What a reader yields: one for every physical record of the file."""
