"""Exported text can't act on a terminal: every text slot of every board holds a payload and is shown as text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from rich.cells import cell_len

from carecli.render.figures import render_explanation_text, render_figures_text
from carecli.render.structured import board_json
from carecli.render.text import render_text
from carecli.store.rows import InputFile
from carecli.text import clean, json_text
from tests.render.sample_boards import sample_boards
from tests.render.test_structured import explained

PAYLOADS = {
    "markup": "[bold red]x[/bold red]",
    "closing tag": "[/]",
    "unbalanced": "[[red]]x[/",
    "link": "[link=https://evil.example]x[/link]",
    "emoji code": ":smile: :warning:",
    "csi": "a\x1b[31mred\x1b[0m",
    "osc title": "\x1b]0;owned\x07",
    "osc 52": "\x1b]52;c;ZXZpbA==\x1b\\",
    "c1": "a\x9b31mb\x90q\x9c",
    "nul and del": "a\x00b\x7f",
    "bell and backspace": "\a\b\b\bspoof",
    "lines": "a\nb\r\nc\rd\u2028e\u2029f\x85g\vh\fi",
    "tab": "a\tb",
    "bidi": "user\u202egnp.exe\u2066x\u2069",
    "zero width": "a\u200bb\ufeffc\u2060d",
    "joiners": "a\u200d\u200cb",
    "tags": "a\U000e0041\U000e0042b",
    "marks": "Z" + "\u0351\u0316" * 40,
    "surrogate": "a\ud800b",
    "wide": "顧客対応の待ち行列" * 3,
    "long": "x" * 5000,
    "spaces": "   ",
    "empty": "",
    "percent": "%s %(name)s {0} {name}",
}
KEPT = {"unit", "state", "board", "zone"}
"""Slots that hold words of ours, never of a file."""


def poisoned(value: Any, payload: str, slot: str = "") -> Any:
    """The object with every text replaced, keys of slices too."""
    if slot in KEPT or (slot == "status" and value in ("ok", "risk", "miss", "below")):
        return value
    if isinstance(value, str):
        return payload
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value, **{each.name: poisoned(getattr(value, each.name), payload, each.name) for each in fields(value)}
        )
    if isinstance(value, tuple | list):
        return type(value)(poisoned(each, payload, slot) for each in value)
    if isinstance(value, Mapping):
        known = {"clock", "target_sec", "due_at", "state", "elapsed_sec", "left_sec", "tape", "from", "to", "reason"}
        known |= {"at_night", "moves", "cause", "due_from", "due_to"}
        return {
            key if key in known else poisoned(key, payload): poisoned(each, payload, key) for key, each in value.items()
        }
    assert value is None or isinstance(value, int | float | datetime)
    return value


def unsafe(text: str) -> set[str]:
    """Characters that a terminal may act on."""
    allowed = {"\n", "\u200d", "\u200c"}
    categories = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return {character for character in text if unicodedata.category(character) in categories} - allowed


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
@pytest.mark.parametrize("name", ["standup", "queues", "backlog", "cases", "case"])
def test_every_slot_of_a_board_is_shown_as_text(name, payload):
    board = poisoned(sample_boards()[name], payload)
    for width in (40, 200):
        text = render_text(board, width=width, color=False)
        assert unsafe(text) == set()
        assert max(cell_len(line) for line in text.splitlines()) <= width
    coloured = re.sub(r"\x1b\[[0-9;]*m", "", render_text(board, width=200, color=True))
    assert unsafe(coloured) == set()
    if 0 < len(payload.strip()) < 60:
        assert str(clean(payload)) in text


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
@pytest.mark.parametrize("name", ["standup", "queues", "backlog", "cases", "case"])
def test_json_holds_every_payload_whole_and_plain(name, payload):
    text = json_text(board_json(poisoned(sample_boards()[name], payload)))
    assert [character for character in set(text) if not character.isprintable() and character != "\n"] == []


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_figures_and_explanations_are_shown_as_text(payload):
    explanation, header = explained("service_level")
    bad, bad_header = poisoned(explanation, payload), poisoned(header, payload)
    pages = [
        render_figures_text([bad.figure, poisoned(explanation.figure, payload)], bad_header, width=100, color=False),
        render_explanation_text(
            bad,
            bad_header,
            natural_ids=lambda table, rows: [payload] * len(rows),
            files=[InputFile(payload, "ab" * 32, 1_747_000_000)],
            width=100,
            color=False,
        ),
    ]
    for page in pages:
        assert unsafe(page) == set()
        assert max(cell_len(line) for line in page.splitlines()) <= 100


def test_the_poison_reaches_every_slot():
    """Nothing of the sample's own words is left but ours."""
    text = render_text(poisoned(sample_boards()["case"], "POISON"), width=200, color=False)
    for word in ("Refund", "48213", "a-1", "desk.example", "awaiting_customer", "L1 triage", "zendesk", "tally"):
        assert word not in text
