"""Boards as JSON: exactly the contract's keys, times with offset, plain characters, explanations with their rows."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import datetime

import pytest

from carecli.boards.header import header_of
from carecli.metrics.evaluate import explain
from carecli.metrics.figure import Explanation
from carecli.metrics.windows import parse_window
from carecli.render.structured import board_json, explanation_json, figures_json
from carecli.store.rows import InputFile
from carecli.text import json_text
from tests.boards.fixture_day import MORNING, fixture_centre
from tests.metrics.build import BERLIN, TALLY, at
from tests.render.sample_boards import sample_boards, sample_snapshot

CONTRACT = ["board", "as_of", "pack", "window", "feeds", "figures"]
EXTRA = ["tz", "where", "data_ends", "notes"]
OWN = {
    "standup": ["closed_days", "headlines", "quality", "moved", "happened", "oldest"],
    "queues": ["intervals", "happened"],
    "backlog": ["dimension", "buckets", "change_on_yesterday", "oldest"],
    "cases": ["breadcrumb", "count", "cases"],
    "case": ["case", "events", "clocks", "ladder"],
}
FIGURE = (
    *("metric", "by", "value", "unit", "n", "numerator", "denominator"),
    *("target", "status", "provisional", "excluded", "note"),
)


@pytest.mark.parametrize("name", OWN)
def test_the_keys_of_a_board_are_the_contract_in_this_order(name):
    told = json.loads(json_text(board_json(sample_boards()[name])))
    assert list(told) == CONTRACT + EXTRA + OWN[name]
    assert told["board"] == name
    assert told["as_of"] == "2025-05-14T08:45:00+02:00"
    assert list(told["window"]) == ["name", "from", "to", "label"]
    assert [list(feed) for feed in told["feeds"]] == [["source", "kind", "watermark", "age_sec"]] * 2
    assert {tuple(figure) for figure in told["figures"]} <= {FIGURE}


def test_the_window_is_half_open_with_offsets():
    told = board_json(sample_boards()["standup"])
    assert told["window"] == {
        "name": "yesterday",
        "from": "2025-05-13T00:00:00+02:00",
        "to": "2025-05-14T00:00:00+02:00",
        "label": "Tue 13 May 2025",
    }


def test_the_figures_are_those_of_the_board():
    for name in ("standup", "queues", "backlog"):
        board = sample_boards()[name]
        assert board_json(board)["figures"] == [figure.as_json() for figure in board.figures]


def test_equal_boards_give_equal_bytes():
    board = sample_boards()["standup"]
    assert json_text(board_json(replace(board))) == json_text(board_json(board))


def test_a_case_has_its_clocks_as_the_contract_says():
    told = board_json(sample_boards()["case"])
    resolution = told["clocks"][1]
    contract = ["clock", "target_sec", "due_at", "state", "elapsed_sec", "left_sec", "tape"]
    assert list(resolution) == [*contract, "at_night", "moves"]
    assert resolution["due_at"] == "2025-05-14T14:59:00+02:00"
    assert resolution["tape"][1] == {
        "from": "2025-05-13T09:00:00+02:00",
        "to": "2025-05-13T09:01:00+02:00",
        "state": "running",
        "reason": "",
    }
    assert list(told["ladder"][0]) == ["step", "owner", "due_at", "done_at", "late_sec"]
    assert told["ladder"][0]["late_sec"] == 660


def test_times_are_iso_with_offset_everywhere():
    found: list[str] = []

    def walk(value: object, key: str = "") -> None:
        if isinstance(value, dict):
            for name, each in value.items():
                walk(each, name)
        elif isinstance(value, list):
            for each in value:
                walk(each, key)
        elif isinstance(value, str) and (key.endswith("_at") or key in ("at", "from", "to", "until", "watermark")):
            found.append(value)

    for name in ("standup", "queues", "case", "cases"):
        told = board_json(sample_boards()[name])
        told["events"] = [{"at": event["at"]} for event in told.get("events", [])]
        walk(told)
    assert len(found) > 40
    assert [text for text in found if datetime.fromisoformat(text).utcoffset() is None] == []


def test_what_a_terminal_might_act_on_is_escaped_and_nothing_is_lost():
    hostile = "\x1b[31m\x9b31m\u202eabc\u200b\x00\x7f\U000e0041 日本 é \ud800"
    text = json_text({"name": hostile})
    assert json.loads(text)["name"] == hostile
    assert "日本 é" in text
    assert [character for character in text if not character.isprintable() and character != "\n"] == []
    text.encode("utf-8")


def test_no_nan_is_ever_printed():
    with pytest.raises(ValueError, match="Out of range"):
        json_text({"value": float("nan")})


def explained(metric: str) -> tuple[Explanation, object]:
    snapshot, window = sample_snapshot(), parse_window("2025-05-13", at(MORNING), BERLIN)
    facts = fixture_centre().facts(MORNING)
    header = header_of(
        snapshot, TALLY, board="explain", title=metric, window=window, as_of=at(MORNING), where={"channel": "voice"}
    )
    return explain(facts, metric, window=window, where={"channel": "voice"}), header


def natural_ids(table: str, rows) -> list[str]:
    return [f"demo/{table}-{row}" for row in rows]


def test_an_explanation_has_the_rows_of_its_figure():
    explanation, header = explained("service_level")
    files = [InputFile("a.csv", "ab" * 32, 1_747_000_000)]
    told = explanation_json(explanation, header, natural_ids=natural_ids, files=files)
    assert told["files"] == ["a.csv"]
    assert told["inputs"] == [{"path": "a.csv", "sha256": "ab" * 32, "imported_at": "2025-05-11T23:46:40+02:00"}]
    assert told["value"] == 0.85
    assert {"formula", "pack_key", "exclusions", "files", "rows"} <= set(told)
    rows = told["rows"]
    assert list(rows) == ["table", "count", "sha256", "ids", "next"]
    assert (rows["table"], rows["count"], len(rows["ids"]), rows["next"]) == ("interactions", 460, 460, None)
    assert rows["sha256"] == hashlib.sha256("\n".join(rows["ids"]).encode()).hexdigest()
    assert told["numerator_rows"]["count"] == 391
    assert set(told["numerator_rows"]["ids"]) < set(rows["ids"])


def test_a_long_list_names_the_first_id_it_leaves_out():
    explanation, header = explained("service_level")
    whole = explanation_json(explanation, header, natural_ids=natural_ids, files=[], limit=None)["rows"]
    part = explanation_json(explanation, header, natural_ids=natural_ids, files=[], limit=10)["rows"]
    assert part["ids"] == whole["ids"][:10]
    assert part["next"] == whole["ids"][10]
    assert (part["count"], part["sha256"]) == (whole["count"], whole["sha256"])


def test_rows_of_several_tables_stand_together_and_apart():
    explanation, header = explained("service_level")
    two = replace(explanation, rows={"interactions": [1, 2], "cases": [7]})
    rows = explanation_json(two, header, natural_ids=natural_ids, files=[])["rows"]
    assert (rows["table"], rows["count"]) == ("interactions+cases", 3)
    assert [(part["table"], part["count"], part["ids"]) for part in rows["parts"]] == [
        ("interactions", 2, ["demo/interactions-1", "demo/interactions-2"]),
        ("cases", 1, ["demo/cases-7"]),
    ]


def test_what_was_left_out_is_listed_by_reason():
    explanation, header = explained("asa")
    left = replace(explanation, excluded_rows={"short": {"interactions": [3]}})
    told = explanation_json(left, header, natural_ids=natural_ids, files=[])
    assert told["exclusions"]["short"]["ids"] == ["demo/interactions-3"]


def test_figures_alone_have_the_same_head():
    board = sample_boards()["queues"]
    told = figures_json(board.rows[0].figures, board.header)
    assert list(told) == CONTRACT + EXTRA
    assert len(told["figures"]) == 9
