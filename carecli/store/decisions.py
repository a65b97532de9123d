"""What a stand-up decided, as people typed it. Nothing is deleted: what is taken back stays, with who did so."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from carecli.errors import NoStore, UsageProblem
from carecli.store.connection import reading, transaction, writing

LONGEST = {"text": 200, "author": 100}
"""Characters: what a line of the stand-up can show."""
COLUMNS = "id, at, text, author, removed_at, removed_by"


@dataclass(frozen=True, slots=True)
class WrittenDecision:
    """One decision. Times are epoch seconds; `removed_at` is None while it is in force."""

    id: int
    at: int
    text: str
    author: str
    removed_at: int | None = None
    removed_by: str | None = None


def add_decision(path: Path, *, text: str, author: str, at: int) -> int:
    """Keep a decision and return its number. UsageProblem for an empty or too long text; NoStore without a store."""
    values = (at, _line("text", text), _line("author", author))
    _check_store(path)
    with writing(path) as connection, transaction(connection):
        made = connection.execute("INSERT INTO written_decisions (at, text, author) VALUES (?, ?, ?)", values)
        _count_up(connection)
    assert made.lastrowid is not None
    return made.lastrowid


def list_decisions(
    path: Path, *, first: int = 0, last: int | None = None, include_removed: bool = False
) -> tuple[WrittenDecision, ...]:
    """The decisions of [first, last) by time; `last` None is without an end."""
    removed = "" if include_removed else "AND removed_at IS NULL"
    end = 2**62 if last is None else last
    with reading(path) as connection:
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM written_decisions WHERE at >= ? AND at < ? {removed} ORDER BY at, id", (first, end)
        ).fetchall()
    return tuple(WrittenDecision(*row) for row in rows)


def remove_decision(path: Path, number: int, *, by: str, now: int) -> None:
    """Take a decision back. UsageProblem where none of that number is in force."""
    remover = _line("author", by)
    _check_store(path)
    with writing(path) as connection, transaction(connection):
        done = connection.execute(
            "UPDATE written_decisions SET removed_at = ?, removed_by = ? WHERE id = ? AND removed_at IS NULL",
            (now, remover, number),
        )
        if not done.rowcount:
            raise UsageProblem(f"no decision {number} in force", hint="carecli decide list shows their numbers")
        _count_up(connection)


def _count_up(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")


def _check_store(path: Path) -> None:
    """Writing would make a store where none is."""
    try:
        with reading(path):
            pass
    except NoStore:
        raise NoStore(f"no store at {path} to keep a decision in", hint="import something first") from None


def _line(what: str, text: str) -> str:
    stripped = " ".join(text.split())
    if not stripped:
        raise UsageProblem(f"the {what} is empty")
    if len(stripped) > LONGEST[what]:
        raise UsageProblem(f"the {what} has {len(stripped)} characters, more than {LONGEST[what]}")
    if any("\ud800" <= character <= "\udfff" for character in stripped):
        raise UsageProblem(f"the {what} isn't UTF-8: {stripped!r}")
    return stripped
