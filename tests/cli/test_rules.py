"""`carecli rules`: in words, and replayed over the last days (R307)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from carecli.cli.main import answered
from tests.cli.test_check import at_home, filled


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = answered(["rules", *arguments])
    told = capsys.readouterr()
    return code, told.out, told.err


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("rules"))


@pytest.fixture
def pack(store: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A pack of one's own beside two days of calls."""
    at_home(monkeypatch, store)
    path = store.with_name("own.toml")
    path.write_text(
        """extends = "care-package"
id = "own"
title = "Own"
[alerts.slow]                     # R10
metric = "asa"
above = "60 s"
sustained = "15 min"
every = "5 min"
where = { queue = "Billing" }
clears_below = "40 s"
clears_after = 2
minimum_n = 5
[alerts.late]
metric = "service_level"
below = 0.8
window = "7d"
for = "3d"
[alerts.errors]
metric = "uptime"
at_least = 0.05
sustained = "10 min"
every = "5 min"
"""
    )
    return str(path)


def test_the_rules_in_words(pack: str, capsys: pytest.CaptureFixture[str]):
    code, out, _ = said(capsys, "list", "--pack", pack)
    assert code == 0
    assert [" ".join(line.split()) for line in out.splitlines()] == [
        "alert rules of own 1",
        "",
        "abandonment",
        "alarm Abandonment > 8 % in 3 intervals of 5 min in a row",
        "clears not so in 1 interval",
        "from care-package.toml R57",
        "",
        "slow",
        "alarm Average speed of answer > 60 s in 3 intervals of 5 min in a row",
        "clears < 40 s in 2 intervals in a row",
        "only queue=Billing",
        "least n 5",
        "from own.toml R10",
        "",
        "late",
        "alarm Service level < 80 % at the end of 3 days in a row, over 7 days each",
        "clears not so in 1 day",
        "from own.toml",
        "",
        "errors",
        "unknown needs uptime, which no feed gives",
        "from own.toml",
    ]
    _, out, _ = said(capsys, "list", "--pack", pack, "--format", "json")
    rules = json.loads(out)["rules"]
    assert [rule["rule"] for rule in rules] == ["abandonment", "slow", "late", "errors"]
    assert (rules[1]["where"], rules[1]["minimum_n"], rules[3]["note"] is not None) == ({"queue": "Billing"}, 5, True)
    assert said(capsys, "list")[1] == "tally 1 has no alert rules\n"


def test_r307_how_often_a_rule_would_have_fired(pack: str, capsys: pytest.CaptureFixture[str]):
    code, out, err = said(
        capsys, "test", "--pack", pack, "--as-of", "2025-05-13T10:16", "--format", "json",
        "--try", "abandonment > 8% for 10min", "--try", "abandonment > 9% for 5min", "abandonment", "errors",
    )  # fmt: skip
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["window"]["label"] == "2025-04-16..2025-05-13"
    shipped, errors, shorter, higher = told["rules"]
    assert (shipped["fired"], shipped["first"], shipped["last"]) == (1, *["2025-05-13T10:15:00+02:00"] * 2)
    assert (shipped["alarms"], shipped["alarm_sec"]) == ([{"since": "2025-05-13T10:15:00+02:00", "until": None}], 0)
    assert (shipped["readings"], shipped["with_data"]) == (27 * 288 + 123, 7)  # four of Monday, three of Tuesday
    assert (shipped["p5"], shipped["p50"], shipped["p95"]) == (0.0, 0.0, 1 / 12)
    assert (errors["fired"], errors["note"]) == (0, "needs uptime, which no feed gives")
    assert (shorter["fired"], shorter["first"], shorter["alarm_sec"]) == (1, "2025-05-13T10:10:00+02:00", 300)
    assert (higher["rule"], higher["fired"], higher["first"]) == ("abandonment > 9% for 5min", 0, None)


def test_r307_as_a_table(pack: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "120")
    code, out, _ = said(capsys, "test", "--pack", pack, "--as-of", "2025-05-13T10:16", "--days", "2")
    rows = [" ".join(line.split()) for line in out.splitlines()]
    assert code == 0
    assert rows[0] == "Alert rules replayed over 2025-05-12..2025-05-13"
    assert rows[1] == "as of Tue 13 May 2025 10:16 Europe/Berlin pack own 1"
    assert "Rule Fired First Last In alarm Read With data p5 p50 p95" in rows
    assert "abandonment 1 13 May 10:15 13 May 10:15 0 min 411 1.7 % 0.0 % 0.0 % 8.3 %" in rows
    assert "errors - - - - - - - - -" in rows
    assert "errors: needs uptime, which no feed gives" in rows
    assert max(map(len, out.splitlines())) <= 120


def test_the_slice_that_is_asked_for(pack: str, capsys: pytest.CaptureFixture[str]):
    arguments = ("test", "abandonment", "--pack", pack, "--as-of", "2025-05-13T10:16", "--format", "json")
    _, out, _ = said(capsys, *arguments, "--where", "queue=Refunds")
    (rule,) = json.loads(out)["rules"]
    assert (rule["fired"], rule["with_data"], rule["note"]) == (0, 0, "no such queue: Refunds")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("test",), "the pack tally has no alert rules"),
        (("test", "moon", "--pack", "care-package"), "the pack care-package has no alert rule 'moon'"),
        (("test", "--try", "abandonment > 10%"), "a rule says for how long"),
        (("test", "--try", "abandonment > 10s for 15min"), "10 s is no level of a share"),
        (("test", "--days", "0"), "--days"),
    ],
)
def test_usage(pack: str, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str):
    code, out, err = said(capsys, *arguments)
    assert (code, out) == (2, "")
    assert message in err
