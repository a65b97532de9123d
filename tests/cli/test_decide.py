"""`carecli decide`: noted, listed, undone; a store that isn't there is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.cli.main import answered
from carecli.store.connection import writing


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(tmp_path / "settings"))
    path = tmp_path / "store.db"
    with writing(path):
        pass
    return str(path)


def test_what_is_decided_is_listed_and_can_be_undone(store: str, capsys: pytest.CaptureFixture[str]):
    given = ("--author", "lead", "--store", store)
    assert answered(["decide", "add", "one from chat \x1b[31mto voice", *given]) == 0
    assert answered(["decide", "add", "call back the refunds", *given]) == 0
    assert capsys.readouterr().out == "decision 1 is noted\ndecision 2 is noted\n"
    assert answered(["decide", "undo", "1", "--author", "deputy", "--store", store]) == 0
    capsys.readouterr()
    assert answered(["decide", "list", "--store", store]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.endswith("call back the refunds  by lead")
    assert answered(["decide", "list", "--all", "--store", store]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("by lead, undone by deputy")
    assert "\x1b" not in first
    assert second == line


def test_what_makes_no_sense_is_said(store: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert answered(["decide", "undo", "7", "--author", "lead", "--store", store]) == 2
    assert answered(["decide", "add", "   ", "--author", "lead", "--store", store]) == 2
    assert answered(["decide", "add", "x", "--author", "lead", "--store", str(tmp_path / "none.db")]) == 5
    assert capsys.readouterr().out == ""
