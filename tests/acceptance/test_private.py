"""Telephone numbers and addresses of customers are nowhere: not in the store, nor its log, nor in what is printed."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance import zendesk
from tests.acceptance.files import contacts_file, talkdesk_call, talkdesk_file
from tests.acceptance.running import Answer, carecli
from tests.acceptance.stages import Bench

PLANTED = ("23125001", "23125 001", "23125-001", "004930", "+4930", "anna.planted", "planted@larkfield.example")
"""Pieces of the numbers and addresses below, in whatever spelling."""
SHOWN = "C-"
AT = ("--as-of", "2025-05-13T12:00", "--tz", "Europe/Berlin")


def exports(folder: Path) -> Iterator[Path]:
    """Every place where a system writes them: caller, requester, subject, message, a field of the log, a bad row."""
    yield talkdesk_file(
        folder / "contacts.json",
        talkdesk_call("call-1", "2025-05-12 10:00:00", "+49 30 23125 001"),
        talkdesk_call("call-2", "2025-05-12 10:00:00", "+493023125001", started_at="+49 30 23125-001"),
    )
    yield contacts_file(
        folder / "chats.csv",
        "c1,chat,inbound,Desk,2025-05-12T11:00:00Z,,,,,Anna.Planted@larkfield.example",
        "c2,chat,inbound,Desk,2025-05-12T11:01:00Z,,,,,0049 (30) 23125-001",
        "c3,telepathy,inbound,Desk,2025-05-12T11:02:00Z,,,,,anna.planted@larkfield.example",
    )
    log = folder / "queue_log"
    log.write_text("1747051200|1747051200.1|outage|NONE|ENTERQUEUE||+493023125001|1|Anna Planted\n", encoding="utf-8")
    yield log
    told = "Call me on +49 30 23125 001 or write to anna.planted@larkfield.example"
    tickets = [
        zendesk.ticket(1, "2025-05-12T08:00:00Z", "2025-05-12T09:30:00Z", zendesk.ANNA, subject=told, raw_subject=told,
                       description=told, recipient="anna.planted@larkfield.example",
                       via={"channel": "email", "source": {"from": {"address": "anna.planted@larkfield.example"}}}),
    ]  # fmt: skip
    yield zendesk.write(folder / "tickets.json", "tickets", tickets, end_time=1747137600)
    audits = [zendesk.audit(9, 1, "2025-05-12T08:00:00Z", zendesk.ANNA, zendesk.comment(zendesk.ANNA, told))]
    yield zendesk.write(folder / "audits.json", "audits", audits)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("private")
    (made / "exports").mkdir()
    assert len([*exports(made / "exports")]) == 5
    return made


@pytest.fixture(scope="module")
def told(folder: Path) -> Answer:
    return carecli("import", folder / "exports", "--store", folder / "s.db")


def found(content: bytes) -> list[str]:
    """The planted pieces in some bytes, in any case."""
    return [piece for piece in PLANTED if piece.encode() in content.lower()]


def test_the_search_finds_what_is_there(folder: Path):
    content = b"".join(path.read_bytes() for path in (folder / "exports").iterdir())
    assert {*found(content)} == {*PLANTED} - {"004930"}


def test_nothing_of_them_is_in_the_store(folder: Path, told: Answer):
    assert told.code == 3, told.err
    left = [path for path in folder.iterdir() if path.is_file()]
    assert folder / "s.db" in left
    assert {path.name: found(path.read_bytes()) for path in left} == {path.name: [] for path in left}


def test_nothing_of_them_passes_through_the_write_ahead_log(tmp_path: Path, folder: Path):
    """What is about to be committed is looked at while it stands in the log alone."""
    bench = Bench(tmp_path)
    seen = []
    for file in sorted((folder / "exports").iterdir()):
        stage = bench.parsed(file)
        assert found(stage.read_bytes()) == []
        with bench.merged(stage) as store:
            # Another process looks: a file of SQLite's must not be opened and closed in the one that holds it.
            log = subprocess.run(["cat", f"{store}-wal"], capture_output=True, check=True).stdout
        assert found(log) == []
        seen.append(len(log))
    assert len(seen) == 5
    assert all(size > 4096 for size in seen)


def test_nothing_of_them_is_printed(folder: Path, told: Answer):
    store = ("--store", str(folder / "s.db"))
    asked = (
        ("board", "standup", *AT),
        ("board", "queues", *AT, "--format", "json"),
        ("board", "backlog", *AT),
        ("case", "1", *AT),
        ("case", "1", *AT, "--format", "json"),
        ("explain", "volume", *AT, "--format", "json"),
        ("store", "info"),
    )
    answers = [told, *(carecli(*words, *store) for words in asked)]
    assert [answer.code for answer in answers] == [3, *(0 for _ in asked)]
    assert [found((answer.out + answer.err).encode()) for answer in answers] == [[] for _ in answers]


def test_another_key_makes_other_customers(folder: Path, told: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The pseudonyms are keyed: without the key file a list of numbers can't be tried out."""
    assert told.code == 3
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(tmp_path / "config"))
    shutil.copytree(folder / "exports", tmp_path / "exports")
    carecli("import", tmp_path / "exports", "--store", tmp_path / "s.db")
    ours, theirs = customers(folder / "s.db"), customers(tmp_path / "s.db")
    assert len(ours) == len(theirs) == 2
    assert not ours & theirs
    assert (tmp_path / "config/customer.key").stat().st_mode & 0o077 == 0


def customers(store: Path) -> set[str]:
    import sqlite3

    connection = sqlite3.connect(store)
    rows = connection.execute("SELECT DISTINCT customer_id FROM interactions WHERE customer_id LIKE 'C-%'").fetchall()
    connection.close()
    return {customer for (customer,) in rows}
