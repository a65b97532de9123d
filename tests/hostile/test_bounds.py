"""What a file may take at most, with limits that are quickly reached, and the whole corpus by the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from carecli.cli.importing import as_text
from carecli.intake import importing
from carecli.intake.child import ParserChild
from carecli.intake.importing import ImportRequest, import_files
from tests.hostile.case import MEGABYTE, Case, record, row, rows, table
from tests.hostile.corpus import CASES
from tests.hostile.packed import bomb, gz, zipped, zst
from tests.hostile.sheets import contact, sheet_of

MANY = table(*rows(5_000))


@dataclass
class Bound:
    """A file that goes beyond a limit."""

    data: Callable[[], bytes]
    limits: tuple[str, ...]
    code: str
    options: dict[str, Any] = field(default_factory=dict)


BOUNDS = {
    "gzip expands": Bound(lambda: bomb(gz, 3 * MEGABYTE), ("expanded=2000000",), "expands-too-far"),
    "zstd expands": Bound(lambda: bomb(zst, 3 * MEGABYTE), ("expanded=2000000",), "expands-too-far"),
    "zip expands": Bound(
        lambda: bomb(lambda data: zipped(("a.csv", data)), 3 * MEGABYTE), ("expanded=2000000",), "expands-too-far"
    ),
    "gzip ratio": Bound(lambda: bomb(gz, 3 * MEGABYTE), ("ratio_after=1000000", "ratio=50"), "expands-too-far"),
    "workbook expands": Bound(
        lambda: sheet_of(*(contact(queue="x" * 1000) for _ in range(3000))), ("expanded=1000000",), "expands-too-far"
    ),
    "document": Bound(
        lambda: ("[" + ",".join(record(f"a{n}") for n in range(20_000)) + "]").encode(),
        ("document=500000",),
        "too-large",
    ),
    "memory": Bound(
        lambda: ("[" + ",".join(['{"x": "' + "y" * 1000 + '"}'] * 60_000) + "]").encode(),
        ("memory=120000000",),
        "too-large",
    ),
    "time of the processor": Bound(lambda: (MANY * 60).encode(), ("cpu=1",), "too-slow"),
    "what is written": Bound(lambda: MANY.encode(), ("stage=200000",), "no-space"),
}


class LimitedChild(ParserChild):
    """A child with limits of its own."""

    limits: tuple[str, ...] = ()

    def _running(self) -> subprocess.Popen[bytes]:
        if self.process is None:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "carecli.sources.worker", *self.limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self.process


@pytest.mark.parametrize("name", BOUNDS)
def test_a_file_beyond_a_limit_is_refused_and_the_next_one_read(
    name: str,
    asked: ImportRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bound = BOUNDS[name]
    beyond, fine = tmp_path / "beyond.csv", tmp_path / "fine.csv"
    beyond.write_bytes(bound.data())
    fine.write_text(table(row()))
    monkeypatch.setattr(LimitedChild, "limits", bound.limits)
    monkeypatch.setattr(importing, "ParserChild", LimitedChild)
    results = list(import_files([beyond, fine], asked))
    assert [(result.state, result.code) for result in results] == [("rejected", bound.code), ("imported", None)]
    assert as_text(results[0]).startswith(f"{beyond}: rejected ({bound.code}): ")


def test_a_child_that_says_nothing_is_given_up(
    asked: ImportRequest, untouched: Callable[[], bool], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_text(MANY * 50)
    monkeypatch.setattr(importing, "ParserChild", lambda: ParserChild(wall_seconds=0.05))
    (result,) = import_files([tmp_path / "a.csv"], asked)
    assert (result.state, result.code) == ("rejected", "parser-failed")
    assert "took longer than" in (result.message or "")
    assert untouched()


def one_of_each() -> list[Case]:
    """Of every verdict and every reason a case, and those that would steer a terminal."""
    chosen: dict[object, Case] = {}
    for case in CASES:
        if isinstance(case.data, bytes) and not case.options:
            for outcome in case.outcomes:
                chosen.setdefault((outcome.state, outcome.code, *outcome.bad), case)
            if "escapes" in case.name or "file name" in case.name:
                chosen[case.name] = case
    return list({case.name: case for case in chosen.values()}.values())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of them, each in a folder of its own."""
    folder = tmp_path_factory.mktemp("exports")
    for number, case in enumerate(one_of_each()):
        (folder / f"{number:03}").mkdir()
        (folder / f"{number:03}" / case.file).write_bytes(case.content)
    return folder


@pytest.mark.parametrize("output", ["text", "json"])
def test_the_command_tells_all_of_them_and_no_terminal_acts_on_it(folder: Path, output: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "carecli", "import", str(folder), "--store", str(tmp_path / "store.db")]
    environment = {**os.environ, **dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(tmp_path))}
    done = subprocess.run(
        [*command, "--format", output], capture_output=True, env=environment, timeout=120, check=False
    )
    assert (done.returncode, done.stderr) == (4, b"")
    said = done.stdout.decode()
    assert all(line.isprintable() for line in said.split("\n"))
    if output == "text":
        for number, case in enumerate(one_of_each()):
            assert f"{folder}/{number:03}/" in said, case.name
    else:
        states = {file["state"] for file in json.loads(said)["files"]}
        assert states == {"imported", "repeated", "held", "rejected"}
