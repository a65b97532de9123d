"""One person or queue under its ids in several systems, as people say it: put together, taken apart, never deleted.

A link says that an id of one source belongs to a canonical name (R312). It is applied when frames are read, before what
imported identities say of the same id; the stored rows keep the source's own id, so that undoing a link restores what
was. The links made at once are one merge, with one number; taken back, they stay in the store as its history.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from carecli.errors import UsageProblem
from carecli.privacy import normalise_email
from carecli.store.connection import reading, transaction, writing
from carecli.store.names import Names
from carecli.tables import IDENTITY_KINDS, TABLES

NO_TEXT = "\0"
LONGEST = 200
"""Characters of an id, a name, or who says so."""
AGENT_COLUMNS = ("agent_id", "assignee_id", "reviewer_id", "actor_id", "owner_id")
LINKED = {"agent": AGENT_COLUMNS, "customer": ("customer_id",), "queue": ("queue", "queue_id")}
"""The kinds whose canonical names the frames carry, and the columns where their ids stand, in any table."""

Id = tuple[str, str]
"""Source and its own id."""


@dataclass(frozen=True, slots=True)
class Link:
    """One id under its canonical name. Times are epoch seconds; what was imported has neither number, author nor time.

    `removed_at` None is in force.
    """

    kind: str
    source: str
    external_id: str
    canonical: str
    merge: int | None = None
    author: str | None = None
    written_at: int | None = None
    removed_at: int | None = None
    removed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Ids of agents in several sources that may be one person: nothing is done about it until somebody says so."""

    reason: str
    """`same name` or `same e-mail`."""
    canonical: str
    """The name some of them have already, else the one they share."""
    ids: tuple[Id, ...]
    """Those that don't have that name yet."""


def link_identities(
    path: Path, *, kind: str, canonical: str, ids: Sequence[Id], author: str, now: int
) -> tuple[int, list[Id]]:
    """Put ids together under one name; the number of the merge, and the ids no row in the store carries (yet).

    UsageProblem where a source is unknown, or somebody has linked one of the ids already.
    """
    place_of_kind, name, by = _place(kind), _line("name", canonical), _line("author", author)
    with reading(path):
        pass  # a store that isn't there is an error here; writing would make one
    with _changing(path) as connection:
        _known_sources(connection, ids)
        names = Names(connection)
        unseen = [pair for pair in ids if not _seen(connection, kind, *map(names.code, pair))]
        (merge,) = connection.execute("SELECT coalesce(max(merge), 0) + 1 FROM written_identities").fetchone()
        for source, external in dict.fromkeys(ids):
            place = (place_of_kind, names.code(source), names.code(_line("id", external)))
            _refuse_linked(connection, place, f"{source}:{external}")
            connection.execute(
                "INSERT INTO written_identities (merge, kind, source, external_id, canonical, author, written_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (merge, *place, names.code(name), by, now),
            )
    return int(merge), unseen


def _place(kind: str) -> int:
    if kind not in LINKED:
        raise UsageProblem(f"no such kind of identity: {kind!r}", hint=f"one of {', '.join(LINKED)}")
    return IDENTITY_KINDS.index(kind) + 1


def _line(what: str, text: str) -> str:
    stripped = text.strip()
    if not stripped or len(stripped) > LONGEST or NO_TEXT in stripped:
        raise UsageProblem(f"the {what} must be 1 to {LONGEST} characters of text")
    if any("\ud800" <= character <= "\udfff" for character in stripped):
        raise UsageProblem(f"the {what} isn't UTF-8: {stripped!r}")
    return stripped


def _known_sources(connection: sqlite3.Connection, ids: Iterable[Id]) -> None:
    known = sorted(source for (source,) in connection.execute("SELECT DISTINCT source FROM files WHERE rows_in > 0"))
    rows = {source for (source,) in connection.execute(_ROW_SOURCES)}
    for source, _ in ids:
        if source not in known and source not in rows:
            listed = ", ".join(sorted({*known, *rows})) or "none yet"
            raise UsageProblem(f"nothing was imported from a source {source!r}", hint=f"sources: {listed}")


_ROW_SOURCES = "SELECT name FROM names n WHERE " + " OR ".join(
    f"EXISTS (SELECT 1 FROM {table.row_table} t WHERE t.source = n.code)" for table in TABLES
)


def _seen(connection: sqlite3.Connection, kind: str, source: int, external: int) -> bool:
    """Whether any row of the source carries the id."""
    looks = [
        f'EXISTS (SELECT 1 FROM {table.row_table} t WHERE t.source = :source AND t."{column}" = :id)'
        for table in TABLES
        for column in LINKED[kind]
        if table.has(column)
    ]
    (seen,) = connection.execute(f"SELECT {' OR '.join(looks)}", {"source": source, "id": external}).fetchone()
    return bool(seen)


def _refuse_linked(connection: sqlite3.Connection, place: tuple[int, int, int], shown: str) -> None:
    row = connection.execute(
        "SELECT merge, name FROM written_identities JOIN names ON code = canonical WHERE removed_at IS NULL "
        "AND kind = ? AND source = ? AND external_id = ?",
        place,
    ).fetchone()
    if row is not None:
        hint = f"undo that first: carecli identity unlink {row[0]}"
        raise UsageProblem(f"{shown} is linked to {row[1]!r} already, by merge {row[0]}", hint=hint)


