"""`carecli dict` and `carecli dict lint`: no store needed, the same bytes every time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from carecli.cli.main import answered
from carecli.metrics import dictionary
from carecli.metrics.dictionary import METRICS

Run = Callable[..., tuple[int, str, str]]
FORMATS = ("text", "json", "markdown", "html")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line without any store: exit code, stdout, stderr."""
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("CARECLI_STORE", str(tmp_path / "none.db"))
    monkeypatch.setenv("CARECLI_TZ", "Europe/Berlin")
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = answered(["dict", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def own_pack(folder: Path, text: str) -> str:
    path = folder / "own.toml"
    path.write_text(f'extends = "tally"\nid = "own"\ntitle = "Own"\n{text}\n', encoding="utf-8")
    return str(path)


def listed(out: str) -> list[str]:
    return [entry["id"] for entry in json.loads(out)["metrics"]]


def test_without_a_metric_all_are_printed(run: Run) -> None:
    code, out, err = run("--format", "json")
    assert (code, err) == (0, "")
    assert listed(out) == list(METRICS)


def test_named_metrics_are_printed_once_in_the_order_asked(run: Run) -> None:
    code, out, _ = run("asa", "volume", "asa", "--format", "json", "--pack", "prestige")
    assert (code, listed(out)) == (0, ["asa", "volume"])
    assert json.loads(out)["pack"].startswith("prestige ")
    assert run("show", "asa", "volume", "--pack", "prestige", "--format", "json") == (0, out, "")


@pytest.mark.parametrize(
    ("output", "start"),
    [("text", "Metric dictionary, pack"), ("json", "{\n"), ("markdown", "# Metric"), ("html", "<!DOCTYPE html>")],
)
def test_each_format_has_its_own_page(run: Run, output: str, start: str) -> None:
    code, out, err = run("--format", output)
    assert (code, err) == (0, "")
    assert out.startswith(start)


def test_r28_the_hash_is_stable_between_runs(tmp_path: Path) -> None:
    """Two processes with other hash seeds print the same bytes in every format."""
    code = f"from carecli.cli.main import answered\nfor each in {FORMATS}: answered(['dict', '--format', each])"

    def printed(seed: str) -> bytes:
        environment = {"PYTHONHASHSEED": seed, "CARECLI_CONFIG_HOME": str(tmp_path)}
        return subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment).stdout

    first, second = printed("1"), printed("2")
    assert b"<!DOCTYPE html>" in first
    assert first == second


def test_an_unknown_metric_is_a_usage_problem(run: Run) -> None:
    code, out, err = run("happiness")
    assert (code, out) == (2, "")
    assert "unknown metric 'happiness'" in err


def test_r1_a_complete_dictionary_passes(run: Run, tmp_path: Path) -> None:
    pack = own_pack(tmp_path, "[bands]\ncost_per_contact = false")
    assert run("lint", "--pack", pack) == (0, f"complete: {len(METRICS)} metrics\n", "")


def test_r1_an_entry_without_owner_fails(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = own_pack(tmp_path, "[bands]\ncost_per_contact = false")
    monkeypatch.setattr(dictionary, "METRICS", {**METRICS, "asa": replace(METRICS["asa"], owner="")})
    assert run("lint", "--pack", pack) == (1, "asa.owner: missing\n", "")


def test_targets_without_metric_fail_one_line_each(run: Run, tmp_path: Path) -> None:
    bands = "cost_per_contact = false\nmoon = { any = { at_least = 0.5 } }\nsun = { any = { at_least = 0.5 } }"
    code, out, _ = run("lint", "--pack", own_pack(tmp_path, f"[bands]\n{bands}"))
    assert code == 1
    assert out == ("own.toml: bands.moon: there is no metric moon\nown.toml: bands.sun: there is no metric sun\n")


def test_help_tells_of_metrics_and_lint(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "dict [METRIC]... [OPTIONS] | lint [OPTIONS]" in " ".join(out.split())
