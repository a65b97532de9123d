"""`carecli identity`: one agent or customer under several ids; figures unite, undoing restores, the history stays."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from carecli.cli.main import answered
from carecli.intake.importing import ImportRequest, import_files
from carecli.store.connection import reading
from carecli.store.frames import generation, load_snapshot, state_hash
from carecli.tables import AGENTS, INTERACTIONS

Run = Callable[..., tuple[int, str, str]]
HEADER = "interaction_id,channel,direction,queue,started_at,answered_at,ended_at,outcome,agent_id,customer_id\n"
CALLS = {
    "desk": [("a", "123", "+49 30 1234567"), ("b", "123", "ann@example.org")],
    "phone": [("c", "ext 7", "device-9"), ("d", "ext 8", "")],
}
AGENT_ROWS = {"desk": "123,Ann Example", "phone": "ext 7,ann  example"}


def sheet(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def bring(folder: Path, source: str, *paths: Path) -> None:
    request = ImportRequest(store=folder / "store.db", key_file=folder / "customer.key", now=1, source=source)
    assert [result.state for result in import_files(paths, request)] == ["imported"] * len(paths)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of two systems with two calls each, and its key."""
    folder = tmp_path_factory.mktemp("imported")
    for source, calls in CALLS.items():
        at = "2025-05-12T10:00:00Z"
        rows = [f"{call},voice,inbound,Billing,{at},{at},{at},answered,{who},{of}\n" for call, who, of in calls]
        people = sheet(folder / f"{source}-agents.csv", f"agent_id,name\n{AGENT_ROWS[source]}\n")
        bring(folder, source, sheet(folder / f"{source}.csv", HEADER + "".join(rows)), people)
    return folder


