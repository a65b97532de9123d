"""Parts without a screen: shades, sorting and filtering, trends, crash reports, what the app imports."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.boards.board import Headline
from carecli.errors import CareError
from carecli.metrics.figure import Figure
from carecli.text import Shown
from carecli.tui import crash
from carecli.tui import screens as screens_folder
from carecli.tui.app import CareApp
from carecli.tui.screens.standup import all_queues
from carecli.tui.widgets.board_table import Cell, Line, arranged
from carecli.tui.widgets.heat_map import step
from carecli.tui.wording import all_provisional, lacking, readout, trend_lines
from tests.tui.fake_desk import FakeDesk


@pytest.mark.parametrize(
    ("cases", "shade"), [(0, 0), (None, 0), (9, 1), (10, 2), (24, 2), (25, 3), (50, 3), (51, 4), (100, 4)]
)
def test_the_shade_is_the_share_of_the_rows_open_cases(cases: int | None, shade: int):
    assert step(cases, 100) == shade


def test_a_row_without_open_cases_has_no_shade():
    assert step(0, 0) == 0


orders = st.one_of(st.none(), st.integers(-5, 5), st.sampled_from(["a", "b", "c"]))
rows = st.lists(orders, max_size=12).map(
    lambda values: [Line(str(i), (Cell(Shown(f"row {value}"), value),)) for i, value in enumerate(values)]
)


@given(rows, st.booleans())
def test_sorting_keeps_every_row_and_puts_those_without_a_value_last(lines: list[Line], descending: bool):
    result = arranged(lines, (), 0, descending=descending)
    assert sorted(line.key for line in result) == sorted(line.key for line in lines)
    values = [line.cells[0].order for line in result]
    known = [value for value in values if value is not None]
    assert values == known + [None] * (len(values) - len(known))
    numbers = [value for value in known if not isinstance(value, str)]
    assert numbers == sorted(numbers, reverse=descending)


@given(rows, st.sampled_from(["row", "a", "none", "row 3", "x"]))
def test_filtering_keeps_exactly_the_rows_with_every_word_in_their_order(lines: list[Line], text: str):
    words = tuple(text.split())
    kept = arranged(lines, words, None, descending=False)
    assert list(kept) == [line for line in lines if all(word in line.words for word in words)]


def headline(*trend: float | None) -> Headline:
    figure = Figure("service_level", "Service level", {}, 0.8, "ratio", 10)
    return Headline("SL", figure, None, trend)


def test_a_trend_says_its_lowest_and_highest_and_breaks_where_it_must():
    assert trend_lines(headline(0.7, None, 0.9), 30) == ("▁ █  70.0 .. 90.0 %",)
    assert trend_lines(headline(*[0.7] * 7, 0.9), 17) == ("▁▁▁▁▁▁▁█", "70.0 .. 90.0 %")
    assert trend_lines(headline(0.7, None), 30) == ()


def test_the_readout_says_all_of_a_figure():
    figure = Figure(
        "sl", "Service level", {}, 0.7996, "ratio", 2500, 1999, 2500, "80 % in 20 s", "miss", True, {"short": 3}
    )
    assert readout(figure) == "Service level  79.96 % ~  ▲ miss  target 80 % in 20 s  n 2,500  3 left out"


def test_a_page_is_provisional_where_every_number_on_it_is():
    sure, unsure = (Figure("asa", "ASA", {}, 5, "seconds", 1, provisional=each) for each in (False, True))
    missing = Figure("csat", "CSAT", {}, None, "ratio", 0)
    assert all_provisional([unsure, missing])
    assert not all_provisional([unsure, sure])
    assert not all_provisional([missing])


def test_each_reason_for_missing_numbers_is_given_once():
    missing = Figure("asa", "ASA", {}, None, "seconds", 0, note="no data: needs interactions")
    other = Figure("csat", "CSAT", {}, None, "ratio", 0, note="no data: needs surveys")
    assert lacking([missing, missing, other]) == "no data: needs interactions  ·  no data: needs surveys"


def test_all_queues_together_by_half_hour():
    rows = FakeDesk().queue_rows()
    together = all_queues(rows)
    assert len(together) == 19
    assert together[0][1:] == (
        sum(row.offered_by_interval[0][1] for row in rows),
        sum(row.offered_by_interval[0][2] for row in rows),
    )


def fail_with_data() -> None:
    customer = "Jo Customer"
    raise ValueError(f"bad row of {customer}")


RAISED_AT = fail_with_data.__code__.co_firstlineno + 2


def test_an_error_is_told_by_kind_and_place_never_by_data():
    with pytest.raises(ValueError, match="Jo") as caught:
        fail_with_data()
    assert crash.reason(caught.value) == f"ValueError in tests.tui.test_widgets:{RAISED_AT} fail_with_data"
    assert crash.reason(CareError("the store is in use", hint="wait")) == "the store is in use wait"
    lines = crash.report(caught.value)
    assert lines[0] == "carecli stopped: ValueError"
    assert not any("Jo" in line for line in lines)


def test_a_fault_in_the_app_leaves_no_local_variables_on_the_terminal(monkeypatch: pytest.MonkeyPatch):
    """Textual's own crash report prints locals; ours must be the only one."""
    app = CareApp(FakeDesk(), title="Northwind Care", banner=None)
    closed = []
    monkeypatch.setattr(app, "_close_messages_no_wait", lambda: closed.append(True))
    with pytest.raises(ValueError, match="Jo") as caught:
        fail_with_data()
    app._handle_exception(caught.value)
    printed = "\n".join(str(each) for each in app._exit_renderables)
    assert "ValueError" in printed
    assert "Jo" not in printed
    assert (closed, app.return_code) == ([True], 1)


def test_the_app_imports_no_data_library_and_no_heavy_widget():
    heavy = (
        "polars",
        "sqlmodel",
        "sqlalchemy",
        "sqlite3",
        "textual.widgets._markdown",
        "carecli.store",
        "carecli.sources",
    )
    screens = ", ".join(
        f"carecli.tui.screens.{path.stem}" for path in Path(screens_folder.__path__[0]).glob("[a-z]*.py")
    )
    code = f"import sys, carecli.tui.app, {screens}; print([name for name in {heavy} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
