"""The store's tables, views and migrations, generated from `carecli.tables`.

Compact inside, readable outside: `row_legs` holds whole numbers, the view `legs` names, ISO times and seconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from carecli.errors import StoreDamaged
from carecli.tables import ANNOTATION_KINDS, IDENTITIES, INTERACTIONS, LEGS, TABLES, Column, Table

APPLICATION_ID = 0x63617265
"""`care`, so that a stranger's file is told from ours."""

ROW_SYSTEM_COLUMNS = "file_kind INTEGER, version INTEGER NOT NULL, complete INTEGER NOT NULL, hash INTEGER NOT NULL, "
"""`file_kind` (a name) is the kind of file the row came from; null where it is combined from parts."""

BOOKS = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE names (code INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
CREATE TABLE kinds (
  kind INTEGER PRIMARY KEY, tables TEXT NOT NULL, precedence TEXT NOT NULL, derive TEXT
) STRICT;
CREATE TABLE files (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL,
  kind TEXT, source TEXT, parser_version INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('imported', 'held', 'rejected')),
  code TEXT, message TEXT,
  rows_in INTEGER, new_rows INTEGER, changed_rows INTEGER, unchanged_rows INTEGER, stale_rows INTEGER,
  quarantined_rows INTEGER, ignored_rows INTEGER,
  removed_rows INTEGER NOT NULL DEFAULT 0,
  reasons TEXT NOT NULL DEFAULT '{}', assumed TEXT NOT NULL DEFAULT '{}', notes TEXT NOT NULL DEFAULT '[]',
  zone_given TEXT, exported_at INTEGER, imported_at INTEGER NOT NULL,
  end_offset INTEGER, end_line INTEGER,
  CHECK (state <> 'imported' OR rows_in =
    new_rows + changed_rows + unchanged_rows + stale_rows + quarantined_rows + ignored_rows),
  CHECK ((state = 'imported') = (rows_in IS NOT NULL))
) STRICT;
CREATE INDEX files_by_content ON files (sha256);
CREATE TABLE quarantine (
  id INTEGER PRIMARY KEY, file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  line INTEGER NOT NULL, last_line INTEGER NOT NULL,
  column_name TEXT, code TEXT NOT NULL, found TEXT, expected TEXT, raw TEXT
) STRICT;
CREATE INDEX quarantine_by_file ON quarantine (file_id);
CREATE TABLE coverage (
  file_id INTEGER NOT NULL REFERENCES files (id) ON DELETE CASCADE,
  source INTEGER NOT NULL, kind INTEGER NOT NULL, table_name TEXT NOT NULL, channel INTEGER, queue INTEGER,
  first INTEGER NOT NULL, last INTEGER NOT NULL, finished_only INTEGER NOT NULL
) STRICT;
CREATE INDEX coverage_by_table ON coverage (table_name, first);
CREATE TABLE scopes (
  source INTEGER NOT NULL, kind INTEGER NOT NULL, table_name TEXT NOT NULL, agent INTEGER NOT NULL,
  begins INTEGER NOT NULL, ends INTEGER NOT NULL CHECK (ends > begins), version INTEGER NOT NULL
) STRICT;
CREATE INDEX scopes_by_agent ON scopes (source, kind, table_name, agent, ends);
CREATE TABLE reported_figures (
  day TEXT NOT NULL, zone TEXT NOT NULL, pack TEXT NOT NULL, metric TEXT NOT NULL, slice TEXT NOT NULL,
  value REAL, numerator REAL, denominator REAL, n INTEGER NOT NULL,
  as_of INTEGER NOT NULL, reported_at INTEGER NOT NULL,
  PRIMARY KEY (day, zone, pack, metric, slice)
) STRICT;
CREATE TABLE follows (
  path TEXT PRIMARY KEY, device INTEGER NOT NULL, inode INTEGER NOT NULL, offset INTEGER NOT NULL, line INTEGER NOT NULL
) STRICT;
CREATE TABLE written_annotations (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL, until INTEGER,
  kind TEXT NOT NULL CHECK (kind IN (:annotation_kinds)), scope TEXT NOT NULL, text TEXT NOT NULL,
  author TEXT NOT NULL, written_at INTEGER NOT NULL,
  removed_at INTEGER, removed_by TEXT
) STRICT;
CREATE TABLE written_decisions (
  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, text TEXT NOT NULL, author TEXT NOT NULL,
  removed_at INTEGER, removed_by TEXT
) STRICT;
CREATE TABLE written_identities (
  id INTEGER PRIMARY KEY, merge INTEGER NOT NULL,
  kind INTEGER NOT NULL, source INTEGER NOT NULL, external_id INTEGER NOT NULL, canonical INTEGER NOT NULL,
  author TEXT NOT NULL, written_at INTEGER NOT NULL,
  removed_at INTEGER, removed_by TEXT
) STRICT;
CREATE UNIQUE INDEX written_identities_in_force ON written_identities (kind, source, external_id)
  WHERE removed_at IS NULL;
