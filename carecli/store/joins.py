"""Joins reported, not assumed: which rows speak of cases, contacts, tiers and agents that the store doesn't hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from carecli.privacy import normalise_email
from carecli.store.connection import reading
from carecli.store.identities import Candidate, candidates
from carecli.store.references import REFERENCES, Owners, Reference
from carecli.store.rounding import ROUNDABLE, MinuteRounded, rounding
from carecli.tables import CASES, IDENTITY_KINDS, SURVEYS

LISTED = 500
"""Never more ids than this in a list; the counts say how many there are."""
AGENT = IDENTITY_KINDS.index("agent") + 1
CUSTOMER = IDENTITY_KINDS.index("customer") + 1


@dataclass(frozen=True, slots=True)
class Orphans:
    """Rows of one source that name a case or contact which isn't in the store (R309)."""

    table: str
    column: str
    source: str
    orphans: int
    named: int
    """Rows that name one at all."""
    rows: int
    ids: tuple[str, ...]
    """Keys of the orphaned rows, the first 500 in order."""


@dataclass(frozen=True, slots=True)
class JoinRate:
    """How many rows of one source found what they need: 284 of 300 surveys a case or contact (R318), 974 of 1,000
    cases a tier of their own or of their customer (R322).
    """

    source: str
    joined: int
    rows: int
    missing: tuple[str, ...]
    """Keys of the others, the first 500 in order."""

    @property
    def share(self) -> float | None:
        """0 to 1; None without rows."""
        return self.joined / self.rows if self.rows else None


@dataclass(frozen=True, slots=True)
class UnknownAgents:
    """Agents of one source's contacts, states and reviews to whom no row of `agents` and no identity gives a name."""

    source: str
    count: int
    ids: tuple[str, ...]
    """The first 500 in order."""


@dataclass(frozen=True, slots=True)
class SharedAgent:
    """One agent id that several sources have, and no identity tells apart or together: figures by agent take them for
    one person.
    """

    id: str
    holders: tuple[tuple[str, str | None], ...]
    """Each source by name, and what it calls the agent; None where it doesn't say."""


@dataclass(frozen=True, slots=True)
class SharedAgents:
    """Agent ids in several sources without an identity; addresses are left out, they are one person's everywhere."""

    count: int
    first: tuple[SharedAgent, ...]
    """The first 500 in order."""


@dataclass(frozen=True, slots=True)
class JoinReport:
    """What doesn't join. Rates stand there for every source with such rows, all else only where something is wrong."""

    orphans: tuple[Orphans, ...]
    surveys: tuple[JoinRate, ...]
    tiers: tuple[JoinRate, ...]
    minute_rounded: tuple[MinuteRounded, ...]
    unknown_agents: tuple[UnknownAgents, ...]
    candidates: tuple[Candidate, ...]
    """Agents of several sources who may be one person; of all sources, whichever was asked for."""
    shared_agents: SharedAgents = SharedAgents(0, ())


def joins(store: Path | sqlite3.Connection, source: str | None = None) -> JoinReport:
    """What doesn't join in the store, of one source or of all. Reads only."""
    if isinstance(store, Path):
        with reading(store) as connection:
            return joins(connection, source)
    return JoinReport(
        tuple(_orphans(store, source)),
        tuple(_survey_rates(store, source)),
        tuple(_tier_rates(store, source)),
        tuple(_minute_rounded(store, source)),
        tuple(_unknown_agents(store, source)),
        tuple(candidates(store)),
        _shared_agents(store, source),
    )


def _sources(connection: sqlite3.Connection, table: str, asked: str | None) -> list[tuple[int, str]]:
    """Name codes and names of the sources that have rows there, by name."""
    return connection.execute(
        f"SELECT code, name FROM names n WHERE (:asked IS NULL OR name = :asked) "
        f"AND EXISTS (SELECT 1 FROM row_{table} t WHERE t.source = n.code) ORDER BY name",
        {"asked": asked},
    ).fetchall()


def _orphans(connection: sqlite3.Connection, asked: str | None) -> Iterator[Orphans]:
    owners = Owners(connection)
    for reference in REFERENCES:
        for code, name in _sources(connection, reference.table.name, asked):
            found = _orphans_of(connection, reference, owners.known(reference, code), code, name)
            if found.orphans:
                yield found


def _orphans_of(connection: sqlite3.Connection, reference: Reference, known: str, code: int, name: str) -> Orphans:
    table, column = reference.table, reference.column
    flagged = f"SELECT {_key(reference.table.key)} AS key, {column} <> '' AS named, {known} AS known FROM {{}} t"
    flagged = flagged.format(table.row_table) + " WHERE t.source = :source"
    rows, named, orphans = connection.execute(
        f"SELECT count(*), total(named), total(named AND NOT known) FROM ({flagged})", {"source": code}
    ).fetchone()
    ids: tuple[str, ...] = ()
    if orphans:
        ids = _ids(connection, f"SELECT key FROM ({flagged}) WHERE named AND NOT known ORDER BY key", code)
    return Orphans(table.name, column, name, int(orphans), int(named), rows, ids)


def _key(columns: Sequence[str]) -> str:
    """Keys of the tables that refer to others are text; two parts are shown as one id."""
    return " || '/' || ".join(f"coalesce(t.{column}, '')" for column in columns)


def _ids(connection: sqlite3.Connection, query: str, source: int) -> tuple[str, ...]:
    return tuple(key for (key,) in connection.execute(f"{query} LIMIT {LISTED}", {"source": source}))


