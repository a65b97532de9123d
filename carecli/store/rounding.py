"""Timestamps that were rounded to the minute, from which no wait of seconds can be told (R315)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from carecli.store.stage import Stage
from carecli.tables import AGENT_STATES, CONTACT_EVENTS, INTERACTIONS, LEGS, Table

ROUNDABLE = (INTERACTIONS, LEGS, CONTACT_EVENTS, AGENT_STATES)
FEWEST_ROWS = 20
MOST_PERCENT = 95
"""More than this share of times at :00 s is no chance: of true times it is one in sixty."""


@dataclass(frozen=True, slots=True)
class MinuteRounded:
    """Rows of one source and table of whose times more than 95 % are at :00 s, of at least 20 rows."""

    table: str
    source: str
    rows: int
    times: int
    at_zero: int
    own_waits: int
    """Rows whose own queue time isn't whole minutes: their waits are known in spite of the times."""

    @property
    def text(self) -> str:
        """What follows from it, in words."""
        if self.table == AGENT_STATES.name:
            return "minute-rounded: time in states is known to the minute"
        if self.own_waits:
            return "minute-rounded: service level is told by the source's own queue times alone"
        return "minute-rounded: SL20 not computable"


def rounding(
    connection: sqlite3.Connection, table: Table, rows_of: str, source: int, name: str
) -> MinuteRounded | None:
    """The rows of one source in a physical table, stored or staged; None where their times aren't rounded."""
    moments = [f'"{moment}"' for moment in table.moments]
    times = " + ".join(f"({moment} IS NOT NULL)" for moment in moments)
    zeroes = " + ".join(f"(coalesce({moment}, 1) % 60 = 0)" for moment in moments)
    waits = "queue_time_ms % 60000 <> 0" if table.has("queue_time_sec") else "0"
    rows, known, zero, own = connection.execute(
        f"SELECT count(*), total({times}), total({zeroes}), total({waits}) FROM {rows_of} WHERE source = ?", (source,)
    ).fetchone()
    if rows < FEWEST_ROWS or zero * 100 <= known * MOST_PERCENT:
        return None
    return MinuteRounded(table.name, name, rows, int(known), int(zero), int(own))


def rounding_notes(connection: sqlite3.Connection, stage: Stage) -> Iterator[str]:
    """A line for each table of a staged file whose times are rounded; within the import's transaction."""
    for table in ROUNDABLE:
        if table in stage.tables:
            sources = connection.execute(f"SELECT DISTINCT source FROM stage.{table.stage_table}").fetchall()
            found = [rounding(connection, table, f"stage.{table.stage_table}", code, "") for (code,) in sources]
            yield from sorted({f"{table.name}: {rounded.text}" for rounded in found if rounded is not None})
