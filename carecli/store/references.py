"""What refers to what: columns that hold ids of cases and contacts, and whose ids they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from carecli.store.stage import Stage
from carecli.tables import (
    CASE_EVENTS,
    CASES,
    CONTACT_EVENTS,
    INCIDENTS,
    INTERACTIONS,
    LEGS,
    QA_REVIEWS,
    SURVEYS,
    Table,
)

WHAT = {CASES.name: "a case", INTERACTIONS.name: "an interaction"}


@dataclass(frozen=True, slots=True)
class Reference:
    """A column of a table that holds keys of another one."""

    table: Table
    target: Table

    @property
    def column(self) -> str:
        return self.target.key[0]


REFERENCES = (
    Reference(INTERACTIONS, CASES),
    Reference(LEGS, INTERACTIONS),
    Reference(CONTACT_EVENTS, INTERACTIONS),
    Reference(CASES, INTERACTIONS),
    Reference(CASE_EVENTS, CASES),
    Reference(SURVEYS, CASES),
    Reference(SURVEYS, INTERACTIONS),
    Reference(QA_REVIEWS, CASES),
    Reference(QA_REVIEWS, INTERACTIONS),
    Reference(INCIDENTS, CASES),
)


class Owners:
    """Whose ids a column holds, as the metrics join them.

    Ids are of the source that a link names, else of the source's own; a source that has no such rows of its own speaks
    of the only row that carries the id in any source.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._having = {
            target.name: [
                code
                for (code,) in connection.execute(
                    "SELECT code FROM names n WHERE EXISTS "
                    f"(SELECT 1 FROM {target.row_table} t WHERE t.source = n.code)"
                )
            ]
            for target in (CASES, INTERACTIONS)
        }
        self._linked: dict[tuple[int, str], int] = {
            (source, column): owner
            for source, column, owner in connection.execute(
                'SELECT l.source, l."column", n.code FROM row_links l JOIN names n ON n.name = l.target_source '
                "ORDER BY l.id DESC"
            )
        }

    def owners(self, reference: Reference, source: int) -> list[int]:
        """The sources one of which has the row that rows of `source` speak of."""
        having = self._having[reference.target.name]
        owner = self._linked.get((source, f"{reference.table.name}.{reference.column}"))
        owner = source if owner is None and source in having else owner
        return having if owner is None else [owner]

    def known(self, reference: Reference, source: int) -> str:
        """The SQL condition that the row which `t` speaks of is in the store."""
        owners = ", ".join(map(str, self.owners(reference, source))) or "NULL"
        column = reference.column
        return (
            f"(SELECT count(*) FROM {reference.target.row_table} o WHERE o.source IN ({owners}) "
            f"AND o.{column} = t.{column}) = 1"
        )


def orphan_notes(connection: sqlite3.Connection, stage: Stage) -> Iterator[str]:
    """A line for each table of a staged file whose rows speak of what isn't there; within the import's transaction."""
    staged = [reference for reference in REFERENCES if reference.table in stage.tables]
    if not staged:
        return
    owners = Owners(connection)
    for reference in staged:
        orphans = rows = 0
        for local, code in _staged_sources(connection, reference.table):
            count, found = connection.execute(
                f"SELECT count(*), total(t.{reference.column} <> '' AND NOT {owners.known(reference, code)}) "
                f"FROM stage.{reference.table.stage_table} t WHERE t.source = ?",
                (local,),
            ).fetchone()
            rows, orphans = rows + count, orphans + int(found)
        if orphans:
            names = f"{reference.table.name} name {WHAT[reference.target.name]}"
            yield f"orphans: {orphans:,} of {rows:,} {names} that isn't there (yet)"


def _staged_sources(connection: sqlite3.Connection, table: Table) -> list[tuple[int, int]]:
    """The stage's own codes of its sources, and the store's."""
    return connection.execute(
        # One pass over the rows: they carry no index, and there are thousands of names.
        f"SELECT local, code FROM name_map WHERE local IN (SELECT source FROM stage.{table.stage_table})"
    ).fetchall()