""".replace(":annotation_kinds", ", ".join(f"'{kind}'" for kind in ANNOTATION_KINDS))

IDENTITIES_IN_FORCE = f"""CREATE VIEW identities_in_force AS
SELECT kind, source, external_id, canonical, 1 AS written FROM written_identities WHERE removed_at IS NULL
UNION ALL
SELECT i.kind, i.source, i.external_id, i.canonical, 0 FROM {IDENTITIES.row_table} i WHERE i.canonical IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM written_identities w WHERE w.removed_at IS NULL
    AND w.kind = i.kind AND w.source = i.source AND w.external_id = i.external_id)"""
"""Codes of ids and of the name they share: what a person said goes before what was imported."""

INDEXES = (
    "CREATE INDEX row_interactions_by_start ON row_interactions (started_at)",
    "CREATE INDEX row_legs_by_entry ON row_legs (entered_at)",
    "CREATE INDEX row_contact_events_by_contact ON row_contact_events (source, interaction_id, at)",
    "CREATE INDEX row_case_events_by_case ON row_case_events (source, case_id, at)",
    "CREATE INDEX row_cases_by_created ON row_cases (created_at)",
    "CREATE INDEX row_surveys_by_sent ON row_surveys (sent_at)",
)


def row_ddl(table: Table) -> str:
    """The physical table of a canonical table: one row a key, with what is needed to judge a newer version."""
    columns = ", ".join(_declared(column, column.name in table.key) for column in table.columns)
    return (
        f"CREATE TABLE {table.row_table} (id INTEGER PRIMARY KEY, source INTEGER NOT NULL, {ROW_SYSTEM_COLUMNS}"
        f"file_id INTEGER NOT NULL, {columns}, UNIQUE ({key_list(table)})) STRICT"
    )


def parts_ddl(table: Table) -> str:
    """The parts of rows that several kinds of file, or several records of one kind, make up together."""
    columns = ", ".join(_declared(column, column.name in table.key) for column in table.columns)
    return (
        f"CREATE TABLE {table.parts_table} (id INTEGER PRIMARY KEY, source INTEGER NOT NULL, part TEXT NOT NULL, "
        f"{ROW_SYSTEM_COLUMNS}file_id INTEGER NOT NULL, {columns}, UNIQUE ({key_list(table)}, file_kind, part)) STRICT"
    )


def key_list(table: Table) -> str:
    """`source` and the key columns, for SQL."""
    return ", ".join(("source", *(f'"{table.column(name).stored}"' for name in table.key)))


def _declared(column: Column, key: bool) -> str:
    return f'"{column.stored}" {column.sql_type}{" NOT NULL" if key else ""}'


def readable(column: Column, alias: str = "t") -> str:
    """The SQL that turns a stored value into text, ISO time or seconds."""
    value = f'{alias}."{column.stored}"'
    if column.kind == "name":
        return f"(SELECT name FROM names WHERE code = {value})"
    if column.kind == "time":
        return f"strftime('%Y-%m-%dT%H:%M:%SZ', {value}, 'unixepoch')"
    if column.kind == "duration":
        return f"{value} / 1000.0"
    if column.kind == "code":
        whens = " ".join(f"WHEN {place} THEN '{code}'" for place, code in enumerate(column.codes, start=1))
        return f"CASE {value} {whens} END"
    return value


def view_ddl(table: Table) -> str:
    """The readable view of a table; `legs` also shows the one leg of every interaction that has none of its own."""
    columns = ", ".join(f'{readable(column)} AS "{column.name}"' for column in table.columns)
    select = f"SELECT t.id AS id, (SELECT name FROM names WHERE code = t.source) AS source, {columns} FROM {{rows}} t"
    body = select.format(rows=table.row_table)
    if table is LEGS:
        body += " UNION ALL " + select.format(rows=f"({single_legs_sql()})")
    return f"CREATE VIEW {table.name} AS {body}"


def single_legs_sql() -> str:
    """Interactions without legs, shaped as one leg each ("a source without legs gets one leg a row")."""
    shown = {
        "leg_id": "i.interaction_id",
        "seq": "1",
        "entered_at": "i.started_at",
        "left_at": "i.ended_at",
        "outcome": _leg_outcome_sql(),
    }
    columns = ", ".join(f'{shown.get(c.name, f"i.{c.stored}")} AS "{c.stored}"' for c in LEGS.columns)
    return (
        f"SELECT i.id AS id, i.source AS source, {columns} FROM {INTERACTIONS.row_table} i WHERE NOT EXISTS "
        f"(SELECT 1 FROM {LEGS.row_table} l WHERE l.source = i.source AND l.interaction_id = i.interaction_id)"
    )


def _leg_outcome_sql() -> str:
    """An interaction's outcome in the codes of a leg's."""
    outcomes = INTERACTIONS.column("outcome").codes
    places = LEGS.column("outcome").codes
    whens = " ".join(f"WHEN {at} THEN {places.index(code) + 1}" for at, code in enumerate(outcomes, start=1))
    return f"CASE i.outcome {whens} END"


def _create(connection: sqlite3.Connection) -> None:
    for statement in BOOKS.split(";\n"):
        if statement.strip():
            connection.execute(statement)
    for table in TABLES:
        connection.execute(row_ddl(table))
        if table.contributed:
            connection.execute(parts_ddl(table))
    for statement in INDEXES:
        connection.execute(statement)
    for table in TABLES:
        connection.execute(view_ddl(table))
    connection.execute(IDENTITIES_IN_FORCE)
    connection.execute("INSERT INTO meta VALUES ('generation', '0'), ('store', lower(hex(randomblob(16))))")


def _complete(connection: sqlite3.Connection) -> None:
    """What has been declared since: tables, columns and indexes that are missing, and every view anew.

    Stores made before the first release all say version 1, whatever they lack.
    """
    for (view,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
        connection.execute(f'DROP VIEW "{view}"')
    for statement in filter(str.strip, BOOKS.split(";\n")):
        connection.execute(_if_missing(statement))
    for table in TABLES:
        physical = ((table.row_table, row_ddl), *([(table.parts_table, parts_ddl)] if table.contributed else []))
        for name, ddl in physical:
            connection.execute(_if_missing(ddl(table)))
            _add_columns(connection, table, name)
    for statement in INDEXES:
        connection.execute(_if_missing(statement))
    for table in TABLES:
        connection.execute(view_ddl(table))
    connection.execute(IDENTITIES_IN_FORCE)


def _if_missing(statement: str) -> str:
    """`CREATE TABLE x` as one that leaves an x that is there alone."""
    for head in ("CREATE TABLE", "CREATE UNIQUE INDEX", "CREATE INDEX"):
        if statement.lstrip().startswith(head):
            return statement.replace(head, f"{head} IF NOT EXISTS", 1)
    raise ValueError(statement)


def _add_columns(connection: sqlite3.Connection, table: Table, name: str) -> None:
    known = {column for (column,) in connection.execute("SELECT name FROM pragma_table_info(?)", (name,))}
    for column in table.columns:
        if column.stored not in known:
            connection.execute(f"ALTER TABLE {name} ADD COLUMN {_declared(column, key=False)}")


MIGRATIONS: tuple[Callable[[sqlite3.Connection], None], ...] = (_create, _complete)
"""Step n brings a store of schema version n to n + 1; steps are never edited once released."""

SCHEMA_VERSION = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the store to this schema in one transaction. StoreDamaged for a newer store or a stranger's file."""
    if schema_version(connection) == SCHEMA_VERSION:
        return
    check_version(connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in MIGRATIONS[schema_version(connection) :]:
            step(connection)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def check_version(connection: sqlite3.Connection) -> None:
    """StoreDamaged where the file isn't a carecli store, or is of a newer schema than this program knows."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    version = schema_version(connection)
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and application != APPLICATION_ID:
        raise StoreDamaged("this SQLite file isn't a carecli store", hint="name another file with --store")
    if version > SCHEMA_VERSION:
        raise StoreDamaged(
            f"this store has schema {version}, this carecli knows up to {SCHEMA_VERSION}",
            hint="update carecli, or name another store with --store",
        )


def schema_version(connection: sqlite3.Connection) -> int:
    """0 for a file in which no store was ever finished."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
