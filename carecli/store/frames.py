"""Frames out: the columns and the window asked for, of one generation, all read in one transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import polars as pl

from carecli.store.connection import reading
from carecli.store.reported import last_reported
from carecli.store.snapshot import COVERAGE_SCHEMA, Feed, Snapshot
from carecli.tables import (
    ANNOTATION_KINDS,
    ANNOTATIONS,
    CASES,
    IDENTITIES,
    IDENTITY_KINDS,
    LEGS,
    PLANS,
    TABLES,
    Column,
    Table,
)

DTYPES: dict[str, pl.DataType] = {"TEXT": pl.String(), "INTEGER": pl.Int64(), "REAL": pl.Float64()}

AGENT_COLUMNS = ("agent_id", "assignee_id", "reviewer_id", "actor_id", "owner_id")
UNREAD = ("attributes", "tags", "url", "subject", "data")
"""Text no metric reads; a page that shows rows asks for it by id."""


def load_snapshot(path: Path, tables: Sequence[Table], first: int | None = None, last: int | None = None) -> Snapshot:
    """Frames of these tables. `first`, `last` (epoch seconds, half-open) cut tables that have a time; None = no bound.

    Cases are cut by their life: those that were open or changed at some time in [first, last). Stored legs are cut by
    entry; interactions without legs are not repeated as legs here, the facts do that. Annotations are cut by their
    span, what people wrote stands among the imported ones, under negative ids.
    """
    with reading(path) as connection:
        names = dict(connection.execute("SELECT code, name FROM names"))
        coverage = _coverage(connection)
        identities = _identities(connection)
        frames = {table.name: _frame(connection, table, first, last, identities) for table in tables}
        return Snapshot(
            frames=frames,
            names=names,
            coverage=coverage,
            feeds=_feeds(connection, names),
            generation=generation(connection),
            agents=_agent_names(connection, identities),
            reported=last_reported(connection),
        )


def generation(connection: sqlite3.Connection) -> int:
    """Raised by every import and by whatever a person writes; whoever watches compares it."""
    (value,) = connection.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
    return int(value)


def _frame(
    connection: sqlite3.Connection,
    table: Table,
    first: int | None,
    last: int | None,
    identities: Mapping[str, pl.DataFrame],
) -> pl.DataFrame:
    columns = [column for column in table.columns if column.name not in UNREAD]
    names = ", ".join(f't."{column.stored}"' for column in columns)
    condition, parameters = _window(table, first, last)
    preferred = f" AND {_preferred_legs(connection)}" if table is LEGS else ""
    rows = connection.execute(
        f"SELECT t.id, t.source, {names} FROM {table.row_table} t WHERE {condition}{preferred}", parameters
    ).fetchall()
    if table is ANNOTATIONS:
        rows += _written_annotations(connection, columns, condition, parameters)
    schema: dict[str, pl.DataType] = {"id": pl.Int64(), "source": pl.Int64()}
    schema |= {column.stored: DTYPES[column.sql_type] for column in columns}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return _canonical(frame, columns, identities)


def _window(table: Table, first: int | None, last: int | None) -> tuple[str, tuple[int, ...]]:
    if table.time is None or (first is None and last is None):
        return "true", ()
    low = -(2**62) if first is None else first
    high = 2**62 if last is None else last
    if table is CASES:
        return (
            "t.created_at < ? AND (coalesce(t.closed_at, t.last_resolved_at) IS NULL "
            "OR max(coalesce(t.closed_at, 0), coalesce(t.last_resolved_at, 0), coalesce(t.updated_at, 0)) >= ?)",
            (high, low),
        )
    if table is ANNOTATIONS:
        return 't."at" < ? AND coalesce(t."until", t."at") >= ?', (high, low)
    return f't."{table.time}" >= ? AND t."{table.time}" < ?', (low, high)


def _written_annotations(
    connection: sqlite3.Connection, columns: Iterable[Column], condition: str, parameters: tuple[int, ...]
) -> list[tuple[int | str | None, ...]]:
    """What people wrote and didn't remove, shaped as imported rows; of no source."""
    codes = " ".join(f"WHEN '{kind}' THEN {place}" for place, kind in enumerate(ANNOTATION_KINDS, start=1))
    values = ", ".join(f"CASE t.kind {codes} END" if c.name == "kind" else f't."{c.stored}"' for c in columns)
    return connection.execute(
        f"SELECT -t.id, NULL, {values} FROM written_annotations t WHERE t.removed_at IS NULL AND {condition}",
        parameters,
    ).fetchall()


def _preferred_legs(connection: sqlite3.Connection) -> str:
    """Where two kinds of file brought legs of one contact, those of the kind with precedence count alone."""
    kinds = connection.execute(f"SELECT DISTINCT file_kind FROM {LEGS.row_table}").fetchall()
    if len(kinds) < 2:
        return "true"
    ranked = sorted(
        (json.loads(precedence).get(LEGS.name, 50), name, kind)
        for kind, precedence, name in connection.execute(
            "SELECT kind, precedence, name FROM kinds JOIN names ON code = kind"
        )
    )
    order = " ".join(f"WHEN {kind} THEN {place}" for place, (_, _, kind) in enumerate(ranked))
    rank = f"CASE {{}}.file_kind {order} END"
    return (
        f"NOT EXISTS (SELECT 1 FROM {LEGS.row_table} o WHERE o.source = t.source "
        f"AND o.interaction_id = t.interaction_id AND {rank.format('o')} < {rank.format('t')})"
    )


