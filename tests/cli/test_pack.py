"""`carecli pack`: list, show, diff and lint; packs of one's own by name and by path; exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from carecli.cli.main import answered
from carecli.policy.pack import available_packs
from tests.cli.test_remembered import bring, calls

HOSTILE = "\x1b]52;c;aGk=\x07 \x9b2J\u202e"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line with an empty config folder: exit code, stdout, stderr."""
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("CARECLI_STORE", str(tmp_path / "store.db"))
    monkeypatch.setenv("CARECLI_TZ", "Europe/Berlin")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("CARECLI_PACK", raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = answered(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def own(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / "config" / "packs" / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_list_names_the_five_and_marks_the_one_in_force(run: Run):
    code, out, err = run("pack", "list")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["care-package", "lightcurve", "prestige", "service-strategy"]
    assert lines[4].startswith("* tally")
    assert "002" in lines[4]
    assert "internal" in lines[4]


def test_list_shows_packs_of_ones_own_and_what_is_wrong_with_them(run: Run, tmp_path: Path):
    own(tmp_path, "northwind", 'extends = "prestige"\ntitle = "North wind"\nstatus = "internal"\n')
    own(tmp_path, "broken", 'extends = "tally"\nfcr.dayz = 3\n')
    own(tmp_path, "tally", 'extends = "tally"\n')
    code, out, err = run("pack", "list", "--format", "json")
    rows = {row["name"]: row for row in json.loads(out) if not row["shipped"]}
    assert (code, rows["northwind"]["title"], rows["northwind"]["status"]) == (1, "North wind", "internal")
    assert rows["broken"]["problem"].startswith("broken.toml: fcr.dayz: unknown key")
    assert "tally.toml is hidden" in err
    code, out, _ = run("pack", "list")
    assert code == 1
    assert "broken.toml: fcr.dayz: unknown key" in out


@pytest.mark.parametrize("name", ["000", "001", "002", "003", "004", "prestige"])
def test_show_prints_every_pack_as_a_page(run: Run, name: str):
    code, out, _ = run("pack", "show", name)
    assert code == 0
    assert "\nOpening hours\n" in out
    assert "\nHow figures are counted\n" in out
    assert max(map(len, out.splitlines())) <= 120
    assert "R" in out
    assert "{" not in out
    assert "Decimal" not in out


def test_show_is_of_the_pack_in_force(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CARECLI_PACK", "lightcurve")
    _, out, _ = run("pack", "show", "--format", "json")
    shown = json.loads(out)
    assert shown["id"] == "lightcurve"
    assert shown["settings"]["papers.post_mortem.within"] == "72 h"
    assert shown["files"]["csat.minimum_n"] == "definitions.toml"


def test_a_pack_of_ones_own_by_name_and_by_path(run: Run, tmp_path: Path):
    own(tmp_path, "northwind", 'extends = "001"\ntiers.elite.targets.chat.within = "15 min"\n')
    branch = own(tmp_path, "branch", 'extends = "northwind"\nversion = "2"\n')
    for name in ("branch", str(branch)):
        code, out, _ = run("pack", "diff", "prestige", name)
        assert code == 1
        assert out.splitlines() == [
            "--- prestige",
            "+++ branch",
            "2 keys differ",
            "version",
            "  - 1",
            "  + 2",
            "tiers.elite.targets.chat.within",
            "  - 15 s",
            "  + 15 min",
        ]


def test_diff_prints_changed_keys_only(run: Run):
    code, out, _ = run("pack", "diff", "001", "002", "--format", "json")
    found = json.loads(out)
    changed = {each["key"] for each in found["changed"]}
    assert (code, found["before"], found["after"]) == (1, "prestige", "tally")
    assert "service_level.chat.within" in changed
    assert "service_level.voice.within" not in changed
    assert run("pack", "diff", "tally", "002")[0] == 0


def test_lint_has_nothing_to_say_of_the_tally_and_warns_of_gaps(run: Run, tmp_path: Path):
    assert run("pack", "lint") == (0, "tally: no warnings\n", "")
    two = own(tmp_path, "two", 'extends = "tally"\npriorities.P3 = false\npriorities.P4 = false\n')
    code, out, _ = run("pack", "lint", str(two))
    assert (code, out.splitlines()[0]) == (1, "priorities: found 2, expected 3 or 4 (R130)")
    code, out, _ = run("pack", "lint", "two", "--format", "json")
    assert (code, json.loads(out)["warnings"]) == (1, ["priorities: found 2, expected 3 or 4 (R130)"])


def test_lint_says_what_the_feeds_cannot_measure(run: Run, tmp_path: Path):
    bring(tmp_path, calls(tmp_path / "day.csv", "d", 8, 2))
    code, out, _ = run("pack", "lint", "tally", "--store", str(tmp_path / "store.db"))
    said = {line.partition(":")[0] for line in out.splitlines()}
    assert code == 1
    assert {"priorities.P1", "bands.csat"} <= said  # only calls were imported
    assert "service_level.voice" not in said
    assert run("pack", "lint", "tally", "--store", str(tmp_path / "none.db"))[0] == 5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('extends = "tally"\nladders.P1.steps.first.within = "soon"\n', "own.toml: ladders.P1.anchor: found nothing"),
        ('extends = "tallly"\n', "own.toml: extends: found 'tallly', expected one of care-package"),
        ('extends = "own.toml"\n', "own.toml: extends: a pack can't extend itself: own.toml -> own.toml"),
        ('extends = "own"\n', "own.toml: extends: a pack can't extend itself"),
        ("extends = 2\n", "own.toml: extends: found 2, expected the name or path of a pack"),
        ('extends = "definitions"\n', "own.toml: calendars: found nothing"),
        ('title = "alone"\n', "own.toml: calendars: found nothing"),
        ("extends = ", "own.toml: not valid TOML"),
    ],
)
def test_what_makes_no_sense_is_an_error_of_usage(run: Run, tmp_path: Path, text: str, says: str):
    path = own(tmp_path, "own", text)
    for arguments in (("lint", str(path)), ("show", "own"), ("diff", "tally", "own")):
        code, out, err = run("pack", *arguments)
        assert (code, out) == (2, "")
        assert says in err


def test_a_cycle_through_two_packs_names_both(run: Run, tmp_path: Path):
    own(tmp_path, "one", 'extends = "two"\n')
    own(tmp_path, "two", 'extends = "one"\n')
    code, _, err = run("pack", "lint", "one")
    assert code == 2
    assert "a pack can't extend itself: one.toml -> two.toml -> one.toml" in err


def test_whatever_a_pack_holds_is_printed_as_text(run: Run, tmp_path: Path):
    escaped = HOSTILE.encode("unicode_escape").decode().replace("\\x", "\\u00")
    own(tmp_path, "odd", f'extends = "prestige"\ntitle = "{escaped}"\nseverities.P2.definition = "{escaped}"\n')
    for arguments in (("list",), ("show", "odd"), ("diff", "prestige", "odd"), ("lint", "odd")):
        _, out, err = run("pack", *arguments)
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(out + err)


@pytest.mark.parametrize("command", ["list", "show", "diff", "lint"])
def test_every_command_explains_itself_with_an_example(run: Run, command: str):
    code, out, _ = run("pack", command, "--help")
    assert code == 0
    assert f"Example: carecli pack {command}" in out


def test_a_pack_changes_no_raw_count(run: Run, tmp_path: Path):
    """C14: counts are the same under every pack."""
    bring(tmp_path, calls(tmp_path / "day.csv", "d", 8, 2))
    counts = []
    for name in available_packs():
        asked = ("volume", "offered", "answered", "abandoned", "--as-of", "2025-05-12T18:00", "--window", "today")
        code, out, _ = run("metric", *asked, "--pack", name, "--format", "json")
        figures = json.loads(out)
        assert (code, figures["pack"]) == (0, f"{name} 1")
        counts.append({figure["metric"]: figure["value"] for figure in figures["figures"]})
    assert counts == [{"volume": 10, "offered": 10, "answered": 10, "abandoned": 0}] * 5


@pytest.mark.parametrize("board", ["standup", "queues", "backlog"])
def test_every_board_prints_under_every_pack(run: Run, tmp_path: Path, board: str):
    bring(tmp_path, calls(tmp_path / "day.csv", "d", 8, 2))
    for name in available_packs():
        code, out, err = run("board", board, "--as-of", "2025-05-12T18:00", "--pack", name)
        assert (code, err) == (0, "")
        assert name in out
