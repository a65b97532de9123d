"""Thousands of files and a growing log, renames, rubbish, rotation, a kill and a restart: every row is there, once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest

from carecli.errors import NoStore
from carecli.intake.importing import ImportRequest, import_files
from carecli.store.condition import verify
from carecli.store.connection import reading
from carecli.store.frames import state_hash
from tests.intake.test_kills import HEADER

FILES = 2_000
BAD_EVERY = 20
CALLS_A_FILE = 3
START = 1_747_036_800
GROWTH_MB = 24
"""What the watcher may take more at the end than when it had read a quarter."""


def write_calls(path: Path, number: int) -> None:
    """A small export of calls of its own, dropped as `.part` and renamed, as a careful exporter does."""
    at = f"2025-05-{number % 28 + 1:02}T{number % 24:02}:"
    rows = [
        f"f{number}-{n},voice,inbound,Billing,{at}00:{n:02}Z,{at}01:{n:02}Z,{at}02:00Z,answered,10,40,ana"
        for n in range(CALLS_A_FILE)
    ]
    part = path.with_name(path.name + ".part")
    part.write_text("\n".join([HEADER, *rows]) + "\n")
    part.rename(path)


def log_lines(number: int) -> str:
    """One call that was abandoned, in two lines."""
    at = START + number
    return f"{at}|c{number}|out|NONE|ENTERQUEUE||+4930{number:07}|1\n{at}|c{number}|out|NONE|ABANDON|1|1|0\n"


class Watching:
    """`carecli watch` in a process of its own, what it says going to a file."""

    def __init__(self, folder: Path, home: Path, said: IO[str]) -> None:
        settings = {"CARECLI_CONFIG_HOME": str(home), "CARECLI_STORE": str(home / "store.db")}
        command = [sys.executable, "-m", "carecli", "watch", str(folder), "--settle", "0.3", "--interval", "0.1"]
        self.process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=said, stderr=said)

    def __enter__(self) -> Watching:
        return self

    def __exit__(self, *exc: object) -> None:
        del exc
        if self.process.poll() is None:
            self.end(signal.SIGKILL)

    def resident_mb(self) -> float:
        command = ["ps", "-o", "rss=", "-p", str(self.process.pid)]
        return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout) / 1024

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)


def until(happened: Callable[[], bool], seconds: float = 600) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def counted(store: Path, sql: str) -> int:
    """0 while the watcher has not made the store yet."""
    try:
        with reading(store) as connection:
            (number,) = connection.execute(sql).fetchone()
    except NoStore:
        return 0
    return int(number)


@pytest.mark.soak
def test_two_thousand_files_a_log_a_kill_and_a_restart(tmp_path: Path) -> None:
    dice = random.Random(11)
    folder, store = tmp_path / "in", tmp_path / "store.db"
    (folder / "sub").mkdir(parents=True)
    imported = "SELECT count(*) FROM files WHERE state = 'imported' AND path NOT LIKE '%@%'"
    good = 0

    def drop(numbers: range) -> None:
        """Files, a bad one now and then, a line of the log between them, and a rename behind the watcher's back."""
        nonlocal good
        for number in numbers:
            path = folder / dice.choice(("", "sub")) / f"calls-{number}.csv"
            with (folder / "queue_log").open("a") as log:
                log.write(log_lines(number))
            if number % BAD_EVERY == 0:
                path.write_text(f"<!DOCTYPE html><html>{number}</html>")
                continue
            write_calls(path, number)
            good += 1
            if dice.random() < 0.3:
                path.rename(folder / "sub" / f"moved-{number}.csv")
            if number % 500 == 250:
                (folder / "queue_log").rename(folder / f"queue_log.{number}")

    with (tmp_path / "said").open("w") as said:
        with Watching(folder, tmp_path, said) as watching:
            drop(range(FILES // 4))
            until(lambda: counted(store, imported) == good)
            early = watching.resident_mb()
            drop(range(FILES // 4, FILES // 2))
            watching.end(signal.SIGKILL)  # in the middle of a batch
        assert counted(store, imported) < good
        assert verify(store) == []
        drop(range(FILES // 2, FILES * 3 // 4))
        with Watching(folder, tmp_path, said) as watching:
            until(lambda: counted(store, imported) == good)
            drop(range(FILES * 3 // 4, FILES))
            calls = "SELECT count(*) FROM interactions WHERE outcome = 'abandoned'"
            until(lambda: counted(store, imported) == good and counted(store, calls) == FILES)
            late = watching.resident_mb()
            assert watching.end(signal.SIGTERM) == 0
    assert late - early < GROWTH_MB, (early, late)
    assert counted(store, "SELECT count(*) FROM interactions") == good * CALLS_A_FILE + FILES
    told = (tmp_path / "said").read_text()
    assert "Traceback" not in told
    bad = FILES // BAD_EVERY
    assert bad <= told.count("rejected (not-an-export)") <= 2 * bad  # once a run
    check_read_once(store)
    assert verify(store) == []
    assert state_hash(store) == imported_at_once(folder, tmp_path)


def check_read_once(store: Path) -> None:
    """The ledger's pieces of the logs add up to their lines: no line was read twice."""
    with reading(store) as connection:
        pieces = connection.execute(
            "SELECT path, size, rows_in, end_offset FROM files WHERE kind = 'asterisk.queue_log' ORDER BY id"
        ).fetchall()
    assert sum(rows for _, _, rows, _ in pieces) == 2 * FILES, pieces
    twice = "SELECT count(*) - count(DISTINCT sha256) FROM files WHERE state = 'imported' AND path NOT LIKE '%@%'"
    assert counted(store, twice) == 0


def imported_at_once(folder: Path, home: Path) -> str:
    """The state after one undisturbed import of the same folder."""
    request = ImportRequest(store=home / "whole.db", key_file=home / "customer.key", now=START)
    assert sum(result.state == "imported" for result in import_files([folder], request)) > FILES // 2
    return state_hash(request.store)
