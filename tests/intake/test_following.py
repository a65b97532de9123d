"""A growing queue_log: read on from where it was left, through half lines, rotation, truncation and restarts."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from carecli.errors import FileRejected
from carecli.intake.following import Follower
from carecli.intake.importing import ImportRequest, import_files
from carecli.store.connection import reading
from carecli.store.frames import state_hash

START = 1_747_036_800
LINES = [
    f"{START}|c1|out|NONE|ENTERQUEUE||+4930231251|1",
    f"{START + 5}|c2|out|NONE|ENTERQUEUE||+4930231252|2",
    f"{START + 9}|c1|out|SIP/201|RINGNOANSWER|4000",
    f"{START + 12}|c1|out|SIP/202|CONNECT|12|x.1|3",
    f"{START + 45}|c2|out|NONE|ABANDON|1|2|40",
    f"{START + 60}|NONE|NONE|SIP/201|PAUSEALL|break",
    f"{START + 100}|c1|out|SIP/202|BLINDTRANSFER|200|queues|12|88|1",
    f"{START + 100}|c1|second|NONE|ENTERQUEUE||+4930231251|1",
    f"{START + 130}|c1|second|SIP/203|CONNECT|30|x.2|5",
    f"{START + 190}|c1|second|SIP/203|COMPLETECALLER|30|60|1",
]
WHOLE = "".join(f"{line}\n" for line in LINES)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "queue_log"


@pytest.fixture
def follower(tmp_path: Path, log: Path) -> Iterator[Follower]:
    following = Follower(log, request(tmp_path))
    yield following
    following.close()


def request(folder: Path, name: str = "store.db") -> ImportRequest:
    return ImportRequest(store=folder / name, key_file=folder / "key", now=START)


def look(follower: Follower) -> list[int | None]:
    """How many new rows each file read brought."""
    return [result.new for result in follower.read_on(START)]


def imported_whole(folder: Path) -> str:
    """The state after importing the log at once."""
    file = folder / "whole.log"
    file.write_text(WHOLE)
    asked = request(folder, "whole.db")
    assert [result.state for result in import_files([file], asked)] == ["imported"]
    return state_hash(asked.store)


def append(log: Path, text: str) -> None:
    with log.open("a") as opened:
        opened.write(text)


def test_what_is_appended_is_read_once_and_half_a_line_waits(tmp_path: Path, log: Path, follower: Follower) -> None:
    assert look(follower) == []  # there is no log yet
    append(log, f"{LINES[0]}\n{LINES[1][:20]}")
    assert look(follower) == [1]
    assert look(follower) == []
    append(log, LINES[1][20:] + "\n")
    assert look(follower) == [1]
    append(log, "".join(f"{line}\n" for line in LINES[2:]))
    assert look(follower) == [8]
    assert state_hash(tmp_path / "store.db") == imported_whole(tmp_path)


def test_a_restart_reads_on(tmp_path: Path, log: Path) -> None:
    for count in range(1, len(LINES) + 1):
        append(log, f"{LINES[count - 1]}\n")
        fresh = Follower(log, request(tmp_path))
        assert look(fresh) == [1]
        fresh.close()
    assert state_hash(tmp_path / "store.db") == imported_whole(tmp_path)


def test_a_rotated_log_is_read_to_its_end_first(tmp_path: Path, log: Path, follower: Follower) -> None:
    append(log, "".join(f"{line}\n" for line in LINES[:4]))
    assert look(follower) == [4]
    append(log, f"{LINES[4]}\n")
    log.rename(tmp_path / "queue_log.1")
    append(tmp_path / "queue_log.1", f"{LINES[5]}\n")
    append(log, "".join(f"{line}\n" for line in LINES[6:]))
    assert look(follower) == [2, 4]
    assert look(follower) == []
    assert state_hash(tmp_path / "store.db") == imported_whole(tmp_path)


def test_a_log_cut_off_in_place_is_begun_anew(tmp_path: Path, log: Path, follower: Follower) -> None:
    append(log, "".join(f"{line}\n" for line in LINES[:8]))
    assert look(follower) == [8]
    log.write_text("".join(f"{line}\n" for line in LINES[8:]))
    assert look(follower) == [2]
    assert state_hash(tmp_path / "store.db") == imported_whole(tmp_path)


def test_a_log_begun_anew_in_place_is_known_by_its_content(tmp_path: Path, log: Path, follower: Follower) -> None:
    append(log, "".join(f"{line}\n" for line in LINES[:2]))
    assert look(follower) == [2]
    log.write_text("".join(f"{line}\n" for line in LINES[2:]))  # longer than before, under the same inode
    assert look(follower) == [8]
    assert state_hash(tmp_path / "store.db") == imported_whole(tmp_path)


def test_a_restart_skips_only_the_very_bytes_that_were_read(tmp_path: Path, log: Path, follower: Follower) -> None:
    append(log, "".join(f"{line}\n" for line in LINES[:2]))
    assert look(follower) == [2]
    log.write_text("".join(f"{line}\n" for line in LINES[2:]))
    fresh = Follower(log, request(tmp_path))
    assert look(fresh) == [8]
    fresh.close()
    assert state_hash(tmp_path / "store.db") == imported_whole(tmp_path)


def test_a_log_rotated_while_nobody_looked_is_read_to_its_end_first(tmp_path: Path, log: Path) -> None:
    for lines, brought in ((LINES[:4], [4]), (LINES[4:6], [2, 4])):
        append(log, "".join(f"{line}\n" for line in lines))
        if brought != [4]:
            log.rename(tmp_path / "queue_log.1")
            append(log, "".join(f"{line}\n" for line in LINES[6:]))
        fresh = Follower(log, request(tmp_path))
        assert look(fresh) == brought
        assert look(fresh) == []
        fresh.close()
    assert state_hash(tmp_path / "store.db") == imported_whole(tmp_path)


def test_a_log_moved_to_another_name_or_disk_is_read_on(tmp_path: Path, log: Path, follower: Follower) -> None:
    append(log, "".join(f"{line}\n" for line in LINES[:4]))
    assert look(follower) == [4]
    copy = tmp_path / "elsewhere"
    copy.write_text(WHOLE)
    fresh = Follower(copy, request(tmp_path))
    assert look(fresh) == [6]
    fresh.close()


def test_the_ledger_is_asked_for_the_same_account_and_kind(tmp_path: Path, log: Path, follower: Follower) -> None:
    append(log, WHOLE)
    assert look(follower) == [10]
    for other, brought in (
        ({"source": "second"}, [10]),
        ({"source": "asterisk"}, []),
        ({"kind": "asterisk.queue_log"}, []),
    ):
        fresh = Follower(log, replace(request(tmp_path), **other))
        assert look(fresh) == brought
        fresh.close()


def test_a_file_that_is_swapped_while_it_is_read_is_left_for_the_next_time(
    tmp_path: Path, log: Path, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    append(log, "".join(f"{line}\n" for line in LINES[:4]))
    ask = follower.child.ask

    def rotated(question: dict[str, Any]) -> dict[str, Any]:
        log.rename(tmp_path / "queue_log.1")
        append(log, "".join(f"{line}\n" for line in LINES[4:]))
        return ask(question)

    with monkeypatch.context() as patched:
        patched.setattr(follower.child, "ask", rotated)
        assert look(follower) == []
    assert look(follower) == [4, 6]
    assert state_hash(tmp_path / "store.db") == imported_whole(tmp_path)


def test_links_and_pipes_are_not_followed(tmp_path: Path, log: Path) -> None:
    append(tmp_path / "real", WHOLE)
    log.symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe")
    for path in (log, tmp_path / "pipe"):
        following = Follower(path, request(tmp_path))
        with pytest.raises(FileRejected, match="not a regular file"):
            look(following)
        following.close()


def test_a_line_that_never_ends_is_given_to_the_parser(log: Path, follower: Follower) -> None:
    append(log, f"{LINES[0]}\n")
    assert look(follower) == [1]
    append(log, "x" * (18 << 20))
    with pytest.raises(FileRejected, match="longer than"):
        look(follower)


def test_a_call_over_two_files_is_one_call_with_two_legs(tmp_path: Path, log: Path, follower: Follower) -> None:
    append(log, "".join(f"{line}\n" for line in LINES[:8]))
    look(follower)
    with reading(tmp_path / "store.db") as connection:
        assert connection.execute(
            "SELECT queue, outcome, queue_time_sec FROM legs WHERE interaction_id = 'c1' ORDER BY seq"
        ).fetchall() == [("out", "transferred", 12.0), ("second", None, None)]
    append(log, "".join(f"{line}\n" for line in LINES[8:]))
    look(follower)
    with reading(tmp_path / "store.db") as connection:
        assert connection.execute(
            "SELECT queue, agent_id, outcome, queue_time_sec, ring_sec, talk_sec FROM legs "
            "WHERE interaction_id = 'c1' ORDER BY seq"
        ).fetchall() == [
            ("out", "SIP/202", "transferred", 12.0, 3.0, 88.0),
            ("second", "SIP/203", "answered", 30.0, 5.0, 60.0),
        ]
        assert connection.execute("SELECT outcome FROM interactions WHERE interaction_id = 'c2'").fetchall() == [
            ("abandoned",)
        ]


def test_any_cut_of_the_log_into_appends_ends_alike(tmp_path: Path, log: Path, follower: Follower) -> None:
    dice = random.Random(7)
    place = 0
    while place < len(WHOLE):
        step = dice.randint(1, 120)
        append(log, WHOLE[place : place + step])
        place += step
        look(follower)
    assert state_hash(tmp_path / "store.db") == imported_whole(tmp_path)


def test_what_cannot_be_followed_is_said(tmp_path: Path) -> None:
    calls = tmp_path / "calls.csv"
    calls.write_text(
        "interaction_id,channel,direction,queue,started_at,outcome\na,voice,inbound,B,2025-05-12T10:00:00Z,abandoned\n"
    )
    following = Follower(calls, request(tmp_path))
    with pytest.raises(FileRejected, match="no log that can be followed"):
        look(following)
    following.close()
