"""Settings: every one with its origin; wrong ones said in a sentence; saved filters on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from carecli.cli.main import answered
from tests.cli.test_remembered import bring, calls

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line with a config folder of its own: exit code, stdout, stderr."""
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("CARECLI_STORE", str(tmp_path / "store.db"))
    monkeypatch.setenv("CARECLI_TZ", "Europe/Berlin")
    monkeypatch.delenv("CARECLI_THEME", raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = answered(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_every_setting_has_an_origin(run: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('theme = "light"\n[filters.night]\nqueue = "Billing"\n')
    code, out, _ = run("config", "show", "--format", "json", "--pack", "prestige")
    shown = json.loads(out)
    assert code == 0
    assert shown["theme"] == {"value": "light", "origin": "config.toml"}
    assert shown["filters"] == {"value": {"night": {"queue": "Billing"}}, "origin": "config.toml"}
    assert (shown["tz"]["origin"], shown["pack"]["origin"], shown["keys"]["origin"]) == (
        "CARECLI_TZ",
        "command line",
        "default",
    )
    assert "night = (queue = Billing)" in run("config", "show")[1]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('theme = "neon"', "theme"),
        ('where = "Billing"', "where"),
        ('[where]\nqueue = ["A", "B"]', "where.queue"),
        ("[filters]\nnight = 3", "filters.night"),
        ('[privacy]\nagents = "some"', "privacy.agents"),
        ('[privacy]\nagent = "named"', "agent"),
        ("[keys]\nrefresh = 5", "keys.refresh"),
        ('colour = "red"', "colour"),
    ],
)
def test_a_wrong_setting_is_named(run: Run, tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "config.toml").write_text(text)
    code, _, err = run("config", "show")
    assert code == 2
    assert named in err


def test_a_saved_filter_is_a_slice(run: Run, tmp_path: Path) -> None:
    bring(tmp_path, calls(tmp_path / "day.csv", "d", 8, 2))
    (tmp_path / "config.toml").write_text('[filters.none]\nchannel = "email"\n[filters.phone]\nchannel = "voice"\n')

    def offered(*options: str) -> float | None:
        code, out, _ = run("metric", "offered", "--window", "2025-05-12", "--format", "json", *options)
        assert code == 0
        value: float | None = json.loads(out)["figures"][0]["value"]
        return value

    assert offered("--filter", "phone") == offered() == 10
    assert not offered("--filter", "none")
    assert offered("--filter", "none", "--where", "channel=voice") == 10
    code, _, err = run("metric", "offered", "--filter", "nigth")
    assert code == 2
    assert "nigth" in err
    assert "phone" in err