def unlink_merge(path: Path, merge: int, *, author: str, now: int) -> list[Link]:
    """Take a whole merge back; the links that were undone. UsageProblem where nothing of it is in force."""
    return _unlink(path, "merge = ?", (merge,), f"no merge {merge} is in force", author, now)


def unlink_id(path: Path, kind: str, identity: Id, *, author: str, now: int) -> list[Link]:
    """Take one id out of its merge. UsageProblem where nobody linked it."""
    condition = "kind = ? AND source = (SELECT code FROM names WHERE name = ?) "
    condition += "AND external_id = (SELECT code FROM names WHERE name = ?)"
    return _unlink(
        path, condition, (_place(kind), *identity), f"nobody linked the {kind} {':'.join(identity)}", author, now
    )


def _unlink(path: Path, condition: str, values: tuple[int | str, ...], none: str, author: str, now: int) -> list[Link]:
    remover = _line("author", author)
    with reading(path):
        pass  # a store that isn't there is an error here; writing would make one
    with _changing(path) as connection:
        chosen = f"removed_at IS NULL AND {condition}"
        undone = list(_written(connection, f"WHERE {chosen}", values))
        if not undone:
            raise UsageProblem(none, hint="carecli identity list --all shows every link and its merge")
        connection.execute(
            f"UPDATE written_identities SET removed_at = ?, removed_by = ? WHERE {chosen}", (now, remover, *values)
        )
    return undone


@contextmanager
def _changing(path: Path) -> Iterator[sqlite3.Connection]:
    """The store for one change of what people wrote: one transaction, and whoever watches is woken."""
    with writing(path) as connection, transaction(connection):
        yield connection
        connection.execute("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'generation'")


def list_identities(path: Path, *, include_removed: bool = False) -> list[Link]:
    """What is in force, what people wrote before what was imported; all that was ever written where asked for."""
    with reading(path) as connection:
        links = list(_written(connection, "" if include_removed else "WHERE removed_at IS NULL", ()))
        imported = connection.execute(
            "SELECT d.kind, s.name, e.name, c.name FROM identities_in_force d JOIN names s ON s.code = d.source "
            "JOIN names e ON e.code = d.external_id JOIN names c ON c.code = d.canonical WHERE NOT d.written "
            "ORDER BY d.kind, c.name, s.name, e.name"
        )
        return links + [Link(IDENTITY_KINDS[kind - 1], *words) for kind, *words in imported]


def _written(connection: sqlite3.Connection, where: str, values: tuple[int | str, ...]) -> Iterator[Link]:
    rows = connection.execute(
        "SELECT w.kind, s.name, e.name, c.name, w.merge, w.author, w.written_at, w.removed_at, w.removed_by "
        f"FROM (SELECT * FROM written_identities {where}) w JOIN names s ON s.code = w.source "
        "JOIN names e ON e.code = w.external_id JOIN names c ON c.code = w.canonical ORDER BY w.id",
        values,
    )
    return (Link(IDENTITY_KINDS[kind - 1], *rest) for kind, *rest in rows)


def suggest_identities(path: Path) -> list[Candidate]:
    """Agents of several sources with the same name or e-mail address that nobody has put together."""
    with reading(path) as connection:
        return candidates(connection)


def candidates(connection: sqlite3.Connection) -> list[Candidate]:
    """As `suggest_identities`, within what the caller reads."""
    canonical = {
        (source, code): to
        for source, code, to in connection.execute(
            "SELECT source, external_id, canonical FROM identities_in_force WHERE kind = ?", (_place("agent"),)
        )
    }
    names = dict(connection.execute("SELECT code, name FROM names"))
    groups: dict[tuple[str, str], list[tuple[int, int, str]]] = {}
    for source, code, name in connection.execute(_AGENTS):
        for reason, key in (("same name", _folded(name)), ("same e-mail", normalise_email(names[code]))):
            if key:
                shown = " ".join(name.split()) if reason == "same name" else names[code]
                groups.setdefault((reason, key), []).append((source, code, shown))
    return [
        _candidate(reason, rows, canonical, names)
        for (reason, _), rows in sorted(groups.items())
        if len({source for source, _, _ in rows}) > 1
        and len({canonical.get((source, code), code) for source, code, _ in rows}) > 1
    ]


def _candidate(
    reason: str,
    rows: Sequence[tuple[int, int, str]],
    canonical: Mapping[tuple[int, int], int],
    names: Mapping[int, str],
) -> Candidate:
    linked = [canonical[source, code] for source, code, _ in rows if (source, code) in canonical]
    name = names[linked[0]] if linked else rows[0][2]
    apart = [
        (names[source], names[code]) for source, code, _ in rows if names[canonical.get((source, code), code)] != name
    ]
    return Candidate(reason, name, tuple(apart))


_SEEN_AGENTS = " UNION ".join(
    f"SELECT DISTINCT source, agent_id FROM {table} WHERE agent_id IS NOT NULL"
    for table in ("row_agents", "row_interactions", "row_legs", "row_agent_states", "row_qa_reviews", "row_schedules")
)
_AGENTS = (
    f"SELECT s.source, s.agent_id, a.name FROM ({_SEEN_AGENTS}) s LEFT JOIN row_agents a "
    "ON a.source = s.source AND a.agent_id = s.agent_id JOIN names n ON n.code = s.source ORDER BY n.name, s.agent_id"
)


def _folded(name: str | None) -> str:
    return " ".join((name or "").split()).casefold()
