"""`carecli watch`: a folder or a log until it is stopped, or once; what it says, and its exit codes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from carecli.cli.main import answered
from carecli.store.connection import reading, writer_lock
from tests.cli.test_remembered import calls
from tests.intake.test_following import LINES, WHOLE

Run = Callable[..., tuple[int, str, str]]
PAGE = "<!DOCTYPE html><html><body>please log in</body></html>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Exit code, stdout and stderr of one command."""
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("CARECLI_STORE", str(tmp_path / "store.db"))

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = answered(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def once(folder: Path) -> tuple[str, ...]:
    return ("watch", str(folder), "--once", "--settle", "0", "--tz", "Europe/Berlin")


def test_once_reads_what_is_there_and_the_next_time_nothing(run: Run, folder: Path) -> None:
    calls(folder / "a.csv", "a", 3, 1)
    (folder / "queue_log").write_text(WHOLE)
    (folder / "link").symlink_to(folder / "a.csv")
    code, out, err = run(*once(folder))
    assert (code, out.count("imported as")) == (0, 2)
    assert f"{folder / 'a.csv'}: imported as canonical.interactions" in out
    assert err == f"{folder / 'link'}: skipped: a symbolic link\n"
    code, out, err = run(*once(folder))
    assert (code, out) == (0, "")
    assert err.splitlines()[1:] == ["imported before, not read again: 1"]


def test_once_ends_with_the_worst_exit_code(run: Run, folder: Path) -> None:
    calls(folder / "a.csv", "a", 1, 0)
    (folder / "b.csv").write_text(PAGE)
    code, out, _ = run(*once(folder))
    assert (code, "rejected (not-an-export)" in out) == (4, True)


def test_a_store_in_use_is_said_and_fails_once(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carecli.store.connection.WAIT_SECONDS", 0.0)
    calls(folder / "a.csv", "a", 1, 0)
    with writer_lock(Path(os.environ["CARECLI_STORE"])):
        code, _, err = run(*once(folder))
    assert (code, "is being written by process" in err) == (5, True)


def test_what_is_no_file_or_folder_is_a_usage_problem(run: Run, folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    for path in (folder / "absent", folder / "pipe"):
        assert run("watch", str(path))[0] == 2
    assert run("watch", str(folder), "--tz", "Mars/Base")[0] == 2


def test_a_file_is_followed_once(run: Run, folder: Path) -> None:
    log = folder / "queue_log"
    log.write_text("".join(f"{line}\n" for line in LINES[:4]))
    assert run("watch", str(log), "--once")[1].startswith(f"{log}@0: imported as asterisk.queue_log")
    assert run("watch", str(log), "--once") == (0, "", "")
    page = folder / "page"
    page.write_text(f"{PAGE}\n")
    assert run("watch", str(page))[0] == 4  # no log will come of it


@contextmanager
def watching(folder: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A watcher of its own process, that listens or looks already."""
    command = [sys.executable, "-m", "carecli", "watch", str(folder), "--settle", "0", "--interval", "0.1", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(("ended_by", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
@pytest.mark.parametrize("options", [(), ("--poll",)])
def test_it_goes_on_until_a_signal_stops_it(
    run: Run, folder: Path, ended_by: signal.Signals, code: int, options: tuple[str, ...]
) -> None:
    calls(folder / "a.csv", "a", 2, 0)
    with watching(folder, "--tz", "Europe/Berlin", *options) as process:
        assert process.stdout is not None
        assert "a.csv: imported" in process.stdout.readline()
        process.stdout.readline()  # what was assumed
        calls(folder / "b.csv", "b", 3, 0)
        while "b.csv: imported" not in (line := process.stdout.readline()):
            assert line
        process.send_signal(ended_by)
        _, err = process.communicate(timeout=60)
    assert process.returncode == code
    assert err.splitlines()[-1] == "stopped; the next `carecli watch` reads on from here"
    assert ("looking every 0.1 s" if options else "woken by the file system") in err
    with reading(Path(os.environ["CARECLI_STORE"])) as connection:
        assert connection.execute("SELECT count(*) FROM interactions").fetchone() == (5,)


def test_a_followed_file_goes_on_after_bad_lines(run: Run, folder: Path) -> None:
    log = folder / "queue_log"
    log.write_text(f"{LINES[0]}\n")
    with watching(log) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "queue_log@0: imported" in process.stdout.readline()
        with log.open("a") as opened:
            opened.write("rubbish\n" * 30)
        assert "most often" in process.stderr.readline()
        with log.open("a") as opened:
            opened.writelines(f"{line}|{number}\n" for number in range(70) for line in LINES)
        while f"queue_log@{len(LINES[0]) + 1}: imported" not in (line := process.stdout.readline()):
            assert line
