"""One writer at a time, pragmas that were taken, private files, and stores that are refused in words."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from carecli.errors import NoStore, StoreDamaged, StoreInUse
from carecli.store import connection as connections
from carecli.store.condition import describe
from carecli.store.connection import WRITER_PRAGMAS, reading, transaction, writer_lock, writing
from carecli.store.schema import APPLICATION_ID, SCHEMA_VERSION, schema_version
from carecli.tables import TABLES


def make(path: Path) -> Path:
    with writing(path):
        pass
    return path


def test_a_new_store_has_every_table_and_view(tmp_path: Path) -> None:
    store = make(tmp_path / "store.db")
    with reading(store) as connection:
        assert schema_version(connection) == SCHEMA_VERSION
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
        for table in TABLES:
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table.name})")]
            assert names == ["id", "source", *(column.name for column in table.columns)]


def test_files_are_private_whatever_the_umask(tmp_path: Path) -> None:
    code = "import os, sys; os.umask(0); from tests.store.test_connection import make; from pathlib import Path; "
    code += "make(Path(sys.argv[1]))"
    store = tmp_path / "folder" / "store.db"
    subprocess.run([sys.executable, "-c", code, str(store)], check=True)
    with reading(store):
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in store.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(store.parent.stat().st_mode) == 0o700


def test_pragmas_are_read_back(tmp_path: Path) -> None:
    with writing(tmp_path / "store.db") as connection:
        found = {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in WRITER_PRAGMAS}
    assert found == WRITER_PRAGMAS


def test_readers_cannot_write(tmp_path: Path) -> None:
    store = make(tmp_path / "store.db")
    with pytest.raises(StoreDamaged, match="can't be written"), reading(store) as connection:
        connection.execute("INSERT INTO names (name) VALUES ('x')")


def test_a_reader_sees_one_generation(tmp_path: Path) -> None:
    store = make(tmp_path / "store.db")
    with reading(store) as reader:
        assert reader.execute("SELECT count(*) FROM names").fetchone() == (0,)
        with writing(store) as writer, transaction(writer):
            writer.execute("INSERT INTO names (name) VALUES ('x')")
        assert reader.execute("SELECT count(*) FROM names").fetchone() == (0,)
    with reading(store) as reader:
        assert reader.execute("SELECT count(*) FROM names").fetchone() == (1,)


def test_a_second_writer_is_told_who_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "WAIT_SECONDS", 0.0)
    store = make(tmp_path / "store.db")
    code = (
        "import sys; from pathlib import Path; from carecli.store.connection import writer_lock\n"
        "with writer_lock(Path(sys.argv[1])): print('locked', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(store)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "locked\n"
    with pytest.raises(StoreInUse, match=f"process {holder.pid}"), writing(store):
        pass
    with reading(store) as connection:  # readers aren't kept waiting
        assert connection.execute("SELECT count(*) FROM files").fetchone() == (0,)
    holder.communicate("")
    with writer_lock(store):
        pass


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    store = make(tmp_path / "store.db")

    def fail() -> None:
        with writing(store) as connection, transaction(connection):
            connection.execute("INSERT INTO names (name) VALUES ('x')")
            raise KeyError("midway")

    with pytest.raises(KeyError):
        fail()
    with reading(store) as connection:
        assert connection.execute("SELECT count(*) FROM names").fetchone() == (0,)


def test_no_store_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NoStore, match="there is no store"), reading(tmp_path / "absent.db"):
        pass
    (tmp_path / "empty.db").touch()
    with pytest.raises(NoStore, match="there is no store"), reading(tmp_path / "empty.db"):
        pass


def test_a_strangers_file_and_a_newer_store_are_refused_untouched(tmp_path: Path) -> None:
    stranger = tmp_path / "stranger.db"
    with sqlite3.connect(stranger) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()
    newer = make(tmp_path / "newer.db")
    with sqlite3.connect(newer) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (stranger.read_bytes(), newer.read_bytes())
    for path, words in ((stranger, "isn't a carecli store"), (newer, "schema 99")):
        for opened in (writing, reading):
            with pytest.raises(StoreDamaged, match=words), opened(path):
                pass
    assert (stranger.read_bytes(), newer.read_bytes()) == before


@pytest.mark.parametrize("damage", [lambda data: b"nonsense" * 600, lambda data: data[: len(data) // 3]])
def test_a_damaged_store_is_said_so_and_not_replaced(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    store = make(tmp_path / "store.db")
    damaged = damage(store.read_bytes())
    store.write_bytes(damaged)
    with pytest.raises(StoreDamaged):
        describe(store)
    assert store.read_bytes() == damaged


def test_a_read_only_folder_can_be_read() -> None:
    folder = Path(tempfile.mkdtemp())  # not pytest's own folder: that one only its owner may enter
    store = make(folder / "store.db")
    code = (
        "import os, sys; from pathlib import Path; from carecli.store.connection import reading\n"
        "if os.geteuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "with reading(Path(sys.argv[1])) as c: print(c.execute('SELECT count(*) FROM files').fetchone()[0])"
    )
    try:
        for path in (*folder.iterdir(), folder):
            path.chmod(0o555 if path.is_dir() else 0o444)
        done = subprocess.run([sys.executable, "-c", code, str(store)], capture_output=True, text=True, check=False)
        assert done.stdout == "0\n", done.stderr
    finally:
        folder.chmod(0o700)
        shutil.rmtree(folder)


def test_migration_is_all_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from carecli.store import schema

    store = make(tmp_path / "store.db")

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half_done (x)")
        raise RuntimeError("midway")

    monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, half))
    monkeypatch.setattr(schema, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    with pytest.raises(RuntimeError), writing(store):
        pass
    with sqlite3.connect(store) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'half_done'").fetchone() == (0,)
    connection.close()
