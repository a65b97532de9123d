"""`carecli annotate`: noted, shown on the boards, removed; whatever was typed is text."""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import carecli
from carecli.cli.main import answered
from tests.cli.test_remembered import bring, calls

HOSTILE = "[/b]\x1b]52;c;aGk=\x07 \x9b2J\u202e[@click=app.quit]x[/]"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line on a store with the calls of 12 May 2025 in Berlin: exit code, stdout, stderr."""
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("CARECLI_STORE", str(tmp_path / "store.db"))
    monkeypatch.setenv("CARECLI_TZ", "Europe/Berlin")
    monkeypatch.setenv("LOGNAME", "night lead")
    bring(tmp_path, calls(tmp_path / "day.csv", "d", 8, 2))

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = answered(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def listed(run: Run, *options: str) -> list[dict[str, Any]]:
    code, out, _ = run("annotate", "list", "--format", "json", *options)
    assert code == 0
    annotations: list[dict[str, Any]] = json.loads(out)["annotations"]
    return annotations


def happened(run: Run, board: str = "standup") -> list[dict[str, Any]]:
    code, out, _ = run("board", board, "--as-of", "2025-05-12T18:00", "--format", "json")
    assert code == 0
    moments: list[dict[str, Any]] = json.loads(out)["happened"]
    return moments


def test_a_note_goes_round(run: Run) -> None:
    span = ("--at", "2025-05-12T14:00", "--until", "2025-05-12T14:00:00Z")
    code, out, _ = run("annotate", "add", *span, "--scope", "queue=Billing", "phones down")
    assert (code, out) == (
        0,
        "annotation 1 is noted: Mon 12 May 2025 14:00 to Mon 12 May 2025 16:00 Europe/Berlin\n",
    )
    (note,) = listed(run)
    assert list(note)[:7] == ["id", "at", "until", "kind", "scope", "text", "author"]
    assert list(note.values())[:4] == [1, "2025-05-12T14:00:00+02:00", "2025-05-12T16:00:00+02:00", "incident"]
    assert list(note.values())[4:7] == ["queue=Billing", "phones down", getpass.getuser()]
    assert note["author"] == "night lead"
    for board in ("standup", "queues"):
        (moment,) = happened(run, board)
        assert (moment["at"], moment["kind"], moment["text"]) == (note["at"], "incident", "phones down")
    assert run("annotate", "remove", "1", "--author", "day lead")[:2] == (0, "annotation 1 is removed\n")
    assert (listed(run), happened(run), happened(run, "queues")) == ([], [], [])
    (gone,) = listed(run, "--all")
    assert (gone["text"], gone["author"], gone["removed_by"]) == ("phones down", "night lead", "day lead")
    assert date.fromisoformat(gone["removed_at"][:10]) >= date(2025, 5, 13)


def test_the_list_as_text_says_who_and_what_became_of_it(run: Run) -> None:
    assert run("annotate", "list") == (0, "", "nothing noted\n")
    run("annotate", "add", "--at", "2025-05-12T14:02", "--kind", "release", "web 25.5.2")
    line = "1  Mon 12 May 2025 14:02  release  web 25.5.2  by night lead"
    assert run("annotate", "list")[1] == f"{line}\n"
    run("annotate", "remove", "1")
    assert run("annotate", "list")[1] == ""
    assert re.fullmatch(
        rf"{line}, removed \w+ \d+ \w+ \d+ \d\d:\d\d by night lead\n", run("annotate", "list", "--all")[1]
    )


def test_times_are_of_the_reporting_zone_unless_they_say_another(run: Run) -> None:
    run("annotate", "add", "--at", "2025-05-12T14:02", "Berlin")
    run("annotate", "add", "--at", "2025-05-12T14:02", "--tz", "America/New_York", "New York")
    run("annotate", "add", "--at", "2025-05-12T14:02+05:30", "--tz", "America/New_York", "Pune")
    ats = {note["text"]: note["at"] for note in listed(run, "--tz", "UTC")}
    assert ats == {
        "Berlin": "2025-05-12T12:02:00+00:00",
        "New York": "2025-05-12T18:02:00+00:00",
        "Pune": "2025-05-12T08:32:00+00:00",
    }


def test_hostile_text_is_shown_literally_and_does_nothing(run: Run) -> None:
    run("annotate", "add", "--at", "2025-05-12T14:02", "--scope", f"queue={HOSTILE}", "--author", HOSTILE, HOSTILE)
    assert happened(run)[0]["text"] == HOSTILE == listed(run)[0]["author"]
    plain = "[/b]␛]52;c;aGk=␇ \ufffd2J\ufffd[@click=app.quit]x[/]"
    boards = [("board", name, "--as-of", "2025-05-12T18:00") for name in ("standup", "queues")]
    for command in (*boards, ("annotate", "list"), ("annotate", "list", "--format", "json")):
        code, out, _ = run(*command)
        assert code == 0
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out)
        if "json" not in command:
            assert plain in re.sub(r"\s+", " ", out)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--at", "yesterday", "x"), "--at takes an ISO time, not 'yesterday'"),
        (("--at", "2025-05-12", "--until", "", "x"), "--until takes an ISO time, not ''"),
        (("--at", "2025-05-12T14:00", "--until", "2025-05-12T13:00", "x"), "ends after it starts"),
        (("--at", "2025-05-12", "--scope", "Billing", "x"), "a scope is DIM=VALUE"),
        (("--at", "2025-05-12", "--tz", "Berlin", "x"), "no such time zone"),
        (("--at", "2025-05-12", "--kind", "party", "x"), "'party' is not one of"),
        (("--at", "2025-05-12", " "), "the text is empty"),
        (("x",), "Missing option '--at'"),
    ],
)
def test_what_makes_no_sense_is_a_usage_problem(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run("annotate", "add", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert listed(run, "--all") == []


def test_removing_what_is_not_there(run: Run) -> None:
    code, _, err = run("annotate", "remove", "7")
    assert (code, "no annotation 7" in err) == (2, True)
    assert run("annotate", "remove", str(2**63))[0] == 2


def test_a_system_without_login_names_asks_for_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nobody)
    code, _, err = run("annotate", "add", "--at", "2025-05-12", "x")
    assert (code, "--author NAME" in err) == (2, True)
    assert run("annotate", "add", "--at", "2025-05-12", "--author", "lead", "x")[0] == 0


def test_the_mapper_is_imported_in_one_place() -> None:
    package = Path(carecli.__file__).parent
    mapper = re.compile(r"^\s*(?:from|import) (?:sqlmodel|sqlalchemy)\b", re.MULTILINE)
    module = re.compile(r"\bcarecli\.store\.written\b|from carecli\.store import .*\bwritten\b")
    texts = {str(path.relative_to(package)): path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    assert [name for name, text in texts.items() if mapper.search(text)] == ["store/written.py"]
    assert [name for name, text in texts.items() if module.search(text)] == ["cli/annotate.py"]
