"""Change the measures one place at a time and see whether the tests notice: `python -m tests.mutation.mutate`.

Each mutant is tried in a copy of the tree with the tests of its module, stopping at the first that fails. Survivors are
printed with their place and diff; exit code 1 where one is not in `allowed.toml`, which says why it changes nothing.
`--only MODULE` (a part of its path, several times) tries these modules; `--since FILE` keeps a record: what it holds of
modules that haven't changed since is not tried again, so that a run can be broken off and taken up. Survivors are, once
their tests have changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tests.mutation.mutants import Mutant, mutants
from tests.mutation.targets import TARGETS

ROOT = Path(__file__).parents[2]
ALLOWED = Path(__file__).parent / "allowed.toml"
COPIED = ("carecli", "tests", "pyproject.toml")
WORKERS = 2
TIMEOUT_SEC = 300
NO_TESTS = 5
"""pytest's exit code where it found none: then nothing is judged."""


@dataclass(frozen=True)
class Tried:
    """One mutant of a module; `key` is of it and its module, `judges` of the tests that judge it."""

    module: str
    mutant: Mutant
    key: str
    judges: str

    @property
    def place(self) -> str:
        return f"{self.module}:{self.mutant.line}"


def main(words: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(words)
    wanted = [module for module in TARGETS if not asked.only or any(part in module for part in asked.only)]
    all_of_them = [tried for module in wanted for tried in tried_of(module)]
    if asked.list:
        print("\n".join(f"{tried.place}: {tried.mutant.name}" for tried in all_of_them))
        return 0
    outcomes = _outcomes(all_of_them, asked.since)
    survivors = [tried for tried in all_of_them if outcomes[tried.key] == "survived"]
    allowed = allowances()
    real = [tried for tried in survivors if (tried.module, tried.mutant.name) not in allowed]
    for tried in real:
        print(f"\n{tried.place} survived: {tried.mutant.name}")
        print(tried.mutant.diff((ROOT / tried.module).read_text(encoding="utf-8"), tried.module))
    print(f"{len(all_of_them)} mutants, {len(survivors)} survivors, {len(survivors) - len(real)} of them allowed")
    return 1 if real else 0


def tried_of(module: str) -> Iterator[Tried]:
    source = (ROOT / module).read_text(encoding="utf-8")
    judges = _hash(*((ROOT / test).read_text(encoding="utf-8") for test in _tests(module)))
    for mutant in mutants(source):
        yield Tried(module, mutant, _hash(module, source, mutant.source), judges)


def allowances() -> set[tuple[str, str]]:
    """(module, change) of survivors that are known to change nothing; every one has a reason."""
    told = tomllib.loads(ALLOWED.read_text(encoding="utf-8"))
    for each in told.get("survivor", []):
        if not each["reason"].strip():
            raise ValueError(f"{each['module']}: {each['change']}: without a reason")
    return {(each["module"], each["change"]) for each in told.get("survivor", [])}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", action="append", metavar="MODULE", help="part of a module's path")
    parser.add_argument("--since", type=Path, metavar="FILE", help="a record of what was tried, read and continued")
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    return parser


def _outcomes(all_of_them: Sequence[Tried], record: Path | None) -> dict[str, str]:
    """`killed`, `timed out` or `survived` by key."""
    told = _read(record, {tried.judges for tried in all_of_them})
    left = [tried for tried in all_of_them if tried.key not in told]
    if not left:
        return told
    trees: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(WORKERS) as workers:
        for number in range(WORKERS):
            trees.put(_copied(Path(folder) / str(number)))
        _check_tests(trees, sorted({tried.module for tried in left}))
        for tried, outcome in zip(left, workers.map(lambda tried: _judged(tried, trees), left), strict=True):
            told[tried.key] = outcome
            _write(record, tried, outcome)
            print(
                "." if outcome != "survived" else f"\n{tried.place} survived: {tried.mutant.name}\n", end="", flush=True
            )
    print()
    return told


def _read(record: Path | None, judges: set[str]) -> dict[str, str]:
    """Of survivors only those whose tests are still the same."""
    if record is None or not record.exists():
        return {}
    lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    return {line["key"]: line["outcome"] for line in lines if line["outcome"] != "survived" or line["judges"] in judges}


def _write(record: Path | None, tried: Tried, outcome: str) -> None:
    if record is not None:
        told = {"key": tried.key, "judges": tried.judges, "outcome": outcome}
        line = {**told, "place": tried.place, "change": tried.mutant.name}
        with record.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _copied(tree: Path) -> Path:
    tree.mkdir()
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tree / name)
    return tree


def _check_tests(trees: SimpleQueue[Path], modules: Sequence[str]) -> None:
    """Tests that fail without any change would kill every mutant."""
    tree = trees.get()
    tests = dict.fromkeys(test for module in modules for test in _tests(module))
    if tests and _run(tree, list(tests), timeout_sec=None, output=None) != 0:
        raise SystemExit("these tests fail without any change")
    trees.put(tree)


def _judged(tried: Tried, trees: SimpleQueue[Path]) -> str:
    tree = trees.get()
    path = tree / tried.module
    original = path.read_text(encoding="utf-8")
    try:
        path.write_text(tried.mutant.source, encoding="utf-8")
        code = _run(tree, _tests(tried.module), TIMEOUT_SEC)
        if code is not None and code < 0:  # a signal from elsewhere, or a crash that comes again
            code = _run(tree, _tests(tried.module), TIMEOUT_SEC)
    finally:
        path.write_text(original, encoding="utf-8")
        trees.put(tree)
    if code is None:
        return "timed out"
    if code == NO_TESTS:
        raise SystemExit(f"no tests for {tried.module}")
    return "killed" if code else "survived"


def _tests(module: str) -> list[str]:
    return [test for test in TARGETS[module] if (ROOT / test).exists()]


def _run(
    tree: Path, tests: Sequence[str], timeout_sec: int | None, output: int | None = subprocess.DEVNULL
) -> int | None:
    """pytest's exit code; None where it took too long."""
    words = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "tests.mutation.quick"]
    given = {"PYTHONDONTWRITEBYTECODE": "1", "POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "0", "PYTHONPATH": str(tree)}
    command = [sys.executable, "-m", "pytest", *words, *tests]
    try:
        return subprocess.run(
            command, cwd=tree, env={**os.environ, **given}, stdout=output, stderr=output, timeout=timeout_sec
        ).returncode
    except subprocess.TimeoutExpired:
        return None


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]


if __name__ == "__main__":
    sys.exit(main())