def _survey_rates(connection: sqlite3.Connection, asked: str | None) -> Iterator[JoinRate]:
    owners = Owners(connection)
    of_surveys = [reference for reference in REFERENCES if reference.table is SURVEYS]
    for code, name in _sources(connection, SURVEYS.name, asked):
        joined = " OR ".join(f"(t.{r.column} <> '' AND {owners.known(r, code)})" for r in of_surveys)
        yield _rate(connection, SURVEYS.row_table, "survey_id", f"coalesce({joined}, 0)", code, name)


def _tier_rates(connection: sqlite3.Connection, asked: str | None) -> Iterator[JoinRate]:
    """A customer's tier may come from any source, under any of the ids put together (as the metrics read it)."""
    customer = _canonical("t", CUSTOMER, "customer_id")
    tiered = f"SELECT {_canonical('c', CUSTOMER, 'customer_id')} FROM row_customers c WHERE c.tier IS NOT NULL"
    for code, name in _sources(connection, CASES.name, asked):
        present = f"(t.tier IS NOT NULL OR coalesce({customer} IN ({tiered}), 0))"
        yield _rate(connection, CASES.row_table, "case_id", present, code, name)


def _canonical(alias: str, kind: int, column: str) -> str:
    """The SQL of the code under which all ids of one customer or agent meet."""
    return (
        f"coalesce((SELECT d.canonical FROM identities_in_force d WHERE d.kind = {kind} "
        f"AND d.source = {alias}.source AND d.external_id = {alias}.{column}), {alias}.{column})"
    )


def _rate(connection: sqlite3.Connection, table: str, key: str, joined: str, code: int, name: str) -> JoinRate:
    flagged = f"SELECT t.{key} AS key, {joined} AS joined FROM {table} t WHERE t.source = :source"
    rows, found = connection.execute(f"SELECT count(*), total(joined) FROM ({flagged})", {"source": code}).fetchone()
    missing = _ids(connection, f"SELECT key FROM ({flagged}) WHERE NOT joined ORDER BY key", code)
    return JoinRate(name, int(found), rows, missing)


def _minute_rounded(connection: sqlite3.Connection, asked: str | None) -> Iterator[MinuteRounded]:
    for table in ROUNDABLE:
        for code, name in _sources(connection, table.name, asked):
            found = rounding(connection, table, table.row_table, code, name)
            if found is not None:
                yield found


def _unknown_agents(connection: sqlite3.Connection, asked: str | None) -> Iterator[UnknownAgents]:
    seen = " UNION ".join(
        f"SELECT source, agent_id FROM {table} WHERE agent_id IS NOT NULL"
        for table in ("row_interactions", "row_legs", "row_agent_states", "row_qa_reviews")
    )
    rows = connection.execute(
        f"SELECT s.name, n.name FROM ({seen}) u JOIN names s ON s.code = u.source JOIN names n ON n.code = u.agent_id "
        "WHERE n.name <> '' AND u.agent_id NOT IN (SELECT agent_id FROM row_agents WHERE name <> '') "
        "AND NOT EXISTS (SELECT 1 FROM "
        f"identities_in_force d WHERE d.kind = {AGENT} AND d.source = u.source AND d.external_id = u.agent_id) "
        "AND (:asked IS NULL OR s.name = :asked) ORDER BY 1, 2",
        {"asked": asked},
    )
    found: dict[str, list[str]] = {}
    for source, agent in rows:
        found.setdefault(source, []).append(agent)
    return (UnknownAgents(source, len(ids), tuple(ids[:LISTED])) for source, ids in found.items())


_OWN_IDS = f"""
SELECT u.source, u.agent_id, d.canonical IS NOT NULL AS linked FROM (
  SELECT source, agent_id FROM row_agents
  UNION SELECT source, agent_id FROM row_interactions
  UNION SELECT source, agent_id FROM row_legs
  UNION SELECT source, agent_id FROM row_agent_states
  UNION SELECT source, agent_id FROM row_qa_reviews
  UNION SELECT source, agent_id FROM row_schedules
  UNION SELECT source, assignee_id FROM row_cases
) u LEFT JOIN identities_in_force d ON d.kind = {AGENT} AND d.source = u.source AND d.external_id = u.agent_id
WHERE u.agent_id IS NOT NULL AND coalesce(d.canonical, u.agent_id) = u.agent_id"""
"""Agents who go by their source's own id; `linked` where somebody said that they shall."""

_SHARED_IDS = f"""
WITH own AS MATERIALIZED ({_OWN_IDS}), shared AS (
  SELECT o.agent_id FROM own o JOIN names s ON s.code = o.source
  GROUP BY o.agent_id HAVING count(*) > 1 AND min(o.linked) = 0 AND (:asked IS NULL OR total(s.name = :asked) > 0))
SELECT n.name, s.name, a.name FROM own o
JOIN shared USING (agent_id) JOIN names n ON n.code = o.agent_id JOIN names s ON s.code = o.source
LEFT JOIN row_agents a ON a.source = o.source AND a.agent_id = o.agent_id
WHERE n.name <> '' ORDER BY 1, 2"""
"""Agent, source and the source's name of the agent; names have one code each, so equal codes are equal ids."""


def _shared_agents(connection: sqlite3.Connection, asked: str | None) -> SharedAgents:
    found: dict[str, list[tuple[str, str | None]]] = {}
    for agent, source, name in connection.execute(_SHARED_IDS, {"asked": asked}):
        if normalise_email(agent) is None:
            found.setdefault(agent, []).append((source, name or None))
    first = tuple(SharedAgent(agent, tuple(holders)) for agent, holders in list(found.items())[:LISTED])
    return SharedAgents(len(found), first)
