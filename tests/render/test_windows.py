"""Windows side by side as text and JSON (R29)."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from rich.cells import cell_len

from carecli.boards.windows import WindowFigures, WindowsPage
from carecli.metrics.figure import Figure
from carecli.render.windows import NO_ROWS, render_windows_text, windows_json
from carecli.text import json_text
from tests.render.sample_boards import sample_boards

HEADER = sample_boards()["queues"].header
WEEK = replace(HEADER.window, name="7d", label="2025-05-07..2025-05-13")
MONTH = replace(HEADER.window, name="mtd", label="2025-05-01..2025-05-13")
CSAT = Figure(
    "csat", "CSAT", {"queue": "Billing"}, 0.92, "ratio", 300, 276, 300, "85-95 %", "ok", True, note="one note"
)
FEW = Figure("csat", "CSAT", {"queue": "Billing"}, None, "ratio", 29, note="n=29 (<30)", target="85-95 %")
NAMELESS = Figure("csat", "CSAT", {"queue": None}, 0.8, "ratio", 40, 32, 40, "85-95 %", "miss")
PAGE = WindowsPage(HEADER, (WindowFigures(WEEK, (FEW,)), WindowFigures(MONTH, (CSAT, NAMELESS))))


def lines(page: WindowsPage = PAGE, width: int = 120) -> list[str]:
    return render_windows_text(page, width=width, color=False).splitlines()


def test_a_row_has_the_value_and_n_of_each_window() -> None:
    rows = [line.split() for line in lines() if line.startswith("csat  ")]
    assert rows == [
        ["csat", "Billing", "n=29", "(<30)", "●", "92.0", "%", "~", "29", "300", "85-95", "%"],
        ["csat", "(none)", "▲", "80.0", "%", "40", "85-95", "%"],
    ]
    assert NO_ROWS in lines()


def test_each_window_says_its_days_and_each_note_its_window() -> None:
    assert "7d  2025-05-07..2025-05-13" in lines()
    assert "mtd  2025-05-01..2025-05-13" in lines()
    assert "csat mtd: one note" in lines()


def test_an_empty_cell_is_only_spoken_of_where_there_is_one() -> None:
    full = WindowsPage(HEADER, (WindowFigures(WEEK, (CSAT,)), WindowFigures(MONTH, (CSAT,))))
    assert NO_ROWS not in lines(full)
    assert "csat 7d, mtd: one note" in lines(full)


def test_no_figures_are_said() -> None:
    assert "no figures" in lines(WindowsPage(HEADER, (WindowFigures(WEEK, ()),)))


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_number_is_cut_at_any_width(width: int) -> None:
    shown = lines(width=width)
    assert all(cell_len(line) <= width for line in shown)
    assert all(any(number in line for line in shown) for number in ("● 92.0 % ~", "▲ 80.0 %", "n=29 (<30)", "300"))


def test_json_has_the_windows_and_a_figure_a_cell() -> None:
    told = json.loads(json_text(windows_json(PAGE)))
    assert "window" not in told
    assert [(each["name"], each["label"]) for each in told["windows"]] == [
        ("7d", "2025-05-07..2025-05-13"),
        ("mtd", "2025-05-01..2025-05-13"),
    ]
    assert told["figures"] == [
        {**FEW.as_json(), "window": "7d"},
        {**CSAT.as_json(), "window": "mtd"},
        {**NAMELESS.as_json(), "window": "mtd"},
    ]
