"""`carecli metric --windows`: side by side, each number as when its window is asked for alone (R29)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from carecli.cli import metric as command
from carecli.cli.asking import Asking
from carecli.cli.main import answered
from carecli.store.snapshot import Snapshot
from tests.cli.test_remembered import bring

Run = Callable[..., tuple[int, str, str]]
HEADER = (
    "interaction_id,channel,direction,queue,started_at,answered_at,ended_at,outcome,queue_time_sec,talk_sec,"
    "customer_id,case_id\n"
)
NAMES = ("7d", "28d", "wtd", "mtd")
AT = "2025-05-14T12:00"
"""A Wednesday."""


def call(key: str, day: str, queue: str = "Billing", wait: int = 5, case: str = "") -> str:
    at = f"{day}T10:00:00"
    return f"{key},voice,inbound,{queue},{at},{day}T10:00:{wait:02},{day}T10:05:00,answered,{wait},90,c{key},{case}\n"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line on a store of calls: some each week, and a case that called in March and again in May.

    A window of 28 days reads back to March, one of 7 days doesn't: who reads both at once mustn't mix them up.
    """
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("CARECLI_STORE", str(tmp_path / "store.db"))
    monkeypatch.setenv("CARECLI_TZ", "Europe/Berlin")
    days = ("2025-04-20", "2025-05-02", "2025-05-09", "2025-05-12", "2025-05-13", "2025-05-13", "2025-05-14")
    rows = [call(str(place), day, wait=5 + 10 * (place % 3)) for place, day in enumerate(days)]
    rows += [call("m", "2025-03-25", case="long"), call("n", "2025-05-13", case="long")]
    rows += [call("r", "2025-05-01", "Refunds")]
    (tmp_path / "calls.csv").write_text(HEADER + "".join(rows))
    bring(tmp_path, tmp_path / "calls.csv")

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = answered(["metric", *arguments, "--as-of", AT])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def told(run: Run, *arguments: str) -> Any:
    code, out, err = run(*arguments, "--format", "json")
    assert (code, err) == (0, "")
    return json.loads(out)


@pytest.mark.parametrize(
    "asked",
    [
        ("volume", "service_level", "asa", "asa_p90", "fcr", "backlog"),
        ("volume", "asa", "--by", "queue"),
        ("volume", "asa", "--by", "queue", "--totals"),
        ("volume", "--by", "day"),
        ("volume", "csat", "--where", "queue=Billing"),
        ("volume_new", "volume_follow_up"),
    ],
)
def test_each_cell_is_the_figure_of_its_window_alone(run: Run, asked: tuple[str, ...]) -> None:
    together = told(run, *asked, "--windows", ",".join(NAMES))
    figures: list[dict[str, Any]] = []
    windows = []
    for name in NAMES:
        alone = told(run, *asked, "--window", name)
        figures += [{**figure, "window": name} for figure in alone["figures"]]
        windows.append(alone["window"])
    assert together["figures"] == figures
    assert together["windows"] == windows


def test_r29_on_a_wednesday(run: Run) -> None:
    """WTD is Monday to Wednesday, MTD 14 days, 7d the 8th to the 14th of May."""
    page = told(run, "volume", "--windows", "wtd,mtd,7d")
    assert [window["label"] for window in page["windows"]] == [
        "2025-05-12..2025-05-14",
        "2025-05-01..2025-05-14",
        "2025-05-08..2025-05-14",
    ]
    assert [figure["value"] for figure in page["figures"]] == [5, 8, 6]


def test_the_columns_stand_side_by_side(run: Run) -> None:
    code, out, _ = run("volume", "--by", "queue", "--windows", "wtd, MTD ,wtd")
    assert code == 0
    rows = [line.split() for line in out.splitlines()]
    assert ["Metric", "queue", "wtd", "mtd", "n", "wtd", "n", "mtd", "Target"] in rows
    assert ["volume", "Billing", "5", "~", "7", "~", "5", "7"] in rows
    assert ["volume", "Refunds", "1", "~", "1"] in rows


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--windows", " , "), "names no window"),
        (("--windows", "7d,someday"), "unknown window"),
        (("--windows", "7d", "--window", "7d"), "exclude each other"),
    ],
)
def test_what_makes_no_sense_is_refused(run: Run, asked: tuple[str, ...], said: str) -> None:
    code, out, err = run("volume", *asked)
    assert (code, out) == (2, "")
    assert said in err


def test_windows_are_of_one_generation_of_the_store(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import between two readings makes the figures unlike: they are read again, and at last refused."""
    load, readings = Asking.load, []

    def changing(self: Asking, needed: Any) -> Snapshot:
        readings.append(needed)
        return replace(load(self, needed), generation=len(readings) if len(readings) < changes else 99)

    monkeypatch.setattr(Asking, "load", changing)
    changes = 3
    assert run("volume", "--windows", "7d,28d")[0] == 0
    assert len(readings) == 4
    changes = 1_000
    readings.clear()
    code, out, err = run("volume", "--windows", "7d,28d")
    assert (code, out, len(readings)) == (5, "", 2 * command.READINGS)
    assert "the store changes" in err
