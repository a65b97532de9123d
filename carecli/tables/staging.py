"""The staging file that a parsing child fills and the store merges: both sides build it from here."""

from __future__ import annotations

from carecli.tables.declaring import Table

STAGE_SYSTEM_COLUMNS = "record INTEGER NOT NULL, leading INTEGER NOT NULL, part TEXT, source INTEGER NOT NULL, "
STAGE_VERSION_COLUMNS = "version INTEGER NOT NULL, complete INTEGER NOT NULL, hash INTEGER NOT NULL"


def stage_ddl(table: Table) -> str:
    """The staging table that a parsing child fills; names are codes of the stage's own `names` table."""
    columns = ", ".join(f'"{column.stored}" {column.sql_type}' for column in table.columns)
    return f"CREATE TABLE {table.stage_table} ({STAGE_SYSTEM_COLUMNS}{STAGE_VERSION_COLUMNS}, {columns}) STRICT"


STAGE_BOOKS = (
    "CREATE TABLE names (code INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT",
    "CREATE TABLE quarantine (record INTEGER NOT NULL, line INTEGER NOT NULL, last_line INTEGER NOT NULL, "
    "column_name TEXT, code TEXT NOT NULL, found TEXT, expected TEXT, raw TEXT) STRICT",
    "CREATE TABLE ignored (reason TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT",
    "CREATE TABLE summary (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)
"""What a parsing child writes beside the staged rows; `summary` values are JSON."""