@pytest.fixture
def run(imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command line on a copy of that store: exit code, stdout, stderr."""
    for name in ("store.db", "customer.key"):
        shutil.copy2(imported / name, tmp_path / name)
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("CARECLI_STORE", str(tmp_path / "store.db"))
    monkeypatch.setenv("CARECLI_TZ", "UTC")
    monkeypatch.setenv("LOGNAME", "day lead")

    def run(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = answered(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def volumes(run: Run) -> dict[str, float]:
    code, out, _ = run("metric", "volume", "--by", "agent", "--as-of", "2025-05-13T08:00Z", "--format", "json")
    assert code == 0
    return {figure["by"]["agent"]: figure["value"] for figure in json.loads(out)["figures"]}


def customers(store: Path) -> set[int]:
    return set(load_snapshot(store, (INTERACTIONS,)).frames["interactions"]["customer_id"].drop_nulls())


def listed(run: Run, *options: str) -> list[dict[str, Any]]:
    code, out, _ = run("identity", "list", "--format", "json", *options)
    assert code == 0
    identities: list[dict[str, Any]] = json.loads(out)["identities"]
    return identities


def test_figures_carry_the_common_name_until_it_is_undone(run: Run, tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    apart, before = {"123": 2.0, "ext 7": 1.0, "ext 8": 1.0}, state_hash(store)
    assert volumes(run) == apart
    code, out, err = run("identity", "link", "--to", "Agent One", "desk:123", "phone:ext 7")
    assert (code, err) == (0, "")
    assert out == "merge 1: agent desk:123, phone:ext 7 is Agent One; undo it: carecli identity unlink 1\n"
    assert volumes(run) == {"Agent One": 3.0, "ext 8": 1.0}
    assert set(load_snapshot(store, (AGENTS,)).agents.values()) == {"Agent One"}
    assert run("identity", "unlink", "1")[:2] == (
        0,
        "agent desk:123 is no longer Agent One\nagent phone:ext 7 is no longer Agent One\n",
    )
    assert (volumes(run), state_hash(store)) == (apart, before)


def test_three_ids_of_a_customer_become_one_and_undoing_restores_three(run: Run, tmp_path: Path) -> None:
    """R312. What is typed as telephone number or address is stored as the imports store it: as a keyed hash."""
    store = tmp_path / "store.db"
    assert len(customers(store)) == 3
    ids = ("desk:+49 (0)30 1234567", "desk:Ann@Example.org", "phone:device-9")
    code, out, err = run("identity", "link", "--kind", "customer", "--to", "ann@example.org", *ids)
    assert (code, err) == (0, "")
    assert len(customers(store)) == 1
    said = out + run("identity", "list")[1] + json.dumps(listed(run))
    assert re.search(r"desk:C-\w{16}", said)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("store.db*"))
    for secret in ("1234567", "ann@example", "Ann@Example"):
        assert secret not in said
        assert secret.encode() not in stored
    assert run("identity", "unlink", "--kind", "customer", "desk:ann@example.org")[0] == 0
    assert len(customers(store)) == 1  # it is the very id the other two were linked to
    assert run("identity", "unlink", "1")[0] == 0
    assert len(customers(store)) == 3


def test_one_id_can_be_taken_out_of_a_merge(run: Run) -> None:
    run("identity", "link", "--to", "Agent One", "desk:123", "phone:ext 7", "phone:ext 8")
    assert volumes(run) == {"Agent One": 4.0}
    assert run("identity", "unlink", "phone:ext 8")[:2] == (0, "agent phone:ext 8 is no longer Agent One\n")
    assert volumes(run) == {"Agent One": 3.0, "ext 8": 1.0}


def test_the_history_says_who_when_and_what(run: Run, tmp_path: Path) -> None:
    assert run("identity", "list") == (0, "", "nothing is linked\n")
    run("identity", "link", "--to", "Agent One", "desk:123", "--author", "night lead")
    run("identity", "unlink", "1")
    run("identity", "link", "--to", "Agent Two", "desk:123")
    (now,) = listed(run)
    assert (now["merge"], now["canonical"], now["author"], now["removed_at"]) == (2, "Agent Two", "day lead", None)
    first, second = listed(run, "--all")
    assert (first["canonical"], first["author"], first["removed_by"]) == ("Agent One", "night lead", "day lead")
    assert first["written_at"] <= first["removed_at"] <= second["written_at"]
    assert first["written_at"].endswith("+00:00")
    undone, line = run("identity", "list", "--all")[1].splitlines()
    assert undone.startswith("merge 1  agent  desk:123 is Agent One  by night lead, ")
    assert "; undone by day lead, " in undone
    assert re.fullmatch(r"merge 2  agent  desk:123 is Agent Two  by day lead, \w+ \d+ \w+ \d+ \d\d:\d\d", line)
    with reading(tmp_path / "store.db") as connection:
        assert generation(connection) == 4 + 3  # four imports, three changes: whoever watches is woken


def test_what_a_person_says_goes_before_what_was_imported(run: Run, tmp_path: Path) -> None:
    mapping = sheet(tmp_path / "map.csv", "kind,source,external_id,canonical\nagent,desk,123,HR-1\n")
    bring(tmp_path, "people", mapping)
    assert volumes(run)["HR-1"] == 2.0
    run("identity", "link", "--to", "Agent One", "desk:123")
    assert volumes(run) == {"Agent One": 2.0, "ext 7": 1.0, "ext 8": 1.0}
    assert [each["canonical"] for each in listed(run)] == ["Agent One"]
    run("identity", "unlink", "1")
    assert volumes(run)["HR-1"] == 2.0
    assert run("identity", "list")[1] == "imported  agent  desk:123 is HR-1\n"


def test_suggestions_are_proposed_until_they_are_followed(run: Run) -> None:
    code, out, _ = run("identity", "suggest")
    first, command = out.splitlines()
    assert (code, first) == (0, "Ann Example (same name): desk:123, phone:ext 7")
    assert command == "  carecli identity link --to 'Ann Example' desk:123 'phone:ext 7'"
    (candidate,) = json.loads(run("identity", "suggest", "--format", "json")[1])["candidates"]
    assert (candidate["reason"], candidate["canonical"]) == ("same name", "Ann Example")
    assert candidate["ids"][1] == {"source": "phone", "external_id": "ext 7"}
    run("identity", "link", "--to", "Agent One", "desk:123")
    (candidate,) = json.loads(run("identity", "suggest", "--format", "json")[1])["candidates"]
    assert (candidate["canonical"], [i["external_id"] for i in candidate["ids"]]) == ("Agent One", ["ext 7"])
    run("identity", "link", "--to", "Agent One", "phone:ext 7")
    assert run("identity", "suggest") == (0, "", "nothing to suggest\n")


def test_an_e_mail_in_other_letters_is_suggested(run: Run, tmp_path: Path) -> None:
    for source, who in (("chat", "Bob@Example.org"), ("crm", "bob@example.org")):
        bring(tmp_path, source, sheet(tmp_path / f"{source}.csv", f"agent_id,name\n{who},\n"))
    assert "Bob@Example.org (same e-mail): crm:bob@example.org\n" in run("identity", "suggest")[1]


def test_an_id_nobody_has_seen_is_linked_and_said(run: Run) -> None:
    code, out, err = run("identity", "link", "--to", "Agent One", "desk:124")
    assert (code, out.startswith("merge 1: ")) == (0, True)
    assert err == "no row of desk carries 124 (yet): is it spelt as there?\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("link", "--to", "One", "123"), "an id is SOURCE:ID, not '123'"),
        (("link", "--to", "One", "desk:"), "an id is SOURCE:ID"),
        (("link", "--to", " ", "desk:123"), "the name must be 1 to 200 characters"),
        (("link", "--to", "One", "fax:123"), "nothing was imported from a source 'fax'"),
        (("link", "--to", "One", "--kind", "team", "desk:123"), "'team' is not one of"),
        (("link", "desk:123"), "Missing option '--to'"),
        (("unlink", "7"), "no merge 7 is in force"),
        (("unlink", "9" * 30), "an id is SOURCE:ID"),
        (("unlink", "desk:999"), "nobody linked the agent desk:999"),
    ],
)
def test_what_makes_no_sense_is_a_usage_problem(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run("identity", *arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert listed(run, "--all") == []


def test_an_id_is_linked_once(run: Run) -> None:
    run("identity", "link", "--to", "Agent One", "desk:123")
    code, _, err = run("identity", "link", "--to", "Agent Two", "phone:ext 7", "desk:123")
    assert (code, "desk:123 is linked to 'Agent One' already, by merge 1" in err) == (2, True)
    assert [each["external_id"] for each in listed(run)] == ["123"]  # nothing of the second merge was kept


def test_hostile_names_are_shown_literally(run: Run) -> None:
    name = "[/b]\x1b]52;c;aGk=\x07 \u202e"
    run("identity", "link", "--to", name, "desk:123")
    for command in (("list",), ("list", "--format", "json"), ("suggest",)):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", run("identity", *command)[1])


def test_there_must_be_a_store(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "none.db"
    for command in (("list",), ("suggest",), ("unlink", "1"), ("link", "--to", "One", "desk:1")):
        assert run("identity", *command, "--store", str(other))[0] == 5
    assert not other.exists()
