"""Boards, drill and return: the cursor comes back to its row, also when the rows moved meanwhile."""

from __future__ import annotations

from dataclasses import replace

from textual.pilot import Pilot

from carecli.tui.screens.case import CaseScreen
from carecli.tui.screens.explain import ExplainScreen
from carecli.tui.screens.help import HelpScreen
from carecli.tui.screens.rows import RowsScreen
from carecli.tui.screens.slice import SliceScreen
from carecli.tui.screens.standup import StandupScreen
from carecli.tui.widgets.heat_map import HeatMap
from tests.tui.driving import WIDE, board_screen, care, drive, page, polled, press, settled, table
from tests.tui.fake_desk import NOW, FakeDesk

LIVE = int(NOW.timestamp())


def test_opens_on_the_standup_whose_numbers_can_be_explained_and_drilled():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        assert isinstance(pilot.app.screen, StandupScreen)
        text = page(pilot)
        assert "SERVICE LEVEL voice" in text
        assert "● ok  80 % in 20 s" in text
        assert "+4.1 pp  n 460" in text
        assert "71.0 .. 88.0 %" in text
        assert "as of Tue 13 May 08:45 · yesterday, Mon 12 May · pack tally" in text
        await press(pilot, "e")
        assert isinstance(pilot.app.screen, ExplainScreen)
        assert desk.calls[-1] == ("explain", (1747118700, "service_level"))  # Tue 13 May 2025 08:45 in Berlin
        text = page(pilot)
        for words in (
            "answered within the threshold / answered",
            "targets.voice.service_level",
            "387 of 460",
            "12 short abandons",
            "legs: 460 rows, ids 1001, 1002",
            "legs: 3 rows, ids 3, 5, 8",
        ):
            assert words in text
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, StandupScreen)
        desk.fail = ValueError("Jo Customer")
        await press(pilot, "e")
        assert "ValueError in tests.tui.fake_desk" in page(pilot)
        assert "Jo Customer" not in page(pilot)
        desk.fail = None
        await press(pilot, "escape", "J", "enter")  # from what moved to its slice
        assert desk.calls[-1] == ("slice", (LIVE, {"queue": "Billing", "channel": "voice"}, "", ""))
        await press(pilot, "escape", "K", "enter")  # from a tile to the queues
        assert care(pilot).current_mode == "queues"
        await press(pilot, "home", "e")  # a name is no number
        await settled(pilot)
        assert "no number under the cursor" in page(pilot)

    drive(check, desk, size=WIDE)


def test_drills_from_a_queue_to_one_case_and_back_to_the_same_cell():
    desk = FakeDesk()
    desk.rows_count = 40

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "j", "j", "j", "l", "l", "enter")
        assert desk.calls[-1] == ("slice", (LIVE, {"queue": "Tech support", "channel": "chat"}, "", ""))
        assert isinstance(pilot.app.screen, SliceScreen)
        assert "Queues › Tech support › chat › by issue type" in page(pilot)
        await press(pilot, "l", "enter")
        assert isinstance(pilot.app.screen, RowsScreen)
        assert "Queues › Tech support › chat › refund › Offered › 40 rows" in page(pilot)
        await press(pilot, "j", "j", "enter")
        assert isinstance(pilot.app.screen, CaseScreen)
        assert desk.calls[-1] == ("case", (None, "zendesk", "Z-48202"))
        assert "case Z-48202" in page(pilot)
        assert "late 6:40" in page(pilot)
        await press(pilot, "escape")
        assert table(pilot).cursor_row == 2
        desk.reverse, desk.stamp = True, 2
        await polled(pilot)
        assert table(pilot).cursor_row == 37
        await press(pilot, "escape", "escape")
        line, figure = table(pilot).line, table(pilot).figure
        assert table(pilot).cursor_row == 4
        assert line is not None
        assert [cell.text for cell in line.cells[:2]] == ["Tech support", "chat"]
        assert figure is not None
        assert figure.metric == "asa"
        await press(pilot, "escape")  # nowhere to go back to
        assert board_screen(pilot).mode == "queues"

    drive(check, desk, size=WIDE)


def test_each_board_keeps_its_place_and_heat_map_cells_drill_to_their_slice():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "G", "enter", "3", "j", "j", "l", "l", "l", "enter")
        assert desk.calls[-1] == ("rows", (LIVE, "backlog", {"queue": "Refunds", "age": "7 d+"}))
        await press(pilot, "escape", "l", "enter")
        assert desk.calls[-1] == ("rows", (LIVE, "backlog", {"queue": "Refunds"}))
        await press(pilot, "2")
        assert isinstance(pilot.app.screen, SliceScreen)
        await press(pilot, "2")
        assert table(pilot).cursor_row == 7
        await press(pilot, "3", "3")
        assert pilot.app.screen.query_one(HeatMap).cursor == (2, 4)
        await press(pilot, "b")
        assert desk.calls[-1] == ("backlog", (None, "issue_type"))
        assert "by issue type x age" in page(pilot)
        nameless = desk.backlog_row(None, (1, 2, 3, 4), "", {"queue": None})
        desk.backlog_rows = lambda dimension: (nameless,)
        await press(pilot, "r", "enter")
        assert desk.calls[-1] == ("rows", (LIVE, "backlog", {"queue": None}))  # a slice of their own

    drive(check, desk)


def test_help_lists_every_key_of_each_view_and_ctrl_c_leaves_even_while_typing():
    async def check(pilot: Pilot[None]) -> None:
        for key in ("1", "2", "3", "enter"):
            await press(pilot, key)
            described = pilot.app.screen
            wanted = {active.binding.description for active in described.active_bindings.values()}
            await press(pilot, "question_mark")
            assert isinstance(pilot.app.screen, HelpScreen)
            text = page(pilot)
            assert [words for words in wanted if words not in text] == []
            await press(pilot, "escape")
            assert pilot.app.screen is described
        await press(pilot, "slash", "q")
        assert pilot.app.return_code is None
        await pilot.press("ctrl+c")
        assert pilot.app.return_code == 0

    drive(check, size=(140, 45))


def test_explain_says_when_the_number_changed_since_the_page_was_read():
    desk = FakeDesk()
    explain = desk.explain
    desk.explain = lambda as_of, figure: explain(as_of, replace(figure, value=0.5, numerator=230))

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "e")
        assert "387 of 460" in page(pilot)
        assert "◆ 50.0 %: data was imported since the page was read" in page(pilot)

    drive(check, desk, size=WIDE)
