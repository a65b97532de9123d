"""What people write, through SQLModel. Nothing on the way to a board imports this: the mapper takes half a second.

SQLAlchemy works on the store's own connection, so there is one copy of SQLite, one writer, and `transaction` decides.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool
from sqlmodel import Field, Session, SQLModel, Text, col, create_engine, select

from carecli.errors import UsageProblem
from carecli.store.connection import reading, transaction, writing
from carecli.tables import ANNOTATION_KINDS, EPOCH_YEAR_2000

EPOCH_YEAR_2100 = 4_102_444_800
LONGEST = {"text": 400, "scope": 200, "author": 100}
"""Characters: what a line of a board can show."""


class WrittenAnnotation(SQLModel, table=True):
    """An annotation as somebody wrote it (R292). Times are epoch seconds; without `until` it is a moment."""

    __tablename__ = "written_annotations"

    id: int | None = Field(default=None, primary_key=True)
    at: int
    until: int | None = None
    kind: str = Field(sa_type=Text)
    scope: str = Field(sa_type=Text)
    """Empty = all, or dimension=value."""
    text: str = Field(sa_type=Text)
    author: str = Field(sa_type=Text)
    written_at: int
    removed_at: int | None = None
    """Removed rows stay and say by whom; None is in force."""
    removed_by: str | None = Field(default=None, sa_type=Text)


def add_annotation(
    path: Path,
    *,
    at: int,
    text: str,
    author: str,
    now: int,
    kind: str = "incident",
    scope: str = "",
    until: int | None = None,
) -> int:
    """Keep an annotation of [at, until) and return its number. UsageProblem for what makes no sense."""
    _check_times(at, until)
    _check_kind(kind)
    _check_scope(scope)
    annotation = WrittenAnnotation(
        at=at,
        until=until,
        kind=kind,
        scope=_line("scope", scope),
        text=_line("text", text),
        author=_line("author", author),
        written_at=now,
    )
    with _writing(path) as session:
        session.add(annotation)
        session.flush()
        number = annotation.id
    assert number is not None
    return number


def list_annotations(path: Path, include_removed: bool = False) -> Sequence[WrittenAnnotation]:
    """What people wrote, by time; what was removed only where asked for."""
    asked = select(WrittenAnnotation).order_by(col(WrittenAnnotation.at), col(WrittenAnnotation.id))
    if not include_removed:
        asked = asked.where(col(WrittenAnnotation.removed_at).is_(None))
    with reading(path) as connection, _mapped(connection) as session:
        return session.exec(asked).all()


def remove_annotation(path: Path, annotation_id: int, by: str, now: int) -> None:
    """Mark an annotation removed: boards drop it, the row stays. UsageProblem where none of that number is in force."""
    remover = _line("author", by)
    with reading(path):
        pass  # a store that isn't there is an error here; writing would make one
    with _writing(path) as session:
        annotation = session.get(WrittenAnnotation, annotation_id)
        if annotation is None:
            raise UsageProblem(f"no annotation {annotation_id}", hint="carecli annotate list shows their numbers")
        if annotation.removed_at is not None:
            raise UsageProblem(f"annotation {annotation_id} was removed already, by {annotation.removed_by!r}")
        annotation.removed_at, annotation.removed_by = now, remover


@contextmanager
def _writing(path: Path) -> Iterator[Session]:
    """A session whose work is one transaction: committed once this is left, or not there at all."""
    with writing(path) as connection, _mapped(connection) as session, transaction(connection):
        yield session
        session.flush()
        connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")


@contextmanager
def _mapped(connection: sqlite3.Connection) -> Iterator[Session]:
    """A session over this very connection. SQLite's errors leave it unwrapped: the store puts them in words."""
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    try:
        with Session(engine) as session:
            session.connection()  # SQLAlchemy's first look rolls back: it must come before BEGIN
            yield session
    except DBAPIError as problem:
        raise (problem.orig if isinstance(problem.orig, sqlite3.Error) else problem) from None


def _check_times(at: int, until: int | None) -> None:
    if not all(EPOCH_YEAR_2000 <= time < EPOCH_YEAR_2100 for time in (at, until) if time is not None):
        raise UsageProblem("an annotation is of the years 2000 to 2099")
    if until is not None and until <= at:
        raise UsageProblem("an annotation ends after it starts", hint="without an end it is a moment")


def _check_kind(kind: str) -> None:
    if kind not in ANNOTATION_KINDS:
        raise UsageProblem(f"no such kind of annotation: {kind!r}", hint=f"one of {', '.join(ANNOTATION_KINDS)}")


def _check_scope(scope: str) -> None:
    dimension, equals, value = scope.partition("=")
    if scope and not (equals and dimension.strip() and value.strip()):
        raise UsageProblem(f"a scope is DIM=VALUE, not {scope!r}", hint="for example queue=Billing; none means all")


def _line(what: str, text: str) -> str:
    """The text without blanks around it. UsageProblem where it is empty, too long, or no text at all."""
    stripped = text.strip()
    if not stripped and what != "scope":
        raise UsageProblem(f"the {what} is empty")
    if len(stripped) > LONGEST[what]:
        raise UsageProblem(f"the {what} has {len(stripped)} characters, more than {LONGEST[what]}")
    if any("\ud800" <= character <= "\udfff" for character in stripped):
        raise UsageProblem(f"the {what} isn't UTF-8: {stripped!r}")
    return stripped
