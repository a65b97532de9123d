"""What a case of the corpus is, and the small tables that cases are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

MEGABYTE = 1024 * 1024
USUAL_PEAK = 100 * MEGABYTE
"""Resident memory of a child that reads a small file, whatever is in it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What must become of one file, or of one member of it. Fates that aren't told are 0."""

    state: str = "imported"
    code: str | None = None
    says: tuple[str, ...] = ()
    """What the text on the screen must say: the line, the column, what was found."""
    fates: Mapping[str, int] = field(default_factory=dict)
    """new, changed, unchanged, stale: how many rows."""
    bad: Mapping[str, int] = field(default_factory=dict)
    """Reason code -> rows in quarantine."""
    ignored: Mapping[str, int] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        """What the command line answers for this file alone (design, section 11)."""
        if self.state in ("held", "rejected"):
            return 4
        return 3 if self.bad else 0


@dataclass(frozen=True, slots=True)
class Case:
    """One file as bytes, how it is imported, and what must become of it."""

    name: str
    data: bytes | Callable[[], bytes]
    outcomes: tuple[Outcome, ...]
    """One a member, in the archive's order."""
    file: str = "export.csv"
    options: Mapping[str, Any] = field(default_factory=dict)
    """Of the import, such as its zone."""
    peak: int = USUAL_PEAK
    """The most resident memory that the child may take for it, bytes."""

    @property
    def content(self) -> bytes:
        return self.data if isinstance(self.data, bytes) else self.data()


def words(said: str | tuple[str, ...]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else said


def good(
    new: int = 1,
    bad: Mapping[str, int] | None = None,
    ignored: Mapping[str, int] | None = None,
    says: str | tuple[str, ...] = (),
    **fates: int,
) -> Outcome:
    """A file that is applied, with what is told of its rows."""
    return Outcome("imported", None, words(says), {"new": new, **fates}, bad or {}, ignored or {})


def held(code: str, says: str | tuple[str, ...] = ()) -> Outcome:
    return Outcome("held", code, words(says))


def rejected(code: str, says: str | tuple[str, ...] = ()) -> Outcome:
    return Outcome("rejected", code, words(says))


def case(
    name: str,
    data: bytes | str | Callable[[], bytes],
    *outcomes: Outcome,
    file: str = "export.csv",
    peak: int = USUAL_PEAK,
    **options: Any,
) -> Case:
    return Case(name, data.encode() if isinstance(data, str) else data, outcomes, file, options, peak)


COLUMNS = ("interaction_id", "started_at", "channel", "talk_sec", "queue")
HEADER = ",".join(COLUMNS)
AT = "2025-03-10T09:00:00Z"


def row(id_: str = "a1", at: str = AT, channel: str = "voice", talk: str = "60", queue: str = "Billing") -> str:
    return ",".join((id_, at, channel, talk, queue))


def rows(count: int, first: int = 1) -> list[str]:
    """Good rows with ids of their own."""
    return [row(f"r{number}", talk=str(number % 600)) for number in range(first, first + count)]


def table(*lines: str, header: str = HEADER, end: str = "\n") -> str:
    """A delimited file of contacts."""
    return end.join((header, *lines)) + end


def record(id_: str = "a1", **more: str) -> str:
    """One contact as a JSON object; further values are JSON as it is written."""
    pairs = {"interaction_id": f'"{id_}"', "started_at": f'"{AT}"', "channel": '"voice"', **more}
    return "{" + ", ".join(f'"{key}": {value}' for key, value in pairs.items()) + "}"
