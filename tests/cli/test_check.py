"""`carecli check`: one line each, exit codes 0, 1 and 2, and the JSON of the contract (design: section 11)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from carecli.cli.main import answered
from tests.cli.test_import_hygiene import loaded
from tests.cli.test_remembered import bring, calls

Run = Callable[..., tuple[int, str, str]]
AT = "2025-05-13T10:15"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("check"))


@pytest.fixture
def run(store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command on that store."""
    at_home(monkeypatch, store)

    def run(*arguments: str, at: str = AT) -> tuple[int, str, str]:
        capsys.readouterr()
        code = answered(["check", *arguments, "--as-of", at])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def filled(folder: Path) -> Path:
    """A store of Monday's calls, 16 of 20 in time, and of a Tuesday on which some give up from 10:00 on."""
    bring(folder, calls(folder / "monday.csv", "m", 16, 4), given_up(folder / "tuesday.csv"))
    return folder / "store.db"


def at_home(monkeypatch: pytest.MonkeyPatch, store: Path) -> None:
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(store.parent))
    monkeypatch.setenv("CARECLI_STORE", str(store))
    monkeypatch.setenv("CARECLI_TZ", "Europe/Berlin")


def given_up(path: Path) -> Path:
    """Twelve callers an interval from 10:00 to 10:15, one of whom, 8.3 %, gives up; and one at 10:16."""
    lines = ["interaction_id,channel,direction,queue,started_at,answered_at,ended_at,outcome,queue_time_sec,talk_sec"]
    for interval in range(3):
        for number in range(12):
            start = f"2025-05-13T10:{5 * interval:02}:{number:02}"
            end = f"2025-05-13T10:{5 * interval + 1:02}:{number:02}"
            told = f",{end},abandoned,60," if number == 0 else f"{start},{end},answered,0,60"
            lines.append(f"t{interval}-{number},voice,inbound,Billing,{start},{told}")
    lines.append("t9,voice,inbound,Billing,2025-05-13T10:16:00,2025-05-13T10:16:00,2025-05-13T10:17:00,answered,0,60")
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_line_each_and_the_code_of_the_worst(run: Run):
    code, out, err = run("voice.service_level >= 80% for 1d", "volume < 10 window today", "csat >= 90%")
    assert code == 1
    assert [" ".join(line.split()) for line in out.splitlines()] == [
        "● ok voice.service_level >= 80% for 1d 80.0 % >= 80 % for 1 day n 20 since 2025-05-13T00:00+02:00",
        "▲ fails volume < 10 window today 36 < 10 n 36",
        "○ unknown csat >= 90% - >= 90 % n 0 no data: needs surveys",
    ]
    assert err == "see carecli explain volume --window 2025-05-13 --as-of 2025-05-13T10:15\n"


@pytest.mark.parametrize(
    ("arguments", "code", "lines"),
    [
        (("asa <= 1h",), 0, 1),
        (("asa > 1h",), 1, 1),
        (("csat >= 90%",), 1, 1),
        (("csat >= 90%", "--unknown", "ok"), 0, 1),
        (("csat >= 90%", "asa > 1h", "--unknown", "ok"), 1, 2),
        (("csat >= 90%", "asa <= 1h", "--quiet"), 1, 1),
        (("asa <= 1h", "--quiet"), 0, 0),
        (("asa <= 1h", "--where", "queue=Nobody"), 1, 1),
        (("volume == 3",), 2, 0),
        (("asa <= 20",), 2, 0),
        (("asa <= 20s", "--window", "never"), 2, 0),
    ],
)
def test_exit_codes(run: Run, arguments: tuple[str, ...], code: int, lines: int):
    found, out, err = run(*arguments)
    assert (found, len(out.splitlines())) == (code, lines)
    assert err.startswith("carecli: ") == (code == 2)


def test_no_store_is_no_failed_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    at_home(monkeypatch, tmp_path / "none.db")
    assert answered(["check", "asa <= 20s"]) == 5
    assert capsys.readouterr().out == ""


