"""The first use: a folder of exports in, the stand-up page out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.acceptance import contract
from tests.acceptance.conftest import EXPORTS
from tests.acceptance.running import Answer, carecli, carecli_process, done


def test_every_file_of_the_folder_adds_up(imported: Answer):
    files = imported.json["files"]
    assert imported.code == 0
    assert imported.err == ""
    assert len(files) == len(EXPORTS) + 1
    for file in files:
        assert tuple(file)[: len(contract.FILE)] == contract.FILE
        assert file["state"] == "imported"
        assert file["rows"] == sum(file[fate] for fate in contract.FATES) > 0


def test_the_same_folder_again_is_repeated_and_changes_nothing(imported: Answer, exports: Path, desk: tuple[str, ...]):
    before = done(carecli("board", "standup", *desk, "--format", "json")).out
    again = carecli("import", exports, *desk[:2], "--format", "json").json["files"]
    assert {(file["state"], file["new"], file["changed"], file["stale"]) for file in again} == {("repeated", 0, 0, 0)}
    assert [file["rows"] for file in again] == [file["rows"] for file in imported.json["files"]]
    assert done(carecli("board", "standup", *desk, "--format", "json")).out == before


def test_the_page_as_json_keeps_the_contract(desk: tuple[str, ...]):
    board = done(carecli("board", "standup", *desk, "--format", "json")).json
    assert tuple(board)[: len(contract.PAGE)] == contract.PAGE
    assert (board["board"], board["as_of"], board["pack"]) == ("standup", "2025-05-13T08:45:00+02:00", "tally 1")
    assert board["window"]["from"] == "2025-05-12T00:00:00+02:00"
    assert board["window"]["to"] == "2025-05-13T00:00:00+02:00"
    figures = list(_figures(board))
    assert len(figures) > 40
    for figure in figures:
        assert tuple(figure) == contract.FIGURE
        assert figure["note"] or figure["value"] is not None
        assert figure["unit"] != "ratio" or figure["value"] is None or 0 <= figure["value"] <= 1
    assert {feed["source"] for feed in board["feeds"]} >= {"talkdesk", "chat", "zendesk"}


def _figures(told: Any) -> Iterator[dict[str, Any]]:
    """Every figure, wherever it stands on the page."""
    if isinstance(told, dict) and "metric" in told:
        yield told
    elif isinstance(told, dict | list):
        for value in told.values() if isinstance(told, dict) else told:
            yield from _figures(value)


def test_the_page_as_text_says_the_same_numbers(desk: tuple[str, ...]):
    """One path: what the page prints is the JSON's figure, and the metric's own."""
    text = done(carecli("board", "standup", *desk)).out
    head = text.splitlines()[0]
    where = ("--where", "channel=voice", "--window", "2025-05-12", "--format", "json")
    (level,) = done(carecli("metric", "service_level", *desk, *where)).json["figures"]
    told = done(carecli("board", "standup", *desk, "--format", "json")).json["headlines"]
    shown = next(each["figure"] for each in told if each["figure"]["metric"] == "service_level")
    assert head.startswith("Stand-up")
    assert "Mon 12 May 2025" in head
    assert (shown["value"], shown["n"]) == (level["value"], level["n"])
    assert f"{level['value'] * 100:.1f} %" in text
    assert "target 80 % in 20 s" in text
    assert "\x1b" not in text


def test_no_customer_and_no_agent_is_named_on_the_page(desk: tuple[str, ...], exports: Path):
    """What a whole room can read names nobody."""
    agents = (exports / "people/agents.csv").read_text(encoding="utf-8").splitlines()[1:]
    names = {line.split(",")[2] for line in agents}
    pages = [done(carecli("board", name, *desk)).out for name in ("standup", "queues", "backlog")]
    assert len(names) > 20
    assert not [name for name in names for page in pages if name and name in page]
    assert not [page for page in pages if re.search(r"\bC-[A-Z2-7]{16}\b", page)]


def test_without_a_terminal_carecli_alone_prints_the_board(imported: Answer, store: Path):
    """Long after the data ends it says so, and shows no number of that day."""
    answer = carecli_process(environment={"CARECLI_STORE": str(store), "CARECLI_TZ": "Europe/Berlin"})
    assert answer.code == 0, answer.err
    assert answer.out.startswith("Stand-up")
    assert "data ends Tue 13 May" in answer.out
    assert "0.0 %" not in answer.out
