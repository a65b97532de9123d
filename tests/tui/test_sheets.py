"""A board without a page of its own is shown as its sheets, and can be sorted, filtered, explained and copied."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from carecli.render.sheet import cell_text
from carecli.render.sheets import sheets_of
from carecli.tui.screens.explain import ExplainScreen
from carecli.tui.widgets.board_table import BoardTable
from tests.render.sample_data_board import sample_data_board
from tests.tui.driving import LARGE, SMALL, WIDE, board_screen, drive, page, press, settled, type_in
from tests.tui.fake_desk import FakeDesk

SHEETS = sheets_of(sample_data_board())


@pytest.mark.parametrize("size", [SMALL, WIDE, LARGE])
def test_every_sheet_has_its_table(size):
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "0")
        tables = board_screen(pilot).query(BoardTable)
        assert [table.id for table in tables] == [f"sheet-{each.name}" for each in SHEETS]
        for table, each in zip(tables, SHEETS, strict=True):
            assert len(table.shown) == len(each.rows)
            firsts = [line.cells[0].text for line in table.shown]
            wanted = [cell_text(row[0]) for row in each.rows]
            assert all(text.startswith(shown.rstrip("…")) for text, shown in zip(wanted, firsts, strict=True))
        assert SHEETS[0].title in page(pilot)

    drive(check, size=size)


def test_the_filter_narrows_every_table_and_tab_leads_to_a_number():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "0", "slash")
        await type_in(pilot, "zendesk")
        shown = [line.words for table in board_screen(pilot).query(BoardTable) for line in table.shown]
        assert shown
        assert all("zendesk" in words for words in shown)
        await press(pilot, "escape", "escape")
        checks = board_screen(pilot).query_one("#sheet-checks", BoardTable)
        checks.focus()
        await press(pilot, "l", "l", "l", "e")
        assert isinstance(pilot.app.screen, ExplainScreen)

    drive(check)


def test_the_cursor_stays_on_its_row_when_the_data_changes():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "0", "j", "j")
        table = board_screen(pilot).query_one("#sheet-feeds", BoardTable)
        held = table.line
        await press(pilot, "r")
        assert held is not None
        assert table.line is not None
        assert table.line.key == held.key
        assert table.cursor_row == 2

    drive(check)


def test_an_error_takes_a_line_and_what_was_shown_stays():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "0")
        desk.fail = RuntimeError("x")
        await press(pilot, "r")
        await settled(pilot)
        assert "RuntimeError" in page(pilot)
        assert SHEETS[0].title in page(pilot)

    drive(check, desk)
