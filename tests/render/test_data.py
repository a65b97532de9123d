"""The data board as text and JSON: the golden pages, the same numbers, and exported text as text."""

from __future__ import annotations

import json
import re

import pytest
from rich.cells import cell_len

from carecli.render.structured import board_json
from carecli.render.text import render_text
from carecli.render.values import value_text
from carecli.text import clean, json_text
from tests.render.sample_boards import WIDTHS, golden
from tests.render.sample_data_board import sample_data_board
from tests.render.test_hostile import PAYLOADS, poisoned, unsafe
from tests.render.test_structured import CONTRACT, EXTRA

OWN = ["coverage", "files", "files_in_all", "refused", "quarantine", "checks", "agents"]


def page(width: int) -> str:
    return render_text(sample_data_board(), width=width, color=False)


@pytest.mark.parametrize("width", WIDTHS)
def test_golden(width):
    assert page(width) == golden("data", width).read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_line_is_wider_than_asked(width):
    assert max(cell_len(line) for line in page(width).splitlines()) <= width


def test_json_holds_the_contract_and_the_boards_own():
    told = json.loads(json_text(board_json(sample_data_board())))
    assert list(told) == CONTRACT + EXTRA + OWN
    assert told["board"] == "data"
    assert told["coverage"][0] == {
        "source": "talkdesk",
        "kind": "talkdesk.contacts",
        "tables": ["interactions"],
        "files": 6,
        "from": "2025-05-01T08:00:00+02:00",
        "to": "2025-05-13T18:02:00+02:00",
        "age_sec": 52_980,
        "finished_only": True,
        "note": None,
    }
    rejected, held, imported = told["files"]
    assert (rejected["kind"], rejected["rows"], rejected["removed"]) == (None, None, None)
    assert (held["state"], held["message"]) == ("held", "400 of 900")
    six = [imported[fate] for fate in ("new", "changed", "unchanged", "stale", "quarantined", "ignored")]
    assert (sum(six), imported["rows"], imported["removed"]) == (1204, 1204, 3)
    assert imported["assumed"] == {"zone": "Europe/Berlin", "dates": "day first"}
    assert told["quarantine"][0]["example"] == {
        "path": "exports/contacts.json",
        "line": 14,
        "found": "[email]",
        "expected": "a time",
    }
    assert told["agents"]["shared"] == [
        {
            "id": "7",
            "sources": [{"source": "talkdesk", "name": None}, {"source": "zendesk", "name": "Bo Sample"}],
            "link": "carecli identity link --to NAME talkdesk:7 zendesk:7",
        }
    ]


@pytest.mark.parametrize("width", [80, 200])
def test_every_number_of_the_json_stands_on_the_page(width):
    words = " ".join(page(width).split())
    told = board_json(sample_data_board())
    for figure in sample_data_board().figures:
        assert str(value_text(figure)) in words
        for part in (figure.numerator, figure.denominator):
            assert part is None or f"{int(part):,}" in words
    for file in told["files"]:
        assert file["rows"] is None or f"{file['rows']:,}" in words
    assert f"of {told['files_in_all']} files" in words


def test_what_the_page_says_in_words():
    words = " ".join(page(200).split())
    assert "contacts.json:14: found '[email]', expected a time" in words
    assert "agent ids shared by sources: 7 (talkdesk, zendesk Bo Sample): one person or two? carecli identity" in words
    assert "minute-rounded: SL20 not computable" in words
    assert "◆ held zendesk tickets: tickets.json, 400 of 900 (Tue 13 May 18:00; 2 files)" in words
    assert "- its files tell no period: hr canonical.agents" in words


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_every_slot_is_shown_as_text(payload):
    board = poisoned(sample_data_board(), payload)
    for width in (40, 200):
        text = render_text(board, width=width, color=False)
        assert unsafe(text) == set()
        assert max(cell_len(line) for line in text.splitlines()) <= width
    coloured = re.sub(r"\x1b\[[0-9;]*m", "", render_text(board, width=200, color=True))
    assert unsafe(coloured) == set()
    if 0 < len(payload.strip()) < 60:
        assert str(clean(payload)) in text
    told = json_text(board_json(board))
    assert [character for character in set(told) if not character.isprintable() and character != "\n"] == []
