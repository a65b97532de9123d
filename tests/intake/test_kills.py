"""Killed at the n-th statement and in each phase: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from carecli.store.condition import verify
from carecli.store.connection import reading
from carecli.store.frames import state_hash

CALLS = 12
DAYS = range(1, 9)
HEADER = (
    "interaction_id,channel,direction,queue,started_at,answered_at,ended_at,outcome,queue_time_sec,talk_sec,agent_id"
)


def write_day(path: Path, day: int, calls: int = CALLS) -> Path:
    rows = [
        f"d{day}-{n},voice,inbound,Billing,2025-05-{day:02}T10:{n:02}:00Z,2025-05-{day:02}T10:{n:02}:10Z,"
        f"2025-05-{day:02}T10:{n:02}:50Z,answered,10,40,ana"
        for n in range(calls)
    ]
    path.write_text("\n".join([HEADER, *rows]) + "\n")
    return path


def run(store: Path, when: str, *files: Path) -> tuple[int, list[str]]:
    """Exit code and acknowledged lines of one import that may be killed."""
    command = [sys.executable, "-m", "tests.intake.killed", str(store), str(store.parent), when, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode in (0, -9), done.stderr
    return done.returncode, done.stdout.splitlines()


def committed(store: Path) -> set[str]:
    """The files the ledger holds."""
    with reading(store) as connection:
        return {path for (path,) in connection.execute("SELECT path FROM files WHERE state = 'imported'")}


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("days")
    return [write_day(folder / f"calls-{day}.csv", day) for day in DAYS]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, days: list[Path]) -> tuple[str, int]:
    """The state of the undisturbed import, and how many statements it takes."""
    store = tmp_path_factory.mktemp("whole") / "store.db"
    code, lines = run(store, "never", *days)
    assert code == 0
    return state_hash(store), int(lines[-1].split()[1])


def check_survivor(store: Path, acknowledged: list[str], days: list[Path], whole: str) -> None:
    """Whatever was acknowledged is there, the rest is whole or absent, and running it again ends like the clean run."""
    if store.exists() and store.stat().st_size:
        told = {line.split(" ", 1)[1] for line in acknowledged if line.startswith("imported")}
        try:
            held = committed(store)
        except Exception:
            assert not told
            held = set()
        assert told <= held
        if held:
            assert verify(store) == []
            with reading(store) as connection:
                (calls,) = connection.execute("SELECT count(*) FROM interactions").fetchone()
            assert calls == CALLS * len(held)
    code, _ = run(store, "never", *days)
    assert code == 0
    assert state_hash(store) == whole
    assert verify(store) == []


def every_other(moments: Iterable[Any]) -> list[Any]:
    """Half of the moments in every run, the others in the soak."""
    return [pytest.param(at, marks=[pytest.mark.soak] if n % 2 else []) for n, at in enumerate(moments)]


@pytest.mark.parametrize("share", every_other(n / 12 for n in range(12)))
def test_killed_at_a_statement(tmp_path: Path, days: list[Path], whole: tuple[str, int], share: float) -> None:
    state, statements = whole
    store = tmp_path / "store.db"
    code, acknowledged = run(store, f"statement:{1 + int(share * (statements - 1))}", *days)
    assert code == -9
    check_survivor(store, acknowledged, days, state)


@pytest.mark.parametrize("phase", every_other(f"{kind}:{day}.csv" for kind in ("parsing", "staged") for day in DAYS))
def test_killed_while_parsing_or_staged(tmp_path: Path, days: list[Path], whole: tuple[str, int], phase: str) -> None:
    store = tmp_path / "store.db"
    code, acknowledged = run(store, phase, *days)
    assert code == -9
    check_survivor(store, acknowledged, days, whole[0])


@pytest.mark.parametrize("phase", every_other(f"{kind}:{n}" for kind in ("commit", "checkpoint") for n in range(8)))
def test_killed_at_commit_or_checkpoint(tmp_path: Path, days: list[Path], whole: tuple[str, int], phase: str) -> None:
    store = tmp_path / "store.db"
    code, acknowledged = run(store, phase, *days)
    assert code == -9
    check_survivor(store, acknowledged, days, whole[0])


@pytest.mark.soak
@pytest.mark.parametrize("at", range(1, 400))
def test_killed_at_every_statement(tmp_path: Path, days: list[Path], whole: tuple[str, int], at: int) -> None:
    store = tmp_path / "store.db"
    code, acknowledged = run(store, f"statement:{at}", *days)
    assert code == (-9 if at <= whole[1] else 0)
    check_survivor(store, acknowledged, days, whole[0])
