"""New data, filters, pauses, time steps and errors: what is shown stays readable, and the cursor stays."""

from __future__ import annotations

import asyncio
from threading import Event

from textual.command import CommandPalette
from textual.events import Paste
from textual.pilot import Pilot

from carecli.boards.board import StandupBoard
from carecli.errors import CareError
from carecli.tui.app import CareApp
from carecli.tui.screens.cases import CasesScreen
from tests.tui.driving import WIDE, board_screen, care, drive, page, press, settled, table, type_in
from tests.tui.fake_desk import NOW, FakeDesk

DAY = 86_400
LIVE = int(NOW.timestamp())


class SlowDesk(FakeDesk):
    """Builds its stand-up only once the gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Event()

    def standup(self, as_of: int | None) -> StandupBoard:
        board = super().standup(as_of)
        assert self.gate.wait(20)
        return board


def builds(desk: FakeDesk, name: str) -> int:
    return [call for call, _ in desk.calls].count(name)


def test_paints_the_frame_first_and_of_many_requests_builds_the_newest():
    desk = SlowDesk()

    async def session() -> None:
        app = CareApp(desk, title="Northwind Care", banner=None, poll_sec=3600)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            assert "1 Stand-up" in page(pilot)
            assert "loading" in page(pilot)
            assert "SERVICE LEVEL" not in page(pilot)
            await pilot.press("r", "r", "r")
            desk.gate.set()
            await settled(pilot)
            assert "SERVICE LEVEL" in page(pilot)
            assert "loading" not in page(pilot)
            assert builds(desk, "standup") == 2  # the one under way, and the last of the three

    asyncio.run(session())


def test_filter_narrows_while_typed_enter_keeps_it_and_escape_clears_it():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "slash")
        await type_in(pilot, "te cha")
        assert [line.cells[1].text for line in table(pilot).shown] == ["chat"]
        await press(pilot, "enter")
        assert table(pilot).has_focus
        assert "/te cha" in page(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, CasesScreen)
        await press(pilot, "slash", "4", "escape")
        assert len(table(pilot).shown) == 40
        await press(pilot, "escape", "escape")
        assert len(table(pilot).shown) == 8
        await press(pilot, "3", "slash")
        await type_in(pilot, "ref")
        assert "Refunds" in page(pilot)
        assert "Premium" not in page(pilot)

    drive(check)


def test_pasted_control_characters_stay_out_of_the_filter():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "slash")
        pilot.app.screen.focused.post_message(Paste("a\x1b]52;c;AAAA\x07b\u202e"))
        await settled(pilot)
        assert "\x1b" not in page(pilot)
        assert "a␛]52;c;AAAA␇b\ufffd" in page(pilot)

    drive(check)


def test_new_data_keeps_the_cursor_and_pause_holds_it_back():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "j", "j")
        care(pilot).poll()
        await settled(pilot)
        assert builds(desk, "queues") == 1
        desk.reverse, desk.stamp = True, 2
        care(pilot).poll()
        await settled(pilot)
        assert builds(desk, "queues") == 2
        assert table(pilot).cursor_row == 5
        assert table(pilot).line.cells[0].text == "Tech support"
        await press(pilot, "space")
        assert "PAUSED, read 0 s ago" in page(pilot)
        desk.reverse, desk.stamp = False, 3
        care(pilot).poll()
        await settled(pilot)
        assert builds(desk, "queues") == 2
        assert "newer data waits" in page(pilot)
        await press(pilot, "space")
        assert builds(desk, "queues") == 3
        assert "PAUSED" not in page(pilot)
        assert table(pilot).cursor_row == 2
        await press(pilot, "r", "ctrl+r", "f5")
        assert builds(desk, "queues") == 6

    drive(check, desk, size=WIDE)


def test_sort_and_copy():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "s")
        assert "Queue ↑" in page(pilot)
        assert table(pilot).shown[0].cells[0].text == "Account"
        assert table(pilot).line.cells[0].text == "Billing"  # the cursor went along with its row
        await press(pilot, "S")
        assert table(pilot).shown[0].cells[0].text == "Tech support"
        await press(pilot, "y")
        assert pilot.app.clipboard.split("\t")[:3] == ["Billing", "voice", "4"]
        assert "OSC 52" in page(pilot)

    drive(check)


def test_steps_the_day_on_the_wall_clock_and_back_to_live():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "left_square_bracket")
        assert desk.calls[-1] == ("standup", LIVE - DAY)
        assert "past" in page(pilot)
        assert "as of Mon 12 May 08:45" in page(pilot)
        await press(pilot, "2")
        assert desk.calls[-1] == ("queues", LIVE - DAY)
        await press(pilot, "right_square_bracket")
        assert desk.calls[-1] == ("queues", None)
        await press(pilot, "1")
        assert desk.calls[-1] == ("standup", None)  # read again: it had shown the day before
        await press(pilot, "left_square_bracket", "left_square_bracket", "full_stop")
        assert desk.calls[-1] == ("standup", None)
        await press(pilot, "right_square_bracket")
        assert "this is the newest data" in page(pilot)

    drive(check, desk)


def test_errors_take_a_line_and_the_app_goes_on():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        desk.fail = CareError("the store is in use", hint="close the other carecli")
        await press(pilot, "r")
        assert "▲ the store is in use close the other carecli" in page(pilot)
        assert "SERVICE LEVEL" in page(pilot)
        desk.fail = KeyError("Jo Customer, +49 30 123456")
        await press(pilot, "2")
        assert "▲ KeyError in tests.tui.fake_desk" in page(pilot)
        assert "nothing loaded: r tries again" in page(pilot)
        assert "Jo Customer" not in page(pilot)
        desk.fail, desk.follow_fails = None, CareError("queue_log is gone")
        await press(pilot, "r")
        assert "Billing" in page(pilot)
        assert "▲" not in page(pilot).split("Queue ")[0]
        care(pilot).poll()
        await settled(pilot)
        assert "▲ queue_log is gone" in page(pilot)
        desk.follow_fails = None
        care(pilot).poll()
        await settled(pilot)
        assert "queue_log is gone" not in page(pilot)

    drive(check, desk)


def test_without_data_each_board_says_which_export_would_fill_it():
    desk = FakeDesk()
    desk.empty = True

    async def check(pilot: Pilot[None]) -> None:
        for key in "123":
            await press(pilot, key)
            assert "no data: needs interactions" in page(pilot) or "import telephony or chat" in page(pilot)
        desk.empty, desk.data_ends = False, NOW
        await press(pilot, "1", "r")
        assert "data ends Tue 13 May 08:45" in page(pilot)
        assert "SERVICE LEVEL" not in page(pilot)
        desk.data_ends = None
        await press(pilot, "r")
        assert "SERVICE LEVEL" in page(pilot)

    drive(check, desk, banner="sample data")


def test_palette_finds_a_queue_by_name_and_q_leaves_from_any_depth():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "colon")
        assert isinstance(pilot.app.screen, CommandPalette)
        await type_in(pilot, "refunds")
        await press(pilot, "enter")
        assert desk.calls[-1] == ("cases", (None, {"queue": "Refunds", "channel": "email"}))
        assert board_screen(pilot).crumbs()[0] == "Refunds"
        await pilot.press("q")
        assert pilot.app.return_code == 0

    drive(check, desk)
