"""A command imports only what it uses: start-up time is import time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("polars", "textual", "sqlmodel", "sqlalchemy", "rich", "holidays", "pydantic", "sqlite3")

PROBE = """
import json, sys
from carecli.cli.main import answered
code = answered({arguments!r})
sys.stdout.flush()
print("\\nLOADED " + json.dumps([code, sorted({{name.split(".")[0] for name in sys.modules}})]))
"""


def loaded(*arguments: str, environment: dict[str, str] | None = None) -> tuple[int, set[str]]:
    """Exit code and top-level modules of one run in a fresh process."""
    code = PROBE.format(arguments=list(arguments))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True, env=environment
    )
    exit_code, modules = json.loads(done.stdout.rsplit("LOADED ", 1)[1])
    return exit_code, set(modules)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of one call."""
    folder = tmp_path_factory.mktemp("hygiene")
    calls = folder / "calls.csv"
    calls.write_text(
        "interaction_id,channel,direction,queue,started_at,answered_at,ended_at,outcome,queue_time_sec,talk_sec\n"
        "a,voice,inbound,Billing,2025-05-12T10:00:00Z,2025-05-12T10:00:05Z,2025-05-12T10:05:00Z,answered,5,295\n"
    )
    path = folder / "store.db"
    subprocess.run(
        [sys.executable, "-m", "carecli", "import", str(calls), "--store", str(path)], check=True, capture_output=True
    )
    return path


def test_help_loads_click_alone() -> None:
    code, modules = loaded("--help")
    assert code == 0
    assert modules.isdisjoint(HEAVY)
    assert "click" in modules


@pytest.mark.parametrize("arguments", [("kinds",), ("config", "show"), ("import", "--help"), ("board", "--help")])
def test_light_commands_load_nothing_heavy(arguments: tuple[str, ...]) -> None:
    code, modules = loaded(*arguments)
    assert code == 0
    assert modules.isdisjoint(set(HEAVY) - {"sqlite3"})


@pytest.mark.parametrize(
    "arguments",
    [
        ("board", "standup"),
        ("board", "queues", "--format", "json"),
        ("board", "backlog"),
        ("metric", "service_level"),
        ("explain", "service_level"),
    ],
)
def test_boards_and_metrics_load_no_screen_and_no_mapper(store: Path, arguments: tuple[str, ...]) -> None:
    code, modules = loaded(*arguments, "--store", str(store), "--as-of", "2025-05-12T12:00Z", "--tz", "UTC")
    assert code == 0
    assert modules.isdisjoint({"textual", "sqlmodel", "sqlalchemy", "pydantic"})
    assert "polars" in modules


def test_the_importing_parent_needs_no_polars(store: Path) -> None:
    _, modules = loaded("import", str(store.parent / "calls.csv"), "--store", str(store))
    assert modules.isdisjoint({"textual", "sqlmodel", "sqlalchemy", "pydantic", "rich", "polars"})


def test_parsing_children_load_neither_mapper_nor_screen() -> None:
    code = "import sys, carecli.sources.worker; print(sorted({n.split('.')[0] for n in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    for module in ("polars", "textual", "sqlmodel", "sqlalchemy", "click", "rich", "pydantic"):
        assert f"'{module}'" not in done.stdout
