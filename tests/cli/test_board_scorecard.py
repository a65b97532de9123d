"""`carecli board scorecard`: its windows, one window under every pack, and a comparison."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carecli.cli.main import answered
from tests.cli.test_metric_windows import HEADER, call
from tests.cli.test_remembered import bring

Run = Callable[..., tuple[int, str, str]]
AT = "2025-05-14T12:00"
"""A Wednesday."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of calls of 90 s each: two a day since 1 May, one a day in April."""
    folder = tmp_path_factory.mktemp("scorecard")
    days = [f"2025-04-{day:02}" for day in range(1, 31)] + [f"2025-05-{day:02}" for day in range(1, 15)] * 2
    rows = [call(str(place), day) for place, day in enumerate(days)]
    (folder / "calls.csv").write_text(HEADER + "".join(rows))
    (folder / "own.toml").write_text('extends = "prestige"\nid = "own"\ntitle = "Own"\n')
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARECLI_CONFIG_HOME", str(folder))
        patch.setenv("CARECLI_STORE", str(folder / "store.db"))
        bring(folder, folder / "calls.csv")
    return folder


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(folder))
    monkeypatch.setenv("CARECLI_STORE", str(folder / "store.db"))
    monkeypatch.setenv("CARECLI_TZ", "Europe/Berlin")

    def run(*arguments: str, command: str = "board") -> tuple[int, str, str]:
        capsys.readouterr()
        code = answered([command, *arguments, "--as-of", AT])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def told(run: Run, *arguments: str, command: str = "board") -> Any:
    code, out, err = run(*arguments, "--format", "json", command=command)
    assert (code, err) == (0, "")
    return json.loads(out)


def test_the_windows_of_the_board_are_those_of_the_metric_command(run: Run) -> None:
    board = told(run, "scorecard")
    alone = told(run, "volume", "--windows", "7d,28d,wtd,mtd", command="metric")
    shown = [figure for figure in board["figures"] if figure["metric"] == "volume"]
    assert [figure["value"] for figure in shown] == [14, 42, 6, 28]
    assert [figure["value"] for figure in alone["figures"]] == [14, 42, 6, 28]
    assert board["windows"] == alone["windows"]
    assert (board["judged_in"], board["window"]["label"]) == ("28d", "judged over 28d 2025-04-17..2025-05-14")


def test_other_windows_and_another_one_to_judge(run: Run) -> None:
    board = told(run, "scorecard", "--windows", "wtd, 2025-04", "--window", "wtd")
    assert [window["name"] for window in board["windows"]] == ["wtd", "2025-04"]
    volume = [figure["value"] for figure in board["figures"] if figure["metric"] == "volume"]
    assert volume == [6, 30]
    (voice,) = [row for row in board["rows"] if row["metric"] == "service_level" and row["by"] == {"channel": "voice"}]
    assert (voice["judged"]["n"], voice["status"]) == (6, "ok")


def test_every_pack_over_one_window(run: Run) -> None:
    board = told(run, "scorecard", "--pack", "all", "--window", "7d")
    assert board["packs"] == ["care-package 1", "prestige 1", "tally 1", "lightcurve 1", "service-strategy 1"]
    (voice,) = [row for row in board["rows"] if row["metric"] == "aht" and row["by"] == {"channel": "voice"}]
    assert {pack: each["status"] for pack, each in voice["packs"].items()} == {
        "care-package 1": "below",
        "prestige 1": None,
        "tally 1": "below",
        "lightcurve 1": "below",
        "service-strategy 1": "below",
    }
    assert voice["figure"]["value"] == 90


def test_every_pack_is_of_the_last_open_day_where_no_window_is_asked_for(run: Run) -> None:
    board = told(run, "scorecard", "--pack", "all")
    assert board["window"]["label"] == "2025-05-13"


def test_a_pack_of_ones_own_stands_beside_the_five(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARECLI_PACK", str(folder / "own.toml"))
    board = told(run, "scorecard", "--pack", "all")
    assert board["packs"][-1] == "own 1"
    assert len(board["packs"]) == 6


def test_a_comparison(run: Run) -> None:
    board = told(run, "scorecard", "--against", "2025-04", "--windows", "28d")
    volume = next(row for row in board["rows"] if row["metric"] == "volume")
    assert volume["change"]["before"]["value"] == 30
    assert (volume["change"]["moved"], volume["change"]["relative"]) == (12, 0.4)
    assert board["against"]["label"] == "2025-04-01..2025-04-30"


def test_one_pack_by_its_name(run: Run) -> None:
    board = told(run, "scorecard", "--pack", "service-strategy")
    assert board["pack"] == "service-strategy 1"
    assert [part["name"] for part in board["balanced"]["parts"]] == ["csat", "fcr", "aht", "nps"]


@pytest.mark.parametrize(
    ("pack", "output"), [("tally", "text"), ("tally", "html"), ("tally", "csv"), ("all", "text"), ("all", "md")]
)
def test_every_format(run: Run, pack: str, output: str) -> None:
    code, out, err = run("scorecard", "--pack", pack, "--window", "7d", "--format", output)
    assert (code, err) == (0, "")
    assert "aht" in out or "Average handle time voice" in out or "AHT voice" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("queues", "--pack", "all"), "--pack all goes with the scorecard only"),
        (("queues", "--windows", "7d"), "--windows goes with the scorecard only"),
        (("standup", "--against", "7d"), "--against goes with the scorecard only"),
        (("scorecard", "--pack", "all", "--against", "7d"), "--pack all shows one window"),
        (("scorecard", "--windows", "fortnight"), "unknown window 'fortnight'"),
        (("scorecard", "--against", "nonsense"), "unknown window 'nonsense'"),
    ],
)
def test_usage_errors(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert said in err