def test_json_is_a_list_of_checks(run: Run):
    code, out, _ = run("queue[Billing].asa <= 1h", "csat >= 90%", "--format", "json")
    assert code == 1
    kept, unknown = json.loads(out)
    assert list(kept) == ["check", "state", "value", "target", "where", "since", "figure", "note"]
    assert (kept["check"], kept["state"], kept["where"]) == ("queue[Billing].asa <= 1h", "ok", {"queue": "Billing"})
    assert kept["value"] == kept["figure"]["value"] > 0
    assert (kept["figure"]["metric"], kept["figure"]["n"], kept["since"]) == ("asa", 53, None)
    assert (unknown["state"], unknown["value"], unknown["note"]) == ("unknown", None, "no data: needs surveys")


def test_r57_without_an_expression_the_packs_alarms(run: Run):
    code, out, err = run("--pack", "care-package")
    assert code == 1
    assert " ".join(out.split()) == ("▲ fails abandonment 8.3 % not > 8 % for 15 min n 12 since 2025-05-13T10:15+02:00")
    assert err == "see carecli explain abandonment --window 2025-05-13 --as-of 2025-05-13T10:15\n"
    assert run("--pack", "care-package", at="2025-05-13T10:14:59")[0] == 0


def test_r168_an_alarm_without_a_feed_says_what_it_needs(run: Run):
    code, out, _ = run("--pack", "lightcurve")
    told = "○ unknown error_rate - not >= 5 % for 10 min n 0 no data: needs service_health"
    assert (code, " ".join(out.split())) == (1, told)
    assert run("--pack", "lightcurve", "--unknown", "ok")[0] == 0


def test_a_pack_without_rules_is_no_pass(run: Run):
    code, out, err = run()
    assert (code, out) == (2, "")
    assert "the pack tally has no alert rules" in err
    assert run("--pack", "care-package", "--window", "7d")[0] == 2


def test_named_checks_of_a_file(run: Run, tmp_path: Path):
    path = tmp_path / "checks.toml"
    path.write_text('[checks]\n"voice is quick" = "voice.asa <= 1h"\nbacklog = "backlog < 5"\n')
    code, out, _ = run("--file", str(path), "volume > 1")
    assert code == 1  # nothing is known of cases
    names = ["volume > 1", "voice is quick", "backlog"]
    told = [line[len("○ unknown  ") :] for line in out.splitlines()]
    assert [line[: len(name)] for line, name in zip(told, names, strict=True)] == names


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[checks", "not valid TOML"),
        ("", "expected one table [checks]"),
        ("checks = 3", "expected one table [checks]"),
        ("[checks]\na = 3", "checks.a: found 3, expected a check such as 'backlog < 200'"),
        ("[checks]\na = 'asa <'", "check 'asa <': expected a level"),
        ("[checks]\na = 'asa < 1s'\n[more]", "expected one table [checks]"),
    ],
)
def test_a_file_that_makes_no_sense_is_a_usage_error(run: Run, tmp_path: Path, text: str, said: str):
    path = tmp_path / "checks.toml"
    path.write_text(text)
    code, out, err = run("--file", str(path))
    assert (code, out) == (2, "")
    assert said in err


def test_a_file_that_is_not_there(run: Run, tmp_path: Path):
    assert run("--file", str(tmp_path / "none.toml"))[0] == 2


def test_hostile_names_are_shown_clean(run: Run, tmp_path: Path):
    path = tmp_path / "checks.toml"
    path.write_text('[checks]\n"a\\u001b[31m\\u202e" = "queue[\\u001b]0;x].asa <= 1s"\n')
    _, out, err = run("--file", str(path))
    assert "\x1b" not in out + err
    assert "\u202e" not in out + err


def test_help_has_an_example_and_loads_nothing_heavy():
    code, modules = loaded("check", "--help")
    assert code == 0
    assert modules.isdisjoint({"polars", "textual", "rich", "sqlite3"})
