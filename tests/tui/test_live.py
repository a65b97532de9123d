"""New data, filters, pauses, time steps and errors: what is shown stays readable, and the cursor stays.

Starting the app costs half a second, so one session checks several things in a row.
"""

from __future__ import annotations

import asyncio
from threading import Event

from textual.command import CommandPalette
from textual.events import Key, Paste
from textual.pilot import Pilot

from carecli.boards.board import StandupBoard
from carecli.errors import CareError
from carecli.tui.app import CareApp
from carecli.tui.screens.slice import SliceScreen
from tests.tui.driving import WIDE, board_screen, drive, page, polled, press, settled, table, type_in
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


def cursor_on(pilot: Pilot[None]) -> list[str]:
    """Queue and channel of the row under the cursor."""
    line = table(pilot).line
    assert line is not None
    return [str(cell.text) for cell in line.cells[:2]]


def test_paints_the_frame_first_and_of_many_requests_builds_the_newest():
    desk = SlowDesk()

    async def session() -> None:
        app = CareApp(desk, title="Northwind Care", banner=None, poll_sec=3600)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            assert "1 Stand-up" in page(pilot)
            assert "loading" in page(pilot)
            assert "ASA voice" not in page(pilot)
            await pilot.press("r", "r", "r")
            desk.gate.set()
            await settled(pilot)
            assert "ASA voice" in page(pilot)
            assert "loading" not in page(pilot)
            assert builds(desk, "standup") == 2  # the one under way, and the last of the three

    asyncio.run(session())


def test_filter_sort_and_copy():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2")
        for key in ("slash", "t", "e", "/"):  # a burst, as from a fast typist: no key may slip to the board
            pilot.app.post_message(Key(key, None if key == "slash" else key))
        await settled(pilot)
        assert board_screen(pilot).filter_text == "te/"
        await press(pilot, "backspace")
        await type_in(pilot, " cha")
        assert [line.cells[1].text for line in table(pilot).shown] == ["chat"]
        await press(pilot, "enter")
        assert table(pilot).has_focus
        assert "/te cha" in page(pilot)
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, SliceScreen)
        await press(pilot, "slash", "r", "escape")
        assert len(table(pilot).shown) == 3
        await press(pilot, "escape", "escape")  # back to the queues; there the filter goes
        assert len(table(pilot).shown) == 8
        await press(pilot, "slash")
        board_screen(pilot).query_one("#filter").post_message(Paste("a\x1b]52;c;AAAA\x07b\u202e"))
        await settled(pilot)
        assert "\x1b" not in page(pilot)
        assert "a␛]52;c;AAAA␇b\ufffd" in page(pilot)
        await press(pilot, "escape", "g", "s")
        assert "Queue ↑" in page(pilot)
        assert table(pilot).shown[0].cells[0].text == "Account"
        assert (table(pilot).cursor_row, cursor_on(pilot)) == (2, ["Billing", "voice"])  # it went along with its row
        await press(pilot, "S")
        assert table(pilot).shown[0].cells[0].text == "Tech support"
        await press(pilot, "y")
        assert pilot.app.clipboard.split("\t")[:2] == cursor_on(pilot)
        assert "OSC 52" in page(pilot)

    drive(check)


def test_new_data_keeps_the_cursor_pause_holds_it_back_and_days_are_stepped():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "j", "j")
        await polled(pilot)
        assert builds(desk, "queues") == 1
        desk.reverse, desk.stamp = True, 2
        await polled(pilot)
        assert builds(desk, "queues") == 2
        assert (table(pilot).cursor_row, cursor_on(pilot)) == (5, ["Tech support", "voice"])
        await press(pilot, "space")
        assert "PAUSED, read 0 s ago" in page(pilot)
        desk.reverse, desk.stamp = False, 3
        await polled(pilot)
        assert builds(desk, "queues") == 2
        assert "newer data waits" in page(pilot)
        await press(pilot, "space")
        assert builds(desk, "queues") == 3
        assert "PAUSED" not in page(pilot)
        assert (table(pilot).cursor_row, cursor_on(pilot)) == (2, ["Tech support", "voice"])
        await press(pilot, "r", "ctrl+r", "f5")
        assert builds(desk, "queues") == 6

        await press(pilot, "left_square_bracket")
        assert desk.calls[-1] == ("queues", LIVE - DAY)
        assert "as of Mon 12 May 08:45" in page(pilot)
        assert "past" in page(pilot)
        await press(pilot, "1")
        assert desk.calls[-1] == ("standup", LIVE - DAY)
        await press(pilot, "right_square_bracket")
        assert desk.calls[-1] == ("standup", None)
        await press(pilot, "2")
        assert desk.calls[-1] == ("queues", None)  # read again: it had shown the day before
        await press(pilot, "left_square_bracket", "left_square_bracket")
        assert desk.calls[-1] == ("queues", LIVE - 2 * DAY)
        await press(pilot, "full_stop", "right_square_bracket")
        assert desk.calls[-1] == ("queues", None)
        assert "this is the newest data" in page(pilot)

    drive(check, desk, size=WIDE)


def test_errors_take_a_line_and_the_app_goes_on():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        desk.fail = CareError("the store is in use", hint="close the other carecli")
        await press(pilot, "r")
        assert "▲ the store is in use close the other carecli" in page(pilot)
        assert "ASA voice" in page(pilot)
        desk.fail = KeyError("Jo Customer, +49 30 123456")
        await press(pilot, "2")
        assert "▲ KeyError in tests.tui.fake_desk" in page(pilot)
        assert "nothing loaded: r tries again" in page(pilot)
        assert "Jo Customer" not in page(pilot)
        desk.fail, desk.follow_fails = None, CareError("queue_log is gone")
        await press(pilot, "r")
        assert "▲" not in page(pilot).split("Queue ")[0]
        await polled(pilot)
        assert "▲ queue_log is gone" in page(pilot)
        desk.follow_fails = None
        await polled(pilot)
        assert "queue_log is gone" not in page(pilot)

    drive(check, desk)


def test_empty_boards_say_which_export_would_fill_them_and_the_palette_finds_queues():
    desk = FakeDesk()
    desk.empty = True

    async def check(pilot: Pilot[None]) -> None:
        for key in "231":
            await press(pilot, key)
            assert "no data: needs interactions" in page(pilot) or "import telephony or chat" in page(pilot)
        desk.empty, desk.data_ends = False, NOW
        await press(pilot, "r")
        assert "data ends Tue 13 May 08:45" in page(pilot)
        assert "ASA voice" not in page(pilot)
        desk.data_ends = None
        await press(pilot, "r")
        assert "ASA voice" in page(pilot)
        await press(pilot, "colon")
        assert isinstance(pilot.app.screen, CommandPalette)
        await type_in(pilot, "refunds")
        await press(pilot, "enter")
        assert desk.calls[-1] == ("slice", (None, {"queue": "Refunds", "channel": "email"}, "", ""))
        await pilot.press("q")
        assert pilot.app.return_code == 0

    drive(check, desk, banner="sample data")
