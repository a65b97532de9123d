"""`carecli board data` over a store: what was imported, refused and quarantined, as text and JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from carecli.cli.main import answered
from carecli.intake.importing import ImportRequest, import_files

HEADER = "interaction_id,channel,direction,queue,started_at,answered_at,ended_at,outcome,agent_id,case_id\n"
AT = "2025-05-12T10:00:00Z"


def calls(path: Path, *rows: str) -> Path:
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def call(key: str, agent: str, case: str = "", at: str = AT) -> str:
    return f"{key},voice,inbound,Billing,{at},{AT},{AT},answered,{agent},{case}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two systems with an agent 7; a call of an unknown case, one with a bad time, and a strange file."""
    made = tmp_path_factory.mktemp("data")
    tickets = made / "tickets.csv"
    tickets.write_text(f"case_id,channel,created_at,assignee_id\n1,voice,{AT},7\n2,email,{AT},8\n", encoding="utf-8")
    strange = made / "strange.csv"
    strange.write_text("alpha,beta\n1,2\n", encoding="utf-8")
    phone = calls(made / "calls.csv", *[call(f"c{n}", "7", "1" if n == 0 else "") for n in range(30)],
                  call("x", "7", "99"), call("y", "7", at="yesterday"))  # fmt: skip
    for source, path in (("zendesk", tickets), ("talkdesk", phone), ("talkdesk", strange)):
        request = ImportRequest(store=made / "store.db", key_file=made / "key", now=1_747_100_000, source=source)
        list(import_files([path], request))
    return made


@pytest.fixture
def printed(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(folder))

    def run(*more: str) -> tuple[int, str, str]:
        asked = ("--store", str(folder / "store.db"), "--as-of", "2025-05-13T12:00", "--tz", "Europe/Berlin")
        code = answered(["board", "data", *asked, *more])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def test_the_board_as_json(printed: Any) -> None:
    code, out, err = printed("--format", "json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    figures = {figure["metric"]: figure for figure in told["figures"]}
    assert (figures["quarantined"]["numerator"], figures["quarantined"]["denominator"]) == (1, 32)
    assert (figures["orphans"]["numerator"], figures["orphans"]["denominator"]) == (1, 31)
    assert (figures["tier_present"]["value"], figures["survey_join_rate"]["note"]) == (0, "no data: needs surveys")
    assert [feed["source"] for feed in told["coverage"]] == ["talkdesk", "zendesk"]
    assert [(file["state"], file["rows"]) for file in told["files"]] == [("rejected", None), ("imported", 32),
                                                                         ("imported", 2)]  # fmt: skip
    assert [refused["code"] for refused in told["refused"]] == ["unknown-kind"]
    (bad,) = told["quarantine"]
    assert (bad["column"], bad["records"], bad["example"]["line"]) == ("started_at", 1, 33)
    assert [shared["id"] for shared in told["agents"]["shared"]] == ["7"]
    suppressed = {f["by"]["reason"]: f["value"] for f in told["figures"] if f["metric"] == "contacts_suppressed"}
    assert suppressed == {"case of a contact": 1, "case in a channel with its own feed": 0}


def test_the_board_as_text_says_the_same(printed: Any) -> None:
    code, out, _ = printed()
    words = " ".join(out.split())
    assert code == 0
    assert "calls.csv:33: found 'yesterday'" in words
    assert "agent ids shared by sources: 7 (talkdesk, zendesk): one person or two? carecli identity link" in words
    assert "Cases of a contact that counts already: 1" in words


def test_one_source(printed: Any) -> None:
    code, out, _ = printed("--where", "source=zendesk", "--format", "json")
    told = json.loads(out)
    assert code == 0
    assert told["where"] == {"source": "zendesk"}
    assert [feed["source"] for feed in told["coverage"]] == ["zendesk"]
    assert (told["files_in_all"], told["quarantine"]) == (1, [])


def test_a_window_moves_what_counts_once_alone(printed: Any) -> None:
    told = json.loads(printed("--window", "2025-05-10", "--format", "json")[1])
    assert [(f["value"], f["note"]) for f in told["figures"] if f["metric"] == "contacts_suppressed"] == [
        (None, "not covered")
    ] * 2
    assert told["files_in_all"] == 3


@pytest.mark.parametrize("where", ["queue=Billing", "source="])
def test_a_file_is_of_no_queue(printed: Any, where: str) -> None:
    code, out, err = printed("--where", where)
    assert (code, out) == (2, "")
    assert "--where source=NAME" in err
