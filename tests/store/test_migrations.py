"""A store made before the first release lacks what has been declared since, and gets it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from carecli.store.connection import reading, writing
from carecli.store.schema import SCHEMA_VERSION


def shape(path: Path) -> dict[str, set[str]]:
    """Every table, view and index with its columns."""
    with reading(path) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'")]
        columns = "SELECT name FROM pragma_table_info(?)"
        return {name: {column for (column,) in connection.execute(columns, (name,))} for name in names}


def made(path: Path) -> Path:
    with writing(path):
        pass
    return path


def older(path: Path) -> Path:
    """A store of version 1 without some tables, a column and an index, and with a row that must stay."""
    connection = sqlite3.connect(made(path), isolation_level=None)
    for (view,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
        connection.execute(f"DROP VIEW {view}")
    connection.execute("DROP TABLE row_service_health")
    connection.execute("DROP TABLE written_identities")
    connection.execute("DROP INDEX row_legs_by_entry")
    connection.execute("ALTER TABLE row_surveys DROP COLUMN prompt")
    connection.execute("INSERT INTO names VALUES (1, 'zendesk')")
    values = "(1, 0, 0, 0, 1, 'S1', 5.0)"
    connection.execute(
        f"INSERT INTO row_surveys (source, version, complete, hash, file_id, survey_id, score) VALUES {values}"
    )
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    return path


def test_an_older_store_becomes_a_new_one_and_keeps_its_rows(tmp_path: Path) -> None:
    old, new = older(tmp_path / "old.db"), made(tmp_path / "new.db")
    with writing(old):
        pass
    assert shape(old) == shape(new)
    with reading(old) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert connection.execute("SELECT source, survey_id, score, prompt FROM surveys").fetchall() == [
            ("zendesk", "S1", 5.0, None)
        ]


def test_completing_twice_changes_nothing(tmp_path: Path) -> None:
    old = older(tmp_path / "old.db")
    with writing(old):
        pass
    before = shape(old)
    connection = sqlite3.connect(old, isolation_level=None)
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    with writing(old):
        pass
    assert shape(old) == before
