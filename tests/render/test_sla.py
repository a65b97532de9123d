"""The SLA board in every format: nothing is cut, and JSON says what the figures don't."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from carecli.render.formats import render
from carecli.render.sheets import sheets_of
from carecli.render.sla import sla_sheets
from carecli.render.structured import board_json
from tests.boards.test_sla import board, cases_of_a_day

SHOWN = board(cases_of_a_day())


def test_every_part_stands_on_its_sheet():
    names = [each.name for each in sla_sheets(SHOWN)]
    assert names == ["total", "promises", "next", *(f"by-{name}" for name in ("tier", "priority", "channel", "queue")),
                     "exceptions", "windows"]  # fmt: skip
    assert [each.name for each in sheets_of(SHOWN)] == names[:-1]


@pytest.mark.parametrize("width", [80, 120, 200])
def test_no_line_is_wider_than_the_page(width):
    page = render(SHOWN, "text", width=width, color=False)
    assert max(map(cell_len, page.splitlines())) <= width
    assert "priorities.P1.resolution" in page
    assert "◆ 30:00" in page


def test_json_says_what_runs_and_what_is_promised():
    told = board_json(SHOWN)
    assert told["board"] == "sla"
    assert [each["key"] for each in told["promises"]] == [row.key for row in SHOWN.promises]
    assert told["next"][1] | {"about": ""} == {
        "about": "", "table": "cases", "clock": "resolution", "promise": "priorities.P1.resolution", "queue": "Tier 2",
        "channel": "email", "tier": None, "priority": "urgent", "due_at": "2025-05-14T12:30:00+02:00",
        "left_sec": 1800, "at_risk": True,
    }  # fmt: skip
    assert told["running"] == len(told["next"])