def _identities(connection: sqlite3.Connection) -> dict[str, pl.DataFrame]:
    """Per kind of identity: source, code, canonical code. A queue's own table names it where no identity does."""
    kinds = IDENTITIES.column("kind").codes
    found: dict[str, pl.DataFrame] = {}
    for place, kind in enumerate(kinds, start=1):
        rows = connection.execute(
            "SELECT source, external_id, canonical FROM identities_in_force WHERE kind = ?", (place,)
        ).fetchall()
        if kind == "queue":
            known = {(source, code) for source, code, _ in rows}
            rows += [
                row
                for row in connection.execute("SELECT source, queue_id, queue FROM row_queues WHERE queue IS NOT NULL")
                if row[:2] not in known
            ]
        found[kind] = pl.DataFrame(
            rows, schema={"source": pl.Int64, "code": pl.Int64, "canonical": pl.Int64}, orient="row"
        )
    return found


def _canonical(frame: pl.DataFrame, columns: Iterable[Column], identities: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Canonical queue, agent and customer codes in place of each source's own; nothing is rewritten in the store."""
    for column in columns:
        kind = {"queue": "queue", "customer_id": "customer"}.get(column.name)
        kind = "agent" if column.name in AGENT_COLUMNS else kind
        if kind and identities[kind].height:
            mapping = identities[kind].rename({"code": column.stored})
            frame = frame.join(mapping, on=["source", column.stored], how="left", maintain_order="left")
            frame = frame.with_columns(pl.coalesce("canonical", column.stored).alias(column.stored)).drop("canonical")
    return frame


def _agent_names(connection: sqlite3.Connection, identities: Mapping[str, pl.DataFrame]) -> dict[int, str]:
    """Of agents that a person put together the name is what that person wrote."""
    canonical = {(source, code): to for source, code, to in identities["agent"].rows()}
    rows = connection.execute("SELECT source, agent_id, name FROM row_agents WHERE name IS NOT NULL ORDER BY id")
    names = {canonical.get((source, code), code): name for source, code, name in rows}
    written = connection.execute(
        "SELECT DISTINCT canonical, name FROM identities_in_force JOIN names ON code = canonical "
        "WHERE kind = ? AND written AND canonical NOT IN (SELECT agent_id FROM row_agents WHERE name IS NOT NULL)",
        (IDENTITY_KINDS.index("agent") + 1,),
    )
    return names | dict(written)


def _coverage(connection: sqlite3.Connection) -> pl.DataFrame:
    rows = connection.execute(
        "SELECT source, table_name, channel, queue, first, last, finished_only FROM coverage ORDER BY table_name, first"
    ).fetchall()
    return pl.DataFrame(rows, schema=COVERAGE_SCHEMA, orient="row")


def _feeds(connection: sqlite3.Connection, names: Mapping[int, str]) -> tuple[Feed, ...]:
    rows = connection.execute(
        "SELECT c.source, c.kind, group_concat(DISTINCT c.table_name), min(c.first), max(c.last), max(f.imported_at), "
        "count(DISTINCT c.file_id) FROM coverage c JOIN files f ON f.id = c.file_id GROUP BY c.source, c.kind"
    )
    feeds = [
        Feed(names[source], names[kind], tuple(sorted(tables.split(","))), first, last, imported, files)
        for source, kind, tables, first, last, imported, files in rows
    ]
    return tuple(sorted(feeds, key=lambda feed: (feed.source, feed.kind)))


def newest_watermark(path: Path) -> int | None:
    """`--as-of last`: the newest moment any feed knows of, plans left out; None for a store without rows."""
    with reading(path) as connection:
        plans = ", ".join(f"'{name}'" for name in (*PLANS, ANNOTATIONS.name))
        (last,) = connection.execute(f"SELECT max(last) FROM coverage WHERE table_name NOT IN ({plans})").fetchone()
        return None if last is None else int(last)


def state_hash(path: Path) -> str:
    """One hash over all canonical rows as the readable views show them, order of import and provenance left out."""
    import hashlib

    digest = hashlib.sha256()
    with reading(path) as connection:
        for table in TABLES:
            columns = ", ".join(f'"{column.name}"' for column in table.columns)
            rows = connection.execute(f"SELECT source, {columns} FROM {table.name} ORDER BY {_all_places(table)}")
            digest.update(table.name.encode())
            for row in rows:
                digest.update(repr(row).encode())
    return digest.hexdigest()


def _all_places(table: Table) -> str:
    return ", ".join(str(place) for place in range(1, len(table.columns) + 2))
