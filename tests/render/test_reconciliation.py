"""The reconciliation and the gate as text and JSON: the same numbers, no line too wide, and exported text as text."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from functools import cache

import pytest
from rich.cells import cell_len

from carecli.boards.interval_gate import interval_gate
from carecli.boards.reconciliation import IntervalGateBoard, ReconciliationBoard
from carecli.boards.reconciling import Asked, reconciliation_board
from carecli.metrics.differences import Rule
from carecli.metrics.windows import parse_window
from carecli.render.structured import board_json
from carecli.render.text import render_text
from carecli.text import clean, json_text
from tests.metrics.build import BERLIN, TALLY, Centre, at
from tests.render.test_hostile import PAYLOADS

NOON = at("2025-05-13 12:00")
AS_OF = at("2025-05-13 20:00")


@cache
def centre():
    """Ninety calls at noon, 80 answered in time; the vendor tells one more that it lost, and skips half an hour."""
    made = Centre()
    for nth in range(90):
        made.call(12_000 if nth < 80 else 60_000, NOON + nth, talk_ms=300_000)
    told = {"queue": "Billing", "channel": "voice", "minutes": 30, "attribution": "queued", "threshold_ms": 20_000}
    told |= {"answered": 90, "within_sl": 80, "asa_ms": 17_400, "abandoned_within_sl": 0, "abandoned_short": 0}
    made.add("intervals", interval_start=NOON, offered=91, abandoned=1, service_level=0.8791, **told)
    quiet = dict.fromkeys(("offered", "answered", "abandoned", "within_sl"), 0)
    made.add("intervals", interval_start=NOON + 3600, **(told | {"asa_ms": None} | quiet))
    return made


@cache
def reconciliation(mode="relative") -> ReconciliationBoard:
    span = parse_window("today", AS_OF, BERLIN)
    asked = Asked(rule=Rule(mode, Fraction(1, 100)))
    return reconciliation_board(
        centre().snapshot(), TALLY, as_of=AS_OF, zone=BERLIN, window=span, where={}, asked=asked
    )


@cache
def gate() -> IntervalGateBoard:
    span = parse_window("today", AS_OF, BERLIN)
    return interval_gate(centre().snapshot(), TALLY, as_of=AS_OF, zone=BERLIN, window=span, where={})


def row_of(page: str, measure: str) -> list[str]:
    line = next(line for line in page.splitlines() if line.startswith(f"{measure} "))
    return line.removeprefix(measure).split()


def test_the_page_in_words():
    page = render_text(reconciliation(), width=120, color=False)
    assert row_of(page, "Offered") == ["91", "90", "1.10", "%", "▲", "fail"]
    assert row_of(page, "Service level")[:6] == ["87.91", "%", "88.89", "%", "1.11", "%"]
    assert row_of(page, "ASA")[:4] == ["17.4", "s", "17.3", "s"]
    assert row_of(page, "AHT")[:4] == ["-", "-", "-", "○"]
    assert "the vendor doesn't state it" in page
    assert "answered in T / offered (offered: reproduces the vendor's own shares; as well as" in page
    assert "2 intervals of 30 minutes, by the moment queued" in page
    assert "1 interval missing; we have 0 contacts there" in page
    assert "Tue 13 May 12:30 to 13:00 (1)" in page
    assert "likely cause: unexplained" in page
    assert "▲ fail" in page.splitlines()


def test_points_are_called_points():
    page = render_text(reconciliation("points"), width=120, color=False)
    assert row_of(page, "Service level")[:6] == ["87.91", "%", "88.89", "%", "0.98", "pp"]
    assert row_of(page, "Offered")[2:4] == ["1.10", "%"]
    assert "passes where at most 1 pp or 1 % apart" in page


def test_no_difference_is_rounded_onto_the_tolerance():
    made = Centre()
    for nth in range(10):
        made.call(20_200 if nth else 20_201, NOON + nth)
    made.add(
        "intervals", interval_start=NOON, queue="Billing", channel="voice", minutes=30, attribution="queued",
        answered=10, asa_ms=20_000,
    )  # fmt: skip
    span = parse_window("today", AS_OF, BERLIN)
    board = reconciliation_board(made.snapshot(), TALLY, as_of=AS_OF, zone=BERLIN, window=span, where={}, asked=Asked())
    shown = row_of(render_text(board, width=120, color=False), "ASA")
    assert shown[4:8] == ["1.001", "%", "▲", "fail"]


def test_the_gate_in_words():
    page = render_text(gate(), width=100, color=False)
    assert "48 intervals of 30 minutes expected of each queue" in page
    assert "demo Billing voice        2        48       46  ▲ fail" in page
    assert "Tue 13 May 00:00 to 12:00 (24)" in page
    assert "Tue 13 May 13:30 to Wed 14 May 00:00 (21)" in page


def test_json_holds_the_same():
    told = json.loads(json_text(board_json(reconciliation())))
    assert (told["board"], told["mode"], told["tolerance"], told["passed"]) == ("reconcile", "relative", 0.01, False)
    (row,) = told["reconciled"]
    lines = {line["metric"]: line for line in row["lines"]}
    assert lines["offered"]["native"] == 91
    assert lines["offered"]["gap"] == pytest.approx(1 / 91)
    assert lines["service_level"]["numerator"] == {"native": 80, "ours": 80, "difference": 0, "passed": True}
    assert lines["aht"]["note"] == "the vendor doesn't state it"
    assert row["missing"] == ["2025-05-13T12:30:00+02:00"]
    assert row["cause"] == "unexplained"
    assert {figure["metric"]: figure["value"] for figure in told["figures"]}["asa"] == pytest.approx(17.333333333)


def test_json_of_the_gate_lists_every_missing_interval():
    told = board_json(gate())
    (queue,) = told["queues"]
    assert (told["expected"], queue["present"], queue["missing_count"], len(queue["missing"])) == (48, 2, 46, 46)
    assert queue["missing"][:2] == ["2025-05-13T00:00:00+02:00", "2025-05-13T00:30:00+02:00"]
    assert "2025-05-13T12:00:00+02:00" not in queue["missing"]


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("board", [reconciliation, gate])
def test_no_line_is_too_wide(board, width):
    for line in render_text(board(), width=width, color=False).splitlines():
        assert cell_len(line) <= width
        assert line == line.rstrip()


def poisoned(value, payload, slot=""):
    """The object with every text replaced but words of ours on which the page decides."""
    if isinstance(value, str):
        return value if slot in ("unit", "mode", "zone") else payload
    if isinstance(value, tuple):
        return tuple(poisoned(each, payload) for each in value)
    if is_dataclass(value):
        slots = {each.name: poisoned(getattr(value, each.name), payload, each.name) for each in fields(value)}
        return replace(value, **slots)
    return value


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
@pytest.mark.parametrize("board", [reconciliation, gate])
def test_exported_text_is_shown_as_text(board, payload):
    page = render_text(poisoned(board(), payload), width=100, color=False)
    assert all(str(clean(line, limit=10_000)) == line for line in page.splitlines())
    json.loads(json_text(board_json(poisoned(board(), payload))))
